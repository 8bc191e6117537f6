use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use crate::{
    i18n::tu_string,
    ui::{I18n, Icon, use_text},
};

/// Says politely what was done, as it stands in the address.
#[component]
pub fn Said() -> impl IntoView {
    let text = use_text();
    let query = use_query_map();
    let words = move || words(text, query.read().get_str("saved")?);
    view! {
        <div class="notice" class:notice-empty=move || words().is_none()>
            <Icon icon=icondata_lu::LuCircleCheck />
            <p id="portal-said" role="status">
                {words}
            </p>
        </div>
    }
}

fn words(text: I18n, what: &str) -> Option<&'static str> {
    Some(match what {
        "asked" => tu_string!(text, portal.said_asked),
        "cancelled" => tu_string!(text, portal.said_cancelled),
        "wished" => tu_string!(text, portal.said_wished),
        "moved" => tu_string!(text, portal.said_moved),
        _ => return None,
    })
}
