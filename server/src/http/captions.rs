//! Captions of recordings, which the player fetches as it plays them.

use axum::{
    Router,
    extract::{Path, State},
    http::header,
    response::{IntoResponse, Response},
    routing::get,
};
use backend::{Backend, Error};

use super::{
    session::{Nobody, Portal, Staff},
    status::refuse,
};

pub fn routes<S: Clone + Send + Sync + 'static>(backend: &Backend) -> Router<S> {
    Router::new()
        .route("/api/online-meetings/captions/{artifact_id}", get(captions))
        .with_state(backend.clone())
}

async fn captions(
    State(backend): State<Backend>,
    staff: Result<Staff, Nobody>,
    portal: Result<Portal, Nobody>,
    Path(recording): Path<String>,
) -> Response {
    let captions = match (staff, portal) {
        (Ok(Staff(actor)), _) => match actor.require() {
            Ok(grant) => backend::artifacts::captions(&backend, &grant, &recording).await,
            Err(failure) => return refuse(failure),
        },
        (Err(_), Ok(Portal(actor))) => backend::artifacts::captions_for_portal(&backend, &actor, &recording).await,
        (Err(nobody), Err(_)) => return nobody.into_response(),
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
