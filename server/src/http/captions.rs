//! Captions of recordings, which the player fetches as it plays them.

use axum::{
    Router,
    extract::{Extension, Path, State},
    http::header,
    response::{IntoResponse, Response},
    routing::get,
};
use backend::{Actor, Backend, Error};
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
    Path(recording): Path<String>,
) -> Response {
    let Some(Extension(actor)) = actor else {
        return refuse(ErrorCode::Unauthenticated.into());
    };
    let grant = match actor.require() {
        Ok(grant) => grant,
        Err(failure) => return refuse(failure),
    };
    match backend::artifacts::captions(&backend, &grant, &recording).await {
        Ok(captions) => ([(header::CONTENT_TYPE, "text/vtt; charset=utf-8")], captions).into_response(),
        Err(error) => {
            if !matches!(error, Error::Failure(_)) {
                tracing::error!(error = ?error, "captions could not be made");
            }
            refuse(error.failure())
        }
    }
}
