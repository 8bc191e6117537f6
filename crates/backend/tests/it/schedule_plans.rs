//! How PostgreSQL reads a page of the schedule: by an index, and no more rows than a page needs, with 20,000 entries.

use serde_json::Value;
use sqlx::{Connection, PgConnection, PgPool};

use crate::{
    plans::{beginning_with, explain},
    test_app::TestApp,
};

/// An entry every 34 minutes for more than a year; 10 take more than a week, 15 recur.
const ENTRIES: &str = "
    INSERT INTO schedule_entries (tenant, title, status, work_item_type, scheduled_start, scheduled_end, recurrence_pattern)
    SELECT t.tenant, 'Bulk ' || n, 'scheduled', 'ad_hoc', '2025-12-01'::timestamptz + n * interval '34 minutes',
           '2025-12-01'::timestamptz + n * interval '34 minutes'
             + CASE WHEN n % 2000 = 5 THEN interval '20 days' ELSE interval '30 minutes' END,
           CASE WHEN n % 1300 = 7 THEN '{\"frequency\": \"weekly\"}'::jsonb END
      FROM tenants t, generate_series(1, 20000) n WHERE t.client_name = 'Northwind IT'";
/// By the four of the staff in turn. After the table is known to be large: else each check of a foreign key reads all of it.
const ASSIGNEES: &str = "
    WITH staff AS (SELECT tenant, user_id, row_number() OVER (ORDER BY email) - 1 AS place
                     FROM users WHERE email LIKE '%@northwind.example' AND user_type = 'internal')
    INSERT INTO schedule_entry_assignees (tenant, entry_id, user_id)
    SELECT e.tenant, e.entry_id, s.user_id
      FROM schedule_entries e JOIN staff s ON s.tenant = e.tenant AND s.place = abs(hashtext(e.entry_id::text)) % 4
     WHERE e.title LIKE 'Bulk %'";

/// What the plan reads of the entries: how each is read, and how many rows.
fn reads(node: &Value, found: &mut Vec<(String, f64)>) {
    let number = |name: &str| node[name].as_f64().unwrap_or_default();
    let table = node["Relation Name"].as_str().unwrap_or_default();
    if table == "schedule_entries" || table == "schedule_entry_assignees" {
        let rows = number("Actual Loops")
            * (number("Actual Rows") + number("Rows Removed by Filter") + number("Rows Removed by Index Recheck"));
        found.push((format!("{} on {table}", node["Node Type"].as_str().unwrap()), rows));
    }
    for child in node["Plans"].as_array().into_iter().flatten() {
        reads(child, found);
    }
}

#[sqlx::test(migrator = "backend::store::MIGRATOR")]
async fn a_week_reads_what_is_in_it(pool: PgPool) {
    let app = TestApp::start(pool).await;
    app.execute(ENTRIES).await;
    app.execute("ANALYZE").await;
    app.execute(ASSIGNEES).await;
    app.execute("ANALYZE").await;
    let tenant = app
        .id("SELECT tenant FROM tenants WHERE client_name = $1", "Northwind IT")
        .await;
    let tech = app
        .id("SELECT user_id FROM users WHERE email = $1", "tech@northwind.example")
        .await;
    let mut connection = PgConnection::connect_with(&app.pool.connect_options()).await.unwrap();
    let [sql]: [String; 1] = beginning_with("WITH near AS").try_into().unwrap();
    // Two weeks have some 600 of them.
    for who in ["NULL".to_owned(), format!("ARRAY['{tech}'::uuid]")] {
        for mode in ["force_generic_plan", "force_custom_plan"] {
            let arguments =
                format!("'{tenant}', '2026-06-01Z', '2026-06-08Z', '2026-05-25Z', {who}, '2026-06-02Z', 4000");
            let plan = explain(&mut connection, &sql, mode, &arguments).await;
            let mut found = Vec::new();
            reads(&plan, &mut found);
            assert!(found.len() >= 4, "{mode}: {found:?}");
            for (kind, rows) in found {
                assert!(!kind.starts_with("Seq"), "{mode} for {who}: {kind}");
                assert!(rows <= 1500.0, "{mode} for {who}: {rows} by {kind}");
            }
        }
    }
}
