use domain::portal::PortalState;
use leptos::prelude::*;

use crate::{
    i18n::tu_string,
    ui::{Badge, I18n, Tone, use_text},
};

pub fn state_text(text: I18n, state: PortalState) -> &'static str {
    match state {
        PortalState::Waiting => tu_string!(text, portal.waiting),
        PortalState::Unanswered => tu_string!(text, portal.unanswered),
        PortalState::Confirmed => tu_string!(text, portal.confirmed),
        PortalState::Running => tu_string!(text, portal.running),
        PortalState::Over => tu_string!(text, portal.over),
        PortalState::Declined => tu_string!(text, portal.declined),
        PortalState::Cancelled => tu_string!(text, portal.cancelled),
    }
}

#[component]
pub fn StateBadge(state: PortalState) -> impl IntoView {
    let (tone, icon) = match state {
        PortalState::Waiting => (Tone::Warning, icondata_lu::LuHourglass),
        PortalState::Unanswered => (Tone::Neutral, icondata_lu::LuHourglass),
        PortalState::Confirmed => (Tone::Good, icondata_lu::LuCalendarCheck),
        PortalState::Running => (Tone::Accent, icondata_lu::LuVideo),
        PortalState::Over => (Tone::Neutral, icondata_lu::LuCircleCheck),
        PortalState::Declined => (Tone::Bad, icondata_lu::LuCircleX),
        PortalState::Cancelled => (Tone::Neutral, icondata_lu::LuCalendarX),
    };
    view! { <Badge tone icon text=state_text(use_text(), state) /> }
}

/// Whether it will not take place, so that its time is crossed out.
pub fn is_off(state: PortalState) -> bool {
    matches!(state, PortalState::Declined | PortalState::Cancelled)
}
