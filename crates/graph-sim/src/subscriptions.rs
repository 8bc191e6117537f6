//! `/v1.0/subscriptions`

pub(crate) mod certificate;
mod draft;
mod handshake;
mod resource;

use chrono::{DateTime, Utc};
use serde::Serialize;
use serde_json::{Value, json};

pub(crate) use resource::{Resource, Scope};

use crate::{
    event::seven_digits,
    notifications::ClientStateAnswer,
    reply::Reply,
    request::Request,
    service::{Shared, lock},
    state::{Caller, State},
};

/// A subscription, for as long as the simulator runs: also when it has ended.
#[derive(Clone, Debug, Serialize)]
pub struct SimSubscription {
    pub id: String,
    pub tenant_id: String,
    pub client_id: String,
    /// As asked for.
    pub resource: String,
    pub notification_url: String,
    pub lifecycle_url: Option<String>,
    pub client_state: Option<String>,
    pub created: DateTime<Utc>,
    pub expires: DateTime<Utc>,
    /// Its notifications carry the encrypted properties of the recording or transcript.
    pub include_resource_data: bool,
    pub certificate_id: Option<String>,
    /// DER.
    #[serde(skip)]
    pub certificate: Option<Vec<u8>>,
    /// It was told to reauthorize and has not done so: what happens meanwhile is lost to it.
    pub awaiting_reauthorization: bool,
    pub ended: Option<End>,
    /// The expiry at which it was told to reauthorize by the clock; it is told once for each.
    #[serde(skip)]
    pub(crate) told_for: Option<DateTime<Utc>>,
    #[serde(skip)]
    pub(crate) watches: Resource,
}

/// Why a subscription is no more.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum End {
    /// By its owner.
    Deleted,
    Expired,
    /// By Microsoft, with a notice.
    Removed,
    /// By Microsoft, without a word.
    Vanished,
}

impl SimSubscription {
    pub(crate) fn lives(&self, now: DateTime<Utc>) -> bool {
        self.ended.is_none() && self.expires > now
    }

    fn belongs_to(&self, caller: &Caller) -> bool {
        self.client_id == caller.client_id && self.tenant_id == caller.tenant_id
    }

    fn to_json(&self, answer: ClientStateAnswer) -> Value {
        let mut body = json!({
            "id": self.id, "resource": self.resource, "changeType": "created", "applicationId": self.client_id,
            "creatorId": uuid::Uuid::new_v5(&uuid::Uuid::NAMESPACE_OID, self.client_id.as_bytes()),
            "notificationUrl": self.notification_url, "lifecycleNotificationUrl": self.lifecycle_url,
            "clientState": self.client_state, "expirationDateTime": format!("{}Z", seven_digits(self.expires)),
            "includeResourceData": self.include_resource_data, "latestSupportedTlsVersion": "v1_2",
            "encryptionCertificate": null, "encryptionCertificateId": self.certificate_id,
            "notificationQueryOptions": null, "notificationUrlAppId": null,
        });
        match answer {
            ClientStateAnswer::Shown => {}
            ClientStateAnswer::Null => body["clientState"] = Value::Null,
            ClientStateAnswer::Omitted => {
                body.as_object_mut().map(|properties| properties.remove("clientState"));
            }
        }
        body
    }
}

/// Everything is checked again after the calls back: meanwhile another one may have come.
pub(crate) async fn create(shared: &Shared, request: &Request) -> Reply {
    let created = async || {
        let urls = {
            let state = lock(shared);
            let draft = state.draft(request)?;
            draft.check_switch(&state)?;
            draft.urls()
        };
        handshake::validate(shared, &urls).await?;
        let mut state = lock(shared);
        let draft = state.draft(request)?;
        let subscription = draft.subscribe(state.ids.guid().to_string(), state.clock.now());
        let body = state.entity(&subscription);
        state.subscriptions.push(subscription);
        state.due.notify_one();
        Ok(Reply::json(201, body))
    };
    created().await.unwrap_or_else(|refused: Reply| refused)
}

