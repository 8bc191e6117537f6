//! The program of the community edition, on a database that the enterprise edition has used. `./dev test` builds it first;
//! `COMMUNITY_BIN` names another one.

use std::{
    path::PathBuf,
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use graph_sim::SimConfig;
use reqwest::StatusCode;
use serde_json::Value;
use sqlx::PgPool;

use crate::server::{Server, run};

const ADMIN: &str = "admin@northwind.example";
/// What Microsoft's services are called on the network.
const HOSTS: [&str; 2] = ["graph.microsoft.com", "login.microsoftonline.com"];
/// Everything that only the enterprise edition writes.
const TRACES: &str = "SELECT md5(concat_ws('|',
    (SELECT string_agg(o::text, ',' ORDER BY operation_id) FROM meeting_operations o),
    (SELECT string_agg(s::text, ',' ORDER BY artifact_type, tenant) FROM teams_subscriptions s),
    (SELECT string_agg(t::text, ',' ORDER BY tenant) FROM teams_integrations t),
    (SELECT string_agg(a::text, ',' ORDER BY artifact_id) FROM online_meeting_artifacts a),
    (SELECT string_agg(concat(meeting_id, next_fetch_at, fetch_leased_until), ',' ORDER BY meeting_id) FROM online_meetings)))";
const RECORDED: &str =
    "SELECT interaction_id::text FROM online_meetings JOIN online_meeting_artifacts USING (tenant, meeting_id)
    JOIN tenants USING (tenant) WHERE client_name = 'Northwind IT' AND document_id IS NOT NULL ORDER BY start_time DESC LIMIT 1";
const CAPTURED: &str = "SELECT EXISTS (SELECT FROM online_meeting_artifacts JOIN tenants USING (tenant)
    WHERE client_name = 'Northwind IT' AND document_id IS NOT NULL)";
const UPCOMING: &str = "SELECT m.interaction_id::text || ' ' || m.join_url FROM online_meetings m JOIN tenants USING (tenant)
    WHERE client_name = 'Northwind IT' AND m.status = 'scheduled' AND m.start_time > now() ORDER BY m.start_time LIMIT 1";

fn program() -> PathBuf {
    let beside = PathBuf::from(env!("CARGO_BIN_EXE_minuted"));
    let built = beside.ancestors().nth(2).unwrap().join("community/minuted");
    let path = std::env::var_os("COMMUNITY_BIN").map_or(built, PathBuf::from);
    assert!(
        path.is_file(),
        "{} is missing: `./dev test rust` builds it",
        path.display()
    );
    path
}

/// The community edition where the enterprise edition ran.
struct Community<'a> {
    server: &'a Server,
    process: Child,
}

impl<'a> Community<'a> {
    fn command(server: &Server, arguments: &[&str]) -> Command {
        let like = server.command("serve");
        let mut command = Command::new(program());
        command
            .env_clear()
            .envs(like.get_envs().filter_map(|(key, value)| Some((key, value?))))
            .stdin(Stdio::null())
            .args(arguments);
        command
    }

