use domain::{ErrorCode, PortalViewer};
use leptos::{prelude::*, server_fn::ServerFn};
use leptos_meta::Title;
use leptos_router::components::Outlet;

use super::api::portal_viewer;
use crate::{
    error::ApiError,
    features::{
        live::{Live, LiveNote},
        session::{LanguageForm, api::SignOut},
    },
    i18n::{tu, tu_string},
    paths,
    ui::{Button, ButtonKind, Icon, load_anew_without, resource, use_text},
};

/// Who is signed in. One request answers for the whole portal.
#[derive(Clone, Copy)]
pub struct PortalViewerResource(Resource<Result<PortalViewer, ApiError>>);

impl PortalViewerResource {
    pub async fn get(self) -> Result<PortalViewer, ApiError> {
        self.0.await
    }
}

pub fn use_portal_viewer() -> PortalViewerResource {
    use_context().unwrap_or_else(|| PortalViewerResource(Resource::new(|| (), |()| portal_viewer())))
}

/// The frame of the portal.
#[component]
pub fn PortalLayout() -> impl IntoView {
    let text = use_text();
    let who = resource(|| (), |()| portal_viewer());
    provide_context(PortalViewerResource(who));
    let live = Live::provide_to_portal();
    // Whoever comes without a session is sent away before the page is rendered; this is for a session that ended since.
    Effect::new(move |_| {
        if let Some(Err(ApiError(failure))) = who.get()
            && failure.code == ErrorCode::Unauthenticated
        {
            let _ = window().location().set_href(paths::PORTAL_SIGN_IN);
        }
    });
    let is_missing =
        move || matches!(who.get(), Some(Err(ApiError(failure))) if failure.code == ErrorCode::Unavailable);
    load_anew_without(Signal::derive(is_missing));
    let tenant = move || Suspend::new(async move { who.await.ok().map(|viewer| viewer.tenant_name) });
    view! {
        // Until the page has one.
        <Title text="" />
        <a id="skip-link" class="skip-link" href="#content" rel="external">
            {tu!(text, common.skip)}
        </a>
        <div class="portal">
            <header class="portal-head">
                <a id="brand-link" class="brand" href=paths::PORTAL>
                    <span class="brand-mark" aria-hidden="true"></span>
                    <span>
                        <Suspense>{tenant}</Suspense>
                    </span>
                </a>
                <nav class="portal-nav" aria-label=tu_string!(text, portal.areas)>
                    <a id="portal-appointments-link" class="portal-nav-link" href=paths::PORTAL_APPOINTMENTS>
                        <Icon icon=icondata_lu::LuCalendarDays />
                        {tu!(text, portal.appointments)}
                    </a>
                </nav>
                <div class="actions">
                    <LanguageForm />
                    <form method="post" action=SignOut::url()>
                        <Button id="sign-out-button" kind=ButtonKind::Quiet submit=true>
                            <Icon icon=icondata_lu::LuLogOut />
                            {tu!(text, common.sign_out)}
                        </Button>
                    </form>
                </div>
            </header>
            <main id="content" class="content" tabindex="-1">
                <Outlet />
            </main>
        </div>
        <LiveNote live=live />
    }
}
