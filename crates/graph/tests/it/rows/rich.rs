use base64::{Engine, prelude::BASE64_STANDARD};
use graph::{
    ArtifactKind, EncryptionCertificate, NewSubscription, SubscriptionResource,
    notifications::{
        Artifact, Batch, DecryptError, DecryptionKeys, EncryptedContent, NotificationEvent, TokenRefused, Unverified,
        ValidationTokens,
    },
};
use graph_sim::{Forgery, Message, PathForm, TokenVersion};
use uuid::Uuid;

use super::{
    subscriber::{STATE, Subscribed, subscribed},
    *,
};
use crate::support::*;

/// Self-signed, made with Python's `cryptography` for the simulator's own tests.
const CERTIFICATE: &[u8] = include_bytes!("../../../../graph-sim/tests/certificates/subscriber.der");
/// PKCS#8, DER.
const KEY: &[u8] = include_bytes!("../../../../graph-sim/tests/certificates/subscriber.key");
const CERTIFICATE_ID: &str = "autumn";

struct Rich {
    world: Subscribed,
    keys: DecryptionKeys,
    tokens: ValidationTokens,
}

async fn rich() -> Rich {
    let world = subscribed().await;
    world.session.delete_subscription(&world.subscription).await.unwrap();
    for kind in [ArtifactKind::Recording, ArtifactKind::Transcript] {
        let new = NewSubscription {
            resource: SubscriptionResource::organizer(kind, ORGANIZER_ID.parse().unwrap()),
            notification_url: world.hook.url("echo/rich"),
            lifecycle_url: Some(world.hook.url("echo/lifecycle")),
            expires: world.sim.now() + NewSubscription::RECOMMENDED_LIFE,
            client_state: STATE.into(),
            encryption: Some(EncryptionCertificate {
                id: CERTIFICATE_ID.to_owned(),
                certificate: BASE64_STANDARD.encode(CERTIFICATE),
            }),
        };
        world.session.create_subscription(&new).await.unwrap();
    }
    let mut keys = DecryptionKeys::default();
    let pem = format!(
        "-----BEGIN PRIVATE KEY-----\n{}\n-----END PRIVATE KEY-----\n",
        BASE64_STANDARD.encode(KEY)
    );
    keys.insert(CERTIFICATE_ID, &pem.into()).unwrap();
    let tokens = ValidationTokens::new(world.client.clone());
    Rich { world, keys, tokens }
}

impl Rich {
    async fn batch(&self) -> Batch {
        let mut batches = self.world.batches().await;
        assert_eq!(batches.len(), 1);
        batches.remove(0)
    }

    async fn verified(&self, batch: &Batch) -> Result<(), TokenRefused> {
        let client_id: Uuid = northwind::CLIENT_ID.parse().unwrap();
        match self
            .tokens
            .verify(batch, [client_id].into(), self.world.sim.now())
            .await
        {
            Ok(tenants) => {
                assert!(
                    batch
                        .items
                        .iter()
                        .all(|item| tenants.cover(item.as_ref().unwrap(), client_id))
                );
                Ok(())
            }
            Err(Unverified::Token(refused)) => Err(refused),
            Err(Unverified::Keys(error)) => panic!("{error}"),
        }
    }

    fn opened(&self, batch: &Batch) -> Result<Artifact, DecryptError> {
        let (artifact, content) = sealed(batch);
        self.keys.decrypt(content, artifact)
    }
}

