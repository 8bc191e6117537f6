//! What others did is told to every process that listens, and to nobody else.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
    time::Duration,
};

use backend::{
    Backend,
    live::{self, Subscription},
};
use domain::{Change, News, NewsKind, QuickAdd, schedule::SaveEntry};
use sqlx::PgPool;
use tokio::{task::JoinHandle, time::timeout};

use crate::test_app::{CONTOSO_ADMIN, DISPATCHER, TestApp};

const ADMIN: &str = "admin@northwind.example";
const NEVER: Duration = Duration::from_hours(1);

/// Stops listening when the test ends.
pub struct Listening(JoinHandle<()>);

impl Drop for Listening {
    fn drop(&mut self) {
        self.0.abort();
    }
}

/// A process that listens, and somebody who has a page open there.
pub async fn open_page(app: &TestApp, email: &str) -> (Listening, Subscription) {
    let process = app.another_process();
    let mut subscription = subscribe(app, &process, email, NEVER).await;
    let task = tokio::spawn({
        let process = process.clone();
        async move { process.listen_for_ever().await }
    });
    // Once because nobody listened yet, once because now somebody does.
    for _ in 0..2 {
        assert_eq!(next(&mut subscription).await, Some(News::LookAgain));
    }
    (Listening(task), subscription)
}

async fn subscribe(app: &TestApp, process: &Backend, email: &str, check: Duration) -> Subscription {
    live::subscribe(process, &app.grant(email).await, None, check).unwrap()
}

pub async fn next(subscription: &mut Subscription) -> Option<News> {
    timeout(Duration::from_secs(10), subscription.next()).await.unwrap()
}

pub async fn changed(subscription: &mut Subscription) -> Change {
    match next(subscription).await {
        Some(News::Change(change)) => change,
        other => panic!("{other:?}"),
    }
}

async fn note(app: &TestApp, title: &str) -> QuickAdd {
    QuickAdd {
        title: title.into(),
        create_teams_meeting: None,
        start: "2026-11-20T10:00".into(),
        end: "2026-11-20T10:30".into(),
        ..app.meeting().await
    }
}

#[sqlx::test(migrator = "backend::store::MIGRATOR")]
async fn what_is_added_changed_and_deleted_is_told(pool: PgPool) {
    let app = TestApp::start(pool).await;
    let (_listening, mut page) = open_page(&app, DISPATCHER).await;
    let saved = app.add(&note(&app, "Told to all").await).await.unwrap();
    let added = changed(&mut page).await;
    let ada = app.contact("ada@acme.example").await;
    assert_eq!(
        added,
        Change {
            kind: NewsKind::Added,
            interaction_id: saved.interaction_id,
            client_id: Some(saved.client_id),
            contact_id: Some(ada.into()),
        }
    );
    let id = saved.interaction_id.to_string();
    let form = backend::interactions::edit_form(&app.backend, &app.grant(DISPATCHER).await, &id, None)
        .await
        .unwrap();
    let mut values = form.values;
    // Saved as it is: nothing happened.
    backend::interactions::edit(&app.backend, &app.grant(DISPATCHER).await, &values)
        .await
        .unwrap();
    values.title = "Told again".into();
    values.contact_id = String::new();
    backend::interactions::edit(&app.backend, &app.grant(DISPATCHER).await, &values)
        .await
        .unwrap();
    let edited = changed(&mut page).await;
    assert_eq!((edited.kind, edited.contact_id), (NewsKind::Changed, None));
    backend::interactions::delete(&app.backend, &app.grant(ADMIN).await, &id, "")
        .await
        .unwrap();
    let deleted = changed(&mut page).await;
    assert_eq!(
        (deleted.kind, deleted.interaction_id, deleted.client_id),
        (NewsKind::Deleted, saved.interaction_id, Some(saved.client_id))
    );
}

#[sqlx::test(migrator = "backend::store::MIGRATOR")]
async fn a_scheduled_meeting_is_told(pool: PgPool) {
    let app = TestApp::start(pool).await;
    let (_listening, mut page) = open_page(&app, DISPATCHER).await;
    let saved = app.add(&app.meeting().await).await.unwrap();
    for kind in [NewsKind::Added, NewsKind::Changed] {
        let change = changed(&mut page).await;
        assert_eq!((change.kind, change.interaction_id), (kind, saved.interaction_id));
    }
}

