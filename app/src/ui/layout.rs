use domain::{ErrorCode, Viewer};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::{components::Outlet, hooks::use_location};

use super::{ButtonKind, ButtonLink, Icon, nav::Nav, use_text};
use crate::{
    error::{ApiError, respond_with},
    features::{
        keyboard::{Keyboard, Keys, PaletteButton},
        live::{Live, LiveNote},
        session::{UserMenu, api::viewer},
    },
    i18n::{tu, tu_string},
    paths,
};

/// Who is signed in. One request answers for the whole staff area.
#[derive(Clone, Copy)]
pub struct ViewerResource(Resource<Result<Viewer, ApiError>>);

impl ViewerResource {
    pub async fn get(self) -> Result<Viewer, ApiError> {
        self.0.await
    }
}

pub fn use_viewer() -> ViewerResource {
    use_context().unwrap_or_else(|| ViewerResource(Resource::new(|| (), |()| viewer())))
}

/// The frame of the staff area.
#[component]
pub fn StaffLayout() -> impl IntoView {
    let text = use_text();
    let who = Resource::new_blocking(|| (), |()| viewer());
    provide_context(ViewerResource(who));
    let live = Live::provide();
    let keys = Keys::provide();
    let location = use_location();
    // Whoever comes without a session is sent away before the page is rendered; this is for a session that ended since.
    Effect::new(move |_| {
        if let Some(Err(ApiError(failure))) = who.get()
            && failure.code == ErrorCode::Unauthenticated
        {
            let here = location.pathname.get_untracked();
            let _ = window().location().set_href(&paths::sign_in(&here));
        }
    });
    let menu = move || Suspend::new(async move { who.await.ok().map(|viewer| view! { <UserMenu viewer=viewer /> }) });
    view! {
        // Until the page has one.
        <Title text="" />
        <a id="skip-link" class="skip-link" href="#content" rel="external">
            {tu!(text, common.skip)}
        </a>
        <div class="frame">
            <header class="sidebar">
                <a id="brand-link" class="brand" href=paths::CLIENTS>
                    <span class="brand-mark" aria-hidden="true"></span>
                    <span>{tu!(text, common.app_name)}</span>
                </a>
                <PaletteButton keys=keys />
                <Nav />
                <div class="account">
                    <Suspense>{menu}</Suspense>
                </div>
            </header>
            <main id="content" class="content" tabindex="-1">
                <Outlet />
            </main>
        </div>
        <LiveNote live=live />
        <Keyboard keys=keys />
    }
}

/// What stands at an address where nothing is.
#[component]
pub fn NotFound() -> impl IntoView {
    let text = use_text();
    respond_with(404);
    view! {
        <Title text=tu_string!(text, common.missing_title) />
        <section id="not-found" class="not-found">
            <Icon icon=icondata_lu::LuCompass />
            <p class="not-found-code" aria-hidden="true">
                "404"
            </p>
            <h1>{tu!(text, common.missing_title)}</h1>
            <p>{tu!(text, common.missing_text)}</p>
            <ButtonLink id="not-found-clients-link" href=paths::CLIENTS kind=ButtonKind::Primary>
                {tu!(text, common.to_clients)}
            </ButtonLink>
        </section>
    }
}
