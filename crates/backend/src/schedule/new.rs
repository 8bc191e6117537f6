//! The form for a new entry.

use chrono::{DateTime, Duration, Utc};
use domain::{
    Choice, ClientId, Permission, UserId,
    schedule::{EntryForm, MoveTo, SaveEntry},
};

use super::{conflicts, rights};
use crate::{
    Backend, Result,
    access::{Grant, may},
    clients,
    search::pattern,
    store::{self, TenantTx},
    zone,
};

/// How many clients the form lists; more are found by searching.
const CLIENTS: i64 = 100;
const USUAL_MINUTES: i64 = 30;

/// What the popup is opened for. All text, as it stands in the address.
#[derive(Clone, Copy, Debug, Default)]
pub struct NewFor<'a> {
    /// Wall clocks; of the end nothing is needed.
    pub start: &'a str,
    pub end: &'a str,
    /// Whose schedule is looked at.
    pub who: &'a str,
}

/// The form: with what was typed into it before it was refused, else with what is usual.
pub async fn new_entry(
    backend: &Backend,
    grant: &Grant<may::ScheduleRead>,
    asked: NewFor<'_>,
    kept: Option<SaveEntry>,
) -> Result<EntryForm> {
    let now = backend.clock().now();
    let mut tx = backend.db().read(grant.scope()).await?;
    let people = people(&mut tx).await?;
    let may_assign = rights::may_assign(grant);
    let usual = || {
        let (start, end) = times(asked, grant.zone, now);
        let who = asked.who.parse().unwrap_or(grant.user_id());
        let known = people.iter().any(|person| person.id == who);
        let user_id = if known && may_assign { who } else { grant.user_id() };
        SaveEntry {
            idempotency_key: backend.clock().id::<domain::IdempotencyKey>().to_string(),
            user_id: user_id.to_string(),
            start: zone::input_value(start, grant.zone),
            end: zone::input_value(end, grant.zone),
            ..SaveEntry::default()
        }
    };
    let kept = kept.filter(|kept| kept.entry_id.is_empty());
    let is_new = kept.is_none();
    let mut values = kept.unwrap_or_else(usual);
    let may_add = grant.permissions.contains(&Permission::InteractionCreate);
    let mut clients = if may_add {
        store::pickers::clients(&mut tx, &pattern(""), CLIENTS).await?
    } else {
        Vec::new()
    };
    let mut contacts = Vec::new();
    if let Some(id) = values.client_id.parse::<ClientId>().ok().filter(|_| may_add) {
        if !clients.iter().any(|client| client.id == id)
            && let Some(name) = store::clients::name(&mut tx, id).await?
        {
            clients.insert(0, Choice { id, name });
        }
        contacts = clients::contacts(&mut tx, id).await?;
    }
    let addresses: Vec<String> = values.attendees.iter().take(500).map(|a| a.to_lowercase()).collect();
    let attendees = if addresses.is_empty() {
        Vec::new()
    } else {
        store::pickers::by_address(&mut tx, &addresses).await?
    };
    let connected = backend.teams().connected(&mut tx).await?;
    if is_new {
        values.record = connected.records.then(|| "on".to_owned());
    }
    let trouble = if may_add {
        connected.trouble(backend, &mut tx, grant).await?
    } else {
        None
    };
    let clashes = clashes(grant, &mut tx, &values, now).await?;
    Ok(EntryForm {
        values,
        people,
        clients,
        contacts,
        attendees,
        zone: grant.zone.name().to_owned(),
        meetings: may_add.then_some(connected.meetings),
        trouble,
        organizer: connected.organizer,
        may_assign,
        may_add,
        is_linked: false,
        moves_meeting: None,
        conflicts: clashes,
    })
}

/// The staff who can have entries.
pub(super) async fn people(tx: &mut TenantTx) -> Result<Vec<Choice<UserId>>> {
    let owners = store::changes::owners(tx).await?;
    Ok(owners.into_iter().map(|(id, name)| Choice { id, name }).collect())
}

/// When it is to be: as the address says, else in the next half hour.
fn times(asked: NewFor<'_>, zone: chrono_tz::Tz, now: DateTime<Utc>) -> (DateTime<Utc>, DateTime<Utc>) {
    let read = |text: &str| MoveTo::wall(text).and_then(|wall| zone::instant(wall, zone).ok());
    let start = read(asked.start).unwrap_or_else(|| zone::next_half_hour(now));
    let end = read(asked.end).filter(|end| *end > start);
    (start, end.unwrap_or(start + Duration::minutes(USUAL_MINUTES)))
}

async fn clashes(
    grant: &Grant<may::ScheduleRead>,
    tx: &mut TenantTx,
    values: &SaveEntry,
    now: DateTime<Utc>,
) -> Result<Vec<domain::schedule::Conflict>> {
    let read = |text: &str| {
        let wall = MoveTo::wall(text)?;
        zone::instant(wall, grant.zone).ok()
    };
    match (read(&values.start), read(&values.end)) {
        (Some(start), Some(end)) => {
            let user = values.user_id.parse().unwrap_or(grant.user_id());
            conflicts::find(tx, grant, &[user.0], (start, end), None, now).await
        }
        _ => Ok(Vec::new()),
    }
}
