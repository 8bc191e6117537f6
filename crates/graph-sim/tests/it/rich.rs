//! Rich notifications, read with the subscriber's key as the contract says it is done.

use aws_lc_rs::{
    cipher::{AES_256, DecryptionContext, PaddedBlockDecryptingKey, UnboundCipherKey},
    hmac,
    iv::FixedLength,
    rsa::{OAEP_SHA1_MGF1SHA1, OaepPrivateDecryptingKey, PrivateDecryptingKey},
    signature::{RSA_PKCS1_2048_8192_SHA256, RsaPublicKeyComponents},
};
use base64::{
    Engine,
    prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD},
};
use chrono::TimeDelta;
use graph_sim::{Forgery, Message, Session, TokenVersion, demo::northwind};
use reqwest::Method;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::{support::*, webhook::Webhook};

/// Self-signed, made with Python's `cryptography`; the key is used here and nowhere else.
const CERTIFICATE: &[u8] = include_bytes!("../certificates/subscriber.der");
const KEY: &[u8] = include_bytes!("../certificates/subscriber.key");
const SENDER: &str = "0bf30f3b-4a52-48df-9a82-234910c4a086";

struct Rich {
    world: World,
    hook: Webhook,
    subscription: String,
    meeting: String,
}

async fn rich(all: &str) -> Rich {
    let (world, hook) = (world().await, Webhook::start().await);
    world.post(&event("t-1")).await;
    let meeting = world.sim.meetings().remove(0).id;
    let change = json!({
        "includeResourceData": true, "encryptionCertificate": BASE64_STANDARD.encode(CERTIFICATE),
        "encryptionCertificateId": "autumn",
    });
    let subscription = world.subscribe(&hook, all, change).await;
    Rich {
        world,
        hook,
        subscription,
        meeting,
    }
}

impl Rich {
    fn session(&self) -> Session {
        let start = self.world.sim.now();
        Session {
            correlation_id: Uuid::from_u128(7),
            start,
            end: start + TimeDelta::minutes(1),
        }
    }

    async fn record(&mut self) -> (String, Value) {
        let id = self
            .world
            .sim
            .add_recording(&self.meeting, self.session(), "mp4")
            .unwrap();
        (id, self.hook.next().await.json())
    }

    /// The body, its encrypted content, and the claims of its token if it is signed.
    async fn forged(&mut self, artifact: &str, forgery: Forgery) -> (Value, Value, Option<Value>) {
        let message = Message {
            forgeries: vec![forgery],
            ..Message::new(&self.subscription, artifact)
        };
        self.world.sim.send(&message).unwrap();
        let body = self.hook.next().await.json();
        let claims = match body["validationTokens"][0].as_str() {
            Some(token) => self.checked(token).await,
            None => None,
        };
        (body.clone(), body["value"][0]["encryptedContent"].clone(), claims)
    }

    async fn login(&self, path: &str) -> Value {
        let url = format!("{}{path}", self.world.sim.login_url());
        read(self.world.http.get(url).send().await.unwrap()).await.body
    }

    /// The claims, if the signature is by a published key.
    async fn checked(&self, token: &str) -> Option<Value> {
        let keys = self.login("/common/discovery/v2.0/keys").await;
        let (signed, signature) = token.rsplit_once('.').unwrap();
        let (header, claims) = signed.split_once('.').unwrap();
        let decode = |part: &str| BASE64_URL_SAFE_NO_PAD.decode(part).unwrap();
        let header: Value = serde_json::from_slice(&decode(header)).unwrap();
        let key = keys["keys"]
            .as_array()
            .unwrap()
            .iter()
            .find(|key| key["kid"] == header["kid"])?;
        let public = RsaPublicKeyComponents {
            n: decode(key["n"].as_str().unwrap()),
            e: decode(key["e"].as_str().unwrap()),
        };
        let signature = decode(signature);
        public
            .verify(&RSA_PKCS1_2048_8192_SHA256, signed.as_bytes(), &signature)
            .ok()?;
        assert_eq!((&header["alg"], &header["typ"]), (&json!("RS256"), &json!("JWT")));
        Some(serde_json::from_slice(&decode(claims)).unwrap())
    }
}

fn bytes(content: &Value, name: &str) -> Vec<u8> {
    BASE64_STANDARD.decode(content[name].as_str().unwrap()).unwrap()
}

