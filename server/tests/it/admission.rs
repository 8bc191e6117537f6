//! Players that were let in a moment ago are not looked at again, until something changes that their right depends on.

use std::time::{Duration, Instant};

use reqwest::{Client, StatusCode};
use sqlx::{Connection, PgPool};

use crate::server::{DISPATCHER, Server};

const ADMIN: &str = "admin@northwind.example";
const TECH: &str = "tech@northwind.example";
/// Shorter than anybody is remembered.
const AT_ONCE: Duration = Duration::from_secs(4);
/// A recording of the demo's.
const RECORDING: &str = "SELECT a.artifact_id::text FROM online_meeting_artifacts a
    JOIN online_meetings m ON m.tenant = a.tenant AND m.meeting_id = a.meeting_id
    JOIN tenants t ON t.tenant = a.tenant
    WHERE a.artifact_type = 'recording' AND m.subject = 'Security awareness training' AND t.client_name = 'Northwind IT'
    ORDER BY a.artifact_id LIMIT 1";

struct World {
    server: Server,
    artifact: String,
}

impl World {
    async fn new(pool: PgPool) -> Self {
        let server = Server::start_with(pool, graph_sim::SimConfig::demo_with_history()).await;
        let artifact = server.text(RECORDING).await;
        Self { server, artifact }
    }

    async fn ask(&self, person: &Client) -> reqwest::Result<StatusCode> {
        let url = format!("{}/api/online-meetings/recordings/{}", self.server.url, self.artifact);
        let asked = person
            .get(url)
            .header("range", "bytes=100-199")
            .timeout(Duration::from_secs(2));
        Ok(asked.send().await?.status())
    }

    /// Asks, while nobody can be looked up, whether the recording is given out all the same.
    async fn is_remembered(&self, person: &Client) -> bool {
        let mut other = self.server.pool.acquire().await.unwrap();
        let mut locked = other.begin().await.unwrap();
        #[expect(clippy::disallowed_methods, reason = "a statement of the test's own")]
        sqlx::query("LOCK TABLE sessions, web_sessions IN ACCESS EXCLUSIVE MODE")
            .execute(&mut *locked)
            .await
            .unwrap();
        let answer = self.ask(person).await;
        locked.rollback().await.unwrap();
        answer.is_ok_and(|status| status == StatusCode::PARTIAL_CONTENT)
    }

    /// Plays until the player is remembered. What was learned of the recording with its first part is told as a change, which it may take a
    /// moment to hear of.
    async fn play(&self, person: &Client) {
        let deadline = Instant::now() + Duration::from_mins(1);
        loop {
            assert_eq!(self.ask(person).await.unwrap(), StatusCode::PARTIAL_CONTENT);
            if self.is_remembered(person).await {
                return;
            }
            assert!(Instant::now() < deadline, "the player is never remembered");
        }
    }

    async fn is_refused_at_once(&self, person: &Client, status: StatusCode) {
        let start = Instant::now();
        loop {
            let answer = self.ask(person).await.unwrap();
            if answer == status {
                return;
            }
            assert_eq!(answer, StatusCode::PARTIAL_CONTENT);
            assert!(start.elapsed() < AT_ONCE, "still let in");
        }
    }

    async fn post(&self, person: &Client, path: &str, form: &[(&str, &str)]) {
        let body = url::form_urlencoded::Serializer::new(String::new())
            .extend_pairs(form)
            .finish();
        let answer = person
            .post(format!("{}/api/{path}", self.server.url))
            .header("origin", &self.server.url)
            .header("content-type", "application/x-www-form-urlencoded")
            .body(body)
            .send()
            .await
            .unwrap();
        assert_eq!(answer.status(), StatusCode::OK, "{path}");
    }
}

#[sqlx::test(migrations = false)]
async fn a_player_is_let_in_again_without_a_look_until_its_right_ends(pool: PgPool) {
    let world = World::new(pool).await;
    let admin = world.server.person(ADMIN).await;

    let dispatcher = world.server.person(DISPATCHER).await;
    world.play(&dispatcher).await;
    let elsewhere = world.server.person(TECH).await;
    assert!(!world.is_remembered(&elsewhere).await, "another session is looked at");
    world.post(&dispatcher, "session/sign-out", &[]).await;
    world.is_refused_at_once(&dispatcher, StatusCode::UNAUTHORIZED).await;

    world.play(&elsewhere).await;
    let tech = world
        .server
        .text("SELECT user_id::text FROM users WHERE email = 'tech@northwind.example'")
        .await;
    let form = [("user_id", tech.as_str()), ("active", "false")];
    world.post(&admin, "settings/set-active", &form).await;
    world.is_refused_at_once(&elsewhere, StatusCode::UNAUTHORIZED).await;

    world.play(&admin).await;
    let deleter = world.server.person(ADMIN).await;
    let form = [("artifact_id", world.artifact.as_str())];
    world.post(&deleter, "artifacts/delete", &form).await;
    world.is_refused_at_once(&admin, StatusCode::NOT_FOUND).await;
}

/// What staff hold back from clients is gone from a player that was let in a moment ago.
#[sqlx::test(migrations = false)]
async fn a_client_s_player_is_refused_as_soon_as_staff_hold_the_recording_back(pool: PgPool) {
    let world = World::new(pool).await;
    world
        .server
        .execute("UPDATE teams_integrations SET expose_recordings_in_portal = true")
        .await;
    world
        .server
        .execute(
            "UPDATE interactions i SET client_id = u.client_id, contact_name_id = u.contact_name_id
               FROM contacts u, online_meetings m
              WHERE u.email = 'ada@acme.example' AND m.subject = 'Security awareness training' AND m.tenant = u.tenant
                AND i.tenant = m.tenant AND i.interaction_id = m.interaction_id",
        )
        .await;
    let interaction = world
        .server
        .text(
            "SELECT m.interaction_id::text FROM online_meeting_artifacts a
               JOIN online_meetings m ON m.tenant = a.tenant AND m.meeting_id = a.meeting_id
               JOIN tenants t ON t.tenant = a.tenant
              WHERE a.artifact_type = 'recording' AND m.subject = 'Security awareness training' AND t.client_name = 'Northwind IT'
              ORDER BY a.artifact_id LIMIT 1",
        )
        .await;
    let (ada, dispatcher) = (
        world.server.client("ada@acme.example").await,
        world.server.person(DISPATCHER).await,
    );
    let share = async |access: &str| {
        let form = [("interaction_id", interaction.as_str()), ("access", access)];
        world.post(&dispatcher, "artifacts/share", &form).await;
    };
    world.play(&ada).await;
    share("nobody").await;
    world.is_refused_at_once(&ada, StatusCode::NOT_FOUND).await;
    share("default").await;
    assert_eq!(world.ask(&ada).await.unwrap(), StatusCode::PARTIAL_CONTENT);
}

/// What happened while the process could not hear is not known, so nobody is remembered from before.
#[sqlx::test(migrations = false)]
async fn nobody_is_remembered_over_a_time_in_which_nothing_was_heard(pool: PgPool) {
    let world = World::new(pool).await;
    let person = world.server.person(DISPATCHER).await;
    world.play(&person).await;
    let start = Instant::now();
    world
        .server
        .execute(
            "DO $$ BEGIN PERFORM pg_terminate_backend(pid) FROM pg_stat_activity
              WHERE datname = current_database() AND query ILIKE 'LISTEN%'; END $$",
        )
        .await;
    while world.is_remembered(&person).await {
        assert!(start.elapsed() < AT_ONCE, "still remembered");
    }
}
