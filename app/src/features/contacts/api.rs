use domain::ContactPage;
use leptos::{prelude::*, server_fn::codec::GetUrl};

use crate::error::ApiError;

/// A contact.
#[server(name = LoadContact, endpoint = "contacts/page", input = GetUrl)]
pub async fn contact_page(contact_id: String) -> Result<ContactPage, ApiError> {
    let request = crate::server::request()?;
    let grant = request.require()?;
    request.answer(backend::contacts::page(request.backend(), &grant, &contact_id).await)
}
