use domain::{RequestMail, RequestMailKind, RequestMailState};
use leptos::prelude::*;

use crate::{
    i18n::{tu, tu_string},
    ui::{Badge, I18n, Icon, Tone},
};

/// What was told by mail of a request: to whom, when, and whether it could be sent.
pub fn mails(text: I18n, mails: Vec<RequestMail>) -> AnyView {
    let list = if mails.is_empty() {
        view! { <p class="quiet">{tu!(text, appointments.mails_none)}</p> }.into_any()
    } else {
        let rows = mails.into_iter().map(|mail| row(text, mail)).collect_view();
        view! { <ul class="request-mails">{rows}</ul> }.into_any()
    };
    view! {
        <section id="appointment-requests-mails" class="card" aria-labelledby="appointment-requests-mails-title">
            <h2 id="appointment-requests-mails-title">{tu!(text, appointments.mails_title)}</h2>
            {list}
        </section>
    }
    .into_any()
}

fn row(text: I18n, mail: RequestMail) -> AnyView {
    let (tone, icon, state) = match mail.state {
        RequestMailState::Waiting { due } => (
            Tone::Neutral,
            icondata_lu::LuClock,
            tu_string!(text, appointments.mail_waiting, due = due),
        ),
        RequestMailState::Retrying { attempts: 1, next } => (
            Tone::Warning,
            icondata_lu::LuRefreshCw,
            tu_string!(text, appointments.mail_retrying_once, next = next),
        ),
        RequestMailState::Retrying { attempts, next } => (
            Tone::Warning,
            icondata_lu::LuRefreshCw,
            tu_string!(text, appointments.mail_retrying, attempts = attempts, next = next),
        ),
        RequestMailState::Sent { at } => (
            Tone::Good,
            icondata_lu::LuCircleCheck,
            tu_string!(text, appointments.mail_sent, at = at),
        ),
        RequestMailState::Failed { at } => (
            Tone::Bad,
            icondata_lu::LuCircleX,
            tu_string!(text, appointments.mail_failed, at = at),
        ),
    };
    view! {
        <li class="request-mail" id=format!("appointment-requests-mail-{}", mail.mail_id)>
            <Icon icon=icondata_lu::LuMail />
            <span class="request-mail-text">
                <span class="entry-name">{words(text, mail.kind)}</span>
                <span class="quiet">{mail.to}</span>
            </span>
            <Badge tone=tone icon=icon text=state />
        </li>
    }
    .into_any()
}

fn words(text: I18n, kind: RequestMailKind) -> &'static str {
    match kind {
        RequestMailKind::Received => tu_string!(text, appointments.mail_received),
        RequestMailKind::New => tu_string!(text, appointments.mail_new),
        RequestMailKind::Approved => tu_string!(text, appointments.mail_approved),
        RequestMailKind::Assigned => tu_string!(text, appointments.mail_assigned),
        RequestMailKind::Link => tu_string!(text, appointments.mail_link),
        RequestMailKind::RequestMoved => tu_string!(text, appointments.mail_request_moved),
        RequestMailKind::Moved => tu_string!(text, appointments.mail_moved),
        RequestMailKind::Wish => tu_string!(text, appointments.mail_wish),
        RequestMailKind::Kept => tu_string!(text, appointments.mail_kept),
        RequestMailKind::Declined => tu_string!(text, appointments.mail_declined),
        RequestMailKind::Cancelled | RequestMailKind::CancelledTechnician => {
            tu_string!(text, appointments.mail_cancelled)
        }
    }
}
