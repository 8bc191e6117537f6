//! A backend with demo data and a simulator of its own.

use std::{
    net::{IpAddr, Ipv4Addr},
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
    time::Duration,
};

use backend::{
    Actor, Backend, Clock, Db, Microsoft, PortalActor, Surroundings,
    access::{Grant, Needs},
    interactions::QuickAddFor,
    mail::Mailer,
    secrets::Keyring,
    sessions::{self, Identity, PeerDigest, PeerPasswords, SignedIn, Visitor},
};
use chrono::{DateTime, Utc};
use domain::{Failure, PortalSignIn, QuickAdd, QuickAddForm, SignIn};
use graph_sim::{SimConfig, SimEvent, Simulator, demo::northwind};
use sqlx::{
    Connection, PgConnection, PgPool,
    postgres::{PgConnectOptions, PgPoolOptions},
};
use uuid::Uuid;

pub const DISPATCHER: &str = "dispatcher@northwind.example";
pub const CONTOSO_ADMIN: &str = "admin@contoso.example";
/// The key that secrets are encrypted with.
pub const KEY: &str = "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=";
/// The pepper of the passwords that the peer's users bring along.
const PEER_PEPPER: &str = "development_secret_do_not_use_in_production";
const UNFINISHED: &str =
    "SELECT count(*) FROM meeting_operations WHERE state IN ('started', 'abandoning', 'waiting', 'refused')";
/// 2026-11-24 10:10 UTC: a Tuesday, 11:10 in Berlin.
const NOW: i64 = 1_795_515_000;

/// Id, link, subject, start and end of a meeting.
pub type Recorded = (String, String, String, DateTime<Utc>, DateTime<Utc>);

pub struct TestApp {
    pub backend: Backend,
    pub sim: Simulator,
    pub pool: PgPool,
    now: Arc<AtomicI64>,
    /// Where mails go.
    mails: tempfile::TempDir,
    public_url: String,
    patience: Duration,
    people: tokio::sync::Mutex<Vec<(String, Actor)>>,
    /// Set by tests that leave operations unfinished on purpose.
    pub leaves_operations: bool,
}

impl TestApp {
    pub async fn start(pool: PgPool) -> Self {
        Self::start_with(pool, SimConfig::demo()).await
    }

    pub async fn start_with(pool: PgPool, config: SimConfig) -> Self {
        Self::start_at(pool, config, "https://minuted.example/").await
    }

    /// With another public address.
    pub async fn start_at(pool: PgPool, config: SimConfig, public_url: &str) -> Self {
        Self::start_patient(pool, config, public_url, Duration::from_secs(2)).await
    }

    /// And with more patience for Microsoft.
    pub async fn start_patient(pool: PgPool, config: SimConfig, public_url: &str, patience: Duration) -> Self {
        let sim = Simulator::start(config).await.unwrap();
        let now = Arc::new(AtomicI64::new(NOW));
        let mails = tempfile::tempdir().unwrap();
        let backend = Process::of(&pool, &sim, &now, mails.path(), (public_url, patience)).start();
        backend::seed::demo(&backend).await.unwrap();
        let app = Self {
            backend,
            sim,
            pool,
            now,
            mails,
            public_url: public_url.to_owned(),
            patience,
            people: tokio::sync::Mutex::default(),
            leaves_operations: false,
        };
        // What is half cancelled in the demo would be taken up by the first sweep of every test.
        app.execute("UPDATE online_meetings SET status = 'cancelled' WHERE status = 'cancel_pending'")
            .await;
        app
    }

    /// What lies in the store of files, without beginnings, with its length.
    pub fn stored(&self) -> Vec<(std::path::PathBuf, u64)> {
        let folder = self.mails.path().join("files");
        let tenants = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
        tenants
            .filter(|path| !path.ends_with("drafts"))
            .flat_map(|tenant| std::fs::read_dir(tenant).unwrap().map(Result::unwrap))
            .map(|file| (file.path(), file.metadata().unwrap().len()))
            .collect()
    }

    /// A second process on the same database and the same Microsoft.
    pub fn another_process(&self) -> Backend {
        self.patient_process(self.patience)
    }

    /// One that sends its mails another way.
    pub fn process_with_mailer(&self, mailer: Mailer) -> Backend {
        Process {
            mailer,
            ..self.process()
        }
        .start()
    }

