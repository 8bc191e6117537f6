//! Staff hold back from clients what was recorded of one meeting, or show it to those who took part: every reader heeds it.

use backend::{
    PortalActor,
    access::may::InteractionUpdate,
    recordings::{self, Form},
};
use domain::{ArtifactId, DocumentId, ErrorCode, PortalAccess};
use sqlx::PgPool;

use crate::test_app::{CONTOSO_ADMIN, DISPATCHER, TestApp};

const ADA: &str = "ada@acme.example";
const BO: &str = "bo@acme.example";
const CY: &str = "cy@globex.example";

struct World {
    app: TestApp,
    interaction: String,
    meeting: String,
    recording: ArtifactId,
    transcript: DocumentId,
}

impl World {
    /// A meeting of Acme's that is about Bo, with a recording and its transcript, while the tenant shows both.
    async fn new(pool: PgPool) -> Self {
        let app = TestApp::start(pool).await;
        for sql in [
            "UPDATE teams_integrations SET expose_recordings_in_portal = true",
            "INSERT INTO online_meeting_artifacts (tenant, meeting_id, artifact_type, provider_artifact_id, created_date_time,
                                                   end_date_time, content_correlation_id)
             SELECT m.tenant, m.meeting_id, kind, 'shared ' || kind, m.start_time, m.start_time + interval '9 minutes', 'shared'
               FROM online_meetings m, unnest(ARRAY['recording', 'transcript']) kind
              WHERE m.meeting_id = (SELECT meeting_id FROM online_meetings JOIN interactions i USING (tenant, interaction_id)
                                      JOIN clients c ON c.tenant = i.tenant AND c.client_id = i.client_id
                                     WHERE subject = 'Licence overview' AND client_name = 'Acme Manufacturing'
                                     ORDER BY meeting_id LIMIT 1)",
            "UPDATE interactions i SET contact_name_id = k.contact_name_id
               FROM contacts k, online_meetings m, online_meeting_artifacts a
              WHERE k.email = 'bo@acme.example' AND a.provider_artifact_id = 'shared recording' AND m.meeting_id = a.meeting_id
                AND i.interaction_id = m.interaction_id",
            "INSERT INTO documents (tenant, document_id, document_name, user_id, created_by)
             SELECT a.tenant, a.artifact_id, 'Transcript', u.user_id, u.user_id
               FROM online_meeting_artifacts a JOIN users u USING (tenant)
              WHERE a.provider_artifact_id = 'shared transcript' AND u.email = 'admin@northwind.example'",
            "UPDATE online_meeting_artifacts SET document_id = artifact_id WHERE provider_artifact_id = 'shared transcript'",
        ] {
            app.execute(sql).await;
        }
        let id = async |sql: &'static str, what: &'static str| app.id(sql, what).await;
        let artifact = "SELECT artifact_id FROM online_meeting_artifacts WHERE provider_artifact_id = $1";
        let recording = ArtifactId(id(artifact, "shared recording").await);
        let transcript = DocumentId(id(artifact, "shared transcript").await);
        let interaction = app
            .text(
                "SELECT interaction_id::text FROM online_meetings JOIN online_meeting_artifacts a USING (tenant, meeting_id)
                  WHERE a.provider_artifact_id = 'shared recording'",
            )
            .await;
        let meeting = app
            .text(
                "SELECT meeting_id::text FROM online_meeting_artifacts WHERE provider_artifact_id = 'shared recording'",
            )
            .await;
        let world = Self {
            app,
            interaction,
            meeting,
            recording,
            transcript,
        };
        world.write_down().await;
        world
    }

    #[expect(
        clippy::disallowed_methods,
        reason = "tests change rows with statements of their own"
    )]
    async fn write_down(&self) {
        let vtt = "WEBVTT\n\n00:00:01.000 --> 00:00:03.000\n<v Dana Ortiz>Good morning.</v>\n";
        sqlx::query(
            "INSERT INTO document_block_content (tenant, document_id, block_data)
             SELECT tenant, document_id, $2 FROM documents WHERE document_id = $1",
        )
        .bind(self.transcript.0)
        .bind(sqlx::types::Json(domain::transcript::Wording::of_file(vtt.as_bytes())))
        .execute(&self.app.pool)
        .await
        .unwrap();
    }

    async fn share(&self, by: &str, access: PortalAccess) -> Result<(), ErrorCode> {
        let grant = self.app.grant::<InteractionUpdate>(by).await;
        let shared = backend::artifacts::share(&self.app.backend, &grant, &self.interaction, access).await;
        shared.map(drop).map_err(|error| error.failure().code)
    }

    /// What somebody gets: the list of recordings on the page, the page on which they are watched, the recording, its captions and the
    /// transcript. All of it, or nothing.
    async fn sees(&self, actor: &PortalActor) -> bool {
        let backend = &self.app.backend;
        let page = backend::portal::meeting(backend, actor, &self.meeting, backend::portal::Kept::default())
            .await
            .unwrap();
        let watched = backend::portal::watch(backend, actor, &self.meeting, "").await;
        let captions = backend::artifacts::captions_for_portal(backend, actor, &self.recording.to_string()).await;
        let played = recordings::for_portal(backend, actor, self.recording).await;
        let read = recordings::transcript_for_portal(backend, actor, self.transcript, Form::Text).await;
        let codes = [
            watched.map(drop).map_err(|error| error.failure().code),
            captions.map(drop).map_err(|error| error.failure().code),
            played.map(drop).map_err(|error| error.failure().code),
            read.map(drop).map_err(|error| error.failure().code),
        ];
        let expected = if page.recorded.is_empty() {
            assert!(!page.may_be_recorded, "nothing says that there is something");
            Err(ErrorCode::NotFound)
        } else {
            Ok(())
        };
        assert_eq!(codes, [expected; 4], "all readers agree");
        expected.is_ok()
    }
}

