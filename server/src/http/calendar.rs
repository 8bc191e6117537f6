//! An appointment or a meeting as a file for calendars, for portal users.

use axum::{
    Router,
    extract::{Path, State},
    http::header,
    response::{IntoResponse, Response},
    routing::get,
};
use backend::{Backend, Error, PortalActor};
use domain::Language;

use super::{session::Portal, status::refuse};

pub fn routes<S: Clone + Send + Sync + 'static>(backend: &Backend) -> Router<S> {
    Router::new()
        .route("/api/portal/appointments/{id}/calendar", get(appointment))
        .route("/api/portal/meetings/{id}/calendar", get(meeting))
        .with_state(backend.clone())
}

async fn appointment(State(backend): State<Backend>, Portal(actor): Portal, Path(id): Path<String>) -> Response {
    file(&backend, &actor, &id, false).await
}

async fn meeting(State(backend): State<Backend>, Portal(actor): Portal, Path(id): Path<String>) -> Response {
    file(&backend, &actor, &id, true).await
}

async fn file(backend: &Backend, actor: &PortalActor, id: &str, is_meeting: bool) -> Response {
    let actor = actor.clone().reading(None::<Language>);
    match backend::portal::calendar(backend, &actor, id, is_meeting).await {
        Ok(file) => (
            [
                (header::CONTENT_TYPE, file.content_type),
                (
                    header::CONTENT_DISPOSITION,
                    "attachment; filename=\"appointment.ics\"".to_owned(),
                ),
                (header::CACHE_CONTROL, "private, no-store".to_owned()),
            ],
            file.text,
        )
            .into_response(),
        Err(error) => {
            if !matches!(error, Error::Failure(_)) {
                tracing::error!(error = ?error, "a file for calendars could not be made");
            }
            refuse(error.failure())
        }
    }
}
