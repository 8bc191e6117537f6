//! What a request to create or to change a subscription may hold.

use chrono::{DateTime, TimeDelta, Utc};
use reqwest::Url;
use serde::Deserialize;
use uuid::Uuid;

use super::{Resource, Scope, SimSubscription, certificate, extension_error};
use crate::{
    ArtifactKind,
    event::seven_digits,
    reply::Reply,
    request::Request,
    rules,
    state::{Caller, State},
};

const LONGEST: TimeDelta = TimeDelta::minutes(4320);
const SHORTEST: TimeDelta = TimeDelta::minutes(45);
const LONGEST_WITHOUT_LIFECYCLE: TimeDelta = TimeDelta::minutes(60);
const MAX_TEXT: usize = 128;

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct Body {
    #[serde(rename = "@odata.type")]
    _odata_type: Option<String>,
    change_type: Option<String>,
    notification_url: Option<String>,
    lifecycle_notification_url: Option<String>,
    resource: Option<String>,
    expiration_date_time: Option<String>,
    client_state: Option<String>,
    latest_supported_tls_version: Option<String>,
    include_resource_data: Option<bool>,
    encryption_certificate: Option<String>,
    encryption_certificate_id: Option<String>,
}

/// A subscription that may be made once its URLs are validated.
pub(super) struct Draft {
    caller: Caller,
    resource: String,
    watches: Resource,
    notification_url: String,
    lifecycle_url: Option<String>,
    client_state: Option<String>,
    expires: DateTime<Utc>,
    include_resource_data: bool,
    certificate: Option<Vec<u8>>,
    certificate_id: Option<String>,
}

impl Draft {
    pub fn check_switch(&self, state: &State) -> Result<(), Reply> {
        state.check_switch(&self.caller.tenant_id, &self.watches)
    }

    pub fn urls(&self) -> Vec<String> {
        let lifecycle = self.lifecycle_url.clone();
        std::iter::once(self.notification_url.clone())
            .chain(lifecycle)
            .collect()
    }

    pub fn subscribe(self, id: String, created: DateTime<Utc>) -> SimSubscription {
        SimSubscription {
            id,
            tenant_id: self.caller.tenant_id,
            client_id: self.caller.client_id,
            resource: self.resource,
            notification_url: self.notification_url,
            lifecycle_url: self.lifecycle_url,
            client_state: self.client_state,
            created,
            expires: self.expires,
            include_resource_data: self.include_resource_data,
            certificate_id: self.certificate_id,
            certificate: self.certificate,
            awaiting_reauthorization: false,
            ended: None,
            told_for: None,
            watches: self.watches,
        }
    }
}

impl State {
    pub(super) fn draft(&self, request: &Request) -> Result<Draft, Reply> {
        let caller = self.caller(request)?;
        let body = read(request)?;
        if body.change_type.as_deref() != Some("created") {
            return Err(invalid("The changeType of this resource must be 'created'."));
        }
        let resource = body.resource.ok_or_else(|| missing("resource"))?;
        let watches = Resource::parse(&resource)
            .ok_or_else(|| invalid(format!("The simulator does not know the resource '{resource}'.")))?;
        check_access(&caller, &watches, "Create")?;
        self.check_scope(&caller, &watches)?;
        let notification_url = body.notification_url.ok_or_else(|| missing("notificationUrl"))?;
        check_url(&notification_url, "notificationUrl")?;
        if let Some(url) = &body.lifecycle_notification_url {
            check_url(url, "lifecycleNotificationUrl")?;
        }
        if body
            .client_state
            .as_ref()
            .is_some_and(|text| text.chars().count() > MAX_TEXT)
        {
            let refused = invalid("The clientState must not be longer than 128 characters.");
            return Err(refused.breaking(rules::CLIENT_STATE_TOO_LONG));
        }
        let tls = body.latest_supported_tls_version.as_deref().unwrap_or("v1_2");
        if !["v1_0", "v1_1", "v1_2", "v1_3"].contains(&tls) {
            return Err(invalid("The latestSupportedTlsVersion is not valid."));
        }
        let expires = body.expiration_date_time.ok_or_else(|| missing("expirationDateTime"))?;
        let expires = self.expiry(&expires, body.lifecycle_notification_url.is_some(), "Create")?;
        let include_resource_data = body.include_resource_data.unwrap_or_default();
        let certificate = body
            .encryption_certificate
            .as_deref()
            .map(read_certificate)
            .transpose()?;
        let certificate_id = body.encryption_certificate_id.map(check_certificate_id).transpose()?;
        if include_resource_data && certificate.is_none() {
            return Err(missing("encryptionCertificate"));
        }
        if include_resource_data && certificate_id.is_none() {
            return Err(missing("encryptionCertificateId"));
        }
        self.check_quotas(&caller, &watches)?;
        Ok(Draft {
            caller,
            resource,
            watches,
            notification_url,
            lifecycle_url: body.lifecycle_notification_url,
            client_state: body.client_state,
            expires,
            include_resource_data,
            certificate,
            certificate_id,
        })
    }

