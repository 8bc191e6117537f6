//! Where the log goes: to standard error, as text or JSON.

use anyhow::Context;
use tracing_subscriber::{EnvFilter, fmt};

use crate::config::Config;

pub fn start(config: &Config) -> anyhow::Result<()> {
    let filter = EnvFilter::try_new(&config.log)
        .with_context(|| format!("MINUTED_LOG is `{}`, which cannot be read", config.log))?;
    let log = fmt().with_env_filter(filter).with_writer(std::io::stderr);
    if config.log_json {
        log.json().init();
    } else {
        log.init();
    }
    Ok(())
}
