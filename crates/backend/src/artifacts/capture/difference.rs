//! What a list of Microsoft's changes about what we know.

use std::collections::HashMap;

use domain::ArtifactId;
use graph::Artifact;

use crate::store::artifacts::{Known, Seen};

#[derive(Debug, Default, PartialEq, Eq)]
pub struct Changes {
    /// Not known before; in the order of the list.
    pub new: Vec<Seen>,
    /// Of these Microsoft tells something else now.
    pub told: Vec<Seen>,
    /// No longer listed.
    pub gone: Vec<ArtifactId>,
    /// Listed again.
    pub back: Vec<ArtifactId>,
}

/// What somebody has deleted here is left alone, whatever Microsoft lists.
pub fn difference(known: &[Known], listed: &[Artifact], mut id: impl FnMut() -> ArtifactId) -> Changes {
    let mut changes = Changes::default();
    let mut unlisted: HashMap<&str, &Known> = known
        .iter()
        .map(|known| (known.provider_artifact_id.as_str(), known))
        .collect();
    for artifact in listed {
        match unlisted.remove(artifact.id.as_str()) {
            None => changes.new.push(seen(id(), artifact)),
            Some(known) if known.is_deleted => {}
            Some(known) => {
                let seen = seen(known.artifact_id, artifact);
                if tells_something(known, &seen) {
                    changes.told.push(seen);
                }
                if known.is_gone {
                    changes.back.push(known.artifact_id);
                }
            }
        }
    }
    changes.gone = known
        .iter()
        .filter(|known| unlisted.contains_key(known.provider_artifact_id.as_str()))
        .filter(|known| !known.is_deleted && !known.is_gone)
        .map(|known| known.artifact_id)
        .collect();
    changes
}

impl Changes {
    /// Nothing is to be written, what is back aside: that is for the caller to decide.
    pub fn is_empty(&self) -> bool {
        self.new.is_empty() && self.told.is_empty() && self.gone.is_empty()
    }
}

fn seen(artifact_id: ArtifactId, artifact: &Artifact) -> Seen {
    // As the database keeps them, lest the same time look like another one.
    let stored = |time: chrono::DateTime<chrono::Utc>| {
        chrono::DateTime::from_timestamp_micros(time.timestamp_micros()).unwrap_or(time)
    };
    Seen {
        artifact_id,
        provider_artifact_id: artifact.id.clone(),
        started: artifact.started.map(stored),
        ended: artifact.ended.map(stored),
        correlation: artifact.pairing_key(),
    }
}

/// What is not told stays as it is known.
fn tells_something(known: &Known, seen: &Seen) -> bool {
    let differs = |known: bool, told: bool| told && !known;
    differs(known.created_date_time == seen.started, seen.started.is_some())
        || differs(known.end_date_time == seen.ended, seen.ended.is_some())
        || differs(
            known.content_correlation_id == seen.correlation,
            seen.correlation.is_some(),
        )
}

#[cfg(test)]
mod tests {
    use chrono::{DateTime, Utc};
    use graph::ArtifactKind;
    use uuid::Uuid;

    use super::*;

    fn at(seconds: i64) -> Option<DateTime<Utc>> {
        DateTime::from_timestamp(seconds, 123_456_700)
    }

    fn listed(id: &str) -> Artifact {
        Artifact {
            kind: ArtifactKind::Recording,
            id: id.into(),
            meeting_id: None,
            call_id: None,
            content_correlation_id: Some("ABC-0".into()),
            started: at(1),
            ended: at(2),
            organizer_id: None,
        }
    }

    fn known(n: u128, id: &str) -> Known {
        let micros = |time: Option<DateTime<Utc>>| DateTime::from_timestamp_micros(time.unwrap().timestamp_micros());
        Known {
            artifact_id: ArtifactId(Uuid::from_u128(n)),
            provider_artifact_id: id.into(),
            document_id: None,
            created_date_time: micros(at(1)),
            end_date_time: micros(at(2)),
            content_correlation_id: Some("abc".into()),
            is_gone: false,
            is_deleted: false,
        }
    }

    fn changes(known: &[Known], listed: &[Artifact]) -> Changes {
        difference(known, listed, || ArtifactId(Uuid::from_u128(99)))
    }

    #[test]
    fn what_is_known_changes_nothing() {
        assert!(changes(&[known(1, "a")], &[listed("a")]).is_empty());
        let silent = Artifact {
            started: None,
            ended: None,
            content_correlation_id: None,
            ..listed("a")
        };
        assert!(
            changes(&[known(1, "a")], &[silent]).is_empty(),
            "what is not told stays"
        );
    }

    #[test]
    fn new_ones_and_later_words_are_noted() {
        let fresh = changes(&[known(1, "a")], &[listed("a"), listed("b")]);
        let [new] = fresh.new.as_slice() else {
            panic!("{fresh:?}")
        };
        assert_eq!(
            (new.provider_artifact_id.as_str(), new.correlation.as_deref()),
            ("b", Some("abc"))
        );
        let without_end = Known {
            end_date_time: None,
            ..known(1, "a")
        };
        let later = changes(&[without_end], &[listed("a")]);
        assert_eq!((later.told.len(), later.new.len()), (1, 0));
    }

    #[test]
    fn gone_is_a_state_that_can_end() {
        let first = ArtifactId(Uuid::from_u128(1));
        let gone = changes(&[known(1, "a"), known(2, "b")], &[listed("b")]);
        assert_eq!((gone.gone, gone.back), (vec![first], vec![]));
        let known_gone = Known {
            is_gone: true,
            ..known(1, "a")
        };
        assert_eq!(changes(std::slice::from_ref(&known_gone), &[]), Changes::default());
        let back = changes(&[known_gone], &[listed("a")]);
        assert_eq!((back.gone, back.back), (vec![], vec![first]));
    }

    #[test]
    fn what_was_deleted_here_stays_so() {
        let deleted = Known {
            is_deleted: true,
            end_date_time: None,
            ..known(1, "a")
        };
        for list in [vec![listed("a")], vec![]] {
            assert_eq!(changes(std::slice::from_ref(&deleted), &list), Changes::default());
        }
    }
}
