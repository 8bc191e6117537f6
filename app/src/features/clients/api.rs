use domain::{ClientList, ClientPage};
use leptos::{prelude::*, server_fn::codec::GetUrl};

use crate::error::ApiError;

/// The tenant's clients whose name holds `q`, by name.
#[server(endpoint = "clients/list", input = GetUrl)]
pub async fn list_clients(#[server(default)] q: String) -> Result<ClientList, ApiError> {
    let request = crate::server::request()?;
    let grant = request.require()?;
    request.answer(backend::clients::list(request.backend(), &grant, &q).await)
}

/// A client with its contacts.
#[server(name = LoadClient, endpoint = "clients/page", input = GetUrl)]
pub async fn client_page(client_id: String) -> Result<ClientPage, ApiError> {
    let request = crate::server::request()?;
    let grant = request.require()?;
    request.answer(backend::clients::page(request.backend(), &grant, &client_id).await)
}
