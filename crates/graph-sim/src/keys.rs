//! The signing keys of the identity platform: `/login/{tenant}/…/openid-configuration` and `…/keys`

use std::sync::{Arc, Mutex, PoisonError};

use aws_lc_rs::{
    digest,
    rand::SystemRandom,
    rsa::{KeyPair, KeySize},
    signature::{KeyPair as _, RSA_PKCS1_SHA256},
};
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use serde_json::{Value, json};

use crate::{reply::Reply, state::State};

/// Made when first needed and shared by all simulators of the process: making one takes a while. The private keys are nowhere else.
static MADE: Mutex<Vec<Arc<SigningKey>>> = Mutex::new(Vec::new());

pub(crate) struct SigningKey {
    pub kid: String,
    pair: KeyPair,
}

/// Which keys are published, and which one of them signs: the last.
#[derive(Clone, Debug, Default)]
pub(crate) struct Keys {
    oldest: usize,
    current: usize,
}

impl Keys {
    pub fn rotate(&mut self, keep_old: bool) {
        self.current += 1;
        if !keep_old {
            self.oldest = self.current;
        }
    }

    pub fn current(&self) -> Option<Arc<SigningKey>> {
        key(self.current)
    }

    /// For signatures that nobody can confirm.
    pub fn unpublished(&self) -> Option<Arc<SigningKey>> {
        key(self.current + 1)
    }

    fn published(&self) -> Vec<Arc<SigningKey>> {
        (self.oldest..=self.current).filter_map(key).collect()
    }
}

fn key(number: usize) -> Option<Arc<SigningKey>> {
    let mut made = MADE.lock().unwrap_or_else(PoisonError::into_inner);
    while made.len() <= number {
        let pair = KeyPair::generate(KeySize::Rsa2048).ok()?;
        let thumbprint = digest::digest(&digest::SHA1_FOR_LEGACY_USE_ONLY, pair.public_key().as_ref());
        let kid = BASE64_URL_SAFE_NO_PAD.encode(thumbprint);
        made.push(Arc::new(SigningKey { kid, pair }));
    }
    made.get(number).cloned()
}

impl SigningKey {
    /// RS256.
    pub fn sign(&self, message: &[u8]) -> Option<Vec<u8>> {
        let mut signature = vec![0; self.pair.public_modulus_len()];
        let random = SystemRandom::new();
        self.pair
            .sign(&RSA_PKCS1_SHA256, &random, message, &mut signature)
            .ok()?;
        Some(signature)
    }

    fn to_json(&self) -> Option<Value> {
        // A sequence of the modulus and the exponent.
        let (whole, _) = first(self.pair.public_key().as_ref())?;
        let (modulus, rest) = first(whole)?;
        let (exponent, _) = first(rest)?;
        let number = |bytes: &[u8]| {
            let leading = bytes.iter().take_while(|byte| **byte == 0).count();
            bytes.get(leading..).map(|bytes| BASE64_URL_SAFE_NO_PAD.encode(bytes))
        };
        Some(json!({
            "kty": "RSA", "use": "sig", "alg": "RS256", "kid": self.kid, "x5t": self.kid,
            "n": number(modulus)?, "e": number(exponent)?,
        }))
    }
}

/// The value of the first element of a DER encoding, and what comes after it.
fn first(der: &[u8]) -> Option<(&[u8], &[u8])> {
    let (&[_tag, length], rest) = der.split_first_chunk()?;
    let (length, rest) = match length {
        0..=127 => (usize::from(length), rest),
        long => {
            let (bytes, rest) = rest.split_at_checked(usize::from(long & 0x7f))?;
            (
                bytes.iter().fold(0, |length, byte| (length << 8) | usize::from(*byte)),
                rest,
            )
        }
    };
    rest.split_at_checked(length)
}

impl State {
    /// `document` is what follows the tenant in the path.
    pub(crate) fn signing_keys(&self, tenant: &str, document: &[&str]) -> Reply {
        let shared = ["common", "organizations"].contains(&tenant);
        if !shared && !self.apps.iter().any(|app| app.tenant_id.eq_ignore_ascii_case(tenant)) {
            let text = format!("AADSTS90002: Tenant '{tenant}' not found.");
            return Reply::json(400, json!({ "error": "invalid_tenant", "error_description": text }));
        }
        let base = format!("{}/login/{tenant}", self.base);
        let issuer = if shared { "{tenantid}" } else { tenant };
        let configuration = |issuer: String, keys: &str, oauth2: &str| {
            Reply::json(
                200,
                json!({
                    "issuer": issuer, "jwks_uri": format!("{base}/{keys}"),
                    "token_endpoint": format!("{base}/{oauth2}/token"),
                    "authorization_endpoint": format!("{base}/{oauth2}/authorize"),
                    "response_types_supported": ["code", "id_token"], "subject_types_supported": ["pairwise"],
                    "id_token_signing_alg_values_supported": ["RS256"],
                }),
            )
        };
        match document {
            [".well-known", "openid-configuration"] => {
                configuration(format!("https://sts.windows.net/{issuer}/"), "discovery/keys", "oauth2")
            }
            ["v2.0", ".well-known", "openid-configuration"] => configuration(
                format!("{}/login/{issuer}/v2.0", self.base),
                "discovery/v2.0/keys",
                "oauth2/v2.0",
            ),
            ["discovery", "keys"] | ["discovery", "v2.0", "keys"] => {
                let keys: Vec<Value> = self.keys.published().iter().filter_map(|key| key.to_json()).collect();
                Reply::json(200, json!({ "keys": keys }))
            }
            _ => Reply::refusal(404, "NotFound", "There is no such document."),
        }
    }
}
