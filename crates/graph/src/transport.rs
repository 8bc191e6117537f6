//! The loop that sends a call to Graph until there is an answer.

use reqwest::{
    Method, RequestBuilder,
    header::{ACCEPT, AUTHORIZATION, RANGE},
};
use serde_json::Value;
use tokio::{
    sync::OwnedSemaphorePermit,
    time::{Instant, timeout_at},
};
use url::Url;

use crate::{
    ByteRange, ErrorKind, GraphError, GraphSession, Secret,
    answer::{Answer, exchange},
    retry::Pacing,
    token::Token,
};

/// What repeating a request would do.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Effect {
    Read,
    /// Repeated here only when nothing has happened; otherwise the caller looks first.
    Create,
    /// Sets values, so it is repeated freely.
    Update,
    /// Repeated freely; what is gone cannot go again.
    Delete,
}

pub(crate) struct Call<'a> {
    name: &'static str,
    method: Method,
    url: Url,
    effect: Effect,
    mailbox: Option<&'a str>,
    immutable_ids: bool,
    body: Option<Value>,
    accept: Option<&'static str>,
    range: Option<ByteRange>,
    streamed: bool,
    hidden: Option<&'a Secret>,
}

impl<'a> Call<'a> {
    pub fn new(name: &'static str, method: Method, url: Url, effect: Effect) -> Self {
        Self {
            name,
            method,
            url,
            effect,
            mailbox: None,
            immutable_ids: false,
            body: None,
            accept: None,
            range: None,
            streamed: false,
            hidden: None,
        }
    }

    /// The same call to another address.
    pub fn at(self, url: Url) -> Self {
        Self { url, ..self }
    }

    /// Counts against the limit of this mailbox.
    pub fn mailbox(self, mailbox: &'a str) -> Self {
        Self {
            mailbox: Some(mailbox),
            ..self
        }
    }

    pub fn immutable_ids(self) -> Self {
        Self {
            immutable_ids: true,
            ..self
        }
    }

    pub fn body(self, body: Value) -> Self {
        Self {
            body: Some(body),
            ..self
        }
    }

    /// A secret in the body, which a refusal may quote.
    pub fn hiding(self, secret: &'a Secret) -> Self {
        Self {
            hidden: Some(secret),
            ..self
        }
    }

    /// Asks for content, whose bytes are left in [`Answer::content`].
    pub fn content(self, accept: &'static str, range: Option<ByteRange>) -> Self {
        Self {
            accept: Some(accept),
            range,
            streamed: true,
            ..self
        }
    }

    pub fn name(&self) -> &'static str {
        self.name
    }

    pub fn url(&self) -> &Url {
        &self.url
    }

    /// Whether only a part of the content is asked for.
    pub fn range(&self) -> Option<ByteRange> {
        self.range
    }

    /// What is asked for, which holds for other hosts too.
    pub fn wish(&self, mut request: RequestBuilder) -> RequestBuilder {
        if let Some(accept) = self.accept {
            request = request.header(ACCEPT, accept);
        }
        if let Some(range) = self.range {
            request = request.header(RANGE, range.to_string());
        }
        request
    }
}

impl GraphError {
    /// Success of a deletion when the item, and not its mailbox or user, is not there.
    pub(crate) fn or_gone(self) -> Result<(), Self> {
        match self.kind {
            ErrorKind::Gone => Ok(()),
            ErrorKind::NotFound if !self.names_mailbox() => Ok(()),
            _ => Err(self),
        }
    }
}

impl GraphSession {
    pub(crate) async fn send(&self, call: &Call<'_>) -> Result<Answer, GraphError> {
        self.send_paced(call, &mut Pacing::start(&self.client.policy)).await
    }

    /// Sends until there is an answer that repeating cannot better. A refused token is replaced once.
    pub(crate) async fn send_paced(&self, call: &Call<'_>, pacing: &mut Pacing) -> Result<Answer, GraphError> {
        let mut rejected = None;
        let mut unknown = false;
        loop {
            let token = self
                .token(pacing, rejected)
                .await
                .map_err(|error| error.or_unknown(unknown))?;
            let error = match self.attempt(call, &token, pacing).await {
                Ok(answer) => return Ok(answer),
                Err(error) => error,
            };
            unknown |= error.outcome_unknown();
            if error.kind == ErrorKind::Unauthorized && rejected.is_none() {
                rejected = Some(token.generation);
                continue;
            }
            let repeatable = error.is_transient() && !(call.effect == Effect::Create && error.outcome_unknown());
            if !repeatable || !pacing.pause(error.retry_after()).await {
                return Err(error.or_unknown(unknown));
            }
            tracing::warn!(graph.call = call.name, error = %error, "A call to Microsoft Graph failed and is repeated");
        }
    }

    async fn attempt(&self, call: &Call<'_>, token: &Token, pacing: &Pacing) -> Result<Answer, GraphError> {
        if call.url.origin() != self.client.endpoints.graph.origin() {
            let error = GraphError::new(ErrorKind::Protocol, call.name);
            return Err(error.with_message("the address is not Microsoft Graph's; the token was not sent there"));
        }
        let _permit = self.enter_mailbox(call, pacing).await?;
        // Without time for an answer, a write would only end with an unknown outcome.
        if pacing.attempt_timeout().is_zero() {
            return Err(GraphError::new(ErrorKind::Unavailable, call.name).with_message("no time is left"));
        }
        let mut request = self.client.http.request(call.method.clone(), call.url.clone());
        request = call.wish(request.header(AUTHORIZATION, token.header.clone()));
        if call.immutable_ids {
            request = request.header("Prefer", "IdType=\"ImmutableId\"");
        }
        if let Some(body) = &call.body {
            request = request.json(body);
        }
        let begun = Instant::now();
        let outcome = self.exchange_for(call, request, token, pacing).await;
        self.observed.tell(call.name, begun.elapsed(), outcome.as_ref());
        outcome
    }

    async fn exchange_for(
        &self,
        call: &Call<'_>,
        request: RequestBuilder,
        token: &Token,
        pacing: &Pacing,
    ) -> Result<Answer, GraphError> {
        let wrote = call.effect != Effect::Read;
        let answer = if call.streamed {
            self.open_content(call, request, pacing).await
        } else {
            exchange(&self.client.http, request.timeout(pacing.attempt_timeout()), call.name).await
        };
        let mut answer = answer.map_err(|broken| broken.error.or_unknown(wrote && broken.sent))?;
        answer.wrote = wrote;
        if answer.content.is_some() || (answer.status.is_success() && !call.streamed) {
            Ok(answer)
        } else {
            let secrets = [token.secret(), call.hidden.map(Secret::expose).unwrap_or_default()];
            Err(answer.refused(&secrets))
        }
    }

    async fn enter_mailbox(
        &self,
        call: &Call<'_>,
        pacing: &Pacing,
    ) -> Result<Option<OwnedSemaphorePermit>, GraphError> {
        let Some(mailbox) = call.mailbox else { return Ok(None) };
        let credentials = &self.credentials;
        let gate = self
            .client
            .gates
            .of([&credentials.tenant_id, &credentials.client_id, mailbox]);
        match timeout_at(pacing.deadline(), gate.acquire_owned()).await {
            Ok(Ok(permit)) => Ok(Some(permit)),
            _ => Err(GraphError::new(ErrorKind::Unavailable, call.name).with_message("the mailbox is busy")),
        }
    }
}
