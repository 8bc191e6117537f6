use futures::TryStreamExt;
use graph::{Artifact, ArtifactKind, ByteRange, ErrorKind, Extent, TranscriptForm};

use crate::{
    tenant::{Tenant, nobody},
    tests::Outcome,
};

const NOT_RECORDED: Outcome = Outcome::Skipped("no recorded meeting is named");

/// The recorded meeting and what it has of this kind.
async fn recorded(tenant: &Tenant, kind: ArtifactKind) -> Option<(String, Vec<Artifact>)> {
    let link = tenant.recorded.as_ref()?;
    let meeting = tenant
        .session
        .online_meeting_by_join_url(&tenant.organizer_id, link)
        .await
        .unwrap();
    let meeting = meeting.expect("the recorded meeting is found").id;
    let artifacts = tenant
        .session
        .artifacts(kind, &tenant.organizer_id, &meeting)
        .await
        .unwrap();
    assert!(!artifacts.is_empty(), "the recorded meeting has {kind}s");
    assert!(artifacts.is_sorted_by_key(|artifact| artifact.started));
    Some((meeting, artifacts))
}

pub async fn a_new_meeting_has_none(tenant: &Tenant) -> Outcome {
    tenant
        .with_event(async |_, event| {
            let link = event.join_url.unwrap();
            let meeting = tenant
                .session
                .online_meeting_by_join_url(&tenant.organizer_id, &link)
                .await
                .unwrap();
            let meeting = meeting.expect("the meeting of a new event").id;
            for kind in [ArtifactKind::Recording, ArtifactKind::Transcript] {
                let artifacts = tenant
                    .session
                    .artifacts(kind, &tenant.organizer_id, &meeting)
                    .await
                    .unwrap();
                assert_eq!(artifacts, []);
            }
        })
        .await;
    Outcome::Held
}

pub async fn an_unknown_meeting_has_no_list(tenant: &Tenant) -> Outcome {
    let error = tenant
        .session
        .artifacts(ArtifactKind::Recording, &tenant.organizer_id, &nobody())
        .await
        .unwrap_err();
    assert!(
        matches!(error.kind, ErrorKind::NotFound | ErrorKind::Invalid),
        "{error}"
    );
    Outcome::Held
}

pub async fn recordings_are_listed_and_read(tenant: &Tenant) -> Outcome {
    let Some((meeting, recordings)) = recorded(tenant, ArtifactKind::Recording).await else {
        return NOT_RECORDED;
    };
    for recording in &recordings {
        assert!(recording.started.is_some() && recording.pairing_key().is_some());
        let one = tenant
            .session
            .artifact(ArtifactKind::Recording, &tenant.organizer_id, &meeting, &recording.id);
        assert_eq!(&one.await.unwrap(), recording);
    }
    let first = &recordings[0].id;
    let content = |range| {
        tenant
            .session
            .recording_content(&tenant.organizer_id, &meeting, first, range)
    };
    let mut whole = content(None).await.unwrap();
    assert_eq!(whole.extent, Extent::Whole);
    let beginning = whole.try_next().await.unwrap().expect("a recording has bytes");
    assert_eq!(&beginning[4..8], b"ftyp", "a recording is an MP4 file");
    // Whether ranges are heeded is not documented: the bytes have to be right either way.
    let part = content(Some(ByteRange::From {
        first: 4,
        last: Some(7),
    }))
    .await
    .unwrap();
    let (extent, bytes): (_, Vec<_>) = (part.extent, part.try_collect().await.unwrap());
    let bytes = bytes.concat();
    match extent {
        Extent::Part { .. } => assert_eq!(bytes, b"ftyp"),
        _ => assert_eq!(&bytes[4..8], b"ftyp"),
    }
    Outcome::Held
}

pub async fn transcripts_are_listed_and_read(tenant: &Tenant) -> Outcome {
    let Some((meeting, transcripts)) = recorded(tenant, ArtifactKind::Transcript).await else {
        return NOT_RECORDED;
    };
    for transcript in &transcripts {
        let content = tenant
            .session
            .transcript_content(&tenant.organizer_id, &meeting, &transcript.id);
        let content = content.await.unwrap();
        match content.form {
            TranscriptForm::Attributed => assert!(content.bytes.starts_with(b"WEBVTT")),
            form => assert!(form == TranscriptForm::Unattributed && !content.bytes.is_empty()),
        }
    }
    Outcome::Held
}

pub async fn an_unknown_recording_is_not_found(tenant: &Tenant) -> Outcome {
    let Some((meeting, _)) = recorded(tenant, ArtifactKind::Recording).await else {
        return NOT_RECORDED;
    };
    let one = tenant.session.artifact(
        ArtifactKind::Recording,
        &tenant.organizer_id,
        &meeting,
        "VjIjI25vYm9keQ==",
    );
    let error = one.await.unwrap_err();
    assert!(
        matches!(error.kind, ErrorKind::NotFound | ErrorKind::Invalid),
        "{error}"
    );
    Outcome::Held
}
