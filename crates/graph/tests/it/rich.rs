//! Encrypted content and validation tokens against vectors that Python's `cryptography` made (`tests/vectors/make.py`).

use base64::{Engine, prelude::BASE64_STANDARD};
use chrono::{DateTime, Utc};
use graph::notifications::{
    Artifact, ArtifactKind, ArtifactRef, Batch, DecryptError, DecryptionKeys, EncryptedContent, KeyRefused,
    NotificationEvent, SigningKeys, TokenRefused, TokenRules, VerifiedTenants, parse,
};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::support::at;

const OLD_KEY: &str = include_str!("../vectors/key-old.test.pem");
const NEW_KEY: &str = include_str!("../vectors/key-new.test.pem");
const RICH: &str = include_str!("../vectors/rich.json");
const TOKENS: &str = include_str!("../vectors/tokens.json");
pub const JWKS: &str = include_str!("../vectors/jwks.json");

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Sealed {
    name: String,
    expect: String,
    encrypted_content: EncryptedContent,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Tokens {
    now: i64,
    pub tenant_id: String,
    other_tenant_id: String,
    pub client_id: uuid::Uuid,
    login: String,
    other_tenants_token: String,
    cases: Vec<TokenCase>,
}

#[derive(Deserialize)]
struct TokenCase {
    name: String,
    expect: String,
    token: String,
}

impl Tokens {
    pub fn load() -> Self {
        serde_json::from_str(TOKENS).unwrap()
    }

    pub fn rules(&self) -> TokenRules {
        TokenRules {
            client_ids: [self.client_id].into(),
            login: self.login.parse().unwrap(),
        }
    }

    pub fn now(&self) -> DateTime<Utc> {
        DateTime::from_timestamp(self.now, 0).unwrap()
    }

    pub fn token(&self, name: &str) -> &str {
        &self.cases.iter().find(|case| case.name == name).unwrap().token
    }
}

/// A batch of one item per tenant.
pub fn batch(tenants: &[&str], tokens: &Value) -> Batch {
    let item = |tenant: &&str| {
        json!({
            "subscriptionId": "88888888-8888-4888-8888-888888888888", "changeType": "created", "tenantId": tenant,
            "resource": "communications/onlineMeetings('TQ==')/recordings('Ug==')",
        })
    };
    let items: Vec<_> = tenants.iter().map(item).collect();
    parse(
        json!({ "value": items, "validationTokens": tokens })
            .to_string()
            .as_bytes(),
    )
    .unwrap()
}

fn ring() -> DecryptionKeys {
    let mut keys = DecryptionKeys::default();
    keys.insert("test-old", &OLD_KEY.into()).unwrap();
    keys.insert("test-new", &NEW_KEY.into()).unwrap();
    keys
}

fn sealed() -> Vec<Sealed> {
    serde_json::from_str(RICH).unwrap()
}

/// What the vectors' notifications would name in the clear.
fn named(kind: ArtifactKind) -> ArtifactRef {
    let organizer = "33333333-3333-4333-8333-333333333333";
    let artifact = match kind {
        ArtifactKind::Recording => format!("V2##1{organizer}11111111-1111-4111-8111-111111111111"),
        ArtifactKind::Transcript => "1##0##44444444-4444-4444-8444-444444444444".to_owned(),
    };
    ArtifactRef {
        kind,
        organizer_in_path: None,
        meeting_id: BASE64_STANDARD.encode(format!("1*{organizer}*0**19:meeting_TestTestTest@thread.v2")),
        artifact_id: BASE64_STANDARD.encode(artifact),
    }
}

#[test]
fn content_opens_only_when_everything_is_right() {
    let keys = ring();
    for case in sealed() {
        let kind = match case.expect.as_str() {
            "transcript" => ArtifactKind::Transcript,
            _ => ArtifactKind::Recording,
        };
        let seen = match keys.decrypt(&case.encrypted_content, &named(kind)) {
            Ok(artifact) if artifact.started.is_some() => "recording",
            Ok(_) => "transcript",
            Err(DecryptError::UnknownCertificate(id)) => {
                assert_eq!(id, "test-lost");
                "unknown-certificate"
            }
            Err(DecryptError::MissingSignature) => "missing-signature",
            Err(DecryptError::DataKey) => "data-key",
            Err(DecryptError::Content) => "content",
        };
        assert_eq!(seen, case.expect, "{}", case.name);
    }
}

fn opened(name: &str, of: &ArtifactRef) -> Result<Artifact, DecryptError> {
    let case = sealed().into_iter().find(|case| case.name == name).unwrap();
    ring().decrypt(&case.encrypted_content, of)
}

#[test]
fn opened_content_is_typed() {
    let of = named(ArtifactKind::Recording);
    let recording = Artifact {
        kind: ArtifactKind::Recording,
        id: of.artifact_id.clone(),
        meeting_id: Some(of.meeting_id.clone()),
        call_id: Some("55555555-5555-4555-8555-555555555555".to_owned()),
        content_correlation_id: Some("66666666-6666-4666-8666-666666666666-0".to_owned()),
        started: Some(at("2026-11-24T21:02:11.0113199Z")),
        ended: Some(at("2026-11-24T21:31:40.3313199Z")),
        organizer_id: Some("33333333-3333-4333-8333-333333333333".to_owned()),
    };
    assert_eq!(opened("recording", &of), Ok(recording.clone()));
    let of = named(ArtifactKind::Transcript);
    let transcript = Artifact {
        kind: ArtifactKind::Transcript,
        id: of.artifact_id.clone(),
        started: None,
        ..recording
    };
    assert_eq!(
        opened("transcript under the older certificate", &of),
        Ok(transcript),
        "Graph sends null for its beginning"
    );
}

#[test]
fn content_is_of_what_the_notification_names() {
    let right = named(ArtifactKind::Recording);
    for wrong in [
        ArtifactRef {
            meeting_id: "TQ==".to_owned(),
            ..right.clone()
        },
        ArtifactRef {
            artifact_id: "Ug==".to_owned(),
            ..right.clone()
        },
        named(ArtifactKind::Transcript),
    ] {
        assert_eq!(opened("recording", &wrong), Err(DecryptError::Content), "{wrong:?}");
    }
}

#[test]
fn content_comes_with_its_notification() {
    let case = &json!(serde_json::from_str::<Value>(RICH).unwrap())[0];
    let named = named(ArtifactKind::Recording);
    for name in ["encryptedContent", "EncryptedContent"] {
        let body = json!({ "value": [{
            "subscriptionId": "s-1", "changeType": "created", "tenantId": "11111111-1111-4111-8111-111111111111",
            "resource": format!("communications/onlineMeetings('{}')/recordings('{}')", named.meeting_id, named.artifact_id),
            name: case["encryptedContent"],
        }] });
        let batch = parse(body.to_string().as_bytes()).unwrap();
        let NotificationEvent::Artifact {
            artifact,
            encrypted_content,
            ..
        } = &batch.items[0].as_ref().unwrap().event
        else {
            panic!("not an artifact: {batch:?}");
        };
        let content = encrypted_content.as_ref().unwrap();
        assert_eq!(content.certificate_id(), "test-new");
        ring().decrypt(content, artifact).unwrap();
        let data = case["encryptedContent"]["data"].as_str().unwrap();
        assert!(!format!("{batch:?}").contains(&data[..40]), "{batch:?}");
    }
}

#[test]
fn a_key_must_be_rsa_in_pkcs8() {
    let pkcs1 = include_str!("../vectors/key-old.pkcs1.test.pem");
    let certificate = include_str!("../vectors/certificate-new.test.b64");
    let cut = &NEW_KEY[..NEW_KEY.len() / 2];
    let mut keys = DecryptionKeys::default();
    for bad in [
        pkcs1,
        certificate,
        cut,
        "",
        "-----BEGIN PRIVATE KEY-----\n-----END PRIVATE KEY-----",
    ] {
        assert_eq!(keys.insert("x", &bad.into()), Err(KeyRefused), "{bad}");
    }
    assert!(!format!("{:?}", ring()).contains("BEGIN"));
}

#[test]
fn tokens_are_believed_only_when_everything_is_right() {
    let tokens = Tokens::load();
    let keys = SigningKeys::parse(JWKS.as_bytes()).unwrap();
    for case in &tokens.cases {
        let batch = batch(&[&tokens.tenant_id], &json!([case.token]));
        let seen = match keys.verify(&batch, &tokens.rules(), tokens.now()) {
            Ok(tenants) => {
                let item = batch.items[0].as_ref().unwrap();
                assert!(tenants.cover(item, tokens.client_id), "{}", case.name);
                assert!(!tenants.cover(item, uuid::Uuid::nil()), "{}", case.name);
                "good"
            }
            Err(TokenRefused::Missing) => "missing",
            Err(TokenRefused::Form) => "form",
            Err(TokenRefused::UnknownKey) => "unknown-key",
            Err(TokenRefused::Signature) => "signature",
            Err(TokenRefused::Time) => "time",
            Err(TokenRefused::Audience) => "audience",
            Err(TokenRefused::Issuer) => "issuer",
            Err(TokenRefused::Caller) => "caller",
        };
        assert_eq!(seen, case.expect, "{}", case.name);
    }
}

fn verify(batch: &Batch) -> Result<VerifiedTenants, TokenRefused> {
    let tokens = Tokens::load();
    let keys = SigningKeys::parse(JWKS.as_bytes()).unwrap();
    keys.verify(batch, &tokens.rules(), tokens.now())
}

#[test]
fn a_token_speaks_for_its_own_tenant() {
    let tokens = Tokens::load();
    let (ours, theirs) = (tokens.tenant_id.as_str(), tokens.other_tenant_id.as_str());
    let good = tokens.token("version 2");
    let covered = |batch: &Batch| -> Vec<bool> {
        let tenants = verify(batch).unwrap();
        batch
            .items
            .iter()
            .map(|item| tenants.cover(item.as_ref().unwrap(), Tokens::load().client_id))
            .collect()
    };
    assert_eq!(
        covered(&batch(&[ours, theirs, ours], &json!([good]))),
        [true, false, true]
    );
    assert_eq!(
        covered(&batch(&[ours, theirs], &json!([good, tokens.other_tenants_token]))),
        [true, true]
    );
    let mut nobodys = batch(&[ours], &json!([good]));
    nobodys.items[0].as_mut().unwrap().tenant_id = None;
    assert_eq!(covered(&nobodys), [false]);
}

#[test]
fn one_bad_token_spoils_the_batch() {
    let tokens = Tokens::load();
    let both = json!([tokens.token("version 1"), tokens.token("expired")]);
    assert_eq!(verify(&batch(&[&tokens.tenant_id], &both)), Err(TokenRefused::Time));
    for none in [json!([]), json!(null), json!("text"), json!([7]), json!({})] {
        let batch = batch(&[&tokens.tenant_id], &none);
        assert_eq!(verify(&batch), Err(TokenRefused::Missing), "{none}");
    }
}

#[test]
fn odd_key_sets() {
    for bad in ["", "null", "[]", "{}", r#"{"keys":{}}"#, r#"{"keys":null}"#, "<html>"] {
        assert!(SigningKeys::parse(bad.as_bytes()).is_none(), "{bad}");
    }
    for empty in [
        r#"{"keys":[]}"#,
        r#"{"keys":[7,null,{"kty":"RSA","kid":"x","n":"?","e":"?"}]}"#,
    ] {
        let keys = SigningKeys::parse(empty.as_bytes()).unwrap();
        assert_eq!(format!("{keys:?}"), "SigningKeys(0)", "{empty}");
    }
    let keys = SigningKeys::parse(JWKS.as_bytes()).unwrap();
    assert_eq!(
        format!("{keys:?}"),
        "SigningKeys(3)",
        "neither the elliptic one nor the one for encryption"
    );
}

/// RSA components that are no key must refuse, not panic.
#[test]
fn broken_keys_verify_nothing() {
    let tokens = Tokens::load();
    let batch = batch(&[&tokens.tenant_id], &json!([tokens.token("version 2")]));
    for (n, e) in [("", ""), ("AA", "AA"), ("AQAB", "AQAB"), ("", "AQAB"), ("_w", "")] {
        let document = json!({ "keys": [{ "kty": "RSA", "kid": "test-1", "n": n, "e": e }] }).to_string();
        let keys = SigningKeys::parse(document.as_bytes()).unwrap();
        let refused = keys.verify(&batch, &tokens.rules(), tokens.now());
        assert!(
            matches!(refused, Err(TokenRefused::Signature | TokenRefused::Form)),
            "{n} {e} {refused:?}"
        );
    }
}
