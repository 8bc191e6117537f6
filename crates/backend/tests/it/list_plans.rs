//! How PostgreSQL reads a page of a list: along an index in the list's order, and no more rows than the page shows, with 12,000 clients
//! and as many contacts. A search reads on until its page is full, at worst along the whole tenant once.

use std::{fs, path::Path};

use serde_json::Value;
use sqlx::{Connection, PgConnection, PgPool};

use crate::{plans::explain, test_app::TestApp};

const CLIENTS: &str = "
    INSERT INTO clients (tenant, client_name, is_inactive)
    SELECT tenant, 'Bulk ' || md5(n::text) || CASE WHEN n = 777 THEN ' zebra' ELSE '' END, n % 10 = 0
      FROM tenants, generate_series(1, 12000) n WHERE client_name = 'Northwind IT'";
/// A third of them is Acme's.
const CONTACTS: &str = "
    INSERT INTO contacts (tenant, full_name, email, client_id, is_inactive)
    SELECT c.tenant, 'Person ' || md5(n::text), n || CASE WHEN n = 777 THEN '@zebra.example' ELSE '@bulk.example' END,
           CASE WHEN n % 3 = 0 THEN c.client_id END, n % 10 = 0
      FROM clients c, generate_series(1, 12000) n WHERE c.client_name = 'Acme Manufacturing'";

/// The statements whose text holds this.
fn statement(part: &str) -> String {
    let folder = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../.sqlx"));
    let mut found = fs::read_dir(folder).unwrap().filter_map(|file| {
        let json: Value = serde_json::from_str(&fs::read_to_string(file.unwrap().path()).unwrap()).unwrap();
        let sql = json["query"].as_str().unwrap().to_owned();
        sql.contains(part).then_some(sql)
    });
    let sql = found.next().unwrap_or_else(|| panic!("no statement holds {part:?}"));
    assert!(found.next().is_none(), "several statements hold {part:?}");
    sql
}

/// What the plan reads of the list's table: how, by which index, and how many rows.
fn reads(node: &Value, table: &str, found: &mut Vec<(String, f64)>) {
    let number = |name: &str| node[name].as_f64().unwrap_or_default();
    let text = |name: &str| node[name].as_str().unwrap_or_default().to_owned();
    if text("Relation Name") == table && number("Actual Loops") <= 1.0 {
        let rows = number("Actual Loops") * (number("Actual Rows") + number("Rows Removed by Filter"));
        found.push((format!("{} {}", text("Node Type"), text("Index Name")), rows));
    }
    for child in node["Plans"].as_array().into_iter().flatten() {
        reads(child, table, found);
    }
}

#[sqlx::test(migrator = "backend::store::MIGRATOR")]
async fn a_page_of_a_list_reads_no_more_than_it_shows(pool: PgPool) {
    let app = TestApp::start(pool).await;
    app.execute(CLIENTS).await;
    app.execute(CONTACTS).await;
    app.execute("ANALYZE").await;
    let tenant = app
        .id("SELECT tenant FROM tenants WHERE client_name = $1", "Northwind IT")
        .await;
    let acme = app.client("Acme Manufacturing").await;
    let clients_active = "SELECT client_id, client_name, is_inactive FROM clients
                        WHERE tenant = $1 AND coalesce(is_inactive, false) = $6";
    let clients_all = "SELECT client_id, client_name, is_inactive FROM clients
                        WHERE tenant = $1 AND true";
    let (now, nil) = ("'2026-11-24 10:10Z'", "'00000000-0000-0000-0000-000000000000'");
    let page = |after: &str, pattern: &str| format!("'{tenant}', '{after}', {nil}, {pattern}");
    let (top, deep, zebra) = (page("", "NULL"), page("bulk 8", "NULL"), page("", "'zebra'"));
    let deep_contacts = page("person 8", "NULL");
    let contacts =
        |condition: &str| format!("FROM contacts\n                        WHERE tenant = $1 AND {condition}");
    let cases: Vec<(&str, String, &str, String, f64)> = vec![
        (
            "clients",
            clients_active.into(),
            "clients_activity_name_idx",
            format!("{top}, {now}, false"),
            51.0,
        ),
        (
            "clients",
            clients_active.into(),
            "clients_activity_name_idx",
            format!("{deep}, {now}, true"),
            51.0,
        ),
        (
            "clients",
            clients_all.into(),
            "clients_name_idx",
            format!("{deep}, {now}"),
            51.0,
        ),
        (
            "clients",
            clients_all.into(),
            "clients_name_idx",
            format!("{zebra}, {now}"),
            12_044.0,
        ),
        (
            "contacts",
            contacts("coalesce(is_inactive, false) = $5"),
            "contacts_activity_name_idx",
            format!("{top}, false"),
            51.0,
        ),
        (
            "contacts",
            contacts("true"),
            "contacts_name_idx",
            deep_contacts.clone(),
            51.0,
        ),
        (
            "contacts",
            contacts("true"),
            "contacts_name_idx",
            zebra.clone(),
            12_200.0,
        ),
        (
            "contacts",
            contacts("client_id = $5"),
            "contacts_client_name_idx",
            format!("{deep_contacts}, '{acme}', false"),
            70.0,
        ),
        (
            "contacts",
            contacts("client_id = $5"),
            "contacts_client_name_idx",
            format!("{zebra}, '{acme}', NULL"),
            4010.0,
        ),
    ];
    let mut connection = PgConnection::connect_with(&app.pool.connect_options()).await.unwrap();
    for (table, part, index, arguments, most) in cases {
        for mode in ["force_generic_plan", "force_custom_plan"] {
            let plan = explain(&mut connection, &statement(&part), mode, &arguments).await;
            let mut found = Vec::new();
            reads(&plan, table, &mut found);
            let what = format!("{part} {mode} {arguments}: {found:?}");
            assert!(found.iter().any(|(how, _)| how.ends_with(index)), "{what}");
            assert!(!found.iter().any(|(how, _)| how.starts_with("Seq Scan")), "{what}");
            let rows: f64 = found
                .iter()
                .filter(|(how, _)| how.ends_with(index))
                .map(|(_, rows)| rows)
                .sum();
            assert!(rows <= most, "{rows} rows: {what}");
        }
    }
}

