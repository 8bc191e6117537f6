use futures::TryStreamExt;
use graph::{ByteRange, ErrorKind, Extent};

use crate::{
    raw::{Raw, answer},
    support::*,
};

const TAIL: Option<ByteRange> = Some(ByteRange::Last(3));

async fn to(location: String) -> Raw {
    Raw::start(move |_, _| {
        let location = format!("location: {location}");
        answer("302 Found", &[&location, "set-cookie: who=me", "request-id: known"], "")
    })
    .await
}

#[tokio::test]
async fn content_may_lie_elsewhere_and_the_token_stays_here() {
    let storage = Raw::start(|_, _| {
        let headers = [
            "content-type: video/mp4",
            "content-range: bytes 7-9/10",
            "content-length: 3",
        ];
        answer("206 Partial Content", &headers, "789")
    })
    .await;
    let graph = to(format!("{}/file?key=secret#part", storage.url)).await;
    let stream = graph
        .session(quick())
        .recording_content("o", "m", "r", TAIL)
        .await
        .unwrap();
    assert_eq!(
        stream.extent,
        Extent::Part {
            first: 7,
            last: 9,
            total: Some(10)
        }
    );
    let bytes: Vec<_> = stream.try_collect().await.unwrap();
    assert_eq!(bytes.concat(), b"789");

    let head = &storage.heads()[0];
    assert!(head.starts_with("get /file?key=secret http/1.1\r\n") && head.contains("\r\nrange: bytes=-3\r\n"));
    for private in ["authorization", "raw-token", "cookie", "referer", "client-request-id"] {
        assert!(!head.contains(private), "{head}");
    }
}

#[tokio::test]
async fn not_even_back_to_graph_with_the_token() {
    let graph = Raw::start(|at, _| match at {
        0 => answer("307 Temporary Redirect", &["location: ../elsewhere"], ""),
        _ => answer("200 OK", &["content-length: 3"], "abc"),
    })
    .await;
    graph
        .session(quick())
        .recording_content("o", "m", "r", None)
        .await
        .unwrap();
    let heads = graph.heads();
    assert!(
        heads[1].starts_with("get /v1.0/users/o/onlinemeetings/m/recordings/elsewhere "),
        "{}",
        heads[1]
    );
    assert!(heads[0].contains("authorization") && !heads[1].contains("authorization"));
}

#[tokio::test]
async fn three_redirects_and_no_more() {
    let step = |at: usize, last: usize| match at {
        at if at < last => answer("301 Moved Permanently", &[&format!("location: /{at}")], ""),
        _ => answer("200 OK", &["content-length: 3"], "abc"),
    };
    for (steps, fits) in [(3, true), (4, false)] {
        let graph = Raw::start(move |at, _| step(at, steps)).await;
        let read = graph.session(quick()).recording_content("o", "m", "r", None).await;
        assert_eq!((read.is_ok(), graph.heads().len()), (fits, 4));
        assert!(fits || read.unwrap_err().kind == ErrorKind::Protocol);
    }
}

#[tokio::test]
async fn redirects_that_are_not_followed() {
    let storage = Raw::start(|_, _| answer("200 OK", &[], "abc")).await;
    let address = storage.url.strip_prefix("http://").unwrap();
    for location in [
        format!("http://user:word@{address}/"),
        "ftp://files.example/x".to_owned(),
        "file:///etc/passwd".to_owned(),
        "http://".to_owned(),
    ] {
        let graph = to(location.clone()).await;
        let error = graph
            .session(quick())
            .recording_content("o", "m", "r", None)
            .await
            .unwrap_err();
        assert_eq!(
            (error.kind, error.status),
            (ErrorKind::Protocol, Some(302)),
            "{location}"
        );
        assert_eq!((graph.heads().len(), error.request_id.as_deref()), (1, Some("known")));
    }
    let graph = Raw::start(|_, _| answer("302 Found", &[], "")).await;
    let error = graph
        .session(quick())
        .recording_content("o", "m", "r", None)
        .await
        .unwrap_err();
    assert_eq!(error.kind, ErrorKind::Protocol);
    assert!(storage.heads().is_empty());
}

#[tokio::test]
async fn refusals_of_the_place_that_was_redirected_to() {
    for (status, kind, asked) in [
        ("404 Not Found", ErrorKind::NotFound, 1),
        ("410 Gone", ErrorKind::Gone, 1),
        ("400 Bad Request", ErrorKind::Protocol, 1),
        // Each attempt begins with Graph, which knows a fresh address.
        ("401 Unauthorized", ErrorKind::Unavailable, 4),
        ("403 Forbidden", ErrorKind::Unavailable, 4),
        ("503 Slow Down", ErrorKind::Unavailable, 4),
    ] {
        let storage = Raw::start(move |_, _| answer(status, &["request-id: theirs"], "<Error>secret</Error>")).await;
        let graph = to(format!("{}/file?key=secret", storage.url)).await;
        let error = graph
            .session(quick())
            .recording_content("o", "m", "r", None)
            .await
            .unwrap_err();
        assert_eq!(
            (error.kind, error.request_id.as_deref()),
            (kind, Some("known")),
            "{status}"
        );
        assert_eq!((graph.heads().len(), storage.heads().len()), (asked, asked), "{status}");
        assert!(!format!("{error} {error:?}").contains("secret"));
    }
}

#[tokio::test]
async fn an_unreachable_place_is_not_named() {
    let nobody = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = nobody.local_addr().unwrap();
    drop(nobody);
    let graph = to(format!("http://{address}/file?key=secret")).await;
    let error = graph
        .session(quick())
        .recording_content("o", "m", "r", None)
        .await
        .unwrap_err();
    assert_eq!(error.kind, ErrorKind::Unavailable);
    assert!(!format!("{error} {error:?}").contains("secret"));
}
