//! A client asks for an appointment.

use chrono::Duration;
use domain::{
    ErrorCode, Failure, Field, IdempotencyKey, Problem, RequestId, ServiceId, UserId,
    portal::{AskAppointment, AskPage, SlotQuery},
};
use uuid::Uuid;

use super::slots::ToPlace;
use crate::{
    Backend, PortalActor, Result,
    appointments::{self, Occasion},
    availability::{But, Office},
    linked::wall_times,
    store::{self, availability::NewRequest},
};

/// What can be asked for, and when. A form that was refused comes back as it was typed.
pub async fn ask_page(
    backend: &Backend,
    actor: &PortalActor,
    query: &SlotQuery,
    kept: Option<AskAppointment>,
) -> Result<AskPage> {
    let now = backend.clock().now();
    let mut tx = backend.db().read(actor.scope()).await?;
    let office = Office::open(&mut tx).await?;
    let mut values = kept.unwrap_or_else(|| AskAppointment {
        idempotency_key: backend.clock().id::<IdempotencyKey>().to_string(),
        service_id: query.service.clone(),
        technician_id: query.technician.clone(),
        ..AskAppointment::default()
    });
    let services = office.services();
    if values.service_id.is_empty()
        && let [only] = services.as_slice()
    {
        values.service_id = only.id.map(|id| id.to_string()).unwrap_or_default();
    }
    let technicians = office.to_choose();
    let technician = values.technician_id.parse::<UserId>().ok();
    let technician = technician.filter(|id| technicians.iter().any(|known| known.id == *id));
    let service = values.service_id.parse::<ServiceId>().ok();
    let service = service.and_then(|id| services.iter().find(|known| known.id == Some(id)).cloned());
    let page = match service
        .as_ref()
        .and_then(|service| Some((service.id?, service.minutes)))
    {
        Some((service, minutes)) => {
            let place = ToPlace {
                service: Some(service),
                minutes,
                technician,
                but: But::default(),
            };
            place.choose(&mut tx, &office, actor, query, now).await?
        }
        None => AskPage {
            zone: actor.zone.name().to_owned(),
            their_zone: office.zone.name().to_owned(),
            ..AskPage::default()
        },
    };
    Ok(AskPage {
        services,
        service,
        technicians,
        technician,
        values,
        ..page
    })
}

/// Asks for an appointment, if it is still free. The same form posted again asks for nothing more, and is answered the same.
pub async fn ask(backend: &Backend, actor: &PortalActor, input: &AskAppointment) -> Result<RequestId> {
    let draft = input.check()?;
    let now = backend.clock().now();
    let request_id = RequestId(Uuid::new_v5(&actor.user_id.0, draft.idempotency_key.0.as_bytes()));
    let mut tx = backend.db().begin(actor.scope()).await?;
    // One after the other, so that nobody is promised the same time twice.
    store::availability::wait_in_line(&mut tx).await?;
    if store::availability::is_there(&mut tx, request_id).await? {
        return Ok(request_id);
    }
    let office = Office::open(&mut tx).await?;
    let service = office
        .service(draft.service_id)
        .ok_or_else(|| Failure::field(Field::Service, Problem::NotOffered))?;
    let is_known = |id: UserId| office.to_choose().iter().any(|known| known.id == id);
    if draft.technician.is_some_and(|id| !is_known(id)) {
        return Err(Failure::field(Field::Technician, Problem::Unknown).into());
    }
    office.limits(Some(draft.service_id)).check(draft.start, now)?;
    let place = ToPlace {
        service: Some(draft.service_id),
        minutes: service.minutes,
        technician: draft.technician,
        but: But::default(),
    };
    if !place.fits(&mut tx, &office, draft.start, now).await? {
        return Err(Failure::field(Field::Slot, Problem::SlotTaken).into());
    }
    if store::availability::waiting_of(&mut tx, actor.contact_id).await? >= MOST_WAITING {
        return Err(Failure::new(ErrorCode::RateLimited).into());
    }
    let end = draft.start + Duration::minutes(i64::from(service.minutes));
    let new = NewRequest {
        request_id,
        client_id: actor.client_id,
        contact_id: actor.contact_id,
        service_id: draft.service_id,
        times: wall_times((draft.start, end), actor.zone),
        zone: actor.zone.name(),
        preferred: draft.technician,
        description: draft.description.trim(),
        name: &actor.name,
        email: &actor.email,
        now,
    };
    store::availability::ask(&mut tx, &new).await?;
    appointments::tell(backend, &mut tx, request_id, Occasion::Received).await?;
    tx.commit().await?;
    tracing::info!(request.id = %request_id, user.id = %actor.user_id, "a client asked for an appointment");
    Ok(request_id)
}

/// How many requests of one person may wait for an answer: more are a slip, or no good.
const MOST_WAITING: i64 = 20;
