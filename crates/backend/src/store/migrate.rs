//! Migrations: the core list for both editions and the enterprise list, merged by version.

use std::{borrow::Cow, sync::LazyLock};

use sqlx::{
    Postgres,
    migrate::{Migrate, Migrator},
    pool::PoolConnection,
};

use super::Db;
use crate::error::Result;

/// All migrations of this edition, in order of their version.
pub static MIGRATOR: LazyLock<Migrator> = LazyLock::new(|| {
    static CORE: Migrator = sqlx::migrate!("../../migrations/core");
    let mut migrations = CORE.migrations.to_vec();
    migrations.extend(crate::edition::migrations());
    migrations.sort_by_key(|migration| migration.version);
    // A community server may run on a database that the enterprise edition once used: its extra migrations are no error.
    Migrator {
        migrations: Cow::Owned(migrations),
        ignore_missing: true,
        ..Migrator::DEFAULT
    }
});

/// A migration and whether the database has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Migration {
    pub version: i64,
    pub name: String,
    pub state: MigrationState,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MigrationState {
    Applied,
    Pending,
    /// Applied, but its text has changed since.
    Changed,
    /// Applied, but not part of this edition or version.
    Foreign,
}

impl Db {
    /// Applies what is missing. Safe to call from several processes at once: an advisory lock serialises them.
    pub async fn migrate_up(&self) -> Result<()> {
        Ok(MIGRATOR
            .run(&mut *self.unhurried().await?)
            .await
            .map_err(anyhow::Error::from)?)
    }

    /// Reverts migrations with a version above `target`: 0 reverts all.
    pub async fn migrate_down(&self, target: i64) -> Result<()> {
        Ok(MIGRATOR
            .undo(&mut *self.unhurried().await?, target)
            .await
            .map_err(anyhow::Error::from)?)
    }

    /// A connection on which a statement may take as long as it needs: an index on a large table, the wait for another process's
    /// migrations. It is closed afterwards.
    async fn unhurried(&self) -> Result<PoolConnection<Postgres>> {
        let mut connection = self.pool().acquire().await?;
        connection.close_on_drop();
        sqlx::raw_sql("SET statement_timeout = 0")
            .execute(&mut *connection)
            .await?;
        Ok(connection)
    }

    /// Every known or applied migration, by version.
    pub async fn migrations(&self) -> Result<Vec<Migration>> {
        let mut connection = self.pool().acquire().await?;
        let table = "_sqlx_migrations";
        let exists = sqlx::query_scalar!(r#"SELECT to_regclass('_sqlx_migrations') IS NOT NULL AS "exists!""#)
            .fetch_one(&mut *connection)
            .await?;
        let applied = if exists {
            connection
                .list_applied_migrations(table)
                .await
                .map_err(anyhow::Error::from)?
        } else {
            Vec::new()
        };
        let known = MIGRATOR
            .iter()
            .filter(|migration| !migration.migration_type.is_down_migration());
        let mut all: Vec<Migration> = known
            .map(|migration| Migration {
                version: migration.version,
                name: migration.description.to_string(),
                state: match applied.iter().find(|applied| applied.version == migration.version) {
                    None => MigrationState::Pending,
                    Some(applied) if applied.checksum == migration.checksum => MigrationState::Applied,
                    Some(_) => MigrationState::Changed,
                },
            })
            .collect();
        for applied in applied {
            if !all.iter().any(|migration| migration.version == applied.version) {
                let name = String::new();
                all.push(Migration {
                    version: applied.version,
                    name,
                    state: MigrationState::Foreign,
                });
            }
        }
        all.sort_by_key(|migration| migration.version);
        Ok(all)
    }
}
