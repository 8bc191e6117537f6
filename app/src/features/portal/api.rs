use domain::{
    PortalViewer, RequestId,
    portal::{
        AskAppointment, AskPage, CancelAppointment, PortalItem, PortalList, PortalMonth, PortalPage, PortalWatch,
        WishTime,
    },
};
use leptos::{prelude::*, server_fn::codec::GetUrl};

use crate::error::ApiError;

/// Who is signed in to the portal.
#[server(name = LoadPortalViewer, endpoint = "portal/viewer", input = GetUrl)]
pub async fn portal_viewer() -> Result<PortalViewer, ApiError> {
    let request = crate::server::request()?;
    let actor = request.portal_actor()?;
    request.answer(backend::sessions::portal_viewer(request.backend(), &actor).await)
}

/// Appointments and meetings: what is to come, or, with `show=past`, what is past, from `after` on.
#[server(name = LoadPortalList, endpoint = "portal/list", input = GetUrl)]
pub async fn portal_list(
    #[server(default)] show: String,
    #[server(default)] after: String,
) -> Result<PortalList, ApiError> {
    let request = crate::server::request()?;
    let actor = request.portal_actor()?;
    request.answer(backend::portal::list(request.backend(), &actor, show == "past", &after).await)
}

/// A month of them: the one named as "2026-11", or the present one.
#[server(name = LoadPortalMonth, endpoint = "portal/month", input = GetUrl)]
pub async fn portal_month(#[server(default)] month: String) -> Result<PortalMonth, ApiError> {
    let request = crate::server::request()?;
    let actor = request.portal_actor()?;
    request.answer(backend::portal::month(request.backend(), &actor, &month).await)
}

/// All about an appointment that was asked for.
#[server(name = LoadPortalRequest, endpoint = "portal/appointment", input = GetUrl)]
pub async fn portal_request(request_id: String) -> Result<PortalPage, ApiError> {
    let request = crate::server::request()?;
    let actor = request.portal_actor()?;
    let kept = backend::portal::Kept {
        cancel: request.kept_form().await.map(|(kept, _)| kept),
    };
    request.answer(backend::portal::request(request.backend(), &actor, &request_id, kept).await)
}

/// All about a meeting that staff have made.
#[server(name = LoadPortalMeeting, endpoint = "portal/meeting", input = GetUrl)]
pub async fn portal_meeting(meeting_id: String) -> Result<PortalPage, ApiError> {
    let request = crate::server::request()?;
    let actor = request.portal_actor()?;
    let kept = backend::portal::Kept {
        cancel: request.kept_form().await.map(|(kept, _)| kept),
    };
    request.answer(backend::portal::meeting(request.backend(), &actor, &meeting_id, kept).await)
}

/// What is to be watched and read of a meeting, if the provider shows it.
#[server(name = LoadPortalWatch, endpoint = "portal/watch", input = GetUrl)]
pub async fn portal_watch(meeting_id: String, #[server(default)] session: String) -> Result<PortalWatch, ApiError> {
    let request = crate::server::request()?;
    let actor = request.portal_actor()?;
    request.answer(backend::portal::watch(request.backend(), &actor, &meeting_id, &session).await)
}

/// What can be asked for, and when.
#[server(name = LoadAskPage, endpoint = "portal/ask-page", input = GetUrl)]
pub async fn ask_page(
    #[server(default)] service: String,
    #[server(default)] technician: String,
    #[server(default)] day: String,
    #[server(default)] from: String,
) -> Result<AskPage, ApiError> {
    let request = crate::server::request()?;
    let actor = request.portal_actor()?;
    let query = domain::portal::SlotQuery {
        service,
        technician,
        day,
        from,
    };
    let kept = request.kept_form::<AskAppointment>().await.map(|(kept, _)| kept);
    request.answer(backend::portal::ask_page(request.backend(), &actor, &query, kept).await)
}

/// The times to choose from for an appointment, or a meeting that staff have made, that is to move.
#[server(name = LoadWishPage, endpoint = "portal/wish-page", input = GetUrl)]
pub async fn wish_page(
    #[server(default)] request_id: String,
    #[server(default)] meeting_id: String,
    #[server(default)] day: String,
    #[server(default)] from: String,
) -> Result<AskPage, ApiError> {
    let request = crate::server::request()?;
    let actor = request.portal_actor()?;
    let query = domain::portal::SlotQuery {
        day,
        from,
        ..domain::portal::SlotQuery::default()
    };
    let kept = request.kept_form::<WishTime>().await.map(|(kept, _)| kept);
    let ids = (request_id.as_str(), meeting_id.as_str());
    request.answer(backend::portal::wish_page(request.backend(), &actor, ids, &query, kept).await)
}

/// Asks for an appointment.
#[server(name = SubmitAsk, endpoint = "portal/ask")]
pub async fn ask(input: AskAppointment) -> Result<RequestId, ApiError> {
    let request = crate::server::request()?;
    let actor = request.portal_actor()?;
    let asked = backend::portal::ask(request.backend(), &actor, &input).await;
    let id = request.answer_form(&input, asked).await?;
    request.redirect_without_script(&crate::paths::portal_said(PortalItem::Request(id), "asked"));
    Ok(id)
}

/// Cancels an appointment, or a meeting that staff have made.
#[server(name = SubmitCancel, endpoint = "portal/cancel")]
pub async fn cancel(input: CancelAppointment) -> Result<PortalItem, ApiError> {
    let request = crate::server::request()?;
    let actor = request.portal_actor()?;
    let cancelled = backend::portal::cancel(request.backend(), &actor, &input).await;
    let item = request.answer_form(&input, cancelled).await?;
    request.redirect_without_script(&crate::paths::portal_said(item, "cancelled"));
    Ok(item)
}

/// Asks for another time, or moves what nobody has decided about; says which of the two.
#[server(name = SubmitWish, endpoint = "portal/wish")]
pub async fn wish(input: WishTime) -> Result<(PortalItem, bool), ApiError> {
    let request = crate::server::request()?;
    let actor = request.portal_actor()?;
    let wished = backend::portal::wish(request.backend(), &actor, &input).await;
    let (item, is_asked) = request.answer_form(&input, wished).await?;
    let said = if is_asked { "wished" } else { "moved" };
    request.redirect_without_script(&crate::paths::portal_said(item, said));
    Ok((item, is_asked))
}
