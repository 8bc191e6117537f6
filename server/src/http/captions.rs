//! Captions of recordings, which the player fetches as it plays them.

use axum::{
    Router,
    extract::{Extension, Path, State},
    http::header,
    response::{IntoResponse, Response},
    routing::get,
};
use backend::{Actor, Backend, Error, PortalActor};
use domain::ErrorCode;

use super::live::refuse;

pub fn routes<S: Clone + Send + Sync + 'static>(backend: &Backend) -> Router<S> {
    Router::new()
        .route("/api/online-meetings/captions/{artifact_id}", get(captions))
        .with_state(backend.clone())
}

async fn captions(
    State(backend): State<Backend>,
    actor: Option<Extension<Actor>>,
    portal: Option<Extension<PortalActor>>,
    Path(recording): Path<String>,
) -> Response {
    let captions = match (actor, portal) {
        (Some(Extension(actor)), _) => match actor.require() {
            Ok(grant) => backend::artifacts::captions(&backend, &grant, &recording).await,
            Err(failure) => return refuse(failure),
        },
        (None, Some(Extension(actor))) => backend::artifacts::captions_for_portal(&backend, &actor, &recording).await,
        (None, None) => return refuse(ErrorCode::Unauthenticated.into()),
    };
    match captions {
        Ok(captions) => ([(header::CONTENT_TYPE, "text/vtt; charset=utf-8")], captions).into_response(),
        Err(error) => {
            if !matches!(error, Error::Failure(_)) {
                tracing::error!(error = ?error, "captions could not be made");
            }
            refuse(error.failure())
        }
    }
}
