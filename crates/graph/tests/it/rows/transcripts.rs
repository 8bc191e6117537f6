use domain::transcript::{Form, NotATranscript, Transcript};
use graph::{ArtifactKind, ErrorKind, Forbidden, GraphError, GraphSession, TranscriptContent, TranscriptForm};
use graph_sim::{ArtifactKind as SimKind, NewArtifact, Route, fixtures::FIXTURES};

use super::{
    artifacts::{fresh_meeting, hour, listed},
    *,
};
use crate::support::*;

const VTT: &str = "WEBVTT\n\n00:00:01.000 --> 00:00:03.000\n<v Ada Example>Shall we begin?</v>\n";

async fn transcribed() -> (World, String, String) {
    let world = world().await;
    let meeting = fresh_meeting(&world.sim, &world.session).await;
    let id = world.sim.add_transcript(&meeting, hour(&world.sim, 1), VTT).unwrap();
    (world, meeting, id)
}

async fn read(session: &GraphSession, meeting: &str, id: &str) -> Result<TranscriptContent, GraphError> {
    session.transcript_content(ORGANIZER_ID, meeting, id).await
}

#[tokio::test]
async fn row_16_the_tenant_may_close_its_transcripts() {
    let (World { sim, session, .. }, meeting, id) = transcribed().await;
    sim.add_recording(&meeting, hour(&sim, 1), "film").unwrap();
    sim.change_tenant(northwind::TENANT_ID, |tenant| tenant.transcript_access = false);
    let kind = ArtifactKind::Transcript;
    let refusals = [
        session.artifacts(kind, ORGANIZER_ID, &meeting).await.unwrap_err(),
        session.artifact(kind, ORGANIZER_ID, &meeting, &id).await.unwrap_err(),
        session
            .transcript_metadata(ORGANIZER_ID, &meeting, &id)
            .await
            .unwrap_err(),
        read(&session, &meeting, &id).await.unwrap_err(),
    ];
    for error in refusals {
        assert_eq!(error.kind, ErrorKind::Forbidden(Forbidden::TranscriptsOff), "{error}");
        assert!(error.request_id.is_some() && error.client_request_id.is_some());
    }
    assert_eq!(
        listed(&session, ArtifactKind::Recording, &meeting).await.len(),
        1,
        "recordings are not affected"
    );

    // Switched on again, with the hours it takes to arrive everywhere.
    let at = sim.now() + TimeDelta::minutes(50);
    sim.change_tenant(northwind::TENANT_ID, |tenant| {
        tenant.transcript_access = true;
        tenant.switches_from = Some(at);
    });
    assert!(session.artifacts(kind, ORGANIZER_ID, &meeting).await.is_err());
    sim.advance(TimeDelta::minutes(51));
    assert_eq!(listed(&session, kind, &meeting).await.len(), 1);
}

#[tokio::test]
async fn row_16_a_switch_that_flaps_refuses_every_other_time() {
    let (World { sim, session, .. }, meeting, _) = transcribed().await;
    sim.change_tenant(northwind::TENANT_ID, |tenant| tenant.switches_flap = true);
    let mut seen = Vec::new();
    for _ in 0..4 {
        let listed = session
            .artifacts(ArtifactKind::Transcript, ORGANIZER_ID, &meeting)
            .await;
        seen.push(listed.map(|listed| listed.len()).map_err(|error| error.kind));
    }
    let off = Err(ErrorKind::Forbidden(Forbidden::TranscriptsOff));
    assert_eq!(
        seen,
        [off, Ok(1), off, Ok(1)],
        "told each time, not repeated in the call"
    );
}

#[tokio::test]
async fn row_16_without_attribution_the_text_comes_without_names() {
    let (World { sim, session, .. }, meeting, id) = transcribed().await;
    let attributed = read(&session, &meeting, &id).await.unwrap();
    assert_eq!(
        (attributed.form, &attributed.bytes[..]),
        (TranscriptForm::Attributed, VTT.as_bytes())
    );
    sim.change_tenant(northwind::TENANT_ID, |tenant| tenant.speaker_attribution = false);
    let content = read(&session, &meeting, &id).await.unwrap();
    assert_eq!(content.form, TranscriptForm::Unattributed);
    let transcript = Transcript::parse(&content.bytes).unwrap();
    assert_eq!(transcript.form(), Form::Unattributed);
    let [cue] = transcript.cues() else { panic!("one cue") };
    assert_eq!((cue.text.as_str(), &cue.speaker), ("Shall we begin?", &None));
    assert_eq!(
        statuses(&sim, Route::TranscriptContent),
        [200, 403, 200],
        "the names are asked for first"
    );
    assert_eq!(
        listed(&session, ArtifactKind::Transcript, &meeting).await.len(),
        1,
        "metadata still works"
    );
    let error = session
        .transcript_metadata(ORGANIZER_ID, &meeting, &id)
        .await
        .unwrap_err();
    assert_eq!(error.kind, ErrorKind::Forbidden(Forbidden::SpeakerAttributionOff));
}

/// Cues and speakers that become of a file; or why none do, if it gets so far as to be read.
type Became = Result<(usize, usize), Option<NotATranscript>>;

const READ: [(&str, Became); 16] = [
    ("plain", Ok((3, 2))),
    ("unpadded-times", Ok((3, 2))),
    ("negative-times", Ok((3, 2))),
    ("numbered-speakers", Ok((3, 3))),
    ("unclosed-voices", Ok((2, 2))),
    ("continuation-lines", Ok((2, 2))),
    ("escapes", Ok((2, 2))),
    ("no-voices", Ok((2, 0))),
    ("identified-cues", Ok((2, 2))),
    ("header-only", Ok((0, 0))),
    ("empty", Err(Some(NotATranscript::Empty))),
    ("crlf", Ok((3, 2))),
    ("bom", Ok((3, 2))),
    ("not-utf-8", Ok((3, 2))),
    ("huge", Ok((40_000, 2))),
    // The client does not take it for a transcript.
    ("wrong-type", Err(None)),
];

#[tokio::test]
async fn row_17_every_variant_is_fetched_and_read() {
    let World { sim, session, .. } = world().await;
    let meeting = fresh_meeting(&sim, &session).await;
    assert_eq!(FIXTURES.map(|fixture| fixture.name), READ.map(|(name, _)| name));
    for (fixture, (name, expected)) in FIXTURES.iter().zip(READ) {
        let new = NewArtifact {
            content_type: fixture.content_type.map(str::to_owned),
            ..NewArtifact::new(SimKind::Transcript, hour(&sim, 1), fixture.content())
        };
        let id = sim.add_artifact(&meeting, new).unwrap();
        let became = match read(&session, &meeting, &id).await {
            Ok(content) => {
                assert_eq!(content.bytes, fixture.content(), "{name}: nothing is lost on the way");
                let transcript = Transcript::parse(&content.bytes).map_err(Some);
                transcript.map(|transcript| (transcript.cues().len(), transcript.speakers().len()))
            }
            Err(error) => {
                assert_eq!(error.kind, ErrorKind::Protocol, "{name}: {error}");
                Err(None)
            }
        };
        assert_eq!(became, expected, "{name}");
    }
}
