use domain::{ClientId, EditForm, EditInteraction, InteractionId, InteractionPage, QuickAdd, QuickAddForm, Saved};
use leptos::{prelude::*, server_fn::codec::GetUrl};

use crate::error::ApiError;

/// What the quick-add form for a client offers.
#[server(name = LoadQuickAddForm, endpoint = "interactions/form", input = GetUrl)]
pub async fn quick_add_form(client_id: String) -> Result<QuickAddForm, ApiError> {
    let request = crate::server::request()?;
    let grant = request.require()?;
    request.answer(backend::interactions::form(request.backend(), &grant, &client_id).await)
}

/// Logs an interaction, or schedules a Teams meeting when the switch is on.
#[server(name = SubmitQuickAdd, endpoint = "interactions/add")]
pub async fn quick_add(input: QuickAdd) -> Result<Saved, ApiError> {
    let request = crate::server::request()?;
    let grant = request.require()?;
    let saved = request.answer(backend::interactions::add(request.backend(), &grant, &input).await)?;
    request.redirect_without_script(&crate::paths::client(saved.client_id));
    Ok(saved)
}

/// One interaction with everything about it.
#[server(name = LoadInteraction, endpoint = "interactions/page", input = GetUrl)]
pub async fn interaction_page(interaction_id: String) -> Result<InteractionPage, ApiError> {
    let request = crate::server::request()?;
    let grant = request.require()?;
    request.answer(backend::interactions::page(request.backend(), &grant, &interaction_id).await)
}

/// The form that changes an interaction.
#[server(name = LoadEditForm, endpoint = "interactions/edit-form", input = GetUrl)]
pub async fn edit_form(interaction_id: String) -> Result<EditForm, ApiError> {
    let request = crate::server::request()?;
    let grant = request.require()?;
    request.answer(backend::interactions::edit_form(request.backend(), &grant, &interaction_id).await)
}

/// Changes an interaction.
#[server(name = SubmitEdit, endpoint = "interactions/edit")]
pub async fn edit_interaction(input: EditInteraction) -> Result<InteractionId, ApiError> {
    let request = crate::server::request()?;
    let grant = request.require()?;
    let id = request.answer(backend::interactions::edit(request.backend(), &grant, &input).await)?;
    request.redirect_without_script(&crate::paths::interaction(id));
    Ok(id)
}

/// Deletes an interaction, and cancels its meeting with a message to the attendees; says at which client it was.
#[server(name = SubmitDelete, endpoint = "interactions/delete")]
pub async fn delete_interaction(
    interaction_id: String,
    #[server(default)] message: String,
) -> Result<Option<ClientId>, ApiError> {
    let request = crate::server::request()?;
    let grant = request.require()?;
    let deleted = backend::interactions::delete(request.backend(), &grant, &interaction_id, &message).await;
    let client = request.answer(deleted)?;
    let next = client.map_or_else(|| crate::paths::INTERACTIONS.to_owned(), crate::paths::client);
    request.redirect_without_script(&next);
    Ok(client)
}
