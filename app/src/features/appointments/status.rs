use domain::RequestStatus;
use leptos::prelude::*;

use crate::{
    i18n::tu_string,
    ui::{Badge, I18n, Tone, use_text},
};

pub fn status_text(text: I18n, status: RequestStatus) -> &'static str {
    match status {
        RequestStatus::Pending => tu_string!(text, appointments.pending),
        RequestStatus::Approved => tu_string!(text, appointments.approved),
        RequestStatus::Declined => tu_string!(text, appointments.declined),
        RequestStatus::Cancelled => tu_string!(text, appointments.cancelled),
    }
}

#[component]
pub fn StatusBadge(status: RequestStatus) -> impl IntoView {
    let (tone, icon) = match status {
        RequestStatus::Pending => (Tone::Warning, icondata_lu::LuHourglass),
        RequestStatus::Approved => (Tone::Good, icondata_lu::LuCalendarCheck),
        RequestStatus::Declined => (Tone::Bad, icondata_lu::LuCircleX),
        RequestStatus::Cancelled => (Tone::Neutral, icondata_lu::LuCalendarX),
    };
    view! { <Badge tone icon text=status_text(use_text(), status) /> }
}
