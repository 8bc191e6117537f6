use leptos::prelude::*;

use super::use_hydrated;

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

/// Whether what is shown is being loaded anew, for `aria-busy`. The flag is not read on the server: there another task may be
/// writing it at the same moment, and a read then panics.
pub fn aria_busy(pending: RwSignal<bool>) -> impl Fn() -> Option<&'static str> + Copy + Send + Sync + 'static {
    let hydrated = use_hydrated();
    move || (hydrated.get() && pending.get()).then_some("true")
}
