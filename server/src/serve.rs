//! The long-running commands.

use std::{future::Future, net::SocketAddr, time::Duration};

use anyhow::Context;
use tokio::{net::TcpListener, signal::unix, sync::oneshot};

use crate::{config::Config, database::Database, http};

/// How long requests that are under way may take when the program is to stop.
const LAST_REQUESTS: Duration = Duration::from_secs(20);

/// Serves pages and carries on unfinished work until a signal comes.
pub async fn serve(config: Config) -> anyhow::Result<()> {
    // Bound first: when the port is taken nothing else should have happened.
    let listener = TcpListener::bind(config.listen)
        .await
        .with_context(|| format!("{} cannot be listened on", config.listen))?;
    let database = Database::open(&config).await?;
    database.db.migrate_up().await?;
    let backend = database.backend(&config)?;
    if let Some(path) = config.open_key_file() {
        tracing::warn!(path = %path.display(), "everybody on this machine can read the file with the secret key");
    }
    backend::catalog::complete(&database.db).await?;
    let router = http::router(&config, &backend)?;
    tracing::info!(url = %config.public_url, "Minuted serves");
    let (stops, stopped) = oneshot::channel();
    let signal = signalled()?;
    let ending = {
        let backend = backend.clone();
        async move {
            signal.await;
            // Open pages would be listened to for ever.
            backend.end_subscriptions();
            let _ = stops.send(());
        }
    };
    let too_long = async {
        if stopped.await.is_ok() {
            tokio::time::sleep(LAST_REQUESTS).await;
        } else {
            std::future::pending::<()>().await;
        }
    };
    let server = axum::serve(listener, router.into_make_service_with_connect_info::<SocketAddr>())
        .with_graceful_shutdown(ending);
    tokio::select! {
        result = server => result?,
        () = too_long => tracing::warn!("requests that did not end were cut off"),
        () = in_background(&database, &backend) => {}
        () = backend.listen_for_ever() => {}
        () = backend.note_for_ever() => {}
    }
    if let Err(error) = backend.note_listening().await {
        tracing::warn!(
            error = &error as &dyn std::error::Error,
            "what was counted of notifications could not be written"
        );
    }
    database.close().await
}

/// Carries on unfinished work until a signal comes.
pub async fn work(config: Config) -> anyhow::Result<()> {
    let database = Database::open(&config).await?;
    let backend = database.backend(&config)?;
    tracing::info!("the worker runs");
    let signal = signalled()?;
    tokio::select! {
        () = signal => {}
        () = in_background(&database, &backend) => {}
    }
    database.close().await
}

/// Never ends.
async fn in_background(database: &Database, backend: &backend::Backend) {
    let supervised = async {
        if let Some(cluster) = &database.cluster {
            cluster.supervise().await;
        }
        std::future::pending::<()>().await;
    };
    tokio::join!(
        supervised,
        backend.keep_house(),
        backend.deliver_for_ever(),
        backend.copy_for_ever()
    );
}

/// Ends when the process is asked to stop.
fn signalled() -> anyhow::Result<impl Future<Output = ()> + Send + 'static> {
    let mut interrupt = unix::signal(unix::SignalKind::interrupt())?;
    let mut terminate = unix::signal(unix::SignalKind::terminate())?;
    Ok(async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
        tracing::info!("Minuted stops");
    })
}
