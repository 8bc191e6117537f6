//! An appointment or a meeting, as a client knows it: both as one.

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use domain::{
    ContactId, ErrorCode, MeetingId, MeetingStatus, RequestId, RequestStatus,
    portal::{Joining, PortalItem, PortalState, PortalTimes, joining},
    reference,
};

use crate::{
    PortalActor, Result,
    appointments::times::{self, Span, Theirs},
    store::{
        self, TenantTx,
        portal::{MeetingRecord, MeetingRow, RequestRecord, RequestRow},
    },
    zone,
};

/// Words that the existing product writes where nobody has given a reason.
const NO_REASON: [&str; 2] = ["Cancelled by client", "Cancelled by MSP"];

pub struct About {
    pub item: PortalItem,
    pub title: Option<String>,
    pub state: PortalState,
    pub start: DateTime<Utc>,
    pub end: DateTime<Utc>,
    pub with: Option<String>,
    pub contact_id: Option<ContactId>,
    pub contact: Option<String>,
    /// The way in, whenever that is open.
    pub url: Option<String>,
    pub has_wish: bool,
}

impl About {
    pub fn of_request(row: RequestRow, now: DateTime<Utc>) -> Self {
        let span = span(
            row.status,
            row.entry_start.zip(row.entry_end),
            times::asked(
                row.requested_date,
                row.requested_time,
                row.minutes,
                Theirs::of(row.zone.as_deref()),
            ),
        );
        Self {
            item: PortalItem::Request(row.request_id),
            title: row.service,
            state: PortalState::of_request(row.status, span.start, span.end, now),
            start: span.start,
            end: span.end,
            with: row.technicians,
            contact_id: row.contact_id,
            contact: row.contact,
            url: url(row.meeting_status, row.join_url, row.online_meeting_url),
            has_wish: row.has_wish,
        }
    }

    pub fn of_meeting(row: MeetingRow, now: DateTime<Utc>) -> Self {
        Self {
            item: PortalItem::Meeting(row.meeting_id),
            title: Some(row.subject),
            state: PortalState::of_meeting(row.status, row.start, row.end, now),
            start: row.start,
            end: row.end,
            with: row.staff,
            contact_id: row.contact_id,
            contact: row.contact,
            url: url(Some(row.status), row.join_url, None),
            has_wish: row.has_wish,
        }
    }

    pub fn of_request_record(record: &RequestRecord, now: DateTime<Utc>) -> Self {
        let span = span_of(record);
        Self {
            item: PortalItem::Request(record.request_id),
            title: record.service.clone(),
            state: PortalState::of_request(record.status, span.start, span.end, now),
            start: span.start,
            end: span.end,
            with: record.technicians.clone().or_else(|| record.preferred.clone()),
            contact_id: record.contact_id,
            contact: record.contact.clone(),
            url: url(
                record.meeting_status,
                record.join_url.clone(),
                record.online_meeting_url.clone(),
            ),
            has_wish: record.wished_start.is_some(),
        }
    }

    pub fn of_meeting_record(record: &MeetingRecord, now: DateTime<Utc>) -> Self {
        Self {
            item: PortalItem::Meeting(record.meeting_id),
            title: Some(record.subject.clone()),
            state: PortalState::of_meeting(record.status, record.start, record.end, now),
            start: record.start,
            end: record.end,
            with: record.staff.clone(),
            contact_id: record.contact_id,
            contact: record.contact.clone(),
            url: url(Some(record.status), record.join_url.clone(), None),
            has_wish: record.wished_start.is_some(),
        }
    }

    pub fn joining(&self, now: DateTime<Utc>) -> Joining {
        joining(self.state, self.url.clone(), self.start, self.end, now)
    }

    /// Who of the client it is for, where that is not the viewer.
    pub fn whose(&self, viewer: &PortalActor) -> Option<String> {
        self.contact
            .clone()
            .filter(|_| self.contact_id != Some(viewer.contact_id))
    }

    pub fn minutes(&self) -> u32 {
        u32::try_from((self.end - self.start).num_minutes()).unwrap_or_default()
    }

