//! Who asks, and about what.

use std::collections::{HashMap, hash_map::Entry};

use sqlx::PgPool;
use tokio::sync::Mutex;

pub use super::browser::{Answer, Browser};
use crate::server::Server;

/// Lists ids of a tenant, `$1`. Where `by_client` is set, those that portal users of a client, `$2`, may see.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Kind {
    sql: &'static str,
    by_client: bool,
}

impl Kind {
    const fn of_tenant(sql: &'static str) -> Self {
        Self { sql, by_client: false }
    }

    const fn of_client(sql: &'static str) -> Self {
        Self { sql, by_client: true }
    }
}

pub const CLIENT: Kind = Kind::of_tenant("SELECT client_id::text FROM clients WHERE tenant = $1 ORDER BY 1");
pub const CONTACT: Kind = Kind::of_tenant("SELECT contact_name_id::text FROM contacts WHERE tenant = $1 ORDER BY 1");
/// Without those that have a meeting, which cannot be deleted at any time.
pub const INTERACTION: Kind = Kind::of_tenant(
    "SELECT interaction_id::text FROM interactions i WHERE tenant = $1
        AND NOT EXISTS (SELECT 1 FROM online_meetings m WHERE m.interaction_id = i.interaction_id) ORDER BY 1 LIMIT 300",
);
/// Recordings that nobody else asks for.
pub const ARTIFACT: Kind = Kind::of_tenant(
    "SELECT artifact_id::text FROM online_meeting_artifacts WHERE tenant = $1 AND provider_artifact_id LIKE 'spare %' ORDER BY 1",
);
/// Those of whose meetings something was captured.
pub const RECORDED: Kind = Kind::of_tenant(
    "SELECT DISTINCT m.interaction_id::text FROM online_meetings m JOIN online_meeting_artifacts a USING (tenant, meeting_id)
      WHERE tenant = $1 AND a.deleted_at IS NULL AND a.provider_artifact_id NOT LIKE 'spare %' ORDER BY 1",
);
pub const RECORDING: Kind = Kind::of_tenant(
    "SELECT artifact_id::text FROM online_meeting_artifacts WHERE tenant = $1 AND artifact_type = 'recording'
        AND provider_artifact_id NOT LIKE 'spare %' ORDER BY 1",
);
/// Transcripts.
pub const DOCUMENT: Kind = Kind::of_tenant(
    "SELECT document_id::text FROM online_meeting_artifacts
      WHERE tenant = $1 AND document_id IS NOT NULL AND deleted_at IS NULL ORDER BY 1",
);
/// Recordings of which there is a transcript.
pub const CAPTIONED: Kind = Kind::of_tenant(
    "SELECT r.artifact_id::text FROM online_meeting_artifacts r
       JOIN online_meeting_artifacts t USING (tenant, meeting_id, created_date_time)
      WHERE tenant = $1 AND r.artifact_type = 'recording' AND t.document_id IS NOT NULL AND r.deleted_at IS NULL ORDER BY 1",
);
/// Appointments of a client.
pub const APPOINTMENT: Kind = Kind::of_client(
    "SELECT appointment_request_id::text FROM appointment_requests WHERE tenant = $1 AND client_id = $2 ORDER BY 1",
);
/// Such that will take place.
pub const UPCOMING: Kind = Kind::of_client(
    "SELECT appointment_request_id::text FROM appointment_requests
      WHERE tenant = $1 AND client_id = $2 AND status = 'approved' AND description = 'Spare' ORDER BY 1",
);
/// Such that nobody has decided about, and that nobody else asks for.
pub const WAITING: Kind = Kind::of_client(
    "SELECT appointment_request_id::text FROM appointment_requests
      WHERE tenant = $1 AND client_id = $2 AND status = 'pending' AND description = 'Spare' ORDER BY 1",
);
/// Meetings of a client.
pub const MEETING: Kind = Kind::of_client(
    "SELECT meeting_id::text FROM online_meetings m JOIN interactions i USING (tenant, interaction_id)
      WHERE tenant = $1 AND i.client_id = $2 AND m.status <> 'failed' ORDER BY 1",
);
/// Such that will take place.
pub const UPCOMING_MEETING: Kind = Kind::of_client(
    "SELECT meeting_id::text FROM online_meetings m JOIN interactions i USING (tenant, interaction_id)
      WHERE tenant = $1 AND i.client_id = $2 AND m.status = 'scheduled' AND m.subject = 'Spare' ORDER BY 1",
);
/// Such that nobody has decided about.
pub const REQUEST: Kind = Kind::of_tenant(
    "SELECT appointment_request_id::text FROM appointment_requests WHERE tenant = $1 AND status = 'pending'
        AND description IS DISTINCT FROM 'Spare' ORDER BY 1",
);
pub const TYPE: Kind = Kind::of_tenant("SELECT type_id::text FROM interaction_types WHERE tenant = $1 ORDER BY 1");
pub const STATUS: Kind = Kind::of_tenant(
    "SELECT status_id::text FROM statuses WHERE tenant = $1 AND status_type = 'interaction' ORDER BY 1",
);
/// Services that clients can ask for.
pub const SERVICE: Kind = Kind::of_tenant(
    "SELECT service_id::text FROM service_catalog WHERE tenant = $1 AND is_active AND item_kind = 'service' ORDER BY 1",
);
/// Entries on the schedule of staff who ask nothing.
pub const ENTRY: Kind = Kind::of_tenant(
    "SELECT entry_id::text FROM schedule_entries WHERE tenant = $1 AND title = 'Spare entry' ORDER BY 1",
);
/// Staff who ask nothing.
pub const PERSON: Kind =
    Kind::of_tenant("SELECT user_id::text FROM users WHERE tenant = $1 AND username LIKE 'spare %' ORDER BY 1");
