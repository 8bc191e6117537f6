//! Finds the person behind the browser's session, keeps strangers off the staff's and the portal's pages, and each off the other's.

use app::{
    paths,
    server::{IDENTITY, Unknown, why_nobody},
};
use axum::{
    extract::{FromRequestParts, Request, State},
    http::{Uri, request::Parts},
    middleware::Next,
    response::{IntoResponse, Redirect, Response},
};
use backend::{
    Actor, Backend, PortalActor,
    sessions::{self, Identity, SESSION_LIFETIME},
};
use domain::{Audience, ErrorCode};
use tower_sessions::{Expiry, Session};

use super::status::refuse;

/// How long the browser's session lives without being used: as long as the one in the database.
pub fn lifetime() -> time::Duration {
    time::Duration::seconds(SESSION_LIFETIME.num_seconds())
}

/// Who is behind a request.
pub enum Person {
    Staff(Box<Actor>),
    Portal(Box<PortalActor>),
}

/// Puts the [`Actor`] or [`PortalActor`] into the request, or sends the browser to the sign-in page if the page needs the one and there is
/// not. Where that cannot be found out, the request goes on with why: what needs somebody says it in its own way.
pub async fn find_person(
    State(backend): State<Backend>,
    session: Session,
    mut request: Request,
    next: Next,
) -> Response {
    let path = request.uri().path();
    // Files need nobody.
    if !["/msp", "/client-portal", "/api/", "/auth/"]
        .iter()
        .any(|prefix| path.starts_with(prefix))
    {
        return next.run(request).await;
    }
    let person = match person(&backend, &session).await {
        Ok(person) => person,
        Err(unknown) => {
            request.extensions_mut().insert(unknown);
            return next.run(request).await;
        }
    };
    // The cookie of one door does not open the other.
    let here = match paths::area(path) {
        Some(Audience::Staff) => matches!(person, Some(Person::Staff(_))),
        Some(Audience::Portal) => matches!(person, Some(Person::Portal(_))),
        None => true,
    };
    if let (false, Some(audience)) = (here, paths::area(path)) {
        return Redirect::to(&sign_in(audience, request.uri())).into_response();
    }
    match person {
        Some(Person::Staff(actor)) => drop(request.extensions_mut().insert(*actor)),
        Some(Person::Portal(actor)) => drop(request.extensions_mut().insert(*actor)),
        None => {}
    }
    next.run(request).await
}

/// The member of staff whom [`find_person`] has found.
pub struct Staff(pub Actor);

/// The portal user whom it has found.
pub struct Portal(pub PortalActor);

/// Why there is neither.
pub struct Nobody(pub ErrorCode);

impl IntoResponse for Nobody {
    fn into_response(self) -> Response {
        refuse(self.0.into())
    }
}

fn found<A: Clone + Send + Sync + 'static>(parts: &Parts) -> Result<A, Nobody> {
    let extensions = &parts.extensions;
    extensions.get().cloned().ok_or_else(|| Nobody(why_nobody(extensions)))
}

impl<S: Sync> FromRequestParts<S> for Staff {
    type Rejection = Nobody;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Nobody> {
        found(parts).map(Self)
    }
}

impl<S: Sync> FromRequestParts<S> for Portal {
    type Rejection = Nobody;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Nobody> {
        found(parts).map(Self)
    }
}

/// The person behind a browser's session.
pub async fn person(backend: &Backend, session: &Session) -> Result<Option<Person>, Unknown> {
    let identity = session.get::<Identity>(IDENTITY).await.map_err(|error| {
        tracing::error!(error = ?error, "the browser's session could not be read");
        Unknown::from(error)
    })?;
    let Some(identity) = identity else {
        return Ok(None);
    };
    let found = find(backend, identity).await.map_err(|error| {
        tracing::error!(error = ?error, "it could not be found out who asks");
        Unknown(error.failure().code)
    })?;
    let Some((person, extended)) = found else {
        return Ok(None);
    };
    if extended {
        // Saves the browser's session, and sends its cookie, with a new expiry.
        session.set_expiry(Some(Expiry::OnInactivity(lifetime())));
    }
    Ok(Some(person))
}

/// With whether the session lives longer by this.
async fn find(backend: &Backend, identity: Identity) -> backend::Result<Option<(Person, bool)>> {
    Ok(match identity.audience {
        Audience::Staff => sessions::actor(backend, identity)
            .await?
            .map(|(actor, extended)| (Person::Staff(Box::new(actor)), extended)),
        Audience::Portal => sessions::portal_actor(backend, identity)
            .await?
            .map(|(actor, extended)| (Person::Portal(Box::new(actor)), extended)),
    })
}

/// The sign-in page that leads back to `uri`.
fn sign_in(audience: Audience, uri: &Uri) -> String {
    let next = uri.path_and_query().map_or("", |path| path.as_str());
    let query = url::form_urlencoded::Serializer::new(String::new())
        .append_pair("next", next)
        .finish();
    format!("{}?{query}", paths::door(audience))
}
