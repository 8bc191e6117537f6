//! What several of the portal's pages say.

use leptos::prelude::*;

use crate::{i18n::tu_string, ui::I18n};

/// "24 hours".
pub fn hours(text: I18n, hours: u32) -> String {
    match hours {
        1 => tu_string!(text, portal.hour).to_owned(),
        hours => tu_string!(text, portal.hours, hours = hours),
    }
}

/// "90 days".
pub fn days(text: I18n, days: u32) -> String {
    match days {
        1 => tu_string!(text, portal.one_day).to_owned(),
        days => tu_string!(text, portal.many_days, days = days),
    }
}

/// The end of a form that asks for a time.
pub fn submit(text: I18n, id: &'static str, label: &'static str, busy: Memo<bool>) -> AnyView {
    let label = move || {
        if busy.get() {
            tu_string!(text, portal.asking)
        } else {
            label
        }
    };
    view! {
        <div class="actions">
            <button
                id=id
                class="button button-primary button-large"
                type="submit"
                aria-disabled=move || busy.get().then_some("true")
            >
                <span class="spinner" aria-hidden="true"></span>
                <span aria-live="polite">{label}</span>
            </button>
        </div>
    }
    .into_any()
}
