//! A secret that is known is looked for everywhere where it must not be.

use graph_sim::{SimConfig, demo::northwind};
use reqwest::StatusCode;
use sqlx::PgPool;

use crate::server::{Server, run};

const ADMIN: &str = "admin@northwind.example";

/// Every row of every table as text; bytes in hexadecimal.
#[expect(
    clippy::disallowed_methods,
    reason = "tests look at the rows with statements of their own"
)]
async fn dump(server: &Server) -> String {
    let tables: Vec<String> = sqlx::query_scalar(
        "SELECT format('SELECT coalesce(string_agg(t::text, chr(10)), %L) FROM %I.%I t', '', table_schema, table_name)
           FROM information_schema.tables WHERE table_schema = 'public' AND table_type = 'BASE TABLE'",
    )
    .fetch_all(&server.pool)
    .await
    .unwrap();
    let mut text = String::new();
    for table in tables {
        let rows: String = sqlx::query_scalar(sqlx::AssertSqlSafe(table))
            .fetch_one(&server.pool)
            .await
            .unwrap();
        text.extend([rows.as_str(), "\n"]);
    }
    text
}

#[sqlx::test(migrations = false)]
async fn a_client_secret_is_nowhere_in_clear(pool: PgPool) {
    let mut server = Server::start_with(pool, SimConfig::demo()).await;
    server.kill();
    server.log_everything();
    server.launch().await;
    server.sign_in(ADMIN).await;
    let secret = northwind::CLIENT_SECRET;
    let known = [
        ("input[entra_tenant]", northwind::TENANT_ID),
        ("input[client_id]", northwind::CLIENT_ID),
    ];
    let page = "/msp/settings/integrations/teams";
    // Saved with script and without, refused with script and without.
    for (entra_tenant, status) in [(northwind::TENANT_ID, 200), ("common", 422)] {
        let form = [
            ("input[entra_tenant]", entra_tenant),
            known[1],
            ("input[client_secret]", secret),
        ];
        let answer = server.post("/api/settings/teams-profile", &form).send().await.unwrap();
        assert_eq!(answer.status().as_u16(), status);
        assert!(!answer.text().await.unwrap().contains(secret));
        let answer = server
            .post_without_script("/api/settings/teams-profile", page, &form)
            .send()
            .await
            .unwrap();
        assert!(answer.status().is_redirection(), "{}", answer.status());
        let to = answer.headers()["location"].to_str().unwrap().to_owned();
        assert!(!to.contains(secret), "{to}");
        let path = to.strip_prefix(server.url.as_str()).unwrap_or(&to);
        let shown = server.get(path).send().await.unwrap().text().await.unwrap();
        assert!(shown.contains(northwind::CLIENT_ID) && !shown.contains(secret));
    }
    // It is used: a check signs in with it, and one that Microsoft refuses says why.
    let check = [("input[second_mailbox]", northwind::ORGANIZER_UPN)];
    for _ in 0..2 {
        let answer = server
            .post_without_script("/api/settings/teams-check", page, &check)
            .send()
            .await
            .unwrap();
        assert!(answer.status().is_redirection());
        let refuse = |app: &mut graph_sim::AppConfig| app.secret_expired = true;
        assert!(server.sim.change_app(northwind::CLIENT_ID, refuse));
    }
    let mut told = String::new();
    for path in [
        page,
        "/msp/settings/audit",
        "/api/settings/teams",
        "/api/settings/teams-diagnosis",
        "/api/settings/audit-export",
    ] {
        let answer = server.get(path).send().await.unwrap();
        assert_eq!(answer.status(), StatusCode::OK, "{path}");
        told += &answer.text().await.unwrap();
    }
    assert!(told.contains("client_secret"), "the audit names the field");
    for arguments in [&["doctor"][..], &["doctor", "--json"], &["jobs", "--all"], &["keys"]] {
        let mut command = server.command(arguments[0]);
        command.args(&arguments[1..]);
        let output = run(command).await;
        told += &String::from_utf8_lossy(&output.stdout);
        told += &String::from_utf8_lossy(&output.stderr);
    }
    assert!(!told.contains(secret));
    let log = server.logged();
    assert!(
        log.contains("DEBUG") && log.contains("the app registration was saved"),
        "everything is logged"
    );
    assert!(!log.contains(secret));
    let key = std::fs::read_to_string(server.data_dir().join("secret.key")).unwrap();
    assert!(!log.contains(key.trim()) && !told.contains(key.trim()));
    let dump = dump(&server).await;
    assert!(
        dump.contains("microsoft_profile_") && dump.contains(northwind::CLIENT_ID),
        "it is a dump"
    );
    // As it is, and as bytes.
    let hex: String = secret.bytes().map(|byte| format!("{byte:02x}")).collect();
    assert!(!dump.contains(secret) && !dump.contains(&hex));
    assert!(!dump.contains(key.trim()));
}
