//! The request that a server function answers.

use std::net::{IpAddr, Ipv4Addr};

use backend::{
    Actor, Backend, PortalActor,
    access::{Grant, Needs},
    sessions::{self, Identity, PendingSignIn, SignedIn, Visitor},
};
use domain::{Audience, ErrorCode, Language};
use http::{Extensions, HeaderValue, header, request::Parts};
use leptos::prelude::use_context;
use leptos_axum::ResponseOptions;
use tower_sessions::{Session, session::Error as SessionError, session_store::Error as StoreError};

use crate::{error::ApiError, paths};

/// The key under which the browser's session holds who it belongs to.
pub const IDENTITY: &str = "identity";

/// The key under which it holds who has shown the password and owes the code.
const PENDING: &str = "pending-sign-in";

/// Where the request comes from; behind a trusted proxy, where the proxy says that it comes from.
#[derive(Clone, Copy, Debug)]
pub struct ClientAddress(pub IpAddr);

/// Among the extensions of a request: it could not be found out who asks, and why.
#[derive(Clone, Copy, Debug)]
pub struct Unknown(pub ErrorCode);

impl From<SessionError> for Unknown {
    fn from(error: SessionError) -> Self {
        match error {
            // What our store of sessions reports is the database's.
            SessionError::Store(StoreError::Backend(_)) => Self(ErrorCode::Unavailable),
            _ => Self(ErrorCode::Internal),
        }
    }
}

/// Why nobody stands among the extensions of a request.
pub fn why_nobody(extensions: &Extensions) -> ErrorCode {
    let unknown = extensions.get::<Unknown>();
    unknown.map_or(ErrorCode::Unauthenticated, |unknown| unknown.0)
}

/// The cookie in which `leptos_i18n` looks for the language.
const LANGUAGE_COOKIE: &str = "i18n_pref_locale";

pub struct Request {
    backend: Backend,
    parts: Parts,
    response: ResponseOptions,
}

/// The request under way. Fails only outside one.
pub fn request() -> Result<Request, ApiError> {
    let context = (
        use_context::<Backend>(),
        use_context::<Parts>(),
        use_context::<ResponseOptions>(),
    );
    let (Some(backend), Some(parts), Some(response)) = context else {
        return Err(ErrorCode::Internal.into());
    };
    Ok(Request {
        backend,
        parts,
        response,
    })
}

impl Request {
    pub fn backend(&self) -> &Backend {
        &self.backend
    }

    /// The signed-in member of staff, whom the session middleware has found.
    pub fn actor(&self) -> Result<Actor, ApiError> {
        let extensions = &self.parts.extensions;
        match extensions.get::<Actor>() {
            Some(actor) => Ok(actor.clone().reading(language())),
            None => Err(why_nobody(extensions).into()),
        }
    }

    /// The signed-in portal user. Staff are nobody here.
    pub fn portal_actor(&self) -> Result<PortalActor, ApiError> {
        let extensions = &self.parts.extensions;
        match extensions.get::<PortalActor>() {
            Some(actor) => Ok(actor.clone().reading(language())),
            None => Err(why_nobody(extensions).into()),
        }
    }

    /// The language in which the visitor reads this page.
    pub fn language(&self) -> Language {
        language().unwrap_or_default()
    }

    /// The proof that the user has the permission that the use-case asks for.
    pub fn require<P: Needs>(&self) -> Result<Grant<P>, ApiError> {
        Ok(self.actor()?.require()?)
    }

