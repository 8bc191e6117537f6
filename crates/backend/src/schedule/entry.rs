//! The popup of an entry.

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use domain::{
    Choice, ErrorCode, RequestId, ScheduleEntryId,
    schedule::{EntryForm, EntryKind, EntryMeeting, EntryPage, RequestLink, SaveEntry},
};

use super::{conflicts, rights};
use crate::{
    Actor, Backend, Result,
    access::{Grant, may},
    edition::Teams,
    linked::{self, Anchor},
    notes,
    store::{self, TenantTx, schedule::read::EntryDetails},
    timeline, zone,
};

/// An entry; for those who may change it with the form, filled with what was typed into it before it was refused, else with what the
/// entry holds.
pub async fn entry(
    backend: &Backend,
    grant: &Grant<may::ScheduleRead>,
    id: &str,
    kept: Option<(SaveEntry, ErrorCode)>,
) -> Result<EntryPage> {
    let id: ScheduleEntryId = id.parse().map_err(|_| ErrorCode::NotFound)?;
    let now = backend.clock().now();
    let mut tx = backend.db().read(grant.scope()).await?;
    let found = store::schedule::read::details(&mut tx, id)
        .await?
        .ok_or(ErrorCode::NotFound)?;
    let rules = rights::Entry::from(&found);
    let (kind, rights) = (rights::kind(grant, &rules), rights::rights(grant, &rules));
    if kind == EntryKind::Busy {
        return Ok(busy(id, &found, grant));
    }
    let form = if rights.may_edit {
        Some(form(backend, grant, &mut tx, (id, &found), kept).await?)
    } else {
        None
    };
    let live = is_live(&found, now);
    // Only what is live can be on its way to something else.
    let change = if live {
        linked::pending(backend, &mut tx, Anchor::Entry(id)).await?
    } else {
        None
    };
    let choice = |id: Option<uuid::Uuid>, name: &Option<String>| id.zip(name.clone());
    let join_url = found.join_url.as_deref();
    let written = notes::without_link(found.notes.as_deref().unwrap_or_default(), join_url);
    Ok(EntryPage {
        notes: notes::shown(&written, grant.language),
        entry_id: id,
        kind,
        when: when(&found, grant),
        zone: grant.zone.name().to_owned(),
        when_there: there(&found, grant),
        client: choice(found.client_id.map(|id| id.0), &found.client_name)
            .map(|(id, name)| Choice { id: id.into(), name }),
        contact: choice(found.contact_id.map(|id| id.0), &found.contact_name)
            .map(|(id, name)| Choice { id: id.into(), name }),
        interaction: found.interaction_id,
        request: found.request_id.map(|id| RequestLink {
            id: RequestId(id),
            is_pending: kind == EntryKind::Requested,
        }),
        meeting: found.meeting.map(|status| EntryMeeting {
            status,
            join_url: timeline::joinable(status, found.meeting_end, found.join_url.clone(), now),
            is_live: live,
            attendees: u32::try_from(found.attendees).unwrap_or_default(),
            recordings: u32::try_from(found.recordings).unwrap_or_default(),
            transcripts: u32::try_from(found.transcripts).unwrap_or_default(),
            change: change.map(|change| change.shown(Some(found.start), grant)),
        }),
        is_private: found.is_private,
        recurs: found.recurs,
        version: found.version(),
        title: found.title,
        people: found.people,
        rights,
        form,
        message: String::new(),
    })
}

/// Somebody else's business: when, and whose, but nothing of what it is about.
fn busy(id: ScheduleEntryId, found: &EntryDetails, viewer: &Actor) -> EntryPage {
    EntryPage {
        entry_id: id,
        kind: EntryKind::Busy,
        title: String::new(),
        when: when(found, viewer),
        zone: viewer.zone.name().to_owned(),
        when_there: None,
        people: found.people.clone(),
        client: None,
        contact: None,
        interaction: None,
        request: None,
        meeting: None,
        notes: None,
        is_private: true,
        recurs: found.recurs,
        version: 0,
        rights: domain::schedule::EntryRights::default(),
        form: None,
        message: String::new(),
    }
}

