use leptos::prelude::*;
use leptos_meta::{Title, provide_meta_context};
use leptos_router::{
    SsrMode,
    components::{ParentRoute, Redirect, Route, Router, Routes},
    path,
};

use crate::{
    features::{
        clients::{ClientScreen, ClientsScreen},
        interactions::InteractionScreen,
        session::SignInScreen,
    },
    i18n::{I18nContextProvider, tu_string},
    paths,
    ui::{Hydrated, NotFound, StaffLayout, language_cookie, use_text},
};

#[component]
pub fn App() -> impl IntoView {
    provide_meta_context();
    Hydrated::provide();
    // The provider adds a node after its children, so it is the root and nothing comes after it.
    view! {
        <I18nContextProvider cookie_options=language_cookie()>
            <Pages />
        </I18nContextProvider>
    }
}

#[component]
fn Pages() -> impl IntoView {
    let text = use_text();
    let app = tu_string!(text, common.app_name);
    let title = move |page: String| {
        if page.is_empty() {
            app.to_owned()
        } else {
            format!("{page} · {app}")
        }
    };
    view! {
        <Title formatter=title />
        <Router>
            <Routes fallback=|| {
                view! {
                    <main class="content">
                        <NotFound />
                    </main>
                }
            }>
                <Route path=path!("/auth/msp/signin") view=SignInScreen ssr=SsrMode::Async />
                <StaffRoutes />
            </Routes>
        </Router>
    }
}

/// The staff area. Every page's status depends on its data, so each is rendered in full before the first byte is sent.
#[component(transparent)]
fn StaffRoutes() -> impl leptos_router::MatchNestedRoutes + Clone {
    view! {
        <ParentRoute path=path!("/msp") view=StaffLayout ssr=SsrMode::Async>
            <Route path=path!("") view=ToClients />
            <Route path=path!("clients") view=ClientsScreen />
            <Route path=path!("clients/:id") view=ClientScreen />
            <Route path=path!("interactions/:id") view=InteractionScreen />
            <Route path=path!("*any") view=NotFound />
        </ParentRoute>
    }
    .into_inner()
}

#[component]
fn ToClients() -> impl IntoView {
    view! { <Redirect path=paths::CLIENTS /> }
}
