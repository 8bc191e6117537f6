//! What is known of an interaction, on its page and in the drawer.

use domain::{InteractionPage, SafeHtml};
use leptos::prelude::*;

use super::{
    form::FormattedNotes,
    meeting::{MeetingSection, StatusText},
};
use crate::{
    i18n::{tu, tu_string},
    paths,
    ui::{I18n, Icon, icon_named, use_text},
};

/// The type and the time, under the title.
#[component]
pub fn Lead(page: InteractionPage) -> impl IntoView {
    view! {
        <span class="with-icon">
            <Icon icon=icon_named(&page.icon) />
            {page.type_name}
        </span>
        <span class="with-icon">
            <Icon icon=icondata_lu::LuCalendar />
            {page.when}
        </span>
    }
}

#[component]
pub fn Record(page: InteractionPage, may_update: bool, may_delete: bool, on_changed: Callback<()>) -> impl IntoView {
    let id = page.interaction_id;
    let meeting = page.meeting.clone().map(|meeting| {
        view! {
            <MeetingSection
                id=id
                meeting=meeting
                may_update=may_update
                may_delete=may_delete
                on_changed=on_changed
            />
        }
    });
    view! {
        <div class="columns">
            <div class="stack">{meeting} <Notes notes=page.notes.clone() /></div>
            <Facts page=page />
        </div>
    }
}

#[component]
fn Notes(notes: Option<SafeHtml>) -> impl IntoView {
    let text = use_text();
    let body = match notes {
        Some(notes) => view! { <FormattedNotes notes=notes /> }.into_any(),
        None => view! { <p class="quiet">{tu!(text, interactions.no_notes)}</p> }.into_any(),
    };
    view! {
        <section id="interaction-details-notes" class="card" aria-labelledby="interaction-details-notes-title">
            <h2 id="interaction-details-notes-title">{tu!(text, interactions.notes)}</h2>
            {body}
        </section>
    }
}

#[component]
fn Facts(page: InteractionPage) -> impl IntoView {
    let text = use_text();
    let pair = |name: &'static str, value: AnyView| {
        view! {
            <div>
                <dt>{name}</dt>
                <dd>{value}</dd>
            </div>
        }
    };
    let status = page.status_name.map(|name| {
        let status = view! { <StatusText name=name is_closed=page.status_is_closed /> };
        pair(tu_string!(text, interactions.status), status.into_any())
    });
    let when = view! { {page.when} <span class="quiet">" " {page.zone}</span> };
    let duration = page.duration_minutes.map(|minutes| {
        pair(
            tu_string!(text, interactions.duration),
            duration_text(text, minutes).into_any(),
        )
    });
    let client = page.client.map(|client| {
        let link = view! {
            <a id="interaction-details-client-link" href=paths::client(client.id)>
                {client.name}
            </a>
        };
        pair(tu_string!(text, interactions.client), link.into_any())
    });
    let contact = page.contact.map(|contact| {
        let link = view! {
            <a id="interaction-details-contact-link" href=paths::contact(contact.id)>
                {contact.name}
            </a>
        };
        pair(tu_string!(text, interactions.contact), link.into_any())
    });
    view! {
        <aside class="card" aria-labelledby="interaction-details-facts-title">
            <h2 id="interaction-details-facts-title">{tu!(text, interactions.details)}</h2>
            <dl class="pairs">
                {status} {pair(tu_string!(text, interactions.when), when.into_any())} {duration}
                {pair(tu_string!(text, interactions.user), page.user_name.into_any())} {client} {contact}
            </dl>
        </aside>
    }
}

/// "45 min", "2 h", "1 h 30 min".
pub fn duration_text(text: I18n, minutes: u32) -> String {
    match (minutes / 60, minutes % 60) {
        (0, minutes) => tu_string!(text, interactions.minutes, minutes = minutes),
        (hours, 0) => tu_string!(text, interactions.hours, hours = hours),
        (hours, minutes) => tu_string!(text, interactions.hours_minutes, hours = hours, minutes = minutes),
    }
}
