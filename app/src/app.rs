use domain::{Audience, import::ImportKind};
use leptos::prelude::*;
use leptos_meta::{Title, provide_meta_context};
use leptos_router::{
    SsrMode,
    components::{Outlet, ParentRoute, Redirect, Route, Router, Routes},
    path,
};

use crate::{
    features::{
        account::{EnrolScreen, ForgotScreen, ProfileScreen, ResetScreen},
        clients::{ClientScreen, ClientsScreen, ImportScreen, PreviewScreen},
        contacts::{ContactScreen, ContactsScreen},
        interactions::InteractionScreen,
        portal::{PortalHome, PortalLayout, PortalNotFound},
        schedule::ScheduleScreen,
        session::{CodeScreen, PortalSignInScreen, SignInScreen},
        settings::SettingsRoutes,
        timeline::InteractionsScreen,
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
                <StaffDoor />
                <PortalDoor />
                <StaffRoutes />
                <PortalRoutes />
            </Routes>
        </Router>
    }
}

/// The pages for staff who are not signed in.
#[component(transparent)]
fn StaffDoor() -> impl leptos_router::MatchNestedRoutes + Clone {
    view! {
        <ParentRoute path=path!("/auth/msp") view=Outlet ssr=SsrMode::Async>
            <Route path=path!("signin") view=SignInScreen />
            <Route path=path!("code") view=|| view! { <CodeScreen audience=Audience::Staff /> } />
            <Route path=path!("forgot-password") view=|| view! { <ForgotScreen audience=Audience::Staff /> } />
            <Route path=path!("reset-password") view=|| view! { <ResetScreen audience=Audience::Staff /> } />
        </ParentRoute>
    }
    .into_inner()
}

/// The same for portal users.
#[component(transparent)]
fn PortalDoor() -> impl leptos_router::MatchNestedRoutes + Clone {
    view! {
        <ParentRoute path=path!("/auth/client-portal") view=Outlet ssr=SsrMode::Async>
            <Route path=path!("signin") view=PortalSignInScreen />
            <Route path=path!("code") view=|| view! { <CodeScreen audience=Audience::Portal /> } />
            <Route path=path!("forgot-password") view=|| view! { <ForgotScreen audience=Audience::Portal /> } />
            <Route path=path!("reset-password") view=|| view! { <ResetScreen audience=Audience::Portal /> } />
        </ParentRoute>
    }
    .into_inner()
}

#[component(transparent)]
fn PortalRoutes() -> impl leptos_router::MatchNestedRoutes + Clone {
    view! {
        <ParentRoute path=path!("/client-portal") view=PortalLayout ssr=SsrMode::Async>
            <Route path=path!("") view=PortalHome />
            <Route path=path!("*any") view=PortalNotFound />
        </ParentRoute>
    }
    .into_inner()
}

/// The staff area. Every page's status depends on its data, so each is rendered in full before the first byte is sent.
#[component(transparent)]
fn StaffRoutes() -> impl leptos_router::MatchNestedRoutes + Clone {
    view! {
        <ParentRoute path=path!("/msp") view=StaffLayout ssr=SsrMode::Async>
            <Route path=path!("") view=ToClients />
            <Route path=path!("clients") view=ClientsScreen />
            <Route path=path!("clients/import") view=|| view! { <ImportScreen kind=ImportKind::Clients /> } />
            <Route path=path!("clients/import/:id") view=|| view! { <PreviewScreen kind=ImportKind::Clients /> } />
            <Route path=path!("clients/:id") view=ClientScreen />
            <Route path=path!("contacts") view=ContactsScreen />
            <Route path=path!("contacts/import") view=|| view! { <ImportScreen kind=ImportKind::Contacts /> } />
            <Route path=path!("contacts/import/:id") view=|| view! { <PreviewScreen kind=ImportKind::Contacts /> } />
            <Route path=path!("contacts/:id") view=ContactScreen />
            <Route path=path!("interactions") view=InteractionsScreen />
            <Route path=path!("interactions/:id") view=InteractionScreen />
            <Route path=path!("schedule") view=ScheduleScreen />
            <SettingsRoutes />
            <Route path=path!("profile") view=ProfileScreen />
            <Route path=path!("profile/second-factor") view=EnrolScreen />
            <Route path=path!("*any") view=NotFound />
        </ParentRoute>
    }
    .into_inner()
}

#[component]
fn ToClients() -> impl IntoView {
    view! { <Redirect path=paths::CLIENTS /> }
}