    /// One that has these keys for secrets.
    pub fn process_with_keys(&self, keys: &str) -> Backend {
        Process { keys, ..self.process() }.start()
    }

    /// One that waits so long for Microsoft.
    pub fn patient_process(&self, patience: Duration) -> Backend {
        Process {
            patience,
            ..self.process()
        }
        .start()
    }

    /// One for which Microsoft can encrypt.
    pub fn process_with_certificates(&self, certificates: &str) -> Backend {
        let certificates = Some(certificates.to_owned());
        Process {
            certificates,
            ..self.process()
        }
        .start()
    }

    fn process(&self) -> Process<'_> {
        Process::of(
            &self.pool,
            &self.sim,
            &self.now,
            self.mails.path(),
            (&self.public_url, self.patience),
        )
    }

    /// Runs `work` in a process of its own that is killed after a while, whatever it is at: the tasks it has started die with it.
    pub async fn killed_after<F>(&self, time: Duration, work: impl FnOnce(Backend) -> F + Send + 'static)
    where
        F: Future<Output = ()>,
    {
        let options = (*self.pool.connect_options()).clone();
        let pool = PgPoolOptions::new().max_connections(4).connect_lazy_with(options);
        let settings = (self.public_url.as_str(), self.patience);
        let backend = Process::of(&pool, &self.sim, &self.now, self.mails.path(), settings).start();
        let process = move || {
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build()
                .unwrap();
            runtime.block_on(async {
                let _ = tokio::time::timeout(time, work(backend)).await;
            });
            runtime.shutdown_background();
        };
        tokio::task::spawn_blocking(process).await.unwrap();
    }

    pub fn now(&self) -> DateTime<Utc> {
        DateTime::from_timestamp(self.now.load(Ordering::SeqCst), 0).unwrap()
    }

    /// Runs the sweep as time goes by until nothing is left to do.
    pub async fn sweep_to_the_end(&self) {
        for _ in 0..40 {
            if self.count(UNFINISHED).await == 0 {
                return;
            }
            self.backend.sweep().await.unwrap();
            self.advance(300);
        }
        let unfinished =
            "SELECT string_agg(concat_ws(' ', kind, state, position, attempts, last_error, payload), E'\\n')
                            FROM meeting_operations WHERE state IN ('started', 'abandoning', 'waiting', 'refused')";
        panic!("the sweep came to no end: {}", self.text(unfinished).await);
    }

    pub fn advance(&self, seconds: i64) {
        self.now.fetch_add(seconds, Ordering::SeqCst);
    }

    /// The person, signed in; once for each test.
    pub async fn actor(&self, email: &str) -> Actor {
        let mut people = self.people.lock().await;
        if let Some((_, actor)) = people.iter().find(|(known, _)| known == email) {
            return actor.clone();
        }
        let actor = self.sign_in(email).await;
        people.push((email.to_owned(), actor.clone()));
        actor
    }

    /// Finds the person anew when they are asked for next: what they may do has changed.
    pub async fn forget(&self, email: &str) {
        self.people.lock().await.retain(|(known, _)| known != email);
    }

    /// One sign-in more.
    pub async fn sign_in_again(&self, email: &str) -> Identity {
        let form = SignIn {
            email: email.into(),
            password: backend::seed::PASSWORD.into(),
            next: String::new(),
        };
        match sessions::sign_in(&self.backend, &visitor(), &form).await.unwrap() {
            SignedIn::Done(identity) => identity,
            SignedIn::CodeNeeded(_) => panic!("{email} has a second factor"),
        }
    }

    async fn sign_in(&self, email: &str) -> Actor {
        let identity = self.sign_in_again(email).await;
        sessions::actor(&self.backend, identity).await.unwrap().unwrap().0
    }

    /// A portal user, signed in.
    pub async fn portal(&self, email: &str) -> PortalActor {
        let form = PortalSignIn {
            email: email.into(),
            password: backend::seed::PASSWORD.into(),
            tenant: String::new(),
            next: String::new(),
        };
        let identity = match sessions::portal_sign_in(&self.backend, &visitor(), &form)
            .await
            .unwrap()
        {
            SignedIn::Done(identity) => identity,
            SignedIn::CodeNeeded(_) => panic!("{email} has a second factor"),
        };
        let found = sessions::portal_actor(&self.backend, identity).await.unwrap();
        found.unwrap().0
    }

    pub async fn grant<P: Needs>(&self, email: &str) -> Grant<P> {
        self.actor(email).await.require().unwrap()
    }

    /// Acme's quick-add form, as the dispatcher gets it.
    pub async fn form(&self) -> QuickAddForm {
        let grant = self.grant(DISPATCHER).await;
        backend::interactions::form(
            &self.backend,
            &grant,
            QuickAddFor {
                client_id: &self.client("Acme Manufacturing").await.to_string(),
                ..QuickAddFor::default()
            },
            None,
        )
        .await
        .unwrap()
    }

    /// Puts a file where the folder of mails should be.
    pub fn break_mail(&self) {
        std::fs::remove_dir_all(self.mail_folder()).ok();
        std::fs::write(self.mail_folder(), "in the way").unwrap();
    }

    pub fn mend_mail(&self) {
        std::fs::remove_file(self.mail_folder()).unwrap();
    }

    fn mail_folder(&self) -> std::path::PathBuf {
        self.mails.path().join("mail")
    }

    fn file_folder(&self) -> std::path::PathBuf {
        self.mails.path().join("files")
    }

    /// The files of the store by their paths.
    pub fn files(&self) -> Vec<(String, Vec<u8>)> {
        let mut files = Vec::new();
        for tenant in std::fs::read_dir(self.file_folder()).into_iter().flatten() {
            let tenant = tenant.unwrap();
            for file in std::fs::read_dir(tenant.path()).into_iter().flatten() {
                let file = file.unwrap();
                let [tenant, name] = [tenant.file_name(), file.file_name()].map(|name| name.into_string().unwrap());
                files.push((format!("{tenant}/{name}"), std::fs::read(file.path()).unwrap()));
            }
        }
        files.sort();
        files
    }

    /// Puts a file where the folder of files should be.
    pub fn break_files(&self) {
        std::fs::remove_dir_all(self.file_folder()).ok();
        std::fs::write(self.file_folder(), "in the way").unwrap();
    }

    pub fn mend_files(&self) {
        std::fs::remove_file(self.file_folder()).unwrap();
        std::fs::create_dir_all(self.file_folder()).unwrap();
    }

    /// The text of the mails that were sent, undone from its encoding.
    pub async fn mails(&self) -> Vec<String> {
        self.backend.deliver_mails().await.unwrap();
        let Ok(files) = std::fs::read_dir(self.mail_folder()) else {
            return Vec::new();
        };
        files
            .map(|file| std::fs::read_to_string(file.unwrap().path()).unwrap())
            .map(|text| text.replace("=\r\n", "").replace("=3D", "="))
            .collect()
    }

    pub async fn client(&self, name: &'static str) -> Uuid {
        self.id("SELECT client_id FROM clients WHERE client_name = $1", name)
            .await
    }

    pub async fn contact(&self, email: &'static str) -> Uuid {
        self.id("SELECT contact_name_id FROM contacts WHERE email = $1", email)
            .await
    }

    /// What the dispatcher fills in for a meeting with Ada tomorrow at 15:00.
    pub async fn meeting(&self) -> QuickAdd {
        let form = self.form().await;
        let ada = form
            .choices
            .contacts
            .iter()
            .find(|contact| contact.email.as_deref() == Some("ada@acme.example"))
            .unwrap();
        QuickAdd {
            idempotency_key: form.values.idempotency_key,
            client_id: form.values.client_id,
            contact_id: ada.contact_id.to_string(),
            type_id: form
                .choices
                .types
                .iter()
                .find(|kind| kind.is_online_meeting)
                .unwrap()
                .type_id
                .to_string(),
            title: "Backup review".into(),
            notes: "Bring the report".into(),
            start: "2026-11-25T15:00".into(),
            end: "2026-11-25T15:30".into(),
            create_teams_meeting: Some("on".into()),
            attendees: vec!["ada@acme.example".into()],
            more_attendees: "bo@acme.example; Ada@ACME.example".into(),
            ..QuickAdd::default()
        }
    }

    /// Posts the form as the dispatcher.
    pub async fn add(&self, form: &QuickAdd) -> Result<domain::Saved, Failure> {
        let grant = self.grant(DISPATCHER).await;
        backend::interactions::add(&self.backend, &grant, form)
            .await
            .map_err(backend::Error::failure)
    }

    /// Sends the body of a creation to Microsoft once more, past the backend.
    pub async fn post_again(&self, body: &serde_json::Value) {
        let text = |value: &serde_json::Value| value.as_str().unwrap().to_owned();
        let time = |value: &serde_json::Value| {
            text(&value["dateTime"])
                .parse::<chrono::NaiveDateTime>()
                .unwrap()
                .and_utc()
        };
        let event = graph::NewEvent {
            transaction_id: text(&body["transactionId"]).parse().unwrap(),
            subject: text(&body["subject"]),
            body_html: None,
            start: time(&body["start"]),
            end: time(&body["end"]),
            attendees: Vec::new(),
        };
        let endpoints = graph::Endpoints {
            graph: self.sim.graph_url().parse().unwrap(),
            login: self.sim.login_url().parse().unwrap(),
        };
        let credentials =
            graph::Credentials::with_secret(northwind::TENANT_ID, northwind::CLIENT_ID, northwind::CLIENT_SECRET);
        let session = graph::GraphClient::new(graph::http_client().unwrap(), endpoints).session(credentials);
        session
            .create_event(northwind::ORGANIZER_OBJECT_ID, &event)
            .await
            .unwrap();
    }

    /// The events that still stand in the organizer's calendar.
    pub fn live_events(&self) -> Vec<SimEvent> {
        self.sim.events().into_iter().filter(|event| !event.deleted).collect()
    }

    /// Both sides agree: every event has one record with its link, subject and times, every record its event. Demo meetings are not in
    /// the simulator.
    pub async fn assert_agreement(&self) {
        let mut events: Vec<Recorded> = self
            .live_events()
            .into_iter()
            .map(|event| {
                (
                    event.id,
                    event.join_url.unwrap_or_default(),
                    event.subject,
                    event.start,
                    event.end,
                )
            })
            .collect();
        let mut records = self.recorded().await;
        events.sort();
        records.sort();
        assert_eq!(events, records, "events at Microsoft (left) and records (right)");
        let differing = "SELECT count(*) FROM online_meetings m
                           JOIN interactions i ON i.tenant = m.tenant AND i.interaction_id = m.interaction_id
                          WHERE m.status = 'scheduled' AND (i.start_time, i.end_time) <> (m.start_time, m.end_time)";
        assert_eq!(
            self.count(differing).await,
            0,
            "an interaction is at another time than its meeting"
        );
        let apart = "SELECT count(*) FROM online_meetings m
                       LEFT JOIN schedule_entries e ON e.tenant = m.tenant AND e.entry_id = m.schedule_entry_id
                       LEFT JOIN appointment_requests r
                              ON r.tenant = m.tenant AND r.appointment_request_id = m.appointment_request_id
                      WHERE m.status = 'scheduled'
                        AND (m.schedule_entry_id IS NOT NULL
                               AND (e.scheduled_start, e.scheduled_end, e.status)
                                   IS DISTINCT FROM (m.start_time, m.end_time, 'scheduled')
                             OR m.appointment_request_id IS NOT NULL
                               AND ((r.requested_date + r.requested_time) AT TIME ZONE coalesce(r.requester_timezone, 'UTC'),
                                    r.requested_duration, r.status, coalesce(r.online_meeting_url, m.join_url),
                                    r.schedule_entry_id)
                                   IS DISTINCT FROM (m.start_time, extract(epoch FROM m.end_time - m.start_time)::integer / 60,
                                                     'approved', m.join_url, m.schedule_entry_id))";
        assert_eq!(
            self.count(apart).await,
            0,
            "a meeting's entry or request says otherwise"
        );
    }

    #[expect(
        clippy::disallowed_methods,
        reason = "tests look at the rows with statements of their own"
    )]
    pub async fn recorded(&self) -> Vec<Recorded> {
        sqlx::query_as(
            "SELECT m.provider_event_id, coalesce(m.join_url, ''), m.subject, m.start_time, m.end_time FROM online_meetings m
               JOIN meeting_operations o ON o.tenant = m.tenant AND o.meeting_id = m.meeting_id AND o.kind = 'create'
              WHERE m.status <> 'cancelled' AND o.state = 'done'",
        )
        .fetch_all(&self.pool)
        .await
        .unwrap()
    }

    #[expect(
        clippy::disallowed_methods,
        reason = "tests look at the rows with statements of their own"
    )]
    pub async fn id(&self, sql: &'static str, key: &'static str) -> Uuid {
        sqlx::query_scalar(sql).bind(key).fetch_one(&self.pool).await.unwrap()
    }

    #[expect(
        clippy::disallowed_methods,
        reason = "tests look at the rows with statements of their own"
    )]
    pub async fn text(&self, sql: &'static str) -> String {
        sqlx::query_scalar(sql).fetch_one(&self.pool).await.unwrap()
    }

    #[expect(
        clippy::disallowed_methods,
        reason = "tests look at the rows with statements of their own"
    )]
    pub async fn count(&self, sql: &'static str) -> i64 {
        sqlx::query_scalar(sql).fetch_one(&self.pool).await.unwrap()
    }

    #[expect(
        clippy::disallowed_methods,
        reason = "tests look at the rows with statements of their own"
    )]
    pub async fn count_of(&self, sql: &'static str, id: Uuid) -> i64 {
        sqlx::query_scalar(sql).bind(id).fetch_one(&self.pool).await.unwrap()
    }

    #[expect(
        clippy::disallowed_methods,
        reason = "tests change rows with statements of their own"
    )]
    pub async fn execute(&self, sql: &'static str) {
        sqlx::query(sql).execute(&self.pool).await.unwrap();
    }
}

