//! What notifications hold of what they tell of, encrypted for our certificate and signed for by Microsoft.
//!
//! The ids of a notification are believed by the secret of its subscription, with content as without. Content is believed only if Microsoft's
//! token vouches for it and it can be opened; what was surely tampered with takes its notification along.

use std::{collections::HashSet, sync::Arc, time::Duration};

use chrono::{DateTime, Utc};
use graph::{
    Artifact, EncryptionCertificate, GraphClient,
    notifications::{
        ArtifactRef, Batch, ContentCertificates, DecryptError, EncryptedContent, Notification, NotificationEvent,
        TokenRefused, Unverified, ValidationTokens, VerifiedTenants,
    },
};
use uuid::Uuid;

use super::known::Known;

/// How long a request waits for Microsoft's signing keys: it has to be answered within three seconds.
const KEYS: Duration = Duration::from_secs(1);

pub struct Content {
    certificates: Option<ContentCertificates>,
    tokens: Arc<ValidationTokens>,
}

/// What the tokens of a request say.
pub enum Tokens {
    Good(VerifiedTenants),
    /// They were not made by Microsoft, or not for us.
    Bad,
    /// There are none, or the keys are not to be had now.
    Unknown,
}

/// What came of the content of a notification.
#[derive(Debug, PartialEq, Eq)]
pub enum Opened {
    Artifact(Box<Artifact>),
    /// It is of no use; counted as that.
    Closed(&'static str),
    /// Somebody has tampered with it; counted as that.
    Tampered(&'static str),
}

impl Content {
    pub fn new(client: GraphClient, certificates: Option<ContentCertificates>) -> Self {
        Self {
            certificates,
            tokens: Arc::new(ValidationTokens::new(client)),
        }
    }

    /// The one that Microsoft is to encrypt for.
    pub fn certificate(&self) -> Option<&EncryptionCertificate> {
        self.certificates.as_ref().map(ContentCertificates::current)
    }

    /// Checks the tokens of a request, if it holds content that is to be opened.
    pub async fn tokens<'a>(
        &self,
        batch: Batch,
        items: impl Iterator<Item = (&'a Notification, &'a Known)>,
        now: DateTime<Utc>,
    ) -> Tokens {
        let with_content = items.filter(|(item, _)| content(item).is_some());
        let apps: HashSet<Uuid> = with_content.filter_map(|(_, known)| known.client_id).collect();
        if self.certificates.is_none() || apps.is_empty() {
            return Tokens::Unknown;
        }
        let tokens = Arc::clone(&self.tokens);
        // A task of its own: keys that come too late for this request are there for the next.
        let verifying = tokio::spawn(async move { tokens.verify(&batch, apps, now).await });
        match tokio::time::timeout(KEYS, verifying).await {
            Ok(Ok(Ok(tenants))) => Tokens::Good(tenants),
            Ok(Ok(Err(Unverified::Token(refused)))) if refused != TokenRefused::Missing => {
                tracing::warn!(%refused, "the tokens of notifications were refused");
                Tokens::Bad
            }
            // Microsoft sends none where its app may not sign in; or the keys are not to be had, or not in time.
            _ => Tokens::Unknown,
        }
    }

    /// Opens what a notification holds; `None` if it holds nothing that is to be opened.
    pub fn open(&self, item: &Notification, known: &Known, tokens: &Tokens) -> Option<Opened> {
        let certificates = self.certificates.as_ref()?;
        let (content, artifact) = content(item)?;
        let covers = |tenants: &VerifiedTenants| known.client_id.is_some_and(|app| tenants.cover(item, app));
        Some(match tokens {
            Tokens::Good(tenants) if covers(tenants) => opened(certificates, content, artifact),
            Tokens::Good(_) | Tokens::Bad => Opened::Tampered("wrong-token"),
            Tokens::Unknown => Opened::Closed("without-token"),
        })
    }
}

fn content(item: &Notification) -> Option<(&EncryptedContent, &ArtifactRef)> {
    match &item.event {
        NotificationEvent::Artifact {
            encrypted_content: Some(content),
            artifact,
            ..
        } => Some((content, artifact)),
        _ => None,
    }
}

fn opened(certificates: &ContentCertificates, content: &EncryptedContent, of: &ArtifactRef) -> Opened {
    match certificates.keys().decrypt(content, of) {
        Ok(artifact) => Opened::Artifact(Box::new(artifact)),
        Err(DecryptError::Content) => Opened::Tampered("tampered"),
        Err(error) => {
            tracing::warn!(%error, "the content of a notification was not opened");
            Opened::Closed("not-opened")
        }
    }
}
