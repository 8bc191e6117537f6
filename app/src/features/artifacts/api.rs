use domain::{DocumentPage, InteractionId, PortalAccess, Refreshed, WatchPage};
use leptos::{prelude::*, server_fn::codec::GetUrl};

use crate::error::ApiError;

/// A session of an interaction's meeting, to be watched and read.
#[server(name = LoadWatch, endpoint = "artifacts/watch", input = GetUrl)]
pub async fn watch_page(interaction_id: String, #[server(default)] session: String) -> Result<WatchPage, ApiError> {
    let request = crate::server::request()?;
    let grant = request.require()?;
    request.answer(backend::artifacts::watch(request.backend(), &grant, &interaction_id, &session).await)
}

/// A transcript by itself.
#[server(name = LoadDocument, endpoint = "artifacts/document", input = GetUrl)]
pub async fn document_page(document_id: String) -> Result<DocumentPage, ApiError> {
    let request = crate::server::request()?;
    let grant = request.require()?;
    request.answer(backend::artifacts::document(request.backend(), &grant, &document_id).await)
}

/// Looks at once whether Microsoft has recordings and transcripts of an interaction's meeting, and says what has come.
#[server(name = SubmitRefreshRecordings, endpoint = "artifacts/refresh")]
pub async fn refresh_recordings(interaction_id: String) -> Result<Refreshed, ApiError> {
    let request = crate::server::request()?;
    let grant = request.require()?;
    let (id, refreshed) =
        request.answer(backend::artifacts::refresh(request.backend(), &grant, &interaction_id).await)?;
    request.redirect_without_script(&crate::paths::refreshed(id, &refreshed));
    Ok(refreshed)
}

/// Deletes a recording or a transcript; says whose meeting's it was.
#[server(name = SubmitDeleteArtifact, endpoint = "artifacts/delete")]
pub async fn delete_artifact(artifact_id: String) -> Result<Option<InteractionId>, ApiError> {
    let request = crate::server::request()?;
    let grant = request.require()?;
    let id = request.answer(backend::artifacts::delete(request.backend(), &grant, &artifact_id).await)?;
    let next = id.map_or_else(|| crate::paths::INTERACTIONS.to_owned(), crate::paths::interaction);
    request.redirect_without_script(&next);
    Ok(id)
}

/// Deletes everything that was captured of an interaction's meeting.
#[server(name = SubmitDeleteArtifacts, endpoint = "artifacts/delete-all")]
pub async fn delete_artifacts(interaction_id: String) -> Result<InteractionId, ApiError> {
    let request = crate::server::request()?;
    let grant = request.require()?;
    let id = request.answer(backend::artifacts::delete_all(request.backend(), &grant, &interaction_id).await)?;
    request.redirect_without_script(&crate::paths::interaction(id));
    Ok(id)
}

/// Decides who of the client sees what was recorded of an interaction's meeting, of what the tenant shows.
#[server(name = SubmitShare, endpoint = "artifacts/share")]
pub async fn share_meeting(interaction_id: String, access: PortalAccess) -> Result<InteractionId, ApiError> {
    let request = crate::server::request()?;
    let grant = request.require()?;
    let id = request.answer(backend::artifacts::share(request.backend(), &grant, &interaction_id, access).await)?;
    request.redirect_without_script(&crate::paths::interaction(id));
    Ok(id)
}