/// 12,000 requests, one in 40 of them pending.
const REQUESTS: &str = "
    INSERT INTO appointment_requests (tenant, service_id, requested_date, requested_time, requested_duration, status)
    SELECT tenant, gen_random_uuid(), '2020-01-01'::date + n / 6, make_time(8 + n % 9, 0, 0), 30,
           CASE WHEN n % 40 = 0 THEN 'pending' ELSE (ARRAY['approved', 'declined', 'cancelled'])[1 + n % 3] END
      FROM tenants, generate_series(1, 12000) n WHERE client_name = 'Northwind IT'";

#[sqlx::test(migrator = "backend::store::MIGRATOR")]
async fn a_page_of_requests_reads_no_more_than_it_shows(pool: PgPool) {
    let app = TestApp::start(pool).await;
    app.execute(REQUESTS).await;
    app.execute("ANALYZE").await;
    let tenant = app
        .id("SELECT tenant FROM tenants WHERE client_name = $1", "Northwind IT")
        .await;
    let from = |condition: &str| {
        format!("FROM appointment_requests\n                        WHERE tenant = $1 AND {condition}")
    };
    let nil = "'00000000-0000-0000-0000-000000000000'";
    let first = format!("'{tenant}', '0001-01-01', '00:00', {nil}, NULL");
    let last = format!("'{tenant}', '9999-01-01', '00:00', {nil}, NULL");
    let deep = format!("'{tenant}', '2022-01-01', '12:00', {nil}, NULL");
    let status = "appointment_requests_status_date_idx";
    let date = "idx_appointment_requests_tenant_date";
    let mut connection = PgConnection::connect_with(&app.pool.connect_options()).await.unwrap();
    for (condition, arguments, index, most) in [
        ("status = 'pending'", first.clone(), status, 51.0),
        ("status = 'pending'", deep.clone(), status, 51.0),
        ("status = $6", format!("{last}, 'declined'"), status, 51.0),
        ("status = $6", format!("{deep}, 'approved'"), status, 51.0),
        // Those of the last day are put in order together.
        ("true", last, date, 70.0),
        ("true", deep, date, 70.0),
    ] {
        for mode in ["force_generic_plan", "force_custom_plan"] {
            let plan = explain(&mut connection, &statement(&from(condition)), mode, &arguments).await;
            let mut found = Vec::new();
            reads(&plan, "appointment_requests", &mut found);
            let what = format!("{condition} {mode} {arguments}: {found:?}");
            assert!(found.iter().any(|(how, _)| how.ends_with(index)), "{what}");
            assert!(!found.iter().any(|(how, _)| how.starts_with("Seq Scan")), "{what}");
            let rows: f64 = found.iter().map(|(_, rows)| rows).sum();
            assert!(rows <= most, "{rows} rows: {what}");
        }
    }
}
