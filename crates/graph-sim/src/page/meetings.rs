//! Meetings with what was recorded of them.

use chrono::{DateTime, TimeDelta, Utc};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::json;
use uuid::Uuid;

use super::html::{Button, Text, call, hour, list, moment};
use crate::{ArtifactKind, Ending, MailKind, SimArtifact, SimEvent, SimMeeting, state::State};

/// How a meeting stands at the simulator's time. In the order in which the page shows them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Stage {
    Running,
    Upcoming,
    Ended,
    Expired,
    Cancelled,
}

impl Stage {
    fn at(now: DateTime<Utc>, start: DateTime<Utc>, end: DateTime<Utc>, expires: DateTime<Utc>, deleted: bool) -> Self {
        if deleted {
            Self::Cancelled
        } else if now >= expires {
            Self::Expired
        } else if now >= end {
            Self::Ended
        } else if now >= start {
            Self::Running
        } else {
            Self::Upcoming
        }
    }

    fn word(self) -> &'static str {
        match self {
            Self::Running => "running",
            Self::Upcoming => "upcoming",
            Self::Ended => "ended",
            Self::Expired => "expired",
            Self::Cancelled => "cancelled",
        }
    }
}

/// A calendar event, an online meeting, or both of them as one.
struct Entry<'a> {
    event: Option<&'a SimEvent>,
    meeting: Option<&'a SimMeeting>,
    subject: &'a str,
    organizer: &'a str,
    start: DateTime<Utc>,
    end: DateTime<Utc>,
    stage: Stage,
}

pub(super) fn section(state: &State) -> String {
    let mut entries = entries(state);
    // What is to come in its order, what was from the latest back.
    entries.sort_by_key(|entry| {
        let from_now = match entry.stage {
            Stage::Running | Stage::Upcoming => entry.start.timestamp(),
            _ => -entry.start.timestamp(),
        };
        (entry.stage, from_now)
    });
    let cards: Vec<String> = entries.iter().map(|entry| card(state, entry)).collect();
    format!(
        r#"<section id="meetings" aria-labelledby="meetings-title"><h2 id="meetings-title">Meetings</h2>{}</section>"#,
        list(
            &cards,
            "cards",
            "No meetings yet. Schedule one in Minuted and it shows up here."
        )
    )
}

fn entries(state: &State) -> Vec<Entry<'_>> {
    let now = state.clock.now();
    let online = |event: &'_ SimEvent| {
        let id = event.online_meeting_id.as_deref()?;
        state.meetings.iter().find(|meeting| meeting.id == id)
    };
    let calendar = state.events.iter().map(|event| {
        let meeting = online(event);
        // It may have been held at another time than the calendar says.
        let (start, end) = meeting.map_or((event.start, event.end), |meeting| (meeting.start, meeting.end));
        let expires = meeting.map_or(DateTime::<Utc>::MAX_UTC, |meeting| meeting.expires);
        Entry {
            event: Some(event),
            meeting,
            subject: &event.subject,
            organizer: &event.organizer_upn,
            start,
            end,
            stage: Stage::at(now, start, end, expires, event.deleted),
        }
    });
    let alone = state.meetings.iter().filter(|meeting| meeting.ical_uid.is_none());
    let standalone = alone.map(|meeting| Entry {
        event: None,
        meeting: Some(meeting),
        subject: &meeting.subject,
        organizer: state
            .user(&meeting.tenant_id, &meeting.organizer_object_id)
            .map_or("", |user| &user.upn),
        start: meeting.start,
        end: meeting.end,
        stage: Stage::at(now, meeting.start, meeting.end, meeting.expires, meeting.deleted),
    });
    calendar.chain(standalone).collect()
}

fn card(state: &State, entry: &Entry<'_>) -> String {
    let Entry {
        event,
        meeting,
        subject,
        organizer,
        start,
        end,
        stage,
    } = entry;
    let recorded: Vec<String> = state
        .artifacts
        .iter()
        .filter(|artifact| meeting.is_some_and(|meeting| meeting.id == artifact.online_meeting_id))
        .map(|known| artifact(known, state.clock.now()))
        .collect();
    let invited = event.map(SimEvent::addresses).unwrap_or_default();
    let key = event
        .map(|event| &event.conference_id)
        .or_else(|| meeting.map(|meeting| &meeting.join_meeting_id));
    let until = if start.date_naive() == end.date_naive() {
        hour(*end)
    } else {
        moment(*end)
    };
    let subject = if subject.is_empty() { "(no subject)" } else { subject };
    format!(
        r#"<li id="meeting-{}" class="card {word}"><div class="line"><h3>{}</h3><span class="badge">{word}</span></div>
<p>{} – {until}</p><p class="minor">{}{}</p>{}{}{}{}</li>"#,
        Text(key.map_or("", String::as_str)),
        Text(subject),
        moment(*start),
        Text(organizer),
        if invited.is_empty() {
            String::new()
        } else {
            format!(" with {}", Text(invited.join(", ")))
        },
        mails(*event),
        link(*event, *meeting),
        list(&recorded, "artifacts", "Nothing recorded."),
        actions(state, entry, subject),
        word = stage.word(),
    )
}

