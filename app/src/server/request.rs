//! The request that a server function answers.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use axum::extract::ConnectInfo;
use backend::{
    Actor, Backend,
    access::{Grant, Needs},
    sessions::{self, Identity, Visitor},
};
use domain::{ErrorCode, Language};
use http::{HeaderValue, header, request::Parts};
use leptos::prelude::use_context;
use leptos_axum::ResponseOptions;
use tower_sessions::Session;

use crate::{error::ApiError, paths};

/// The key under which the browser's session holds who it belongs to.
pub const IDENTITY: &str = "identity";

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
        match self.parts.extensions.get::<Actor>() {
            Some(actor) => Ok(actor.clone().reading(language())),
            None => Err(ErrorCode::Unauthenticated.into()),
        }
    }

    /// The proof that the user has the permission that the use-case asks for.
    pub fn require<P: Needs>(&self) -> Result<Grant<P>, ApiError> {
        Ok(self.actor()?.require()?)
    }

    pub fn visitor(&self) -> Visitor {
        let address = self
            .parts
            .extensions
            .get::<ConnectInfo<SocketAddr>>()
            .map(|info| info.0.ip());
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
    fn wants_page(&self) -> bool {
        let accept = self
            .parts
            .headers
            .get(header::ACCEPT)
            .and_then(|value| value.to_str().ok());
        accept.is_some_and(|accept| accept.contains("text/html"))
    }

    /// Sends a browser without script on; with script the page decides for itself.
    pub fn redirect_without_script(&self, path: &str) {
        if self.wants_page() {
            leptos_axum::redirect(path);
        }
    }

    /// Begins the browser's session if the sign-in succeeded, under a new id so that one planted before is worthless.
    pub async fn begin_session(&self, outcome: backend::Result<Identity>, destination: &str) -> Result<(), ApiError> {
        let identity = self.answer(outcome)?;
        let session = self.session()?;
        let stored = async {
            session.cycle_id().await?;
            session.insert(IDENTITY, identity).await
        };
        stored.await.or_else(|error| self.answer(Err(anyhow(error))))?;
        let actor = self.answer(sessions::actor(&self.backend, identity).await)?;
        if let Some(language) = actor.and_then(|(actor, _)| actor.chosen_language()) {
            self.set_language(language);
        }
        leptos_axum::redirect(destination);
        Ok(())
    }

    pub async fn end_session(&self) -> Result<(), ApiError> {
        if let Some(actor) = self.parts.extensions.get::<Actor>() {
            self.answer(sessions::sign_out(&self.backend, actor).await)?;
        }
        self.session()?
            .flush()
            .await
            .or_else(|error| self.answer(Err(anyhow(error))))?;
        leptos_axum::redirect(paths::SIGN_IN);
        Ok(())
    }

    pub async fn choose_language(&self, tag: &str) -> Result<(), ApiError> {
        let Ok(language) = tag.parse::<Language>() else {
            return Err(ErrorCode::Unreadable.into());
        };
        if let Some(actor) = self.parts.extensions.get::<Actor>() {
            self.answer(sessions::choose_language(&self.backend, actor, language).await)?;
        }
        self.set_language(language);
        Ok(())
    }

    /// Tells the browser in which language to read from now on.
    fn set_language(&self, language: Language) {
        let cookie = format!(
            "{LANGUAGE_COOKIE}={}; Path=/; Max-Age=31536000; SameSite=Lax",
            language.tag()
        );
        if let Ok(cookie) = HeaderValue::from_str(&cookie) {
            self.response.append_header(header::SET_COOKIE, cookie);
        }
    }

    fn session(&self) -> Result<&Session, ApiError> {
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

fn anyhow(error: tower_sessions::session::Error) -> backend::Error {
    backend::Error::Internal(error.into())
}
