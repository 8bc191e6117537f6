//! `/healthz`: the process answers. `/readyz`: the database answers and has this program's migrations.

use axum::{Router, extract::State, http::StatusCode, routing::get};
use backend::{Backend, store::MigrationState};

pub fn routes(backend: &Backend) -> Router {
    Router::new()
        .route("/healthz", get(|| async { "ok" }))
        .route("/readyz", get(ready))
        .with_state(backend.clone())
}

async fn ready(State(backend): State<Backend>) -> (StatusCode, &'static str) {
    match backend.db().migrations().await {
        Ok(list)
            if list
                .iter()
                .any(|migration| matches!(migration.state, MigrationState::Pending | MigrationState::Changed)) =>
        {
            (StatusCode::SERVICE_UNAVAILABLE, "the migrations do not fit")
        }
        Ok(_) => (StatusCode::OK, "ok"),
        Err(error) => {
            tracing::warn!(error = &error as &dyn std::error::Error, "not ready");
            (StatusCode::SERVICE_UNAVAILABLE, "the database does not answer")
        }
    }
}
