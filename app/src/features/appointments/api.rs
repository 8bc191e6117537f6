use domain::{ApproveRequest, DeclineRequest, MoveRequest, RequestId, RequestList, RequestPage, RequestSlot};
use leptos::{prelude::*, server_fn::codec::GetUrl};

use crate::error::ApiError;

/// The requests with this status, from `after` on.
#[server(endpoint = "appointments/list", input = GetUrl)]
pub async fn list_requests(
    #[server(default)] status: String,
    #[server(default)] after: String,
) -> Result<RequestList, ApiError> {
    let request = crate::server::request()?;
    let grant = request.require()?;
    let query = domain::RequestQuery { status, after };
    request.answer(backend::appointments::list(request.backend(), &grant, &query).await)
}

/// All about a request, and for those who may decide the forms to do it with.
#[server(name = LoadRequest, endpoint = "appointments/page", input = GetUrl)]
pub async fn request_page(request_id: String) -> Result<RequestPage, ApiError> {
    let request = crate::server::request()?;
    let grant = request.require()?;
    let kept = backend::appointments::Kept {
        approve: request.kept_form().await.map(|(kept, _)| kept),
        moving: request.kept_form().await.map(|(kept, _)| kept),
        decline: request.kept_form().await.map(|(kept, _)| kept),
    };
    request.answer(backend::appointments::page(request.backend(), &grant, &request_id, kept).await)
}

/// What a time that is being typed means, and what the technician has at it.
#[server(name = LoadSlot, endpoint = "appointments/slot", input = GetUrl)]
pub async fn request_slot(
    request_id: String,
    #[server(default)] technician_id: String,
    #[server(default)] start: String,
    #[server(default)] minutes: String,
) -> Result<RequestSlot, ApiError> {
    let request = crate::server::request()?;
    let grant = request.require()?;
    let asked = MoveRequest {
        request_id,
        start,
        minutes,
    };
    request.answer(backend::appointments::slot(request.backend(), &grant, &asked, &technician_id).await)
}

/// Approves a request, with a Teams meeting or without.
#[server(name = SubmitApprove, endpoint = "appointments/approve")]
pub async fn approve_request(input: ApproveRequest) -> Result<RequestId, ApiError> {
    let request = crate::server::request()?;
    let grant = request.require()?;
    let outcome = backend::appointments::approve(request.backend(), &grant, &input).await;
    let id = request.answer_form(&input, outcome).await?;
    request.redirect_without_script(&crate::paths::request_said(id, "approved"));
    Ok(id)
}

/// Says no to a request, or takes an approval back.
#[server(name = SubmitDecline, endpoint = "appointments/decline")]
pub async fn decline_request(input: DeclineRequest) -> Result<RequestId, ApiError> {
    let request = crate::server::request()?;
    let grant = request.require()?;
    let outcome = backend::appointments::decline(request.backend(), &grant, &input).await;
    let id = request.answer_form(&input, outcome).await?;
    request.redirect_without_script(&crate::paths::request_said(id, "declined"));
    Ok(id)
}

/// Moves a request to another time, with everything that belongs to it.
#[server(name = SubmitMove, endpoint = "appointments/move")]
pub async fn move_request(input: MoveRequest) -> Result<RequestId, ApiError> {
    let request = crate::server::request()?;
    let grant = request.require()?;
    let outcome = backend::appointments::reschedule(request.backend(), &grant, &input).await;
    let id = request.answer_form(&input, outcome).await?;
    request.redirect_without_script(&crate::paths::request_said(id, "moved"));
    Ok(id)
}

/// Leaves an appointment when it is, although its client would like another time.
#[server(name = SubmitKeepTime, endpoint = "appointments/keep-time")]
pub async fn keep_time(request_id: String) -> Result<RequestId, ApiError> {
    let request = crate::server::request()?;
    let grant = request.require()?;
    let kept = backend::appointments::keep_time(request.backend(), &grant, &request_id).await;
    let id = request.answer(kept)?;
    request.redirect_without_script(&crate::paths::request_said(id, "kept"));
    Ok(id)
}

/// Makes the Teams meeting of a request that was approved without one.
#[server(name = SubmitGenerate, endpoint = "appointments/generate")]
pub async fn generate_meeting(request_id: String, idempotency_key: String) -> Result<RequestId, ApiError> {
    let request = crate::server::request()?;
    let grant = request.require()?;
    let made = backend::appointments::generate(request.backend(), &grant, &request_id, &idempotency_key).await;
    let id = request.answer(made)?;
    request.redirect_without_script(&crate::paths::request_said(id, "generated"));
    Ok(id)
}