pub(crate) async fn update(shared: &Shared, request: &Request, segments: &[&str]) -> Reply {
    let id = segments.last().copied().unwrap_or_default();
    let updated = async || {
        let urls = {
            let state = lock(shared);
            let (changed, urls) = state.changed(id, request)?;
            state.check_switch(&changed.tenant_id, &changed.watches)?;
            urls
        };
        handshake::validate(shared, &urls).await?;
        let mut state = lock(shared);
        let (changed, _) = state.changed(id, request)?;
        let body = state.entity(&changed);
        if let Some(known) = state.subscriptions.iter_mut().find(|known| known.id == changed.id) {
            *known = changed;
        }
        state.due.notify_one();
        Ok(Reply::json(200, body))
    };
    updated().await.unwrap_or_else(|refused: Reply| refused)
}

impl State {
    /// The list, or the one that `rest` names.
    pub(crate) fn get_subscriptions(&self, caller: &Caller, rest: &[&str], request: &Request) -> Result<Reply, Reply> {
        if let [id] = rest {
            request.only_query("")?;
            return Ok(Reply::json(200, self.entity(self.subscription(caller, id)?)));
        }
        let skipped = request.only_query("$skiptoken")?.unwrap_or_else(|| "0".to_owned());
        let skipped: usize = skipped
            .parse()
            .map_err(|_| Reply::refusal(400, "BadRequest", "The skip token is not valid."))?;
        let now = self.clock.now();
        let own = |known: &&SimSubscription| known.belongs_to(caller) && known.lives(now);
        let mut rest = self.subscriptions.iter().filter(own).skip(skipped).peekable();
        let answer = self.outbox.mode.client_state;
        let page: Vec<Value> = rest
            .by_ref()
            .take(self.config.max_page)
            .map(|known| known.to_json(answer))
            .collect();
        let mut body =
            json!({ "@odata.context": format!("{}/v1.0/$metadata#subscriptions", self.base), "value": page });
        if rest.peek().is_some() {
            let next = skipped + page.len();
            body["@odata.nextLink"] = json!(format!("{}/v1.0/subscriptions?$skiptoken={next}", self.base));
        }
        Ok(Reply::json(200, body))
    }

    /// The expiry stays as it is.
    pub(crate) fn reauthorize(&mut self, caller: &Caller, id: &str) -> Result<Reply, Reply> {
        let known = self.subscription(caller, id)?;
        draft::check_access(caller, &known.watches, "Reauthorize")?;
        self.check_switch(&known.tenant_id, &known.watches)?;
        let id = known.id.clone();
        if let Some(known) = self.subscriptions.iter_mut().find(|known| known.id == id) {
            known.awaiting_reauthorization = false;
        }
        Ok(Reply::empty(204))
    }

    pub(crate) fn delete_subscription(&mut self, caller: &Caller, id: &str) -> Result<Reply, Reply> {
        let id = self.subscription(caller, id)?.id.clone();
        self.end_subscription(&id, End::Deleted);
        Ok(Reply::empty(204))
    }

    /// False when there is no living one with this id.
    pub(crate) fn end_subscription(&mut self, id: &str, end: End) -> bool {
        let now = self.clock.now();
        let living = |known: &&mut SimSubscription| known.id == id && known.lives(now);
        let known = self.subscriptions.iter_mut().find(living);
        known.map(|known| known.ended = Some(end)).is_some()
    }

    /// A living one of the caller's.
    fn subscription(&self, caller: &Caller, id: &str) -> Result<&SimSubscription, Reply> {
        let now = self.clock.now();
        self.subscriptions
            .iter()
            .find(|known| known.id.eq_ignore_ascii_case(id) && known.belongs_to(caller) && known.lives(now))
            .ok_or_else(|| Reply::refusal(404, "ResourceNotFound", "The object was not found."))
    }

    fn entity(&self, subscription: &SimSubscription) -> Value {
        let mut body = subscription.to_json(self.outbox.mode.client_state);
        body["@odata.context"] = json!(format!("{}/v1.0/$metadata#subscriptions/$entity", self.base));
        body
    }
}

/// How the Teams services refuse: as an extension of Graph.
fn extension_error(status: u16, operation: &str, reason: &str) -> Reply {
    let name = handshake::name_of(status);
    let message = format!("Operation: {operation}; Exception: [Status Code: {name}; Reason: {reason}]");
    Reply::refusal(status, "ExtensionError", message)
}
