//! The private PostgreSQL server that Minuted keeps in its data folder when no `DATABASE_URL` is set.
//!
//! The server is a process of its own: it outlives a killed Minuted and is adopted by the next one. It listens on a Unix
//! socket only, in a folder that nobody but its owner may enter.

mod account;
mod binaries;
mod error;
mod folder;
#[cfg(test)]
mod tests;

use std::{
    fs::{self, File, OpenOptions},
    io::{self, Read, Seek, SeekFrom, Write},
    os::unix::fs::OpenOptionsExt,
    path::{Path, PathBuf},
    process::Stdio,
    time::Duration,
};

use sqlx::{
    ConnectOptions, Connection, Executor,
    postgres::{PgConnectOptions, PgConnection, PgSslMode},
};
use tokio::{
    process::{Child, Command},
    time::{Instant, sleep, timeout},
};

pub use error::ClusterError;
use error::{At, tail};

use account::Account;
use binaries::Binaries;
use folder::{Server, lock, make_folder, socket_folder};

const PORT: u16 = 5432;
const NAME: &str = "minuted";
const LOG_MAX: u64 = 10 << 20;
/// Recovery after a crash replays the log before the first connection is let in.
const START_LIMIT: Duration = Duration::from_mins(2);
/// Sessions of a killed server go on for a moment, and the next server may not start before they have ended.
const ORPHAN_LIMIT: Duration = Duration::from_secs(30);

/// Written into a new cluster's `postgresql.conf`, where operators may change it.
const SETTINGS: &str = "
# Minuted: small, because it shares the machine with the program.
shared_buffers = 64MB
max_connections = 60
jit = off
timezone = 'UTC'
log_timezone = 'UTC'
log_line_prefix = '%m [%p] '
log_checkpoints = off
";

/// The cluster of one data folder. Dropping it gives the folder free and leaves the server running.
#[derive(Debug)]
pub struct Cluster {
    account: Account,
    binaries: Binaries,
    folder: PathBuf,
    data: PathBuf,
    log: PathBuf,
    socket: PathBuf,
    _lock: File,
}

impl Cluster {
    /// Makes the cluster where there is none, adopts its server if one runs, and starts it otherwise.
    pub async fn start(data_dir: &Path) -> Result<Self, ClusterError> {
        // Owner only, but passable: the server's own user has to reach the folder inside.
        let root = rustix::process::geteuid().is_root();
        make_folder(data_dir, if root { 0o711 } else { 0o700 })?;
        let data_dir = data_dir.canonicalize().at(data_dir)?;
        let lock = lock(&data_dir)?;

        let folder = data_dir.join("postgres");
        let data = folder.join("data");
        let account = Account::choose(&data)?;
        make_folder(&folder, 0o700)?;
        account.own(&folder)?;
        account.check_way(&folder)?;
        let socket = socket_folder(&folder, &account)?;
        let binaries = Binaries::find(&data).await?;

        let log = folder.join("server.log");
        let cluster = Self {
            account,
            binaries,
            folder,
            data,
            log,
            socket,
            _lock: lock,
        };
        if !cluster.data.exists() {
            cluster.initialise().await?;
        }
        if cluster.server().is_some() && cluster.wait_until_ready(|| cluster.server().is_none()).await? {
            tracing::info!(folder = %cluster.data.display(), "adopted the running PostgreSQL server");
        } else {
            cluster.launch().await?;
        }
        Ok(cluster)
    }

    /// How to connect to Minuted's database in this cluster.
    pub fn options(&self) -> PgConnectOptions {
        // The server that was adopted says itself where its socket is.
        let socket = self
            .server()
            .and_then(|server| server.socket)
            .unwrap_or_else(|| self.socket.clone());
        PgConnectOptions::new_without_pgpass()
            .socket(socket)
            .port(PORT)
            .username(NAME)
            .database(NAME)
            .ssl_mode(PgSslMode::Disable)
    }

    /// Starts the server again whenever it has died. Runs until it is cancelled.
    pub async fn supervise(&self) {
        const SHORTEST: Duration = Duration::from_secs(1);
        const LONGEST: Duration = Duration::from_secs(30);
        let mut pause = SHORTEST;
        loop {
            sleep(pause).await;
            if self.server().is_some() {
                pause = SHORTEST;
                continue;
            }
            tracing::warn!(log = %self.log.display(), "PostgreSQL has stopped, starting it again");
            if let Err(error) = self.launch().await {
                pause = (pause * 2).min(LONGEST);
                tracing::error!(%error, retry_in = ?pause, "PostgreSQL could not be started again");
            }
        }
    }