#[sqlx::test(migrator = "backend::store::MIGRATOR")]
async fn neither_a_change_that_was_rolled_back_nor_another_tenants_is_told(pool: PgPool) {
    let app = TestApp::start(pool).await;
    let (_listening, mut theirs) = open_page(&app, CONTOSO_ADMIN).await;
    let (_listening_too, mut ours) = open_page(&app, DISPATCHER).await;
    app.execute(
        "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
             IF NEW.payload->>'subject' = 'Rolled back' THEN RAISE 'refused'; END IF; RETURN NEW; END $$",
    )
    .await;
    app.execute("CREATE TRIGGER refuse BEFORE INSERT ON interaction_events FOR EACH ROW EXECUTE FUNCTION refuse()")
        .await;
    // The row and its message were written before the event was refused.
    app.add(&note(&app, "Rolled back").await).await.unwrap_err();
    let saved = app.add(&note(&app, "Kept").await).await.unwrap();
    assert_eq!(changed(&mut ours).await.interaction_id, saved.interaction_id);
    // What the other tenant hears next is not this: there is nothing until their own.
    assert!(timeout(Duration::from_millis(200), theirs.next()).await.is_err());
}

#[sqlx::test(migrator = "backend::store::MIGRATOR")]
async fn after_a_lost_connection_everybody_looks_again(pool: PgPool) {
    let app = TestApp::start(pool).await;
    let (_listening, mut page) = open_page(&app, DISPATCHER).await;
    let ended = app
        .count(
            "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
              WHERE datname = current_database() AND query LIKE 'LISTEN %'",
        )
        .await;
    assert_eq!(ended, 1);
    assert_eq!(next(&mut page).await, Some(News::LookAgain));
    let saved = app.add(&note(&app, "Heard again").await).await.unwrap();
    assert_eq!(changed(&mut page).await.interaction_id, saved.interaction_id);
}

#[sqlx::test(migrator = "backend::store::MIGRATOR")]
async fn a_page_learns_what_it_missed_while_it_was_loading(pool: PgPool) {
    let app = TestApp::start(pool).await;
    let process = app.another_process();
    let mut first = subscribe(&app, &process, DISPATCHER, NEVER).await;
    let _listening = Listening(tokio::spawn({
        let process = process.clone();
        async move { process.listen_for_ever().await }
    }));
    for _ in 0..2 {
        assert_eq!(next(&mut first).await, Some(News::LookAgain));
    }
    // After the process has begun to listen, as the last news say.
    let rendered = std::time::Instant::now();
    let saved = app.add(&note(&app, "Just missed").await).await.unwrap();
    assert_eq!(changed(&mut first).await.interaction_id, saved.interaction_id);
    let grant = app.grant(DISPATCHER).await;
    let mut late = live::subscribe(&process, &grant, Some(rendered.elapsed()), NEVER).unwrap();
    assert_eq!(changed(&mut late).await.interaction_id, saved.interaction_id);
    let mut foreign = {
        let grant = app.grant(CONTOSO_ADMIN).await;
        live::subscribe(&process, &grant, Some(rendered.elapsed()), NEVER).unwrap()
    };
    assert!(timeout(Duration::from_millis(200), foreign.next()).await.is_err());
}

#[sqlx::test(migrator = "backend::store::MIGRATOR")]
async fn a_subscription_ends_with_what_it_rests_on(pool: PgPool) {
    let app = TestApp::start(pool).await;
    let soon = Duration::from_millis(20);
    for (email, end) in [
        (
            DISPATCHER,
            "UPDATE sessions SET revoked_at = now() WHERE user_id = (SELECT user_id FROM users WHERE email = 'dispatcher@northwind.example')",
        ),
        (
            ADMIN,
            "UPDATE users SET is_inactive = true WHERE email = 'admin@northwind.example'",
        ),
        (
            "tech@northwind.example",
            "DELETE FROM user_roles WHERE user_id = (SELECT user_id FROM users WHERE email = 'tech@northwind.example')",
        ),
    ] {
        let mut page = subscribe(&app, &app.backend, email, soon).await;
        assert_eq!(next(&mut page).await, Some(News::LookAgain));
        assert!(timeout(soon * 10, page.next()).await.is_err(), "{email} is still there");
        app.execute(end).await;
        assert_eq!(next(&mut page).await, None, "{email}");
    }
    let mut page = subscribe(&app, &app.backend, CONTOSO_ADMIN, NEVER).await;
    assert_eq!(next(&mut page).await, Some(News::LookAgain));
    app.backend.end_subscriptions();
    assert_eq!(next(&mut page).await, None);
    let mut late = subscribe(&app, &app.backend, CONTOSO_ADMIN, NEVER).await;
    let _ = next(&mut late).await;
    assert_eq!(next(&mut late).await, None, "the program stops");
}

