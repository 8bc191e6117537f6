use std::os::unix::fs::{MetadataExt, PermissionsExt};

use rustix::process::{Pid, Signal, kill_process};
use tempfile::TempDir;

use super::*;

/// Keeps a session at work, which then does not look whether its server still lives.
const WORK: &str = "DO $$ DECLARE start timestamptz := clock_timestamp();
    BEGIN WHILE clock_timestamp() < start + interval '3 s' LOOP END LOOP; END $$";

/// A folder that PostgreSQL's own user may pass, which it needs when the tests run as root.
fn temp() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o755)).unwrap();
    folder
}

fn pid(cluster: &Cluster) -> u32 {
    cluster.server().expect("a running server").pid
}

fn kill(pid: u32) {
    kill_process(Pid::from_raw(pid.try_into().unwrap()).unwrap(), Signal::KILL).unwrap();
}

async fn run(cluster: &Cluster, statement: &'static str) {
    let mut connection = PgConnection::connect_with(&cluster.options()).await.unwrap();
    connection.execute(statement).await.unwrap();
    connection.close().await.unwrap();
}

#[tokio::test]
async fn a_server_is_made_adopted_and_stopped() {
    let folder = temp();
    let data_dir = folder.path().join("data folder");
    let cluster = Cluster::start(&data_dir).await.unwrap();
    run(&cluster, "CREATE TABLE kept (id int)").await;
    let first = pid(&cluster);

    let error = Cluster::start(&data_dir).await.unwrap_err().to_string();
    let expected = format!(
        "Another Minuted (process {}) is using {}",
        std::process::id(),
        data_dir.display()
    );
    assert!(error.starts_with(&expected), "{error}");

    // As after `kill -9` of Minuted: the server goes on, and the next Minuted takes it over.
    drop(cluster);
    let cluster = Cluster::start(&data_dir).await.unwrap();
    assert_eq!(pid(&cluster), first);
    run(&cluster, "INSERT INTO kept VALUES (1)").await;

    let data = cluster.data.clone();
    cluster.stop().await.unwrap();
    assert!(!data.join("postmaster.pid").exists());
    let mode = |path: &str| fs::metadata(data_dir.join(path)).unwrap().mode() & 0o777;
    assert_eq!(
        (mode("postgres"), mode("postgres/data"), mode("postgres/socket")),
        (0o700, 0o700, 0o700)
    );

    // A process that is no server of ours now has the number that a crash left behind.
    fs::write(data.join("postmaster.pid"), format!("{}\n", std::process::id())).unwrap();
    let cluster = Cluster::start(&data_dir).await.unwrap();
    run(&cluster, "INSERT INTO kept VALUES (2)").await;
    cluster.stop().await.unwrap();

    fs::write(data.join("PG_VERSION"), "9\n").unwrap();
    let error = Cluster::start(&data_dir).await.unwrap_err();
    assert!(
        matches!(&error, ClusterError::Version { data, .. } if data == "9"),
        "{error}"
    );
}

#[tokio::test]
async fn a_killed_server_is_started_again() {
    let folder = temp();
    let cluster = Cluster::start(folder.path()).await.unwrap();
    run(&cluster, "CREATE TABLE kept AS SELECT 1 AS id").await;
    // A session at work outlives the server's main process, and bars the next server while it lasts.
    let mut busy = PgConnection::connect_with(&cluster.options()).await.unwrap();
    let busy = tokio::spawn(async move { busy.execute(WORK).await.map(|_| ()) });
    sleep(Duration::from_millis(300)).await;

    let killed = pid(&cluster);
    kill(killed);
    let back = async {
        while cluster.server().is_none_or(|server| server.pid == killed)
            || PgConnection::connect_with(&cluster.options()).await.is_err()
        {
            sleep(Duration::from_millis(50)).await;
        }
    };
    tokio::select! {
        () = cluster.supervise() => {}
        back = timeout(Duration::from_mins(1), back) => back.unwrap(),
    }
    run(&cluster, "INSERT INTO kept VALUES (2)").await;
    busy.abort();
    cluster.stop().await.unwrap();
}

#[tokio::test]
async fn a_half_made_cluster_and_a_long_path_are_no_obstacle() {
    let folder = temp();
    let data_dir = folder.path().join("long-".repeat(20));
    fs::create_dir_all(data_dir.join("postgres/data.new/base")).unwrap();
    fs::write(data_dir.join("postgres/data.new/PG_VERSION"), "9\n").unwrap();

    let cluster = Cluster::start(&data_dir).await.unwrap();
    let socket = cluster.socket.clone();
    assert!(socket.starts_with(std::env::temp_dir()) && !data_dir.join("postgres/data.new").exists());
    cluster.stop().await.unwrap();

    // The folder in the temporary folder could have been put there by somebody else.
    fs::set_permissions(&socket, fs::Permissions::from_mode(0o777)).unwrap();
    let error = Cluster::start(&data_dir).await.unwrap_err();
    assert!(
        matches!(&error, ClusterError::SocketFolder { folder } if *folder == socket),
        "{error}"
    );
    fs::remove_dir(socket).unwrap();
}

#[tokio::test]
async fn a_start_that_fails_shows_the_end_of_the_log() {
    let folder = temp();
    let cluster = Cluster::start(folder.path()).await.unwrap();
    let conf = cluster.data.join("postgresql.conf");
    cluster.stop().await.unwrap();
    OpenOptions::new()
        .append(true)
        .open(conf)
        .unwrap()
        .write_all(b"max_connections = many\n")
        .unwrap();

    let error = Cluster::start(folder.path()).await.unwrap_err().to_string();
    assert!(
        error.contains("server.log") && error.contains("max_connections"),
        "{error}"
    );
}

#[tokio::test]
async fn a_closed_folder_is_named() {
    if !rustix::process::geteuid().is_root() {
        return;
    }
    let folder = temp();
    fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o700)).unwrap();
    let error = Cluster::start(&folder.path().join("data")).await.unwrap_err();
    assert!(
        matches!(&error, ClusterError::Unreachable { blocked, .. } if blocked == folder.path()),
        "{error}"
    );
}
