use domain::{
    Choice, ClientId, ContactOption, EditForm, EditInteraction, InteractionId, InteractionPage, Person, QuickAdd,
    QuickAddForm, SafeHtml, Saved,
};
use leptos::{prelude::*, server_fn::codec::GetUrl};

use crate::error::ApiError;

/// What the quick-add form offers: for a client, for a contact with their client, or for one that is still to be chosen.
#[server(name = LoadQuickAddForm, endpoint = "interactions/form", input = GetUrl)]
pub async fn quick_add_form(
    #[server(default)] client_id: String,
    #[server(default)] contact_id: String,
    #[server(default)] search: String,
) -> Result<QuickAddForm, ApiError> {
    let request = crate::server::request()?;
    let grant = request.require()?;
    let kept = request.kept_form().await.map(|(kept, _)| kept);
    let asked = backend::interactions::QuickAddFor {
        client_id: &client_id,
        contact_id: &contact_id,
        search: &search,
    };
    request.answer(backend::interactions::form(request.backend(), &grant, asked, kept).await)
}

/// Logs an interaction, or schedules a Teams meeting when the switch is on.
#[server(name = SubmitQuickAdd, endpoint = "interactions/add")]
pub async fn quick_add(input: QuickAdd) -> Result<Saved, ApiError> {
    let request = crate::server::request()?;
    let grant = request.require()?;
    let outcome = backend::interactions::add(request.backend(), &grant, &input).await;
    let saved = request.answer_form(&input, outcome).await?;
    request.return_without_script(&crate::paths::QUICK_ADD, &crate::paths::client(saved.client_id));
    Ok(saved)
}

/// The clients whose name holds `q`: a few of them.
#[server(name = FindClients, endpoint = "interactions/clients", input = GetUrl)]
pub async fn find_clients(#[server(default)] q: String) -> Result<Vec<Choice<ClientId>>, ApiError> {
    let request = crate::server::request()?;
    let grant = request.require()?;
    request.answer(backend::interactions::find_clients(request.backend(), &grant, &q).await)
}

/// The contacts of a client.
#[server(name = LoadContacts, endpoint = "interactions/contacts", input = GetUrl)]
pub async fn contacts_of(client_id: String) -> Result<Vec<ContactOption>, ApiError> {
    let request = crate::server::request()?;
    let grant = request.require()?;
    request.answer(backend::interactions::contacts(request.backend(), &grant, &client_id).await)
}

/// Whom `q` may mean among contacts, those of the client first, and staff: a few of them.
#[server(name = FindPeople, endpoint = "interactions/people", input = GetUrl)]
pub async fn find_people(
    #[server(default)] q: String,
    #[server(default)] client_id: String,
) -> Result<Vec<Person>, ApiError> {
    let request = crate::server::request()?;
    let grant = request.require()?;
    request.answer(backend::interactions::find_people(request.backend(), &grant, &q, &client_id).await)
}

/// What notes will look like. Changes nothing; they are too long for an address.
#[server(name = PreviewNotes, endpoint = "interactions/preview")]
pub async fn preview_notes(notes: String) -> Result<Option<SafeHtml>, ApiError> {
    let request = crate::server::request()?;
    let grant = request.require()?;
    request.answer(backend::notes::preview(&grant, &notes).await)
}

/// One interaction with everything about it.
#[server(name = LoadInteraction, endpoint = "interactions/page", input = GetUrl)]
pub async fn interaction_page(interaction_id: String) -> Result<InteractionPage, ApiError> {
    let request = crate::server::request()?;
    let grant = request.require()?;
    let page = request.answer(backend::interactions::page(request.backend(), &grant, &interaction_id).await)?;
    let typed_message = request.kept_message(&interaction_id).await;
    Ok(InteractionPage { typed_message, ..page })
}

/// The form that changes an interaction.
#[server(name = LoadEditForm, endpoint = "interactions/edit-form", input = GetUrl)]
pub async fn edit_form(interaction_id: String) -> Result<EditForm, ApiError> {
    let request = crate::server::request()?;
    let grant = request.require()?;
    let kept = request.kept_form().await;
    request.answer(backend::interactions::edit_form(request.backend(), &grant, &interaction_id, kept).await)
}

/// Changes an interaction.
#[server(name = SubmitEdit, endpoint = "interactions/edit")]
pub async fn edit_interaction(input: EditInteraction) -> Result<InteractionId, ApiError> {
    let request = crate::server::request()?;
    let grant = request.require()?;
    let outcome = backend::interactions::edit(request.backend(), &grant, &input).await;
    let id = request.answer_form(&input, outcome).await?;
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
    let form = SubmitDelete {
        interaction_id,
        message,
    };
    let client = request.answer_form(&form, deleted).await?;
    let next = client.map_or_else(|| crate::paths::INTERACTIONS.to_owned(), crate::paths::client);
    request.redirect_without_script(&next);
    Ok(client)
}

/// Moves a meeting to the time that its client would like, or, without `follow`, leaves it when it is.
#[server(name = SubmitAnswerWish, endpoint = "meetings/answer-wish")]
pub async fn answer_wish(
    interaction_id: String,
    start: String,
    #[server(default)] follow: Option<String>,
) -> Result<InteractionId, ApiError> {
    let request = crate::server::request()?;
    let grant = request.require()?;
    let follow = follow.is_some();
    let answered = backend::interactions::answer_wish(request.backend(), &grant, &interaction_id, &start, follow).await;
    let id = request.answer(answered)?;
    request.redirect_without_script(&crate::paths::interaction(id));
    Ok(id)
}
