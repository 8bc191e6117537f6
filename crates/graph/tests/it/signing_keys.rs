//! Validation tokens with keys read from the login service.

use chrono::TimeDelta;
use graph::{
    ErrorKind,
    notifications::{Batch, TokenRefused, Unverified, ValidationTokens},
};
use graph_sim::{CannedAnswer, Fault, FaultAnswer, Route, Simulator};
use serde_json::json;

use crate::{
    rich::{JWKS, Tokens, batch},
    support::*,
};

struct Keys {
    sim: Simulator,
    tokens: Tokens,
    checks: ValidationTokens,
    /// How late it is.
    at: std::cell::Cell<TimeDelta>,
}

async fn keys() -> Keys {
    let World { sim, client, .. } = world().await;
    Keys {
        sim,
        tokens: Tokens::load(),
        checks: ValidationTokens::new(client),
        at: std::cell::Cell::new(NOW),
    }
}

impl Keys {
    fn answer(&self, answer: impl Into<FaultAnswer>) {
        self.sim.fault(Fault::new(Route::Keys, answer));
    }

    fn configuration(&self) {
        let uri = format!("{}/common/discovery/v2.0/keys", self.sim.login_url());
        self.answer(CannedAnswer::body(
            200,
            json!({ "issuer": "x", "jwks_uri": uri }).to_string(),
        ));
    }

    fn key_set(&self, set: &str) {
        self.configuration();
        self.answer(CannedAnswer::body(200, set));
    }

    /// A token of version 1, whose issuer does not depend on the login service's address.
    fn good(&self) -> Batch {
        self.of("version 1")
    }

    fn of(&self, token: &str) -> Batch {
        batch(&[&self.tokens.tenant_id], &json!([self.tokens.token(token)]))
    }

    /// Checks a batch as it arrives, which is not before the last one.
    async fn check(&self, batch: &Batch, later: TimeDelta) -> Result<(), Unverified> {
        let passed = (later - self.at.replace(later)).num_seconds();
        if let Ok(passed @ 1..) = u64::try_from(passed) {
            pass(passed).await;
        }
        self.check_at(batch, later).await
    }

    async fn check_at(&self, batch: &Batch, arrived: TimeDelta) -> Result<(), Unverified> {
        let now = self.tokens.now() + arrived;
        let client_id = self.tokens.client_id;
        let tenants = self.checks.verify(batch, [client_id].into(), now).await?;
        assert!(tenants.cover(batch.items[0].as_ref().unwrap(), client_id));
        Ok(())
    }

    fn reads(&self) -> usize {
        self.sim.requests_to(Route::Keys).len()
    }
}

fn kind(result: Result<(), Unverified>) -> ErrorKind {
    match result {
        Err(Unverified::Keys(error)) => error.kind,
        other => panic!("{other:?}"),
    }
}

fn token(result: Result<(), Unverified>) -> TokenRefused {
    match result {
        Err(Unverified::Token(refused)) => refused,
        other => panic!("{other:?}"),
    }
}

const NOW: TimeDelta = TimeDelta::zero();

#[tokio::test]
async fn keys_are_read_once() {
    let keys = keys().await;
    keys.key_set(JWKS);
    for _ in 0..3 {
        keys.check(&keys.good(), NOW).await.unwrap();
    }
    let paths: Vec<_> = keys
        .sim
        .requests_to(Route::Keys)
        .into_iter()
        .map(|request| request.path)
        .collect();
    assert_eq!(
        paths,
        [
            "/login/common/v2.0/.well-known/openid-configuration",
            "/login/common/discovery/v2.0/keys"
        ]
    );
    assert_eq!(token(keys.check(&keys.of("expired"), NOW).await), TokenRefused::Time);
    // The issuer of version 2 is the login service, which is the simulator here.
    assert_eq!(
        token(keys.check(&keys.of("version 2"), NOW).await),
        TokenRefused::Issuer
    );
    assert_eq!(keys.reads(), 2);
}

#[tokio::test]
async fn many_at_once_read_the_keys_once() {
    let keys = keys().await;
    keys.key_set(JWKS);
    let good = keys.good();
    let checks = (0..8).map(|_| keys.check(&good, NOW));
    for checked in futures::future::join_all(checks).await {
        checked.unwrap();
    }
    assert_eq!(keys.reads(), 2);
}

#[tokio::test]
async fn without_tokens_nothing_is_read() {
    let keys = keys().await;
    let none = batch(&[&keys.tokens.tenant_id], &json!(null));
    assert_eq!(token(keys.check(&none, NOW).await), TokenRefused::Missing);
    assert_eq!(keys.reads(), 0);
}

#[tokio::test]
async fn unknown_keys_are_asked_for_now_and_then() {
    let keys = keys().await;
    let old = json!({ "keys": [serde_json::from_str::<serde_json::Value>(JWKS).unwrap()["keys"][3]] }).to_string();
    keys.key_set(&old);
    for _ in 0..3 {
        assert_eq!(token(keys.check(&keys.good(), NOW).await), TokenRefused::UnknownKey);
    }
    let soon = TimeDelta::minutes(5) - TimeDelta::seconds(1);
    assert_eq!(token(keys.check(&keys.good(), soon).await), TokenRefused::UnknownKey);
    assert_eq!(keys.reads(), 2);
    keys.key_set(JWKS);
    keys.check(&keys.good(), TimeDelta::minutes(5)).await.unwrap();
    assert_eq!(keys.reads(), 4);
    // A token that names no key, or none that could be used, costs nothing.
    for odd in ["without a key id", "algorithm none", "no token"] {
        assert_eq!(
            token(keys.check(&keys.of(odd), TimeDelta::hours(1)).await),
            TokenRefused::Form,
            "{odd}"
        );
    }
    assert_eq!(keys.reads(), 4);
}

