use std::time::Duration;

use futures::{StreamExt, TryStreamExt, future::join_all};
use graph::{ByteRange, ContentStream, ErrorKind, Extent, GraphError, GraphSession, RetryPolicy};
use graph_sim::{CannedAnswer, Fault, FaultAnswer, Route, Session, Simulator};
use uuid::Uuid;

use crate::{
    artifacts::twice_recorded,
    raw::{Raw, Say, answer},
    support::*,
};

async fn content(session: &GraphSession, range: Option<ByteRange>) -> Result<ContentStream, GraphError> {
    session.recording_content(ORGANIZER_ID, "m", "r", range).await
}

/// What came before the end or the error.
async fn drain(mut stream: ContentStream) -> (Vec<u8>, Option<GraphError>) {
    let mut bytes = Vec::new();
    loop {
        match stream.try_next().await {
            Ok(Some(chunk)) => bytes.extend_from_slice(&chunk),
            Ok(None) => return (bytes, None),
            Err(error) => return (bytes, Some(error)),
        }
    }
}

/// Adds a recording of some length to a meeting.
fn film(sim: &Simulator, meeting: &str) -> (Vec<u8>, String) {
    let film: Vec<u8> = (0..300_000u32).map(|at| (at % 251) as u8).collect();
    let session = Session {
        correlation_id: Uuid::from_u128(7),
        start: at("2026-11-23T10:00:00Z"),
        end: at("2026-11-23T10:30:00Z"),
    };
    let id = sim.add_recording(meeting, session, film.clone()).unwrap();
    (film, id)
}

const SPAN: Option<ByteRange> = Some(ByteRange::From {
    first: 100,
    last: Some(199),
});

#[tokio::test]
async fn the_whole_and_parts() {
    let World { sim, session, .. } = recorded_world().await;
    let meeting = twice_recorded(&sim);
    let (film, recording) = film(&sim, &meeting);
    let total = film.len() as u64;
    let part = |first, last| Extent::Part {
        first,
        last,
        total: Some(total),
    };
    let cases = [
        (None, Extent::Whole, &film[..]),
        (SPAN, part(100, 199), &film[100..200]),
        (
            Some(ByteRange::From {
                first: total - 5,
                last: None,
            }),
            part(total - 5, total - 1),
            &film[film.len() - 5..],
        ),
        (
            Some(ByteRange::Last(3)),
            part(total - 3, total - 1),
            &film[film.len() - 3..],
        ),
        (
            Some(ByteRange::From {
                first: total,
                last: None,
            }),
            Extent::OutOfRange { total: Some(total) },
            &[],
        ),
    ];
    for (range, extent, bytes) in cases {
        let stream = session
            .recording_content(ORGANIZER_ID, &meeting, &recording, range)
            .await
            .unwrap();
        assert_eq!((stream.extent, stream.total()), (extent, Some(total)));
        assert_eq!(stream.length, Some(bytes.len() as u64));
        if extent != (Extent::OutOfRange { total: Some(total) }) {
            assert_eq!(stream.content_type.as_deref(), Some("video/mp4"));
        }
        let (came, error) = drain(stream).await;
        assert!(came == bytes && error.is_none(), "{range:?}: {error:?}");
    }
    let log = sim.requests_to(Route::RecordingContent);
    let sent: Vec<Option<&str>> = log
        .iter()
        .map(|request| request.headers.get("range").map(String::as_str))
        .collect();
    let (open, beyond) = (format!("bytes={}-", total - 5), format!("bytes={total}-"));
    assert_eq!(
        sent,
        [
            None,
            Some("bytes=100-199"),
            Some(open.as_str()),
            Some("bytes=-3"),
            Some(beyond.as_str())
        ]
    );
}

