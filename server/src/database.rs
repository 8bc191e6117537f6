//! The database that the settings name, or the private cluster.

use std::{str::FromStr, time::Duration};

use anyhow::Context;
use backend::{Backend, Clock, Db, cluster::Cluster, store::ConnectOptions};

use crate::config::Config;

/// An open database. The private cluster, if that is what it is, runs as long as this lives.
pub struct Database {
    pub db: Db,
    pub cluster: Option<Cluster>,
}

impl Database {
    pub async fn open(config: &Config) -> anyhow::Result<Self> {
        let (options, cluster) = if let Some(url) = &config.database_url {
            (
                ConnectOptions::from_str(url).context("DATABASE_URL cannot be read")?,
                None,
            )
        } else {
            let cluster = Cluster::start(&config.data_dir).await?;
            (cluster.options(), Some(cluster))
        };
        let db = Db::connect(options.application_name("minuted"), Duration::from_secs(10))
            .await
            .context("the database does not answer")?;
        Ok(Self { db, cluster })
    }

    pub fn backend(&self, config: &Config) -> anyhow::Result<Backend> {
        Ok(Backend::new(
            self.db.clone(),
            Clock::system(),
            config.keyring()?,
            config.surroundings.clone(),
        )?)
    }

    /// Closes the connections and stops the private cluster.
    pub async fn close(self) -> anyhow::Result<()> {
        self.db.close().await;
        if let Some(cluster) = self.cluster {
            cluster.stop().await?;
        }
        Ok(())
    }
}
