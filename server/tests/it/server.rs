//! A running `minuted` with demo data, on a database and a simulator of its own.

use std::{
    net::TcpListener,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use graph_sim::{SimConfig, Simulator};
use reqwest::{Client, Method, RequestBuilder, Response, StatusCode, redirect::Policy};
use serde_json::Value;
use sqlx::{ConnectOptions, PgPool};

pub const DISPATCHER: &str = "dispatcher@northwind.example";

pub struct Server {
    pub url: String,
    pub sim: Simulator,
    pub pool: PgPool,
    client: Client,
    process: Option<Child>,
    log: &'static str,
    data_dir: tempfile::TempDir,
}

/// A command with nothing of the tests' own environment but the path. `SERVER_BIN` names another program: that of the other edition.
pub fn minuted() -> Command {
    let program = std::env::var_os("SERVER_BIN").unwrap_or_else(|| env!("CARGO_BIN_EXE_minuted").into());
    let mut command = Command::new(program);
    command
        .env_clear()
        .envs(std::env::vars().filter(|(key, _)| key == "PATH"))
        .stdin(Stdio::null());
    command
}

/// What a command comes to. Not waited for in place: the simulator is in this thread, and may be asked.
pub async fn run(mut command: Command) -> std::process::Output {
    tokio::task::spawn_blocking(move || command.output())
        .await
        .unwrap()
        .unwrap()
}

/// The builder of every client in these tests.
pub fn http() -> reqwest::ClientBuilder {
    // reqwest wants a provider even for plain HTTP; that there is one already is fine.
    let _ = rustls::crypto::ring::default_provider().install_default();
    // The server closes a connection on which it refused a body unread; one that is used only once cannot be in the way of the next request.
    Client::builder().pool_max_idle_per_host(0)
}

pub fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

impl Server {
    pub async fn start(pool: PgPool) -> Self {
        Self::start_with(pool, SimConfig::demo()).await
    }

    pub async fn start_with(pool: PgPool, config: SimConfig) -> Self {
        let sim = Simulator::start(config).await.unwrap();
        let client = http().cookie_store(true).redirect(Policy::none()).build().unwrap();
        let data_dir = tempfile::tempdir().unwrap();
        let url = format!("http://127.0.0.1:{}", free_port());
        let mut server = Self {
            url,
            sim,
            pool,
            client,
            process: None,
            log: "warn",
            data_dir,
        };
        let seeded = server.command("seed").arg("--demo").output().unwrap();
        assert!(seeded.status.success(), "{}", String::from_utf8_lossy(&seeded.stderr));
        server.launch().await;
        server
    }

    pub fn command(&self, verb: &str) -> Command {
        let mut command = minuted();
        command
            .arg(verb)
            .env("DATABASE_URL", self.pool.connect_options().to_url_lossy().as_str())
            .env("MINUTED_DATA_DIR", self.data_dir.path())
            .env("MINUTED_LISTEN", self.url.trim_start_matches("http://"))
            .env("MINUTED_GRAPH_URL", self.sim.graph_url())
            .env("MINUTED_LOGIN_URL", self.sim.login_url())
            .env("MINUTED_LOG", self.log);
        command
    }

    /// Starts the process and waits until it is ready.
    pub async fn launch(&mut self) {
        let log = std::fs::File::options()
            .create(true)
            .append(true)
            .open(self.log())
            .unwrap();
        self.process = Some(self.command("serve").stderr(log).spawn().unwrap());
        let deadline = Instant::now() + Duration::from_mins(1);
        while !self
            .get("/readyz")
            .send()
            .await
            .is_ok_and(|answer| answer.status().is_success())
        {
            assert!(Instant::now() < deadline, "the server did not become ready");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    pub async fn is_enterprise(&self) -> bool {
        self.text("SELECT (to_regclass('teams_subscriptions') IS NOT NULL)::text")
            .await
            == "true"
    }

    /// Waits until the program has all the subscriptions that it wants of Microsoft: none in the community edition.
    pub async fn subscribed(&self) {
        if self.is_enterprise().await {
            self.until("SELECT count(*) = 4 FROM teams_subscriptions WHERE renewed_at IS NOT NULL")
                .await;
        }
    }

    /// Waits for what the server does in the background.
    #[expect(
        clippy::disallowed_methods,
        reason = "tests look at the rows with statements of their own"
    )]
    pub async fn until(&self, sql: &'static str) {
        let deadline = Instant::now() + Duration::from_mins(1);
        while !sqlx::query_scalar::<_, bool>(sql).fetch_one(&self.pool).await.unwrap() {
            assert!(Instant::now() < deadline, "it did not become so: {sql}");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    fn log(&self) -> PathBuf {
        self.data_dir.path().join("server.log")
    }

    /// Every word that the program can say, from the next start on.
    pub fn log_everything(&mut self) {
        self.log = "debug";
    }

    /// What the processes have logged so far.
    pub fn logged(&self) -> String {
        std::fs::read_to_string(self.log()).unwrap_or_default()
    }

    pub fn data_dir(&self) -> &Path {
        self.data_dir.path()
    }

    /// Of the process, in bytes.
    pub fn memory(&self) -> u64 {
        let id = self.process.as_ref().unwrap().id();
        let status = std::fs::read_to_string(format!("/proc/{id}/status")).unwrap();
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
        line.split_whitespace().next().unwrap().parse::<u64>().unwrap() * 1024
    }

    /// SIGKILL.
    pub fn kill(&mut self) {
        let mut process = self.process.take().unwrap();
        process.kill().unwrap();
        process.wait().unwrap();
    }

    /// SIGTERM, and waits until the process has ended.
    pub fn terminate(&mut self) {
        let mut process = self.process.take().unwrap();
        let id = process.id().to_string();
        let asked = Command::new("kill").args(["-TERM", &id]).status().unwrap();
        assert!(asked.success());
        assert!(process.wait().unwrap().success());
    }

    pub fn get(&self, path: &str) -> RequestBuilder {
        self.client.get(format!("{}{path}", self.url))
    }

    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.client.request(method, format!("{}{path}", self.url))
    }

    /// A browser of its own, signed in.
    pub async fn person(&self, email: &str) -> Client {
        self.enter("session/sign-in", email).await
    }

    /// Somebody at the portal.
    pub async fn client(&self, email: &str) -> Client {
        self.enter("session/portal-sign-in", email).await
    }

    async fn enter(&self, door: &str, email: &str) -> Client {
        let client = http().cookie_store(true).redirect(Policy::none()).build().unwrap();
        let form = [("input[email]", email), ("input[password]", backend::seed::PASSWORD)];
        let body = url::form_urlencoded::Serializer::new(String::new())
            .extend_pairs(form)
            .finish();
        let answer = client
            .post(format!("{}/api/{door}", self.url))
            .header("origin", &self.url)
            .header("content-type", "application/x-www-form-urlencoded")
            .body(body)
            .send()
            .await
            .unwrap();
        assert_eq!(answer.status(), StatusCode::OK);
        client
    }

    /// A post as the browser's script makes it.
    pub fn post(&self, path: &str, form: &[(&str, &str)]) -> RequestBuilder {
        let body = url::form_urlencoded::Serializer::new(String::new())
            .extend_pairs(form)
            .finish();
        self.post_raw(path, body.into_bytes())
    }

    /// A post as the browser itself makes it where script is off or not there yet.
    pub fn post_without_script(&self, path: &str, from: &str, form: &[(&str, &str)]) -> RequestBuilder {
        self.post(path, form)
            .header("accept", "text/html")
            .header("referer", format!("{}{from}", self.url))
    }

    pub fn post_raw(&self, path: &str, body: Vec<u8>) -> RequestBuilder {
        self.client
            .post(format!("{}{path}", self.url))
            .header("origin", &self.url)
            .header("content-type", "application/x-www-form-urlencoded")
            .body(body)
    }

    pub async fn sign_in(&self, email: &str) {
        let answer = self.try_sign_in(email, backend::seed::PASSWORD).await;
        assert_eq!(answer.status(), StatusCode::OK, "{}", answer.text().await.unwrap());
    }

    pub async fn try_sign_in(&self, email: &str, password: &str) -> Response {
        self.post(
            "/api/session/sign-in",
            &[("input[email]", email), ("input[password]", password)],
        )
        .send()
        .await
        .unwrap()
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
        reason = "tests change rows with statements of their own"
    )]
    pub async fn execute(&self, sql: &'static str) {
        sqlx::query(sql).execute(&self.pool).await.unwrap();
    }

    pub async fn acme(&self) -> String {
        self.text("SELECT client_id::text FROM clients WHERE client_name = 'Acme Manufacturing'")
            .await
    }

    pub async fn initech(&self) -> String {
        self.text("SELECT client_id::text FROM clients WHERE client_name = 'Initech'")
            .await
    }

    /// A filled-in form for a meeting with Acme, in the names that the browser sends.
    pub async fn meeting(&self) -> Vec<(&'static str, String)> {
        let acme = self.acme().await;
        let answer = self
            .get(&format!("/api/interactions/form?client_id={acme}"))
            .send()
            .await
            .unwrap();
        assert_eq!(answer.status(), StatusCode::OK);
        let form: Value = answer.json().await.unwrap();
        let kind = form["choices"]["types"]
            .as_array()
            .unwrap()
            .iter()
            .find(|kind| kind["is_online_meeting"] == true)
            .unwrap();
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        vec![
            ("input[idempotency_key]", text(&form["values"]["idempotency_key"])),
            ("input[client_id]", acme),
            ("input[contact_id]", String::new()),
            ("input[type_id]", text(&kind["type_id"])),
            ("input[title]", "Backup review".to_owned()),
            ("input[notes]", String::new()),
            ("input[start]", text(&form["values"]["start"])),
            ("input[end]", text(&form["values"]["end"])),
            ("input[create_teams_meeting]", "on".to_owned()),
            ("input[attendees][]", "ada@acme.example".to_owned()),
            ("input[attendees][]", "bo@acme.example".to_owned()),
            ("input[more_attendees]", String::new()),
        ]
    }

    pub fn add(&self, form: &[(&'static str, String)]) -> RequestBuilder {
        let pairs: Vec<(&str, &str)> = form.iter().map(|(name, value)| (*name, value.as_str())).collect();
        self.post("/api/interactions/add", &pairs)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if let Some(mut process) = self.process.take() {
            let _ = process.kill();
            let _ = process.wait();
        }
        if std::thread::panicking() {
            eprintln!("the server's log:\n{}", self.logged());
        }
    }
}
