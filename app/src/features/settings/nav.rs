use domain::{Permission, Viewer};
use leptos::prelude::*;
use leptos_router::{components::Outlet, hooks::use_location};

use crate::{
    i18n::{tu, tu_string},
    paths,
    ui::{ForViewer, Icon, use_text},
};

/// The entry of the main navigation, for those who may read settings.
#[component]
pub fn NavSettings() -> impl IntoView {
    let text = use_text();
    let path = use_location().pathname;
    let current = move || path.with(|path| path.starts_with(paths::SETTINGS)).then_some("true");
    let entry = move |viewer: Viewer| {
        viewer.may(Permission::SettingsRead).then(|| {
            view! {
                <li>
                    <a id="nav-settings" class="nav-link" href=paths::SETTINGS aria-current=current>
                        <Icon icon=icondata_lu::LuSettings />
                        {tu!(text, settings.title)}
                    </a>
                </li>
            }
            .into_any()
        })
    };
    view! { <ForViewer draw=entry /> }
}

/// The frame of the settings: the list of their pages above each of them.
#[component]
pub fn SettingsLayout() -> impl IntoView {
    let text = use_text();
    let path = use_location().pathname;
    let pages = move |viewer: Viewer| {
        let entry = move |id: &'static str, href: &'static str, label: &'static str| {
            let current = move || path.with(|path| path.starts_with(href)).then_some("page");
            view! {
                <li>
                    <a id=id class="tab" href=href aria-current=current>
                        {label}
                    </a>
                </li>
            }
        };
        viewer.may(Permission::SettingsRead).then(|| {
            view! {
                <nav class="tabs" aria-label=tu_string!(text, settings.title)>
                    <ul>
                        {entry("settings-roles-link", paths::ROLES, tu_string!(text, settings.roles_title))}
                        {entry("settings-types-link", paths::TYPES, tu_string!(text, settings.types_title))}
                        {entry("settings-statuses-link", paths::STATUSES, tu_string!(text, settings.statuses_title))}
                        {entry(
                            "settings-availability-link",
                            paths::AVAILABILITY,
                            tu_string!(text, availability.title),
                        )}
                        {entry("settings-teams-link", paths::TEAMS, tu_string!(text, settings.teams_title))}
                        {entry("settings-audit-link", paths::AUDIT, tu_string!(text, audit.title))}
                    </ul>
                </nav>
            }
            .into_any()
        })
    };
    view! {
        <ForViewer draw=pages />
        <Outlet />
    }
}
