//! A client would like another time.

use chrono::{DateTime, Utc};
use domain::{
    ErrorCode, Failure, Field, Problem, RequestId,
    portal::{AskPage, PortalState, SlotQuery, WishTime},
};

use super::{
    about::{self, About},
    cancel::overtaken,
    slots::ToPlace,
};
use crate::{
    Backend, PortalActor, Result,
    appointments::{self, Occasion, Span},
    availability::Office,
    linked::{self, Anchor, Linked, wall_times, wall_zone},
    store::{self, TenantTx, portal::RequestRecord, schedule::EntryChange},
};

/// The times to choose from for an appointment that is to move. A form that was refused comes back as it was typed.
pub async fn wish_page(
    backend: &Backend,
    actor: &PortalActor,
    id: &str,
    query: &SlotQuery,
    kept: Option<WishTime>,
) -> Result<AskPage> {
    let now = backend.clock().now();
    let mut tx = backend.db().read(actor.scope()).await?;
    let record = about::request(&mut tx, actor, id).await?;
    let about = About::of_request_record(&record, now);
    let office = Office::open(&mut tx).await?;
    check(&about, &office, &record, now)?;
    let place = to_place(&record, &about, &office);
    let page = place.choose(&mut tx, &office, actor, query, now).await?;
    let id = record.request_id.to_string();
    Ok(AskPage {
        wish: kept.filter(|kept| kept.request_id == id).unwrap_or(WishTime {
            request_id: id,
            ..WishTime::default()
        }),
        current: Some(about.times(actor, record.tenant_zone.as_deref())),
        is_approved: about.state == PortalState::Confirmed,
        title: about.title,
        ..page
    })
}

/// Notes the time that a client would like for an appointment that stands: staff decide about it. What nobody has decided about moves at
/// once.
pub async fn wish(backend: &Backend, actor: &PortalActor, input: &WishTime) -> Result<(RequestId, bool)> {
    let draft = input.check()?;
    let id = draft.request_id;
    let now = backend.clock().now();
    let mut tx = backend.db().begin(actor.scope()).await?;
    about::request(&mut tx, actor, &id.to_string()).await?;
    store::availability::wait_in_line(&mut tx).await?;
    let linked = linked::hold(backend, &mut tx, Anchor::Request(id))
        .await
        .map_err(overtaken)?;
    // Now nobody changes it any more.
    let record = about::request(&mut tx, actor, &id.to_string()).await?;
    let about = About::of_request_record(&record, now);
    let office = Office::open(&mut tx).await?;
    check(&about, &office, &record, now)?;
    let is_approved = about.state == PortalState::Confirmed;
    let is_asked_already = record.wished_start == Some(draft.start) && record.wish_note == draft.note;
    if draft.start == about.start || is_asked_already {
        return Ok((id, is_approved));
    }
    office.limits(record.service_id).check(draft.start, now)?;
    let place = to_place(&record, &about, &office);
    if !place.fits(&mut tx, &office, draft.start, now).await? {
        return Err(Failure::field(Field::Slot, Problem::SlotTaken).into());
    }
    let times = (draft.start, draft.start + (about.end - about.start));
    if is_approved {
        let note = draft.note.as_deref();
        store::availability::wish(&mut tx, id, Some((draft.start, note)), now).await?;
        let to = Span {
            start: times.0,
            end: times.1,
            skipped: false,
        };
        let note = note.unwrap_or_default();
        appointments::tell(backend, &mut tx, id, Occasion::Wished { to, note }).await?;
    } else {
        move_pending(&mut tx, &linked, times, now).await?;
    }
    tx.commit().await?;
    tracing::info!(request.id = %id, user.id = %actor.user_id, "a client would like another time");
    Ok((id, is_approved))
}

fn check(about: &About, office: &Office, record: &RequestRecord, now: DateTime<Utc>) -> Result<()> {
    match about.state {
        PortalState::Waiting => Ok(()),
        PortalState::Confirmed if office.limits(record.service_id).lets_change(about.start, now) => Ok(()),
        PortalState::Confirmed => Err(ErrorCode::ShortNotice.into()),
        _ => Err(ErrorCode::Decided.into()),
    }
}

/// With whoever comes, or is wished for, if they can still be asked for.
fn to_place(record: &RequestRecord, about: &About, office: &Office) -> ToPlace {
    let technician = record.technician_id.or(record.preferred_id);
    ToPlace {
        service: record.service_id,
        minutes: about.minutes(),
        technician: technician.filter(|id| office.can_be_asked_for(*id)),
        but: Some((record.request_id, record.entry_id)),
    }
}

async fn move_pending(
    tx: &mut TenantTx,
    linked: &Linked,
    times: (DateTime<Utc>, DateTime<Utc>),
    now: DateTime<Utc>,
) -> Result<()> {
    let request = linked.request.as_ref().ok_or(ErrorCode::NotFound)?;
    store::appointments::moved(tx, request.request_id, wall_times(times, wall_zone(request)), now).await?;
    if let Some(entry_id) = linked.entry_id() {
        let change = EntryChange {
            times: Some(times),
            ..EntryChange::default()
        };
        store::schedule::change(tx, entry_id, &change, now).await?;
    }
    Ok(())
}
