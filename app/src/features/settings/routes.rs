use domain::{ErrorCode, Permission};
use leptos::prelude::*;
use leptos_router::{
    components::{ParentRoute, Redirect, Route},
    path,
};

use super::{nav::SettingsLayout, roles::RolesScreen, statuses::StatusesScreen, types::TypesScreen};
use crate::{
    paths,
    ui::{Failed, use_viewer},
};

/// The pages of the settings; each is also an entry in `nav.rs`.
#[component(transparent)]
pub fn SettingsRoutes() -> impl leptos_router::MatchNestedRoutes + Clone {
    view! {
        <ParentRoute path=path!("settings") view=SettingsLayout>
            <Route path=path!("") view=FirstPage />
            <Route path=path!("roles") view=RolesScreen />
            <Route path=path!("interaction-types") view=TypesScreen />
            <Route path=path!("interaction-statuses") view=StatusesScreen />
        </ParentRoute>
    }
    .into_inner()
}

/// Leads to the first page that the person may see.
#[component]
fn FirstPage() -> impl IntoView {
    let viewer = use_viewer();
    let first = move || {
        Suspend::new(async move {
            match viewer.get().await {
                Ok(viewer) if viewer.may(Permission::SettingsRead) => {
                    view! { <Redirect path=paths::ROLES /> }.into_any()
                }
                Ok(_) => view! { <Failed error=ErrorCode::Forbidden.into() retry=|()| () /> }.into_any(),
                Err(error) => view! { <Failed error=error retry=|()| () /> }.into_any(),
            }
        })
    };
    view! { <Suspense>{first}</Suspense> }
}
