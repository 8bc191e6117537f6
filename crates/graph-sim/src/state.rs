use std::{
    collections::{BTreeMap, HashMap, VecDeque},
    time::{Duration, Instant, SystemTime},
};

use chrono::{DateTime, Utc};

use crate::{
    AppConfig, Bearer, Fault, JoinUrlMode, LoggedRequest, SimArtifact, SimConfig, SimEvent, TransactionMode,
    UserConfig, ids::Ids, reply::Reply, request::Request,
};

/// Everything the simulator knows. Lives behind one mutex; no request holds it while it waits.
pub(crate) struct State {
    /// `http://127.0.0.1:1234`, no slash at the end.
    pub base: String,
    pub config: SimConfig,
    pub apps: Vec<AppConfig>,
    pub users: Vec<UserConfig>,
    pub events: Vec<SimEvent>,
    pub artifacts: Vec<SimArtifact>,
    pub join_url: JoinUrlMode,
    pub transactions: TransactionMode,
    pub faults: VecDeque<Fault>,
    pub requests: Vec<LoggedRequest>,
    pub load: BTreeMap<String, Load>,
    pub ids: Ids,
    tokens: HashMap<String, Issued>,
    /// Counts resets, so that a request from before one does not count itself out afterwards.
    pub epoch: u64,
}

/// Requests in progress on one mailbox.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Load {
    pub now: usize,
    pub most: usize,
}

struct Issued {
    client_id: String,
    tenant_id: String,
    /// As consented when the token was issued: a later consent needs a new token.
    roles: Vec<String>,
    expires: Instant,
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
    pub fn new(config: SimConfig, base: String) -> Self {
        Self {
            base,
            apps: config.apps.clone(),
            users: config.users.clone(),
            events: config.events.clone(),
            artifacts: config.artifacts.clone(),
            join_url: config.join_url,
            transactions: config.transactions,
            faults: VecDeque::new(),
            requests: Vec::new(),
            load: BTreeMap::new(),
            ids: Ids::new(config.seed),
            tokens: HashMap::new(),
            epoch: 0,
            config,
        }
    }

    pub fn reset(&mut self) {
        let epoch = self.epoch + 1;
        *self = Self {
            epoch,
            ..Self::new(self.config.clone(), self.base.clone())
        };
    }

    pub fn add_token(&mut self, token: &str, app: &AppConfig) {
        let issued = Issued {
            client_id: app.client_id.clone(),
            tenant_id: app.tenant_id.clone(),
            roles: app.roles.clone(),
            expires: Instant::now() + Duration::from_secs(app.expires_in),
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
        if issued.expires <= Instant::now() {
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

    /// A user of the tenant by object id or user principal name.
    pub fn user(&self, tenant_id: &str, id_or_upn: &str) -> Option<&UserConfig> {
        self.users.iter().find(|user| {
            user.tenant_id == tenant_id
                && (user.object_id.eq_ignore_ascii_case(id_or_upn) || user.upn.eq_ignore_ascii_case(id_or_upn))
        })
    }
}

pub(crate) fn now() -> DateTime<Utc> {
    SystemTime::now().into()
}
