use domain::PortalViewer;
use leptos::{prelude::*, server_fn::codec::GetUrl};

use crate::error::ApiError;

/// Who is signed in to the portal.
#[server(name = LoadPortalViewer, endpoint = "portal/viewer", input = GetUrl)]
pub async fn portal_viewer() -> Result<PortalViewer, ApiError> {
    let request = crate::server::request()?;
    let actor = request.portal_actor()?;
    request.answer(backend::sessions::portal_viewer(request.backend(), &actor).await)
}
