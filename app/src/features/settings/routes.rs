use domain::{ErrorCode, Permission, Viewer};
use leptos::prelude::*;
use leptos_router::{
    Lazy,
    components::{ParentRoute, Redirect, Route},
    path,
};

use crate::{
    areas, paths,
    ui::{Failed, Loaded, use_viewer},
};

/// The pages of the settings; each is also an entry in `nav.rs`.
#[component(transparent)]
pub fn SettingsRoutes() -> impl leptos_router::MatchNestedRoutes + Clone {
    view! {
        <ParentRoute path=path!("settings") view={Lazy::<areas::Settings>::new()}>
            <Route path=path!("") view={Lazy::<areas::FirstSettings>::new()} />
            <Route path=path!("roles") view={Lazy::<areas::Roles>::new()} />
            <Route path=path!("interaction-types") view={Lazy::<areas::InteractionTypes>::new()} />
            <Route path=path!("interaction-statuses") view={Lazy::<areas::InteractionStatuses>::new()} />
            <Route path=path!("availability") view={Lazy::<areas::Availability>::new()} />
            <Route path=path!("integrations/teams") view={Lazy::<areas::Teams>::new()} />
            <Route path=path!("audit") view={Lazy::<areas::Audit>::new()} />
        </ParentRoute>
    }
    .into_inner()
}

/// Leads to the first page that the person may see.
#[component]
pub fn FirstPage() -> impl IntoView {
    let viewer = use_viewer();
    let first = move |viewer: Viewer| {
        if viewer.may(Permission::SettingsRead) {
            view! { <Redirect path=paths::ROLES /> }.into_any()
        } else {
            view! { <Failed error=ErrorCode::Forbidden.into() retry=|()| () /> }.into_any()
        }
    };
    view! { <Loaded of=viewer draw=first /> }
}
