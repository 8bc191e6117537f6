use graph::{ArtifactKind, ErrorKind, Forbidden, GraphError, TranscriptContent, TranscriptForm};
use graph_sim::{CannedAnswer, Fault, Route, Session};
use serde_json::json;
use uuid::Uuid;

use crate::{
    artifacts::twice_recorded,
    raw::{Raw, Say, answer},
    support::*,
};

const UNATTRIBUTED: &str = "application/vnd.microsoft.graph.transcript+text";

fn inner(code: &str) -> CannedAnswer {
    let body = json!({ "error": { "code": "Forbidden", "message": "?", "innerError": { "code": code } } });
    CannedAnswer::body(403, body.to_string())
}

fn typed(kind: &str, body: &str) -> CannedAnswer {
    let mut answer = CannedAnswer::body(200, body);
    answer.headers.insert("content-type".to_owned(), kind.to_owned());
    answer
}

struct Talk {
    world: World,
    meeting: String,
    transcript: String,
}

impl Talk {
    async fn start() -> Self {
        let world = recorded_world().await;
        let meeting = twice_recorded(&world.sim);
        let listed = world
            .session
            .artifacts(ArtifactKind::Transcript, ORGANIZER_ID, &meeting)
            .await
            .unwrap();
        Self {
            transcript: listed[0].id.clone(),
            world,
            meeting,
        }
    }

    fn next(&self, answer: CannedAnswer) {
        self.world.sim.fault(Fault::new(Route::TranscriptContent, answer));
    }

    async fn read(&self) -> Result<TranscriptContent, GraphError> {
        let session = &self.world.session;
        session
            .transcript_content(ORGANIZER_ID, &self.meeting, &self.transcript)
            .await
    }

    fn accepted(&self) -> Vec<String> {
        let log = self.world.sim.requests_to(Route::TranscriptContent);
        log.iter().map(|request| request.headers["accept"].clone()).collect()
    }
}

#[tokio::test]
async fn with_the_names_of_the_speakers() {
    let mut talk = Talk::start().await;
    let vtt = "WEBVTT\n\n00:00:03.120 --> 00:00:06.480\n<v Ada Example>Shall we begin?</v>\n";
    let session = Session {
        correlation_id: Uuid::from_u128(7),
        start: at("2026-11-23T10:00:00Z"),
        end: at("2026-11-23T10:30:00Z"),
    };
    talk.transcript = talk.world.sim.add_transcript(&talk.meeting, session, vtt).unwrap();
    let read = talk.read().await.unwrap();
    assert_eq!(
        (read.form, read.content_type.as_deref(), &read.bytes[..]),
        (TranscriptForm::Attributed, Some("text/vtt"), vtt.as_bytes())
    );
    assert_eq!(talk.accepted(), ["text/vtt"]);
}

#[tokio::test]
async fn without_names_where_the_tenant_wants_it_so() {
    let talk = Talk::start().await;
    talk.next(inner("SpeakerAttributionNotAllowed"));
    talk.next(typed(UNATTRIBUTED, "00:00:01.500 --> 00:00:04.000\n\nHello"));
    let read = talk.read().await.unwrap();
    assert_eq!(
        (read.form, read.content_type.as_deref()),
        (TranscriptForm::Unattributed, Some(UNATTRIBUTED))
    );
    assert_eq!(talk.accepted(), ["text/vtt", UNATTRIBUTED]);

    // The switch is turned between the two questions.
    talk.next(inner("speakerattributionnotallowed"));
    talk.next(typed("text/vtt; charset=utf-8", "WEBVTT"));
    assert_eq!(talk.read().await.unwrap().form, TranscriptForm::Attributed);
}

#[tokio::test]
async fn the_switches_end_it() {
    let talk = Talk::start().await;
    talk.next(inner("GraphAccessToTranscriptsDisabled"));
    let error = talk.read().await.unwrap_err();
    assert_eq!(error.kind, ErrorKind::Forbidden(Forbidden::TranscriptsOff));

    talk.next(inner("SpeakerAttributionNotAllowed"));
    talk.next(inner("SpeakerAttributionNotAllowed"));
    let error = talk.read().await.unwrap_err();
    assert_eq!(error.kind, ErrorKind::Forbidden(Forbidden::SpeakerAttributionOff));
    assert_eq!(talk.accepted().len(), 3);
}