pub(super) fn is_live(found: &EntryDetails, now: DateTime<Utc>) -> bool {
    let is_to_come = found.meeting_end.is_some_and(|end| end > now);
    match found.meeting {
        Some(domain::MeetingStatus::CancelPending) => true,
        Some(status) => status.is_joinable() && is_to_come,
        None => false,
    }
}

fn when(found: &EntryDetails, viewer: &Actor) -> String {
    let day = zone::day(found.start, viewer.zone, viewer.language);
    let span = zone::time_span(found.start, Some(found.end), viewer.zone, viewer.language);
    format!("{day}, {span}")
}

/// The zone of whoever has asked for it, or of the client, if its clocks show something else.
pub(super) fn zone_there(found: &EntryDetails, viewer: &Actor, at: DateTime<Utc>) -> Option<Tz> {
    let name = found.requester_zone.as_ref().or(found.client_zone.as_ref())?;
    let zone: Tz = name.parse().ok()?;
    let differs = at.with_timezone(&zone).naive_local() != at.with_timezone(&viewer.zone).naive_local();
    differs.then_some(zone)
}

fn there(found: &EntryDetails, viewer: &Actor) -> Option<String> {
    let zone = zone_there(found, viewer, found.start)?;
    let span = zone::time_span(found.start, Some(found.end), zone, viewer.language);
    Some(format!("{span} ({})", zone.name()))
}

async fn form(
    backend: &Backend,
    grant: &Grant<may::ScheduleRead>,
    tx: &mut TenantTx,
    (id, found): (ScheduleEntryId, &EntryDetails),
    kept: Option<(SaveEntry, ErrorCode)>,
) -> Result<EntryForm> {
    let now = backend.clock().now();
    let version = found.version().to_string();
    let values = match kept.filter(|(kept, _)| kept.entry_id.parse() == Ok(id)) {
        // Who was told of the other version and saves again means to save over it.
        Some((kept, ErrorCode::Conflict)) => SaveEntry { version, ..kept },
        Some((kept, _)) => kept,
        None => SaveEntry {
            entry_id: id.to_string(),
            version,
            idempotency_key: backend.clock().id::<domain::IdempotencyKey>().to_string(),
            title: found.title.clone(),
            client_id: found.client_id.map(|id| id.to_string()).unwrap_or_default(),
            contact_id: found.contact_id.map(|id| id.to_string()).unwrap_or_default(),
            user_id: found.assignees.first().map(uuid::Uuid::to_string).unwrap_or_default(),
            is_private: found.is_private.then(|| "on".to_owned()),
            start: zone::input_value(found.start, grant.zone),
            end: zone::input_value(found.end, grant.zone),
            notes: notes::readable(found.notes.as_deref().unwrap_or_default()).into_owned(),
            ..SaveEntry::default()
        },
    };
    let mut people = super::new::people(tx).await?;
    for (id, name) in found.assignees.iter().zip(&found.people) {
        if !people.iter().any(|person| person.id.0 == *id) {
            people.push(Choice {
                id: domain::UserId(*id),
                name: name.clone(),
            });
        }
    }
    let clashes = conflicts::find(tx, grant, &found.assignees, (found.start, found.end), Some(id), now).await?;
    let moves = is_live(found, now) && Teams::CHANGES_MEETINGS;
    Ok(EntryForm {
        values,
        people,
        clients: Vec::new(),
        contacts: Vec::new(),
        attendees: Vec::new(),
        zone: grant.zone.name().to_owned(),
        meetings: None,
        trouble: None,
        organizer: None,
        may_assign: rights::may_assign(grant) && !found.is_private,
        may_add: false,
        is_linked: found.work_item_type != "ad_hoc",
        moves_meeting: moves.then(|| u32::try_from(found.attendees).unwrap_or_default()),
        conflicts: clashes,
    })
}
