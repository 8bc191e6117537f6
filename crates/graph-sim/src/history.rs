//! The past meetings of [`crate::demo`] as events and artifacts.

use chrono::{DateTime, NaiveTime, TimeDelta, Utc};
use serde_json::json;
use uuid::Uuid;

use crate::{
    ArtifactKind, MailKind, Session, SimArtifact, SimEvent, SimMeeting, UserConfig,
    demo::{PastMeeting, contoso, northwind},
    event::ical_uid,
    ids::Ids,
    meeting::Address,
};

/// Not the seed of the configuration: the demo's ids do not follow it.
const SEED: u64 = 19;

/// Everything in the past of the demo, counted back from the day of `now`.
pub(crate) fn history(users: &[UserConfig], now: DateTime<Utc>) -> (Vec<SimEvent>, Vec<SimMeeting>, Vec<SimArtifact>) {
    let mut ids = Ids::new(SEED);
    let of = |organizer, meetings: &'static [PastMeeting]| meetings.iter().map(move |meeting| (organizer, meeting));
    let all =
        of(northwind::ORGANIZER_OBJECT_ID, &northwind::PAST).chain(of(contoso::ORGANIZER_OBJECT_ID, &contoso::PAST));
    let (mut events, mut meetings, mut artifacts) = (Vec::new(), Vec::new(), Vec::new());
    for (organizer, past) in all {
        let Some(organizer) = users.iter().find(|user| user.object_id == organizer) else {
            continue;
        };
        let address = Address::in_thread(organizer, past.thread);
        let event = event(past, organizer, &address, now, &mut ids);
        if let Some(meeting) = event.meeting(address.thread_id) {
            artifacts.extend(recorded(past, &meeting, &mut ids));
            meetings.push(meeting);
        }
        events.push(event);
    }
    (events, meetings, artifacts)
}

fn event(past: &PastMeeting, organizer: &UserConfig, address: &Address, now: DateTime<Utc>, ids: &mut Ids) -> SimEvent {
    let midnight = now.date_naive().and_time(NaiveTime::MIN).and_utc();
    let start = midnight - TimeDelta::days(past.days_ago) + TimeDelta::minutes(past.at);
    let (guest, mailbox) = past.guest;
    let mut event = SimEvent {
        id: past.event_id.to_owned(),
        mutable_id: ids.mutable_event(),
        organizer_object_id: organizer.object_id.clone(),
        organizer_upn: organizer.upn.clone(),
        tenant_id: organizer.tenant_id.clone(),
        transaction_id: None,
        subject: past.subject.to_owned(),
        body_html: String::new(),
        start,
        end: start + TimeDelta::minutes(past.minutes),
        start_zone: "UTC".to_owned(),
        end_zone: "UTC".to_owned(),
        is_all_day: false,
        attendees: vec![json!({ "emailAddress": { "address": mailbox, "name": guest }, "type": "required" })],
        is_online_meeting: true,
        join_url: Some(address.join_url.clone()),
        join_url_after_gets: Some(0),
        online_meeting_id: Some(address.id.clone()),
        conference_id: ids.digits(9),
        ical_uid: ical_uid(guid(past.ical_guid)),
        created: start - TimeDelta::days(7),
        modified: start - TimeDelta::days(7),
        revision: 0,
        deleted: false,
        copies: Vec::new(),
        mails: Vec::new(),
    };
    event.mail(MailKind::Invitation, None);
    event
}

fn recorded(past: &PastMeeting, meeting: &SimMeeting, ids: &mut Ids) -> Vec<SimArtifact> {
    let mut artifacts = Vec::new();
    for part in past.sessions {
        let start = meeting.start + TimeDelta::seconds(part.from);
        let session = Session {
            correlation_id: ids.guid(),
            start,
            end: start + TimeDelta::seconds(part.content.seconds),
        };
        for (kind, id) in [
            (ArtifactKind::Recording, part.recording),
            (ArtifactKind::Transcript, part.transcript),
        ] {
            artifacts.push(SimArtifact::new(
                kind,
                guid(id),
                meeting,
                session,
                part.content.content(kind),
            ));
        }
    }
    artifacts
}

/// A guid of the demo's constants. One that does not parse is caught by the tests, as the ids would be the same.
fn guid(text: &str) -> Uuid {
    text.parse().unwrap_or_default()
}