    /// Ends all connections and shuts the server down.
    pub async fn stop(self) -> Result<(), ClusterError> {
        if self.server().is_none() {
            return Ok(());
        }
        let mut pg_ctl = self.command("pg_ctl");
        pg_ctl
            .args(["stop", "--mode=fast", "--wait", "--timeout=60", "--silent"])
            .arg("--pgdata")
            .arg(&self.data);
        let output = pg_ctl.output().await.at(&self.binaries.program("pg_ctl"))?;
        if output.status.success() || self.server().is_none() {
            return Ok(());
        }
        Err(ClusterError::Stop {
            folder: self.data.clone(),
            tail: tail(&output.stderr),
        })
    }

    /// A cluster is built beside its place and moved there when it is whole, so a half-made one is never used.
    async fn initialise(&self) -> Result<(), ClusterError> {
        tracing::info!(folder = %self.data.display(), version = self.binaries.major, "making a PostgreSQL cluster");
        let draft = self.folder.join("data.new");
        if draft.exists() {
            fs::remove_dir_all(&draft).at(&draft)?;
        }
        let mut initdb = self.command("initdb");
        // Whoever can enter the socket's folder could read the files of the cluster as well, and nobody else can connect:
        // a password would protect nothing.
        initdb.args([
            "--auth-local=trust",
            "--auth-host=reject",
            "--username",
            NAME,
            "--data-checksums",
        ]);
        // Order by code point never changes with the system's libraries, which would break indexes.
        initdb.args([
            "--encoding=UTF8",
            "--locale=C",
            "--lc-ctype=C.UTF-8",
            "--no-instructions",
        ]);
        let output = initdb
            .arg("--pgdata")
            .arg(&draft)
            .output()
            .await
            .at(&self.binaries.program("initdb"))?;
        if !output.status.success() {
            return Err(ClusterError::Initdb {
                tail: tail(&[output.stdout, output.stderr].concat()),
            });
        }
        let conf = draft.join("postgresql.conf");
        let mut file = OpenOptions::new().append(true).open(&conf).at(&conf)?;
        file.write_all(SETTINGS.as_bytes())
            .and_then(|()| file.sync_all())
            .at(&conf)?;
        fs::rename(&draft, &self.data).at(&self.data)?;
        File::open(&self.folder)
            .and_then(|folder| folder.sync_all())
            .at(&self.folder)
    }

    /// Starts the server and waits until Minuted's database can be used.
    async fn launch(&self) -> Result<(), ClusterError> {
        let give_up = Instant::now() + ORPHAN_LIMIT;
        loop {
            self.clear_reused_pid()?;
            let (mut server, log_start) = self.spawn()?;
            if self.wait_until_ready(|| !matches!(server.try_wait(), Ok(None))).await? {
                tracing::info!(folder = %self.data.display(), "PostgreSQL is ready");
                // Takes the exit status when the time comes, so that no zombie stays behind.
                tokio::spawn(async move { server.wait().await });
                return Ok(());
            }
            let tail = tail(&self.logged_since(log_start));
            if !tail.contains("shared memory block") || Instant::now() > give_up {
                return Err(ClusterError::Start {
                    log: self.log.clone(),
                    tail,
                });
            }
            sleep(Duration::from_millis(500)).await;
        }
    }

    /// The server, and how long its log was before.
    fn spawn(&self) -> Result<(Child, u64), ClusterError> {
        if fs::metadata(&self.log).is_ok_and(|log| log.len() > LOG_MAX) {
            fs::rename(&self.log, self.log.with_extension("log.1")).at(&self.log)?;
        }
        let log = OpenOptions::new()
            .append(true)
            .create(true)
            .mode(0o600)
            .open(&self.log)
            .at(&self.log)?;
        let log_start = log.metadata().at(&self.log)?.len();
        self.account.own(&self.log)?;

        let socket = self.socket.to_string_lossy().replace('"', "\"\"");
        let mut postgres = self.command("postgres");
        postgres.arg("-D").arg(&self.data).arg("-p").arg(PORT.to_string());
        postgres.args([
            "-c",
            "listen_addresses=",
            "-c",
            &format!("unix_socket_directories=\"{socket}\""),
        ]);
        postgres.stdout(log.try_clone().at(&self.log)?).stderr(log);
        // Its own process group: Ctrl-C in a terminal is for Minuted, which then stops the server in good order.
        let server = postgres
            .process_group(0)
            .spawn()
            .at(&self.binaries.program("postgres"))?;
        Ok((server, log_start))
    }