fn data_key(content: &Value) -> Vec<u8> {
    let private = PrivateDecryptingKey::from_pkcs8(KEY).unwrap();
    let private = OaepPrivateDecryptingKey::new(private).unwrap();
    let mut key = vec![0; private.min_output_size()];
    let key = private.decrypt(&OAEP_SHA1_MGF1SHA1, &bytes(content, "dataKey"), &mut key, None);
    key.unwrap().to_vec()
}

fn is_signed(content: &Value) -> bool {
    let key = hmac::Key::new(hmac::HMAC_SHA256, &data_key(content));
    hmac::verify(&key, &bytes(content, "data"), &bytes(content, "dataSignature")).is_ok()
}

fn decrypted(content: &Value) -> Value {
    let key = data_key(content);
    assert_eq!(key.len(), 32);
    let vector: [u8; 16] = key[..16].try_into().unwrap();
    let start = DecryptionContext::Iv128(FixedLength::from(vector));
    let key = PaddedBlockDecryptingKey::cbc_pkcs7(UnboundCipherKey::new(&AES_256, &key).unwrap()).unwrap();
    let mut data = bytes(content, "data");
    serde_json::from_slice(key.decrypt(&mut data, start).unwrap()).unwrap()
}

#[tokio::test]
async fn encrypted_content() {
    let mut rich = rich("getAllRecordings").await;
    let (id, body) = rich.record().await;
    let content = &body["value"][0]["encryptedContent"];
    assert_eq!(content["encryptionCertificateId"], "autumn");
    assert_eq!(content["encryptionCertificateThumbprint"].as_str().unwrap().len(), 40);
    assert!(is_signed(content));
    let clear = decrypted(content);
    assert_eq!((&clear["id"], &clear["meetingId"]), (&json!(id), &json!(rich.meeting)));
    assert!(clear["createdDateTime"].is_string() && clear["content"].is_null());
    let url = format!("users/{USER}/onlineMeetings/{}/recordings/{id}/content", rich.meeting);
    assert_eq!(clear["recordingContentUrl"], url);
    assert_eq!(clear["meetingOrganizer"]["user"]["tenantId"], northwind::TENANT_ID);

    let (_, other) = rich.record().await;
    assert_ne!(
        data_key(content),
        data_key(&other["value"][0]["encryptedContent"]),
        "a new key each time"
    );

    // A new certificate id from a renewal on.
    let path = format!("/subscriptions/{}", rich.subscription);
    let change =
        json!({ "encryptionCertificate": BASE64_STANDARD.encode(CERTIFICATE), "encryptionCertificateId": "winter" });
    assert_eq!(rich.world.send(Method::PATCH, &path, &change).await.status, 200);
    let (_, body) = rich.record().await;
    assert_eq!(
        body["value"][0]["encryptedContent"]["encryptionCertificateId"],
        "winter"
    );
}

#[tokio::test]
async fn a_transcript_has_no_creation_time() {
    let mut rich = rich("getAllTranscripts").await;
    rich.world
        .sim
        .add_transcript(&rich.meeting, rich.session(), "WEBVTT\n")
        .unwrap();
    let body = rich.hook.next().await.json();
    let clear = decrypted(&body["value"][0]["encryptedContent"]);
    assert!(clear["createdDateTime"].is_null() && clear["endDateTime"].is_string());
    assert!(clear["transcriptContentUrl"].as_str().unwrap().starts_with("users/"));
}