#[tokio::test]
async fn the_head_of_the_answer_is_told() {
    let raw = Raw::start(|_, _| {
        let headers = [
            "content-type: video/mp4; codecs=\"avc1\"",
            "etag: W/\"1\"",
            "last-modified: Tue, 24 Nov 2026 21:31:40 GMT",
            "content-length: 3",
        ];
        answer("200 OK", &headers, "abc")
    })
    .await;
    // The range is not heeded.
    let stream = content(&raw.session(quick()), SPAN).await.unwrap();
    assert_eq!(
        (stream.extent, stream.length, stream.total()),
        (Extent::Whole, Some(3), Some(3))
    );
    assert_eq!(stream.content_type.as_deref(), Some("video/mp4; codecs=\"avc1\""));
    assert_eq!(stream.etag.as_deref(), Some("W/\"1\""));
    assert_eq!(stream.last_modified.as_deref(), Some("Tue, 24 Nov 2026 21:31:40 GMT"));
    assert!(raw.heads()[0].contains("\r\nauthorization: bearer raw-token\r\n"));
}

#[tokio::test]
async fn without_a_length() {
    let chunks = "3\r\nabc\r\n4\r\ndefg\r\n0\r\n\r\n";
    let raw = Raw::start(move |at, _| match at {
        0 => answer("200 OK", &["transfer-encoding: chunked"], chunks),
        _ => answer("200 OK", &[], "abcdefg"),
    })
    .await;
    let session = raw.session(quick());
    for _ in 0..2 {
        let stream = content(&session, None).await.unwrap();
        assert_eq!((stream.length, stream.total()), (None, None));
        let (came, error) = drain(stream).await;
        assert!(came == b"abcdefg" && error.is_none(), "{error:?}");
    }
}

#[tokio::test]
async fn a_cut_is_no_end() {
    let raw = Raw::start(|at, _| match at {
        0 => answer("200 OK", &["content-length: 100"], "0123456789"),
        1 => answer("200 OK", &["transfer-encoding: chunked"], "a\r\n0123456789\r\n"),
        2 => answer("200 OK", &["transfer-encoding: chunked"], "64\r\n0123456789"),
        // The part itself is shorter than it says, and no length gives it away.
        _ => answer(
            "206 Partial Content",
            &["content-range: bytes 100-199/1000"],
            "0123456789",
        ),
    })
    .await;
    let session = raw.session(quick());
    for at in 0..4 {
        let stream = content(&session, SPAN).await.unwrap();
        let (came, error) = drain(stream).await;
        let error = error.unwrap();
        assert_eq!(
            (came.as_slice(), error.kind),
            (&b"0123456789"[..], ErrorKind::Unavailable),
            "{at}"
        );
        assert!(
            error
                .message()
                .unwrap()
                .starts_with("the content broke off at byte 10 of ")
        );
    }
    assert_eq!(raw.heads().len(), 4, "content that has begun is not asked for again");
}

#[tokio::test]
async fn parts_that_contradict_themselves() {
    let raw = Raw::start(|at, _| match at {
        0 => answer("206 Partial Content", &["content-length: 3"], "abc"),
        1 => answer(
            "206 Partial Content",
            &["content-range: bytes 5-1/10", "content-length: 3"],
            "abc",
        ),
        2 => answer(
            "206 Partial Content",
            &["content-range: bytes 0-9/10", "content-length: 3"],
            "abc",
        ),
        _ => answer("206 Partial Content", &["content-range: bytes 0-1/10"], "abc"),
    })
    .await;
    let session = raw.session(quick());
    for at in 0..3 {
        assert_eq!(
            content(&session, SPAN).await.unwrap_err().kind,
            ErrorKind::Protocol,
            "{at}"
        );
    }
    let (_, error) = drain(content(&session, SPAN).await.unwrap()).await;
    assert_eq!(error.unwrap().kind, ErrorKind::Protocol, "more than was announced");
    // Nobody asked for a part.
    assert_eq!(content(&session, None).await.unwrap_err().kind, ErrorKind::Protocol);
}

