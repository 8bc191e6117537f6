//! The entries, page by page.

use chrono::{DateTime, Utc};
use domain::{
    AUDIT_PAGE, Audience, AuditCursor, AuditFilter, AuditKind, AuditPage, AuditQuery, AuditRow, ErrorCode,
    InteractionId,
};
use uuid::Uuid;

use crate::{
    Actor, Backend, Result,
    access::{Grant, may},
    search::pattern,
    store::{
        self,
        audit::{EntryRecord, Wanted},
    },
    zone,
};

/// What the days of a filter mean in a zone: from when on, and before which place.
pub(super) fn bounds(
    filter: &AuditFilter,
    zone: chrono_tz::Tz,
    now: DateTime<Utc>,
) -> (Option<DateTime<Utc>>, AuditCursor) {
    let from = filter.from.map(|day| zone::midnight(day, zone));
    let to = filter.to.and_then(|day| day.succ_opt());
    let top = match to {
        Some(to) => AuditCursor {
            at: zone::midnight(to, zone),
            id: Uuid::nil(),
        },
        None => latest(now),
    };
    let before = match filter.after {
        Some(after) if (after.at, after.id) < (top.at, top.id) => after,
        _ => top,
    };
    (from, before)
}

/// What another process with a faster clock has written is shown, too.
fn latest(now: DateTime<Utc>) -> AuditCursor {
    AuditCursor {
        at: now + chrono::Duration::days(1),
        id: Uuid::max(),
    }
}

/// A page of all entries of the tenant.
pub async fn page(backend: &Backend, grant: &Grant<may::SettingsRead>, query: &AuditQuery) -> Result<AuditPage> {
    let filter = query.filter();
    let person = filter.person.as_deref().map(pattern);
    let (from, before) = bounds(&filter, grant.zone, backend.clock().now());
    let wanted = Wanted {
        from,
        before,
        person: person.as_deref(),
        kind: filter.kind,
        limit: one_more(),
    };
    let mut tx = backend.db().read(grant.scope()).await?;
    let records = store::audit::list(&mut tx, &wanted).await?;
    Ok(shown(grant, records, None))
}

/// A page of what was done with an interaction's recordings and transcripts.
pub async fn of_interaction(
    backend: &Backend,
    grant: &Grant<may::SettingsRead>,
    _reads: &Grant<may::InteractionRead>,
    id: &str,
    after: &str,
) -> Result<AuditPage> {
    let id: InteractionId = id.parse().map_err(|_| ErrorCode::NotFound)?;
    let before = after.parse().unwrap_or(latest(backend.clock().now()));
    let mut tx = backend.db().read(grant.scope()).await?;
    let title = store::audit::title(&mut tx, id).await?.ok_or(ErrorCode::NotFound)?;
    let records = store::audit::of_interaction(&mut tx, id, before, one_more()).await?;
    Ok(shown(grant, records, Some(title)))
}

fn one_more() -> i64 {
    i64::try_from(AUDIT_PAGE + 1).unwrap_or(i64::MAX)
}

fn shown(viewer: &Actor, mut records: Vec<EntryRecord>, title: Option<String>) -> AuditPage {
    let is_more = records.len() > AUDIT_PAGE;
    records.truncate(AUDIT_PAGE);
    let next = records.last().filter(|_| is_more).map(|last| cursor(last).to_string());
    AuditPage {
        rows: records.into_iter().map(|record| row(viewer, record)).collect(),
        next,
        zone: viewer.zone.name().to_owned(),
        title,
    }
}

pub(super) fn cursor(record: &EntryRecord) -> AuditCursor {
    AuditCursor {
        at: record.at,
        id: record.entry_id,
    }
}

pub(super) fn audience(record: &EntryRecord) -> Audience {
    if record.user_type == Audience::Portal.user_type() {
        Audience::Portal
    } else {
        Audience::Staff
    }
}

fn row(viewer: &Actor, record: EntryRecord) -> AuditRow {
    AuditRow {
        entry_id: record.entry_id,
        when: zone::moment(record.at, viewer.zone, viewer.language),
        iso: record.at.to_rfc3339_opts(chrono::SecondsFormat::Secs, true),
        audience: audience(&record),
        name: record.user_name,
        email: record.user_email,
        kind: AuditKind::find(&record.kind),
        subject: record.subject,
        interaction: record.interaction_id.filter(|_| record.is_there).map(InteractionId),
        details: record.details.map(|details| details.0).unwrap_or_default(),
    }
}
