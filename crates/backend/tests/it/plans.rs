//! How PostgreSQL reads a page of a timeline: by an index, and no more rows than the page needs. Asserted on the plans and on what
//! was really read, with 60,000 interactions, for plans that know the values and for those that do not.

use std::{fs, path::Path};

use serde_json::Value;
use sqlx::{Connection, PgConnection, PgPool};
use uuid::Uuid;

use crate::test_app::TestApp;

/// 60,000 interactions of one tenant, 10,000 of them Acme's and 2,000 of those Ada's. One in 100 has a meeting with a recording. One
/// in 1,000 is of a type and by a person that are else rare, and holds a rare word.
const BULK: &str = "
    INSERT INTO interactions (tenant, type_id, user_id, client_id, contact_name_id, title, notes, interaction_date)
    SELECT w.tenant,
           CASE WHEN n % 1000 = 7 THEN w.rare_type ELSE w.usual_type END,
           CASE WHEN n % 1000 = 7 THEN w.rare_user ELSE w.usual_user END,
           CASE WHEN n % 6 = 0 THEN w.acme ELSE w.other END,
           CASE WHEN n % 30 = 0 THEN w.ada END,
           (ARRAY['Printer offline', 'Backup report', 'VPN drops', 'Licence renewal', 'Password reset'])[1 + n % 5]
             || CASE WHEN n % 1000 = 7 OR n = 600 THEN ' zebra' ELSE '' END,
           'Agreed to look again next week',
           '2026-11-01'::timestamptz - n * interval '7 minutes'
      FROM generate_series(1, 60000) n,
           (SELECT t.tenant,
                   (SELECT type_id FROM interaction_types x WHERE x.tenant = t.tenant AND type_name = 'General') AS rare_type,
                   (SELECT type_id FROM interaction_types x WHERE x.tenant = t.tenant AND type_name = 'Call') AS usual_type,
                   (SELECT user_id FROM users x WHERE x.tenant = t.tenant AND email = 'finance@northwind.example') AS rare_user,
                   (SELECT user_id FROM users x WHERE x.tenant = t.tenant AND email = 'tech@northwind.example') AS usual_user,
                   (SELECT client_id FROM clients x WHERE x.tenant = t.tenant AND client_name = 'Acme Manufacturing') AS acme,
                   (SELECT client_id FROM clients x WHERE x.tenant = t.tenant AND client_name = 'Globex') AS other,
                   (SELECT contact_name_id FROM contacts x WHERE x.tenant = t.tenant AND email = 'ada@acme.example') AS ada
              FROM tenants t WHERE t.client_name = 'Northwind IT') w";
const MEETINGS: &str = "
    WITH m AS (INSERT INTO online_meetings (tenant, provider_meeting_id, subject, start_time, end_time, status, interaction_id)
               SELECT tenant, interaction_id::text, 'Bulk', interaction_date, interaction_date + interval '1 hour', 'recording_ready',
                      interaction_id
                 FROM (SELECT *, row_number() OVER (ORDER BY interaction_date) AS n FROM interactions
                        WHERE notes = 'Agreed to look again next week') i
                WHERE n % 100 = 0
               RETURNING tenant, meeting_id)
    INSERT INTO online_meeting_artifacts (tenant, meeting_id, artifact_type, provider_artifact_id)
    SELECT tenant, meeting_id, 'recording', 'bulk' FROM m";

/// The statements that read a page, by what tells them apart.
fn statements() -> Vec<String> {
    let found = beginning_with("WITH page AS");
    assert_eq!(found.len(), 6);
    found
}

pub fn beginning_with(start: &str) -> Vec<String> {
    let mut found = all_statements();
    found.retain(|sql| sql.starts_with(start));
    found
}

/// The statements of the store.
fn all_statements() -> Vec<String> {
    let folder = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../.sqlx"));
    let files = fs::read_dir(folder).unwrap();
    let statement = |file: std::io::Result<fs::DirEntry>| {
        let json: Value = serde_json::from_str(&fs::read_to_string(file.unwrap().path()).unwrap()).unwrap();
        json["query"].as_str().unwrap().to_owned()
    };
    files.map(statement).collect()
}

fn statement(condition: &str) -> String {
    statements()
        .into_iter()
        .find(|sql| match condition {
            "" => sql.contains("($6, $7)  AND CASE"),
            _ if condition.contains("tsvector") => sql.contains("tsvector"),
            _ => sql.contains(&format!("($6, $7) {condition}")),
        })
        .unwrap_or_else(|| panic!("no statement has {condition:?} as its indexed condition"))
}

#[derive(Clone, Default)]
struct Asked {
    kind: Option<Uuid>,
    person: Option<Uuid>,
    has: Option<&'static str>,
    after: Option<&'static str>,
    more: Vec<String>,
}

