use leptos::prelude::*;
use leptos_router::hooks::use_location;

use super::{Icon, use_text};
use crate::{
    features::{appointments::NavRequests, settings::NavSettings},
    i18n::{tu, tu_string},
    paths,
};

/// The sections of the staff area: at the left, on a phone at the bottom.
#[component]
pub fn Nav() -> impl IntoView {
    let text = use_text();
    let path = use_location().pathname;
    let within = move |sections: &'static [&'static str]| {
        move || {
            path.with(|path| sections.iter().any(|section| path.starts_with(section)))
                .then_some("true")
        }
    };
    view! {
        <nav class="nav" aria-label=tu_string!(text, common.main_navigation)>
            <ul>
                <li>
                    <a
                        id="nav-interactions"
                        class="nav-link"
                        href=paths::INTERACTIONS
                        aria-current=within(&[paths::INTERACTIONS])
                    >
                        <Icon icon=icondata_lu::LuListTree />
                        {tu!(text, timeline.title)}
                    </a>
                </li>
                <li>
                    <a
                        id="nav-schedule"
                        class="nav-link"
                        href=paths::SCHEDULE
                        aria-current=within(&[paths::SCHEDULE])
                    >
                        <Icon icon=icondata_lu::LuCalendarDays />
                        {tu!(text, schedule.title)}
                    </a>
                </li>
                <li>
                    <a
                        id="nav-clients"
                        class="nav-link"
                        href=paths::CLIENTS
                        aria-current=within(&[paths::CLIENTS])
                    >
                        <Icon icon=icondata_lu::LuBuilding2 />
                        {tu!(text, common.clients)}
                    </a>
                </li>
                <li>
                    <a
                        id="nav-contacts"
                        class="nav-link"
                        href=paths::CONTACTS
                        aria-current=within(&[paths::CONTACTS])
                    >
                        <Icon icon=icondata_lu::LuContact />
                        {tu!(text, contacts.title)}
                    </a>
                </li>
                <NavRequests />
                <NavSettings />
            </ul>
        </nav>
    }
}