#[tokio::test]
async fn other_types_are_told_and_odd_bytes_are_kept() {
    let talk = Talk::start().await;
    for kind in [
        "application/json",
        "application/json; charset=utf-8",
        "text/html",
        "video/mp4",
    ] {
        talk.next(typed(kind, "{}"));
        let error = talk.read().await.unwrap_err();
        assert_eq!((error.kind, error.status), (ErrorKind::Protocol, Some(200)), "{kind}");
        assert!(error.message().unwrap().contains(kind.split(';').next().unwrap()));
    }
    for kind in ["text/plain", "TEXT/VTT", "application/octet-stream"] {
        talk.next(typed(kind, ""));
        let read = talk.read().await.unwrap();
        assert_eq!((read.form, read.bytes.len()), (TranscriptForm::Attributed, 0), "{kind}");
    }
    let raw = Raw::start(|_, _| {
        let mut bytes = answer("200 OK", &["content-length: 2"], "").bytes();
        bytes.extend([0xff, 0x00]);
        Say::Bytes(bytes)
    })
    .await;
    let read = raw.session(quick()).transcript_content("o", "m", "t").await.unwrap();
    assert_eq!((read.content_type, &read.bytes[..]), (None, &[0xff, 0x00][..]));
}

#[tokio::test]
async fn a_broken_transfer_is_begun_again() {
    let cut = || answer("200 OK", &["content-type: text/vtt", "content-length: 9"], "WEB");
    let raw = Raw::start(move |at, _| match at {
        0 | 1 => cut(),
        _ => answer("200 OK", &["content-type: text/vtt", "content-length: 6"], "WEBVTT"),
    })
    .await;
    let read = raw.session(quick()).transcript_content("o", "m", "t").await.unwrap();
    assert_eq!((&read.bytes[..], raw.heads().len()), (&b"WEBVTT"[..], 3));

    let raw = Raw::start(move |_, _| cut()).await;
    let error = raw
        .session(quick())
        .transcript_content("o", "m", "t")
        .await
        .unwrap_err();
    assert_eq!((error.kind, raw.heads().len()), (ErrorKind::Unavailable, 4));
}

#[tokio::test]
async fn a_transcript_without_end_is_refused() {
    let raw = Raw::start(|_, _| Say::Endless(answer("200 OK", &["content-type: text/vtt"], "WEBVTT").bytes())).await;
    let error = raw
        .session(quick())
        .transcript_content("o", "m", "t")
        .await
        .unwrap_err();
    assert_eq!(
        (error.kind, error.message()),
        (ErrorKind::Protocol, Some("the transcript is too large"))
    );
    raw.client_gone().await;
}

#[tokio::test]
async fn metadata() {
    let raw = Raw::start(|at, _| match at {
        0 => answer("200 OK", &["content-type: text/vtt"], "WEBVTT"),
        1 => answer("200 OK", &[&format!("content-type: {UNATTRIBUTED}")], "x"),
        _ => answer(
            "403 Forbidden",
            &[],
            r#"{"error":{"innererror":{"code":"SpeakerAttributionNotAllowed"}}}"#,
        ),
    })
    .await;
    let session = raw.session(quick());
    let read = session.transcript_metadata("o", "m", "a+b/c=").await.unwrap();
    assert_eq!((read.form, &read.bytes[..]), (TranscriptForm::Metadata, &b"WEBVTT"[..]));
    assert!(
        raw.heads()[0].starts_with("get /v1.0/users/o/onlinemeetings/m/transcripts/a%2bb%2fc%3d/metadatacontent http")
    );
    assert_eq!(
        session.transcript_metadata("o", "m", "t").await.unwrap_err().kind,
        ErrorKind::Protocol
    );
    let error = session.transcript_metadata("o", "m", "t").await.unwrap_err();
    assert_eq!(error.kind, ErrorKind::Forbidden(Forbidden::SpeakerAttributionOff));
    assert_eq!(raw.heads().len(), 3);
}
