use icondata_core::Icon as IconData;
use leptos::prelude::*;

/// A decorative icon of Lucide: the text beside it carries the meaning. What all icons of the set share is in the style sheet, for a
/// timeline has more than a hundred of them.
#[component]
pub fn Icon(icon: IconData) -> impl IntoView {
    view! { <svg class="icon" viewBox="0 0 24 24" aria-hidden="true" inner_html=icon.data></svg> }
}

/// The icon that an interaction type names. Tenants choose the names, so what is unknown gets a neutral one.
pub fn icon_named(name: &str) -> IconData {
    match name {
        "building" | "building-2" => icondata_lu::LuBuilding2,
        "calendar" | "calendar-days" => icondata_lu::LuCalendar,
        "file-text" => icondata_lu::LuFileText,
        "headphones" | "headset" => icondata_lu::LuHeadphones,
        "mail" => icondata_lu::LuMail,
        "map-pin" => icondata_lu::LuMapPin,
        "message-square" | "message-circle" => icondata_lu::LuMessageSquare,
        "monitor" => icondata_lu::LuMonitor,
        "notebook-pen" | "sticky-note" => icondata_lu::LuNotebookPen,
        "phone" | "phone-call" => icondata_lu::LuPhone,
        "user" => icondata_lu::LuUser,
        "users" => icondata_lu::LuUsers,
        "video" => icondata_lu::LuVideo,
        "wrench" => icondata_lu::LuWrench,
        _ => icondata_lu::LuActivity,
    }
}
