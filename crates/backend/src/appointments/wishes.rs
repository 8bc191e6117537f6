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

/// The appointments and meetings that a client would like at another time, as far as this person sees them and nobody has answered: the
/// soonest first.
pub(super) async fn wishes(
    tx: &mut TenantTx,
    grant: &Grant<may::ScheduleRead>,
    now: DateTime<Utc>,
) -> Result<Vec<WishRow>> {
    let with_meetings = grant.require::<may::InteractionRead>().is_ok();
    let rows = store::appointments::read::wished(tx, only(grant), with_meetings, now).await?;
    let moment = |time| zone::moment(time, grant.zone, grant.language);
    Ok(rows
        .into_iter()
        .filter_map(|row| {
            let of = match (row.request_id, row.interaction_id) {
                (Some(id), _) => WishOf::Appointment(id),
                (None, id) => WishOf::Meeting(id?),
            };
            let asked = || {
                let theirs = Theirs::of(row.zone.as_deref());
                Some(times::asked(row.requested_date?, row.requested_time?, row.minutes?, theirs).start)
            };
            Some(WishRow {
                of,
                when: moment(row.start.or_else(asked)?),
                wished: moment(row.wished_start),
                title: row.title,
                client: row.client,
                by: row.by.unwrap_or_default(),
            })
        })
        .collect())
}