#[tokio::test]
async fn a_stall_is_given_up() {
    let raw = Raw::start(|at, _| match at {
        0 => Say::Stall(answer("200 OK", &["content-length: 100"], "0123456789").bytes()),
        _ => Say::Stall(Vec::new()),
    })
    .await;
    let session = raw.session(RetryPolicy {
        content_idle_timeout: Duration::from_millis(50),
        attempt_timeout: Duration::from_millis(50),
        attempts: 2,
        ..quick()
    });
    let (came, error) = drain(content(&session, None).await.unwrap()).await;
    assert_eq!((came.len(), error.unwrap().kind), (10, ErrorKind::Unavailable));
    raw.client_gone().await;

    // Before the first byte there is another attempt.
    let error = content(&session, None).await.unwrap_err();
    assert_eq!((error.kind, raw.heads().len()), (ErrorKind::Unavailable, 3));
    let id = format!("\r\nclient-request-id: {}\r\n", error.client_request_id.unwrap());
    assert!(raw.heads()[2].contains(&id));
}

#[tokio::test]
async fn dropping_the_stream_ends_the_transfer() {
    let raw = Raw::start(|_, _| Say::Endless(answer("200 OK", &[], "").bytes())).await;
    let mut stream = content(&raw.session(quick()), None).await.unwrap();
    // It is not read to its end, which it does not have, before the first of it comes.
    assert!(!stream.next().await.unwrap().unwrap().is_empty());
    drop(stream);
    raw.client_gone().await;
}

#[tokio::test]
async fn the_content_outlives_the_deadline_of_the_call() {
    let raw = Raw::start(|at, _| match at {
        0 => answer("200 OK", &["content-length: 3"], "abc"),
        _ => Say::Stall(Vec::new()),
    })
    .await;
    let session = raw.session(RetryPolicy {
        call_deadline: Duration::from_millis(100),
        attempt_timeout: Duration::from_millis(100),
        ..quick()
    });
    let stream = content(&session, None).await.unwrap();
    // A later call of the same length has ended, so the deadline is past.
    assert_eq!(session.user(ORGANIZER).await.unwrap_err().kind, ErrorKind::Unavailable);
    let (came, error) = drain(stream).await;
    assert!(came == b"abc" && error.is_none(), "{error:?}");
}

#[tokio::test]
async fn retries_come_before_the_first_byte() {
    let World { sim, session, .. } = recorded_world().await;
    let meeting = twice_recorded(&sim);
    let (film, recording) = film(&sim, &meeting);
    let open = || session.recording_content(ORGANIZER_ID, &meeting, &recording, None);
    sim.fault(Fault::new(Route::RecordingContent, CannedAnswer::status(503)));
    sim.fault(Fault::new(Route::RecordingContent, FaultAnswer::DropBefore));
    sim.fault(Fault::new(Route::RecordingContent, CannedAnswer::status(401)));
    assert_eq!(drain(open().await.unwrap()).await.0.len(), film.len());
    assert_eq!(sim.requests_to(Route::RecordingContent).len(), 4);

    for (answer, kind) in [
        (CannedAnswer::status(404), ErrorKind::NotFound),
        (CannedAnswer::status(410), ErrorKind::Gone),
        (CannedAnswer::status(304), ErrorKind::Protocol),
        (CannedAnswer::status(202), ErrorKind::Protocol),
        (CannedAnswer::status(416), ErrorKind::Invalid),
        (CannedAnswer::body(200, "<html>"), ErrorKind::Protocol),
    ] {
        sim.fault(Fault::new(Route::RecordingContent, answer.clone()));
        let error = open().await.unwrap_err();
        assert_eq!((error.kind, error.status), (kind, answer.status));
        assert!(error.request_id.is_some());
    }
}

#[tokio::test]
async fn content_does_not_keep_the_mailbox_busy() {
    let raw = Raw::start(|_, _| Say::Stall(answer("200 OK", &["content-length: 9"], "abc").bytes())).await;
    let session = raw.session(quick());
    let streams = join_all((0..6).map(|_| content(&session, None))).await;
    assert!(streams.iter().all(Result::is_ok) && raw.heads().len() == 6);
}
