//! Going over to another key: what was encrypted with an older one is encrypted anew, row by row, each in a transaction of its own. It can
//! be stopped at any time and begun again, and several can be at it.

use std::collections::BTreeMap;

use domain::{MailId, TenantId};

use super::Keyring;
use crate::{
    Backend, Result,
    access::TenantScope,
    store::{self, secrets::Sealed},
};

/// How many rows are looked up at once.
const AT_ONCE: i64 = 200;

/// What a key is to this process.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyRole {
    /// It encrypts.
    InUse,
    /// It only decrypts.
    Older,
    /// Something was encrypted with it, and nothing here decrypts that.
    Missing,
}

/// How much was encrypted with a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyUse {
    /// Tells keys apart; the beginning of a digest.
    pub key_id: String,
    pub role: KeyRole,
    pub secrets: u64,
    /// Texts of mails that were not sent yet.
    pub mails: u64,
}

/// The keys that this process has and those that something was encrypted with.
pub async fn usage(backend: &Backend) -> Result<Vec<KeyUse>> {
    let keyring = backend.secrets();
    let mut system = backend.db().system().await?;
    let secrets = store::secrets::by_key(&mut system).await?;
    let mails = store::mails::by_key(&mut system).await?;
    drop(system);
    let mut keys: Vec<KeyUse> = keyring
        .held()
        .map(|held| KeyUse {
            key_id: held.id.clone(),
            role: if held.id == keyring.in_use.id {
                KeyRole::InUse
            } else {
                KeyRole::Older
            },
            secrets: 0,
            mails: 0,
        })
        .collect();
    let mut missing = BTreeMap::new();
    let counted = secrets.into_iter().map(|(key, count)| (key, count, 0));
    for (key_id, secrets, mails) in counted.chain(mails.into_iter().map(|(key, count)| (key, 0, count))) {
        let known = keys.iter_mut().find(|key| key.key_id == key_id);
        let key = match known {
            Some(key) => key,
            None => missing.entry(key_id.clone()).or_insert(KeyUse {
                key_id,
                role: KeyRole::Missing,
                secrets: 0,
                mails: 0,
            }),
        };
        key.secrets += secrets;
        key.mails += mails;
    }
    keys.extend(missing.into_values());
    Ok(keys)
}

/// What a rotation came to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Rotated {
    /// How many were encrypted anew.
    pub done: u64,
    /// How many could not be decrypted, and stay as they are.
    pub unreadable: u64,
}

/// Encrypts everything with the key in use that was encrypted with another one.
pub async fn rotate(backend: &Backend) -> Result<Rotated> {
    let mut rotated = Rotated::default();
    let key = backend.secrets().in_use.id.as_str();
    let mut after = None;
    loop {
        let mut system = backend.db().system().await?;
        let found = store::secrets::of_other_keys(&mut system, key, after.as_ref(), AT_ONCE).await?;
        drop(system);
        let Some(last) = found.last().cloned() else { break };
        for (tenant, name) in found {
            rotated.count(secret(backend, tenant, &name).await?);
        }
        after = Some(last);
    }
    let mut after = None;
    loop {
        let mut system = backend.db().system().await?;
        let found = store::mails::of_other_keys(&mut system, key, after, AT_ONCE).await?;
        drop(system);
        let Some(last) = found.last().copied() else { break };
        for (tenant, id) in found {
            rotated.count(mail(backend, tenant, id).await?);
        }
        after = Some(last);
    }
    Ok(rotated)
}

#[derive(Clone, Copy)]
enum Outcome {
    Done,
    /// It is gone, or somebody else has done it.
    Nothing,
    Unreadable,
}

impl Rotated {
    fn count(&mut self, outcome: Outcome) {
        match outcome {
            Outcome::Done => self.done += 1,
            Outcome::Nothing => {}
            Outcome::Unreadable => self.unreadable += 1,
        }
    }
}

async fn secret(backend: &Backend, tenant: TenantId, name: &str) -> Result<Outcome> {
    let mut tx = backend.db().begin(TenantScope::of_row(tenant)).await?;
    let Some(sealed) = store::secrets::hold(&mut tx, name).await? else {
        return Ok(Outcome::Nothing);
    };
    let sealed = match anew(backend.secrets(), tenant, name, &sealed)? {
        Ok(sealed) => sealed,
        Err(outcome) => return Ok(outcome),
    };
    store::secrets::reseal(&mut tx, name, &sealed).await?;
    tx.commit().await?;
    Ok(Outcome::Done)
}

async fn mail(backend: &Backend, tenant: TenantId, id: MailId) -> Result<Outcome> {
    let mut tx = backend.db().begin(TenantScope::of_row(tenant)).await?;
    let Some(sealed) = store::mails::hold_content(&mut tx, id).await? else {
        return Ok(Outcome::Nothing);
    };
    let sealed = match anew(backend.secrets(), tenant, &crate::mail::context(id), &sealed)? {
        Ok(sealed) => sealed,
        Err(outcome) => return Ok(outcome),
    };
    store::mails::reseal(&mut tx, id, &sealed).await?;
    tx.commit().await?;
    Ok(Outcome::Done)
}

/// The same text under the key in use; or why there is nothing to write.
fn anew(keyring: &Keyring, tenant: TenantId, name: &str, sealed: &Sealed) -> Result<Result<Sealed, Outcome>> {
    if sealed.key_id == keyring.in_use.id {
        return Ok(Err(Outcome::Nothing));
    }
    match keyring.open(tenant, name, sealed) {
        Ok(text) => keyring.seal(tenant, name, &text).map(Ok),
        Err(error) => {
            let error = &error as &dyn std::error::Error;
            tracing::warn!(error, tenant.id = %tenant, "a secret stays as it is, because it cannot be decrypted");
            Ok(Err(Outcome::Unreadable))
        }
    }
}
