//! Which recording and which transcript are of the same session.

use chrono::{DateTime, Duration, Utc};

use crate::store::artifacts::read::ArtifactRecord;

/// Without Microsoft's word for it, what began within this time of each other is of one session.
const TOGETHER: Duration = Duration::minutes(5);

/// From a start of recording or transcription to its stop. At least one of the two is there.
#[derive(Default)]
pub struct Session {
    pub recording: Option<ArtifactRecord>,
    pub transcript: Option<ArtifactRecord>,
}

impl Session {
    fn artifacts(&self) -> impl Iterator<Item = &ArtifactRecord> {
        self.recording.iter().chain(&self.transcript)
    }

    /// When the first of the two began.
    pub fn begun(&self) -> DateTime<Utc> {
        self.artifacts().map(begun).min().unwrap_or_default()
    }

    /// In seconds: the recording's, else the transcript's.
    pub fn length(&self) -> Option<u32> {
        self.artifacts()
            .find_map(|artifact| Some((artifact.ended? - artifact.begun?).num_seconds()))
            .and_then(|seconds| u32::try_from(seconds).ok())
    }

    /// How much later than the recording the transcription began, in milliseconds.
    pub fn offset(&self) -> i64 {
        let begun = |artifact: &Option<ArtifactRecord>| artifact.as_ref().and_then(|artifact| artifact.begun);
        match (begun(&self.recording), begun(&self.transcript)) {
            (Some(recording), Some(transcript)) => (transcript - recording).num_milliseconds(),
            _ => 0,
        }
    }
}

fn begun(artifact: &ArtifactRecord) -> DateTime<Utc> {
    artifact.begun.unwrap_or(artifact.captured)
}

/// The sessions in the order of time.
pub fn sessions(mut artifacts: Vec<ArtifactRecord>) -> Vec<Session> {
    artifacts.sort_by_key(|artifact| (begun(artifact), artifact.artifact_id));
    let (recordings, mut transcripts): (Vec<_>, Vec<_>) = artifacts
        .into_iter()
        .partition(|artifact| artifact.artifact_type == "recording");
    let mut sessions: Vec<Session> = recordings
        .into_iter()
        .map(|recording| Session {
            recording: Some(recording),
            transcript: None,
        })
        .collect();
    // What Microsoft says goes before what looks likely, also where another recording is nearer.
    for belongs in [is_named_by, is_near] {
        for session in &mut sessions {
            let Session {
                recording: Some(recording),
                transcript: None,
            } = session
            else {
                continue;
            };
            let nearest = transcripts
                .iter()
                .enumerate()
                .filter(|(_, transcript)| {
                    transcript.meeting_id == recording.meeting_id && belongs(recording, transcript)
                })
                .min_by_key(|(_, transcript)| (begun(recording) - begun(transcript)).abs())
                .map(|(at, _)| at);
            if let Some(at) = nearest {
                session.transcript = Some(transcripts.remove(at));
            }
        }
    }
    sessions.extend(transcripts.into_iter().map(|transcript| Session {
        recording: None,
        transcript: Some(transcript),
    }));
    sessions.sort_by_key(Session::begun);
    sessions
}

fn is_named_by(recording: &ArtifactRecord, transcript: &ArtifactRecord) -> bool {
    recording.content_correlation_id.is_some() && recording.content_correlation_id == transcript.content_correlation_id
}

/// Two that Microsoft names differently are of different sessions, however near they are.
fn is_near(recording: &ArtifactRecord, transcript: &ArtifactRecord) -> bool {
    (recording.content_correlation_id.is_none() || transcript.content_correlation_id.is_none())
        && (begun(recording) - begun(transcript)).abs() <= TOGETHER
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    fn artifact(kind: &str, at: i64, correlation: Option<&str>) -> ArtifactRecord {
        let begun = DateTime::from_timestamp(1_795_000_000 + at, 0).unwrap();
        ArtifactRecord {
            artifact_id: Uuid::from_u128(u128::try_from(at).unwrap()),
            meeting_id: Uuid::nil(),
            artifact_type: kind.into(),
            begun: Some(begun),
            ended: Some(begun + Duration::seconds(60)),
            captured: begun,
            content_correlation_id: correlation.map(str::to_owned),
            document_id: None,
            file_id: None,
            size: None,
            copied: None,
            is_copied: false,
            is_gone: false,
        }
    }

    fn found(artifacts: Vec<ArtifactRecord>) -> Vec<(Option<u128>, Option<u128>)> {
        let id = |artifact: Option<ArtifactRecord>| artifact.map(|artifact| artifact.artifact_id.as_u128());
        sessions(artifacts)
            .into_iter()
            .map(|session| (id(session.recording), id(session.transcript)))
            .collect()
    }

    #[test]
    fn microsofts_word_goes_before_nearness() {
        let artifacts = vec![
            artifact("transcript", 3_601, Some("b")),
            artifact("recording", 3_700, Some("b")),
            artifact("recording", 3_600, Some("a")),
            artifact("transcript", 3_000, Some("a")),
        ];
        assert_eq!(
            found(artifacts),
            [(Some(3_600), Some(3_000)), (Some(3_700), Some(3_601))]
        );
    }

    #[test]
    fn without_it_what_began_together_is_together() {
        let artifacts = vec![
            artifact("recording", 95, None),
            artifact("transcript", 900, None),
            artifact("transcript", 100, None),
            artifact("recording", 905, None),
            artifact("recording", 2_000, None),
            artifact("transcript", 2_301, None),
        ];
        assert_eq!(
            found(artifacts),
            [
                (Some(95), Some(100)),
                (Some(905), Some(900)),
                (Some(2_000), None),
                (None, Some(2_301))
            ]
        );
    }

    #[test]
    fn two_sessions_are_never_one() {
        let other = ArtifactRecord {
            meeting_id: Uuid::max(),
            ..artifact("transcript", 10, None)
        };
        assert_eq!(found(vec![artifact("recording", 10, None), other]).len(), 2);
        let named = vec![
            artifact("recording", 10, Some("a")),
            artifact("transcript", 11, Some("b")),
        ];
        assert_eq!(found(named).len(), 2);
    }

    #[test]
    fn the_transcription_may_begin_at_another_time() {
        let both = vec![artifact("recording", 100, None), artifact("transcript", 107, None)];
        let sessions = sessions(both);
        assert_eq!(sessions[0].offset(), 7_000);
        assert_eq!(sessions[0].length(), Some(60));
        assert_eq!(super::sessions(vec![artifact("transcript", 107, None)])[0].offset(), 0);
    }
}