    async fn start(server: &'a Server) -> Self {
        let log = std::fs::File::create(server.data_dir().join("community.log")).unwrap();
        let process = Self::command(server, &["serve"]).stderr(log).spawn().unwrap();
        let community = Self { server, process };
        let deadline = Instant::now() + Duration::from_mins(1);
        while !server
            .get("/readyz")
            .send()
            .await
            .is_ok_and(|answer| answer.status().is_success())
        {
            assert!(Instant::now() < deadline, "{}", community.logged());
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        community
    }

    fn logged(&self) -> String {
        std::fs::read_to_string(self.server.data_dir().join("community.log")).unwrap_or_default()
    }
}

impl Drop for Community<'_> {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Waits for a turn of what is done in the background: it removes what was left over.
async fn a_turn(server: &Server) {
    server
        .execute(
            "INSERT INTO external_files (tenant, file_name, original_name, mime_type, file_size, storage_path, uploaded_by_id, discard_at)
             SELECT tenant, 'left', 'left', 'text/plain', 1, tenant || '/left', user_id, now() FROM users WHERE email = 'admin@northwind.example'",
        )
        .await;
    server
        .until("SELECT NOT EXISTS (SELECT FROM external_files WHERE file_name = 'left')")
        .await;
}

async fn page(server: &Server, path: String) -> String {
    let answer = server.get(&path).header("accept", "text/html").send().await.unwrap();
    assert_eq!(answer.status(), StatusCode::OK, "{path}");
    answer.text().await.unwrap()
}

async fn said(command: Command) -> String {
    let output = run(command).await;
    let out = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(
        output.status.success(),
        "{out}{}",
        String::from_utf8_lossy(&output.stderr)
    );
    out
}

#[test]
fn it_does_not_know_where_microsoft_is() {
    let holds = |path: PathBuf, host: &str| {
        let mut grep = Command::new("grep");
        grep.args(["--quiet", "--text", "--fixed-strings", host]).arg(path);
        grep.status().unwrap().success()
    };
    for host in HOSTS {
        assert!(!holds(program(), host), "{host}");
        assert!(
            holds(env!("CARGO_BIN_EXE_minuted").into(), host),
            "the enterprise edition does: {host}"
        );
    }
}

#[sqlx::test(migrations = false)]
async fn a_database_of_the_enterprise_edition_stays_usable(pool: PgPool) {
    let mut server = Server::start_with(pool, SimConfig::demo_with_history()).await;
    server.subscribed().await;
    server.until(CAPTURED).await;
    server.terminate();
    // What was on its way to Microsoft waits until the enterprise edition is back.
    server.execute("UPDATE online_meetings SET next_fetch_at = now()").await;
    let (traces, asked) = (server.text(TRACES).await, server.sim.requests().len());
    let community = Community::start(&server).await;
    server.sign_in(ADMIN).await;
    let upcoming = server.text(UPCOMING).await;
    let (id, link) = upcoming.split_once(' ').unwrap();
    let shown = page(&server, format!("/msp/interactions/{id}")).await;
    assert!(shown.contains(&link.replace('&', "&amp;")), "the join link is there");
    let recorded = page(&server, format!("/msp/interactions/{}", server.text(RECORDED).await)).await;
    // What lies at Microsoft cannot be had, so nothing leads there; a transcript that is here can be read.
    for control in ["online-meeting-refresh", "online-meeting-recording"] {
        assert!(!shown.contains(control) && !recorded.contains(control), "{control}");
    }
    assert!(recorded.contains("/msp/documents/"));
    let teams = page(&server, "/msp/settings/integrations/teams".into()).await;
    assert!(!teams.contains("teams-activate") && !teams.contains("teams-client-secret"));
    for path in [
        "/msp/interactions",
        "/msp/schedule",
        "/msp/appointment-requests",
        "/msp/settings/audit",
        "/msp/settings/roles",
    ] {
        page(&server, path.into()).await;
    }
    // A record can be made; a meeting at Microsoft cannot.
    let mut form = server.meeting().await;
    let refused = server.add(&form).send().await.unwrap();
    assert!(refused.status().is_client_error(), "{}", refused.status());
    form.retain(|(name, _)| *name != "input[create_teams_meeting]" && !name.starts_with("input[attendees"));
    let saved = server.add(&form).send().await.unwrap();
    assert_eq!(saved.status(), StatusCode::OK, "{}", saved.text().await.unwrap());
    let options = server
        .post("/api/settings/teams-portal", &[("on", "true")])
        .send()
        .await
        .unwrap();
    assert!(options.status().is_client_error());
    for _ in 0..2 {
        a_turn(&server).await;
    }
    let jobs = said(Community::command(&server, &["jobs", "--all", "--json"])).await;
    let jobs: Vec<Value> = serde_json::from_str(&jobs).unwrap();
    assert!(jobs.iter().all(|job| job["kind"] == "mail"), "{jobs:?}");
    let doctor = said(Community::command(&server, &["doctor"])).await;
    assert!(
        doctor.contains("community edition") && !doctor.contains("Graph"),
        "{doctor}"
    );
    assert_eq!(server.sim.requests().len(), asked, "Microsoft was asked nothing");
    assert_eq!(
        server.text(TRACES).await,
        traces,
        "nothing of the enterprise edition's was touched"
    );
    let log = community.logged();
    let mut told = log.lines().filter(|line| !line.contains("the browser's files"));
    assert_eq!(told.next(), None, "nothing went wrong");
    drop(community);
    // And back again.
    server.launch().await;
    server.sign_in(ADMIN).await;
    let again = page(&server, format!("/msp/interactions/{id}")).await;
    assert!(again.contains("online-meeting-cancel-button"));
}
