use domain::Saved;
use leptos::prelude::*;

use crate::{
    i18n::tu_string,
    ui::{CopyButton, Icon, use_text},
};

/// Says that it worked, politely, and offers what one wants next: the link to send on.
#[component]
pub fn SavedNotice(saved: RwSignal<Option<Saved>>) -> impl IntoView {
    let text = use_text();
    let shown = RwSignal::new(true);
    Effect::new(move |_| {
        saved.track();
        shown.set(true);
    });
    let current = move || shown.get().then(|| saved.get()).flatten();
    let message = move || {
        current().map(|saved| {
            if saved.join_url.is_some() {
                tu_string!(text, interactions.saved_meeting)
            } else {
                tu_string!(text, interactions.saved)
            }
        })
    };
    let copy = move || {
        current()
            .and_then(|saved| saved.join_url)
            .map(|link| view! { <CopyButton id="client-interactions-copy-link-button" link=link /> })
    };
    view! {
        <div class="notice" class:notice-empty=move || current().is_none()>
            <Icon icon=icondata_lu::LuCircleCheck />
            <p id="client-interactions-saved" role="status">
                {message}
            </p>
            {copy}
            <button
                id="client-interactions-dismiss-button"
                class="button button-quiet button-icon"
                type="button"
                aria-label=tu_string!(text, interactions.dismiss)
                on:click=move |_| shown.set(false)
            >
                <Icon icon=icondata_lu::LuX />
            </button>
        </div>
    }
}
