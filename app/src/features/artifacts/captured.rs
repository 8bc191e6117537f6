//! What was captured of a meeting, in the section about it.

use domain::{
    ArtifactKind, Capability, Capture, CapturedRecording, CapturedSession, CapturedTranscript, InteractionId,
    RecordingState, TranscriptState, Unavailable,
};
use leptos::prelude::*;

use super::{
    refresh::{Heading, Looked, Refresh, Trouble, Unreachable},
    share::Share,
    words,
};
use crate::{
    i18n::{tu, tu_string},
    paths,
    ui::{ButtonKind, ButtonLink, I18n, Icon, use_text},
};

/// The recordings and transcripts of an interaction's meeting, the latest first, and what is still looked for.
#[component]
pub fn Captured(
    id: InteractionId,
    capture: Capture,
    may_update: bool,
    may_delete: bool,
    on_changed: Callback<()>,
) -> impl IntoView {
    if !capture.is_shown() {
        return ().into_any();
    }
    let text = use_text();
    let Capture {
        more,
        looked,
        next,
        recordings,
        transcripts,
        sessions,
        portal,
    } = capture;
    let can_ask = more == Some(Capability::Available);
    let looked = can_ask.then(|| view! { <Looked looked=looked next=next /> });
    let refresh = can_ask.then(|| view! { <Refresh id=id may_update=may_update on_changed=on_changed /> });
    let unreachable = match more {
        Some(Capability::Unavailable(Unavailable::NotConfigured | Unavailable::NoOrganizer)) => {
            Some(view! { <Unreachable /> })
        }
        _ => None,
    };
    let troubles = [
        (ArtifactKind::Recording, recordings),
        (ArtifactKind::Transcript, transcripts),
    ]
    .map(|(kind, trouble)| {
        let trouble = trouble.filter(|_| can_ask);
        trouble.map(|trouble| view! { <Trouble kind=kind trouble=trouble /> })
    })
    .collect_view();
    let delete_all = (may_delete && sessions.len() > 1).then(|| {
        view! {
            <ButtonLink
                id="online-meeting-delete-all-button"
                href=paths::delete_artifacts(id)
                kind=ButtonKind::Quiet
                attr:data-noscroll=""
            >
                <Icon icon=icondata_lu::LuTrash2 />
                {tu!(text, artifacts.delete_all)}
            </ButtonLink>
        }
    });
    let portal = portal.map(|share| view! { <Share id=id share=share may_update=may_update on_changed=on_changed /> });
    let many = sessions.len() > 1;
    let list = if sessions.is_empty() {
        view! { <p class="quiet">{tu!(text, artifacts.none)}</p> }.into_any()
    } else {
        view! {
            <ol id="online-meeting-artifacts" class="captured-sessions">
                {sessions.into_iter().map(|session| one(text, id, session, many, may_delete)).collect_view()}
            </ol>
        }
        .into_any()
    };
    view! {
        <section id="online-meeting-captured" class="captured" aria-labelledby="online-meeting-captured-title">
            <header class="card-head">
                <Heading />
                {delete_all}
            </header>
            {unreachable} {troubles} {list} {portal} <div class="captured-foot">{refresh} {looked}</div>
        </section>
    }
    .into_any()
}

fn one(text: I18n, id: InteractionId, session: CapturedSession, many: bool, may_delete: bool) -> AnyView {
    let number = session.number;
    let part = many.then(|| {
        view! { <span class="captured-part">{tu_string!(text, artifacts.part, number = number)}</span> }
    });
    let length = session
        .length
        .map(|seconds| view! { <span class="quiet">{words::length(text, seconds)}</span> });
    // Links with the same words lead to different parts.
    let of_part = if many {
        format!(", {}", tu_string!(text, artifacts.part, number = number))
    } else {
        String::new()
    };
    let recording = session
        .recording
        .map(|recording| recorded(text, id, number, &recording, &of_part, may_delete));
    let transcript = session
        .transcript
        .map(|transcript| transcribed(text, id, &transcript, &of_part, may_delete));
    view! {
        <li class="captured-session">
            <p class="captured-head">
                {part} <span>{session.when}</span> {length}
            </p>
            <ul class="artifacts">{recording} {transcript}</ul>
        </li>
    }
    .into_any()
}

