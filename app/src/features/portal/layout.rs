use domain::{ErrorCode, PortalViewer};
use leptos::{prelude::*, server_fn::ServerFn};
use leptos_meta::Title;
use leptos_router::components::Outlet;

use super::api::portal_viewer;
use crate::{
    error::{ApiError, respond_with},
    features::{
        live::{Live, LiveNote},
        session::{LanguageForm, api::SignOut},
    },
    i18n::{tu, tu_string},
    paths,
    ui::{Button, ButtonKind, ButtonLink, ErrorPanel, Icon, use_text},
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
    let who = Resource::new_blocking(|| (), |()| portal_viewer());
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

/// A page whose data did not come: the page for what is not there, or what went wrong with the way to try again.
#[component]
pub fn PortalFailed(error: ApiError, #[prop(into)] retry: Callback<()>) -> impl IntoView {
    let ApiError(failure) = error;
    if failure.code == ErrorCode::NotFound {
        return view! { <PortalNotFound /> }.into_any();
    }
    let text = use_text();
    respond_with(failure.code.status());
    view! {
        <ErrorPanel id="page-error" failure=failure>
            <Button id="page-error-retry-button" on:click=move |_| retry.run(())>
                {tu!(text, common.retry)}
            </Button>
        </ErrorPanel>
    }
    .into_any()
}

/// What stands at an address of the portal where nothing is.
#[component]
pub fn PortalNotFound() -> impl IntoView {
    let text = use_text();
    respond_with(404);
    view! {
        <Title text=tu_string!(text, common.missing_title) />
        <section id="not-found" class="not-found">
            <Icon icon=icondata_lu::LuCompass />
            <h1>{tu!(text, common.missing_title)}</h1>
            <p>{tu!(text, common.missing_text)}</p>
            <ButtonLink id="not-found-portal-link" href=paths::PORTAL kind=ButtonKind::Primary>
                {tu!(text, portal.to_start)}
            </ButtonLink>
        </section>
    }
}
