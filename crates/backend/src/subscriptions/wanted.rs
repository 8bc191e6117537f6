//! What a tenant is to be subscribed to, and what Microsoft's refusals mean.

use chrono::Duration;
use domain::{ArtifactKind, NotSubscribed, ProfileId, SubscriptionTrouble, Unavailable};
use graph::{EncryptionCertificate, ErrorKind, Forbidden, GraphError, SubscriptionRefusal, SubscriptionResource};
use url::Url;
use uuid::Uuid;

use super::{LIFECYCLE, NOTIFICATIONS, public_address};
use crate::{
    Backend,
    meetings::connection,
    store::{subscriptions::Made, teams::ConnectionRecord},
};

/// A subscription as it shall be.
#[derive(Clone, Debug)]
pub struct Wanted {
    pub resource: SubscriptionResource,
    pub profile: ProfileId,
    pub entra_tenant: String,
    pub client_id: String,
    pub url: Url,
    pub lifecycle_url: Url,
    /// For which Microsoft is to encrypt what it tells of; without one it tells ids only.
    pub encryption: Option<EncryptionCertificate>,
}

pub fn at_microsoft(kind: ArtifactKind) -> graph::ArtifactKind {
    match kind {
        ArtifactKind::Recording => graph::ArtifactKind::Recording,
        ArtifactKind::Transcript => graph::ArtifactKind::Transcript,
    }
}

impl Wanted {
    /// What the tenant wants, or why there is to be none.
    pub fn of(
        backend: &Backend,
        record: Option<&ConnectionRecord>,
        is_tenant_wide: bool,
        kind: ArtifactKind,
    ) -> Result<Self, NotSubscribed> {
        let profile = connection::profile(record).ok_or(NotSubscribed::NotSetUp)?;
        let field = |of: fn(&ConnectionRecord) -> &Option<String>| record.and_then(|record| of(record).clone());
        let resource = if is_tenant_wide {
            SubscriptionResource::tenant(at_microsoft(kind))
        } else {
            let organizer = connection::organizer(record).map_err(|reason| match reason {
                Unavailable::NoOrganizer => NotSubscribed::NoOrganizer,
                _ => NotSubscribed::NotSetUp,
            })?;
            // Microsoft takes the object id only.
            let id = Uuid::try_parse(&organizer.object_id).map_err(|_| NotSubscribed::NoOrganizer)?;
            SubscriptionResource::organizer(at_microsoft(kind), id)
        };
        public_address(backend).ok_or(NotSubscribed::NotReachable)?;
        let url = |path: &str| Url::parse(&backend.page_url(path)).map_err(|_| NotSubscribed::NotReachable);
        Ok(Self {
            resource,
            profile,
            entra_tenant: field(|record| &record.entra_tenant).unwrap_or_default(),
            client_id: field(|record| &record.client_id).unwrap_or_default(),
            url: url(NOTIFICATIONS)?,
            lifecycle_url: url(LIFECYCLE)?,
            encryption: backend.teams().inbox().content.certificate().cloned(),
        })
    }

    pub fn certificate_id(&self) -> Option<&str> {
        self.encryption.as_ref().map(|certificate| certificate.id.as_str())
    }

    /// Whether that is what there is.
    pub fn is(&self, made: &Made) -> bool {
        self.resource.to_string() == made.resource
            && self.profile == made.profile
            && self.url.as_str() == made.url
            && self.certificate_id() == made.certificate.as_deref()
    }
}

/// Why Microsoft has refused a subscription, and the pause that it asks for.
pub fn trouble(error: &GraphError) -> (SubscriptionTrouble, Option<Duration>) {
    let trouble = match error.subscription_refusal() {
        Some(SubscriptionRefusal::Exists) => SubscriptionTrouble::Taken,
        Some(SubscriptionRefusal::EndpointNotValidated) => SubscriptionTrouble::NotValidated,
        Some(SubscriptionRefusal::Quota) => SubscriptionTrouble::Quota,
        Some(SubscriptionRefusal::ExpiresTooLate | SubscriptionRefusal::LifecycleUrlMissing) => {
            SubscriptionTrouble::Refused
        }
        None => match error.kind {
            ErrorKind::Throttled { .. } => SubscriptionTrouble::Throttled,
            ErrorKind::Unavailable | ErrorKind::Protocol => SubscriptionTrouble::Unavailable,
            ErrorKind::Credentials | ErrorKind::Unauthorized => SubscriptionTrouble::Credentials,
            ErrorKind::Forbidden(Forbidden::TranscriptsOff) => SubscriptionTrouble::TranscriptsOff,
            ErrorKind::Forbidden(_) => SubscriptionTrouble::Permission,
            _ => SubscriptionTrouble::Refused,
        },
    };
    let asked = error.retry_after().and_then(|wait| Duration::from_std(wait).ok());
    (trouble, asked)
}
