use leptos::prelude::*;

use super::Icon;

/// Says that something worked. It is there when the page comes, so it is read with the page.
#[component]
pub fn Notice(id: &'static str, #[prop(into)] text: String) -> impl IntoView {
    view! {
        <div class="notice">
            <Icon icon=icondata_lu::LuCircleCheck />
            <p id=id role="status">
                {text}
            </p>
        </div>
    }
}
