use domain::{ContactForm, ContactId, ContactList, ContactPage, SaveContact};
use leptos::{prelude::*, server_fn::codec::GetUrl};

use crate::error::ApiError;

/// The tenant's contacts by name: those whose name or address holds `q`, of the client called `client`, from `after` on.
#[server(endpoint = "contacts/list", input = GetUrl)]
pub async fn list_contacts(
    #[server(default)] q: String,
    #[server(default)] client: String,
    #[server(default)] show: String,
    #[server(default)] after: String,
) -> Result<ContactList, ApiError> {
    let request = crate::server::request()?;
    let grant = request.require()?;
    let query = domain::ListQuery { q, client, show, after };
    request.answer(backend::contacts::list(request.backend(), &grant, &query).await)
}

/// A contact.
#[server(name = LoadContact, endpoint = "contacts/page", input = GetUrl)]
pub async fn contact_page(contact_id: String) -> Result<ContactPage, ApiError> {
    let request = crate::server::request()?;
    let grant = request.require()?;
    request.answer(backend::contacts::page(request.backend(), &grant, &contact_id).await)
}

/// The form that adds a contact, of this client unless it is empty.
#[server(name = LoadNewContact, endpoint = "contacts/new-form", input = GetUrl)]
pub async fn new_contact_form(#[server(default)] client_id: String) -> Result<ContactForm, ApiError> {
    let request = crate::server::request()?;
    let grant = request.require()?;
    let typed = request.kept_form().await;
    let form = request.answer(backend::contacts::new_form(request.backend(), &grant, &client_id).await)?;
    Ok(form.with_typed(typed))
}

/// The form that changes a contact.
#[server(name = LoadEditContact, endpoint = "contacts/edit-form", input = GetUrl)]
pub async fn edit_contact_form(contact_id: String) -> Result<ContactForm, ApiError> {
    let request = crate::server::request()?;
    let grant = request.require()?;
    let typed = request.kept_form().await;
    let form = request.answer(backend::contacts::edit_form(request.backend(), &grant, &contact_id).await)?;
    Ok(form.with_typed(typed))
}

/// Adds a contact, or changes one: each needs its own permission.
#[server(name = SubmitContact, endpoint = "contacts/save")]
pub async fn save_contact(input: SaveContact) -> Result<ContactId, ApiError> {
    let request = crate::server::request()?;
    let saved = if input.is_new() {
        let grant = request.require()?;
        backend::contacts::create(request.backend(), &grant, &input).await
    } else {
        let grant = request.require()?;
        backend::contacts::edit(request.backend(), &grant, &input).await
    };
    let contact_id = request.answer_form(&input, saved).await?;
    request.redirect_without_script(&crate::paths::contact(contact_id));
    Ok(contact_id)
}
