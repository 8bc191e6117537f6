//! A backend that Microsoft can reach: an endpoint of its own stands in for the program's.

use std::{
    ops::Deref,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
};

use backend::{Backend, notifications::Received};
use chrono::{DateTime, Duration, Utc};
use graph_sim::{Route, SimConfig, SimSubscription};
use sqlx::PgPool;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};
use url::Url;

use crate::test_app::TestApp;

pub struct Listening {
    pub app: TestApp,
    ear: Arc<Ear>,
}

#[derive(Default)]
struct Ear {
    backend: Mutex<Option<Backend>>,
    is_deaf: AtomicBool,
    /// The bodies that came.
    heard: Mutex<Vec<Vec<u8>>>,
}

impl Deref for Listening {
    type Target = TestApp;

    fn deref(&self) -> &TestApp {
        &self.app
    }
}

impl Listening {
    pub async fn start(pool: PgPool) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/", listener.local_addr().unwrap());
        let ear = Arc::<Ear>::default();
        let shared = Arc::clone(&ear);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(answer(stream, Arc::clone(&shared)));
            }
        });
        let app = TestApp::start_patient(pool, SimConfig::demo(), &url, std::time::Duration::from_secs(6)).await;
        *ear.backend.lock().unwrap() = Some(app.backend.clone());
        // Both have the same time.
        app.sim.advance(app.now() - app.sim.now());
        Self { app, ear }
    }

    /// The process ends, and begins again with another setting.
    pub fn restart_with(&mut self, certificates: Option<&str>) {
        self.app.backend = match certificates {
            Some(certificates) => self.app.process_with_certificates(certificates),
            None => self.app.another_process(),
        };
        *self.ear.backend.lock().unwrap() = Some(self.app.backend.clone());
    }

    /// From now on nothing is answered, or is again.
    pub fn deafen(&self, is_deaf: bool) {
        self.ear.is_deaf.store(is_deaf, Ordering::SeqCst);
    }

    /// The bodies of the requests that came so far.
    pub fn heard(&self) -> Vec<Vec<u8>> {
        self.ear.heard.lock().unwrap().clone()
    }

    /// Time goes by, here and at Microsoft.
    pub fn pass(&self, time: Duration) {
        self.app.advance(time.num_seconds());
        self.app.sim.advance(time);
    }

    pub fn pass_to(&self, time: &str) {
        let time: DateTime<Utc> = time.parse().unwrap();
        self.pass(time - self.app.now());
    }

    /// One turn of everything that goes on by itself, after Microsoft has sent what it has to send.
    pub async fn turn(&self) {
        self.app.sim.settled().await;
        self.app.backend.handle_notifications().await.unwrap();
        self.app.backend.keep_subscriptions().await.unwrap();
        self.note().await;
    }

    /// Writes down what was counted. Somebody has listened all the time.
    async fn note(&self) {
        self.app.execute("UPDATE process_marks SET at = '2100-01-01'").await;
        self.app.backend.note_listening().await.unwrap();
    }

    /// How often Microsoft was asked for something; not when a token had expired.
    pub fn asked(&self, route: Route) -> usize {
        let asked = self.app.sim.requests_to(route).into_iter();
        asked.filter(|request| request.status != Some(401)).count()
    }

    /// How often the recordings of a meeting were listed.
    pub fn looks(&self) -> usize {
        self.asked(Route::Recordings)
    }

    /// The subscriptions of Northwind that live, by what they are about.
    pub fn alive(&self) -> Vec<SimSubscription> {
        let now = self.app.sim.now();
        let mut alive: Vec<SimSubscription> = self
            .app
            .sim
            .subscriptions()
            .into_iter()
            .filter(|known| known.ended.is_none() && known.expires > now)
            .filter(|known| known.tenant_id == graph_sim::demo::northwind::TENANT_ID)
            .collect();
        alive.sort_by(|one, other| one.resource.cmp(&other.resource));
        alive
    }

    pub fn resources(&self) -> Vec<String> {
        self.alive().into_iter().map(|known| known.resource).collect()
    }

    /// Of Northwind, by their outcomes.
    #[expect(
        clippy::disallowed_methods,
        reason = "tests look at the rows with statements of their own"
    )]
    pub async fn counted(&self) -> Vec<(String, i64)> {
        self.note().await;
        sqlx::query_as(
            "SELECT c.outcome, c.count FROM teams_notification_counts c JOIN tenants t USING (tenant)
              WHERE t.client_name = 'Northwind IT' UNION ALL SELECT outcome, count FROM webhook_counts ORDER BY 1",
        )
        .fetch_all(&self.app.pool)
        .await
        .unwrap()
    }

    /// What became of the notifications that are stored.
    #[expect(
        clippy::disallowed_methods,
        reason = "tests look at the rows with statements of their own"
    )]
    pub async fn outcomes(&self) -> Vec<(String, Option<String>)> {
        sqlx::query_as("SELECT artifact_type, outcome FROM teams_notifications ORDER BY 1, 2")
            .fetch_all(&self.app.pool)
            .await
            .unwrap()
    }
}

async fn answer(mut stream: TcpStream, ear: Arc<Ear>) {
    let (mut request, mut chunk) = (Vec::new(), vec![0; 1 << 16]);
    let (head, body) = loop {
        match stream.read(&mut chunk).await {
            Ok(read) if read > 0 => request.extend_from_slice(&chunk[..read]),
            _ => return,
        }
        let Some(end) = request.windows(4).position(|end| end == b"\r\n\r\n") else {
            continue;
        };
        let head = String::from_utf8_lossy(&request[..end]).into_owned();
        let lower = head.to_ascii_lowercase();
        let length = lower
            .lines()
            .find_map(|line| line.strip_prefix("content-length:")?.trim().parse().ok());
        if request.len() >= end + 4 + length.unwrap_or(0) {
            break (head, request.split_off(end + 4));
        }
    };
    if ear.is_deaf.load(Ordering::SeqCst) {
        return;
    }
    let target = head.split_whitespace().nth(1).unwrap_or("/");
    let url = Url::parse("http://webhook/").unwrap().join(target).unwrap();
    assert!(url.path().starts_with("/api/teams/webhooks/"), "{url}");
    let token = url.query_pairs().find(|(name, _)| name == "validationToken");
    let answer = if let Some((_, token)) = token {
        plain("200 OK", &token)
    } else {
        ear.heard.lock().unwrap().push(body.clone());
        let backend = ear.backend.lock().unwrap().clone().unwrap();
        match backend.receive_notifications(&body).await {
            Ok(Received::Stored { .. }) => plain("202 Accepted", ""),
            Ok(_) => plain("400 Bad Request", ""),
            Err(_) => plain("503 Service Unavailable", ""),
        }
    };
    stream.write_all(answer.as_bytes()).await.ok();
}

fn plain(status: &str, body: &str) -> String {
    let length = body.len();
    format!(
        "HTTP/1.1 {status}\r\ncontent-type: text/plain\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n{body}"
    )
}
