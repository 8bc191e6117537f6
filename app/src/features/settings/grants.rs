use domain::{Permission, RoleRow, RolesPage};
use leptos::prelude::*;

use crate::{
    i18n::{tu, tu_string},
    ui::{I18n, Icon, use_text},
};

/// What the roles of staff grant: what one can do against the roles; on a phone a list for each role. Below, the portal's roles.
#[component]
pub fn Grants(page: RolesPage) -> impl IntoView {
    let text = use_text();
    let portal = page
        .portal
        .iter()
        .map(|role| {
            view! {
                <li class="role-portal">
                    <span>{role.name.clone()}</span>
                    <span class="quiet">{people(text, role.people)}</span>
                </li>
            }
        })
        .collect_view();
    view! {
        <section class="roles" aria-labelledby="roles-staff-title">
            <h2 id="roles-staff-title">{tu!(text, settings.grants_title)}</h2>
            <Matrix roles=page.staff.clone() />
            <Lists roles=page.staff />
        </section>
        <section class="roles" aria-labelledby="roles-portal-title">
            <h2 id="roles-portal-title">{tu!(text, settings.portal_title)}</h2>
            <p class="quiet">{tu!(text, settings.portal_text)}</p>
            <ul id="roles-portal" class="roles-portal">
                {portal}
            </ul>
        </section>
    }
}

fn people(text: I18n, count: u32) -> String {
    match count {
        0 => tu_string!(text, settings.role_nobody).to_owned(),
        1 => tu_string!(text, settings.people_one).to_owned(),
        many => tu_string!(text, settings.people_many, count = many),
    }
}

#[component]
fn Matrix(roles: Vec<RoleRow>) -> impl IntoView {
    let text = use_text();
    let heads = roles
        .iter()
        .map(|role| {
            view! {
                <th scope="col" class="role-head">
                    {role.name.clone()}
                    <span class="role-people">{people(text, role.people)}</span>
                </th>
            }
        })
        .collect_view();
    let columns = (roles.len() + 1).to_string();
    let areas = AREAS
        .iter()
        .map(|area| {
            let rows = of_area(*area)
                .map(|permission| {
                    let cells = roles
                        .iter()
                        .map(|role| cell(text, role.grants.contains(&permission)))
                        .collect_view();
                    view! {
                        <tr>
                            <th scope="row">{words(text, permission)}</th>
                            {cells}
                        </tr>
                    }
                })
                .collect_view();
            view! {
                <tbody>
                    <tr class="role-area">
                        <th scope="rowgroup" colspan=columns.clone()>
                            {area_words(text, *area)}
                        </th>
                    </tr>
                    {rows}
                </tbody>
            }
        })
        .collect_view();
    view! {
        <div class="roles-scroll" tabindex="0" role="region" aria-labelledby="roles-staff-title">
            <table id="roles-table" class="table">
                <thead>
                    <tr>
                        <th scope="col">{tu!(text, settings.column_may)}</th>
                        {heads}
                    </tr>
                </thead>
                {areas}
            </table>
        </div>
    }
}

fn cell(text: I18n, granted: bool) -> AnyView {
    if granted {
        view! {
            <td class="role-yes">
                <Icon icon=icondata_lu::LuCheck />
                <span class="visually-hidden">{tu!(text, settings.yes)}</span>
            </td>
        }
        .into_any()
    } else {
        view! {
            <td class="role-no">
                <span aria-hidden="true">"–"</span>
                <span class="visually-hidden">{tu!(text, settings.no)}</span>
            </td>
        }
        .into_any()
    }
}

#[component]
fn Lists(roles: Vec<RoleRow>) -> impl IntoView {
    let text = use_text();
    let roles = roles
        .into_iter()
        .map(|role| {
            let grants = Permission::ALL
                .iter()
                .filter(|permission| role.grants.contains(permission))
                .map(|permission| {
                    view! {
                        <li class="with-icon">
                            <Icon icon=icondata_lu::LuCheck />
                            {words(text, *permission)}
                        </li>
                    }
                })
                .collect_view();
            view! {
                <details class="card">
                    <summary>
                        <span>{role.name}</span>
                        <span class="quiet">{people(text, role.people)}</span>
                    </summary>
                    <ul class="role-grants">{grants}</ul>
                </details>
            }
        })
        .collect_view();
    view! {
        <div id="roles-lists" class="roles-lists">
            {roles}
        </div>
    }
}

/// What a permission is about.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Area {
    Timeline,
    Clients,
    Schedule,
    Settings,
}

const AREAS: [Area; 4] = [Area::Timeline, Area::Clients, Area::Schedule, Area::Settings];

fn of_area(area: Area) -> impl Iterator<Item = Permission> {
    let all = Permission::ALL.iter().copied();
    all.filter(move |permission| {
        let own = match permission.resource() {
            "client" | "contact" => Area::Clients,
            "user_schedule" => Area::Schedule,
            "system_settings" | "user" => Area::Settings,
            _ => Area::Timeline,
        };
        own == area
    })
}

fn area_words(text: I18n, area: Area) -> &'static str {
    match area {
        Area::Timeline => tu_string!(text, settings.area.timeline),
        Area::Clients => tu_string!(text, settings.area.clients),
        Area::Schedule => tu_string!(text, settings.area.schedule),
        Area::Settings => tu_string!(text, settings.area.settings),
    }
}

/// What a permission lets people do. No wildcard: a new permission without words does not compile.
fn words(text: I18n, permission: Permission) -> &'static str {
    match permission {
        Permission::ClientRead => tu_string!(text, settings.may.client_read),
        Permission::ClientCreate => tu_string!(text, settings.may.client_create),
        Permission::ClientUpdate => tu_string!(text, settings.may.client_update),
        Permission::ContactRead => tu_string!(text, settings.may.contact_read),
        Permission::ContactCreate => tu_string!(text, settings.may.contact_create),
        Permission::ContactUpdate => tu_string!(text, settings.may.contact_update),
        Permission::InteractionCreate => tu_string!(text, settings.may.interaction_create),
        Permission::InteractionRead => tu_string!(text, settings.may.interaction_read),
        Permission::InteractionUpdate => tu_string!(text, settings.may.interaction_update),
        Permission::InteractionDelete => tu_string!(text, settings.may.interaction_delete),
        Permission::ScheduleRead => tu_string!(text, settings.may.schedule_read),
        Permission::ScheduleUpdate => tu_string!(text, settings.may.schedule_update),
        Permission::SettingsRead => tu_string!(text, settings.may.settings_read),
        Permission::SettingsUpdate => tu_string!(text, settings.may.settings_update),
        Permission::UserRead => tu_string!(text, settings.may.user_read),
        Permission::UserUpdate => tu_string!(text, settings.may.user_update),
    }
}