fn recorded(
    text: I18n,
    id: InteractionId,
    number: u32,
    recording: &CapturedRecording,
    of_part: &str,
    may_delete: bool,
) -> AnyView {
    let artifact = recording.id;
    let is_gone = recording.state == RecordingState::Gone;
    let state = match recording.state {
        RecordingState::AtMicrosoft => tu_string!(text, artifacts.at_microsoft).to_owned(),
        RecordingState::Stored => tu_string!(text, artifacts.stored).to_owned(),
        RecordingState::Gone => tu_string!(text, artifacts.recording_gone).to_owned(),
        RecordingState::Copying { percent: Some(percent) } => {
            tu_string!(text, artifacts.copying, percent = percent)
        }
        RecordingState::Copying { percent: None } => tu_string!(text, artifacts.copying_begun).to_owned(),
    };
    let size = recording.size.map(|bytes| format!("{} · ", words::size(text, bytes)));
    let progress = match recording.state {
        RecordingState::Copying { percent: Some(percent) } => Some(view! {
            <progress class="artifact-progress" max="100" value=percent.to_string() aria-label=state.clone()></progress>
        }),
        _ => None,
    };
    let expires = recording.expires.clone().map(|day| {
        view! {
            <span id=format!("online-meeting-recording-expires-{artifact}") class="quiet artifact-expires">
                {tu!(text, artifacts.expires, day = day)}
            </span>
        }
    });
    let actions = (!is_gone).then(|| {
        let play = format!("{}{of_part}", tu_string!(text, artifacts.play_label));
        let download = format!("{}{of_part}", tu_string!(text, artifacts.download_recording));
        view! {
            <a
                id=format!("online-meeting-recording-{artifact}")
                class="button button-join"
                href=paths::watch_session(id, number)
                aria-label=play
            >
                <Icon icon=icondata_lu::LuPlay />
                {tu!(text, artifacts.play)}
            </a>
            <a
                id=format!("online-meeting-recording-download-{artifact}")
                class="button button-quiet button-small"
                href=format!("{}?download=1", paths::recording(artifact))
                rel="external"
                download=""
                aria-label=download
            >
                <Icon icon=icondata_lu::LuDownload />
                <span class="wide-words">{tu!(text, artifacts.download)}</span>
            </a>
        }
    });
    let delete = may_delete.then(|| {
        delete_link(
            text,
            id,
            artifact,
            tu_string!(text, artifacts.delete_recording),
            of_part,
        )
    });
    view! {
        <li class="artifact" class:artifact-gone=is_gone>
            <Icon icon=if is_gone { icondata_lu::LuVideoOff } else { icondata_lu::LuFileVideo } />
            <div class="artifact-about">
                <span class="artifact-name">{tu!(text, artifacts.recording)}</span>
                <span class="quiet">{size} {state}</span>
                {expires}
                {progress}
            </div>
            <div class="artifact-actions">{actions} {delete}</div>
        </li>
    }
    .into_any()
}

fn transcribed(
    text: I18n,
    id: InteractionId,
    transcript: &CapturedTranscript,
    of_part: &str,
    may_delete: bool,
) -> AnyView {
    let artifact = transcript.id;
    let state = match transcript.state {
        TranscriptState::Readable(_) => None,
        TranscriptState::Waiting => Some(tu_string!(text, artifacts.transcript_waiting)),
        TranscriptState::Gone => Some(tu_string!(text, artifacts.transcript_gone)),
    };
    let actions = match transcript.state {
        TranscriptState::Readable(document) => {
            let read = format!("{}{of_part}", tu_string!(text, artifacts.view));
            let download = format!("{}{of_part}", tu_string!(text, artifacts.download_transcript));
            Some(view! {
                <a
                    id=format!("online-meeting-transcript-{artifact}")
                    class="button button-join"
                    href=paths::document(document)
                    aria-label=read
                >
                    <Icon icon=icondata_lu::LuFileText />
                    {tu!(text, artifacts.view)}
                </a>
                <a
                    id=format!("online-meeting-transcript-download-{artifact}")
                    class="button button-quiet button-small"
                    href=paths::download(document)
                    rel="external"
                    download=""
                    aria-label=download
                >
                    <Icon icon=icondata_lu::LuDownload />
                    <span class="wide-words">{tu!(text, artifacts.download)}</span>
                </a>
            })
        }
        TranscriptState::Waiting | TranscriptState::Gone => None,
    };
    let delete = may_delete.then(|| {
        delete_link(
            text,
            id,
            artifact,
            tu_string!(text, artifacts.delete_transcript),
            of_part,
        )
    });
    view! {
        <li class="artifact" class:artifact-gone=transcript.state == TranscriptState::Gone>
            <Icon icon=icondata_lu::LuFileText />
            <div class="artifact-about">
                <span class="artifact-name">{tu!(text, artifacts.transcript)}</span>
                {state.map(|state| view! { <span class="quiet">{state}</span> })}
            </div>
            <div class="artifact-actions">{actions} {delete}</div>
        </li>
    }
    .into_any()
}

fn delete_link(
    text: I18n,
    id: InteractionId,
    artifact: domain::ArtifactId,
    label: &'static str,
    of_part: &str,
) -> impl IntoView + use<> {
    view! {
        <a
            id=format!("online-meeting-delete-{artifact}")
            class="button button-quiet button-small button-icon"
            href=paths::delete_artifact(id, artifact)
            data-noscroll=""
            aria-label=format!("{label}{of_part}")
            title=tu_string!(text, interactions.delete)
        >
            <Icon icon=icondata_lu::LuTrash2 />
        </a>
    }
}
