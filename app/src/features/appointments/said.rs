use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use crate::{
    i18n::tu_string,
    ui::{I18n, Icon, use_text},
};

/// Says politely what was done: as a form without script has it in the address, or as a signal has it since.
#[component]
pub fn Said(said: RwSignal<Option<&'static str>>) -> impl IntoView {
    let text = use_text();
    let query = use_query_map();
    let words = move || match said.get() {
        Some(what) => words(text, what),
        None => words(text, query.read().get_str("saved")?),
    };
    view! {
        <div class="notice" class:notice-empty=move || words().is_none()>
            <Icon icon=icondata_lu::LuCircleCheck />
            <p id="appointment-requests-said" role="status">
                {words}
            </p>
        </div>
    }
}

fn words(text: I18n, what: &str) -> Option<&'static str> {
    Some(match what {
        "approved" => tu_string!(text, appointments.said_approved),
        "declined" => tu_string!(text, appointments.said_declined),
        "moved" => tu_string!(text, appointments.said_moved),
        "kept" => tu_string!(text, appointments.said_kept),
        "generated" => tu_string!(text, appointments.said_generated),
        _ => return None,
    })
}
