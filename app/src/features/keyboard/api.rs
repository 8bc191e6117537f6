use domain::PaletteHits;
use leptos::{prelude::*, server_fn::codec::GetUrl};

use crate::error::ApiError;

/// Clients, contacts and interactions that hold `q`, of those that the person may read.
#[server(name = SearchPalette, endpoint = "palette/search", input = GetUrl)]
pub async fn palette_search(#[server(default)] q: String) -> Result<PaletteHits, ApiError> {
    let request = crate::server::request()?;
    let actor = request.actor()?;
    request.answer(backend::palette::search(request.backend(), &actor, &q).await)
}
