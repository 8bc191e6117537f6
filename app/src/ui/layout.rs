use domain::{Audience, ErrorCode};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::{components::Outlet, hooks::use_location};

use super::{ButtonKind, ButtonLink, ForViewer, Icon, ViewerResource, nav::Nav, use_text};
use crate::{
    error::{ApiError, respond_with},
    features::{
        keyboard::{Keyboard, Keys, PaletteButton},
        live::{Live, LiveNote},
        session::UserMenu,
    },
    i18n::{tu, tu_string},
    paths,
};

/// The frame of the staff area.
#[component]
pub fn StaffLayout() -> impl IntoView {
    let text = use_text();
    let who = ViewerResource::provide();
    let live = Live::provide();
    let keys = Keys::provide();
    let location = use_location();
    // Whoever comes without a session is sent away before the page is rendered; this is for a session that ended since.
    Effect::new(move |_| {
        if let Some(ApiError(failure)) = who.error()
            && failure.code == ErrorCode::Unauthenticated
        {
            let here = location.pathname.get_untracked();
            let _ = window().location().set_href(&paths::sign_in(&here));
        }
    });
    load_anew_without(Signal::derive(move || {
        who.error().is_some_and(|error| error.0.code == ErrorCode::Unavailable)
    }));
    let menu = move |viewer| Some(view! { <UserMenu viewer=viewer /> }.into_any());
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
                    <ForViewer draw=menu />
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

/// Where the frame of the pages has not come, the next page brings it along.
pub fn load_anew_without(is_missing: Signal<bool>) {
    let path = use_location().pathname;
    Effect::new(move |before: Option<String>| {
        let now = path.get();
        if before.is_some_and(|before| before != now) && is_missing.get_untracked() {
            let _ = window().location().reload();
        }
        now
    });
}

/// What stands at an address where nothing is.
#[component]
pub fn NotFound() -> impl IntoView {
    let text = use_text();
    respond_with(404);
    let is_portal = use_location()
        .pathname
        .with_untracked(|path| paths::area(path) == Some(Audience::Portal));
    let home = if is_portal {
        view! {
            <ButtonLink id="not-found-portal-link" href=paths::PORTAL kind=ButtonKind::Primary>
                {tu!(text, portal.to_start)}
            </ButtonLink>
        }
    } else {
        view! {
            <ButtonLink id="not-found-clients-link" href=paths::CLIENTS kind=ButtonKind::Primary>
                {tu!(text, common.to_clients)}
            </ButtonLink>
        }
    };
    view! {
        <Title text=tu_string!(text, common.missing_title) />
        <section id="not-found" class="not-found">
            <Icon icon=icondata_lu::LuCompass />
            <p class="not-found-code" aria-hidden="true">
                "404"
            </p>
            <h1>{tu!(text, common.missing_title)}</h1>
            <p>{tu!(text, common.missing_text)}</p>
            {home}
        </section>
    }
}
