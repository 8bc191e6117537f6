use domain::portal::{PortalPage, PortalSession};
use leptos::prelude::*;

use crate::{
    features::artifacts::words::length,
    i18n::{tu, tu_string},
    paths,
    ui::{I18n, Icon, use_text},
};

/// What was recorded, where the provider shows it; otherwise nothing.
#[component]
pub fn Recorded(page: PortalPage) -> impl IntoView {
    let text = use_text();
    if page.recorded.is_empty() && !page.may_be_recorded {
        return None;
    }
    let meeting = page.meeting_id;
    let sessions = page
        .recorded
        .into_iter()
        .filter_map(|session| Some((session, meeting?)))
        .map(|(session, meeting)| {
            view! {
                <li class="portal-session">
                    <a
                        id=format!("portal-watch-{}", session.number)
                        class="row-link"
                        href=paths::portal_watch(meeting, session.number)
                    >
                        {session.when.clone()}
                    </a>
                    <span class="portal-row-facts">{holds(text, &session)}</span>
                </li>
            }
        })
        .collect::<Vec<_>>();
    let waiting = sessions.is_empty().then(|| {
        view! {
            <p id="portal-may-be-recorded" class="quiet">
                {tu!(text, portal.may_be_recorded)}
            </p>
        }
    });
    Some(view! {
        <section id="portal-recorded" class="card" aria-labelledby="portal-recorded-title">
            <h2 id="portal-recorded-title">{tu!(text, portal.recorded)}</h2>
            {waiting}
            <ul class="portal-sessions">{sessions}</ul>
        </section>
    })
}

/// Recording or transcript, and how long.
pub fn holds(text: I18n, session: &PortalSession) -> AnyView {
    let recording = session.recording.map(|_| {
        view! {
            <span class="with-icon">
                <Icon icon=icondata_lu::LuVideo />
                {tu_string!(text, artifacts.recording)}
            </span>
        }
    });
    let transcript = session.transcript.map(|_| {
        view! {
            <span class="with-icon">
                <Icon icon=icondata_lu::LuFileText />
                {tu_string!(text, artifacts.transcript)}
            </span>
        }
    });
    let length = session.length.map(|seconds| length(text, seconds));
    view! { {recording} {transcript} {length} }.into_any()
}