#[sqlx::test(migrator = "backend::store::MIGRATOR")]
async fn a_page_that_is_slow_looks_again(pool: PgPool) {
    let app = TestApp::start(pool).await;
    let (_listening, mut page) = open_page(&app, DISPATCHER).await;
    app.execute(
        "DO $$ BEGIN FOR n IN 1..600 LOOP
             PERFORM pg_notify('minuted_changes', json_build_object('tenant', (SELECT tenant FROM tenants WHERE client_name = 'Northwind IT'),
                 'kind', 'changed', 'interaction_id', gen_random_uuid(), 'client_id', NULL, 'contact_id', NULL)::text);
         END LOOP; END $$",
    )
    .await;
    let saved = app.add(&note(&app, "The last one").await).await.unwrap();
    let other = async {
        let (_listening, mut other) = open_page(&app, DISPATCHER).await;
        let last = app.add(&note(&app, "Really the last one").await).await.unwrap();
        while changed(&mut other).await.interaction_id != last.interaction_id {}
        last
    };
    let last = other.await;
    assert_ne!(saved.interaction_id, last.interaction_id);
    let mut heard = 0;
    loop {
        heard += 1;
        if next(&mut page).await == Some(News::LookAgain) {
            break;
        }
    }
    assert!(heard <= 257, "{heard}");
}

#[sqlx::test(migrator = "backend::store::MIGRATOR")]
async fn the_schedule_is_told_of_to_its_tenant(pool: PgPool) {
    let app = TestApp::start(pool).await;
    let (_listening, mut ours) = open_page(&app, ADMIN).await;
    let (_listening_too, mut theirs) = open_page(&app, CONTOSO_ADMIN).await;
    let grant = app.grant(DISPATCHER).await;
    let form = backend::schedule::new_entry(&app.backend, &grant, backend::schedule::NewFor::default(), None)
        .await
        .unwrap();
    let entry = SaveEntry {
        title: "Told".into(),
        ..form.values
    };
    backend::schedule::save(&app.backend, &grant, &entry).await.unwrap();
    assert_eq!(next(&mut ours).await, Some(News::Schedule));
    // The other tenant hears of its own next, and of nothing before.
    let grant = app.grant(CONTOSO_ADMIN).await;
    let form = backend::schedule::new_entry(&app.backend, &grant, backend::schedule::NewFor::default(), None)
        .await
        .unwrap();
    let entry = SaveEntry {
        title: "Theirs".into(),
        ..form.values
    };
    backend::schedule::save(&app.backend, &grant, &entry).await.unwrap();
    assert_eq!(next(&mut theirs).await, Some(News::Schedule));
    assert!(timeout(Duration::from_millis(300), ours.next()).await.is_err());
}

#[sqlx::test(migrator = "backend::store::MIGRATOR")]
async fn portal_users_are_told_of_their_client_and_nothing_but_that(pool: PgPool) {
    let app = TestApp::start(pool).await;
    let (_listening, mut staff) = open_page(&app, DISPATCHER).await;
    let process = app.another_process();
    let mut pages = Vec::new();
    for email in ["bo@acme.example", "cy@globex.example"] {
        let actor = app.portal(email).await;
        pages.push(live::subscribe_portal(&process, &actor, None, NEVER).unwrap());
    }
    let [ours, theirs] = &mut pages[..] else { panic!("two") };
    let _listening_too = Listening(tokio::spawn({
        let process = process.clone();
        async move { process.listen_for_ever().await }
    }));
    for page in [&mut *ours, &mut *theirs] {
        for _ in 0..2 {
            assert_eq!(next(page).await, Some(News::LookAgain));
        }
    }
    // Of Acme: without saying what, or of which record.
    app.add(&note(&app, "Of Acme").await).await.unwrap();
    assert_eq!(next(ours).await, Some(News::LookAgain));
    assert!(timeout(Duration::from_millis(300), theirs.next()).await.is_err());
    changed(&mut staff).await;
    // A request of theirs; staff are told which one.
    let id = app
        .id(
            "SELECT appointment_request_id FROM appointment_requests JOIN contacts ON contact_name_id = contact_id
              WHERE email = $1 AND status = 'pending' LIMIT 1",
            "ada@acme.example",
        )
        .await;
    let form = domain::DeclineRequest {
        request_id: id.to_string(),
        reason: "Nobody is there".into(),
    };
    let grant = app.grant(DISPATCHER).await;
    backend::appointments::decline(&app.backend, &grant, &form)
        .await
        .unwrap();
    assert_eq!(next(ours).await, Some(News::LookAgain));
    assert_eq!(next(&mut staff).await, Some(News::Request(id.into())));
    assert!(timeout(Duration::from_millis(300), theirs.next()).await.is_err());
    // Whoever comes later learns that there was something, once.
    let bo = app.portal("bo@acme.example").await;
    let mut late = live::subscribe_portal(&process, &bo, Some(Duration::from_mins(1)), NEVER).unwrap();
    assert_eq!(next(&mut late).await, Some(News::LookAgain));
    // The session ends, and with it the page.
    let soon = Duration::from_millis(20);
    let mut page = live::subscribe_portal(&process, &bo, Some(Duration::ZERO), soon).unwrap();
    app.execute("UPDATE sessions SET revoked_at = now()").await;
    while let Some(news) = next(&mut page).await {
        assert_eq!(news, News::LookAgain);
    }
}

