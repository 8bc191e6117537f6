//! Where tower-sessions keeps the browsers' sessions: our database, so that all processes share them. The table holds only a digest
//! of each id; who reads the database cannot take over a session.

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use sha2::{Digest, Sha256};
use time::OffsetDateTime;
use tower_sessions::{
    SessionStore,
    session::{Id, Record},
    session_store::{Error, Result},
};

use crate::{Clock, Db, store::system};

#[derive(Clone)]
pub struct WebSessions {
    db: Db,
    clock: Clock,
}

impl std::fmt::Debug for WebSessions {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("WebSessions").finish_non_exhaustive()
    }
}

impl WebSessions {
    pub fn new(db: Db, clock: Clock) -> Self {
        Self { db, clock }
    }

    async fn write(&self, record: &Record, create: bool) -> Result<bool> {
        let data = serde_json::to_value(&record.data).map_err(|error| Error::Encode(error.to_string()))?;
        let expires_at =
            DateTime::from_timestamp(record.expiry_date.unix_timestamp(), 0).unwrap_or(DateTime::<Utc>::MIN_UTC);
        let mut tx = self.db.system().await.map_err(failed)?;
        system::save_web_session(&mut tx, &digest(&record.id), &data, expires_at, create)
            .await
            .map_err(failed)
    }
}

fn digest(id: &Id) -> String {
    use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
    BASE64_URL_SAFE_NO_PAD.encode(Sha256::digest(id.0.to_le_bytes()))
}

fn failed(error: impl std::fmt::Display) -> Error {
    Error::Backend(error.to_string())
}

#[async_trait]
impl SessionStore for WebSessions {
    async fn create(&self, record: &mut Record) -> Result<()> {
        while !self.write(record, true).await? {
            record.id = Id::default();
        }
        Ok(())
    }

    async fn save(&self, record: &Record) -> Result<()> {
        self.write(record, false).await.map(drop)
    }

    async fn load(&self, id: &Id) -> Result<Option<Record>> {
        let mut tx = self.db.system().await.map_err(failed)?;
        let row = system::load_web_session(&mut tx, &digest(id), self.clock.now())
            .await
            .map_err(failed)?;
        row.map(|(data, expires_at)| {
            let data = serde_json::from_value(data).map_err(|error| Error::Decode(error.to_string()))?;
            let expiry_date = OffsetDateTime::from_unix_timestamp(expires_at.timestamp())
                .map_err(|error| Error::Decode(error.to_string()))?;
            Ok(Record {
                id: *id,
                data,
                expiry_date,
            })
        })
        .transpose()
    }

    async fn delete(&self, id: &Id) -> Result<()> {
        let mut tx = self.db.system().await.map_err(failed)?;
        system::delete_web_session(&mut tx, &digest(id)).await.map_err(failed)
    }
}
