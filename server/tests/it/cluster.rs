//! The private cluster: no `DATABASE_URL`, a folder, and kills.

use std::{
    fs,
    os::unix::fs::PermissionsExt,
    path::Path,
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use crate::server::{free_port, http, minuted};

fn command(folder: &Path, port: u16) -> Command {
    let mut command = minuted();
    command
        .env("MINUTED_DATA_DIR", folder)
        .env("MINUTED_LISTEN", format!("127.0.0.1:{port}"))
        .env("MINUTED_LOG", "warn")
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    command
}

struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

async fn ready(port: u16) {
    let client = http().build().unwrap();
    let deadline = Instant::now() + Duration::from_mins(1);
    while !client
        .get(format!("http://127.0.0.1:{port}/readyz"))
        .send()
        .await
        .is_ok_and(|answer| answer.status().is_success())
    {
        assert!(Instant::now() < deadline, "not ready on port {port}");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

fn postmaster(folder: &Path) -> String {
    let file = fs::read_to_string(folder.join("postgres/data/postmaster.pid")).unwrap();
    file.lines().next().unwrap().trim().to_owned()
}

fn sigkill(pid: &str) {
    assert!(Command::new("kill").args(["-9", pid]).status().unwrap().success());
}

#[tokio::test]
async fn the_private_cluster_survives_kills_and_refuses_a_second_minuted() {
    let folder = tempfile::tempdir().unwrap();
    // The cluster's unprivileged user must be able to get there.
    fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o755)).unwrap();
    let port = free_port();
    let seed = command(folder.path(), port).args(["seed", "--demo"]).output().unwrap();
    assert!(seed.status.success(), "{}", String::from_utf8_lossy(&seed.stderr));

    let mut first = Running(command(folder.path(), port).arg("serve").spawn().unwrap());
    ready(port).await;
    let second = command(folder.path(), free_port()).arg("serve").output().unwrap();
    assert!(!second.status.success());
    let message = String::from_utf8_lossy(&second.stderr).into_owned();
    assert!(
        message.contains("Another Minuted") && message.contains(&first.0.id().to_string()),
        "{message}"
    );
    assert_eq!(message.lines().count(), 1, "{message}");

    // The cluster dies under a running Minuted.
    sigkill(&postmaster(folder.path()));
    ready(port).await;

    // Minuted dies; the cluster goes on and is taken over.
    let cluster = postmaster(folder.path());
    first.0.kill().unwrap();
    first.0.wait().unwrap();
    first = Running(command(folder.path(), port).arg("serve").spawn().unwrap());
    ready(port).await;
    assert_eq!(postmaster(folder.path()), cluster, "the running cluster is taken over");

    // Both die.
    first.0.kill().unwrap();
    first.0.wait().unwrap();
    sigkill(&cluster);
    first = Running(command(folder.path(), port).arg("serve").spawn().unwrap());
    ready(port).await;

    // Asked to stop, Minuted stops its cluster too.
    assert!(
        Command::new("kill")
            .args(["-TERM", &first.0.id().to_string()])
            .status()
            .unwrap()
            .success()
    );
    assert!(first.0.wait().unwrap().success());
    assert!(
        !folder.path().join("postgres/data/postmaster.pid").exists(),
        "the cluster is stopped"
    );
}

#[test]
fn a_bad_setting_stops_the_start_with_one_line() {
    let folder = tempfile::tempdir().unwrap();
    for (name, value) in [
        ("MINUTED_LISTEN", "nowhere"),
        ("MINUTED_COLOUR", "blue"),
        ("DATABASE_URL", "mysql://x/y"),
    ] {
        let output = command(folder.path(), 1)
            .env(name, value)
            .arg("serve")
            .output()
            .unwrap();
        let message = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(!output.status.success());
        assert!(message.contains(name) && message.lines().count() == 1, "{message}");
    }
}

#[test]
fn help_lists_every_setting() {
    let help = command(Path::new("/"), 1).arg("--help").output().unwrap();
    let help = String::from_utf8_lossy(&help.stdout).into_owned();
    for name in [
        "DATABASE_URL",
        "MINUTED_LISTEN",
        "MINUTED_PUBLIC_URL",
        "MINUTED_SECRET_KEY",
        "MINUTED_GRAPH_URL",
    ] {
        assert!(help.contains(name), "{help}");
    }
}
