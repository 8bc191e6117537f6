use domain::{ArtifactId, Capture, CapturedSession, InteractionId, InteractionPage};
use leptos::prelude::*;
use leptos_router::{
    NavigateOptions,
    hooks::{use_navigate, use_query_map},
};

use super::{
    api::{SubmitDeleteArtifact, SubmitDeleteArtifacts},
    words,
};
use crate::{
    i18n::{tu, tu_string},
    paths,
    ui::{ActionForm, ButtonKind, Decision, Dialog, FormFailure, I18n, failure_of, focus_next, use_text},
};

const HEADING: &str = "delete-artifact-dialog-heading";
/// Where the focus goes when the dialog is left: what it was opened from may be gone.
const HOME: &str = "online-meeting-refresh-recordings-button";

/// What is to be deleted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum What {
    One(ArtifactId),
    All,
}

/// Asks before something that was captured is deleted, and names what goes with it.
#[component]
pub fn DeleteArtifactDialog(page: InteractionPage, on_changed: Callback<()>) -> impl IntoView {
    let (one, all) = (
        ServerAction::<SubmitDeleteArtifact>::new(),
        ServerAction::<SubmitDeleteArtifacts>::new(),
    );
    let query = use_query_map();
    let what = Memo::new(move |_| {
        query.with(|query| match query.get_str("do") {
            Some("delete-artifact") => query.get_str("artifact")?.parse().ok().map(What::One),
            Some("delete-artifacts") => Some(What::All),
            _ => None,
        })
    });
    let id = page.interaction_id;
    let navigate = use_navigate();
    let leave = move || {
        let options = NavigateOptions {
            scroll: false,
            replace: true,
            ..NavigateOptions::default()
        };
        navigate(&paths::interaction(id), options);
        focus_next(HOME);
    };
    let close = Callback::new({
        let leave = leave.clone();
        move |()| {
            if !one.pending().get_untracked() && !all.pending().get_untracked() {
                one.clear();
                all.clear();
                leave();
            }
        }
    });
    Effect::new(move |_| {
        let is_done = matches!(one.value().get(), Some(Ok(_))) || matches!(all.value().get(), Some(Ok(_)));
        if is_done {
            one.clear();
            all.clear();
            leave();
            on_changed.run(());
        }
    });
    let capture = StoredValue::new(page.meeting.map(|meeting| meeting.capture.open()).unwrap_or_default());
    // What is not there any more needs no question.
    let asked = Memo::new(move |_| {
        let what = what.get()?;
        capture
            .with_value(|capture| affected(capture, what).next().is_some())
            .then_some(what)
    });
    let question = move || {
        asked.get().map(|what| {
            capture.with_value(|capture| view! { <Question id=id capture=capture.clone() what=what one=one all=all /> })
        })
    };
    view! {
        <Show when=move || asked.get().is_some()>
            <Dialog id="delete-artifact-dialog" labelled_by=HEADING class="dialog dialog-small" on_close=close>
                {question}
            </Dialog>
        </Show>
    }
}

/// The sessions of which something goes.
fn affected(capture: &Capture, what: What) -> impl Iterator<Item = &CapturedSession> {
    capture.sessions.iter().filter(move |session| match what {
        What::All => true,
        What::One(id) => is_recording(session, id) || is_transcript(session, id),
    })
}

fn is_recording(session: &CapturedSession, id: ArtifactId) -> bool {
    session.recording.as_ref().is_some_and(|recording| recording.id == id)
}

fn is_transcript(session: &CapturedSession, id: ArtifactId) -> bool {
    session
        .transcript
        .as_ref()
        .is_some_and(|transcript| transcript.id == id)
}

#[component]
fn Question(
    id: InteractionId,
    capture: Capture,
    what: What,
    one: ServerAction<SubmitDeleteArtifact>,
    all: ServerAction<SubmitDeleteArtifacts>,
) -> impl IntoView {
    let text = use_text();
    let (heading, words) = said(text, &capture, what);
    let confirm = move |busy: Memo<bool>, label: &'static str| {
        view! {
            <Decision
                keep_id="delete-artifact-dialog-cancel"
                confirm_id="delete-artifact-dialog-confirm"
                keep=tu_string!(text, common.cancel)
                home=paths::interaction(id)
                kind=ButtonKind::Danger
                label=label
                busy=busy
            />
        }
    };
    let form = match what {
        What::One(artifact) => view! {
            <FormFailure id="delete-artifact-dialog-error" failure=failure_of(one) />
            <ActionForm action=one attr:id="delete-artifact-form">
                <input type="hidden" name="artifact_id" value=artifact.to_string() />
                {confirm(one.pending(), tu_string!(text, interactions.delete))}
            </ActionForm>
        }
        .into_any(),
        What::All => view! {
            <FormFailure id="delete-artifact-dialog-error" failure=failure_of(all) />
            <ActionForm action=all attr:id="delete-artifact-form">
                <input type="hidden" name="interaction_id" value=id.to_string() />
                {confirm(all.pending(), tu_string!(text, artifacts.delete_all))}
            </ActionForm>
        }
        .into_any(),
    };
    view! {
        <h2 id=HEADING>{heading}</h2>
        <p id="delete-artifact-dialog-what">{words}</p>
        <p>{tu!(text, artifacts.del_for_good)}</p>
        {form}
    }
}

/// What is asked, and what goes.
fn said(text: I18n, capture: &Capture, what: What) -> (&'static str, String) {
    let session = affected(capture, what).next();
    let when = session.map(|session| session.when.clone()).unwrap_or_default();
    match (what, session) {
        (What::One(id), Some(session)) if is_recording(session, id) => {
            let size = session.recording.as_ref().and_then(|recording| recording.size);
            let words = if let Some(bytes) = size {
                tu_string!(
                    text,
                    artifacts.del_recording_sized,
                    when = when,
                    size = words::size(text, bytes)
                )
            } else {
                tu_string!(text, artifacts.del_recording_text, when = when)
            };
            (tu_string!(text, artifacts.del_recording), words)
        }
        (What::One(_), _) => (
            tu_string!(text, artifacts.del_transcript),
            tu_string!(text, artifacts.del_transcript_text, when = when),
        ),
        (What::All, _) => (
            tu_string!(text, artifacts.del_all),
            tu_string!(
                text,
                artifacts.del_all_text,
                recordings = capture.recordings(),
                transcripts = capture.transcripts()
            ),
        ),
    }
}