    /// The subscription as the request wants it, and the URLs to validate first.
    pub(super) fn changed(&self, id: &str, request: &Request) -> Result<(SimSubscription, Vec<String>), Reply> {
        let caller = self.caller(request)?;
        let known = self.subscription(&caller, id)?;
        let body = read(request)?;
        let fixed = [
            ("changeType", body.change_type.is_some()),
            ("resource", body.resource.is_some()),
            ("clientState", body.client_state.is_some()),
            ("includeResourceData", body.include_resource_data.is_some()),
        ];
        if let Some((name, _)) = fixed.iter().find(|(_, given)| *given) {
            return Err(invalid(format!("The property '{name}' cannot be updated.")));
        }
        check_access(&caller, &known.watches, "Update")?;
        let (mut changed, mut urls) = (known.clone(), Vec::new());
        if let Some(url) = body.notification_url {
            check_url(&url, "notificationUrl")?;
            urls.push(url.clone());
            changed.notification_url = url;
        }
        if let Some(url) = body.lifecycle_notification_url {
            if known.lifecycle_url.is_none() {
                let message = "lifecycleNotificationUrl cannot be added to an existing subscription. Delete and recreate the subscription.";
                return Err(invalid(message));
            }
            check_url(&url, "lifecycleNotificationUrl")?;
            urls.push(url.clone());
            changed.lifecycle_url = Some(url);
        }
        if let Some(base64) = body.encryption_certificate {
            changed.certificate = Some(read_certificate(&base64)?);
        }
        if let Some(id) = body.encryption_certificate_id {
            changed.certificate_id = Some(check_certificate_id(id)?);
        }
        if let Some(expires) = body.expiration_date_time {
            changed.expires = self.expiry(&expires, changed.lifecycle_url.is_some(), "Update")?;
        }
        changed.awaiting_reauthorization = false;
        Ok((changed, urls))
    }

    /// Once for each request: the switch may flap.
    pub(super) fn check_switch(&self, tenant_id: &str, watches: &Resource) -> Result<(), Reply> {
        if watches.kind == ArtifactKind::Recording || self.transcripts_open(tenant_id) {
            return Ok(());
        }
        let message = "Graph API access to transcripts is disabled for this tenant.";
        Err(Reply::refusal(403, "Forbidden", message).with_inner_code("GraphAccessToTranscriptsDisabled"))
    }

    /// Microsoft does not say what it answers to the unknown.
    fn check_scope(&self, caller: &Caller, watches: &Resource) -> Result<(), Reply> {
        match &watches.scope {
            Scope::Tenant => Ok(()),
            Scope::Organizer(id) if id.parse::<Uuid>().is_err() => {
                let refused = extension_error(400, "Create", "The user must be named by object id.");
                Err(refused.breaking(rules::UPN_IN_PATH))
            }
            Scope::Organizer(id) => match self.user(&caller.tenant_id, id) {
                Some(_) => Ok(()),
                None => Err(extension_error(404, "Create", "User not found.")),
            },
            Scope::Meeting(id) => match self.meeting(&caller.tenant_id, id) {
                Ok(_) => Ok(()),
                Err(_) => Err(extension_error(404, "Create", "Meeting not found.")),
            },
        }
    }

