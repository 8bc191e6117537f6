//! What was captured of a meeting.

use chrono::{DateTime, Utc};
use domain::{
    Capture, CaptureTrouble, CapturedRecording, CapturedSession, CapturedTranscript, InteractionId, KEPT_BY_MICROSOFT,
    MeetingStatus, RecordingState, TranscriptState,
};

use super::sessions::{Session, sessions};
use crate::{
    Actor, Result,
    edition::Teams,
    store::{self, TenantTx, artifacts::read::ArtifactRecord, interactions::InteractionRecord},
    zone,
};

/// What is known of the recordings and transcripts of an interaction's meetings, and the sessions in the order of time.
pub async fn capture(
    tx: &mut TenantTx,
    viewer: &Actor,
    id: InteractionId,
    record: &InteractionRecord,
    now: DateTime<Utc>,
) -> Result<(Capture, Vec<Session>)> {
    let sessions = sessions(within_reach(store::artifacts::read::of_interaction(tx, id).await?));
    let near = |time: DateTime<Utc>| zone::moment_near(time, now, viewer.zone, viewer.language);
    let trouble = |code: &Option<String>| code.as_deref().and_then(CaptureTrouble::find);
    let mut shown: Vec<CapturedSession> = (1..)
        .zip(&sessions)
        .map(|(number, session)| shown(viewer, number, session, now))
        .collect();
    shown.reverse();
    let capture = Capture {
        more: None,
        looked: record.last_fetch_at.map(near),
        // What is overdue is looked for any moment.
        next: record.next_fetch_at.map(|next| near(next.max(now))),
        recordings: trouble(&record.recordings_trouble),
        transcripts: trouble(&record.transcripts_trouble),
        sessions: shown,
        portal: None,
    };
    Ok((capture, sessions))
}

/// Whether there may be more of it at Microsoft.
pub fn took_place(record: &InteractionRecord, now: DateTime<Utc>) -> bool {
    let status = record.meeting_status.as_deref().and_then(MeetingStatus::find);
    let was_held = status.is_some_and(|status| {
        !matches!(
            status,
            MeetingStatus::Failed | MeetingStatus::CancelPending | MeetingStatus::Cancelled
        )
    });
    was_held && record.meeting_start.is_some_and(|start| start <= now)
}

/// Without those that only Microsoft has, where this edition does not ask for them.
pub fn within_reach(artifacts: Vec<ArtifactRecord>) -> Vec<ArtifactRecord> {
    let is_here = |artifact: &ArtifactRecord| artifact.artifact_type != "recording" || artifact.file_id.is_some();
    let reached = artifacts
        .into_iter()
        .filter(|artifact| Teams::CAPTURES || is_here(artifact));
    reached.collect()
}

fn shown(viewer: &Actor, number: u32, session: &Session, now: DateTime<Utc>) -> CapturedSession {
    CapturedSession {
        number,
        when: zone::moment(session.begun(), viewer.zone, viewer.language),
        length: session.length(),
        recording: session.recording.as_ref().map(|record| recording(viewer, record, now)),
        transcript: session.transcript.as_ref().map(transcript),
    }
}

fn recording(viewer: &Actor, record: &ArtifactRecord, now: DateTime<Utc>) -> CapturedRecording {
    CapturedRecording {
        id: record.artifact_id.into(),
        state: match record.file_id {
            Some(_) => RecordingState::Stored,
            None if record.is_gone => RecordingState::Gone,
            None if record.is_copied => RecordingState::Copying {
                percent: percent(record.copied, record.size),
            },
            None => RecordingState::AtMicrosoft,
        },
        size: record.size.and_then(|size| u64::try_from(size).ok()),
        expires: expires(record, now).map(|time| zone::day(time, viewer.zone, viewer.language)),
    }
}

/// When Microsoft removes it, where that would be a loss. What it keeps for longer than usual is not guessed at.
fn expires(record: &ArtifactRecord, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
    let made = record.ended.or(record.begun)?;
    let is_lost = record.file_id.is_none() && !record.is_gone;
    Some(made + KEPT_BY_MICROSOFT).filter(|time| is_lost && *time > now)
}

/// How much of it is here.
fn percent(copied: Option<i64>, size: Option<i64>) -> Option<u8> {
    let percent = copied?.checked_mul(100)?.checked_div(size?)?;
    u8::try_from(percent.clamp(0, 100)).ok()
}

fn transcript(record: &ArtifactRecord) -> CapturedTranscript {
    CapturedTranscript {
        id: record.artifact_id.into(),
        state: match record.document_id {
            Some(id) => TranscriptState::Readable(id.into()),
            None if record.is_gone => TranscriptState::Gone,
            None => TranscriptState::Waiting,
        },
    }
}
