//! Mails about appointments as a real SMTP server receives them (Python's aiosmtpd), and what becomes of them while there is none.

use std::{
    collections::{BTreeMap, BTreeSet},
    io::{BufRead, BufReader},
    process::{Child, Command, Stdio},
    sync::mpsc::{self, Receiver},
    time::Duration,
};

use backend::{Backend, access::may, appointments, mail::Mailer};
use domain::{DeclineRequest, MoveRequest, RequestId, RequestMailKind, RequestMailState, RequestPage};
use serde::Deserialize;
use sqlx::PgPool;

use crate::test_app::{DISPATCHER, TestApp};

const ADA: &str = "ada@acme.example";
const TOMAS: &str = "tech@northwind.example";
const REQUEST: &str =
    "SELECT appointment_request_id FROM appointment_requests r JOIN service_catalog s USING (tenant, service_id)
       JOIN contacts k ON k.contact_name_id = r.contact_id
      WHERE k.email = 'ada@acme.example' AND s.service_name = $1 AND requested_date > '2026-11-24'";

/// A mail as the server has received it.
#[derive(Debug, Deserialize)]
struct Received {
    sender: String,
    recipients: Vec<String>,
    headers: BTreeMap<String, String>,
    containers: Vec<String>,
    defects: Vec<String>,
    longest: usize,
    parts: Vec<Part>,
}

#[derive(Debug, Deserialize)]
struct Part {
    kind: String,
    charset: Option<String>,
    method: Option<String>,
    name: Option<String>,
    text: String,
}

impl Received {
    fn part(&self, kind: &str) -> &Part {
        let mut found = self.parts.iter().filter(|part| part.kind == kind);
        let part = found.next().unwrap_or_else(|| panic!("there is no {kind} in {self:?}"));
        assert!(found.next().is_none(), "{kind} twice");
        part
    }

    /// The lines of its entry for calendars, unfolded.
    fn calendar(&self) -> Vec<String> {
        let text = self.part("text/calendar").text.replace("\r\n", "\n").replace("\n ", "");
        text.lines().map(str::to_owned).collect()
    }

    fn line(&self, begins: &str) -> String {
        let lines = self.calendar();
        let found = lines.iter().find(|line| line.starts_with(begins));
        found
            .unwrap_or_else(|| panic!("there is no {begins} in {lines:#?}"))
            .clone()
    }
}

/// The server.
struct Sink {
    process: Child,
    port: u16,
    mails: Receiver<Received>,
}

impl Sink {
    /// Listens at this port; at any for 0.
    fn start(port: u16) -> Self {
        let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/smtp/sink.py");
        let mut process = Command::new("/usr/bin/python3")
            .args([script, &port.to_string()])
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(process.stdout.take().unwrap()).lines();
        let port = lines
            .next()
            .expect("aiosmtpd is not installed: ./dev setup does it")
            .unwrap();
        let (sender, mails) = mpsc::channel();
        std::thread::spawn(move || {
            for line in lines.map_while(Result::ok) {
                let _ = sender.send(serde_json::from_str(&line).unwrap());
            }
        });
        Self {
            process,
            port: port.trim().parse().unwrap(),
            mails,
        }
    }

    /// The next so many mails by whom they went to.
    fn next(&self, count: usize) -> BTreeMap<String, Received> {
        let mails: BTreeMap<String, Received> = (0..count)
            .map(|n| {
                let mail = self.mails.recv_timeout(Duration::from_secs(20));
                let mail: Received = mail.unwrap_or_else(|_| panic!("{n} of {count} mails have come"));
                (mail.recipients.join(" "), mail)
            })
            .collect();
        assert_eq!(mails.len(), count, "one for each: {:?}", mails.keys());
        mails
    }

    /// Stops; what it received and nobody has asked for yet.
    fn stop(mut self) -> Vec<Received> {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
        self.mails.iter().collect()
    }
}

struct World {
    app: TestApp,
    /// The process that sends.
    sender: Backend,
    id: RequestId,
}

impl World {
    /// Ada, who is in New York, has asked for Thursday at nine there.
    async fn new(pool: PgPool, sink: &Sink) -> Self {
        let app = TestApp::start(pool).await;
        app.execute(
            "UPDATE appointment_requests r SET requester_timezone = 'America/New_York', requested_date = '2026-11-26',
                                               requested_time = '09:00', requester_name = 'Ada Müller-Lüdenscheidt'
               FROM contacts k WHERE k.contact_name_id = r.contact_id AND k.email = 'ada@acme.example'
                AND requested_date > '2026-11-24' AND status = 'pending'",
        )
        .await;
        let url = format!("smtp://127.0.0.1:{}", sink.port);
        let mailer = Mailer::smtp(&url, "Minuted <minuted@minuted.example>").unwrap();
        Self {
            sender: app.process_with_mailer(mailer),
            id: app.id(REQUEST, "Network review").await.into(),
            app,
        }
    }

