use domain::InteractionId;
use leptos::prelude::*;

use crate::error::ApiError;

/// Cancels the meeting of an interaction in a moment.
#[server(name = SubmitCancelMeeting, endpoint = "meetings/cancel")]
pub async fn cancel_meeting(
    interaction_id: String,
    #[server(default)] message: String,
) -> Result<InteractionId, ApiError> {
    let request = crate::server::request()?;
    let grant = request.require()?;
    let done = backend::interactions::cancel_meeting(request.backend(), &grant, &interaction_id, &message).await;
    let form = SubmitCancelMeeting {
        interaction_id,
        message,
    };
    let id = request.answer_form(&form, done).await?;
    request.redirect_without_script(&crate::paths::interaction(id));
    Ok(id)
}

/// Takes that back while Microsoft has not been told.
#[server(name = SubmitUndoCancel, endpoint = "meetings/undo-cancel")]
pub async fn undo_cancel(interaction_id: String) -> Result<InteractionId, ApiError> {
    let request = crate::server::request()?;
    let grant = request.require()?;
    let id = request.answer(backend::interactions::undo_cancel(request.backend(), &grant, &interaction_id).await)?;
    request.redirect_without_script(&crate::paths::interaction(id));
    Ok(id)
}

/// Tries at once again what Microsoft has not accepted.
#[server(name = SubmitRetryMeeting, endpoint = "meetings/retry")]
pub async fn retry_meeting(interaction_id: String) -> Result<InteractionId, ApiError> {
    let request = crate::server::request()?;
    let grant = request.require()?;
    let id = request.answer(backend::interactions::retry_meeting(request.backend(), &grant, &interaction_id).await)?;
    request.redirect_without_script(&crate::paths::interaction(id));
    Ok(id)
}

/// Gives the interaction the time and title back that its meeting still has at Microsoft.
#[server(name = SubmitPutMeetingBack, endpoint = "meetings/put-back")]
pub async fn put_meeting_back(interaction_id: String) -> Result<InteractionId, ApiError> {
    let request = crate::server::request()?;
    let grant = request.require()?;
    let id =
        request.answer(backend::interactions::put_meeting_back(request.backend(), &grant, &interaction_id).await)?;
    request.redirect_without_script(&crate::paths::interaction(id));
    Ok(id)
}
