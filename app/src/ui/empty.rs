use icondata_core::Icon as IconData;
use leptos::prelude::*;

use super::Icon;

/// What stands where nothing is: what would be here, and what to do about it.
#[component]
pub fn Empty(
    #[prop(into)] id: String,
    icon: IconData,
    #[prop(into)] title: String,
    #[prop(into)] text: String,
    #[prop(optional)] children: Option<Children>,
) -> impl IntoView {
    view! {
        <div id=id class="empty">
            <Icon icon />
            <p class="empty-title">{title}</p>
            <p class="empty-text">{text}</p>
            {children.map(|children| view! { <div class="actions">{children()}</div> })}
        </div>
    }
}