/// Functions of the store that write what timelines show, and do not tell.
const SILENT: &[(&str, &str)] = &[
    ("seed.rs", "demo data: nobody has a page open"),
    ("seed_large.rs", "demo data, a million of it"),
    (
        "artifacts/lease.rs",
        "when a meeting is looked for next; what is found is told",
    ),
    ("jobs/microsoft.rs", "the same, brought forward"),
];

fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries
        .flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] })
        .collect()
}

#[test]
fn every_write_that_a_timeline_shows_is_told() {
    let folder = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/src/store"));
    let mut telling: BTreeMap<String, bool> = BTreeMap::new();
    for path in files(folder) {
        let name = path.strip_prefix(folder).unwrap().to_string_lossy().into_owned();
        if SILENT.iter().any(|(file, _)| *file == name) {
            continue;
        }
        let source = fs::read_to_string(&path).unwrap();
        for body in source.split("\npub async fn ").skip(1) {
            let function = body.split(['(', '<']).next().unwrap();
            let body = body.split("\n}\n").next().unwrap();
            let words: Vec<&str> = body
                .split_whitespace()
                .map(|word| word.trim_matches(['"', 'r', '#']))
                .collect();
            let writes = words.windows(3).any(|words| {
                let table = match words {
                    ["INSERT" | "DELETE", "INTO" | "FROM", table] | ["UPDATE", table, _] => *table,
                    _ => return false,
                };
                ["interactions", "online_meetings", "online_meeting_artifacts"].contains(&table)
            });
            if writes {
                telling.insert(format!("{name}: {function}"), body.contains("live::changed("));
            }
        }
    }
    let entries = ["schedule.rs", "schedule/own.rs"].map(|file| fs::read_to_string(folder.join(file)).unwrap());
    for body in entries
        .iter()
        .flat_map(|source| source.split("\npub async fn ").skip(1))
    {
        let function = body.split(['(', '<']).next().unwrap();
        let writes = ["INSERT INTO schedule", "UPDATE schedule", "DELETE FROM schedule"];
        if writes.iter().any(|write| body.contains(write)) {
            let tells = body.contains("live::schedule_changed(") || body.contains("assign(tx,");
            telling.insert(format!("schedule: {function}"), tells);
        }
    }
    assert!(telling.len() >= 10, "{telling:?}");
    let silent: Vec<_> = telling.iter().filter(|(_, tells)| !**tells).collect();
    assert!(
        silent.is_empty(),
        "these change what timelines show and do not call live::changed: {silent:?}"
    );
}

/// Writes that decide what somebody may see: whoever was let in a moment ago is looked at again.
#[test]
fn every_write_that_rights_depend_on_is_told() {
    const WRITES: &[&str] = &[
        "UPDATE sessions SET revoked_at",
        "INSERT INTO user_roles",
        "DELETE FROM user_roles",
        "UPDATE users SET is_inactive",
        "UPDATE contacts x",
        "SET expose_recordings_in_portal",
        "SET portal_access",
    ];
    let folder = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/src/store"));
    let mut seen = BTreeSet::new();
    let mut silent = Vec::new();
    for file in fs::read_dir(folder).unwrap() {
        let path = file.unwrap().path();
        if path.is_dir() || path.file_name().unwrap() == "seed.rs" {
            continue;
        }
        let source = fs::read_to_string(&path).unwrap();
        for body in source.split("\npub async fn ").skip(1) {
            let body = body.split("\n}\n").next().unwrap();
            for write in WRITES.iter().filter(|write| body.contains(**write)) {
                seen.insert(*write);
                if !body.contains("live::rights_changed(") {
                    silent.push(format!("{}: {write}", path.display()));
                }
            }
        }
    }
    assert_eq!(seen.len(), WRITES.len(), "{seen:?}");
    assert!(silent.is_empty(), "these do not call live::rights_changed: {silent:?}");
}
