use leptos::prelude::*;

use crate::{
    i18n::tu_string,
    ui::{Icon, use_text},
};

/// Says that the Teams meeting moves with the interaction, and how many attendees are told; nothing where there is no such meeting.
#[component]
pub fn MovesHint(attendees: Option<u32>) -> impl IntoView {
    let text = use_text();
    attendees.map(|attendees| {
        let words = match attendees {
            0 => tu_string!(text, interactions.mt_moves).to_owned(),
            1 => tu_string!(text, interactions.mt_moves_one).to_owned(),
            count => tu_string!(text, interactions.mt_moves_many, count = count),
        };
        view! {
            <p id="edit-interaction-moves-hint" class="hint with-icon">
                <Icon icon=icondata_lu::LuVideo />
                {words}
            </p>
        }
    })
}
