//! What is to come and what is past.

use chrono::{DateTime, Duration, NaiveDate, Utc};
use domain::portal::{PORTAL_PAGE, PortalCursor, PortalList, PortalRow};

use super::about::About;
use crate::{Backend, PortalActor, Result, store, zone};

/// The days that a wall clock may be away from any zone's.
const AROUND: Duration = Duration::days(1);

/// What is to come, the soonest first; or what is past, the latest first, from a place on.
pub async fn list(backend: &Backend, actor: &PortalActor, is_past: bool, after: &str) -> Result<PortalList> {
    let now = backend.clock().now();
    let after = after.parse::<PortalCursor>().ok();
    let latest = after.map_or(now, |after| after.at.min(now));
    let whose = actor.whose();
    let mut tx = backend.db().read(actor.scope()).await?;
    let (days, moments) = if is_past {
        let beginning = DateTime::UNIX_EPOCH;
        (
            (beginning.date_naive(), (latest + AROUND).date_naive()),
            (beginning, latest),
        )
    } else {
        let end = NaiveDate::from_ymd_opt(9999, 1, 1).unwrap_or_default();
        (
            ((now - AROUND * 2).date_naive(), end),
            (now, end.and_time(chrono::NaiveTime::MIN).and_utc()),
        )
    };
    let requests = store::portal::requests(&mut tx, whose, days, is_past).await?;
    let meetings = store::portal::meetings(&mut tx, whose, moments, is_past).await?;
    let mut rows: Vec<About> = requests
        .into_iter()
        .map(|row| About::of_request(row, now))
        .chain(meetings.into_iter().map(|row| About::of_meeting(row, now)))
        .filter(|about| is_past == (about.end <= now))
        .filter(|about| after.is_none_or(|after| (about.start, about.item.id()) < (after.at, after.id)))
        .collect();
    rows.sort_by_key(|about| (about.start, about.item.id()));
    let mut next = None;
    if is_past {
        rows.reverse();
        if rows.len() > PORTAL_PAGE {
            rows.truncate(PORTAL_PAGE);
            next = rows.last().map(|last| {
                let cursor = PortalCursor {
                    at: last.start,
                    id: last.item.id(),
                };
                cursor.to_string()
            });
        }
    }
    Ok(PortalList {
        rows: rows.into_iter().map(|about| shown(actor, about, now)).collect(),
        is_past,
        next,
        is_everybodys: actor.is_client_admin,
        zone: actor.zone.name().to_owned(),
    })
}

pub(super) fn shown(actor: &PortalActor, about: About, now: DateTime<Utc>) -> PortalRow {
    PortalRow {
        item: about.item,
        state: about.state,
        day: zone::tile(about.start, actor.zone, actor.language),
        time: zone::time_span(about.start, Some(about.end), actor.zone, actor.language),
        whose: about.whose(actor),
        join_url: about.joining(now).url().map(str::to_owned),
        has_wish: about.has_wish,
        title: about.title,
        with: about.with,
    }
}
