//! A client cancels.

use domain::{
    ErrorCode, MeetingId, RequestId,
    portal::{CancelAppointment, PortalItem, PortalState},
};

use super::about::{self, About};
use crate::{
    Backend, Error, PortalActor, Result,
    appointments::{self, Occasion},
    availability,
    linked::{self, Anchor, Ending},
    store,
};

/// Cancels an appointment, or a meeting that staff have made, with everything that belongs to it, in the same way as staff do. What is
/// approved can be cancelled as long as there is the notice that the provider needs. Asked for twice, it is done once.
pub async fn cancel(backend: &Backend, actor: &PortalActor, input: &CancelAppointment) -> Result<PortalItem> {
    let draft = input.check()?;
    let reason = draft.reason.as_deref();
    match draft.item {
        PortalItem::Request(id) => cancel_request(backend, actor, id, reason).await?,
        PortalItem::Meeting(id) => cancel_meeting(backend, actor, id, reason).await?,
    }
    Ok(draft.item)
}

async fn cancel_request(backend: &Backend, actor: &PortalActor, id: RequestId, message: Option<&str>) -> Result<()> {
    let now = backend.clock().now();
    let mut tx = backend.db().begin(actor.scope()).await?;
    about::request(&mut tx, actor, &id.to_string()).await?;
    let linked = linked::hold(backend, &mut tx, Anchor::Request(id))
        .await
        .map_err(overtaken)?;
    // Now nobody changes it any more.
    let record = about::request(&mut tx, actor, &id.to_string()).await?;
    let about = About::of_request_record(&record, now);
    let was_approved = match about.state {
        PortalState::Waiting => false,
        PortalState::Confirmed => true,
        PortalState::Cancelled if record.cancelled_by == Some(actor.user_id) => return Ok(()),
        _ => return Err(ErrorCode::Decided.into()),
    };
    let limits = availability::limits(&mut tx, Some(record.service_id)).await?;
    if was_approved && !limits.lets_change(about.start, now) {
        return Err(ErrorCode::ShortNotice.into());
    }
    // Who comes and when is gone afterwards.
    let people = appointments::people(&mut tx, id).await?;
    let how = Ending::RequestCancelled { message };
    let told = linked::cancel(backend, &mut tx, actor.user_id, &linked, how)
        .await
        .map_err(overtaken)?;
    store::availability::cancelled_by(&mut tx, id, actor.user_id).await?;
    let reason = message.unwrap_or_default();
    let occasion = Occasion::ClientCancelled { reason, was_approved };
    appointments::tell_people(backend, &mut tx, &people, occasion).await?;
    tx.commit().await?;
    tracing::info!(request.id = %id, user.id = %actor.user_id, "a client cancelled an appointment");
    linked::prompt(backend, actor.scope(), told).await;
    Ok(())
}

async fn cancel_meeting(backend: &Backend, actor: &PortalActor, id: MeetingId, message: Option<&str>) -> Result<()> {
    let now = backend.clock().now();
    let mut tx = backend.db().begin(actor.scope()).await?;
    let anchor = Anchor::Interaction(about::own_meeting(&mut tx, actor, id).await?.interaction_id);
    let linked = linked::hold(backend, &mut tx, anchor).await.map_err(overtaken)?;
    // Now nobody changes it any more.
    let record = about::own_meeting(&mut tx, actor, id).await?;
    let about = About::of_meeting_record(&record, now);
    match about.state {
        PortalState::Confirmed => {}
        PortalState::Cancelled if record.cancelled_by == Some(actor.user_id) => return Ok(()),
        _ => return Err(ErrorCode::MeetingOver.into()),
    }
    let limits = availability::limits(&mut tx, None).await?;
    if !limits.lets_change(about.start, now) {
        return Err(ErrorCode::ShortNotice.into());
    }
    let people = appointments::people_of_meeting(&mut tx, id, actor.user_id).await?;
    let how = Ending::ClientCancelled { message };
    let told = linked::cancel(backend, &mut tx, actor.user_id, &linked, how)
        .await
        .map_err(overtaken)?;
    let occasion = Occasion::ClientCancelled {
        reason: message.unwrap_or_default(),
        was_approved: true,
    };
    appointments::tell_people(backend, &mut tx, &people, occasion).await?;
    tx.commit().await?;
    tracing::info!(meeting.id = %id, user.id = %actor.user_id, "a client cancelled a meeting");
    linked::prompt(backend, actor.scope(), told).await;
    Ok(())
}

/// What is told when somebody else was faster.
pub fn overtaken(error: Error) -> Error {
    match error {
        Error::Failure(failure) if failure.code == ErrorCode::Conflict => ErrorCode::Decided.into(),
        other => other,
    }
}