    pub fn times(&self, viewer: &PortalActor, tenant_zone: Option<&str>) -> PortalTimes {
        shown((self.start, self.end), viewer, tenant_zone)
    }

    /// It is still to take place.
    pub fn takes_place(&self) -> bool {
        matches!(self.state, PortalState::Confirmed | PortalState::Running)
    }
}

/// When something is on the viewer's clock, and on the provider's where that differs.
pub fn shown(
    (start, end): (DateTime<Utc>, DateTime<Utc>),
    viewer: &PortalActor,
    tenant_zone: Option<&str>,
) -> PortalTimes {
    let theirs: Tz = tenant_zone.and_then(|name| name.parse().ok()).unwrap_or(Tz::UTC);
    let words = |zone: Tz| {
        let day = zone::day(start, zone, viewer.language);
        format!("{day}, {}", zone::time_span(start, Some(end), zone, viewer.language))
    };
    let mine = words(viewer.zone);
    let other = words(theirs);
    PortalTimes {
        theirs: (other != mine).then_some(other),
        mine,
        zone: viewer.zone.name().to_owned(),
        their_zone: theirs.name().to_owned(),
    }
}

/// When a request is: of what is approved the schedule knows it best.
pub fn span_of(record: &RequestRecord) -> Span {
    let theirs = Theirs::of(record.zone.as_deref());
    span(
        record.status,
        record.entry_start.zip(record.entry_end),
        times::asked(record.requested_date, record.requested_time, record.minutes, theirs),
    )
}

/// When an entry of the schedule is.
type Entry = Option<(DateTime<Utc>, DateTime<Utc>)>;

fn span(status: RequestStatus, entry: Entry, asked: Span) -> Span {
    match (status, entry) {
        (RequestStatus::Approved, Some((start, end))) => Span {
            start,
            end,
            skipped: false,
        },
        _ => asked,
    }
}

/// The link of the meeting, as long as staff could join by it; or, of what was approved before there were rows of meetings, its own.
fn url(status: Option<MeetingStatus>, url: Option<String>, own: Option<String>) -> Option<String> {
    let url = match (status, url) {
        (Some(status), Some(url)) => status.is_joinable().then_some(url),
        _ => own,
    };
    url.filter(|url| url.starts_with("https://"))
}

/// Why it was declined or cancelled, where somebody has said so.
pub fn reason(record: &RequestRecord) -> Option<String> {
    let is_off = matches!(record.status, RequestStatus::Declined | RequestStatus::Cancelled);
    record
        .declined_reason
        .clone()
        .filter(|reason| is_off && !reason.trim().is_empty() && !NO_REASON.contains(&reason.as_str()))
}

pub fn reference_of(item: PortalItem) -> Option<String> {
    match item {
        PortalItem::Request(id) => Some(reference(id)),
        PortalItem::Meeting(_) => None,
    }
}

pub async fn request(tx: &mut TenantTx, viewer: &PortalActor, id: &str) -> Result<RequestRecord> {
    let id: RequestId = id.parse().map_err(|_| ErrorCode::NotFound)?;
    let found = store::portal::request(tx, viewer.whose(), id).await?;
    Ok(found.ok_or(ErrorCode::NotFound)?)
}

pub async fn meeting(tx: &mut TenantTx, viewer: &PortalActor, id: &str) -> Result<MeetingRecord> {
    let id: MeetingId = id.parse().map_err(|_| ErrorCode::NotFound)?;
    let found = store::portal::meeting(tx, viewer.whose(), id).await?;
    Ok(found.ok_or(ErrorCode::NotFound)?)
}

/// A meeting that staff have made, and that a client can do something about by itself: not one of an appointment that was asked for.
pub async fn own_meeting(tx: &mut TenantTx, viewer: &PortalActor, id: MeetingId) -> Result<MeetingRecord> {
    let found = store::portal::meeting(tx, viewer.whose(), id).await?;
    let own = found.filter(|record| record.request_id.is_none());
    Ok(own.ok_or(ErrorCode::NotFound)?)
}