fn mails(event: Option<&SimEvent>) -> String {
    let sent = |kind| event.map_or(0, |event| event.mails.iter().filter(|mail| mail.kind == kind).count());
    let told = match (sent(MailKind::Invitation), sent(MailKind::Cancellation)) {
        (0, 0) => return String::new(),
        (1, 0) => "Exchange has sent the invitation.".to_owned(),
        (more, 0) => format!("Exchange has sent {more} invitations."),
        _ => "Exchange has sent the cancellation.".to_owned(),
    };
    format!(r#"<p class="minor">{told}</p>"#)
}

fn link(event: Option<&SimEvent>, meeting: Option<&SimMeeting>) -> String {
    let shown = event.is_none_or(|event| event.join_url_after_gets == Some(0));
    let Some(meeting) = meeting.filter(|_| shown) else {
        return r#"<p class="minor warn">No join link.</p>"#.to_owned();
    };
    format!(
        "<details><summary>Join link</summary><code>{}</code></details>",
        Text(&meeting.join_web_url)
    )
}

fn artifact(artifact: &SimArtifact, now: DateTime<Utc>) -> String {
    let SimArtifact { kind, id, session, .. } = artifact;
    let (word, verb) = match kind {
        ArtifactKind::Recording => ("Recording", "Play"),
        ArtifactKind::Transcript => ("Transcript", "Read"),
    };
    let state = if artifact.expired {
        r#"<span class="badge warn">deleted by retention</span> "#.to_owned()
    } else if artifact.content_at.max(artifact.available_at) > now {
        let at = artifact.content_at.max(artifact.available_at);
        format!(r#"<span class="badge warn">comes {}</span> "#, at.format("%H:%M:%S"))
    } else {
        String::new()
    };
    let length = (session.end - session.start).num_seconds();
    format!(
        r#"<li><span>{word}</span> <span class="minor">from {}, {}:{:02}</span> {state}<a href="/_sim/page/content/{}" target="_blank" aria-label="{verb} the {} from {}">{verb}</a></li>"#,
        hour(session.start),
        length / 60,
        length % 60,
        utf8_percent_encode(id, NON_ALPHANUMERIC),
        word.to_lowercase(),
        session.start.format("%H:%M"),
    )
}

/// How a meeting can end, in plain words.
const ENDINGS: [(&str, Ending, &str); 7] = [
    (
        "Recorded",
        Ending::RecordingFirst,
        "the recording now, the transcript in a minute",
    ),
    (
        "Transcript first",
        Ending::TranscriptFirst,
        "the transcript now, the recording in a minute",
    ),
    ("Both late", Ending::Late, "recording and transcript in a minute"),
    ("In two parts", Ending::Pairs(2), "two recordings and transcripts"),
    ("Only recorded", Ending::RecordingOnly, "no transcript"),
    ("Only transcribed", Ending::TranscriptOnly, "no recording"),
    ("Nothing", Ending::Nothing, "nobody pressed the button"),
];

fn actions(state: &State, entry: &Entry<'_>, subject: &str) -> String {
    let Some(meeting) = entry.meeting else {
        return String::new();
    };
    let path = format!("meetings/{}", utf8_percent_encode(&meeting.id, NON_ALPHANUMERIC));
    let now = state.clock.now();
    let (title, buttons): (&str, Vec<String>) = match entry.stage {
        Stage::Upcoming | Stage::Running => {
            // Half an hour of it, when it is held before its time.
            let start = if entry.stage == Stage::Running {
                meeting.start
            } else {
                now - TimeDelta::minutes(30)
            };
            let ends = ENDINGS.map(|(label, scenario, comes)| {
                let calls = vec![
                    call("POST", &path, &json!({ "start": start, "end": now })),
                    call("POST", format!("{path}/end"), &json!({ "scenario": scenario })),
                ];
                let button = Button::new(label, calls, format!("“{subject}” is over: {comes}."));
                button.named(format!("End {subject}: {label}, {comes}")).to_string()
            });
            ("End it now", ends.to_vec())
        }
        Stage::Ended => {
            let dialogue = state.dialogue(meeting, 0);
            let end = now.min(meeting.end);
            // One session for both; another one the next time.
            let name = format!("{}{}", meeting.id, state.artifacts.len());
            let correlation = Uuid::new_v5(&Uuid::NAMESPACE_OID, name.as_bytes());
            let add = |kind: ArtifactKind| {
                let start = end - TimeDelta::seconds(dialogue.seconds);
                let asked = json!({ "kind": kind, "start": start, "end": end, "correlation": correlation });
                call("POST", format!("{path}/artifacts"), &asked)
            };
            let (film, words) = (ArtifactKind::Recording, ArtifactKind::Transcript);
            let adds = [
                ("Recording and transcript", vec![add(film), add(words)]),
                ("Recording", vec![add(film)]),
                ("Transcript", vec![add(words)]),
            ];
            let adds = adds.map(|(label, calls)| {
                let button = Button::new(label, calls, format!("Added to “{subject}”: {}.", label.to_lowercase()));
                button
                    .named(format!("Add to {subject}: {}", label.to_lowercase()))
                    .to_string()
            });
            ("Add what was recorded", adds.to_vec())
        }
        Stage::Expired | Stage::Cancelled => return String::new(),
    };
    format!(
        r#"<details class="actions"><summary>{title}</summary><div class="row">{}</div></details>"#,
        buttons.concat()
    )
}
