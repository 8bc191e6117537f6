//! Whatever is posted to the notification address: the body, its paths, encrypted content and validation tokens.
#![no_main]

use std::sync::LazyLock;

use graph::notifications::{
    ArtifactRef, Batch, DecryptionKeys, NotificationEvent, SigningKeys, TokenRules, organizer_of, parse,
};
use libfuzzer_sys::fuzz_target;

static KEYS: LazyLock<DecryptionKeys> = LazyLock::new(|| {
    let mut keys = DecryptionKeys::default();
    let pem = include_str!("../../crates/graph/tests/vectors/key-old.test.pem");
    keys.insert("test-old", &pem.into()).expect("a test key");
    keys
});
static SIGNING_KEYS: LazyLock<SigningKeys> = LazyLock::new(|| {
    let document = include_bytes!("../../crates/graph/tests/vectors/jwks.json");
    SigningKeys::parse(document).expect("test keys")
});
static RULES: LazyLock<TokenRules> = LazyLock::new(|| TokenRules {
    client_ids: ["22222222-2222-4222-8222-222222222222".parse().expect("constant")].into(),
    login: "https://login.microsoftonline.com".parse().expect("constant"),
});

fuzz_target!(|body: &[u8]| {
    if let Ok(batch) = parse(body) {
        read(&batch);
    }
    if let Ok(text) = std::str::from_utf8(body) {
        if let Some(artifact) = ArtifactRef::parse(text) {
            check(&artifact);
        }
        organizer_of(text);
    }
    SigningKeys::parse(body);
});

fn read(batch: &Batch) {
    for item in batch.items.iter().flatten() {
        item.is_from(&"client state".into());
        if let NotificationEvent::Artifact { artifact, encrypted_content, .. } = &item.event {
            check(artifact);
            if let Some(content) = encrypted_content {
                drop(KEYS.decrypt(content, artifact));
            }
        }
    }
    let refused = SIGNING_KEYS.verify(batch, &RULES, std::time::UNIX_EPOCH.into());
    assert!(refused.is_err(), "no token can be made up, nor one of 2026 be valid in 1970");
}

fn check(artifact: &ArtifactRef) {
    artifact.organizer();
    for id in [&artifact.meeting_id, &artifact.artifact_id] {
        let id_like = |byte: u8| byte.is_ascii_alphanumeric() || b"+/=-_".contains(&byte);
        assert!((1..=512).contains(&id.len()) && id.bytes().all(id_like), "{id:?}");
    }
}
