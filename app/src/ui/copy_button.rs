use std::time::Duration;

use leptos::{prelude::*, task::spawn_local};
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::JsFuture;

use super::{Icon, use_text};
use crate::i18n::tu_string;

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Idle,
    Copied,
    Refused,
}

/// Copies a link, or another text: as it is when it is asked for. Hidden, with its place kept, until the page is interactive.
#[component]
pub fn CopyButton(
    #[prop(into)] id: String,
    #[prop(into)] link: Signal<String>,
    #[prop(optional)] label: Option<&'static str>,
    #[prop(optional)] copied: Option<&'static str>,
) -> impl IntoView {
    let text = use_text();
    let idle = label.unwrap_or_else(|| tu_string!(text, common.copy_link));
    let done = copied.unwrap_or_else(|| tu_string!(text, common.copied));
    let state = RwSignal::new(State::Idle);
    let copy = move |_| {
        let link = link.get_untracked();
        spawn_local(async move {
            state.set(if write(&link).await {
                State::Copied
            } else {
                State::Refused
            });
            set_timeout(
                move || {
                    let _ = state.try_set(State::Idle);
                },
                Duration::from_secs(4),
            );
        });
    };
    let label = move || match state.get() {
        State::Idle => idle,
        State::Copied => done,
        State::Refused => tu_string!(text, common.copy_failed),
    };
    view! {
        <button id=id class="button needs-script" type="button" on:click=copy>
            <Icon icon=icondata_lu::LuCopy />
            <span aria-live="polite">{label}</span>
        </button>
    }
}

/// The clipboard is missing on pages that are not served securely, and the reader may forbid its use.
async fn write(link: &str) -> bool {
    let navigator = window().navigator();
    let clipboard = js_sys::Reflect::get(&navigator, &JsValue::from_str("clipboard"));
    if clipboard.is_ok_and(|clipboard| clipboard.is_object()) {
        JsFuture::from(navigator.clipboard().write_text(link)).await.is_ok()
    } else {
        false
    }
}
