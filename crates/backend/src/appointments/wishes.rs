//! What clients would like at another time.

use chrono::{DateTime, Utc};
use domain::{WishOf, WishRow};

use super::{
    only,
    times::{self, Theirs},
};
use crate::{
    Result,
    access::{Grant, may},
    store::{self, TenantTx},
    zone,
};

/// How many are shown at most.
const SHOWN: usize = 50;

/// The appointments and meetings that a client would like at another time, as far as this person sees them and nobody has answered: the
/// soonest first.
pub(super) async fn wishes(
    tx: &mut TenantTx,
    grant: &Grant<may::ScheduleRead>,
    now: DateTime<Utc>,
) -> Result<Vec<WishRow>> {
    let moment = |time| zone::moment(time, grant.zone, grant.language);
    let requests = store::appointments::read::wished(tx, only(grant), now).await?;
    let meetings = if grant.require::<may::InteractionRead>().is_ok() {
        store::meetings::wished(tx, now).await?
    } else {
        Vec::new()
    };
    let requests = requests.into_iter().map(|row| {
        let start = row.entry_start.unwrap_or_else(|| {
            let theirs = Theirs::of(row.zone.as_deref());
            times::asked(row.requested_date, row.requested_time, row.minutes, theirs).start
        });
        let wish = WishRow {
            of: WishOf::Appointment(row.request_id),
            title: row.service,
            client: row.client,
            by: row.requester.unwrap_or_default(),
            when: moment(start),
            wished: moment(row.wished_start),
        };
        (start, wish)
    });
    let meetings = meetings.into_iter().map(|row| {
        let wish = WishRow {
            of: WishOf::Meeting(row.interaction_id),
            title: Some(row.subject),
            client: row.client,
            by: row.by.unwrap_or_default(),
            when: moment(row.start),
            wished: moment(row.wished_start),
        };
        (row.start, wish)
    });
    let mut wishes: Vec<_> = requests.chain(meetings).collect();
    wishes.sort_by_key(|(start, _)| *start);
    Ok(wishes.into_iter().take(SHOWN).map(|(_, wish)| wish).collect())
}
