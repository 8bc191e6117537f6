//! Every SQL statement of the store, as the committed `.sqlx` lists them: none touches a tenant's table without its tenant.

use std::{collections::BTreeSet, fs, path::Path};

/// Statements that belong to no tenant, by what they begin with. Each has its reason.
const WITHOUT_TENANT: &[(&str, &str)] = &[
    (
        "SELECT u.tenant, u.user_id, u.hashed_password",
        "sign-in knows an address only",
    ),
    (
        "SELECT d.tenant, d.operation_id FROM (SELECT o.tenant",
        "the sweep goes over all tenants",
    ),
    (
        "SELECT m.tenant, m.meeting_id FROM online_meetings m WHERE m.status = 'cancel_pending'",
        "cancellations that were brought along are looked for in all tenants",
    ),
    (
        "SELECT d.tenant, d.meeting_id FROM (SELECT m.tenant, m.meeting_id, m.next_fetch_at",
        "meetings that are due to be looked for are taken from all tenants",
    ),
    (
        "SELECT tenant, meeting_id FROM online_meetings WHERE next_fetch_at IS NULL",
        "meetings that were brought along are looked for in all tenants",
    ),
    (
        "SELECT tenant, file_id FROM external_files WHERE discard_at",
        "files that belong to nothing any more are removed for all tenants",
    ),
    (
        "DELETE FROM meeting_operations WHERE state IN",
        "settled operations are forgotten in all tenants",
    ),
    (
        "SELECT t.tenant AS \"tenant: TenantId\" FROM tenants t WHERE EXISTS",
        "tenants whose catalog is incomplete are looked for among all",
    ),
    (
        "SELECT t.tenant AS \"tenant: TenantId\" FROM teams_integrations t WHERE t.install_status = 'active' AND (SELECT count(*)",
        "tenants without subscriptions are looked for among all",
    ),
    (
        "SELECT s.tenant, s.artifact_type, s.next_attempt_at FROM teams_subscriptions s",
        "subscriptions are seen to for all tenants",
    ),
    (
        "SELECT tenant, subscription_id FROM teams_subscriptions_to_end",
        "subscriptions are removed for all tenants",
    ),
    (
        "SELECT tenant AS \"tenant: TenantId\" FROM teams_diagnoses WHERE probe_id",
        "meetings that checks have left are removed for all tenants",
    ),
    (
        "SELECT key_id, count(*) AS \"count!\" FROM tenant_secrets GROUP BY key_id",
        "which keys are needed is asked for all tenants",
    ),
    (
        "SELECT tenant AS \"tenant: TenantId\", name FROM tenant_secrets WHERE key_id <> $1",
        "all tenants go over to another key",
    ),
    (
        "SELECT key_id AS \"key_id!\", count(*) AS \"count!\" FROM outgoing_mails WHERE ciphertext",
        "which keys are needed is asked for all tenants",
    ),
    (
        "SELECT tenant AS \"tenant: TenantId\", mail_id AS \"mail_id: MailId\" FROM outgoing_mails WHERE key_id <> $1",
        "all tenants go over to another key",
    ),
    (
        "SELECT t.tenant, n.client_name FROM teams_integrations t JOIN tenants n",
        "whoever runs the server is told of all tenants",
    ),
    (
        "UPDATE teams_subscriptions SET gap_since = least(gap_since, $1)",
        "when nobody has listened all tenants have missed something",
    ),
    (
        "SELECT subscription_id, tenant AS \"tenant: TenantId\", artifact_type, secret_ref",
        "a notification tells the subscription only",
    ),
    (
        "SELECT tenant AS \"tenant: TenantId\" FROM teams_notifications WHERE handled_at IS NULL",
        "notifications are looked into for all tenants",
    ),
    (
        "DELETE FROM teams_notifications WHERE handled_at",
        "settled notifications are forgotten in all tenants",
    ),
    ("ANALYZE ", "the planner's statistics belong to no tenant"),
    (
        "SELECT u.tenant, u.user_id, u.email, t.client_name AS tenant_name, up.setting_value #>> '{}' AS locale, coalesce(nullif(trim(concat_ws(' ', u.first_name, u.last_name)), ''), c.full_name",
        "who forgot a password knows an address only",
    ),
    (
        "DELETE FROM password_reset_tokens WHERE expires_at",
        "old links are forgotten in all tenants",
    ),
    (
        "SELECT tenant, mail_id FROM outgoing_mails",
        "mails are sent for all tenants",
    ),
    (
        "DELETE FROM outgoing_mails WHERE state",
        "settled mails are forgotten in all tenants",
    ),
    (
        "DELETE FROM import_uploads WHERE expires_at",
        "files that nobody imported are forgotten in all tenants",
    ),
    (
        "SELECT d.tenant AS \"tenant: TenantId\", d.artifact_id",
        "recordings that are to be copied are looked for in all tenants",
    ),
    (
        "SELECT t.tenant AS \"tenant: TenantId\" FROM tenants t WHERE lower",
        "an operator names a tenant",
    ),
    (
        "SELECT m.tenant, t.client_name AS tenant_name, m.mail_id",
        "an operator sees the work of all tenants",
    ),
    (
        "SELECT o.tenant, t.client_name AS tenant_name, o.operation_id",
        "an operator sees the work of all tenants",
    ),
    (
        "SELECT m.tenant, t.client_name AS tenant_name, m.meeting_id",
        "an operator sees the work of all tenants",
    ),
    (
        "SELECT a.tenant, t.client_name AS tenant_name, a.artifact_id",
        "an operator sees the work of all tenants",
    ),
    (
        "SELECT s.tenant, t.client_name AS tenant_name, concat_ws",
        "an operator sees the work of all tenants",
    ),
    (
        "SELECT n.tenant, t.client_name AS tenant_name, concat_ws",
        "an operator sees the work of all tenants",
    ),
    (
        "DELETE FROM microsoft_requests WHERE requested_at",
        "old requests are forgotten in all tenants",
    ),
    (
        "DELETE FROM idempotency_keys WHERE created_at",
        "old keys are forgotten in all tenants",
    ),
];

