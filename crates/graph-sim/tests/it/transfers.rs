use std::time::Duration;

use graph_sim::{ArtifactKind, Content, Fault, NewArtifact, Ranges, Route, Transfer, demo::RECORDING};
use reqwest::{Method, Response, header::RANGE};
use serde_json::json;

use crate::support::*;

/// Larger than any buffer on the way.
const HUGE: u64 = 3 << 30;

async fn recording(content: impl Into<Content>) -> (World, String, String) {
    let world = world().await;
    let (path, id) = world.meeting().await;
    let new = NewArtifact::new(ArtifactKind::Recording, session(1), content);
    let artifact = world.sim.add_artifact(&id, new).unwrap();
    let content = format!("{path}/recordings/{}/content", segment(&artifact));
    (world, content, artifact)
}

async fn ranged(world: &World, path: &str, range: &str) -> Response {
    world.get_request(path).header(RANGE, range).send().await.unwrap()
}

/// What came, and whether it ended as it should.
async fn drained(mut response: Response) -> (Vec<u8>, bool) {
    let mut came = Vec::new();
    loop {
        match response.chunk().await {
            Ok(Some(bytes)) => came.extend(bytes),
            Ok(None) => return (came, true),
            Err(_) => return (came, false),
        }
    }
}

#[tokio::test]
async fn a_pattern_larger_than_memory_is_cut_anywhere() {
    let (world, path, _) = recording(Content::Pattern(HUGE)).await;
    let mut whole = world.get_request(&path).send().await.unwrap();
    assert_eq!(whole.content_length(), Some(HUGE));
    let first = whole.chunk().await.unwrap().unwrap();
    assert!(first.iter().zip(0..).all(|(byte, at)| *byte == Content::pattern_at(at)));
    drop(whole);
    for from in [HUGE - 100_000, 1 << 31] {
        let part = ranged(&world, &path, &format!("bytes={from}-{}", from + 99_999)).await;
        assert_eq!((part.status().as_u16(), part.content_length()), (206, Some(100_000)));
        let (bytes, complete) = drained(part).await;
        assert!(complete && bytes.len() == 100_000);
        assert!(
            bytes
                .iter()
                .zip(from..)
                .all(|(byte, at)| *byte == Content::pattern_at(at))
        );
    }
    assert_eq!(
        ranged(&world, &path, &format!("bytes={HUGE}-")).await.status().as_u16(),
        416
    );
}

#[tokio::test]
async fn ranges_ignored_and_refused() {
    let (world, path, artifact) = recording(RECORDING).await;
    let with = |ranges| Transfer {
        ranges,
        ..Transfer::default()
    };
    world
        .sim
        .change_artifact(&artifact, |artifact| artifact.transfer = with(Ranges::Ignored));
    let got = ranged(&world, &path, "bytes=4-7").await;
    assert_eq!(
        (got.status().as_u16(), got.content_length()),
        (200, Some(RECORDING.len() as u64))
    );
    world
        .sim
        .change_artifact(&artifact, |artifact| artifact.transfer = with(Ranges::Refused));
    assert_eq!(ranged(&world, &path, "bytes=4-7").await.status().as_u16(), 416);
    assert_eq!(world.get_request(&path).send().await.unwrap().status().as_u16(), 200);
}

#[tokio::test]
async fn without_length() {
    let (world, path, _) = recording(RECORDING).await;
    world.sim.fault(Fault::new(
        Route::RecordingContent,
        Transfer {
            without_length: true,
            ..Transfer::default()
        },
    ));
    let chunked = world.get_request(&path).send().await.unwrap();
    assert_eq!(
        (chunked.content_length(), &chunked.headers()["transfer-encoding"]),
        (None, &"chunked".parse().unwrap())
    );
    assert_eq!(drained(chunked).await, (RECORDING.to_vec(), true));
    let usual = world.get_request(&path).send().await.unwrap();
    assert_eq!(usual.content_length(), Some(RECORDING.len() as u64));
}

#[tokio::test]
async fn cut_in_the_middle() {
    let (world, path, _) = recording(RECORDING).await;
    for without_length in [false, true] {
        let fault = json!({ "route": "recording-content", "answer": { "transfer": { "cut_after": 5000, "without_length": without_length } } });
        assert_eq!(world.control(Method::POST, "faults", fault).await.status, 204);
        let cut = world.get_request(&path).send().await.unwrap();
        assert_eq!(cut.status().as_u16(), 200);
        assert_eq!(
            cut.content_length(),
            (!without_length).then_some(RECORDING.len() as u64)
        );
        assert_eq!(drained(cut).await, (RECORDING[..5000].to_vec(), false));
    }
    // The rest can be had afterwards.
    let (rest, complete) = drained(ranged(&world, &path, "bytes=5000-").await).await;
    assert!(complete && rest == RECORDING[5000..]);
}

#[tokio::test]
async fn stalled_and_slow() {
    let (world, path, _) = recording(RECORDING).await;
    let stall = Transfer {
        stall_after: Some(3000),
        ..Transfer::default()
    };
    world.sim.fault(Fault::new(Route::RecordingContent, stall));
    let mut stalled = world.get_request(&path).send().await.unwrap();
    let mut came = 0;
    while came < 3000 {
        came += stalled.chunk().await.unwrap().unwrap().len();
    }
    assert_eq!(came, 3000);
    assert!(
        tokio::time::timeout(Duration::from_millis(100), stalled.chunk())
            .await
            .is_err(),
        "nothing more comes"
    );

    let slow = Transfer {
        slow: Some(20_000),
        ..Transfer::default()
    };
    world.sim.fault(Fault::new(Route::RecordingContent, slow));
    let began = std::time::Instant::now();
    let (bytes, complete) = drained(world.get_request(&path).send().await.unwrap()).await;
    assert!(complete && bytes == RECORDING);
    let pauses = u64::try_from(RECORDING.len() / 20_000).unwrap();
    assert!(began.elapsed() >= Duration::from_millis(10 * pauses));
}

#[tokio::test]
async fn sent_elsewhere() {
    let (world, path, artifact) = recording(RECORDING).await;
    let elsewhere = "https://media.example.net/file?sig=a%2Bb";
    let change = json!({ "transfer": { "redirect": elsewhere } });
    let got = world
        .control(Method::POST, &format!("artifacts/{}", segment(&artifact)), change)
        .await;
    assert_eq!(
        (got.status, &got.body["transfer"]["redirect"]),
        (200, &elsewhere.into())
    );
    let got = world.get(&path).await;
    assert_eq!(
        (got.status, got.headers["location"].to_str().unwrap()),
        (302, elsewhere)
    );
}

#[tokio::test]
async fn deleted_by_retention() {
    let (world, path, artifact) = recording(RECORDING).await;
    let of_artifact = format!("artifacts/{}", segment(&artifact));
    world
        .control(Method::POST, &of_artifact, json!({ "expired": true }))
        .await;
    assert_eq!(world.get(&path).await.code(), (404, "NotFound"));
    let single = path.strip_suffix("/content").unwrap();
    assert_eq!(world.get(single).await.status, 200, "it is still known");
    assert_eq!(
        world.control(Method::DELETE, &of_artifact, json!(null)).await.status,
        204
    );
    assert_eq!(world.get(single).await.status, 404);
    assert_eq!(
        world.control(Method::DELETE, &of_artifact, json!(null)).await.status,
        404
    );
}
