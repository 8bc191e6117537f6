use domain::{Permission, RequestMeeting, RequestPage, RequestStatus};
use leptos::prelude::*;

use super::{
    api::SubmitGenerate,
    details::{Rights, own_failure},
};
use crate::{
    features::interactions::{MeetingBadge, PendingPanel, sentence},
    i18n::{tu, tu_string},
    paths,
    ui::{ActionForm, ButtonKind, CopyButton, FormFailure, Icon, use_text},
};

/// The Teams meeting of a request: its state in words, the way in, and its record; or how to get one.
#[expect(clippy::needless_pass_by_value, reason = "components own their props")]
#[component]
pub fn Meeting(
    page: RequestPage,
    rights: Rights,
    action: ServerAction<SubmitGenerate>,
    on_changed: Callback<()>,
) -> impl IntoView {
    let text = use_text();
    let can_generate = page.work.as_ref().is_some_and(|work| work.can_generate);
    if page.meeting.is_none() && page.join_url.is_none() && page.status != RequestStatus::Approved {
        return None;
    }
    let badge = page
        .meeting
        .as_ref()
        .map(|meeting| view! { <MeetingBadge status=meeting.status /> });
    let interaction = page.interaction.clone();
    let state = match (page.meeting.clone(), &page.join_url) {
        (Some(RequestMeeting { status, change, .. }), _) => match change {
            // Where there is no record, for nobody knows who asked, it is only told.
            Some(change) => view! {
                <PendingPanel
                    id=interaction.as_ref().map(|interaction| interaction.id)
                    change=change
                    may_update=rights.may(Permission::InteractionUpdate)
                    on_changed=on_changed
                />
            }
            .into_any(),
            None => view! { <p>{sentence(text, status)}</p> }.into_any(),
        },
        (None, Some(_)) => view! { <p>{tu!(text, appointments.legacy)}</p> }.into_any(),
        (None, None) => view! { <p class="quiet">{tu!(text, appointments.no_meeting)}</p> }.into_any(),
    };
    let way_in = page.join_url.clone().map(|url| {
        view! {
            <a
                id="join-teams-meeting-request-details"
                class="button button-primary"
                href=url.clone()
                target="_blank"
                rel="noopener noreferrer"
            >
                <Icon icon=icondata_lu::LuVideo />
                {tu!(text, interactions.join_now)}
                <span class="visually-hidden">" (" {tu!(text, common.new_tab)} ")"</span>
            </a>
            <CopyButton id="appointment-requests-copy-link-button" link=url />
        }
    });
    let record = interaction
        .filter(|_| rights.may(Permission::InteractionRead))
        .map(|interaction| {
            view! {
                <p>
                    {tu!(text, appointments.record)} " "
                    <a id="appointment-requests-interaction-link" href=paths::interaction(interaction.id)>
                        {interaction.name}
                    </a>
                </p>
            }
        });
    let organizer = page
        .meeting
        .as_ref()
        .and_then(|meeting| meeting.organizer.clone())
        .map(|organizer| {
            view! {
                <p class="quiet">{tu!(text, interactions.organizer)} ": " {organizer}</p>
            }
        });
    let generate = can_generate.then(|| view! { <Generate page=page.clone() action=action /> });
    Some(view! {
        <section
            id="appointment-requests-meeting"
            class="card"
            aria-labelledby="appointment-requests-meeting-title"
        >
            <header class="card-head">
                <h2 id="appointment-requests-meeting-title">{tu!(text, interactions.online_meeting)}</h2>
                {badge}
            </header>
            {state}
            {record}
            {organizer}
            {way_in.map(|way_in| view! { <div class="actions">{way_in}</div> })}
            {generate}
        </section>
    })
}

/// Makes a meeting for what was approved without one.
#[component]
fn Generate(page: RequestPage, action: ServerAction<SubmitGenerate>) -> impl IntoView {
    let text = use_text();
    let busy = action.pending();
    let failure = own_failure(action);
    let key = page.work.map(|work| work.approve.idempotency_key).unwrap_or_default();
    let label = move || {
        if busy.get() {
            tu_string!(text, interactions.qa_saving_meeting)
        } else {
            tu_string!(text, appointments.generate)
        }
    };
    view! {
        <FormFailure id="appointment-requests-generate-error" failure=failure />
        <ActionForm action=action attr:id="appointment-requests-generate-form">
            <input type="hidden" name="request_id" value=page.request_id.to_string() />
            <input type="hidden" name="idempotency_key" value=key />
            <button
                id="generate-teams-meeting-request-details"
                class=ButtonKind::Secondary.class()
                type="submit"
                aria-disabled=move || busy.get().then_some("true")
            >
                <span class="spinner" aria-hidden="true"></span>
                <Icon icon=icondata_lu::LuVideo />
                <span aria-live="polite">{label}</span>
            </button>
        </ActionForm>
    }
}