fn root() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../.."))
}

fn statements() -> Vec<String> {
    let folder = root().join(".sqlx");
    let files = fs::read_dir(&folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let statements: Vec<String> = files
        .map(|file| {
            let json: serde_json::Value =
                serde_json::from_str(&fs::read_to_string(file.unwrap().path()).unwrap()).unwrap();
            json["query"]
                .as_str()
                .unwrap()
                .split_whitespace()
                .collect::<Vec<_>>()
                .join(" ")
        })
        .collect();
    assert!(statements.len() > 30, "the list is there");
    statements
}

/// The tables that have a tenant, from the migrations.
fn tenant_tables() -> BTreeSet<String> {
    let mut tables = BTreeSet::new();
    for folder in ["core", "enterprise"] {
        for file in fs::read_dir(root().join("migrations").join(folder)).unwrap() {
            let path = file.unwrap().path();
            if !path.to_str().unwrap().ends_with(".up.sql") {
                continue;
            }
            let sql = fs::read_to_string(path).unwrap();
            for table in sql.split("CREATE TABLE ").skip(1) {
                let name = table.split_whitespace().next().unwrap();
                let body = table.split(");").next().unwrap();
                if body.lines().any(|line| line.trim_start().starts_with("tenant ")) {
                    tables.insert(name.trim_end_matches('(').to_owned());
                }
            }
        }
    }
    assert!(tables.contains("interactions") && tables.contains("online_meetings") && !tables.contains("web_sessions"));
    tables
}

fn words(sql: &str) -> BTreeSet<&str> {
    sql.split(|c: char| !c.is_alphanumeric() && c != '_').collect()
}

/// A condition on the tenant, or an insert whose first column it is.
fn names_its_tenant(sql: &str) -> bool {
    sql.contains("tenant = $1")
        || (sql.contains("(tenant,") && (sql.contains("VALUES ($1") || sql.contains("SELECT $1")))
}

#[test]
fn every_statement_names_its_tenant() {
    let tables = tenant_tables();
    let offenders: Vec<String> = statements()
        .into_iter()
        .filter(|sql| words(sql).iter().any(|word| tables.contains(*word)))
        .filter(|sql| !names_its_tenant(sql) && !WITHOUT_TENANT.iter().any(|(start, _)| sql.starts_with(start)))
        .collect();
    assert_eq!(offenders, Vec::<String>::new());
}

#[test]
fn every_joined_tenant_table_is_tied_to_the_tenant() {
    let tables = tenant_tables();
    for sql in statements() {
        if WITHOUT_TENANT.iter().any(|(start, _)| sql.starts_with(start)) {
            continue;
        }
        for part in sql.split(" JOIN ").skip(1) {
            let mut words = part.split_whitespace();
            let (table, alias) = (words.next().unwrap(), words.next().unwrap_or_default());
            if tables.contains(table) {
                let tied = part.contains(&format!("{alias}.tenant =")) || part.contains(&format!("= {alias}.tenant"));
                assert!(tied, "{table} is joined without its tenant in: {sql}");
            }
        }
    }
}

#[test]
fn exceptions_are_still_needed() {
    let statements = statements();
    for (start, reason) in WITHOUT_TENANT {
        assert!(
            statements.iter().any(|sql| sql.starts_with(start)),
            "no statement begins with `{start}` any more ({reason})"
        );
    }
}
