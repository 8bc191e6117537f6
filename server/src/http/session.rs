//! Finds the person behind the browser's session and keeps strangers off the staff's pages.

use app::{paths, server::IDENTITY};
use axum::{
    extract::{Request, State},
    http::{StatusCode, Uri},
    middleware::Next,
    response::{IntoResponse, Redirect, Response},
};
use backend::{
    Backend,
    sessions::{self, Identity, SESSION_LIFETIME},
};
use tower_sessions::{Expiry, Session};

/// How long the browser's session lives without being used: as long as the one in the database.
pub fn lifetime() -> time::Duration {
    time::Duration::seconds(SESSION_LIFETIME.num_seconds())
}

/// Puts the [`backend::Actor`] into the request, or sends the browser to the sign-in page if the page needs one.
pub async fn find_actor(
    State(backend): State<Backend>,
    session: Session,
    mut request: Request,
    next: Next,
) -> Response {
    let path = request.uri().path();
    // Files need nobody.
    if !["/msp", "/api/", "/auth/"]
        .iter()
        .any(|prefix| path.starts_with(prefix))
    {
        return next.run(request).await;
    }
    let actor = match load(&backend, &session).await {
        Ok(actor) => actor,
        Err(error) => {
            tracing::error!(error = ?error, "the session could not be read");
            return (
                StatusCode::SERVICE_UNAVAILABLE,
                "Minuted's database does not answer. Try again in a minute.",
            )
                .into_response();
        }
    };
    match actor {
        Some(actor) => {
            request.extensions_mut().insert(actor);
        }
        None if path == "/msp" || path.starts_with("/msp/") => {
            return Redirect::to(&sign_in(request.uri())).into_response();
        }
        None => {}
    }
    next.run(request).await
}

async fn load(backend: &Backend, session: &Session) -> anyhow::Result<Option<backend::Actor>> {
    let Some(identity) = session.get::<Identity>(IDENTITY).await? else {
        return Ok(None);
    };
    let Some((actor, extended)) = sessions::actor(backend, identity).await? else {
        return Ok(None);
    };
    if extended {
        // Saves the browser's session, and sends its cookie, with a new expiry.
        session.set_expiry(Some(Expiry::OnInactivity(lifetime())));
    }
    Ok(Some(actor))
}

/// The sign-in page that leads back to `uri`.
fn sign_in(uri: &Uri) -> String {
    let next = uri.path_and_query().map_or("/msp", |path| path.as_str());
    let query = url::form_urlencoded::Serializer::new(String::new())
        .append_pair("next", next)
        .finish();
    format!("{}?{query}", paths::SIGN_IN)
}