/// A process that is to begin.
struct Process<'a> {
    pool: &'a PgPool,
    sim: &'a Simulator,
    now: &'a Arc<AtomicI64>,
    mails: &'a std::path::Path,
    public_url: &'a str,
    patience: Duration,
    keys: &'a str,
    mailer: Mailer,
    certificates: Option<String>,
}

impl<'a> Process<'a> {
    fn of(
        pool: &'a PgPool,
        sim: &'a Simulator,
        now: &'a Arc<AtomicI64>,
        mails: &'a std::path::Path,
        (public_url, patience): (&'a str, Duration),
    ) -> Self {
        Self {
            pool,
            sim,
            now,
            mails,
            public_url,
            patience,
            keys: KEY,
            mailer: Mailer::folder(mails.join("mail"), "Minuted <minuted@minuted.example>").unwrap(),
            certificates: None,
        }
    }

    fn start(self) -> Backend {
        let microsoft = Microsoft {
            graph: self.sim.graph_url().parse().unwrap(),
            login: self.sim.login_url().parse().unwrap(),
            patience: self.patience,
            notification_certificates: self.certificates,
        };
        let now = Arc::clone(self.now);
        let clock = Clock::from_fn(move || DateTime::<Utc>::from_timestamp(now.load(Ordering::SeqCst), 0).unwrap());
        let keyring = Keyring::read(self.keys).unwrap();
        let surroundings = Surroundings {
            microsoft,
            public_url: self.public_url.parse().unwrap(),
            mailer: self.mailer,
            files: backend::files::Place::Folder(self.mails.join("files")),
            scratch: self.mails.to_owned(),
            recording_cache: 1 << 30,
            peer_passwords: Some(PeerPasswords::new(
                PEER_PEPPER.into(),
                PeerPasswords::ROUNDS,
                PeerDigest::Sha512,
            )),
        };
        Backend::new(Db::new(self.pool.clone()).unwrap(), clock, keyring, surroundings).unwrap()
    }
}

pub fn visitor() -> Visitor {
    Visitor {
        address: IpAddr::V4(Ipv4Addr::LOCALHOST),
        user_agent: "test".into(),
    }
}

impl Drop for TestApp {
    /// No test leaves an operation unfinished unless it says so: a leftover is an event or a record waiting to go wrong.
    fn drop(&mut self) {
        if std::thread::panicking() || self.leaves_operations {
            return;
        }
        let options: PgConnectOptions = (*self.pool.connect_options()).clone();
        let unfinished = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build()
                .unwrap();
            runtime.block_on(async {
                let mut connection = PgConnection::connect_with(&options).await.unwrap();
                unfinished(&mut connection).await
            })
        });
        assert_eq!(unfinished.join().unwrap(), 0, "operations were left unfinished");
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "tests look at the rows with statements of their own"
)]
async fn unfinished(connection: &mut PgConnection) -> i64 {
    sqlx::query_scalar(UNFINISHED).fetch_one(connection).await.unwrap()
}
