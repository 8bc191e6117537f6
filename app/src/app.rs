use leptos::prelude::*;
use leptos_meta::{Title, provide_meta_context};
use leptos_router::{
    Lazy, SsrMode,
    components::{Outlet, ParentRoute, Redirect, Route, Router, Routes},
    path,
};

use crate::{
    areas,
    features::{
        portal::PortalLayout,
        session::{PortalSignInScreen, SignInScreen},
        settings::SettingsRoutes,
    },
    i18n::{I18nContextProvider, tu_string},
    paths,
    ui::{NotFound, StaffLayout, language_cookie, titles, use_text},
};

#[component]
pub fn App() -> impl IntoView {
    provide_meta_context();
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
    let title = titles(tu_string!(text, common.app_name));
    view! {
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
        // Behind the pages: whatever comes first writes the title, and without a page's it would be empty until the code has come.
        <Title formatter=title />
    }
}

/// The pages for staff who are not signed in.
#[component(transparent)]
fn StaffDoor() -> impl leptos_router::MatchNestedRoutes + Clone {
    view! {
        <ParentRoute path=path!("/auth/msp") view=Outlet ssr=SsrMode::Async>
            <Route path=path!("signin") view=SignInScreen />
            <Route path=path!("code") view={Lazy::<areas::StaffCode>::new()} />
            <Route path=path!("forgot-password") view={Lazy::<areas::StaffForgot>::new()} />
            <Route path=path!("reset-password") view={Lazy::<areas::StaffReset>::new()} />
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
            <Route path=path!("code") view={Lazy::<areas::PortalCode>::new()} />
            <Route path=path!("forgot-password") view={Lazy::<areas::PortalForgot>::new()} />
            <Route path=path!("reset-password") view={Lazy::<areas::PortalReset>::new()} />
        </ParentRoute>
    }
    .into_inner()
}

#[component(transparent)]
fn PortalRoutes() -> impl leptos_router::MatchNestedRoutes + Clone {
    view! {
        <ParentRoute path=path!("/client-portal") view=PortalLayout ssr=SsrMode::Async>
            <Route path=path!("") view={Lazy::<areas::PortalStart>::new()} />
            <Route path=path!("appointments") view={Lazy::<areas::PortalAppointments>::new()} />
            <Route path=path!("appointments/new") view={Lazy::<areas::Ask>::new()} />
            <Route path=path!("appointments/:id") view={Lazy::<areas::PortalAppointment>::new()} />
            <Route path=path!("appointments/:id/reschedule") view={Lazy::<areas::PortalReschedule>::new()} />
            <Route path=path!("meetings") view={Lazy::<areas::PortalMeetings>::new()} />
            <Route path=path!("meetings/:id") view={Lazy::<areas::PortalMeeting>::new()} />
            <Route path=path!("meetings/:id/reschedule") view={Lazy::<areas::PortalMeetingReschedule>::new()} />
            <Route path=path!("meetings/:id/watch") view={Lazy::<areas::PortalFilm>::new()} />
            <Route path=path!("*any") view={Lazy::<areas::PortalNothing>::new()} />
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
            <Route path=path!("clients") view={Lazy::<areas::Clients>::new()} />
            <Route path=path!("clients/import") view={Lazy::<areas::ImportClients>::new()} />
            <Route path=path!("clients/import/:id") view={Lazy::<areas::PreviewClients>::new()} />
            <Route path=path!("clients/:id") view={Lazy::<areas::Client>::new()} />
            <Route path=path!("contacts") view={Lazy::<areas::Contacts>::new()} />
            <Route path=path!("contacts/import") view={Lazy::<areas::ImportContacts>::new()} />
            <Route path=path!("contacts/import/:id") view={Lazy::<areas::PreviewContacts>::new()} />
            <Route path=path!("contacts/:id") view={Lazy::<areas::Contact>::new()} />
            <Route path=path!("schedule") view={Lazy::<areas::Schedule>::new()} />
            <Route path=path!("interactions") view={Lazy::<areas::Interactions>::new()} />
            <Route path=path!("interactions/:id") view={Lazy::<areas::Interaction>::new()} />
            <Route path=path!("interactions/:id/history") view={Lazy::<areas::History>::new()} />
            <Route path=path!("interactions/:id/watch") view={Lazy::<areas::Watch>::new()} />
            <Route path=path!("documents/:id") view={Lazy::<areas::Document>::new()} />
            <Route path=path!("appointment-requests") view={Lazy::<areas::Requests>::new()} />
            <Route path=path!("appointment-requests/:id") view={Lazy::<areas::Request>::new()} />
            <SettingsRoutes />
            <Route path=path!("profile") view={Lazy::<areas::Profile>::new()} />
            <Route path=path!("profile/second-factor") view={Lazy::<areas::SecondFactor>::new()} />
            <Route path=path!("*any") view=NotFound />
        </ParentRoute>
    }
    .into_inner()
}

#[component]
fn ToClients() -> impl IntoView {
    view! { <Redirect path=paths::CLIENTS /> }
}
