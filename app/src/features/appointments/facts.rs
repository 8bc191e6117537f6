use domain::{Permission, RequestDecision, RequestPage, RequestStatus, RequestTimes};
use leptos::prelude::*;

use super::details::Rights;
use crate::{
    i18n::{tu, tu_string},
    paths,
    ui::{I18n, Icon, use_text},
};

/// In the requester's words: text as it was typed.
#[component]
pub fn Description(text: Option<String>) -> impl IntoView {
    let words = use_text();
    let body = match text {
        Some(text) => view! { <p class="request-text">{text}</p> }.into_any(),
        None => view! { <p class="quiet">{tu!(words, appointments.no_description)}</p> }.into_any(),
    };
    view! {
        <section class="card" aria-labelledby="appointment-requests-description-title">
            <h2 id="appointment-requests-description-title">{tu!(words, appointments.description)}</h2>
            <div id="appointment-requests-description">{body}</div>
        </section>
    }
}

fn pair(name: &'static str, value: impl IntoView) -> AnyView {
    view! {
        <div>
            <dt>{name}</dt>
            <dd>{value.into_any()}</dd>
        </div>
    }
    .into_any()
}

/// Who, what and when.
#[component]
pub fn Facts(page: RequestPage, rights: Rights) -> impl IntoView {
    let text = use_text();
    let client = page.client.map(|client| {
        let name = client.name.clone();
        let value = if rights.may(Permission::ClientRead) {
            view! {
                <a id="appointment-requests-client-link" href=paths::client(client.id)>
                    {name}
                </a>
            }
            .into_any()
        } else {
            name.into_any()
        };
        pair(tu_string!(text, interactions.client), value)
    });
    let requester = match (page.contact, page.requester) {
        (Some(contact), name) => {
            let name = name.unwrap_or(contact.name);
            let value = if rights.may(Permission::ContactRead) {
                view! {
                    <a id="appointment-requests-contact-link" href=paths::contact(contact.id)>
                        {name}
                    </a>
                }
                .into_any()
            } else {
                name.into_any()
            };
            Some(pair(tu_string!(text, appointments.requester), value))
        }
        (None, Some(name)) => Some(pair(tu_string!(text, appointments.requester), name)),
        (None, None) => None,
    };
    let public = page.is_public.then(|| {
        view! {
            <p id="appointment-requests-public" class="hint with-icon">
                <Icon icon=icondata_lu::LuGlobe />
                {tu!(text, appointments.is_public)}
            </p>
        }
    });
    let company = page
        .company
        .map(|company| pair(tu_string!(text, appointments.company), company));
    let email = page.email.map(|email| {
        let link = view! {
            <a id="appointment-requests-email-link" href=format!("mailto:{email}")>
                {email.clone()}
            </a>
        };
        pair(tu_string!(text, errors.field.email), link)
    });
    let phone = page.phone.map(|phone| {
        let number: String = phone.chars().filter(|c| c.is_ascii_digit() || *c == '+').collect();
        let link = view! {
            <a id="appointment-requests-phone-link" href=format!("tel:{number}")>
                {phone}
            </a>
        };
        pair(tu_string!(text, errors.field.phone), link)
    });
    let preferred = page
        .preferred
        .unwrap_or_else(|| tu_string!(text, appointments.anyone).to_owned());
    let technicians = page
        .technicians
        .filter(|_| page.status == RequestStatus::Approved)
        .map(|names| pair(tu_string!(text, appointments.comes), names));
    let decision = page.decision.map(|decision| decided(text, page.status, decision));
    view! {
        <aside class="card" aria-labelledby="appointment-requests-facts-title">
            <h2 id="appointment-requests-facts-title">{tu!(text, interactions.details)}</h2>
            {public}
            <dl id="appointment-requests-facts" class="pairs">
                {pair(tu_string!(text, interactions.when), view! {
                        <Times
                            times=page.times
                            ids=("appointment-requests-my-time", "appointment-requests-their-time")
                        />
                    })}
                {pair(
                    tu_string!(text, interactions.duration),
                    tu_string!(text, interactions.minutes, minutes = page.minutes),
                )}
                {client}
                {requester}
                {company}
                {email}
                {phone}
                {pair(tu_string!(text, appointments.column_technician), preferred)}
                {technicians}
                {pair(tu_string!(text, appointments.asked), page.asked)}
                {decision}
            </dl>
        </aside>
    }
}

/// For the requester and for the reader, and what is odd about it.
#[component]
pub fn Times(
    times: RequestTimes,
    /// The ids of the viewer's line and of the requester's, where there is one of each in the page.
    #[prop(optional)]
    ids: Option<(&'static str, &'static str)>,
) -> impl IntoView {
    let text = use_text();
    let line = |id: Option<&'static str>, words: &'static str, when: String, zone: String| {
        view! {
            <span id=id class="request-times">
                <span class="request-when">{when}</span>
                <span class="request-line quiet">{words} " · " {zone}</span>
            </span>
        }
    };
    let mine = times.mine.map(|mine| {
        line(
            ids.map(|ids| ids.0),
            tu_string!(text, appointments.for_me),
            mine,
            times.my_zone,
        )
    });
    let notes = [
        times.no_zone.then(|| tu_string!(text, appointments.no_zone)),
        times.skipped.then(|| tu_string!(text, appointments.skipped)),
    ];
    let notes = notes
        .into_iter()
        .flatten()
        .map(|words| {
            view! {
                <span class="request-note with-icon">
                    <Icon icon=icondata_lu::LuInfo />
                    {words}
                </span>
            }
        })
        .collect_view();
    view! {
        {mine}
        {line(
            ids.map(|ids| ids.1),
            tu_string!(text, appointments.for_requester),
            times.theirs,
            times.zone,
        )}
        {notes}
    }
}

fn decided(text: I18n, status: RequestStatus, decision: RequestDecision) -> AnyView {
    let label = match status {
        RequestStatus::Approved => tu_string!(text, appointments.approved),
        RequestStatus::Declined => tu_string!(text, appointments.declined),
        RequestStatus::Pending | RequestStatus::Cancelled => tu_string!(text, appointments.cancelled),
    };
    let by = if decision.is_mine && decision.by.is_some() {
        Some(tu_string!(text, appointments.by_you).to_owned())
    } else {
        decision.by
    };
    let said = [by, decision.at].into_iter().flatten().collect::<Vec<_>>().join(", ");
    let reason = decision.reason.map(|reason| {
        let value = view! {
            <span id="appointment-requests-reason" class="request-text">
                {reason}
            </span>
        };
        pair(tu_string!(text, appointments.reason), value)
    });
    let said = view! { <span id="appointment-requests-decision">{said}</span> };
    view! { {pair(label, said)} {reason} }.into_any()
}
