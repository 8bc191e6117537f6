use leptos::prelude::*;
use leptos_router::hooks::use_location;

use super::{Icon, use_text};
use crate::{
    i18n::{tu, tu_string},
    paths,
};

/// The sections of the staff area: at the left, on a phone at the bottom.
#[component]
pub fn Nav() -> impl IntoView {
    let text = use_text();
    let path = use_location().pathname;
    // Interactions are reached from their client and belong to that section.
    let current = move || {
        let section = path.with(|path| path.starts_with(paths::CLIENTS) || path.starts_with(paths::INTERACTIONS));
        section.then_some("true")
    };
    view! {
        <nav class="nav" aria-label=tu_string!(text, common.main_navigation)>
            <ul>
                <li>
                    <a id="nav-clients" class="nav-link" href=paths::CLIENTS aria-current=current>
                        <Icon icon=icondata_lu::LuBuilding2 />
                        {tu!(text, common.clients)}
                    </a>
                </li>
            </ul>
        </nav>
    }
}