/// The arguments of the statement as literals.
fn arguments(tenant: Uuid, asked: &Asked) -> String {
    let id = |id: Option<Uuid>| id.map_or("NULL".to_owned(), |id| format!("'{id}'"));
    let mut arguments = vec![
        format!("'{tenant}'"),
        asked.after.is_none().to_string(),
        "'2026-11-24 10:10Z'".into(),
        "'2201-01-01Z'".into(),
        "'0001-01-01Z'".into(),
        format!("'{}'", asked.after.unwrap_or("2026-11-24 10:10Z")),
        "'ffffffff-ffff-ffff-ffff-ffffffffffff'".into(),
        id(asked.kind),
        id(asked.person),
        asked.has.map_or("NULL".into(), |has| format!("'{has}'")),
        "'2026-11-24 10:10Z'".into(),
    ];
    arguments.extend(
        asked
            .more
            .iter()
            .map(|value| format!("'{}'", value.replace('\'', "''"))),
    );
    arguments.join(", ")
}

async fn run(connection: &mut PgConnection, sql: String) {
    sqlx::raw_sql(sqlx::AssertSqlSafe(sql))
        .execute(connection)
        .await
        .unwrap();
}

#[expect(
    clippy::disallowed_methods,
    reason = "tests look at plans with statements of their own"
)]
pub async fn explain(connection: &mut PgConnection, sql: &str, mode: &str, arguments: &str) -> Value {
    run(
        connection,
        format!("DEALLOCATE ALL; SET plan_cache_mode = {mode}; PREPARE asked AS {sql}"),
    )
    .await;
    let explain = format!("EXPLAIN (ANALYZE, FORMAT JSON) EXECUTE asked({arguments})");
    let plan: Value = sqlx::query_scalar(sqlx::AssertSqlSafe(explain))
        .persistent(false)
        .fetch_one(connection)
        .await
        .unwrap();
    plan[0]["Plan"].clone()
}

/// What the plan reads of the big tables: how each is read, and how many rows.
fn reads(node: &Value, found: &mut Vec<(String, f64)>) {
    let number = |name: &str| node[name].as_f64().unwrap_or_default();
    let table = node["Relation Name"].as_str().unwrap_or_default();
    if ["interactions", "online_meetings", "online_meeting_artifacts"].contains(&table) {
        let rows = number("Actual Loops")
            * (number("Actual Rows") + number("Rows Removed by Filter") + number("Rows Removed by Index Recheck"));
        found.push((format!("{} on {table}", node["Node Type"].as_str().unwrap()), rows));
    }
    if let Some(index) = node["Index Name"].as_str()
        && table.is_empty()
        && index.starts_with("interactions")
    {
        found.push((
            format!("{index} for a bitmap on interactions"),
            number("Actual Loops") * number("Actual Rows"),
        ));
    }
    for child in node["Plans"].as_array().into_iter().flatten() {
        reads(child, found);
    }
}

#[sqlx::test(migrator = "backend::store::MIGRATOR")]
async fn the_use_of_a_type_or_status_is_counted_up_to_a_bound(pool: PgPool) {
    let app = TestApp::start(pool).await;
    app.execute(BULK).await;
    // A status that all have, and one that nobody has; the demo's types are like that too.
    app.execute(
        "UPDATE interactions i SET status_id = s.status_id FROM statuses s
          WHERE s.tenant = i.tenant AND s.status_type = 'interaction' AND s.name = 'Completed'",
    )
    .await;
    app.execute("ANALYZE").await;
    let tenant = app
        .id("SELECT tenant FROM tenants WHERE client_name = $1", "Northwind IT")
        .await;
    let mut connection = PgConnection::connect_with(&app.pool.connect_options()).await.unwrap();
    for (start, arguments) in [
        (
            "SELECT t.type_id, t.type_name",
            format!("'{tenant}', 'Online Meeting', 1001, NULL"),
        ),
        ("SELECT s.status_id, s.name", format!("'{tenant}', 1001, NULL")),
    ] {
        let sql = all_statements().into_iter().find(|sql| sql.starts_with(start)).unwrap();
        for mode in ["force_generic_plan", "force_custom_plan"] {
            let plan = explain(&mut connection, &sql, mode, &arguments).await;
            let mut found = Vec::new();
            reads(&plan, &mut found);
            assert!(!found.is_empty());
            for (kind, rows) in found {
                assert!(kind.starts_with("Index"), "{start} {mode}: {kind}");
                assert!(rows <= 7.0 * 1001.0, "{start} {mode}: {rows} by {kind}");
            }
        }
    }
}

