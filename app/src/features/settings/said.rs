use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use crate::{
    i18n::tu_string,
    ui::{I18n, Icon, use_text},
};

/// Says politely what was done: as a form without script has it in the address, or as a signal has it since.
#[component]
pub fn Said(id: &'static str, said: RwSignal<Option<&'static str>>) -> impl IntoView {
    let text = use_text();
    let query = use_query_map();
    let words = move || match said.get() {
        Some(what) => words(text, what),
        None => words(text, query.read().get_str("saved")?),
    };
    view! {
        <div class="notice" class:notice-empty=move || words().is_none()>
            <Icon icon=icondata_lu::LuCircleCheck />
            <p id=id role="status">
                {words}
            </p>
        </div>
    }
}

fn words(text: I18n, what: &str) -> Option<&'static str> {
    Some(match what {
        "roles" => tu_string!(text, settings.said_roles),
        "activated" => tu_string!(text, settings.said_activated),
        "deactivated" => tu_string!(text, settings.said_deactivated),
        "saved" => tu_string!(text, settings.said_saved),
        "up" => tu_string!(text, settings.said_up),
        "down" => tu_string!(text, settings.said_down),
        "deleted" => tu_string!(text, settings.said_deleted),
        "default" => tu_string!(text, settings.said_default),
        "retried" => tu_string!(text, settings.said_retried),
        "profile" => tu_string!(text, settings.said_profile),
        "organizer" => tu_string!(text, settings.said_organizer),
        "teams-on" => tu_string!(text, settings.said_teams_on),
        "teams-off" => tu_string!(text, settings.said_teams_off),
        "checked" => tu_string!(text, settings.said_checked),
        "hours-removed" => tu_string!(text, availability.said_removed),
        "changed" => tu_string!(text, settings.said_changed),
        _ => return None,
    })
}
