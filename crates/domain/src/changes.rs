//! Changes of a meeting that Microsoft has not confirmed yet, and the message that goes with a cancellation.

use serde::{Deserialize, Serialize};

use crate::{Failure, Field, OperationId, text};

/// Longest message to the attendees of a cancelled meeting, in characters.
pub const MAX_MESSAGE: usize = 1000;

/// Reads what is to be told to the attendees; nothing is fine.
pub fn message(typed: &str) -> Result<Option<String>, Failure> {
    let message = text::lines(typed, MAX_MESSAGE).map_err(|problem| Failure::field(Field::Message, problem))?;
    let message = message.trim();
    Ok((!message.is_empty()).then(|| message.to_owned()))
}

words! {
    /// What becomes different about a meeting.
    ChangeKind {
        /// Its times, and maybe its subject.
        Move = "move",
        /// Its subject only.
        Retitle = "retitle",
        Cancel = "cancel",
    }
}

words! {
    /// Why a change has not arrived at Microsoft. Each has a text in every language that says who can do what about it.
    MeetingTrouble {
        /// No answer, or none that makes sense.
        Unavailable = "unavailable",
        Throttled = "throttled",
        /// There is no connection to Microsoft for this tenant.
        NotSetUp = "not-set-up",
        /// Microsoft does not accept the app registration: its secret, most of the time.
        Credentials = "credentials",
        /// The organizer's mailbox is not among those that the app may touch.
        MailboxScope = "mailbox-scope",
        /// A permission or a policy is missing.
        Permission = "permission",
        /// The organizer is not there any more.
        OrganizerGone = "organizer-gone",
        /// The organizer has no such meeting.
        MeetingGone = "meeting-gone",
        /// Refused for another reason; the log has Microsoft's words.
        Refused = "refused",
    }
}

impl MeetingTrouble {
    /// Whether it passes by itself.
    pub fn passes(self) -> bool {
        matches!(self, Self::Unavailable | Self::Throttled)
    }
}

/// A change on its way to Microsoft, as the interaction's page shows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PendingChange {
    pub kind: ChangeKind,
    /// It can be taken back: Microsoft has not been told.
    pub undoable: bool,
    /// Why the last try failed.
    pub trouble: Option<MeetingTrouble>,
    /// When the next try is: "Tue, 24 Nov 2026, 14:05".
    pub next: Option<String>,
    /// When the meeting still is at Microsoft, if it is to move: "Tue, 24 Nov 2026, 14:00".
    pub still_at: Option<String>,
}

/// A change that Microsoft has not accepted, of a meeting that is not on record any more.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StrandedChange {
    pub operation_id: OperationId,
    pub kind: ChangeKind,
    /// Not known of the oldest.
    pub subject: Option<String>,
    pub organizer: Option<String>,
    /// When the meeting is: "Tue, 24 Nov 2026, 14:00".
    pub when: String,
    pub trouble: Option<MeetingTrouble>,
    /// When the next try is.
    pub next: String,
    /// How often it was tried.
    pub attempts: u32,
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::Problem;

    #[test]
    fn words_survive_the_database() {
        for kind in ChangeKind::ALL {
            assert_eq!(ChangeKind::find(kind.as_str()), Some(*kind));
        }
        for trouble in MeetingTrouble::ALL {
            assert_eq!(MeetingTrouble::find(trouble.as_str()), Some(*trouble));
            assert_eq!(
                serde_json::to_string(trouble).unwrap(),
                format!("\"{}\"", trouble.as_str())
            );
        }
        assert_eq!(MeetingTrouble::find("superseded"), None);
    }

    #[test]
    fn a_message_is_bounded_and_text() {
        assert_eq!(message(" \r\n "), Ok(None));
        assert_eq!(
            message(" See you\r\nnext week. "),
            Ok(Some("See you\nnext week.".into()))
        );
        let problem = |typed: &str| message(typed).unwrap_err().fields.remove(0);
        assert_eq!(problem("\u{7}").problem, Problem::NotText);
        assert_eq!(problem(&"x".repeat(1001)).problem, Problem::TooLong { max: 1000 });
        assert_eq!(problem("\u{0}").field, Field::Message);
    }

    proptest! {
        #[test]
        fn any_message_is_answered(typed in any::<String>()) {
            if let Ok(Some(message)) = message(&typed) {
                prop_assert!(!message.is_empty() && message.chars().count() <= MAX_MESSAGE && !message.contains('\0'));
            }
        }
    }
}