#[sqlx::test(migrator = "backend::store::MIGRATOR")]
async fn a_page_reads_no_more_than_it_needs(pool: PgPool) {
    let app = TestApp::start(pool).await;
    app.execute(BULK).await;
    app.execute(MEETINGS).await;
    app.execute("ANALYZE").await;
    let tenant = app
        .id("SELECT tenant FROM tenants WHERE client_name = $1", "Northwind IT")
        .await;
    let rare_type = app
        .id(
            "SELECT type_id FROM interaction_types x JOIN tenants t USING (tenant) WHERE t.client_name = 'Northwind IT' AND type_name = $1",
            "General",
        )
        .await;
    let rare_user = app
        .id(
            "SELECT user_id FROM users WHERE email = $1",
            "finance@northwind.example",
        )
        .await;
    let acme = app.client("Acme Manufacturing").await;
    let ada = app.contact("ada@acme.example").await;
    let old = Some("2026-04-01");
    let (client, contact) = (vec![acme.to_string()], vec![ada.to_string()]);
    let words = |scope: String, word: &str| vec![format!("'{scope}'"), format!("'{word}':*")];
    // A page is 31 rows and up to 51 that are to come. A hit of a search counts twice, in the index and in the table. What a filter
    // leaves out comes on top: with recordings at every hundredth row some 3,100 rows, each looked up in two more tables.
    let cases: Vec<(&str, Asked, f64)> = vec![
        ("", Asked::default(), 150.0),
        (
            "",
            Asked {
                after: old,
                ..Asked::default()
            },
            150.0,
        ),
        (
            "",
            Asked {
                has: Some("recording"),
                after: old,
                ..Asked::default()
            },
            4000.0,
        ),
        (
            " AND i.type_id = $8 ",
            Asked {
                kind: Some(rare_type),
                after: old,
                ..Asked::default()
            },
            150.0,
        ),
        (
            " AND i.user_id = $9 ",
            Asked {
                person: Some(rare_user),
                after: old,
                ..Asked::default()
            },
            150.0,
        ),
        (
            " AND i.client_id = $12 ",
            Asked {
                more: client.clone(),
                ..Asked::default()
            },
            150.0,
        ),
        (
            " AND i.client_id = $12 ",
            Asked {
                more: client.clone(),
                after: old,
                ..Asked::default()
            },
            150.0,
        ),
        // A rare type at one client: the client's rows at most.
        (
            " AND i.client_id = $12 ",
            Asked {
                more: client,
                kind: Some(rare_type),
                ..Asked::default()
            },
            11_000.0,
        ),
        (
            " AND i.contact_name_id = $12 ",
            Asked {
                more: contact,
                ..Asked::default()
            },
            150.0,
        ),
        (
            " AND (array_to_tsvector",
            Asked {
                more: words(format!("t{tenant}"), "zebra"),
                ..Asked::default()
            },
            300.0,
        ),
        (
            " AND (array_to_tsvector",
            Asked {
                more: words(format!("c{acme}"), "zebra"),
                ..Asked::default()
            },
            300.0,
        ),
        (
            " AND (array_to_tsvector",
            Asked {
                more: words(format!("k{ada}"), "zebra"),
                ..Asked::default()
            },
            300.0,
        ),
    ];
    let mut connection = PgConnection::connect_with(&app.pool.connect_options()).await.unwrap();
    for (condition, asked, most) in cases {
        for mode in ["force_generic_plan", "force_custom_plan"] {
            let sql = statement(condition);
            let plan = explain(&mut connection, &sql, mode, &arguments(tenant, &asked)).await;
            let mut found = Vec::new();
            reads(&plan, &mut found);
            let what = format!("{condition:?} {mode} {asked:?}: {found:?}", asked = asked.more);
            let interactions = |(kind, _): &&(String, f64)| kind.ends_with(" on interactions");
            assert!(found.iter().any(|read| interactions(&read)), "{what}");
            assert!(!found.iter().any(|(kind, _)| kind.starts_with("Seq Scan")), "{what}");
            let rows: f64 = found.iter().filter(interactions).map(|(_, rows)| rows).sum();
            assert!(rows <= most, "{rows} rows: {what}");
        }
    }
    // What the palette finds: five of the hits, looked up as a search is.
    let [sql] = beginning_with("(SELECT 'client' AS").try_into().unwrap();
    for mode in ["force_generic_plan", "force_custom_plan"] {
        let arguments = format!("'{tenant}', true, true, '%zebra%', 'zebra%', '''t{tenant}''', '''zebra'':*'");
        let plan = explain(&mut connection, &sql, mode, &arguments).await;
        let mut found = Vec::new();
        reads(&plan, &mut found);
        assert!(
            !found.iter().any(|(kind, _)| kind.starts_with("Seq Scan")),
            "{mode}: {found:?}"
        );
        let rows: f64 = found.iter().map(|(_, rows)| rows).sum();
        assert!(rows > 0.0 && rows <= 300.0, "{mode}: {found:?}");
    }
}