    async fn page(&self) -> RequestPage {
        let grant = self.app.grant::<may::ScheduleRead>(DISPATCHER).await;
        let kept = appointments::Kept::default();
        appointments::page(&self.app.backend, &grant, &self.id.to_string(), kept)
            .await
            .unwrap()
    }

    async fn approve(&self) {
        let form = self.page().await.work.unwrap().approve;
        let grant = self.app.grant(DISPATCHER).await;
        appointments::approve(&self.app.backend, &grant, &form).await.unwrap();
    }

    /// To a time of the requester's clock.
    async fn move_to(&self, start: &str) {
        let form = MoveRequest {
            request_id: self.id.to_string(),
            start: start.into(),
            minutes: "45".into(),
        };
        let grant = self.app.grant(DISPATCHER).await;
        appointments::reschedule(&self.app.backend, &grant, &form)
            .await
            .unwrap();
    }

    async fn decline(&self, reason: &str) {
        let form = DeclineRequest {
            request_id: self.id.to_string(),
            reason: reason.into(),
        };
        let grant = self.app.grant(DISPATCHER).await;
        appointments::decline(&self.app.backend, &grant, &form).await.unwrap();
    }

    async fn deliver(&self) {
        self.sender.deliver_mails().await.unwrap();
    }

    /// What the page of the request says of its mails: what, and how it stands.
    async fn states(&self) -> Vec<(RequestMailKind, &'static str)> {
        let mails = self.page().await.mails;
        let state = |state: &RequestMailState| match state {
            RequestMailState::Waiting { .. } => "waiting",
            RequestMailState::Retrying { .. } => "retrying",
            RequestMailState::Sent { .. } => "sent",
            RequestMailState::Failed { .. } => "failed",
        };
        let mut states: Vec<_> = mails.iter().map(|mail| (mail.kind, state(&mail.state))).collect();
        states.sort_by_key(|(kind, _)| kind.as_str());
        states
    }
}

#[sqlx::test(migrator = "backend::store::MIGRATOR")]
async fn a_mail_server_receives_each_part_as_it_should_be(pool: PgPool) {
    let sink = Sink::start(0);
    let world = World::new(pool, &sink).await;
    world.approve().await;
    world.deliver().await;
    let approved = sink.next(2);
    for mail in approved.values() {
        assert_eq!(mail.defects, [""; 0], "{mail:?}");
        assert_eq!(mail.sender, "minuted@minuted.example");
        assert_eq!(mail.containers, ["multipart/mixed", "multipart/alternative"]);
        assert!(mail.longest <= 998, "no line is longer than RFC 5322 lets it be");
        assert_eq!(mail.headers["mime-version"], "1.0");
        assert!(mail.headers.contains_key("date") && mail.headers["message-id"].ends_with("@minuted.example>"));
        for kind in ["text/plain", "text/html", "text/calendar"] {
            assert_eq!(mail.part(kind).charset.as_deref(), Some("utf-8"), "{kind}");
        }
        let calendar = mail.part("text/calendar");
        assert_eq!(
            (calendar.method.as_deref(), calendar.name.as_deref()),
            (Some("REQUEST"), Some("appointment.ics"))
        );
    }
    let to_ada = &approved[ADA];
    assert_eq!(to_ada.headers["to"], "Ada Müller-Lüdenscheidt <ada@acme.example>");
    assert_eq!(
        to_ada.headers["subject"],
        "Your appointment is confirmed: Network review"
    );
    let join = to_ada.line("URL:").replacen("URL:", "", 1);
    assert!(join.starts_with("https://"), "{join}");
    let (plain, html) = (&to_ada.part("text/plain").text, &to_ada.part("text/html").text);
    for text in [plain, html] {
        for wanted in [
            "America/New_York",
            "Europe/Berlin",
            "09:00",
            "15:00",
            "Ada Müller-Lüdenscheidt",
        ] {
            assert!(text.contains(wanted), "{wanted} in {text}");
        }
    }
    assert!(
        plain.contains(&join) && html.contains(&join.replace('&', "&amp;")),
        "{join} in {plain}"
    );
    assert!(to_ada.line("ATTENDEE").ends_with(":mailto:ada@acme.example"));
    assert_eq!(to_ada.line("DTSTART"), "DTSTART:20261126T140000Z");

    world.app.advance(60);
    world.move_to("2026-11-27T11:00").await;
    world.deliver().await;
    let moved = sink.next(2);
    let again = &moved[ADA];
    assert_eq!(again.headers["subject"], "Your appointment has moved: Network review");
    let plain = &again.part("text/plain").text;
    for wanted in [
        join.as_str(),
        "11:00",
        "17:00",
        "09:00",
        "America/New_York",
        "Europe/Berlin",
    ] {
        assert!(plain.contains(wanted), "{wanted} in {plain}");
    }
    assert_eq!(again.line("URL:"), format!("URL:{join}"), "the same link");
    assert_eq!(again.line("UID:"), to_ada.line("UID:"), "the same entry");
    assert_eq!(again.line("DTSTART"), "DTSTART:20261127T160000Z");

    world.app.advance(60);
    world.decline("<b>Somebody</b> is ill").await;
    world.deliver().await;
    let off = sink.next(2);
    assert_eq!(off[ADA].part("text/calendar").method.as_deref(), Some("CANCEL"));
    assert!(off[ADA].part("text/html").text.contains("&lt;b&gt;Somebody&lt;/b&gt;"));
    assert!(
        !off[ADA].part("text/plain").text.contains(&join),
        "there is nothing to join any more"
    );
    let sequences: Vec<u32> = [&approved, &moved, &off]
        .map(|mails| mails[ADA].line("SEQUENCE:")[9..].parse().unwrap())
        .to_vec();
    assert!(sequences.windows(2).all(|pair| pair[0] < pair[1]), "{sequences:?}");
    assert_eq!(off[TOMAS].line("UID:"), approved[TOMAS].line("UID:"));
    assert!(sink.stop().is_empty(), "nothing more");
    world.app.sweep_to_the_end().await;
}

