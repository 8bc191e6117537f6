use domain::import::{ConfirmImport, Counts, ImportKind, ImportPreview};
use leptos::{prelude::*, server_fn::codec::GetUrl};

use crate::error::ApiError;

/// What a file that was given in would do. With `create` the clients that contacts name are added, too.
#[server(name = LoadImport, endpoint = "imports/preview", input = GetUrl)]
pub async fn import_preview(
    kind: ImportKind,
    upload_id: String,
    #[server(default)] create: bool,
) -> Result<ImportPreview, ApiError> {
    let request = crate::server::request()?;
    let rights = backend::import::Rights::of(&request.actor()?, kind)?;
    request.answer(backend::import::preview(request.backend(), &rights, &upload_id, create).await)
}

/// Imports it.
#[server(name = SubmitImport, endpoint = "imports/confirm")]
pub async fn confirm_import(kind: ImportKind, input: ConfirmImport) -> Result<Counts, ApiError> {
    let request = crate::server::request()?;
    let rights = backend::import::Rights::of(&request.actor()?, kind)?;
    let counts = request.answer(backend::import::confirm(request.backend(), &rights, &input).await)?;
    request.redirect_without_script(&format!("{}/{}", crate::paths::import(kind), input.upload_id.trim()));
    Ok(counts)
}
