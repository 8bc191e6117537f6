//! The list of requests.

use domain::{LIST_PAGE, RequestCursor, RequestList, RequestQuery, RequestRow, RequestStatus, reference};

use super::{
    only,
    times::{self, Span, Theirs},
    wishes::wishes,
};
use crate::{
    Backend, Result,
    access::{Grant, may},
    store::{
        self,
        appointments::read::{ListRow, Wanted, top},
    },
};

/// A page of the requests that this person sees: what waits, the soonest first; what was decided, the latest first. The first page begins
/// with what clients would like at another time.
pub async fn list(backend: &Backend, grant: &Grant<may::ScheduleRead>, query: &RequestQuery) -> Result<RequestList> {
    let filter = query.filter();
    let now = backend.clock().now();
    let only = only(grant);
    let wanted = Wanted {
        status: filter.status,
        after: filter.after.map_or_else(
            || top(filter.status == Some(RequestStatus::Pending)),
            |after| (after.at.date(), after.at.time(), after.id.0),
        ),
        only,
    };
    let mut tx = backend.db().read(grant.scope()).await?;
    let wishes = if filter.after.is_none() {
        wishes(&mut tx, grant, now).await?
    } else {
        Vec::new()
    };
    let mut records = store::appointments::read::page(&mut tx, &wanted).await?;
    let next = (records.len() > LIST_PAGE).then(|| {
        records.truncate(LIST_PAGE);
        records.last().map(|last| RequestCursor {
            at: last.requested_date.and_time(last.requested_time),
            id: last.request_id,
        })
    });
    let rows = records.into_iter().map(|record| {
        let theirs = Theirs::of(record.zone.as_deref());
        let span = span(&record, theirs);
        RequestRow {
            request_id: record.request_id,
            reference: reference(record.request_id),
            status: record.status,
            times: times::shown(span, theirs, grant, now),
            minutes: span.minutes(),
            service: record.service,
            requester: record.requester,
            client: record.client,
            technician: record.technician,
            has_link: record.has_link && record.status == RequestStatus::Approved,
            has_wish: record.has_wish && record.status == RequestStatus::Approved,
        }
    });
    Ok(RequestList {
        wishes,
        rows: rows.collect(),
        own_only: only.is_some(),
        next: next.flatten(),
    })
}

/// When it is: of what is approved the schedule knows it best.
fn span(record: &ListRow, theirs: Theirs) -> Span {
    match (record.status, record.entry_start.zip(record.entry_end)) {
        (RequestStatus::Approved, Some((start, end))) => Span {
            start,
            end,
            skipped: false,
        },
        _ => times::asked(record.requested_date, record.requested_time, record.minutes, theirs),
    }
}