/// Sign-ins of theirs.
pub const SESSION: Kind = Kind::of_tenant(
    "SELECT session_id::text FROM sessions JOIN users USING (tenant, user_id) WHERE tenant = $1 AND username LIKE 'spare %' ORDER BY 1",
);

/// Whose id is given for what a request is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Whose {
    /// Northwind's; for the portal, Acme's.
    Own,
    /// Contoso's.
    Foreign,
    /// Another client's of the same tenant, where the portal asks; else another tenant's.
    OtherClients,
    Nobodys,
    Malformed,
}

pub enum Id {
    Subject(Whose),
    /// One that the asker could choose, if `Own`.
    Choice(Asker, Whose),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Asker {
    Nobody,
    /// Was deactivated after signing in.
    Inactive,
    /// Of Northwind, with a role or without any.
    Staff(Option<&'static str>),
    /// The administrator of Contoso.
    ForeignStaff,
    /// Of Acme.
    Portal,
    /// Of Globex.
    OtherPortal,
}

const ASKERS: [(&str, Asker); 14] = [
    ("", Asker::Nobody),
    ("inactive@northwind.example", Asker::Inactive),
    ("admin@northwind.example", Asker::Staff(Some("Admin"))),
    ("finance@northwind.example", Asker::Staff(Some("Finance"))),
    ("manager@northwind.example", Asker::Staff(Some("Manager"))),
    ("projects@northwind.example", Asker::Staff(Some("Project Manager"))),
    ("tech@northwind.example", Asker::Staff(Some("Technician"))),
    ("dispatcher@northwind.example", Asker::Staff(Some("Dispatcher"))),
    ("nothing@northwind.example", Asker::Staff(None)),
    ("admin@contoso.example", Asker::ForeignStaff),
    // With each of the portal's roles.
    ("ada@acme.example", Asker::Portal),
    ("bo@acme.example", Asker::Portal),
    ("money@acme.example", Asker::Portal),
    ("cy@globex.example", Asker::OtherPortal),
];

pub struct World {
    pub server: Server,
    browsers: Vec<Browser>,
    ids: Mutex<HashMap<(Kind, Whose), List>>,
}

/// Ids, and how many of them were taken.
struct List {
    ids: Vec<String>,
    taken: usize,
}

impl World {
    pub async fn start(pool: PgPool) -> Self {
        let server = Server::start(pool).await;
        // Otherwise it would go on by itself meanwhile.
        server.subscribed().await;
        people(&server.pool).await;
        let browsers = ASKERS.map(|(email, asker)| Browser::new(&server.url, email, asker));
        let mut world = Self {
            server,
            browsers: browsers.into(),
            ids: Mutex::default(),
        };
        world.sign_everybody_in().await;
        world
    }

    pub fn server(&self) -> &Server {
        &self.server
    }

    pub fn browsers(&self) -> impl Iterator<Item = &Browser> {
        self.browsers.iter()
    }

    pub fn browser(&self, asker: Asker) -> &Browser {
        self.browsers().find(|browser| browser.asker == asker).unwrap()
    }

    pub async fn sign_everybody_in(&mut self) {
        let pool = &self.server.pool;
        set_inactive(pool, false).await;
        for browser in &mut self.browsers {
            browser.forget_everything();
        }
        let somebody = self.browsers.iter().filter(|browser| browser.asker != Asker::Nobody);
        futures::future::join_all(somebody.map(Browser::sign_in)).await;
        set_inactive(pool, true).await;
    }

    pub async fn forget_tries(&self) {
        forget_tries(&self.server.pool).await;
    }

    /// Another one of the kind at each call.
    pub async fn id(&self, kind: Kind, id: Id) -> String {
        let whose = match id {
            Id::Choice(Asker::ForeignStaff, Whose::Own) => Whose::Foreign,
            Id::Choice(_, whose) | Id::Subject(whose) => whose,
        };
        let (tenant, client) = match whose {
            Whose::Own => ("Northwind IT", "Acme Manufacturing"),
            Whose::OtherClients if kind.by_client => ("Northwind IT", "Globex"),
            Whose::Foreign | Whose::OtherClients => ("Contoso Care", "Initech"),
            Whose::Nobodys => return "7d4f8c1e-93b2-4c57-8a6d-2f1e0b9c8d7a".to_owned(),
            Whose::Malformed => return "1 OR 1=1".to_owned(),
        };
        let mut ids = self.ids.lock().await;
        let list = match ids.entry((kind, whose)) {
            Entry::Occupied(list) => list.into_mut(),
            Entry::Vacant(place) => {
                let ids = list(&self.server.pool, kind, tenant, client).await;
                assert!(!ids.is_empty(), "{kind:?} has none of {tenant}");
                place.insert(List { ids, taken: 0 })
            }
        };
        list.taken += 1;
        list.ids[(list.taken - 1) % list.ids.len()].clone()
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "tests look at the rows with statements of their own"
)]
async fn list(pool: &PgPool, kind: Kind, tenant: &str, client: &str) -> Vec<String> {
    let tenant: sqlx::types::Uuid = sqlx::query_scalar("SELECT tenant FROM tenants WHERE client_name = $1")
        .bind(tenant)
        .fetch_one(pool)
        .await
        .unwrap();
    let query = sqlx::query_scalar(kind.sql).bind(tenant);
    if kind.by_client {
        let client: sqlx::types::Uuid = sqlx::query_scalar("SELECT client_id FROM clients WHERE client_name = $1")
            .bind(client)
            .fetch_one(pool)
            .await
            .unwrap();
        return query.bind(client).fetch_all(pool).await.unwrap();
    }
    query.fetch_all(pool).await.unwrap()
}

/// Those whom the demo data lacks, with everybody's password.
#[expect(
    clippy::disallowed_methods,
    reason = "tests change rows with statements of their own"
)]
async fn people(pool: &PgPool) {
    for sql in [
        "INSERT INTO contacts (tenant, full_name, email, client_id)
         SELECT tenant, 'Mo Money', 'money@acme.example', client_id FROM clients WHERE client_name = 'Acme Manufacturing'",
        "INSERT INTO users (tenant, username, email, user_type, contact_id, hashed_password)
         SELECT c.tenant, c.email, c.email, 'client', c.contact_name_id, u.hashed_password
           FROM contacts c JOIN users u ON u.tenant = c.tenant AND u.email = 'admin@northwind.example'
          WHERE c.email = 'money@acme.example'",
        "INSERT INTO users (tenant, username, email, user_type, hashed_password)
         SELECT tenant, name, name || '@northwind.example', 'internal', hashed_password
           FROM users, unnest(ARRAY['manager', 'projects', 'nothing', 'inactive']) AS name
          WHERE email = 'admin@northwind.example'",
        "INSERT INTO users (tenant, username, email, user_type, hashed_password)
         SELECT tenant, 'spare ' || n, 'spare-' || n || '.' || email, 'internal', hashed_password
           FROM users, generate_series(1, 20) AS n
          WHERE email IN ('admin@northwind.example', 'admin@contoso.example')",
        "INSERT INTO sessions (tenant, user_id, token, expires_at)
         SELECT tenant, user_id, '', now() + interval '1 day' FROM users WHERE username LIKE 'spare %'",
        "INSERT INTO schedule_entries (tenant, entry_id, title, status, work_item_type, scheduled_start, scheduled_end)
         SELECT tenant, user_id, 'Spare entry', 'scheduled', 'ad_hoc', now(), now() + interval '1 hour'
           FROM users WHERE username LIKE 'spare %'",
        "INSERT INTO schedule_entry_assignees (tenant, entry_id, user_id)
         SELECT tenant, entry_id, entry_id FROM schedule_entries WHERE title = 'Spare entry'",
        "INSERT INTO documents (tenant, document_id, document_name, user_id, created_by)
         SELECT a.tenant, a.artifact_id, 'Transcript', u.user_id, u.user_id
           FROM online_meeting_artifacts a JOIN users u ON u.tenant = a.tenant AND u.username = 'spare 1'
          WHERE a.artifact_type = 'transcript' AND a.document_id IS NULL",
        "INSERT INTO document_block_content (tenant, document_id, block_data)
         SELECT tenant, document_id, '[{\"type\":\"paragraph\",\"props\":{\"start\":1000,\"end\":2000},\"content\":[{\"type\":\"text\",\"text\":\"Yes.\",\"styles\":{}}]}]'
           FROM documents",
        "UPDATE online_meeting_artifacts SET document_id = artifact_id WHERE artifact_type = 'transcript'",
        "INSERT INTO user_roles (tenant, user_id, role_id)
         SELECT u.tenant, u.user_id, r.role_id
           FROM users u JOIN roles r ON r.tenant = u.tenant
          WHERE (u.username, r.role_name, r.msp) IN (('manager', 'Manager', true), ('projects', 'Project Manager', true),
                                                     ('inactive', 'Admin', true), ('money@acme.example', 'Finance', false))",
        // Who sees only their own at the portal is tried elsewhere (`backend/tests/it/portal_shown.rs`).
        "UPDATE contacts k SET is_client_admin = true FROM clients c
          WHERE c.tenant = k.tenant AND c.client_id = k.client_id AND c.client_name IN ('Acme Manufacturing', 'Globex', 'Initech')",
        "INSERT INTO appointment_requests (tenant, client_id, contact_id, service_id, requested_date, requested_time, requested_duration,
                                           requester_timezone, status, description)
         SELECT k.tenant, k.client_id, k.contact_name_id, s.service_id, current_date + 20 + n, '09:00', 30, 'UTC',
                (ARRAY['pending', 'approved'])[1 + n % 2], 'Spare'
           FROM contacts k
           JOIN generate_series(1, 40) AS n ON true
           JOIN LATERAL (SELECT service_id FROM service_catalog c WHERE c.tenant = k.tenant ORDER BY 1 LIMIT 1) s ON true
          WHERE k.email IN ('ada@acme.example', 'cy@globex.example', 'dee@initech.example')",
        "INSERT INTO interactions (tenant, type_id, client_id, user_id, title, interaction_date, start_time, end_time)
         SELECT DISTINCT ON (c.tenant, c.client_id, n) c.tenant, i.type_id, c.client_id, i.user_id, 'Spare ' || n,
                now() + interval '2 days', now() + interval '2 days', now() + interval '2 days 1 hour'
           FROM clients c JOIN interactions i ON i.tenant = c.tenant JOIN generate_series(1, 3) AS n ON true
          WHERE c.client_name IN ('Acme Manufacturing', 'Globex', 'Initech')
          ORDER BY c.tenant, c.client_id, n, i.interaction_id",
        "INSERT INTO online_meetings (tenant, subject, join_url, start_time, end_time, interaction_id, provider_meeting_id)
         SELECT i.tenant, 'Spare', 'https://teams.microsoft.com/l/meetup-join/spare', now() + interval '2 days',
                now() + interval '2 days 1 hour', i.interaction_id, 'spare ' || i.interaction_id
           FROM interactions i JOIN clients c ON c.tenant = i.tenant AND c.client_id = i.client_id
          WHERE c.client_name IN ('Acme Manufacturing', 'Globex', 'Initech') AND i.end_time > now() AND i.title LIKE 'Spare%'",
        "INSERT INTO online_meeting_artifacts (tenant, meeting_id, artifact_type, provider_artifact_id)
         SELECT DISTINCT ON (m.tenant, n) m.tenant, m.meeting_id, 'recording', 'spare ' || n
           FROM online_meetings m, generate_series(1, 20) AS n WHERE m.status <> 'recording_ready'
          ORDER BY m.tenant, n, m.meeting_id",
    ] {
        let done = sqlx::query(sql).execute(pool).await.unwrap();
        assert!(done.rows_affected() > 0, "{sql}");
    }
}

/// So many asking from one address are not what rate limits are for.
#[expect(
    clippy::disallowed_methods,
    reason = "tests change rows with statements of their own"
)]
async fn forget_tries(pool: &PgPool) {
    sqlx::query("DELETE FROM rate_limits").execute(pool).await.unwrap();
}

#[expect(
    clippy::disallowed_methods,
    reason = "tests change rows with statements of their own"
)]
async fn set_inactive(pool: &PgPool, inactive: bool) {
    let sql = "UPDATE users SET is_inactive = $1 WHERE username = 'inactive'";
    let done = sqlx::query(sql).bind(inactive).execute(pool).await.unwrap();
    assert_eq!(done.rows_affected(), 1);
}
