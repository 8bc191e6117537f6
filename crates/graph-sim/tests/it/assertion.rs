//! Client assertions. The certificates are put together here: names and dates do not matter, the key does.

use std::sync::LazyLock;

use aws_lc_rs::{
    digest,
    encoding::{AsDer, PublicKeyX509Der},
    rand::SystemRandom,
    rsa::KeySize,
    signature::{KeyPair, RSA_PKCS1_SHA256, RSA_PSS_SHA256, RsaKeyPair},
};
use base64::{
    Engine,
    prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD},
};
use graph_sim::demo::{contoso, northwind};
use serde_json::{Value, json};

use crate::support::*;

struct Signer {
    key: RsaKeyPair,
    certificate: Vec<u8>,
}

static REGISTERED: LazyLock<Signer> = LazyLock::new(Signer::new);
static STRANGER: LazyLock<Signer> = LazyLock::new(Signer::new);

impl Signer {
    fn new() -> Self {
        let key = RsaKeyPair::generate(KeySize::Rsa2048).unwrap();
        let public: PublicKeyX509Der = key.public_key().as_der().unwrap();
        let certificate = certificate(public.as_ref());
        Self { key, certificate }
    }

    fn thumbprint(&self, algorithm: &'static digest::Algorithm) -> String {
        BASE64_URL_SAFE_NO_PAD.encode(digest::digest(algorithm, &self.certificate))
    }

    fn sign(&self, head: &Value, claims: &Value) -> String {
        let part = |value: &Value| BASE64_URL_SAFE_NO_PAD.encode(value.to_string());
        let signed = format!("{}.{}", part(head), part(claims));
        let padding: &dyn aws_lc_rs::signature::RsaEncoding = if head["alg"] == "PS256" {
            &RSA_PSS_SHA256
        } else {
            &RSA_PKCS1_SHA256
        };
        let mut signature = vec![0; self.key.public_modulus_len()];
        self.key
            .sign(padding, &SystemRandom::new(), signed.as_bytes(), &mut signature)
            .unwrap();
        format!("{signed}.{}", BASE64_URL_SAFE_NO_PAD.encode(signature))
    }
}

fn der(tag: u8, parts: &[&[u8]]) -> Vec<u8> {
    let content = parts.concat();
    let length = u16::try_from(content.len()).unwrap().to_be_bytes();
    let mut out = vec![tag];
    match content.len() {
        0..=127 => out.push(length[1]),
        128..=255 => out.extend([0x81, length[1]]),
        _ => out.extend([0x82, length[0], length[1]]),
    }
    out.extend(content);
    out
}

/// X.509 version 3, not signed by anybody: the simulator only reads the key.
fn certificate(public_key: &[u8]) -> Vec<u8> {
    const SHA256_WITH_RSA: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x0b];
    let algorithm = der(0x30, &[&der(0x06, &[SHA256_WITH_RSA]), &der(0x05, &[])]);
    let name = der(0x30, &[]);
    let validity = der(
        0x30,
        &[&der(0x17, &[b"260101000000Z"]), &der(0x17, &[b"360101000000Z"])],
    );
    let version = der(0xa0, &[&der(0x02, &[&[2]])]);
    let serial = der(0x02, &[&[1]]);
    let signed = der(
        0x30,
        &[&version, &serial, &algorithm, &name, &validity, &name, public_key],
    );
    der(0x30, &[&signed, &algorithm, &der(0x03, &[&[0, 0]])])
}

fn claims(world: &World) -> Value {
    let now = world.sim.now().timestamp();
    json!({
        "aud": format!("{}/{}/oauth2/v2.0/token", world.sim.login_url(), northwind::TENANT_ID),
        "iss": northwind::CLIENT_ID, "sub": northwind::CLIENT_ID, "jti": "1", "nbf": now, "exp": now + 300,
    })
}

async fn token(world: &World, assertion: &str) -> Got {
    let change = [
        ("client_secret", ""),
        ("client_assertion", assertion),
        (
            "client_assertion_type",
            "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
        ),
    ];
    world.token_with(northwind::TENANT_ID, &change).await
}

async fn with_certificate() -> World {
    let world = world().await;
    let base64 = BASE64_STANDARD.encode(&REGISTERED.certificate);
    let pem = format!("-----BEGIN CERTIFICATE-----\n{base64}\n-----END CERTIFICATE-----\n");
    world
        .sim
        .change_app(northwind::CLIENT_ID, |app| app.certificates = vec!["old".into(), pem]);
    world
}

#[tokio::test]
async fn a_token_for_a_certificate() {
    let world = with_certificate().await;
    for head in [
        json!({ "alg": "RS256", "x5t": REGISTERED.thumbprint(&digest::SHA1_FOR_LEGACY_USE_ONLY) }),
        json!({ "alg": "PS256", "x5t#S256": REGISTERED.thumbprint(&digest::SHA256) }),
    ] {
        let assertion = REGISTERED.sign(&head, &claims(&world));
        let got = token(&world, &assertion).await;
        assert_eq!(got.status, 200, "{}", got.body);
        let logged = world.sim.requests().pop().unwrap().body;
        assert_eq!(
            (&logged["client_assertion"], logged["client_assertion_type"].is_string()),
            (&"***".into(), true)
        );
    }
    let mut public = claims(&world);
    public["aud"] = format!(
        "https://login.microsoftonline.com/{}/oauth2/v2.0/token",
        northwind::TENANT_ID
    )
    .into();
    let head = json!({ "alg": "PS256", "x5t#S256": REGISTERED.thumbprint(&digest::SHA256) });
    assert_eq!(token(&world, &REGISTERED.sign(&head, &public)).await.status, 200);
}

#[tokio::test]
async fn refused_assertions() {
    let world = with_certificate().await;
    let good = json!({ "alg": "PS256", "x5t#S256": REGISTERED.thumbprint(&digest::SHA256) });
    let with = |name: &str, value: Value| {
        let mut claims = claims(&world);
        claims[name] = value;
        REGISTERED.sign(&good, &claims)
    };
    let now = world.sim.now().timestamp();
    let foreign = json!({ "alg": "PS256", "x5t#S256": STRANGER.thumbprint(&digest::SHA256) });
    let cases = [
        (STRANGER.sign(&good, &claims(&world)), 700_027),
        (STRANGER.sign(&foreign, &claims(&world)), 700_027),
        (REGISTERED.sign(&json!({ "alg": "PS256" }), &claims(&world)), 700_027),
        (REGISTERED.sign(&json!({ "alg": "none" }), &claims(&world)), 700_027),
        (with("aud", "https://elsewhere.example".into()), 50_012),
        (with("iss", contoso::CLIENT_ID.into()), 700_021),
        (with("sub", Value::Null), 700_021),
        (with("exp", (now - 301).into()), 500_133),
        (with("exp", Value::Null), 500_133),
        (with("nbf", (now + 400).into()), 500_133),
        ("a.b".to_owned(), 50_027),
    ];
    for (assertion, number) in cases {
        let got = token(&world, &assertion).await;
        assert_eq!(
            (got.status, &got.body["error"], &got.body["error_codes"][0]),
            (401, &"invalid_client".into(), &number.into()),
            "{}",
            got.body
        );
    }
    let untyped = [("client_secret", ""), ("client_assertion", "a.b.c")];
    let got = world.token_with(northwind::TENANT_ID, &untyped).await;
    assert_eq!((got.status, &got.body["error_codes"][0]), (400, &900_144.into()));
}
