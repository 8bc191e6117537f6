//! Recordings and transcripts as files, over HTTP, with the simulator as Microsoft.

use std::{
    path::PathBuf,
    time::{Duration, Instant},
};

use futures::{StreamExt, future::join_all};
use graph_sim::{
    CannedAnswer, Content, Fault, Ranges, Route, SimConfig, Transfer, demo::TRAINING_ACME, open_transfers,
};
use reqwest::{Client, Method, Response, StatusCode};
use sqlx::PgPool;

use crate::server::{DISPATCHER, Server};

const ACME: &str = "FROM online_meeting_artifacts a
    JOIN online_meetings m ON m.tenant = a.tenant AND m.meeting_id = a.meeting_id
    JOIN interactions i ON i.tenant = a.tenant AND i.interaction_id = m.interaction_id
    JOIN clients c ON c.tenant = a.tenant AND c.client_id = i.client_id
    WHERE a.artifact_type = 'recording' AND m.subject = 'Security awareness training' AND c.client_name = 'Acme Manufacturing'";

/// A server whose Microsoft has the demo's recordings, and one of them.
struct World {
    server: Server,
    /// Microsoft's id.
    recording: String,
    path: String,
}

impl World {
    async fn new(pool: PgPool) -> Self {
        let server = Server::start_with(pool, SimConfig::demo_with_history()).await;
        let recording = scalar(&server, &format!("SELECT a.provider_artifact_id {ACME}")).await;
        let artifact = scalar(&server, &format!("SELECT a.artifact_id::text {ACME}")).await;
        Self {
            server,
            recording,
            path: format!("/api/online-meetings/recordings/{artifact}"),
        }
    }

