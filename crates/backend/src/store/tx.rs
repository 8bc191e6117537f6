//! The only ways to the database: [`TenantTx`] for the rows of one tenant, [`SystemTx`] for the few things that have none.

use std::time::Duration;

use sqlx::{
    Connection as _, PgConnection, PgPool, Postgres, Transaction,
    pool::PoolConnection,
    postgres::{PgConnectOptions, PgPoolOptions},
};

use crate::access::TenantScope;

/// So long a connection that was in use is taken to be still there.
const FRESH: Duration = Duration::from_millis(100);

/// The database. The pool itself is not handed out.
#[derive(Clone, Debug)]
pub struct Db {
    pool: PgPool,
}

impl Db {
    pub fn new(pool: PgPool) -> Self {
        Self { pool }
    }

    /// Opens the database and checks that it answers within `patience`.
    pub async fn connect(options: PgConnectOptions, patience: Duration) -> Result<Self, sqlx::Error> {
        // No statement of ours takes this long; one that does must not hold its connection for ever.
        let options = options.options([("statement_timeout", "30s"), ("timezone", "UTC")]);
        let pool = PgPoolOptions::new()
            .max_connections(16)
            .acquire_timeout(patience)
            // A connection that was just used is not asked first whether it is still there: a page takes several, one after the other.
            .test_before_acquire(false)
            .before_acquire(|connection, about| {
                Box::pin(async move {
                    if about.idle_for > FRESH {
                        connection.ping().await?;
                    }
                    Ok(true)
                })
            })
            .connect_with(options)
            .await?;
        Ok(Self { pool })
    }

    /// A transaction for one tenant.
    pub async fn begin(&self, scope: TenantScope) -> Result<TenantTx, sqlx::Error> {
        Ok(TenantTx {
            scope,
            connection: Connection::Transaction(self.pool.begin().await?),
        })
    }

    /// For one tenant, and reading only: each statement sees the latest rows. Spares a page the round trips of BEGIN and COMMIT.
    pub async fn read(&self, scope: TenantScope) -> Result<TenantTx, sqlx::Error> {
        Ok(TenantTx {
            scope,
            connection: Connection::Single(self.pool.acquire().await?),
        })
    }

    /// For what belongs to no tenant, or is about to find out which: sign-in, sessions, rate limits, the sweep.
    pub(crate) async fn system(&self) -> Result<SystemTx, sqlx::Error> {
        Ok(SystemTx {
            connection: self.pool.acquire().await?,
        })
    }

    /// Whether the database answers.
    pub async fn ping(&self) -> Result<(), sqlx::Error> {
        sqlx::Connection::ping(&mut *self.pool.acquire().await?).await
    }

    pub async fn close(&self) {
        self.pool.close().await;
    }

    pub(super) fn pool(&self) -> &PgPool {
        &self.pool
    }
}

#[derive(Debug)]
enum Connection {
    Transaction(Transaction<'static, Postgres>),
    Single(PoolConnection<Postgres>),
}

/// Statements for one tenant. Dropped without [`commit`](Self::commit), a transaction is rolled back.
#[must_use = "a transaction that is dropped is rolled back"]
#[derive(Debug)]
pub struct TenantTx {
    scope: TenantScope,
    connection: Connection,
}

impl TenantTx {
    pub fn scope(&self) -> TenantScope {
        self.scope
    }

    pub(super) fn tenant(&self) -> uuid::Uuid {
        self.scope.tenant().0
    }

    /// Visible to the store only: SQL is written nowhere else.
    pub(super) fn conn(&mut self) -> &mut PgConnection {
        match &mut self.connection {
            Connection::Transaction(transaction) => transaction,
            Connection::Single(connection) => connection,
        }
    }

    pub async fn commit(self) -> Result<(), sqlx::Error> {
        match self.connection {
            Connection::Transaction(transaction) => transaction.commit().await,
            Connection::Single(_) => Ok(()),
        }
    }
}

/// Statements outside any tenant, each its own transaction.
#[derive(Debug)]
pub(crate) struct SystemTx {
    connection: PoolConnection<Postgres>,
}

impl SystemTx {
    pub(super) fn conn(&mut self) -> &mut PgConnection {
        &mut self.connection
    }
}
