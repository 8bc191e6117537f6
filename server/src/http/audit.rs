//! `GET /api/settings/audit-export`: who did what, as a file. Its query is that of the page.

use axum::{
    Router,
    body::Body,
    extract::{RawQuery, State},
    http::header,
    response::{IntoResponse, Response},
    routing::get,
};
use backend::{Backend, Error};
use domain::AuditQuery;

use super::{session::Staff, status::refuse};

pub fn routes<S: Clone + Send + Sync + 'static>(backend: &Backend) -> Router<S> {
    Router::new()
        .route("/api/settings/audit-export", get(export))
        .with_state(backend.clone())
}

async fn export(State(backend): State<Backend>, Staff(actor): Staff, RawQuery(query): RawQuery) -> Response {
    let grant = match actor.require() {
        Ok(grant) => grant,
        Err(failure) => return refuse(failure),
    };
    let query = AuditQuery::read(|name| {
        let mut pairs = url::form_urlencoded::parse(query.as_deref().unwrap_or_default().as_bytes());
        Some(pairs.find(|(key, _)| key == name)?.1.into_owned())
    });
    match backend::audit::export(&backend, &grant, &query).await {
        Ok(file) => (
            [
                (header::CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()),
                (
                    header::CONTENT_DISPOSITION,
                    format!("attachment; filename=\"{}\"", file.file_name),
                ),
                (header::CACHE_CONTROL, "private, no-store".to_owned()),
            ],
            Body::from_stream(file.content),
        )
            .into_response(),
        Err(error) => {
            if !matches!(error, Error::Failure(_)) {
                tracing::error!(error = ?error, "the audit could not be exported");
            }
            refuse(error.failure())
        }
    }
}