    /// True once Minuted's database can be used, false if the server ended before.
    async fn wait_until_ready(&self, mut ended: impl FnMut() -> bool) -> Result<bool, ClusterError> {
        let give_up = Instant::now() + START_LIMIT;
        loop {
            match timeout(Duration::from_secs(10), self.open_database()).await {
                Ok(Ok(())) => return Ok(true),
                _ if ended() => return Ok(false),
                Ok(Err(error)) if Instant::now() > give_up || is_refusal(&error) => {
                    return Err(ClusterError::Connect(error));
                }
                Err(_) if Instant::now() > give_up => {
                    return Err(ClusterError::Start {
                        log: self.log.clone(),
                        tail: tail(&self.logged_since(0)),
                    });
                }
                _ => sleep(Duration::from_millis(25)).await,
            }
        }
    }

    /// Connects once, and makes the database if the cluster is new.
    async fn open_database(&self) -> Result<(), sqlx::Error> {
        const NO_SUCH_DATABASE: &str = "3D000";
        let options = self.options().disable_statement_logging();
        let error = match PgConnection::connect_with(&options).await {
            Ok(connection) => return connection.close().await,
            Err(error) => error,
        };
        if code_of(&error).is_none_or(|code| code != NO_SUCH_DATABASE) {
            return Err(error);
        }
        let mut connection = PgConnection::connect_with(&options.database("postgres")).await?;
        connection.execute("CREATE DATABASE minuted").await?;
        connection.close().await
    }

    /// The running server, if it is really ours: process ids are used again, and a dead process may keep its entry.
    fn server(&self) -> Option<Server> {
        let server = Server::read(&self.data)?;
        (fs::read_link(format!("/proc/{}/cwd", server.pid)).ok()? == self.data).then_some(server)
    }

    /// PostgreSQL would wait for ever for a foreign process that got the process id of its dead server.
    fn clear_reused_pid(&self) -> Result<(), ClusterError> {
        let Some(stale) = Server::read(&self.data) else {
            return Ok(());
        };
        if self.server().is_some() || !Path::new(&format!("/proc/{}", stale.pid)).exists() {
            return Ok(());
        }
        for path in [
            self.data.join("postmaster.pid"),
            self.socket.join(format!(".s.PGSQL.{PORT}.lock")),
        ] {
            match fs::remove_file(&path) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error).at(&path),
                _ => {}
            }
        }
        Ok(())
    }

    fn logged_since(&self, start: u64) -> Vec<u8> {
        let mut text = Vec::new();
        let read = File::open(&self.log).and_then(|mut log| {
            let start = start.max(log.metadata()?.len().saturating_sub(64 << 10));
            log.seek(SeekFrom::Start(start))?;
            log.read_to_end(&mut text)
        });
        if let Err(error) = read {
            tracing::warn!(%error, log = %self.log.display(), "the PostgreSQL log cannot be read");
        }
        text
    }

    /// One of PostgreSQL's programs under the cluster's user, without our environment: it may hold secrets, and `PG…`
    /// variables would change what the programs do.
    fn command(&self, program: &str) -> Command {
        let mut command = Command::new(self.binaries.program(program));
        command.env_clear().env("LC_ALL", "C").env("PATH", "/usr/bin:/bin");
        command.current_dir(&self.folder).stdin(Stdio::null());
        self.account.apply(&mut command);
        command
    }
}

fn code_of(error: &sqlx::Error) -> Option<String> {
    Some(error.as_database_error()?.code()?.into_owned())
}

/// The server does not know us (SQLSTATE class 28): trying again would not help.
fn is_refusal(error: &sqlx::Error) -> bool {
    code_of(error).is_some_and(|code| code.starts_with("28"))
}
