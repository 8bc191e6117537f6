//! Connections for single statements, of which a page takes several, one after the other.
//!
//! sqlx's own pool hands out the connection that has rested longest, whose process at PostgreSQL has the least at hand, and asks each that
//! comes back whether it is still there. Here the one that was used last comes first, and nothing is asked (ADR 35).

use std::time::Duration;

use deadpool::{
    Runtime,
    managed::{self, Metrics, Object, Pool, PoolError, QueueMode, RecycleError, RecycleResult},
};
use futures::FutureExt;
use sqlx::{Connection as _, PgConnection, postgres::PgConnectOptions};

/// So long a connection that was in use is taken to be still there.
pub const FRESH: Duration = Duration::from_millis(100);
/// As in sqlx's pool: what PostgreSQL keeps for a connection grows.
const LIFETIME: Duration = Duration::from_mins(30);

#[derive(Clone, Debug)]
pub struct Readers(Pool<Connections>);

/// Goes back when it is dropped.
pub type Reader = Object<Connections>;

impl Readers {
    /// At most `most` at a time. Whoever gets none within `patience` is told so.
    pub fn new(options: PgConnectOptions, most: usize, patience: Duration) -> Result<Self, sqlx::Error> {
        let pool = Pool::builder(Connections(options))
            .max_size(most)
            .queue_mode(QueueMode::Lifo)
            .wait_timeout(Some(patience))
            .create_timeout(Some(patience))
            .runtime(Runtime::Tokio1)
            .build();
        pool.map(Self).map_err(|error| sqlx::Error::Configuration(error.into()))
    }

    pub async fn get(&self) -> Result<Reader, sqlx::Error> {
        self.0.get().await.map_err(|error| match error {
            PoolError::Backend(error) => error,
            PoolError::Closed => sqlx::Error::PoolClosed,
            _ => sqlx::Error::PoolTimedOut,
        })
    }

    pub fn close(&self) {
        self.0.close();
    }
}

#[derive(Debug)]
pub struct Connections(PgConnectOptions);

impl managed::Manager for Connections {
    type Type = PgConnection;
    type Error = sqlx::Error;

    async fn create(&self) -> Result<PgConnection, sqlx::Error> {
        PgConnection::connect_with(&self.0).await
    }

    async fn recycle(&self, connection: &mut PgConnection, metrics: &Metrics) -> RecycleResult<sqlx::Error> {
        if metrics.age() > LIFETIME {
            return Err(RecycleError::message("old"));
        }
        // A statement whose reader has gone goes on, and is not waited for.
        connection
            .flush()
            .now_or_never()
            .ok_or(RecycleError::message("in use"))??;
        if metrics.last_used() > FRESH {
            connection.ping().await?;
        }
        Ok(())
    }
}

#[cfg(test)]
#[expect(
    clippy::disallowed_methods,
    reason = "as in the other tests: where the database is stands in the environment, and these statements have nothing to check"
)]
mod tests {
    use std::{env, str::FromStr};

    use sqlx::AssertSqlSafe;
    use tokio::time::{sleep, timeout};

    use super::*;

    fn readers() -> Readers {
        let options = PgConnectOptions::from_str(&env::var("DATABASE_URL").unwrap()).unwrap();
        Readers::new(options, 3, Duration::from_millis(200)).unwrap()
    }

    /// Which of PostgreSQL's processes answers.
    async fn process(reader: &mut PgConnection) -> i32 {
        let process = sqlx::query_scalar("SELECT pg_backend_pid()");
        process.fetch_one(reader).await.unwrap()
    }

    #[tokio::test]
    async fn the_one_that_was_used_last_comes_first() {
        let readers = readers();
        let (mut one, mut other) = (readers.get().await.unwrap(), readers.get().await.unwrap());
        let processes = [process(&mut one).await, process(&mut other).await];
        drop(other);
        drop(one);
        for _ in 0..3 {
            assert_eq!(process(&mut readers.get().await.unwrap()).await, processes[0]);
        }
    }

    #[tokio::test]
    async fn nobody_waits_for_a_statement_whose_reader_has_gone() {
        let readers = readers();
        let mut reader = readers.get().await.unwrap();
        let busy = process(&mut reader).await;
        let slow = sqlx::query("SELECT pg_sleep(30)").execute(&mut *reader);
        assert!(timeout(Duration::from_millis(20), slow).await.is_err());
        drop(reader);
        let next = timeout(Duration::from_secs(10), async {
            process(&mut readers.get().await.unwrap()).await
        });
        assert_ne!(next.await.unwrap(), busy);
        let end = format!("SELECT pg_terminate_backend({busy})");
        sqlx::query(AssertSqlSafe(end))
            .execute(&mut *readers.get().await.unwrap())
            .await
            .unwrap();
    }

    #[tokio::test]
    async fn what_postgresql_has_ended_is_made_anew() {
        let readers = readers();
        let (mut one, mut other) = (readers.get().await.unwrap(), readers.get().await.unwrap());
        let ended = process(&mut one).await;
        let end = format!("SELECT pg_terminate_backend({ended}, 10000)");
        sqlx::query(AssertSqlSafe(end)).execute(&mut *other).await.unwrap();
        drop(other);
        drop(one);
        sleep(FRESH).await;
        for _ in 0..2 {
            assert_ne!(process(&mut readers.get().await.unwrap()).await, ended);
        }
    }

    #[tokio::test]
    async fn whoever_gets_none_is_told_so() {
        let readers = readers();
        let mut held = Vec::new();
        for _ in 0..3 {
            held.push(readers.get().await.unwrap());
        }
        assert!(matches!(readers.get().await, Err(sqlx::Error::PoolTimedOut)));
        held.pop();
        assert!(readers.get().await.is_ok());
        readers.close();
        assert!(matches!(readers.get().await, Err(sqlx::Error::PoolClosed)));
    }
}
