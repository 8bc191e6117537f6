use domain::{AuditPage, AuditQuery};
use leptos::{prelude::*, server_fn::codec::GetUrl};

use crate::error::ApiError;

/// A page of who did what.
#[server(name = LoadAudit, endpoint = "settings/audit", input = GetUrl)]
pub async fn audit(#[server(default)] query: AuditQuery) -> Result<AuditPage, ApiError> {
    let request = crate::server::request()?;
    let grant = request.require()?;
    request.answer(backend::audit::page(request.backend(), &grant, &query).await)
}

/// A page of what was done with the recordings and transcripts of an interaction.
#[server(name = LoadHistory, endpoint = "interactions/history", input = GetUrl)]
pub async fn history(interaction_id: String, #[server(default)] after: String) -> Result<AuditPage, ApiError> {
    let request = crate::server::request()?;
    let (grant, reads) = (request.require()?, request.require()?);
    let backend = request.backend();
    request.answer(backend::audit::of_interaction(backend, &grant, &reads, &interaction_id, &after).await)
}