    async fn ask(&self, method: Method, headers: &[(&str, &str)]) -> Response {
        let mut request = self.server.request(method, &self.path);
        // Pages are compressed, recordings never.
        if !headers.iter().any(|(name, _)| *name == "accept") {
            request = request.header("accept-encoding", "br, gzip");
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        request.send().await.unwrap()
    }

    async fn get(&self, headers: &[(&str, &str)]) -> Response {
        self.ask(Method::GET, headers).await
    }

    /// Microsoft sends the recording in another way from now on, or another one.
    fn sends(&self, transfer: Transfer, content: impl Into<Content>) {
        let content = content.into();
        let found = self.server.sim.change_artifact(&self.recording, |artifact| {
            artifact.transfer = transfer;
            artifact.content = content;
        });
        assert!(found);
    }

    async fn column(&self, column: &str) -> String {
        scalar(&self.server, &format!("SELECT coalesce(a.{column}::text, '') {ACME}")).await
    }

    async fn until(&self, what: &str, is_so: impl AsyncFn() -> bool) {
        let deadline = Instant::now() + Duration::from_mins(1);
        while !is_so().await {
            assert!(Instant::now() < deadline, "{what}");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    /// The recordings in the store, without beginnings. (Transcripts are small.)
    fn stored(&self) -> Vec<PathBuf> {
        let folder = self.server.data_dir().join("files");
        let tenants = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
        tenants
            .filter(|path| !path.ends_with("drafts"))
            .flat_map(|tenant| std::fs::read_dir(tenant).unwrap().map(|entry| entry.unwrap().path()))
            .filter(|file| file.metadata().unwrap().len() > 1 << 20)
            .collect()
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "tests look at the rows with statements of their own"
)]
async fn scalar(server: &Server, sql: &str) -> String {
    sqlx::query_scalar(sqlx::AssertSqlSafe(sql.to_owned()))
        .fetch_one(&server.pool)
        .await
        .unwrap()
}

fn header(answer: &Response, name: &str) -> String {
    let value = answer.headers().get(name);
    value
        .map(|value| value.to_str().unwrap().to_owned())
        .unwrap_or_default()
}

fn film() -> Vec<u8> {
    TRAINING_ACME.mp4.to_vec()
}

/// Every way to ask, against every way that Microsoft may send it.
#[sqlx::test(migrations = false)]
async fn parts_and_conditions_hold_however_microsoft_sends(pool: PgPool) {
    let mut world = World::new(pool).await;
    world.server.sign_in(DISPATCHER).await;
    let film = film();
    let total = film.len();
    let ways = [
        Transfer::default(),
        Transfer {
            ranges: Ranges::Ignored,
            ..Transfer::default()
        },
        Transfer {
            ranges: Ranges::Ignored,
            without_length: true,
            ..Transfer::default()
        },
        Transfer {
            without_length: true,
            ..Transfer::default()
        },
        Transfer {
            ranges: Ranges::Refused,
            ..Transfer::default()
        },
    ];
    for way in ways {
        world.sends(way.clone(), film.clone());
        // As if nothing had been learned before.
        world
            .server
            .execute("UPDATE online_meeting_artifacts SET content_size = NULL, content_version = NULL")
            .await;
        world.server.kill();
        world.server.launch().await;
        let middle = format!("bytes={}-{}", total / 2, total / 2 + 99);
        let last = format!("bytes={}-", total - 1);
        let beyond = format!("bytes={total}-");
        for (range, expected) in [
            (middle.as_str(), Some(total / 2..total / 2 + 100)),
            ("bytes=0-", Some(0..total)),
            ("bytes=0-0", Some(0..1)),
            (&last, Some(total - 1..total)),
            ("bytes=-7", Some(total - 7..total)),
            ("bytes=100-99999999999", Some(100..total)),
            (&beyond, None),
        ] {
            let answer = world.get(&[("range", range)]).await;
            let shown = header(&answer, "content-range");
            if let Some(part) = expected {
                assert_eq!(answer.status(), StatusCode::PARTIAL_CONTENT, "{range} {way:?}");
                assert_eq!(
                    shown,
                    format!("bytes {}-{}/{total}", part.start, part.end - 1),
                    "{way:?}"
                );
                assert_eq!(header(&answer, "content-length"), part.len().to_string());
                assert_eq!(header(&answer, "content-encoding"), "");
                let bytes = answer.bytes().await.unwrap();
                assert!(bytes == film[part], "{range} {way:?}");
            } else {
                assert_eq!(answer.status(), StatusCode::RANGE_NOT_SATISFIABLE, "{range} {way:?}");
                assert_eq!(shown, format!("bytes */{total}"));
            }
        }
        let whole = world.get(&[]).await;
        let (tag, date) = (header(&whole, "etag"), header(&whole, "last-modified"));
        assert_eq!(whole.status(), StatusCode::OK);
        assert!(tag.starts_with('"') && date.ends_with(" GMT"), "{tag} {date}");
        for (name, value) in [
            ("content-type", "video/mp4"),
            ("accept-ranges", "bytes"),
            ("cache-control", "private, no-cache"),
            ("x-content-type-options", "nosniff"),
            ("content-encoding", ""),
            ("cross-origin-resource-policy", "same-origin"),
        ] {
            assert_eq!(header(&whole, name), value, "{name}");
        }
        assert!(header(&whole, "content-security-policy").starts_with("sandbox"));
        assert!(header(&whole, "content-disposition").starts_with("inline; filename=\"Security awareness training 20"));
        assert!(whole.bytes().await.unwrap() == film);
        for (headers, status) in [
            (vec![("if-none-match", tag.as_str())], 304),
            (vec![("if-modified-since", date.as_str())], 304),
            (vec![("if-none-match", "\"other\"")], 200),
            (vec![("range", "bytes=0-9"), ("if-range", tag.as_str())], 206),
            (vec![("range", "bytes=0-9"), ("if-range", date.as_str())], 206),
            (vec![("range", "bytes=0-9"), ("if-range", "\"other\"")], 200),
            (vec![("range", "bytes=0-9,20-29")], 200),
            (vec![("range", "lines=0-9")], 200),
            (vec![("if-match", "\"other\"")], 412),
        ] {
            let answer = world.get(&headers).await;
            assert_eq!(answer.status().as_u16(), status, "{headers:?} {way:?}");
            let expected = match status {
                200 => film.clone(),
                206 => film[..10].to_vec(),
                _ => Vec::new(),
            };
            assert!(answer.bytes().await.unwrap() == expected, "{headers:?} {way:?}");
        }
        let head = world.ask(Method::HEAD, &[("range", "bytes=0-9")]).await;
        assert_eq!(head.status(), StatusCode::OK);
        assert_eq!(header(&head, "content-length"), total.to_string());
        assert_eq!(header(&head, "etag"), tag);
        assert!(head.bytes().await.unwrap().is_empty());
        // Once its length is known, Microsoft is not asked for what needs no bytes.
        let before = world.server.sim.requests_to(Route::RecordingContent).len();
        world.get(&[("if-none-match", &tag)]).await;
        world.get(&[("range", &beyond)]).await;
        assert_eq!(world.server.sim.requests_to(Route::RecordingContent).len(), before);
    }
    let asked: Vec<_> = world.server.sim.requests_to(Route::RecordingContent);
    assert!(asked.iter().all(|request| request.path.contains("/onlineMeetings/")));
}

/// Where Microsoft sends everything each time, it is asked once.
#[sqlx::test(migrations = false)]
async fn what_ignores_ranges_is_fetched_once_for_all(pool: PgPool) {
    let world = World::new(pool).await;
    world.server.sign_in(DISPATCHER).await;
    let length = 20u64 << 20;
    let transfer = Transfer {
        ranges: Ranges::Ignored,
        ..Transfer::default()
    };
    world.sends(transfer.clone(), Content::Pattern(length));
    let ranges: Vec<u64> = (0..12).map(|at| at * (length / 12)).collect();
    let parts = ranges.iter().map(async |first| {
        let range = format!("bytes={first}-{}", first + 999);
        let answer = world.get(&[("range", &range)]).await;
        assert_eq!(answer.status(), StatusCode::PARTIAL_CONTENT);
        let bytes = answer.bytes().await.unwrap();
        let expected: Vec<u8> = (0..1000).map(|at| Content::pattern_at(first + at)).collect();
        assert!(bytes == expected, "{range}");
    });
    join_all(parts).await;
    let fetched = world.server.sim.requests_to(Route::RecordingContent).len();
    let before = fetched;
    assert!(fetched <= 12, "{fetched}");
    let answer = world.get(&[("range", "bytes=5-9")]).await;
    assert_eq!(answer.bytes().await.unwrap().len(), 5);
    assert_eq!(world.server.sim.requests_to(Route::RecordingContent).len(), before);
    // A file without a name lies there, and is gone with the process.
    assert_eq!(
        std::fs::read_dir(world.server.data_dir().join("cache"))
            .unwrap()
            .count(),
        0
    );
}

#[sqlx::test(migrations = false)]
async fn what_breaks_off_is_read_on_or_fails_loudly(pool: PgPool) {
    let mut world = World::new(pool).await;
    world.server.sign_in(DISPATCHER).await;
    let film = film();
    let cut = |world: &World, transfer: Transfer, times: u32| {
        let transfer = Transfer {
            cut_after: Some(200_000),
            ..transfer
        };
        world
            .server
            .sim
            .fault(Fault::new(Route::RecordingContent, transfer).times(times));
    };
    let ignored = Transfer {
        ranges: Ranges::Ignored,
        ..Transfer::default()
    };
    for way in [Transfer::default(), ignored] {
        world.sends(way.clone(), film.clone());
        cut(&world, way.clone(), 1);
        let answer = world.get(&[]).await;
        assert_eq!(answer.status(), StatusCode::OK);
        assert!(answer.bytes().await.unwrap() == film, "{way:?}");
        world.server.sim.clear_faults();
        world.server.kill();
        world.server.launch().await;
    }
    // Nothing more comes, and it is not to be had any more.
    world.sends(Transfer::default(), film.clone());
    cut(&world, Transfer::default(), 1);
    world
        .server
        .sim
        .fault(Fault::new(Route::RecordingContent, CannedAnswer::status(403)));
    let answer = world.get(&[]).await;
    assert_eq!(answer.status(), StatusCode::OK);
    assert!(answer.bytes().await.is_err(), "a part is not taken for the whole");
}

#[sqlx::test(migrations = false)]
async fn microsofts_troubles_are_told_in_our_words(pool: PgPool) {
    let world = World::new(pool).await;
    world.server.sign_in(DISPATCHER).await;
    let secret = "the words of Microsoft";
    for (fault, status, code) in [
        (
            CannedAnswer::refusal(401, "InvalidAuthenticationToken", secret),
            502,
            "recording-refused",
        ),
        (
            CannedAnswer::refusal(403, "Forbidden", secret),
            502,
            "recording-refused",
        ),
        (
            CannedAnswer::refusal(429, "TooManyRequests", secret).retry_after(120),
            503,
            "recording-throttled",
        ),
        (
            CannedAnswer::refusal(503, "ServiceUnavailable", secret).retry_after(120),
            503,
            "recording-unavailable",
        ),
        (
            CannedAnswer::refusal(400, "BadRequest", secret),
            503,
            "recording-unavailable",
        ),
        (CannedAnswer::refusal(410, "Gone", secret), 410, "recording-gone"),
        (CannedAnswer::refusal(404, "NotFound", secret), 410, "recording-gone"),
    ] {
        for accept in ["*/*", "text/html,*/*;q=0.8"] {
            world.server.sim.clear_faults();
            world
                .server
                .sim
                .fault(Fault::new(Route::RecordingContent, fault.clone()).times(9));
            world
                .server
                .execute("UPDATE online_meeting_artifacts SET content_size = NULL, gone_at = NULL")
                .await;
            let answer = world.get(&[("accept", accept), ("accept-language", "de")]).await;
            assert_eq!(answer.status().as_u16(), status, "{code}");
            if status == 503 {
                assert_ne!(header(&answer, "retry-after"), "", "{code}");
            }
            let headers = format!("{:?}", answer.headers());
            let text = answer.text().await.unwrap();
            if accept == "*/*" {
                assert!(text.contains(code), "{text}");
            } else {
                assert!(
                    text.contains("<html lang=\"de\">") && text.contains("Microsoft"),
                    "{text}"
                );
            }
            let base = world.server.sim.graph_url();
            for told in [headers, text] {
                assert!(
                    !told.contains(secret) && !told.contains(&base) && !told.contains("/v1.0/"),
                    "{told}"
                );
            }
            assert_eq!(world.column("gone_at").await.is_empty(), status != 410, "{code}");
        }
    }
    world.server.sim.clear_faults();
    world
        .server
        .execute("UPDATE teams_integrations SET install_status = 'not_configured'")
        .await;
    let answer = world.get(&[]).await;
    assert_eq!(answer.status(), StatusCode::BAD_GATEWAY);
    world
        .server
        .execute("UPDATE teams_integrations SET install_status = 'active'")
        .await;
    // What was said to be gone is there again.
    let answer = world.get(&[]).await;
    assert_eq!(answer.status(), StatusCode::OK);
    assert_eq!(world.column("gone_at").await, "");
    let logged = world.server.logged();
    assert!(logged.contains("Microsoft does not hand out a recording"), "{logged}");
    for hidden in [
        format!("{}/v1.0", world.server.sim.graph_url()),
        "Bearer".into(),
        "eyJ".into(),
        "/content".into(),
    ] {
        assert!(!logged.contains(&hidden), "{hidden}: {logged}");
    }
}

#[sqlx::test(migrations = false)]
async fn who_may_not_see_it_does_not_learn_that_it_is_there(pool: PgPool) {
    let world = World::new(pool).await;
    let server = &world.server;
    let missing = "/api/online-meetings/recordings/00000000-0000-4000-8000-000000000000";
    let status = async |path: &str| server.get(path).send().await.unwrap().status().as_u16();
    assert_eq!((status(&world.path).await, status(missing).await), (401, 401));
    server.sign_in("admin@contoso.example").await;
    let foreign = server.get(&world.path).send().await.unwrap();
    let nobodys = server.get(missing).send().await.unwrap();
    assert_eq!((foreign.status().as_u16(), nobodys.status().as_u16()), (404, 404));
    assert_eq!(foreign.text().await.unwrap(), nobodys.text().await.unwrap());
    assert_eq!(status("/api/online-meetings/recordings/nonsense%0d%0a").await, 404);
    // The portal: only where the tenant shows them; only the own client's, and of those only one's own, but for its administrators.
    let portal = async |email: &str| {
        let form = [("input[email]", email), ("input[password]", backend::seed::PASSWORD)];
        let answer = server.post("/api/session/portal-sign-in", &form).send().await.unwrap();
        assert_eq!(answer.status(), StatusCode::OK);
    };
    portal("ada@acme.example").await;
    assert_eq!(status(&world.path).await, 404);
    server
        .execute("UPDATE teams_integrations SET expose_recordings_in_portal = true")
        .await;
    assert_eq!(status(&world.path).await, 200);
    server.execute("UPDATE interactions SET contact_name_id = NULL").await;
    assert_eq!(status(&world.path).await, 200);
    portal("bo@acme.example").await;
    assert_eq!(status(&world.path).await, 404);
    server
        .execute(
            "UPDATE interactions i SET contact_name_id = k.contact_name_id FROM contacts k
              WHERE k.tenant = i.tenant AND k.email = 'bo@acme.example' AND k.client_id = i.client_id",
        )
        .await;
    assert_eq!(status(&world.path).await, 200);
    portal("cy@globex.example").await;
    assert_eq!(status(&world.path).await, 404);
    portal("dee@initech.example").await;
    assert_eq!(status(&world.path).await, 404);
    portal("bo@acme.example").await;
    server
        .execute("UPDATE teams_integrations SET expose_recordings_in_portal = false")
        .await;
    // Who was let in a moment ago is not looked at again, and these statements are not told: see `admission.rs`.
    portal("bo@acme.example").await;
    assert_eq!(status(&world.path).await, 404);
    server.sign_in(DISPATCHER).await;
    assert_eq!(status(&world.path).await, 200);
    server
        .execute("UPDATE online_meeting_artifacts SET deleted_at = now()")
        .await;
    server.sign_in(DISPATCHER).await;
    assert_eq!(status(&world.path).await, 404);
    server
        .execute("UPDATE online_meeting_artifacts SET deleted_at = NULL")
        .await;
    server
        .execute(
            "DELETE FROM role_permissions WHERE permission_id IN
                 (SELECT permission_id FROM permissions WHERE resource = 'interaction' AND action = 'read')",
        )
        .await;
    server.sign_in(DISPATCHER).await;
    assert_eq!(status(&world.path).await, 403);
}

#[sqlx::test(migrations = false)]
async fn names_of_files_are_safe(pool: PgPool) {
    let world = World::new(pool).await;
    world.server.sign_in(DISPATCHER).await;
    world
        .server
        .execute(
            "UPDATE online_meetings SET subject = E'Größe \"quoted\" \\\\ 会議\\r\\nSet-Cookie: evil=1; ../../etc'",
        )
        .await;
    let answer = world
        .server
        .get(&format!("{}?download=1", world.path))
        .send()
        .await
        .unwrap();
    let shown = header(&answer, "content-disposition");
    let rest = shown
        .strip_prefix("attachment; filename=\"Gr__e quoted __ Set-Cookie evil 1 etc 20")
        .unwrap_or_default();
    assert!(
        rest.contains(".mp4\"; filename*=UTF-8''Gr%C3%B6%C3%9Fe%20quoted%20%E4%BC%9A%E8%AD%B0%20Set-Cookie"),
        "{shown}"
    );
    assert!(answer.headers().get("set-cookie").is_none());
}

#[sqlx::test(migrations = false)]
async fn who_leaves_ends_the_transfer(pool: PgPool) {
    let world = World::new(pool).await;
    world.server.sign_in(DISPATCHER).await;
    world.sends(Transfer::default(), Content::Pattern(1 << 30));
    let mut answer = world.get(&[("range", "bytes=1000-")]).await;
    assert_eq!(answer.chunk().await.unwrap().unwrap()[0], Content::pattern_at(1000));
    assert_eq!(open_transfers(), 1);
    drop(answer);
    world
        .until("Microsoft still sends", async || open_transfers() == 0)
        .await;
    // A probe leaves nothing open either.
    world
        .server
        .execute("UPDATE online_meeting_artifacts SET content_size = NULL")
        .await;
    let head = world.ask(Method::HEAD, &[]).await;
    assert_eq!(header(&head, "content-length"), (1u64 << 30).to_string());
    world
        .until("Microsoft still sends", async || open_transfers() == 0)
        .await;
}

/// A person may have many open, but not any number.
#[sqlx::test(migrations = false)]
async fn a_person_has_only_so_many_open(pool: PgPool) {
    let world = World::new(pool).await;
    world.server.sign_in(DISPATCHER).await;
    world.sends(Transfer::default(), Content::Pattern(1 << 30));
    let open: Vec<Response> = join_all((0..32).map(|_| world.get(&[]))).await;
    assert!(open.iter().all(|answer| answer.status() == StatusCode::OK));
    let one_more = world.get(&[]).await;
    assert_eq!(one_more.status(), StatusCode::TOO_MANY_REQUESTS);
    assert_ne!(header(&one_more, "retry-after"), "");
    drop(open);
    world
        .until("the places are not free again", async || {
            world.get(&[("range", "bytes=0-1")]).await.status() == 206
        })
        .await;
}

/// A hundred people, each at their own pace and place.
#[sqlx::test(migrations = false)]
async fn a_hundred_slow_readers_take_little_memory(pool: PgPool) {
    const EACH: u64 = 6 << 20;
    let world = World::new(pool).await;
    let length = 1u64 << 30;
    world.sends(Transfer::default(), Content::Pattern(length));
    let mut people: Vec<Client> = Vec::new();
    for name in ["admin", "dispatcher", "tech", "finance"] {
        people.push(world.server.person(&format!("{name}@northwind.example")).await);
    }
    let url = format!("{}{}", world.server.url, world.path);
    let read = async |person: &Client, first: u64, upto: u64| {
        let range = format!("bytes={first}-");
        let answer = person.get(&url).header("range", range).send().await.unwrap();
        assert_eq!(answer.status(), StatusCode::PARTIAL_CONTENT);
        let mut stream = answer.bytes_stream();
        let mut at = first;
        while at - first < upto {
            let chunk = stream.next().await.unwrap().unwrap();
            assert_eq!(chunk[0], Content::pattern_at(at));
            at += chunk.len() as u64;
            // The pace of somebody who watches.
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        stream
    };
    // What the process needs anyhow.
    join_all((0..8).map(|_| read(&people[0], 0, 1 << 20))).await;
    let before = world.server.memory();
    let readers = join_all((0..100).map(|number| read(&people[number % 4], number as u64 * (length / 101), EACH)));
    let (mut most, mut highest) = (0, 0);
    let mut readers = std::pin::pin!(readers);
    let open = loop {
        tokio::select! {
            open = &mut readers => break open,
            () = tokio::time::sleep(Duration::from_millis(50)) => {
                most = most.max(world.server.memory());
                highest = highest.max(open_transfers());
            }
        }
    };
    assert_eq!(open_transfers(), 100);
    most = most.max(world.server.memory());
    let grown = most.saturating_sub(before) >> 20;
    println!("{} MiB before, {grown} MiB more, {highest} at once", before >> 20);
    assert!(grown < 64, "{grown} MiB more than {}", before >> 20);
    drop(open);
}

/// A copy goes on where it was when the process was killed, and serves when Microsoft has nothing any more.
#[sqlx::test(migrations = false)]
async fn a_killed_copy_is_finished_once(pool: PgPool) {
    let mut world = World::new(pool).await;
    let length = 48u64 << 20;
    let slow = Transfer {
        slow: Some(64 * 1024),
        ..Transfer::default()
    };
    world.sends(slow, Content::Pattern(length));
    let only = format!(
        "UPDATE online_meeting_artifacts SET copy_attempts = 99 WHERE artifact_id <> (SELECT a.artifact_id {ACME})"
    );
    scalar_free(&world.server, &only).await;
    world
        .server
        .execute("UPDATE teams_integrations SET download_recordings = true")
        .await;
    let copied = async |world: &World| world.column("copied_bytes").await.parse::<u64>().unwrap_or_default();
    world
        .until("nothing is copied", async || copied(&world).await > 0)
        .await;
    world.server.kill();
    let before = copied(&world).await;
    assert!(before < length && world.stored().is_empty());
    world.sends(Transfer::default(), Content::Pattern(length));
    world
        .server
        .execute("UPDATE online_meeting_artifacts SET copy_leased_until = now()")
        .await;
    world.server.launch().await;
    world
        .until("it is not copied", async || !world.column("file_id").await.is_empty())
        .await;
    let asked = world.server.sim.requests_to(Route::RecordingContent);
    let from = asked.last().unwrap().headers.get("range").cloned().unwrap_or_default();
    assert_eq!(from, format!("bytes={before}-"));
    let sums = "SELECT count(*) || ' ' || min(file_size) || ' ' || min(content_sha256) || ' ' || bool_or(is_deleted) FROM external_files
                  WHERE mime_type = 'video/mp4'";
    let expected = {
        use sha2::{Digest, Sha256};
        let bytes: Vec<u8> = (0..length).map(Content::pattern_at).collect();
        let hex: String = Sha256::digest(&bytes)
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect();
        format!("1 {length} {hex} false")
    };
    assert_eq!(scalar(&world.server, sums).await, expected);
    assert_eq!(world.stored().len(), 1);
    let drafts = world.server.data_dir().join("files").join("drafts");
    assert_eq!(std::fs::read_dir(drafts).unwrap().count(), 0);
    // Microsoft deletes the original.
    assert!(world.server.sim.remove_artifact(&world.recording));
    world.server.sign_in(DISPATCHER).await;
    let count = world.server.sim.requests_to(Route::RecordingContent).len();
    let answer = world.get(&[("range", "bytes=20000000-20000099")]).await;
    assert_eq!(answer.status(), StatusCode::PARTIAL_CONTENT);
    assert_eq!(
        header(&answer, "content-range"),
        format!("bytes 20000000-20000099/{length}")
    );
    let expected: Vec<u8> = (20_000_000..20_000_100).map(Content::pattern_at).collect();
    assert!(answer.bytes().await.unwrap() == expected);
    let tag = header(&world.get(&[("range", "bytes=0-0")]).await, "etag");
    assert_eq!(
        world.get(&[("if-none-match", &tag)]).await.status(),
        StatusCode::NOT_MODIFIED
    );
    let whole = world.get(&[]).await;
    assert_eq!(whole.bytes().await.unwrap().len() as u64, length);
    assert_eq!(world.server.sim.requests_to(Route::RecordingContent).len(), count);
}

#[expect(
    clippy::disallowed_methods,
    reason = "tests change rows with statements of their own"
)]
async fn scalar_free(server: &Server, sql: &str) {
    sqlx::query(sqlx::AssertSqlSafe(sql.to_owned()))
        .execute(&server.pool)
        .await
        .unwrap();
}

/// A transcript is saved as it came, or as text.
#[sqlx::test(migrations = false)]
async fn a_transcript_is_saved(pool: PgPool) {
    let world = World::new(pool).await;
    let server = &world.server;
    let document = "33333333-0000-4000-8000-000000000001";
    let (artifact, tenant) = (
        scalar(
            server,
            &format!(
                "SELECT a.artifact_id::text {}",
                ACME.replace("'recording'", "'transcript'")
            ),
        )
        .await,
        scalar(server, &format!("SELECT a.tenant::text {ACME}")).await,
    );
    let blocks = serde_json::to_string(&domain::transcript::Wording::of_file(TRAINING_ACME.vtt.as_bytes())).unwrap();
    let user = format!("(SELECT user_id FROM users WHERE tenant = '{tenant}' AND user_type = 'internal' LIMIT 1)");
    for sql in [
        format!(
            "INSERT INTO external_files (tenant, file_id, file_name, original_name, mime_type, file_size, storage_path, uploaded_by_id)
             VALUES ('{tenant}', '{document}', 'x.vtt', 'x.vtt', 'text/vtt', 1, '{tenant}/{document}', {user})"
        ),
        format!(
            "INSERT INTO documents (tenant, document_id, document_name, user_id, created_by, file_id)
             VALUES ('{tenant}', '{document}', 'Transcript', {user}, {user}, '{document}')"
        ),
        format!(
            "INSERT INTO document_block_content (tenant, document_id, block_data)
             VALUES ('{tenant}', '{document}', '{}')",
            blocks.replace('\'', "''")
        ),
        format!("UPDATE online_meeting_artifacts SET document_id = '{document}' WHERE artifact_id = '{artifact}'"),
    ] {
        scalar_free(server, &sql).await;
    }
    let folder = server.data_dir().join("files").join(&tenant);
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join(document), TRAINING_ACME.vtt).unwrap();
    let path = format!("/api/documents/{document}/download");
    let get = async |path: &str| server.get(path).send().await.unwrap();
    assert_eq!(get(&path).await.status(), StatusCode::UNAUTHORIZED);
    server.sign_in("admin@contoso.example").await;
    assert_eq!(get(&path).await.status(), StatusCode::NOT_FOUND);
    server.sign_in(DISPATCHER).await;
    let answer = get(&path).await;
    assert_eq!(answer.status(), StatusCode::OK);
    assert_eq!(header(&answer, "content-type"), "text/vtt; charset=utf-8");
    assert!(
        header(&answer, "content-disposition").starts_with("attachment; filename=\"Security awareness training 20")
    );
    assert_eq!(answer.text().await.unwrap(), TRAINING_ACME.vtt);
    let text = get(&format!("{path}?format=txt")).await;
    assert_eq!(header(&text, "content-type"), "text/plain; charset=utf-8");
    assert!(header(&text, "content-disposition").contains(".txt\""));
    let text = text.text().await.unwrap();
    assert!(
        text.starts_with("[00:00:0") && text.contains(": ") && !text.contains("WEBVTT") && !text.contains("<v"),
        "{text}"
    );
    assert_eq!(
        get(&format!("{path}?format=docx")).await.status(),
        StatusCode::NOT_FOUND
    );
    assert_eq!(
        get("/api/documents/nonsense/download").await.status(),
        StatusCode::NOT_FOUND
    );
    server
        .execute("UPDATE online_meeting_artifacts SET deleted_at = now()")
        .await;
    assert_eq!(get(&path).await.status(), StatusCode::NOT_FOUND);
}
