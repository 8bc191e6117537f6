use domain::transcript::{Damage, Form, NotATranscript, Transcript};
use graph::{ArtifactKind, ErrorKind, Forbidden, GraphError, GraphSession, TranscriptContent, TranscriptForm};
use graph_sim::{ArtifactKind as SimKind, Fault, FaultAnswer, NewArtifact, Route, Transfer, fixtures::FIXTURES};

use super::{
    artifacts::{fresh_meeting, hour, listed},
    *,
};
use crate::{
    raw::{Raw, answer},
    support::*,
};

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
async fn row_16_switches_that_flap_give_the_names_or_nothing() {
    let (World { sim, session, .. }, meeting, id) = transcribed().await;
    sim.change_tenant(northwind::TENANT_ID, |tenant| tenant.switches_flap = true);
    let mut seen = Vec::new();
    for _ in 0..6 {
        let content = read(&session, &meeting, &id).await;
        seen.push(content.map(|content| content.form).map_err(|error| error.kind));
    }
    let off = Err(ErrorKind::Forbidden(Forbidden::TranscriptsOff));
    let named = Ok(TranscriptForm::Attributed);
    assert_eq!(seen, [off, off, named, off, off, named]);
    assert_eq!(
        statuses(&sim, Route::TranscriptContent),
        [403, 403, 403, 200, 403, 403, 403, 200],
        "the form without names is asked for, and the other switch refuses it"
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

#[tokio::test]
async fn row_17_what_breaks_off_is_fetched_again_and_never_taken_for_the_whole() {
    let (World { sim, session, .. }, meeting, id) = transcribed().await;
    let cut = |without_length| Transfer {
        cut_after: Some(20),
        without_length,
        ..Transfer::default()
    };
    for without_length in [false, true] {
        let broken = FaultAnswer::Transfer(cut(without_length));
        sim.fault(Fault::new(Route::TranscriptContent, broken).times(2));
        let content = read(&session, &meeting, &id).await.unwrap();
        assert_eq!(content.bytes, VTT);
    }
    assert_eq!(sim.requests_to(Route::TranscriptContent).len(), 6);
    assert!(sim.change_artifact(&id, |artifact| artifact.transfer = cut(true)));
    let error = read(&session, &meeting, &id).await.unwrap_err();
    assert_eq!(error.kind, ErrorKind::Unavailable, "{error}");
}

#[tokio::test]
async fn row_18_a_transcript_that_lies_elsewhere_is_fetched_without_the_token() {
    let storage = Raw::start(|_, _| {
        let length = format!("content-length: {}", VTT.len());
        answer("200 OK", &["content-type: text/vtt", &length], VTT)
    })
    .await;
    let (World { sim, session, .. }, meeting, id) = transcribed().await;
    let redirect = Some(format!("{}/words?signature=x", storage.url));
    let transfer = Transfer {
        redirect,
        ..Transfer::default()
    };
    assert!(sim.change_artifact(&id, |artifact| artifact.transfer = transfer));
    let content = read(&session, &meeting, &id).await.unwrap();
    assert_eq!(
        (content.form, &content.bytes[..]),
        (TranscriptForm::Attributed, VTT.as_bytes())
    );
    let heads = storage.heads();
    let [head] = &heads[..] else { panic!("{heads:?}") };
    assert!(
        head.starts_with("get /words?signature=x ") && !head.contains("authorization"),
        "{head}"
    );
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
                let damage = transcript.as_ref().map(Transcript::damage).unwrap_or_default();
                let not_utf8 = name == "not-utf-8";
                assert_eq!(
                    damage,
                    Damage {
                        not_utf8,
                        ..Damage::default()
                    },
                    "{name}"
                );
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

#[tokio::test]
async fn row_17_every_variant_has_a_form_without_names_and_one_with_times_of_day() {
    let World { sim, session, .. } = world().await;
    let meeting = fresh_meeting(&sim, &session).await;
    for (fixture, (name, expected)) in FIXTURES.iter().zip(READ) {
        // Of another type there is no other form, nothing has no cues, and the length of the huge one is met above.
        let Ok((cues @ ..1_000, _)) = expected else {
            continue;
        };
        let id = sim.add_transcript(&meeting, hour(&sim, 1), fixture.content()).unwrap();
        let metadata = session.transcript_metadata(ORGANIZER_ID, &meeting, &id).await.unwrap();
        assert_eq!(metadata.form, TranscriptForm::Metadata);
        let metadata = Transcript::parse(&metadata.bytes).unwrap();
        assert_eq!(metadata.cues().len(), cues, "{name}");

        sim.change_tenant(northwind::TENANT_ID, |tenant| tenant.speaker_attribution = false);
        let content = read(&session, &meeting, &id).await.unwrap();
        sim.change_tenant(northwind::TENANT_ID, |tenant| tenant.speaker_attribution = true);
        assert_eq!(content.form, TranscriptForm::Unattributed, "{name}");
        let parsed = Transcript::parse(&content.bytes);
        if cues == 0 {
            assert_eq!(parsed, Err(NotATranscript::Empty), "{name}: this form has no header");
            continue;
        }
        let (attributed, parsed) = (Transcript::parse(&fixture.content()).unwrap(), parsed.unwrap());
        let of = |transcript: &Transcript| -> Vec<_> {
            let cues = transcript.cues().iter();
            // Where a line ends is not kept.
            let text = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
            cues.map(|cue| (cue.start, cue.end, text(&cue.text))).collect()
        };
        assert_eq!(of(&parsed), of(&attributed), "{name}: the same words at the same times");
        assert_eq!(
            (parsed.form(), parsed.speakers()),
            (Form::Unattributed, vec![]),
            "{name}"
        );
    }
}
