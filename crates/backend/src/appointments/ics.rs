//! An appointment as a file for calendars ([RFC 5545](https://www.rfc-editor.org/rfc/rfc5545),
//! [RFC 5546](https://www.rfc-editor.org/rfc/rfc5546)).

use chrono::{DateTime, Utc};
use icalendar::{Calendar, Component, Event, EventLike, EventStatus, Property};

use uuid::Uuid;

use crate::mail::Attachment;

/// What is done with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    Request,
    Cancel,
    /// Put there by whoever opens it.
    Publish,
}

impl Method {
    fn name(self) -> &'static str {
        match self {
            Self::Request => "REQUEST",
            Self::Cancel => "CANCEL",
            Self::Publish => "PUBLISH",
        }
    }
}

/// What calendars know an entry by, wherever it comes from: `appointment-…@minuted.example`.
pub fn uid(kind: &str, id: Uuid, installation: &str) -> String {
    let host = installation.split("://").last().unwrap_or_default();
    let host = host.split(['/', ':']).next().unwrap_or_default();
    format!("{kind}-{id}@{}", plain(host))
}

/// What a calendar is told.
pub struct Entry<'a> {
    pub uid: &'a str,
    /// Grows with each change.
    pub sequence: u32,
    pub method: Method,
    pub summary: &'a str,
    pub description: &'a str,
    pub join_url: Option<&'a str>,
    pub start: DateTime<Utc>,
    pub end: DateTime<Utc>,
    pub organizer: (&'a str, &'a str),
    pub attendee: Option<(&'a str, &'a str)>,
    pub now: DateTime<Utc>,
}

pub fn attachment(entry: &Entry<'_>) -> Attachment {
    let method = entry.method.name();
    let mut event = Event::new();
    event
        .uid(entry.uid)
        .timestamp(entry.now)
        .sequence(entry.sequence)
        .summary(&plain(entry.summary))
        .description(&entry.description.split('\n').map(plain).collect::<Vec<_>>().join("\n"))
        .starts(entry.start)
        .ends(entry.end)
        .status(if entry.method == Method::Cancel {
            EventStatus::Cancelled
        } else {
            EventStatus::Confirmed
        })
        .append_property(person("ORGANIZER", entry.organizer));
    if let Some(attendee) = entry.attendee {
        event.append_property(
            person("ATTENDEE", attendee)
                .add_parameter("ROLE", "REQ-PARTICIPANT")
                .add_parameter("RSVP", "FALSE")
                .add_parameter("PARTSTAT", "ACCEPTED")
                .done(),
        );
    }
    if let Some(url) = entry.join_url {
        event.url(&plain(url)).location("Microsoft Teams");
    }
    let mut calendar = Calendar::new();
    calendar.append_property(Property::new("METHOD", method));
    calendar.push(event.done());
    Attachment {
        name: "appointment.ics".to_owned(),
        kind: format!("text/calendar; charset=utf-8; method={method}"),
        text: calendar.to_string(),
    }
}

fn person(role: &str, (name, address): (&str, &str)) -> Property {
    // A name cannot hold what ends it.
    let name = plain(name).replace('"', "'");
    Property::new(role, format!("mailto:{}", plain(address)))
        .add_parameter("CN", &name)
        .done()
}

/// Lines end an entry: none of what others wrote may do that.
fn plain(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry<'a>() -> Entry<'a> {
        Entry {
            uid: "appointment-00000000-0000-0000-0000-000000000007@minuted.example",
            sequence: 0,
            method: Method::Request,
            summary: "Appointment: Network review; floors 1, 2",
            description: "Two floors.\r\nBEGIN:VEVENT\nJoin: https://teams.example/j",
            join_url: Some("https://teams.example/j"),
            start: "2026-11-26T13:00:00Z".parse().unwrap(),
            end: "2026-11-26T13:30:00Z".parse().unwrap(),
            organizer: ("Berg, \"Tomas\"\r\nX-EVIL:1", "tech@northwind.example"),
            attendee: Some(("Ada Example", "ada@acme.example")),
            now: "2026-11-24T10:00:00Z".parse().unwrap(),
        }
    }

    /// Without the folding of long lines.
    fn lines(entry: &Entry<'_>) -> Vec<String> {
        let text = attachment(entry).text.replace("\r\n ", "");
        text.lines().map(str::to_owned).collect()
    }

    #[test]
    fn an_appointment_is_asked_for() {
        let lines = lines(&entry());
        for wanted in [
            "METHOD:REQUEST",
            "UID:appointment-00000000-0000-0000-0000-000000000007@minuted.example",
            "SEQUENCE:0",
            "STATUS:CONFIRMED",
            "DTSTART:20261126T130000Z",
            "DTEND:20261126T133000Z",
            "DTSTAMP:20261124T100000Z",
            "SUMMARY:Appointment: Network review\\; floors 1\\, 2",
            "URL:https://teams.example/j",
        ] {
            assert!(lines.iter().any(|line| line == wanted), "{wanted} in {lines:#?}");
        }
        assert!(
            lines
                .iter()
                .any(|line| line.starts_with("ATTENDEE;") && line.ends_with(":mailto:ada@acme.example"))
        );
    }

    #[test]
    fn an_entry_is_known_by_its_id_and_the_installation() {
        let id = Uuid::from_u128(7);
        for installation in ["https://minuted.example", "https://minuted.example:8443/msp"] {
            assert_eq!(
                uid("appointment", id, installation),
                "appointment-00000000-0000-0000-0000-000000000007@minuted.example"
            );
        }
    }

    #[test]
    fn what_somebody_puts_there_invites_nobody() {
        let lines = lines(&Entry {
            method: Method::Publish,
            attendee: None,
            ..entry()
        });
        assert!(lines.contains(&"METHOD:PUBLISH".to_owned()) && lines.contains(&"STATUS:CONFIRMED".to_owned()));
        assert!(!lines.iter().any(|line| line.starts_with("ATTENDEE")));
    }

    #[test]
    fn what_others_wrote_stays_where_it_is() {
        let lines = lines(&entry());
        let beginnings = lines.iter().filter(|line| *line == "BEGIN:VEVENT").count();
        assert_eq!(beginnings, 1, "{lines:#?}");
        assert!(!lines.iter().any(|line| line.starts_with("X-EVIL")), "{lines:#?}");
        let organizer = lines.iter().find(|line| line.starts_with("ORGANIZER")).unwrap();
        assert_eq!(
            organizer,
            "ORGANIZER;CN=\"Berg, 'Tomas'  X-EVIL:1\":mailto:tech@northwind.example"
        );
    }

    #[test]
    fn one_that_is_off_is_the_same_later() {
        let lines = lines(&Entry {
            method: Method::Cancel,
            sequence: 41,
            join_url: None,
            ..entry()
        });
        for wanted in ["METHOD:CANCEL", "SEQUENCE:41", "STATUS:CANCELLED"] {
            assert!(lines.iter().any(|line| line == wanted), "{wanted} in {lines:#?}");
        }
        assert!(
            !lines
                .iter()
                .any(|line| line.starts_with("LOCATION") || line.starts_with("URL"))
        );
    }
}
