use std::{
    collections::{BTreeMap, HashMap, VecDeque},
    sync::Arc,
};

use chrono::{DateTime, Utc};
use tokio::sync::Notify;

use crate::{
    AppConfig, Bearer, Fault, JoinUrlMode, LoggedRequest, SimArtifact, SimConfig, SimEvent, SimMeeting,
    SimSubscription, TeamsQuirks, TenantConfig, TransactionMode, UserConfig,
    clock::{self, Clock},
    ids::Ids,
    keys::Keys,
    notifications::Outbox,
    reply::Reply,
    request::Request,
    teams::Flaps,
    throttle::Throttles,
};

/// Everything the simulator knows. Lives behind one mutex; no request holds it while it waits.
pub(crate) struct State {
    /// `http://127.0.0.1:1234`, no slash at the end.
    pub base: String,
    pub config: SimConfig,
    pub clock: Clock,
    /// Rung whenever something may have become due: time moved, an artifact or a subscription came.
    pub due: Arc<Notify>,
    pub apps: Vec<AppConfig>,
    pub users: Vec<UserConfig>,
    tenants: Vec<TenantConfig>,
    pub events: Vec<SimEvent>,
    pub meetings: Vec<SimMeeting>,
    pub artifacts: Vec<SimArtifact>,
    pub subscriptions: Vec<SimSubscription>,
    pub outbox: Outbox,
    pub keys: Keys,
    /// Calls the subscribers.
    pub http: reqwest::Client,
    pub join_url: JoinUrlMode,
    pub transactions: TransactionMode,
    pub teams: TeamsQuirks,
    pub flaps: Flaps,
    pub faults: VecDeque<Fault>,
    pub requests: Vec<LoggedRequest>,
    pub load: BTreeMap<String, Load>,
    pub overall: Load,
    /// Requests answered, as far as they are in the log.
    pub answered: usize,
    pub throttles: Throttles,
    pub ids: Ids,
    tokens: HashMap<String, Issued>,
    /// Counts resets, so that a request from before one does not count itself out afterwards.
    pub epoch: u64,
}

/// Requests in progress, on one mailbox or altogether.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Load {
    pub now: usize,
    pub most: usize,
}

impl Load {
    /// How many there are with this one.
    pub fn enter(&mut self) -> usize {
        self.now += 1;
        self.most = self.most.max(self.now);
        self.now
    }

    pub fn leave(&mut self) {
        self.now = self.now.saturating_sub(1);
    }
}

struct Issued {
    client_id: String,
    tenant_id: String,
    /// As consented when the token was issued: a later consent needs a new token.
    roles: Vec<String>,
    expires: DateTime<Utc>,
}

/// Whom a bearer stands for.
#[derive(Clone, Debug)]
pub(crate) struct Caller {
    pub client_id: String,
    pub tenant_id: String,
    pub roles: Vec<String>,
}

impl Caller {
    pub fn has_any(&self, roles: &[&str]) -> bool {
        self.roles.iter().any(|role| roles.contains(&role.as_str()))
    }
}

impl State {
    pub fn new(config: SimConfig, base: String, http: reqwest::Client) -> Self {
        Self {
            base,
            clock: Clock::default(),
            due: Arc::default(),
            apps: config.apps.clone(),
            users: config.users.clone(),
            tenants: config.tenants.clone(),
            events: config.events.clone(),
            meetings: config.meetings.clone(),
            artifacts: config.artifacts.clone(),
            subscriptions: Vec::new(),
            outbox: Outbox::new(config.notifications.clone()),
            keys: Keys::default(),
            http,
            join_url: config.join_url,
            transactions: config.transactions,
            teams: config.teams.clone(),
            flaps: Flaps::default(),
            faults: VecDeque::new(),
            requests: Vec::new(),
            load: BTreeMap::new(),
            overall: Load::default(),
            answered: 0,
            throttles: Throttles::default(),
            ids: Ids::new(config.seed),
            tokens: HashMap::new(),
            epoch: 0,
            config,
        }
    }

