//! The only ways to the database: [`TenantTx`] for the rows of one tenant, [`SystemTx`] for the few things that have none.

use std::{
    ops::{Deref, DerefMut},
    time::Duration,
};

use sqlx::{
    Connection as _, PgConnection, PgPool, Postgres, Transaction,
    postgres::{PgConnectOptions, PgPoolOptions},
};

use super::readers::{FRESH, Reader, Readers};
use crate::access::TenantScope;

/// How many connections there are at most: for transactions, for single statements, and for those whose plan is kept.
const TRANSACTIONS: u32 = 16;
const READS: usize = 16;
const PLANNED: usize = 8;

/// The database. The pools themselves are not handed out.
#[derive(Clone, Debug)]
pub struct Db {
    pool: PgPool,
    reads: Readers,
    /// Connections that keep the plan of a statement: see [`Db::read_as_planned`].
    planned: Readers,
}

impl Db {
    /// On a pool that a test has opened, and with it closed. There is one single connection for reading: whoever waits for a second while
    /// they hold it, fails here, and not only once everybody does so at the same time.
    pub fn new(pool: PgPool) -> Result<Self, sqlx::Error> {
        let options = PgConnectOptions::clone(&pool.connect_options());
        let reads = Readers::new(options, 1, Duration::from_secs(10))?;
        tokio::spawn({
            let (reads, closed) = (reads.clone(), pool.close_event());
            async move {
                closed.await;
                reads.close();
            }
        });
        Ok(Self {
            planned: reads.clone(),
            reads,
            pool,
        })
    }

    /// Opens the database and checks that it answers within `patience`.
    pub async fn connect(options: PgConnectOptions, patience: Duration) -> Result<Self, sqlx::Error> {
        // No statement of ours takes this long; one that does must not hold its connection for ever.
        let options = options.options([("statement_timeout", "30s"), ("timezone", "UTC")]);
        let planned = options.clone().options([("plan_cache_mode", "force_generic_plan")]);
        let pool = PgPoolOptions::new()
            .max_connections(TRANSACTIONS)
            .acquire_timeout(patience)
            // As for single statements.
            .test_before_acquire(false)
            .before_acquire(|connection, about| {
                Box::pin(async move {
                    if about.idle_for > FRESH {
                        connection.ping().await?;
                    }
                    Ok(true)
                })
            });
        Ok(Self {
            reads: Readers::new(options.clone(), READS, patience)?,
            planned: Readers::new(planned, PLANNED, patience)?,
            pool: pool.connect_with(options).await?,
        })
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
            connection: Connection::Single(self.reads.get().await?),
        })
    }

    /// Like [`read`](Self::read), for statements whose plan follows from their text alone (ADR 13). PostgreSQL keeps such a plan only if it
    /// takes it to be as cheap as one made for the values; for a page of a timeline it does not, and made a new one each time, which took
    /// longer than reading the page.
    pub async fn read_as_planned(&self, scope: TenantScope) -> Result<PlannedTx, sqlx::Error> {
        Ok(PlannedTx(TenantTx {
            scope,
            connection: Connection::Single(self.planned.get().await?),
        }))
    }

    /// For what belongs to no tenant, or is about to find out which: sign-in, sessions, rate limits, the sweep.
    pub(crate) async fn system(&self) -> Result<SystemTx, sqlx::Error> {
        Ok(SystemTx {
            connection: self.reads.get().await?,
        })
    }

    /// Whether the database answers.
    pub async fn ping(&self) -> Result<(), sqlx::Error> {
        self.reads.get().await?.ping().await
    }

    pub async fn close(&self) {
        self.reads.close();
        self.planned.close();
        self.pool.close().await;
    }

    pub(super) fn pool(&self) -> &PgPool {
        &self.pool
    }
}

#[derive(Debug)]
enum Connection {
    Transaction(Transaction<'static, Postgres>),
    Single(Reader),
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

/// A connection that keeps the plan of a statement. The statements that count on it take no other.
#[derive(Debug)]
pub struct PlannedTx(TenantTx);

impl Deref for PlannedTx {
    type Target = TenantTx;

    fn deref(&self) -> &TenantTx {
        &self.0
    }
}

impl DerefMut for PlannedTx {
    fn deref_mut(&mut self) -> &mut TenantTx {
        &mut self.0
    }
}

/// Statements outside any tenant, each its own transaction.
#[derive(Debug)]
pub(crate) struct SystemTx {
    connection: Reader,
}

impl SystemTx {
    pub(super) fn conn(&mut self) -> &mut PgConnection {
        &mut self.connection
    }
}

#[cfg(test)]
mod tests {
    use std::{env, str::FromStr};

    use domain::TenantId;
    use uuid::Uuid;

    use super::*;

    /// See docs/adr/0013: with `auto` each page of a timeline would be planned anew.
    #[expect(
        clippy::disallowed_methods,
        reason = "as in the other tests: where the database is stands in the environment, and SHOW has nothing to check"
    )]
    #[tokio::test]
    async fn only_what_asks_for_it_keeps_the_plan_of_a_statement() {
        let options = PgConnectOptions::from_str(&env::var("DATABASE_URL").unwrap()).unwrap();
        let db = Db::connect(options, Duration::from_secs(10)).await.unwrap();
        let scope = TenantScope::of_row(TenantId(Uuid::nil()));
        let mut modes = Vec::new();
        for tx in [
            &mut db.read(scope).await.unwrap(),
            &mut *db.read_as_planned(scope).await.unwrap(),
        ] {
            let mode = sqlx::query_scalar::<_, String>("SHOW plan_cache_mode");
            modes.push(mode.fetch_one(tx.conn()).await.unwrap());
        }
        assert_eq!(modes, ["auto", "force_generic_plan"]);
    }
}
