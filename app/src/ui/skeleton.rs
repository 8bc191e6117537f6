use leptos::prelude::*;

use super::use_text;
use crate::i18n::tu;

/// Grey bars in the shape of what is coming. They appear after a moment, so that a quick answer does not flicker.
#[component]
pub fn Skeleton(#[prop(default = 6)] rows: usize) -> impl IntoView {
    let text = use_text();
    view! {
        <div class="skeleton" role="status">
            <span class="visually-hidden">{tu!(text, common.loading)}</span>
            {(0..rows).map(|_| view! { <span class="skeleton-row"></span> }).collect_view()}
        </div>
    }
}
