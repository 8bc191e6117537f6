//! `minuted keys`, killed in the middle.

use std::time::{Duration, Instant};

use backend::secrets::Keyring;
use sqlx::{Connection, PgConnection, PgPool, postgres::PgConnectOptions};

use crate::server::{Server, minuted, run};

const BY_KEY: &str = "SELECT string_agg(count, ',' ORDER BY count) FROM (SELECT count(*)::text AS count FROM tenant_secrets GROUP BY key_id) c";
const WAITING: &str =
    "SELECT count(*)::text FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'";

fn said(output: &std::process::Output) -> String {
    let out = String::from_utf8_lossy(&output.stdout).into_owned();
    out + &String::from_utf8_lossy(&output.stderr)
}

#[test]
fn a_new_key_needs_no_settings() {
    let output = minuted()
        .args(["keys", "new"])
        .env("MINUTED_LISTEN", "nowhere")
        .output()
        .unwrap();
    assert!(output.status.success());
    let key = String::from_utf8(output.stdout).unwrap();
    assert_eq!(Keyring::read(&key).unwrap().count(), 1);
}

#[sqlx::test(migrations = false)]
async fn a_rotation_that_is_killed_is_begun_again(pool: PgPool) {
    let mut server = Server::start(pool).await;
    server.kill();
    let file = server.data_dir().join("secret.key");
    let old = std::fs::read_to_string(&file).unwrap();
    let new = Keyring::generate();
    let keys = |arguments: &[&str]| server.command("keys").args(arguments).output().unwrap();
    std::fs::write(&file, format!("{new}\n{old}\n")).unwrap();
    let listed = said(&keys(&[]));
    assert!(
        listed.contains("in use") && listed.contains("older") && !listed.contains(new.trim()),
        "{listed}"
    );
    let before = server.text(BY_KEY).await;
    assert!(!before.contains(','), "one key so far: {before}");
    // The last secret cannot be had for a while, so the rotation waits with the others done.
    let options: PgConnectOptions = (*server.pool.connect_options()).clone();
    let mut connection = PgConnection::connect_with(&options).await.unwrap();
    let mut holder = connection.begin().await.unwrap();
    execute(
        &mut holder,
        "SELECT 1 FROM tenant_secrets WHERE (tenant, name) = (SELECT tenant, name FROM tenant_secrets ORDER BY 1 DESC, 2 DESC LIMIT 1) FOR UPDATE",
    )
    .await;
    let mut rotation = server.command("keys").arg("rotate").spawn().unwrap();
    let deadline = Instant::now() + Duration::from_mins(1);
    while server.text(WAITING).await == "0" {
        assert!(Instant::now() < deadline, "the rotation does not wait");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    rotation.kill().unwrap();
    rotation.wait().unwrap();
    holder.rollback().await.unwrap();
    assert!(server.text(BY_KEY).await.contains(','), "some are done, some are not");
    // Meanwhile the program works with both keys.
    server.launch().await;
    server.sign_in("admin@northwind.example").await;
    let doctor = run(server.command("doctor")).await;
    assert!(
        doctor.status.success() && said(&doctor).contains("minuted keys rotate"),
        "{}",
        said(&doctor)
    );
    let again = server.command("keys").arg("rotate").output().unwrap();
    assert!(
        again.status.success() && said(&again).contains("Nothing needs an older key"),
        "{}",
        said(&again)
    );
    assert!(!server.text(BY_KEY).await.contains(','));
    // The old key can go.
    std::fs::write(&file, &new).unwrap();
    let doctor = run(server.command("doctor")).await;
    assert!(
        doctor.status.success() && said(&doctor).contains("secrets      good"),
        "{}",
        said(&doctor)
    );
    // And it alone is of no use any more.
    std::fs::write(&file, &old).unwrap();
    let refused = server.command("keys").arg("rotate").output().unwrap();
    assert!(
        !refused.status.success() && said(&refused).contains("could not be decrypted"),
        "{}",
        said(&refused)
    );
}

#[expect(clippy::disallowed_methods, reason = "tests hold rows with statements of their own")]
async fn execute(connection: &mut PgConnection, sql: &'static str) {
    sqlx::query(sql).execute(connection).await.unwrap();
}