#[tokio::test]
async fn keys_grow_old() {
    let keys = keys().await;
    keys.key_set(JWKS);
    let before = TimeDelta::hours(-24);
    assert_eq!(token(keys.check(&keys.good(), before).await), TokenRefused::Time);
    assert_eq!(keys.reads(), 2);
    // They work while new ones cannot be had.
    for _ in 0..4 {
        keys.answer(CannedAnswer::status(503));
    }
    keys.check(&keys.good(), NOW).await.unwrap();
    assert_eq!(keys.reads(), 6);
    keys.check(&keys.good(), TimeDelta::minutes(4)).await.unwrap();
    assert_eq!(keys.reads(), 6);
    keys.key_set(JWKS);
    keys.check(&keys.good(), TimeDelta::minutes(5)).await.unwrap();
    assert_eq!(keys.reads(), 8);
}

#[tokio::test]
async fn an_unknown_key_is_not_refused_unseen() {
    let keys = keys().await;
    let old = json!({ "keys": [serde_json::from_str::<serde_json::Value>(JWKS).unwrap()["keys"][3]] }).to_string();
    keys.key_set(&old);
    assert_eq!(token(keys.check(&keys.good(), NOW).await), TokenRefused::UnknownKey);
    for _ in 0..4 {
        keys.answer(CannedAnswer::status(503));
    }
    let later = TimeDelta::minutes(5);
    assert_eq!(kind(keys.check(&keys.good(), later).await), ErrorKind::Unavailable);
    let soon = later + TimeDelta::minutes(4);
    assert_eq!(kind(keys.check(&keys.good(), soon).await), ErrorKind::Unavailable);
    assert_eq!(keys.reads(), 6);
    // The keys that are known go on working.
    assert_eq!(
        token(keys.check(&keys.of("version 2, second key"), soon).await),
        TokenRefused::Issuer
    );
}

#[tokio::test]
async fn without_keys_nothing_is_known() {
    let keys = keys().await;
    for _ in 0..4 {
        keys.answer(FaultAnswer::DropBefore);
    }
    assert_eq!(kind(keys.check(&keys.good(), NOW).await), ErrorKind::Unavailable);
    assert_eq!(
        kind(keys.check(&keys.good(), TimeDelta::seconds(9)).await),
        ErrorKind::Unavailable
    );
    assert_eq!(keys.reads(), 4);
    keys.answer(CannedAnswer::status(503));
    keys.key_set(JWKS);
    keys.check(&keys.good(), TimeDelta::seconds(10)).await.unwrap();
    assert_eq!(keys.reads(), 7);
}

#[tokio::test]
async fn a_batch_that_waited_is_checked_when_the_keys_are_there() {
    let keys = keys().await;
    keys.answer(CannedAnswer::status(404));
    assert_eq!(kind(keys.check(&keys.good(), NOW).await), ErrorKind::NotFound);
    keys.key_set(JWKS);
    assert_eq!(kind(keys.check_at(&keys.good(), NOW).await), ErrorKind::Unavailable);
    assert_eq!(keys.reads(), 1, "not at once");
    // The batch still arrived when it arrived.
    pass(10).await;
    keys.check_at(&keys.good(), NOW).await.unwrap();
    // One that arrived before the others does not make the keys young again, or old.
    keys.check_at(&keys.good(), TimeDelta::minutes(-2)).await.unwrap();
    assert_eq!(keys.reads(), 3);
}

#[tokio::test]
async fn odd_documents() {
    let keys = keys().await;
    let mut later = NOW;
    let foreign = Simulator::start(graph_sim::SimConfig::demo()).await.unwrap();
    let elsewhere = format!("{}/common/discovery/v2.0/keys", foreign.login_url());
    let elsewhere = json!({ "jwks_uri": elsewhere }).to_string();
    for configuration in [
        "",
        "{}",
        "<html>",
        r#"{"jwks_uri":"/keys"}"#,
        r#"{"jwks_uri":7}"#,
        &elsewhere,
    ] {
        keys.answer(CannedAnswer::body(200, configuration));
        assert_eq!(
            kind(keys.check(&keys.good(), later).await),
            ErrorKind::Protocol,
            "{configuration}"
        );
        later += TimeDelta::minutes(1);
    }
    assert_eq!(foreign.requests().len(), 0);
    let large = format!("{}{JWKS}", " ".repeat(600 * 1024));
    for set in ["", "{}", "<html>", r#"{"keys":[]}"#, &large] {
        keys.key_set(set);
        assert_eq!(kind(keys.check(&keys.good(), later).await), ErrorKind::Protocol);
        later += TimeDelta::minutes(1);
    }
    keys.answer(CannedAnswer::status(404));
    assert_eq!(kind(keys.check(&keys.good(), later).await), ErrorKind::NotFound);
}
