//! A client would like another time.

use chrono::{DateTime, Utc};
use domain::{
    ErrorCode, Failure, Field, Problem, ServiceId, UserId,
    portal::{AskPage, PortalItem, PortalState, SlotQuery, WishTime, item},
};

use super::{
    about::{self, About},
    cancel::overtaken,
    slots::ToPlace,
};
use crate::{
    Backend, PortalActor, Result,
    appointments::{self, Occasion, Span},
    availability::{But, Office},
    edition::Teams,
    linked::{self, Anchor, Linked, wall_times, wall_zone},
    store::{self, TenantTx, meetings::Wish, schedule::EntryChange},
};

/// The times to choose from for an appointment, or a meeting, that is to move. A form that was refused comes back as it was typed.
pub async fn wish_page(
    backend: &Backend,
    actor: &PortalActor,
    (request_id, meeting_id): (&str, &str),
    query: &SlotQuery,
    kept: Option<WishTime>,
) -> Result<AskPage> {
    let now = backend.clock().now();
    let item = item(request_id, meeting_id)?;
    let mut tx = backend.db().read(actor.scope()).await?;
    let movable = Movable::read(&mut tx, actor, item, now).await?;
    let office = Office::open(&mut tx).await?;
    movable.check(&office, now)?;
    let page = movable
        .place(&office)
        .choose(&mut tx, &office, actor, query, now)
        .await?;
    let form = WishTime {
        request_id: request_id.trim().to_owned(),
        meeting_id: meeting_id.trim().to_owned(),
        ..WishTime::default()
    };
    let about = movable.about;
    Ok(AskPage {
        wish: kept
            .filter(|kept| (&kept.request_id, &kept.meeting_id) == (&form.request_id, &form.meeting_id))
            .unwrap_or(form),
        current: Some(about.times(actor, movable.tenant_zone.as_deref())),
        is_approved: about.state == PortalState::Confirmed,
        title: about.title,
        ..page
    })
}

/// Notes the time that a client would like for an appointment, or a meeting, that stands: staff decide about it. What nobody has decided
/// about moves at once. Says which of the two.
pub async fn wish(backend: &Backend, actor: &PortalActor, input: &WishTime) -> Result<(PortalItem, bool)> {
    let draft = input.check()?;
    let now = backend.clock().now();
    let mut tx = backend.db().begin(actor.scope()).await?;
    let anchor = Movable::read(&mut tx, actor, draft.item, now).await?.anchor;
    store::availability::wait_in_line(&mut tx).await?;
    let linked = linked::hold(backend, &mut tx, anchor).await.map_err(overtaken)?;
    // Now nobody changes it any more.
    let movable = Movable::read(&mut tx, actor, draft.item, now).await?;
    let office = Office::open(&mut tx).await?;
    movable.check(&office, now)?;
    let about = &movable.about;
    let is_approved = about.state == PortalState::Confirmed;
    let is_asked_already = movable.wished_start == Some(draft.start) && movable.wish_note == draft.note;
    if draft.start == about.start || is_asked_already {
        return Ok((draft.item, is_approved));
    }
    office.limits(movable.service).check(draft.start, now)?;
    if !movable.place(&office).fits(&mut tx, &office, draft.start, now).await? {
        return Err(Failure::field(Field::Slot, Problem::SlotTaken).into());
    }
    let wished = (draft.start, draft.start + (about.end - about.start));
    let note = draft.note.as_deref();
    let to = Span {
        start: wished.0,
        end: wished.1,
        skipped: false,
    };
    let occasion = Occasion::Wished {
        to,
        note: note.unwrap_or_default(),
    };
    match draft.item {
        PortalItem::Request(id) if is_approved => {
            store::availability::wish(&mut tx, id, Some((draft.start, note)), now).await?;
            appointments::tell(backend, &mut tx, id, occasion).await?;
        }
        PortalItem::Request(id) => {
            let before = Span {
                start: about.start,
                end: about.end,
                skipped: false,
            };
            move_pending(&mut tx, &linked, wished, now).await?;
            appointments::tell(backend, &mut tx, id, Occasion::ClientMoved { before }).await?;
        }
        PortalItem::Meeting(id) => {
            let wish = Wish {
                start: draft.start,
                note,
                by: actor.user_id,
            };
            store::meetings::wish(&mut tx, id, Some(wish), now)
                .await
                .map_err(overtaken)?;
            let people = appointments::people_of_meeting(&mut tx, id, actor.user_id).await?;
            appointments::tell_people(backend, &mut tx, &people, occasion).await?;
        }
    }
    tx.commit().await?;
    tracing::info!(item.id = %draft.item.id(), user.id = %actor.user_id, "a client would like another time");
    Ok((draft.item, is_approved))
}

/// Something for which a client may like another time.
struct Movable {
    about: About,
    anchor: Anchor,
    /// Of an appointment; without one, what is decided for all counts.
    service: Option<ServiceId>,
    /// Whoever comes, or is wished for.
    technician: Option<UserId>,
    but: But,
    tenant_zone: Option<String>,
    wished_start: Option<DateTime<Utc>>,
    wish_note: Option<String>,
}

impl Movable {
    async fn read(tx: &mut TenantTx, actor: &PortalActor, item: PortalItem, now: DateTime<Utc>) -> Result<Self> {
        match item {
            PortalItem::Request(id) => {
                let record = about::request(tx, actor, &id.to_string()).await?;
                Ok(Self {
                    about: About::of_request_record(&record, now),
                    anchor: Anchor::Request(id),
                    service: Some(record.service_id),
                    technician: record.technician_id.or(record.preferred_id),
                    but: But {
                        request: Some(id),
                        entry: record.entry_id,
                    },
                    tenant_zone: record.tenant_zone,
                    wished_start: record.wished_start,
                    wish_note: record.wish_note,
                })
            }
            PortalItem::Meeting(id) => {
                let record = about::own_meeting(tx, actor, id).await?;
                Ok(Self {
                    about: About::of_meeting_record(&record, now),
                    anchor: Anchor::Interaction(record.interaction_id),
                    service: None,
                    technician: record.technician_id,
                    but: But {
                        request: None,
                        entry: record.entry_id,
                    },
                    tenant_zone: record.tenant_zone,
                    wished_start: record.wished_start,
                    wish_note: record.wish_note,
                })
            }
        }
    }

    fn check(&self, office: &Office, now: DateTime<Utc>) -> Result<()> {
        if self.service.is_none() && !Teams::CHANGES_MEETINGS {
            return Err(ErrorCode::NotInThisEdition.into());
        }
        match self.about.state {
            PortalState::Waiting => Ok(()),
            PortalState::Confirmed if office.limits(self.service).lets_change(self.about.start, now) => Ok(()),
            PortalState::Confirmed => Err(ErrorCode::ShortNotice.into()),
            _ if self.service.is_none() => Err(ErrorCode::MeetingOver.into()),
            _ => Err(ErrorCode::Decided.into()),
        }
    }

    /// With whoever comes, or is wished for, if they can still be asked for. Who has made a meeting need not be one whom clients can ask for.
    fn place(&self, office: &Office) -> ToPlace {
        let is_there = |id: &UserId| match self.service {
            Some(_) => office.can_be_asked_for(*id),
            None => office.is_staff(*id),
        };
        ToPlace {
            service: self.service,
            minutes: self.about.minutes(),
            technician: self.technician.filter(is_there),
            but: self.but,
        }
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
