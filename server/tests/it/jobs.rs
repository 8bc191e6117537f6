//! `minuted jobs`, as an operator calls it.

use std::process::Output;

use serde_json::Value;
use sqlx::PgPool;

use crate::server::Server;

fn call(server: &Server, arguments: &[&str]) -> Output {
    server.command("jobs").args(arguments).output().unwrap()
}

fn said(output: &Output) -> String {
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout).into_owned()
}

fn refused(output: &Output) -> String {
    assert!(!output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
    let error = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(error.lines().count(), 1, "one line: {error}");
    error
}

#[sqlx::test(migrations = false)]
async fn jobs_are_listed_and_tried_again(pool: PgPool) {
    let mut server = Server::start(pool).await;
    server.kill();
    server.execute("UPDATE online_meetings SET next_fetch_at = NULL").await;
    server.execute("DELETE FROM outgoing_mails").await;
    server.execute("DELETE FROM teams_subscriptions").await;
    server
        .execute("DELETE FROM meeting_operations WHERE state NOT IN ('done', 'undone', 'withdrawn')")
        .await;
    assert_eq!(said(&call(&server, &[])), "Nothing is due, running or failed.\n");
    // One look that has failed and is far away, one of another tenant that is planned.
    server
        .execute(
            "UPDATE online_meetings m SET status = 'ended', next_fetch_at = now() + interval '5 hours', transcripts_trouble = 'transcripts-off'
               WHERE m.meeting_id = (SELECT o.meeting_id FROM online_meetings o JOIN tenants t USING (tenant)
                                      WHERE t.client_name = 'Northwind IT' LIMIT 1)",
        )
        .await;
    server
        .execute(
            "UPDATE online_meetings m SET status = 'scheduled', next_fetch_at = now() + interval '5 hours'
               WHERE m.meeting_id = (SELECT o.meeting_id FROM online_meetings o JOIN tenants t USING (tenant)
                                      WHERE t.client_name = 'Contoso Care' LIMIT 1)",
        )
        .await;
    let table = said(&call(&server, &[]));
    let lines: Vec<&str> = table.lines().collect();
    assert_eq!(lines.len(), 2, "{table}");
    assert!(lines[0].starts_with("STATE") && lines[0].ends_with("REASON"), "{table}");
    for word in [
        "failed",
        "look",
        "Northwind IT",
        "ended",
        "transcripts: transcripts-off",
    ] {
        assert!(lines[1].contains(word), "{word} is not in {table}");
    }
    assert_eq!(said(&call(&server, &["--all"])).lines().count(), 3);
    assert_eq!(
        said(&call(&server, &["--all", "--tenant", "contoso care"]))
            .lines()
            .count(),
        2
    );
    assert_eq!(said(&call(&server, &["--kind", "mail"])).lines().count(), 1);

    let json: Value = serde_json::from_str(&said(&call(&server, &["--json"]))).unwrap();
    let job = &json[0];
    assert_eq!(
        (job["state"].as_str(), job["kind"].as_str()),
        (Some("failed"), Some("look"))
    );
    let id = job["id"].as_str().unwrap();
    let retried = said(&server.command("jobs").args(["retry", id]).output().unwrap());
    assert!(retried.starts_with("1 tried again"), "{retried}");
    let json: Value = serde_json::from_str(&said(&call(&server, &["--json"]))).unwrap();
    assert_eq!(json[0]["state"].as_str(), Some("due"));

    server
        .execute("UPDATE online_meetings SET next_fetch_at = now() + interval '5 hours' WHERE transcripts_trouble IS NOT NULL")
        .await;
    let other = said(&call(&server, &["retry", "--failed", "--tenant", "Contoso Care"]));
    assert!(other.starts_with("0 tried again"), "{other}");
    let retried = said(&call(&server, &["retry", "--failed"]));
    assert!(retried.starts_with("1 tried again"), "{retried}");
}

#[sqlx::test(migrations = false)]
async fn what_makes_no_sense_is_refused_in_one_line(pool: PgPool) {
    let mut server = Server::start(pool).await;
    server.kill();
    assert!(refused(&call(&server, &["--tenant", "Nobody & Sons"])).contains("no tenant `Nobody & Sons`"));
    assert!(refused(&call(&server, &["retry", "nonsense'; --"])).contains("no work with the id"));
    for wrong in [&["--kind", "nail"][..], &["retry"], &["retry", "x", "--failed"]] {
        assert!(!call(&server, wrong).status.success(), "{wrong:?}");
    }
    // A mail whose text is gone stays given up.
    server
        .execute(
            "INSERT INTO outgoing_mails (tenant, mail_id, kind, state, attempts, next_attempt_at, last_error, created_at, settled_at)
             SELECT tenant, '00000000-0000-0000-0000-000000004711', 'test', 'failed', 9, now(), 'no such mailbox', now(), now()
               FROM tenants WHERE client_name = 'Northwind IT'",
        )
        .await;
    let listed = said(&call(&server, &["--kind", "mail"]));
    assert!(
        listed.contains("never") && listed.contains("no such mailbox"),
        "{listed}"
    );
    let id = "00000000-0000-0000-0000-000000004711";
    assert!(refused(&call(&server, &["retry", id])).contains("cannot be tried again"));
    let down = server.command("migrate").arg("down").output().unwrap();
    assert!(down.status.success());
    assert!(refused(&call(&server, &[])).contains("minuted migrate up"));
}
