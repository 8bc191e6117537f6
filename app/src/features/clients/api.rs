use domain::{ClientForm, ClientId, ClientList, ClientPage, SaveClient};
use leptos::{prelude::*, server_fn::codec::GetUrl};

use crate::error::ApiError;

/// The tenant's clients by name: those whose name holds `q`, from `after` on.
#[server(endpoint = "clients/list", input = GetUrl)]
pub async fn list_clients(
    #[server(default)] q: String,
    #[server(default)] show: String,
    #[server(default)] after: String,
) -> Result<ClientList, ApiError> {
    let request = crate::server::request()?;
    let grant = request.require()?;
    let query = domain::ListQuery {
        q,
        show,
        after,
        ..domain::ListQuery::default()
    };
    request.answer(backend::clients::list(request.backend(), &grant, &query).await)
}

/// A client with its contacts.
#[server(name = LoadClient, endpoint = "clients/page", input = GetUrl)]
pub async fn client_page(client_id: String) -> Result<ClientPage, ApiError> {
    let request = crate::server::request()?;
    let grant = request.require()?;
    request.answer(backend::clients::page(request.backend(), &grant, &client_id).await)
}

/// The form that adds a client.
#[server(name = LoadNewClient, endpoint = "clients/new-form", input = GetUrl)]
pub async fn new_client_form() -> Result<ClientForm, ApiError> {
    let request = crate::server::request()?;
    let grant = request.require()?;
    let typed = request.kept_form().await;
    Ok(backend::clients::new_form(request.backend(), &grant).with_typed(typed))
}

/// The form that changes a client.
#[server(name = LoadEditClient, endpoint = "clients/edit-form", input = GetUrl)]
pub async fn edit_client_form(client_id: String) -> Result<ClientForm, ApiError> {
    let request = crate::server::request()?;
    let grant = request.require()?;
    let typed = request.kept_form().await;
    let form = request.answer(backend::clients::edit_form(request.backend(), &grant, &client_id).await)?;
    Ok(form.with_typed(typed))
}

/// Adds a client, or changes one: each needs its own permission.
#[server(name = SubmitClient, endpoint = "clients/save")]
pub async fn save_client(input: SaveClient) -> Result<ClientId, ApiError> {
    let request = crate::server::request()?;
    let saved = if input.is_new() {
        let grant = request.require()?;
        backend::clients::create(request.backend(), &grant, &input).await
    } else {
        let grant = request.require()?;
        backend::clients::edit(request.backend(), &grant, &input).await
    };
    let client_id = request.answer_form(&input, saved).await?;
    request.redirect_without_script(&crate::paths::client(client_id));
    Ok(client_id)
}
