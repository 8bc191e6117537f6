//! Online meetings: their states, who is invited, and whether they can be made at all.

use serde::{Deserialize, Serialize};

use crate::Problem;

/// The longest meeting, in hours. Teams itself allows 30; a longer one is a slip of the keyboard.
pub const MAX_HOURS: u32 = 24;
/// Exchange Online refuses more ([events](https://learn.microsoft.com/graph/api/user-post-events)).
pub const MAX_ATTENDEES: usize = 500;

/// The state of an online meeting, as `online_meetings.status` holds it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(
    feature = "sqlx",
    derive(sqlx::Type),
    sqlx(type_name = "text", rename_all = "snake_case")
)]
#[serde(rename_all = "snake_case")]
pub enum MeetingStatus {
    Scheduled,
    Ended,
    RecordingPending,
    RecordingReady,
    NoRecording,
    CancelPending,
    Cancelled,
    Failed,
}

impl MeetingStatus {
    pub const ALL: [Self; 8] = [
        Self::Scheduled,
        Self::Ended,
        Self::RecordingPending,
        Self::RecordingReady,
        Self::NoRecording,
        Self::CancelPending,
        Self::Cancelled,
        Self::Failed,
    ];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Scheduled => "scheduled",
            Self::Ended => "ended",
            Self::RecordingPending => "recording_pending",
            Self::RecordingReady => "recording_ready",
            Self::NoRecording => "no_recording",
            Self::CancelPending => "cancel_pending",
            Self::Cancelled => "cancelled",
            Self::Failed => "failed",
        }
    }

    /// Reads the database's text. The column's check constraint allows no other values.
    pub fn find(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.as_str() == text)
    }

    /// Whether a link to join may be offered: the meeting is to take place and has not ended.
    pub fn is_joinable(self) -> bool {
        self == Self::Scheduled
    }
}

/// Somebody who gets an invitation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Invitee {
    pub address: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
}

/// Reads addresses that were typed or picked, in any mix of commas, semicolons, spaces and lines. Duplicates, which mail systems
/// do not tell apart by case, are merged; the first spelling stays.
pub fn attendees<'a>(entries: impl IntoIterator<Item = &'a str>) -> Result<Vec<Invitee>, Problem> {
    let mut invitees: Vec<Invitee> = Vec::new();
    for entry in entries {
        for address in entry
            .split([',', ';', '\n', '\r', '\t', ' '])
            .filter(|part| !part.is_empty())
        {
            if !is_mailable(address) {
                return Err(Problem::NotAnEmail {
                    value: address.chars().take(80).collect(),
                });
            }
            if !invitees.iter().any(|known| known.address.eq_ignore_ascii_case(address)) {
                // Checked here: a form full of addresses must not be merged to the end before it is refused.
                if invitees.len() == MAX_ATTENDEES {
                    return Err(Problem::TooMany {
                        max: u32::try_from(MAX_ATTENDEES).unwrap_or(u32::MAX),
                    });
                }
                invitees.push(Invitee {
                    address: address.to_owned(),
                    name: None,
                });
            }
        }
    }
    Ok(invitees)
}

/// What a form says about recording: nothing unless it asks.
pub(crate) fn record(offered: Option<&String>, checked: Option<&String>) -> Option<bool> {
    offered.map(|_| checked.is_some())
}

/// An address ([RFC 5322](https://www.rfc-editor.org/rfc/rfc5322#section-3.4.1)) with a dotted domain: mail to `ada@localhost` or to
/// an address literal would reach nobody.
pub(crate) fn is_mailable(address: &str) -> bool {
    email_address::EmailAddress::is_valid(address)
        && address
            .rsplit_once('@')
            .is_some_and(|(_, domain)| domain.contains('.') && !domain.starts_with('['))
}

/// Whether the tenant's Teams can be used for something, and if not, why: the interface and the server decide from the same value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "state", content = "reason")]
pub enum Capability {
    Available,
    Unavailable(Unavailable),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Unavailable {
    /// The community edition.
    NotInThisEdition,
    /// No app registration, or the integration is not active.
    NotConfigured,
    /// No organizer, or one whose object id is not known.
    NoOrganizer,
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn addresses(entries: &[&str]) -> Vec<String> {
        attendees(entries.iter().copied())
            .unwrap()
            .into_iter()
            .map(|invitee| invitee.address)
            .collect()
    }

    #[test]
    fn statuses_survive_the_database() {
        for status in MeetingStatus::ALL {
            assert_eq!(MeetingStatus::find(status.as_str()), Some(status));
        }
    }

    #[test]
    fn addresses_are_split_and_merged() {
        assert_eq!(
            addresses(&["Ada@acme.example, bo@acme.example;ada@ACME.example\n cy@x.example"]),
            ["Ada@acme.example", "bo@acme.example", "cy@x.example"]
        );
        assert_eq!(addresses(&["", " , "]), Vec::<String>::new());
    }

    #[test]
    fn what_is_no_address_is_named() {
        for bad in [
            "not-an-address",
            "ada@",
            "@acme.example",
            "ada@localhost",
            "ada@[127.0.0.1]",
            "a@b@c.example",
        ] {
            assert_eq!(
                attendees([bad]),
                Err(Problem::NotAnEmail { value: bad.to_owned() }),
                "{bad}"
            );
        }
    }

    #[test]
    fn too_many_attendees_are_refused() {
        let many: Vec<String> = (0..=MAX_ATTENDEES).map(|n| format!("a{n}@x.example")).collect();
        assert_eq!(
            attendees(many.iter().map(String::as_str)),
            Err(Problem::TooMany { max: 500 })
        );
    }

    #[test]
    fn only_a_form_that_asks_decides_about_recording() {
        let on = "on".to_owned();
        assert_eq!(record(Some(&on), Some(&on)), Some(true));
        assert_eq!(record(Some(&on), None), Some(false));
        assert_eq!(record(None, Some(&on)), None);
    }

    proptest! {
        #[test]
        fn any_input_is_answered(input in any::<String>()) {
            if let Ok(list) = attendees([input.as_str()]) {
                let again = attendees(list.iter().map(|i| i.address.as_str()));
                prop_assert_eq!(again, Ok(list));
            }
        }
    }
}