#[tokio::test]
async fn validation_tokens_and_their_keys() {
    let mut rich = rich("getAllRecordings").await;
    let v2 = format!("{}/{}/v2.0", rich.world.sim.login_url(), northwind::TENANT_ID);
    let v1 = format!("https://sts.windows.net/{}/", northwind::TENANT_ID);
    for (version, issuer, caller) in [(TokenVersion::V2, v2, "azp"), (TokenVersion::V1, v1, "appid")] {
        rich.world.sim.change_notifications(|mode| mode.token = version);
        let (_, body) = rich.record().await;
        let tokens = body["validationTokens"].as_array().unwrap();
        assert_eq!(tokens.len(), 1);
        let claims = rich.checked(tokens[0].as_str().unwrap()).await.unwrap();
        assert_eq!(
            (&claims["aud"], &claims["iss"]),
            (&json!(northwind::CLIENT_ID), &json!(issuer))
        );
        assert_eq!(
            (&claims["tid"], &claims[caller]),
            (&json!(northwind::TENANT_ID), &json!(SENDER))
        );
        let now = rich.world.sim.now().timestamp();
        assert!(claims["nbf"].as_i64().unwrap() <= now && claims["exp"].as_i64().unwrap() > now);
    }

    for (path, issuer, keys) in [
        (
            "/common/v2.0/.well-known/openid-configuration",
            format!("{}/{{tenantid}}/v2.0", rich.world.sim.login_url()),
            "/common/discovery/v2.0/keys",
        ),
        (
            "/common/.well-known/openid-configuration",
            "https://sts.windows.net/{tenantid}/".to_owned(),
            "/common/discovery/keys",
        ),
    ] {
        let document = rich.login(path).await;
        assert_eq!(document["issuer"], issuer);
        assert_eq!(document["jwks_uri"], format!("{}{keys}", rich.world.sim.login_url()));
        assert_eq!(rich.login(keys).await["keys"].as_array().unwrap().len(), 1);
    }
    assert_eq!(
        rich.login("/nobody/v2.0/.well-known/openid-configuration").await["error"],
        "invalid_tenant"
    );

    // Old tokens can be checked until the old key is withdrawn.
    let (_, body) = rich.record().await;
    let old = body["validationTokens"][0].as_str().unwrap();
    rich.world.sim.rotate_keys(true);
    let (_, body) = rich.record().await;
    let new = body["validationTokens"][0].as_str().unwrap();
    assert!(rich.checked(old).await.is_some() && rich.checked(new).await.is_some());
    let withdraw = json!({ "keep_old": false });
    assert_eq!(
        rich.world.control(Method::POST, "keys/rotate", withdraw).await.status,
        204
    );
    assert!(rich.checked(old).await.is_none() && rich.checked(new).await.is_none());
}

#[tokio::test]
async fn forgeries() {
    let mut rich = rich("getAllRecordings").await;
    let (id, _) = rich.record().await;
    let (_, content, _) = rich.forged(&id, Forgery::DataSignature).await;
    assert!(!is_signed(&content));
    let (_, content, _) = rich.forged(&id, Forgery::NoDataSignature).await;
    assert!(content.get("dataSignature").is_none() && decrypted(&content)["id"].is_string());
    let (_, content, _) = rich.forged(&id, Forgery::CertificateId).await;
    assert_ne!(content["encryptionCertificateId"], "autumn");
    let (body, content, _) = rich.forged(&id, Forgery::NoTokens).await;
    assert!(body["validationTokens"].is_null() && is_signed(&content));

    let now = rich.world.sim.now().timestamp();
    for (forgery, claim, right) in [
        (Forgery::Audience, "aud", northwind::CLIENT_ID),
        (Forgery::Caller, "azp", SENDER),
        (Forgery::Tenant, "tid", northwind::TENANT_ID),
    ] {
        let (_, content, claims) = rich.forged(&id, forgery).await;
        assert!(claims.unwrap()[claim] != right && is_signed(&content));
    }
    let (_, _, claims) = rich.forged(&id, Forgery::Issuer).await;
    assert!(!claims.unwrap()["iss"].as_str().unwrap().contains("microsoft"));
    let (_, _, claims) = rich.forged(&id, Forgery::Expired).await;
    assert!(claims.unwrap()["exp"].as_i64().unwrap() < now);
    let (_, _, claims) = rich.forged(&id, Forgery::NotYetValid).await;
    assert!(claims.unwrap()["nbf"].as_i64().unwrap() > now);
    for forgery in [Forgery::UnknownKey, Forgery::TokenSignature] {
        let (body, _, claims) = rich.forged(&id, forgery).await;
        assert!(
            body["validationTokens"][0].is_string() && claims.is_none(),
            "{forgery:?}"
        );
    }
    let (body, _, _) = rich.forged(&id, Forgery::Unsigned).await;
    assert!(body["validationTokens"][0].as_str().unwrap().ends_with('.'));
    // Nothing of it stays.
    let (_, body) = rich.record().await;
    assert!(is_signed(&body["value"][0]["encryptedContent"]));
    assert!(
        rich.checked(body["validationTokens"][0].as_str().unwrap())
            .await
            .is_some()
    );
}