    fn check_quotas(&self, caller: &Caller, watches: &Resource) -> Result<(), Reply> {
        let now = self.clock.now();
        let of_tenant = |known: &&SimSubscription| known.tenant_id == caller.tenant_id && known.lives(now);
        let living: Vec<_> = self.subscriptions.iter().filter(of_tenant).collect();
        let same: Vec<_> = living.iter().filter(|known| known.watches.same_as(watches)).collect();
        if same.iter().any(|known| known.client_id == caller.client_id) {
            return Err(Reply::refusal(
                409,
                "Conflict",
                "Subscription already exists for the specified resource.",
            ));
        }
        let mode = &self.outbox.mode;
        for (count, limit, of_what) in [
            (same.len(), mode.max_per_resource, "resource"),
            (living.len(), mode.max_per_tenant, "organization"),
        ] {
            if count >= limit {
                let reason = format!("The limit of {limit} subscriptions per {of_what} has been reached.");
                return Err(extension_error(403, "Create", &reason));
            }
        }
        Ok(())
    }

    fn expiry(&self, text: &str, has_lifecycle_url: bool, operation: &str) -> Result<DateTime<Utc>, Reply> {
        let wanted = DateTime::parse_from_rfc3339(text)
            .map_err(|_| invalid("The expirationDateTime is not a point in time."))?
            .with_timezone(&Utc);
        let now = self.clock.now();
        if wanted <= now {
            return Err(invalid("Subscription expiration must be in the future."));
        }
        if wanted - now > LONGEST {
            let reason = format!(
                "Expiration time '{}Z' ('{}' from now) is beyond allowed max '3.00:00:00'.",
                seven_digits(wanted),
                span(wanted - now)
            );
            return Err(extension_error(400, operation, &reason).breaking(rules::EXPIRY_TOO_LONG));
        }
        if wanted - now > LONGEST_WITHOUT_LIFECYCLE && !has_lifecycle_url {
            let message = "lifecycleNotificationUrl is required for subscription creation on this resource when the expirationDateTime value exceeds 1 hour";
            return Err(invalid(message).breaking(rules::NO_LIFECYCLE_URL));
        }
        Ok(wanted.max(now + SHORTEST))
    }
}

/// The permission of the resource.
pub(super) fn check_access(caller: &Caller, watches: &Resource, operation: &str) -> Result<(), Reply> {
    let roles = watches.roles();
    if !caller.has_any(&roles) {
        let reason = format!(
            "Missing role permissions on the request. API requires one of '{}'. Roles on the request '{}'.",
            roles.join(", "),
            caller.roles.join(", ")
        );
        return Err(extension_error(403, operation, &reason));
    }
    Ok(())
}

/// `3.00:01:00`, as .NET writes a span of time.
fn span(time: TimeDelta) -> String {
    let (hours, minutes, seconds) = (time.num_hours() % 24, time.num_minutes() % 60, time.num_seconds() % 60);
    format!("{}.{hours:02}:{minutes:02}:{seconds:02}", time.num_days())
}

fn read(request: &Request) -> Result<Body, Reply> {
    serde_json::from_slice(&request.body).map_err(|error| Reply::refusal(400, "BadRequest", error.to_string()))
}

fn invalid(message: impl Into<String>) -> Reply {
    Reply::refusal(400, "InvalidRequest", message)
}

fn missing(name: &str) -> Reply {
    invalid(format!("The property '{name}' is required."))
}

/// Microsoft takes https only. The simulator also calls the machine it runs on without it.
fn check_url(text: &str, name: &str) -> Result<(), Reply> {
    let allowed = Url::parse(text).is_ok_and(|url| match url.scheme() {
        "https" => true,
        "http" => url.host_str().is_some_and(|host| {
            let address = host.trim_matches(['[', ']']).parse::<std::net::IpAddr>();
            host == "localhost" || address.is_ok_and(|address| address.is_loopback())
        }),
        _ => false,
    });
    if allowed {
        Ok(())
    } else {
        Err(invalid(format!("The {name} must be an absolute https URL.")))
    }
}

fn read_certificate(base64: &str) -> Result<Vec<u8>, Reply> {
    certificate::read(base64).map_err(invalid)
}

fn check_certificate_id(id: String) -> Result<String, Reply> {
    if id.chars().count() <= MAX_TEXT {
        Ok(id)
    } else {
        Err(invalid(
            "The encryptionCertificateId must not be longer than 128 characters.",
        ))
    }
}