#[sqlx::test(migrator = "backend::store::MIGRATOR")]
async fn every_reader_heeds_what_staff_hold_back(pool: PgPool) {
    let world = World::new(pool).await;
    let (ada, bo) = (world.app.portal(ADA).await, world.app.portal(BO).await);
    let seen = async || (world.sees(&ada).await, world.sees(&bo).await);
    assert_eq!(seen().await, (true, true), "as the tenant has decided");

    world.share(DISPATCHER, PortalAccess::Invited).await.unwrap();
    assert_eq!(
        seen().await,
        (false, true),
        "an administrator of the client did not take part"
    );
    world
        .app
        .execute(
            "INSERT INTO online_meeting_attendees (tenant, meeting_id, address)
             SELECT tenant, meeting_id, 'Ada@ACME.example' FROM online_meeting_artifacts
              WHERE provider_artifact_id = 'shared recording'",
        )
        .await;
    assert_eq!(seen().await, (true, true), "she was invited after all");

    world.share(DISPATCHER, PortalAccess::Nobody).await.unwrap();
    assert_eq!(seen().await, (false, false));
    world.share(DISPATCHER, PortalAccess::Default).await.unwrap();
    assert_eq!(seen().await, (true, true));

    // It never adds to what the tenant shows.
    world
        .app
        .execute("UPDATE teams_integrations SET expose_recordings_in_portal = false")
        .await;
    for access in PortalAccess::ALL {
        world.share(DISPATCHER, access).await.unwrap();
        assert_eq!(seen().await, (false, false), "{access:?}");
    }
    let cy = world.app.portal(CY).await;
    assert!(
        backend::portal::meeting(
            &world.app.backend,
            &cy,
            &world.meeting,
            backend::portal::Kept::default()
        )
        .await
        .is_err(),
        "another client's"
    );
}

#[sqlx::test(migrator = "backend::store::MIGRATOR")]
async fn an_appointment_hides_what_its_meeting_hides(pool: PgPool) {
    let world = World::new(pool).await;
    let app = &world.app;
    app.execute(
        "UPDATE online_meetings m SET appointment_request_id = r.appointment_request_id
           FROM online_meeting_artifacts a, appointment_requests r JOIN contacts k ON k.contact_name_id = r.contact_id
          WHERE a.provider_artifact_id = 'shared recording' AND m.meeting_id = a.meeting_id AND k.email = 'bo@acme.example'",
    )
    .await;
    app.execute(
        "UPDATE appointment_requests r SET status = 'approved', schedule_entry_id = NULL, requested_date = '2026-11-20'
           FROM online_meetings m JOIN online_meeting_artifacts a USING (tenant, meeting_id)
          WHERE m.appointment_request_id = r.appointment_request_id AND a.provider_artifact_id = 'shared recording'",
    )
    .await;
    let request = app
        .text(
            "SELECT appointment_request_id::text FROM online_meetings JOIN online_meeting_artifacts a USING (tenant, meeting_id)
              WHERE a.provider_artifact_id = 'shared recording'",
        )
        .await;
    let (ada, bo) = (app.portal(ADA).await, app.portal(BO).await);
    let recorded = async |actor: &PortalActor| {
        let page = backend::portal::request(&app.backend, actor, &request, backend::portal::Kept::default()).await;
        page.unwrap().recorded.len()
    };
    assert_eq!((recorded(&ada).await, recorded(&bo).await), (1, 1));
    world.share(DISPATCHER, PortalAccess::Invited).await.unwrap();
    assert_eq!((recorded(&ada).await, recorded(&bo).await), (0, 1));
    world.share(DISPATCHER, PortalAccess::Nobody).await.unwrap();
    assert_eq!((recorded(&ada).await, recorded(&bo).await), (0, 0));
}

#[sqlx::test(migrator = "backend::store::MIGRATOR")]
async fn it_is_decided_for_one_s_own_meetings_and_shown_to_staff(pool: PgPool) {
    let world = World::new(pool).await;
    assert_eq!(
        world.share(CONTOSO_ADMIN, PortalAccess::Nobody).await,
        Err(ErrorCode::NotFound)
    );
    world.share(DISPATCHER, PortalAccess::Nobody).await.unwrap();
    let grant = world.app.grant(DISPATCHER).await;
    let page = backend::interactions::page(&world.app.backend, &grant, &world.interaction)
        .await
        .unwrap();
    let share = page.meeting.unwrap().capture.open().portal.unwrap();
    assert_eq!((share.is_on, share.access), (true, PortalAccess::Nobody));
    let without = world
        .app
        .text("SELECT interaction_id::text FROM interactions i WHERE NOT EXISTS (SELECT 1 FROM online_meetings m WHERE m.interaction_id = i.interaction_id)
                AND tenant = (SELECT tenant FROM tenants WHERE client_name = 'Northwind IT') LIMIT 1")
        .await;
    let grant = world.app.grant(DISPATCHER).await;
    let refused = backend::artifacts::share(&world.app.backend, &grant, &without, PortalAccess::Nobody).await;
    assert_eq!(refused.unwrap_err().failure().code, ErrorCode::MeetingOver);
}
