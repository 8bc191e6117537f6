//! Telling all processes what changed, by PostgreSQL's NOTIFY: in the transaction of the change, so that a change which is rolled back
//! is not told. The functions of the store that write call it; a test looks that each does. (No triggers: on Citus they would run on
//! the workers, to which nobody listens.)

use domain::{Change, ClientId, ContactId, InteractionId, News, NewsKind, RequestId, TenantId};
use serde::{Deserialize, Serialize};
use sqlx::postgres::PgListener;

use super::{Db, TenantTx};
use crate::error::Result;

/// The channel that every process listens to.
const CHANNEL: &str = "minuted_changes";

/// What is sent. PostgreSQL allows 8000 bytes; this has a few hundred, and none of them is personal.
#[derive(Serialize, Deserialize)]
struct Message {
    tenant: TenantId,
    #[serde(flatten)]
    what: What,
}

#[derive(Serialize, Deserialize)]
#[serde(untagged)]
enum What {
    Change(Change),
    Request {
        request_id: RequestId,
        /// Whose it is, of those who have a portal.
        #[serde(default)]
        client_id: Option<ClientId>,
    },
    Schedule {
        schedule: bool,
    },
    Wish {
        wish: bool,
    },
    Rights {
        rights: bool,
    },
}

/// Tells that something happened on the schedule.
pub async fn schedule_changed(tx: &mut TenantTx) -> Result<()> {
    let message = Message {
        tenant: TenantId(tx.tenant()),
        what: What::Schedule { schedule: true },
    };
    tell(tx, &message).await
}

/// Tells that something happened to an interaction, its meeting or what was captured of it. Before a deletion, after anything else:
/// the row says whose it is.
pub async fn changed(tx: &mut TenantTx, kind: NewsKind, id: InteractionId) -> Result<()> {
    let tenant = tx.tenant();
    let row = sqlx::query!(
        r#"SELECT client_id AS "client_id: ClientId", contact_name_id AS "contact_id: ContactId"
             FROM interactions WHERE tenant = $1 AND interaction_id = $2"#,
        tenant,
        id.0
    )
    .fetch_optional(tx.conn())
    .await?;
    // Whose row is not there yet, or not any more, is told by whoever writes that.
    let Some(row) = row else { return Ok(()) };
    let message = Message {
        tenant: TenantId(tenant),
        what: What::Change(Change {
            kind,
            interaction_id: id,
            client_id: row.client_id,
            contact_id: row.contact_id,
        }),
    };
    tell(tx, &message).await
}

/// Tells that something happened to an appointment request.
pub async fn request(tx: &mut TenantTx, request_id: RequestId) -> Result<()> {
    let tenant = tx.tenant();
    let client_id = sqlx::query_scalar!(
        r#"SELECT client_id AS "client_id: ClientId" FROM appointment_requests
            WHERE tenant = $1 AND appointment_request_id = $2"#,
        tenant,
        request_id.0
    )
    .fetch_optional(tx.conn())
    .await?;
    let message = Message {
        tenant: TenantId(tenant),
        what: What::Request {
            request_id,
            client_id: client_id.flatten(),
        },
    };
    tell(tx, &message).await
}

/// Tells that a client would like another time for a meeting, or does not any more.
pub async fn wishes_changed(tx: &mut TenantTx) -> Result<()> {
    let message = Message {
        tenant: TenantId(tx.tenant()),
        what: What::Wish { wish: true },
    };
    tell(tx, &message).await
}

/// Tells that somebody of the tenant may see something else than before.
pub async fn rights_changed(tx: &mut TenantTx) -> Result<()> {
    let message = Message {
        tenant: TenantId(tx.tenant()),
        what: What::Rights { rights: true },
    };
    tell(tx, &message).await
}

async fn tell(tx: &mut TenantTx, message: &Message) -> Result<()> {
    let payload = serde_json::to_string(message).map_err(anyhow::Error::from)?;
    // Without a table, so that it runs where this process listens. The same message twice in a transaction is sent once.
    sqlx::query!("SELECT pg_notify($1, $2)", CHANNEL, payload)
        .execute(tx.conn())
        .await?;
    Ok(())
}

/// A connection of its own that listens.
pub struct Listener(PgListener);

/// What a listener heard.
pub enum Heard {
    /// With the client that they are about, where it is one.
    News(TenantId, News, Option<ClientId>),
    /// What people of the tenant may see has changed.
    Rights(TenantId),
    /// The connection was lost, and is there again: what happened meanwhile is not known.
    Gap,
}

impl Listener {
    pub async fn connect(db: &Db) -> Result<Self, sqlx::Error> {
        let mut listener = PgListener::connect_with(db.pool()).await?;
        listener.listen(CHANNEL).await?;
        Ok(Self(listener))
    }

    /// Waits for the next message. May be cancelled: nothing is lost.
    pub async fn next(&mut self) -> Result<Heard, sqlx::Error> {
        let Some(notification) = self.0.try_recv().await? else {
            return Ok(Heard::Gap);
        };
        match serde_json::from_str(notification.payload()) {
            Ok(Message { tenant, what }) => Ok(match what {
                What::Change(change) => Heard::News(tenant, News::Change(change), change.client_id),
                What::Schedule { .. } => Heard::News(tenant, News::Schedule, None),
                What::Request { request_id, client_id } => Heard::News(tenant, News::Request(request_id), client_id),
                What::Wish { .. } => Heard::News(tenant, News::Wish, None),
                What::Rights { .. } => Heard::Rights(tenant),
            }),
            Err(error) => {
                // Of another version of this program, perhaps.
                let error = &error as &dyn std::error::Error;
                tracing::warn!(error, "a message of another process was not understood");
                Ok(Heard::Gap)
            }
        }
    }

    /// Whether the connection is alive. One that was cut off silently would wait for ever.
    pub async fn ping(&mut self) -> Result<(), sqlx::Error> {
        let connection = sqlx::Acquire::acquire(&mut self.0).await?;
        sqlx::Connection::ping(connection).await
    }
}
