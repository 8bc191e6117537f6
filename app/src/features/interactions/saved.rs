use domain::{InteractionId, Place, Saved};
use leptos::prelude::*;

use crate::{
    features::timeline::{Feed, prefix, row_id},
    i18n::tu_string,
    ui::{CopyButton, Icon, focus, on_next_frame, use_text},
};

/// What was just added gets the focus as soon as it is in the timeline.
pub fn focus_saved(feed: Feed, place: Memo<Option<Place>>) {
    let focused = StoredValue::new(None::<InteractionId>);
    Effect::new(move |_| {
        feed.page.track();
        feed.drawn.track();
        let Some((place, id)) = place
            .get()
            .zip(feed.saved.read().as_ref().map(|saved| saved.interaction_id))
        else {
            return;
        };
        if focused.get_value() != Some(id) {
            on_next_frame(move || {
                if focus(&row_id(place, id)) {
                    focused.set_value(Some(id));
                }
            });
        }
    });
}

/// Says that it worked, politely, and offers what one wants next: the link to send on.
#[component]
pub fn SavedNotice(place: Place, saved: RwSignal<Option<Saved>>) -> impl IntoView {
    let text = use_text();
    let id = move |part: &str| format!("{}-{part}", prefix(place));
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
            .map(|link| view! { <CopyButton id=id("copy-link-button") link=link /> })
    };
    view! {
        <div class="notice" class:notice-empty=move || current().is_none()>
            <Icon icon=icondata_lu::LuCircleCheck />
            <p id=id("saved") role="status">
                {message}
            </p>
            {copy}
            <button
                id=id("dismiss-button")
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