    pub fn visitor(&self) -> Visitor {
        let address = self.parts.extensions.get::<ClientAddress>().map(|client| client.0);
        let agent = self
            .parts
            .headers
            .get(header::USER_AGENT)
            .and_then(|value| value.to_str().ok());
        Visitor {
            address: address.unwrap_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED)),
            user_agent: agent.unwrap_or_default().to_owned(),
        }
    }

    /// Turns the outcome of a use-case into an answer: a typed error for the browser, and our own faults into the log.
    pub fn answer<T>(&self, outcome: backend::Result<T>) -> Result<T, ApiError> {
        outcome.map_err(|error| {
            match &error {
                backend::Error::Failure(failure) => {
                    tracing::debug!(error.code = ?failure.code, "a request was refused");
                }
                backend::Error::Database(_) | backend::Error::Internal(_) => {
                    tracing::error!(http.path = self.parts.uri.path(), error = ?error, "a request failed");
                }
            }
            error.failure().into()
        })
    }

    /// Whether the browser itself asks: for a page, or with a form without script.
    pub fn wants_page(&self) -> bool {
        let accept = self
            .parts
            .headers
            .get(header::ACCEPT)
            .and_then(|value| value.to_str().ok());
        accept.is_some_and(|accept| accept.contains("text/html"))
    }

    /// Whether the page under way tells why the server function at `path` refused a form.
    pub(super) fn shows_refusal_of(&self, path: &str) -> bool {
        let query = self.parts.uri.query().unwrap_or_default();
        let refused = query.split('&').find_map(|pair| pair.strip_prefix("__path="));
        refused.is_some_and(|refused| leptos_router::location::Url::unescape(refused) == path)
    }

    /// Sends a browser without script back to the page that the form was on, without the named parts of its address, else to `path`.
    pub fn return_without_script(&self, without: &[&str], path: &str) {
        let referrer = self
            .parts
            .headers
            .get(header::REFERER)
            .and_then(|value| value.to_str().ok());
        let before = referrer
            .and_then(|referrer| referrer.parse::<http::Uri>().ok())
            // Only to one of our own pages: the origin was checked, and of the address only what follows it is used.
            .filter(|uri| uri.path().starts_with("/msp/"));
        let back = before.map(|uri| {
            let kept: Vec<&str> = uri
                .query()
                .unwrap_or_default()
                .split('&')
                .filter(|pair| {
                    let name = pair.split('=').next().unwrap_or_default();
                    !name.is_empty() && !["__path", "__err"].contains(&name) && !without.contains(&name)
                })
                .collect();
            let separator = if kept.is_empty() { "" } else { "?" };
            format!("{}{separator}{}", uri.path(), kept.join("&"))
        });
        self.redirect_without_script(back.as_deref().unwrap_or(path));
    }

    /// Sends a browser without script on; with script the page decides for itself.
    pub fn redirect_without_script(&self, path: &str) {
        if self.wants_page() {
            leptos_axum::redirect(path);
        }
    }

    /// Begins the browser's session if the sign-in succeeded, or asks for the code. Either way under a new id, so that one planted
    /// before is worthless.
    pub async fn enter(&self, outcome: backend::Result<SignedIn>, destination: &str) -> Result<(), ApiError> {
        match self.answer(outcome)? {
            SignedIn::Done(identity) => self.begin_session(identity, destination).await,
            SignedIn::CodeNeeded(pending) => {
                let session = self.session()?;
                let stored = async {
                    session.cycle_id().await?;
                    session.remove::<Identity>(IDENTITY).await?;
                    session.insert(PENDING, &pending).await
                };
                stored.await.map_err(|error| self.session_failed(error))?;
                leptos_axum::redirect(paths::code(pending.audience()));
                Ok(())
            }
        }
    }

    /// Takes the second step of a sign-in.
    pub async fn second_step(&self, code: &str) -> Result<(), ApiError> {
        let pending = self.session()?.get::<PendingSignIn>(PENDING).await;
        let pending = pending.map_err(|error| self.session_failed(error))?;
        let outcome = sessions::second_step(&self.backend, &self.visitor(), pending.as_ref(), code).await;
        let identity = self.answer(outcome)?;
        let destination = pending.as_ref().map_or(paths::CLIENTS, PendingSignIn::destination);
        self.begin_session(identity, destination).await
    }

    async fn begin_session(&self, identity: Identity, destination: &str) -> Result<(), ApiError> {
        // One browser, one person: who was signed in here before is signed out.
        self.leave().await?;
        let session = self.session()?;
        let stored = async {
            session.cycle_id().await?;
            session.remove::<PendingSignIn>(PENDING).await?;
            session.insert(IDENTITY, identity).await
        };
        stored.await.map_err(|error| self.session_failed(error))?;
        let chosen = match identity.audience {
            Audience::Staff => self
                .answer(sessions::actor(&self.backend, identity).await)?
                .and_then(|(actor, _)| actor.chosen_language()),
            Audience::Portal => self
                .answer(sessions::portal_actor(&self.backend, identity).await)?
                .and_then(|(actor, _)| actor.chosen_language()),
        };
        if let Some(language) = chosen {
            self.set_language(language);
        }
        leptos_axum::redirect(destination);
        Ok(())
    }

    /// Ends the sign-in of whoever is signed in, in the database.
    async fn leave(&self) -> Result<(), ApiError> {
        if let Some(Unknown(why)) = self.parts.extensions.get() {
            return Err((*why).into());
        }
        if let Some(actor) = self.parts.extensions.get::<Actor>() {
            self.answer(sessions::sign_out(&self.backend, actor).await)?;
        }
        if let Some(actor) = self.parts.extensions.get::<PortalActor>() {
            self.answer(sessions::sign_out(&self.backend, actor).await)?;
        }
        Ok(())
    }

    /// Signs out and goes to the door through which one came.
    pub async fn end_session(&self) -> Result<(), ApiError> {
        self.leave().await?;
        let is_portal = self.parts.extensions.get::<PortalActor>().is_some();
        let door = if is_portal { Audience::Portal } else { Audience::Staff };
        self.forget_session().await?;
        leptos_axum::redirect(paths::door(door));
        Ok(())
    }

    /// Forgets the browser's session.
    pub async fn forget_session(&self) -> Result<(), ApiError> {
        let forgotten = self.session()?.flush().await;
        forgotten.map_err(|error| self.session_failed(error))
    }

    pub async fn choose_language(&self, tag: &str) -> Result<(), ApiError> {
        let Ok(language) = tag.parse::<Language>() else {
            return Err(ErrorCode::Unreadable.into());
        };
        // Whoever is not known, chooses for this browser.
        if let Some(actor) = self.parts.extensions.get::<Actor>() {
            self.answer(sessions::choose_language(&self.backend, actor, language).await)?;
        }
        if let Some(actor) = self.parts.extensions.get::<PortalActor>() {
            self.answer(sessions::choose_language(&self.backend, actor, language).await)?;
        }
        self.set_language(language);
        Ok(())
    }

    /// Tells the browser in which language to read from now on.
    pub fn set_language(&self, language: Language) {
        let cookie = format!(
            "{LANGUAGE_COOKIE}={}; Path=/; Max-Age=31536000; SameSite=Lax",
            language.tag()
        );
        if let Ok(cookie) = HeaderValue::from_str(&cookie) {
            self.response.append_header(header::SET_COOKIE, cookie);
        }
    }

    fn session_failed(&self, error: SessionError) -> ApiError {
        tracing::error!(http.path = self.parts.uri.path(), error = ?error, "the browser's session could not be read or written");
        Unknown::from(error).0.into()
    }

    pub(super) fn session(&self) -> Result<&Session, ApiError> {
        self.parts
            .extensions
            .get::<Session>()
            .ok_or_else(|| ErrorCode::Internal.into())
    }
}

/// The language in which this page is read.
fn language() -> Option<Language> {
    let locale: crate::i18n::Locale = leptos_i18n::locale::resolve_locale();
    leptos_i18n::Locale::as_str(locale).parse().ok()
}