    pub fn reset(&mut self) {
        let (epoch, due) = (self.epoch + 1, Arc::clone(&self.due));
        let new = Self::new(self.config.clone(), self.base.clone(), self.http.clone());
        *self = Self {
            due,
            epoch,
            outbox: new.outbox.after(&self.outbox),
            ..new
        };
    }

    pub fn add_token(&mut self, token: &str, app: &AppConfig) {
        let issued = Issued {
            client_id: app.client_id.clone(),
            tenant_id: app.tenant_id.clone(),
            roles: app.roles.clone(),
            expires: self.clock.now() + clock::seconds(app.expires_in),
        };
        self.tokens.insert(token.to_owned(), issued);
    }

    /// Every token issued so far is refused from now on.
    pub fn revoke_tokens(&mut self) {
        self.tokens.clear();
    }

    pub fn bearer(&self, request: &Request) -> Bearer {
        match request.header("authorization") {
            None => Bearer::Absent,
            Some(other) if other.starts_with("Basic ") => Bearer::Absent,
            Some(_) if self.caller(request).is_ok() => Bearer::Valid,
            Some(_) => Bearer::Invalid,
        }
    }

    pub fn caller(&self, request: &Request) -> Result<Caller, Reply> {
        let refused = |message: &str| {
            Reply::refusal(401, "InvalidAuthenticationToken", message).with_header(
                "WWW-Authenticate",
                r#"Bearer realm="", authorization_uri="https://login.microsoftonline.com/common/oauth2/authorize""#,
            )
        };
        let token = request
            .header("authorization")
            .and_then(|value| value.strip_prefix("Bearer "));
        let token = token.ok_or_else(|| refused("Access token is empty."))?;
        let issued = self
            .tokens
            .get(token)
            .ok_or_else(|| refused("Access token validation failure."))?;
        if issued.expires <= self.clock.now() {
            return Err(refused("Lifetime validation failed, the token is expired."));
        }
        let Issued {
            client_id,
            tenant_id,
            roles,
            ..
        } = issued;
        Ok(Caller {
            client_id: client_id.clone(),
            tenant_id: tenant_id.clone(),
            roles: roles.clone(),
        })
    }

    /// The settings of a tenant.
    pub fn tenant(&self, tenant_id: &str) -> TenantConfig {
        let known = self.tenants.iter().find(|tenant| tenant.tenant_id == tenant_id);
        known.cloned().unwrap_or_else(|| TenantConfig::new(tenant_id))
    }

    /// The same, to be changed; none when nobody is in the tenant.
    pub fn tenant_mut(&mut self, tenant_id: &str) -> Option<&mut TenantConfig> {
        if !self.users.iter().any(|user| user.tenant_id == tenant_id) {
            return None;
        }
        let at = self.tenants.iter().position(|tenant| tenant.tenant_id == tenant_id);
        let at = at.unwrap_or_else(|| {
            self.tenants.push(TenantConfig::new(tenant_id));
            self.tenants.len() - 1
        });
        self.tenants.get_mut(at)
    }

    /// The object id of a user of any tenant; what was given when there is none.
    pub fn object_id(&self, id_or_upn: &str) -> String {
        let named = |user: &&UserConfig| {
            user.object_id.eq_ignore_ascii_case(id_or_upn) || user.upn.eq_ignore_ascii_case(id_or_upn)
        };
        let known = self.users.iter().find(named);
        known.map_or_else(|| id_or_upn.to_lowercase(), |user| user.object_id.clone())
    }

    /// A user of the tenant by object id or user principal name.
    pub fn user(&self, tenant_id: &str, id_or_upn: &str) -> Option<&UserConfig> {
        self.users.iter().find(|user| {
            user.tenant_id == tenant_id
                && (user.object_id.eq_ignore_ascii_case(id_or_upn) || user.upn.eq_ignore_ascii_case(id_or_upn))
        })
    }
}