#[sqlx::test(migrator = "backend::store::MIGRATOR")]
async fn an_hour_without_a_mail_server_loses_nothing_and_repeats_nothing(pool: PgPool) {
    let sink = Sink::start(0);
    let port = sink.port;
    let world = World::new(pool, &sink).await;
    world.move_to("2026-11-26T10:00").await;
    assert_eq!(world.states().await, [(RequestMailKind::RequestMoved, "waiting")]);
    world.deliver().await;
    let first = sink.next(1);
    let to_ada = &first[ADA];
    assert_eq!(
        to_ada.headers["subject"],
        "Your request has another time: Network review"
    );
    let plain = &to_ada.part("text/plain").text;
    assert!(
        plain.contains("10:00") && plain.contains("09:00") && plain.contains("Europe/Berlin"),
        "{plain}"
    );
    assert_eq!(to_ada.parts.len(), 2, "nothing for the calendar: it is not decided");
    assert!(sink.stop().is_empty());

    // Down, while more is to be told.
    world.approve().await;
    for _ in 0..12 {
        world.deliver().await;
        world.app.advance(300);
    }
    assert_eq!(
        world.states().await,
        [
            (RequestMailKind::Assigned, "retrying"),
            (RequestMailKind::Approved, "retrying"),
            (RequestMailKind::RequestMoved, "sent"),
        ],
        "by the names of the kinds"
    );
    let sink = Sink::start(port);
    for _ in 0..4 {
        world.app.advance(1800);
        world.deliver().await;
    }
    let mut received: Vec<Received> = sink.stop();
    received.extend(first.into_values());
    let mut subjects: Vec<&str> = received.iter().map(|mail| mail.headers["subject"].as_str()).collect();
    subjects.sort_unstable();
    assert_eq!(
        subjects,
        [
            "New appointment for you: Network review, Acme Manufacturing",
            "Your appointment is confirmed: Network review",
            "Your request has another time: Network review",
        ]
    );
    let ids: BTreeSet<&String> = received.iter().map(|mail| &mail.headers["message-id"]).collect();
    assert_eq!(ids.len(), 3, "each once");
    assert!(world.states().await.iter().all(|(_, state)| *state == "sent"));

    // They are listed as long as the request, other mails for a month.
    world.app.advance(60 * 24 * 3600);
    world.app.backend.clear_expired().await.unwrap();
    assert_eq!(world.states().await.len(), 3);
}

#[sqlx::test(migrator = "backend::store::MIGRATOR")]
async fn a_mail_that_the_server_refuses_is_given_up_and_said_so(pool: PgPool) {
    let sink = Sink::start(0);
    let world = World::new(pool, &sink).await;
    world
        .app
        .execute("UPDATE appointment_requests SET requester_email = 'refused@acme.example'")
        .await;
    world.move_to("2026-11-26T10:00").await;
    world.deliver().await;
    let mails = world.page().await.mails;
    assert!(matches!(mails[0].state, RequestMailState::Failed { .. }), "{mails:?}");
    assert_eq!(mails[0].to, "Ada Müller-Lüdenscheidt, refused@acme.example");
    assert!(sink.stop().is_empty());
}
