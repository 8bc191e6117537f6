//! Demo data.

use sqlx::PgPool;

use crate::test_app::TestApp;

#[sqlx::test(migrator = "backend::store::MIGRATOR")]
async fn demo_data_is_complete_and_seeded_once(pool: PgPool) {
    let app = TestApp::start(pool).await;
    assert!(
        backend::seed::demo(&app.backend).await.unwrap().is_empty(),
        "a second run adds nothing"
    );
    assert_eq!(
        app.count("SELECT count(*) FROM clients c JOIN tenants t USING (tenant) WHERE t.client_name = 'Northwind IT'")
            .await,
        44
    );
    assert_eq!(app.count("SELECT count(*) FROM users").await, 9);
    assert!(app.count("SELECT count(*) FROM interactions").await >= 2000);
    assert_eq!(
        app.count("SELECT count(DISTINCT status) FROM online_meetings").await,
        7,
        "a meeting in every state, but for the one that the start of a test settles"
    );
    assert_eq!(
        app.count(
            "SELECT count(*) FROM online_meetings WHERE status = 'scheduled' AND start_time <= '2026-11-24 10:10Z'"
        )
        .await,
        0
    );
    assert_eq!(
        app.count("SELECT count(*) FROM tenant_secrets WHERE position('secret'::bytea IN ciphertext) > 0")
            .await,
        0,
        "no secret in clear"
    );
    assert_eq!(
        app.count("SELECT count(*) FROM users u JOIN contacts c ON c.tenant = u.tenant AND c.contact_name_id = u.contact_id WHERE u.user_type = 'client'").await,
        4
    );
}

/// The ids of what was captured are written down in the seed and in the simulator: here they meet.
#[cfg(feature = "enterprise")]
mod captured {
    use chrono::{DateTime, NaiveTime, Utc};
    use graph_sim::{
        SimConfig, Simulator,
        demo::{contoso, northwind},
    };
    use serde_json::Value;
    use sqlx::PgPool;

    use crate::test_app::TestApp;

    #[derive(sqlx::FromRow)]
    struct Seeded {
        organizer_user_id: String,
        provider_meeting_id: String,
        provider_event_id: String,
        join_url: String,
        subject: String,
        artifact_type: String,
        provider_artifact_id: String,
        created_date_time: DateTime<Utc>,
        start_time: DateTime<Utc>,
        end_time: DateTime<Utc>,
    }

