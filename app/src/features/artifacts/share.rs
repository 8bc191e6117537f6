//! Who of the client sees what was recorded of a meeting.

use domain::{InteractionId, PortalAccess, PortalShare};
use leptos::prelude::*;

use super::api::SubmitShare;
use crate::{
    i18n::{tu, tu_string},
    ui::{ActionForm, Button, FormFailure, I18n, Icon, failure_of, focus_next, use_text},
};

const SELECT: &str = "online-meeting-portal-access";

/// Says it, and lets those who may decide it. Where the tenant shows nothing there is nothing to take away.
#[component]
pub fn Share(id: InteractionId, share: PortalShare, may_update: bool, on_changed: Callback<()>) -> impl IntoView {
    let text = use_text();
    let PortalShare { is_on, access } = share;
    let (icon, says) = match access {
        _ if !is_on => (icondata_lu::LuEyeOff, tu_string!(text, artifacts.portal_off)),
        PortalAccess::Default => (icondata_lu::LuEye, tu_string!(text, artifacts.portal_says_default)),
        PortalAccess::Invited => (icondata_lu::LuEye, tu_string!(text, artifacts.portal_says_invited)),
        PortalAccess::Nobody => (icondata_lu::LuEyeOff, tu_string!(text, artifacts.portal_says_nobody)),
    };
    let form = (is_on && may_update).then(|| view! { <Form id=id access=access on_changed=on_changed /> });
    view! {
        <div class="captured-portal">
            <p id="online-meeting-portal-state" class="with-icon" role="status">
                <Icon icon=icon />
                <span>{says}</span>
            </p>
            {form}
        </div>
    }
}

#[component]
fn Form(id: InteractionId, access: PortalAccess, on_changed: Callback<()>) -> impl IntoView {
    let text = use_text();
    let action = ServerAction::<SubmitShare>::new();
    Effect::new(move |_| {
        if let Some(Ok(_)) = action.value().get() {
            focus_next(SELECT);
            on_changed.run(());
        }
    });
    let options = PortalAccess::ALL
        .map(|known| {
            view! {
                <option value=known.as_str() selected=known == access>
                    {words(text, known)}
                </option>
            }
        })
        .collect_view();
    view! {
        <ActionForm action=action attr:id="online-meeting-portal-form" attr:class="captured-portal-form">
            <input type="hidden" name="interaction_id" value=id.to_string() />
            <label class="label" for=SELECT>
                {tu!(text, artifacts.portal_label)}
            </label>
            <select id=SELECT class="input" name="access">
                {options}
            </select>
            <Button id="online-meeting-portal-save-button" submit=true>
                {tu!(text, artifacts.portal_save)}
            </Button>
        </ActionForm>
        <FormFailure id="online-meeting-portal-failure" failure=failure_of(action) />
    }
}

fn words(text: I18n, access: PortalAccess) -> &'static str {
    match access {
        PortalAccess::Default => tu_string!(text, artifacts.portal_default),
        PortalAccess::Invited => tu_string!(text, artifacts.portal_invited),
        PortalAccess::Nobody => tu_string!(text, artifacts.portal_nobody),
    }
}
