//! Several processes side by side: each piece of work is done once, and what a process dies over is taken up by another.

use std::{
    collections::BTreeMap,
    process::{Child, Stdio},
    time::{Duration, Instant, SystemTime},
};

use chrono::{DateTime, TimeDelta, Utc};
use graph_sim::{ArtifactKind, Fault, FaultAnswer, NewArtifact, Route, Session, Transfer};
use reqwest::StatusCode;
use sqlx::PgPool;

use crate::server::{DISPATCHER, Server};

const MEETINGS: usize = 12;
const SUBJECT: &str = "Two at work";
const TRANSCRIPT: &str = "WEBVTT\n\n00:00:01.000 --> 00:00:02.500\n<v Ada>Shall we begin?</v>\n";

/// A process that works, killed when the test ends.
struct Worker(Child);

impl Worker {
    fn start(server: &Server) -> Self {
        let log = std::fs::File::options()
            .create(true)
            .append(true)
            .open(server.data_dir().join("server.log"))
            .unwrap();
        Self(
            server
                .command("worker")
                .stderr(log)
                .stdout(Stdio::null())
                .spawn()
                .unwrap(),
        )
    }

    /// SIGKILL.
    fn kill(mut self) {
        self.0.kill().unwrap();
        self.0.wait().unwrap();
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// So many meetings that are over, with a recording and a transcript each at Microsoft, and nobody who works.
async fn world(pool: PgPool, meetings: usize) -> Server {
    let mut server = Server::start(pool).await;
    server.sign_in(DISPATCHER).await;
    for _ in 0..meetings {
        let mut form = server.meeting().await;
        for (name, value) in &mut form {
            if *name == "input[title]" {
                SUBJECT.clone_into(value);
            }
        }
        let answer = server.add(&form).send().await.unwrap();
        assert_eq!(answer.status(), StatusCode::OK);
    }
    server.kill();
    let now = DateTime::<Utc>::from(SystemTime::now());
    let session = Session {
        correlation_id: "00000000-0000-0000-0000-000000000007".parse().unwrap(),
        start: now - TimeDelta::minutes(50),
        end: now - TimeDelta::minutes(40),
    };
    for meeting in server.sim.meetings() {
        server.sim.add_recording(&meeting.id, session, "film").unwrap();
        let transcript = NewArtifact::new(ArtifactKind::Transcript, session, TRANSCRIPT);
        server.sim.add_artifact(&meeting.id, transcript).unwrap();
    }
    server
        .execute("UPDATE online_meetings SET next_fetch_at = NULL, status = 'cancelled' WHERE subject <> 'Two at work'")
        .await;
    server
        .execute(
            "UPDATE online_meetings SET start_time = now() - interval '1 hour', end_time = now() - interval '30 minutes', next_fetch_at = now()
              WHERE subject = 'Two at work'",
        )
        .await;
    server
        .execute("UPDATE teams_integrations SET download_recordings = true")
        .await;
    server
        .execute("DELETE FROM online_meeting_artifacts a USING online_meetings m WHERE m.meeting_id = a.meeting_id AND m.subject <> 'Two at work'")
        .await;
    server
}

async fn wait_for(server: &Server, what: &str, sql: &'static str, expected: &str, time: Duration) {
    let deadline = Instant::now() + time;
    loop {
        let found = server.text(sql).await;
        if found == expected {
            return;
        }
        assert!(Instant::now() < deadline, "{what}: {found} instead of {expected}");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

const ROUTES: [Route; 4] = [
    Route::Recordings,
    Route::Transcripts,
    Route::TranscriptContent,
    Route::RecordingContent,
];
const TEXTS: &str = "SELECT count(document_id)::text FROM online_meeting_artifacts WHERE artifact_type = 'transcript'";
const COPIES: &str = "SELECT count(file_id)::text FROM online_meeting_artifacts WHERE artifact_type = 'recording'";

#[sqlx::test(migrations = false)]
async fn two_workers_do_each_piece_of_work_once(pool: PgPool) {
    let server = world(pool, MEETINGS).await;
    // Whoever served until now has looked for the demo's.
    let before = ROUTES.map(|route| server.sim.requests_to(route).len());
    let _workers = [Worker::start(&server), Worker::start(&server)];
    let all = MEETINGS.to_string();
    wait_for(&server, "transcripts", TEXTS, &all, Duration::from_mins(1)).await;
    wait_for(&server, "recordings", COPIES, &all, Duration::from_mins(2)).await;
    for (route, before) in ROUTES.into_iter().zip(before) {
        let mut times: BTreeMap<String, usize> = BTreeMap::new();
        for request in server.sim.requests_to(route).into_iter().skip(before) {
            *times.entry(request.path).or_default() += 1;
        }
        assert_eq!(times.len(), MEETINGS, "{route:?}");
        let more: Vec<_> = times.iter().filter(|(_, times)| **times != 1).collect();
        assert!(more.is_empty(), "{route:?} more than once: {more:?}");
    }
    let documents = "SELECT count(*)::text FROM documents WHERE document_name = 'Transcript – Two at work'";
    assert_eq!(server.text(documents).await, all);
    let twice = "SELECT count(*)::text FROM outgoing_mails WHERE attempts > 1";
    assert_eq!(server.text(twice).await, "0");
}

#[sqlx::test(migrations = false)]
async fn what_a_worker_dies_over_is_taken_up_within_a_minute(pool: PgPool) {
    let server = world(pool, 2).await;
    // One meeting is captured already, and its recording comes no further than its first bytes. Of the other one Microsoft says nothing.
    let stuck = Transfer {
        stall_after: Some(2),
        ..Transfer::default()
    };
    server.sim.fault(Fault::new(Route::RecordingContent, stuck).times(1));
    server
        .execute(
            "UPDATE online_meetings SET next_fetch_at = now() + interval '1 day'
              WHERE meeting_id = (SELECT meeting_id FROM online_meetings WHERE subject = 'Two at work' LIMIT 1)",
        )
        .await;
    let first = Worker::start(&server);
    let copying = "SELECT count(*)::text FROM online_meeting_artifacts WHERE copy_leased_until > now()";
    wait_for(&server, "copies under way", copying, "1", Duration::from_mins(1)).await;
    server
        .sim
        .fault(Fault::new(Route::Transcripts, FaultAnswer::Stall).times(1));
    server
        .execute(
            "UPDATE online_meetings SET next_fetch_at = now() WHERE subject = 'Two at work' AND last_fetch_at IS NULL",
        )
        .await;
    let looking = "SELECT count(*)::text FROM online_meetings WHERE fetch_leased_until > now()";
    wait_for(&server, "looks under way", looking, "1", Duration::from_secs(20)).await;
    first.kill();
    let died = Instant::now();
    let _second = Worker::start(&server);
    wait_for(&server, "transcripts", TEXTS, "2", Duration::from_mins(1)).await;
    let left = Duration::from_mins(1).saturating_sub(died.elapsed());
    wait_for(&server, "recordings", COPIES, "2", left).await;
    let artifacts = "SELECT count(*)::text FROM online_meeting_artifacts";
    assert_eq!(server.text(artifacts).await, "4", "nothing is there twice");
}