    #[expect(
        clippy::disallowed_methods,
        reason = "tests look at the rows with statements of their own"
    )]
    async fn seeded(pool: &PgPool) -> Vec<Seeded> {
        sqlx::query_as(
            "SELECT m.*, a.artifact_type, a.provider_artifact_id, a.created_date_time
               FROM online_meeting_artifacts a JOIN online_meetings m ON m.tenant = a.tenant AND m.meeting_id = a.meeting_id
              WHERE m.status = 'recording_ready' AND a.document_id IS NULL AND a.file_id IS NULL AND a.content_url IS NULL",
        )
        .fetch_all(pool)
        .await
        .unwrap()
    }

    fn segment(id: &str) -> String {
        id.bytes().map(|byte| format!("%{byte:02X}")).collect()
    }

    /// The type of the client has no name here: only `graph` depends on it.
    macro_rules! answer {
        ($http:expr, $token:expr, $url:expr) => {
            $http
                .get($url)
                .bearer_auth($token)
                .header("prefer", "IdType=\"ImmutableId\"")
                .send()
                .await
                .unwrap()
        };
    }

    async fn token(sim: &Simulator, organizer: &str) -> String {
        let (tenant, client, secret) = match organizer {
            northwind::ORGANIZER_OBJECT_ID => (northwind::TENANT_ID, northwind::CLIENT_ID, northwind::CLIENT_SECRET),
            contoso::ORGANIZER_OBJECT_ID => (contoso::TENANT_ID, contoso::CLIENT_ID, contoso::CLIENT_SECRET),
            other => panic!("{other} organizes nothing"),
        };
        let form = [
            ("grant_type", "client_credentials"),
            ("client_id", client),
            ("client_secret", secret),
            ("scope", "https://graph.microsoft.com/.default"),
        ];
        let url = format!("{}/{tenant}/oauth2/v2.0/token", sim.login_url());
        let answer = graph::http_client()
            .unwrap()
            .post(url)
            .form(&form)
            .send()
            .await
            .unwrap();
        let body: Value = answer.json().await.unwrap();
        body["access_token"].as_str().unwrap().to_owned()
    }

    #[sqlx::test(migrator = "backend::store::MIGRATOR")]
    async fn every_captured_artifact_of_the_demo_is_in_the_simulator(pool: PgPool) {
        let app = TestApp::start(pool).await;
        let sim = Simulator::start(SimConfig::demo_with_history()).await.unwrap();
        let http = graph::http_client().unwrap();
        let rows = seeded(&app.pool).await;
        assert_eq!(rows.len(), sim.artifacts().len(), "each side has them all");
        assert_eq!(
            app.count(
                "SELECT count(*) FROM online_meetings m WHERE m.status = 'recording_ready' AND
                   (SELECT count(DISTINCT artifact_type) FROM online_meeting_artifacts a
                     WHERE a.tenant = m.tenant AND a.meeting_id = m.meeting_id) < 2"
            )
            .await,
            0,
            "ready means that both are there"
        );
        for row in rows {
            let token = token(&sim, &row.organizer_user_id).await;
            let user = format!("{}/v1.0/users/{}", sim.graph_url(), row.organizer_user_id);
            let event: Value = answer!(
                http,
                &token,
                format!("{user}/events/{}", segment(&row.provider_event_id))
            )
            .json()
            .await
            .unwrap();
            assert_eq!(event["onlineMeeting"]["joinUrl"], row.join_url.as_str());
            assert_eq!(event["subject"], row.subject.as_str());

            let path = format!("{user}/onlineMeetings/{}", segment(&row.provider_meeting_id));
            let meeting: Value = answer!(http, &token, &path).json().await.unwrap();
            assert_eq!(meeting["joinWebUrl"], row.join_url.as_str());
            // The simulator counts from today, the seed from its clock: the days differ here.
            assert_eq!(time(&meeting["startDateTime"]), row.start_time.time());
            assert_eq!(time(&meeting["endDateTime"]), row.end_time.time());

            let path = format!("{path}/{}s/{}", row.artifact_type, segment(&row.provider_artifact_id));
            let artifact: Value = answer!(http, &token, &path).json().await.unwrap();
            assert_eq!(time(&artifact["createdDateTime"]), row.created_date_time.time());

            let content = answer!(http, &token, format!("{path}/content"));
            assert_eq!(content.status(), 200, "{path}");
            let kind = content.headers()["content-type"].to_str().unwrap().to_owned();
            let bytes = content.bytes().await.unwrap();
            match row.artifact_type.as_str() {
                "recording" => assert_eq!((kind.as_str(), &bytes[4..8]), ("video/mp4", b"ftyp".as_slice())),
                _ => assert_eq!((kind.as_str(), &bytes[..8]), ("text/vtt", b"WEBVTT\n\n".as_slice())),
            }
        }
    }

    #[sqlx::test(migrator = "backend::store::MIGRATOR")]
    async fn what_was_recorded_can_soon_be_read(pool: PgPool) {
        let app = TestApp::start_with(pool, SimConfig::demo_with_history()).await;
        for _ in 0..4 {
            app.backend.capture().await.unwrap();
        }
        let read = "SELECT count(*) FROM online_meeting_artifacts a
                      JOIN document_block_content b ON b.tenant = a.tenant AND b.document_id = a.document_id
                     WHERE jsonb_array_length(b.block_data) > 5";
        assert_eq!(app.count(read).await, 5);
        assert_eq!(app.files().len(), 5);
        let else_than_known = "SELECT count(*) FROM online_meeting_artifacts
                                WHERE gone_at IS NOT NULL OR content_correlation_id IS NULL OR end_date_time IS NULL";
        assert_eq!(app.count(else_than_known).await, 0, "the seed and the simulator agree");
        let troubled =
            "SELECT count(*) FROM online_meetings WHERE coalesce(recordings_trouble, transcripts_trouble) IS NOT NULL";
        assert_eq!(app.count(troubled).await, 0);
        assert_eq!(
            app.count("SELECT count(DISTINCT status) FROM online_meetings").await,
            7,
            "what waits still waits"
        );
    }

    fn time(stamp: &Value) -> NaiveTime {
        stamp.as_str().unwrap().parse::<DateTime<Utc>>().unwrap().time()
    }
}