fn sealed(batch: &Batch) -> (&graph::notifications::ArtifactRef, &EncryptedContent) {
    match &batch.items[0].as_ref().unwrap().event {
        NotificationEvent::Artifact {
            artifact,
            encrypted_content: Some(content),
            ..
        } => (artifact, content),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn row_25_a_rich_notification_is_believed_and_read() {
    let rich = rich().await;
    for version in [TokenVersion::V2, TokenVersion::V1] {
        rich.world.sim.change_notifications(|mode| mode.token = version);
        let id = rich.world.record();
        let batch = rich.batch().await;
        rich.verified(&batch).await.unwrap();
        let artifact = rich.opened(&batch).unwrap();
        assert_eq!(
            (artifact.id, artifact.meeting_id),
            (id, Some(rich.world.meeting.clone()))
        );
        assert!(artifact.started.is_some());
    }
    rich.world
        .sim
        .change_notifications(|mode| mode.transcripts_need_earlier_subscription = false);
    let session = rich.world.session_of_now();
    let id = rich
        .world
        .sim
        .add_transcript(&rich.world.meeting, session, "WEBVTT\n")
        .unwrap();
    let batch = rich.batch().await;
    rich.verified(&batch).await.unwrap();
    let artifact = rich.opened(&batch).unwrap();
    assert_eq!(
        (artifact.id, artifact.started),
        (id, None),
        "transcripts do not say when they began"
    );
}

#[tokio::test]
async fn row_25_forged_content_is_not_read() {
    let rich = rich().await;
    for (forgery, error) in [
        (Forgery::DataSignature, DecryptError::Content),
        (Forgery::NoDataSignature, DecryptError::MissingSignature),
    ] {
        rich.world
            .sim
            .change_notifications(|mode| mode.forgeries = vec![forgery]);
        rich.world.record();
        assert_eq!(rich.opened(&rich.batch().await), Err(error), "{forgery:?}");
    }
    rich.world
        .sim
        .change_notifications(|mode| mode.forgeries = vec![Forgery::CertificateId]);
    rich.world.record();
    let opened = rich.opened(&rich.batch().await);
    assert!(matches!(opened, Err(DecryptError::UnknownCertificate(_))), "{opened:?}");
}

#[tokio::test]
async fn row_25_both_generations_of_paths_are_opened_and_swapped_ones_are_not() {
    let rich = rich().await;
    for form in [PathForm::Users, PathForm::Communications] {
        rich.world.sim.change_notifications(|mode| mode.path = form);
        let id = rich.world.record();
        let batch = rich.batch().await;
        rich.verified(&batch).await.unwrap();
        assert_eq!(rich.opened(&batch).unwrap().id, id, "{form:?}");
        // The clear part, which no signature covers, now names another one.
        let other = rich.world.record();
        rich.batch().await;
        let path = format!(
            "communications/onlineMeetings('{}')/recordings('{other}')",
            rich.world.meeting
        );
        let subscription = batch.items[0].as_ref().unwrap().subscription_id.clone();
        let swapped = Message {
            path: Some(form),
            ..Message::new(&subscription, &id).with("resource", path)
        };
        rich.world.sim.send(&swapped).unwrap();
        let batch = rich.batch().await;
        rich.verified(&batch).await.unwrap();
        assert_eq!(rich.opened(&batch), Err(DecryptError::Content), "{form:?}");
    }
}

#[tokio::test]
async fn row_25_forged_tokens_are_not_believed() {
    let rich = rich().await;
    // The keys are known, so that the unknown one is asked for once and refused.
    rich.world.record();
    rich.verified(&rich.batch().await).await.unwrap();
    for version in [TokenVersion::V1, TokenVersion::V2] {
        for (forgery, refused) in [
            (Forgery::Audience, TokenRefused::Audience),
            (Forgery::Issuer, TokenRefused::Issuer),
            (Forgery::Caller, TokenRefused::Caller),
            (Forgery::Expired, TokenRefused::Time),
            (Forgery::NotYetValid, TokenRefused::Time),
            (Forgery::UnknownKey, TokenRefused::UnknownKey),
            (Forgery::TokenSignature, TokenRefused::Signature),
            (Forgery::Unsigned, TokenRefused::Form),
            (Forgery::NoTokens, TokenRefused::Missing),
        ] {
            rich.world.sim.change_notifications(|mode| {
                mode.token = version;
                mode.forgeries = vec![forgery];
            });
            rich.world.record();
            assert_eq!(rich.verified(&rich.batch().await).await, Err(refused), "{forgery:?}");
        }
    }
}

#[tokio::test]
async fn row_25_a_token_speaks_for_its_own_tenant_only() {
    let rich = rich().await;
    rich.world
        .sim
        .change_notifications(|mode| mode.forgeries = vec![Forgery::Tenant]);
    rich.world.record();
    let batch = rich.batch().await;
    let client_id = northwind::CLIENT_ID.parse().unwrap();
    let tenants = rich
        .tokens
        .verify(&batch, [client_id].into(), rich.world.sim.now())
        .await
        .unwrap();
    assert!(!tenants.cover(batch.items[0].as_ref().unwrap(), client_id));
}

#[tokio::test]
async fn row_25_keys_are_read_anew_after_a_rotation() {
    let rich = rich().await;
    rich.world.record();
    rich.verified(&rich.batch().await).await.unwrap();
    rich.world.sim.rotate_keys(true);
    rich.world.sim.advance(TimeDelta::minutes(6));
    pass(6 * 60).await;
    rich.world.record();
    rich.verified(&rich.batch().await).await.unwrap();
    assert_eq!(
        statuses(&rich.world.sim, graph_sim::Route::Keys),
        [200; 4],
        "two documents, twice"
    );
}
