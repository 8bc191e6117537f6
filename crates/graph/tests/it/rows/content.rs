use std::time::Duration;

use futures::TryStreamExt;
use graph::{ByteRange, ContentStream, ErrorKind, Extent, GraphError, GraphSession, RetryPolicy};
use graph_sim::{
    ArtifactKind as SimKind, Bearer, Content, Fault, FaultAnswer, NewArtifact, Ranges, Route, SimConfig, Transfer,
};

use super::{
    artifacts::{fresh_meeting, hour},
    *,
};
use crate::{
    raw::{Raw, answer},
    support::*,
};

/// Longer than any buffer on the way.
const LENGTH: u64 = 3_000_000;

struct Film {
    sim: Simulator,
    session: GraphSession,
    meeting: String,
    id: String,
}

async fn film(length: u64, transfer: Transfer) -> Film {
    let policy = RetryPolicy {
        content_idle_timeout: Duration::from_millis(400),
        ..quick()
    };
    let World { sim, session, .. } = world_with(SimConfig::demo(), policy).await;
    let meeting = fresh_meeting(&sim, &session).await;
    let new = NewArtifact {
        transfer,
        ..NewArtifact::new(SimKind::Recording, hour(&sim, 1), Content::Pattern(length))
    };
    let id = sim.add_artifact(&meeting, new).unwrap();
    Film {
        sim,
        session,
        meeting,
        id,
    }
}

impl Film {
    async fn content(&self, range: Option<ByteRange>) -> Result<ContentStream, GraphError> {
        self.session
            .recording_content(ORGANIZER_ID, &self.meeting, &self.id, range)
            .await
    }

    fn now(&self, transfer: Transfer) {
        assert!(
            self.sim
                .change_artifact(&self.id, |artifact| artifact.transfer = transfer)
        );
    }
}

/// How many bytes came, each of them right, and what ended them.
async fn drain(mut stream: ContentStream, first: u64) -> (u64, Option<GraphError>) {
    let mut at = first;
    loop {
        match stream.try_next().await {
            Ok(Some(chunk)) => {
                for byte in chunk {
                    assert_eq!(byte, Content::pattern_at(at), "at {at}");
                    at += 1;
                }
            }
            Ok(None) => return (at - first, None),
            Err(error) => return (at - first, Some(error)),
        }
    }
}

#[tokio::test]
async fn row_18_all_of_it_with_and_without_a_length() {
    let film = film(LENGTH, Transfer::default()).await;
    let stream = film.content(None).await.unwrap();
    assert_eq!((stream.extent, stream.length), (Extent::Whole, Some(LENGTH)));
    assert_eq!(stream.content_type.as_deref(), Some("video/mp4"));
    assert!(matches!(drain(stream, 0).await, (LENGTH, None)));
    film.now(Transfer {
        without_length: true,
        ..Transfer::default()
    });
    let stream = film.content(None).await.unwrap();
    assert_eq!(
        (stream.extent, stream.length, stream.total()),
        (Extent::Whole, None, None)
    );
    assert!(matches!(drain(stream, 0).await, (LENGTH, None)));
}

#[tokio::test]
async fn row_18_ranges_may_be_honoured_ignored_or_refused() {
    let film = film(LENGTH, Transfer::default()).await;
    for (range, first, last) in [
        (
            ByteRange::From {
                first: 1_000_000,
                last: Some(1_000_099),
            },
            1_000_000,
            1_000_099,
        ),
        (
            ByteRange::From {
                first: LENGTH - 5,
                last: None,
            },
            LENGTH - 5,
            LENGTH - 1,
        ),
        (ByteRange::Last(7), LENGTH - 7, LENGTH - 1),
    ] {
        let stream = film.content(Some(range)).await.unwrap();
        let total = Some(LENGTH);
        assert_eq!(stream.extent, Extent::Part { first, last, total });
        let (bytes, error) = drain(stream, first).await;
        assert_eq!((bytes, error.map(|error| error.kind)), (last - first + 1, None));
    }
    let beyond = Some(ByteRange::From {
        first: LENGTH,
        last: None,
    });
    let stream = film.content(beyond).await.unwrap();
    assert_eq!(stream.extent, Extent::OutOfRange { total: Some(LENGTH) });
    assert!(matches!(drain(stream, 0).await, (0, None)));

    let asked = Some(ByteRange::From {
        first: 10,
        last: Some(19),
    });
    film.now(Transfer {
        ranges: Ranges::Ignored,
        ..Transfer::default()
    });
    let stream = film.content(asked).await.unwrap();
    assert_eq!(stream.extent, Extent::Whole, "told, so that the caller can skip");
    assert!(matches!(drain(stream, 0).await, (LENGTH, None)));
    film.now(Transfer {
        ranges: Ranges::Refused,
        ..Transfer::default()
    });
    let stream = film.content(asked).await.unwrap();
    assert!(matches!(stream.extent, Extent::OutOfRange { .. }));
}

#[tokio::test]
async fn row_18_a_film_that_breaks_off_is_an_error_not_an_end() {
    for without_length in [false, true] {
        let cut = Transfer {
            cut_after: Some(1_000_000),
            without_length,
            ..Transfer::default()
        };
        let film = film(LENGTH, cut).await;
        let (bytes, error) = drain(film.content(None).await.unwrap(), 0).await;
        assert_eq!(bytes, 1_000_000);
        let error = error.expect("an error");
        assert_eq!(error.kind, ErrorKind::Unavailable, "{error}");
        // The rest can be asked for.
        film.now(Transfer::default());
        let rest = Some(ByteRange::From {
            first: bytes,
            last: None,
        });
        let (more, error) = drain(film.content(rest).await.unwrap(), bytes).await;
        assert_eq!((bytes + more, error.map(|error| error.kind)), (LENGTH, None));
    }
}

#[tokio::test]
async fn row_18_a_film_that_stalls_is_given_up_and_a_slow_one_is_not() {
    let stalled = Transfer {
        stall_after: Some(500_000),
        ..Transfer::default()
    };
    let film = film(LENGTH, stalled).await;
    let (bytes, error) = drain(film.content(None).await.unwrap(), 0).await;
    assert_eq!(
        (bytes, error.map(|error| error.kind)),
        (500_000, Some(ErrorKind::Unavailable))
    );
    // Longer in all than a stall may take, and never silent for so long.
    film.now(Transfer {
        slow: Some(LENGTH / 100),
        ..Transfer::default()
    });
    assert!(matches!(
        drain(film.content(None).await.unwrap(), 0).await,
        (LENGTH, None)
    ));
}

#[tokio::test]
async fn row_18_a_part_that_breaks_off_is_an_error_and_silence_from_the_start_too() {
    let cut = Transfer {
        cut_after: Some(1_000),
        ..Transfer::default()
    };
    let film = film(LENGTH, cut).await;
    let part = Some(ByteRange::From {
        first: 2_000_000,
        last: Some(2_009_999),
    });
    let stream = film.content(part).await.unwrap();
    assert_eq!(stream.length, Some(10_000));
    let (bytes, error) = drain(stream, 2_000_000).await;
    assert_eq!(
        (bytes, error.map(|error| error.kind)),
        (1_000, Some(ErrorKind::Unavailable))
    );
    film.now(Transfer {
        stall_after: Some(0),
        ..Transfer::default()
    });
    let (bytes, error) = drain(film.content(None).await.unwrap(), 0).await;
    assert_eq!(
        (bytes, error.map(|error| error.kind)),
        (0, Some(ErrorKind::Unavailable))
    );
    assert_eq!(
        statuses(&film.sim, Route::RecordingContent),
        [206, 200],
        "what has begun is not repeated"
    );
}

async fn redirected(to: String) -> Film {
    let transfer = Transfer {
        redirect: Some(to),
        ..Transfer::default()
    };
    film(LENGTH, transfer).await
}

#[tokio::test]
async fn row_18_a_redirect_leads_to_the_film_without_the_token() {
    let storage = Raw::start(|_, _| {
        let headers = [
            "content-type: video/mp4",
            "content-range: bytes 5-9/10",
            "content-length: 5",
        ];
        answer("206 Partial Content", &headers, "\u{5}\u{6}\u{7}\u{8}\u{9}")
    })
    .await;
    let film = redirected(format!("{}/storage/film?signature=x", storage.url)).await;
    let stream = film.content(Some(ByteRange::Last(5))).await.unwrap();
    assert_eq!(
        stream.extent,
        Extent::Part {
            first: 5,
            last: 9,
            total: Some(10)
        }
    );
    assert!(matches!(drain(stream, 5).await, (5, None)));
    assert_eq!(film.sim.requests_to(Route::RecordingContent)[0].bearer, Bearer::Valid);
    let heads = storage.heads();
    let [head] = &heads[..] else { panic!("{heads:?}") };
    assert!(head.starts_with("get /storage/film?signature=x ") && head.contains("\r\nrange: bytes=-5\r\n"));
    assert!(!head.contains("authorization") && !head.contains("bearer"), "{head}");
}

#[tokio::test]
async fn row_18_a_redirect_to_another_graph_gives_it_no_token() {
    let World { sim: other, .. } = world().await;
    let path = "/v1.0/users/x/onlineMeetings/y/recordings/z/content";
    let film = redirected(format!("{}{path}", other.graph_url())).await;
    let error = film.content(None).await.expect_err("it wants a token");
    assert_eq!(
        (error.kind, error.status),
        (ErrorKind::Unavailable, Some(401)),
        "{error}"
    );
    // Each attempt begins with our own Graph, whose next address may be better.
    assert_eq!(statuses(&film.sim, Route::RecordingContent), [302; 4]);
    let requests = other.requests();
    assert_eq!(requests.len(), 4);
    for request in requests {
        assert_eq!((request.path.as_str(), request.bearer), (path, Bearer::Absent));
        assert!(!request.headers.contains_key("authorization"));
    }
}

#[tokio::test]
async fn row_18_what_retention_deleted_is_listed_and_not_found() {
    let film = film(LENGTH, Transfer::default()).await;
    assert!(film.sim.change_artifact(&film.id, |artifact| artifact.expired = true));
    let listed = film
        .session
        .artifacts(graph::ArtifactKind::Recording, ORGANIZER_ID, &film.meeting)
        .await
        .unwrap();
    assert_eq!(listed[0].id, film.id);
    for range in [None, Some(ByteRange::Last(5))] {
        let error = film.content(range).await.expect_err("deleted");
        assert_eq!((error.kind, error.status), (ErrorKind::NotFound, Some(404)), "{error}");
    }
    assert_eq!(film.sim.requests_to(Route::RecordingContent).len(), 2, "not repeated");
}

#[tokio::test]
async fn row_18_an_outage_before_the_first_byte_is_survived() {
    let film = film(LENGTH, Transfer::default()).await;
    film.sim
        .fault(Fault::new(Route::RecordingContent, FaultAnswer::DropBefore));
    film.sim.fault(Fault::new(
        Route::RecordingContent,
        graph_sim::CannedAnswer::status(503),
    ));
    assert!(matches!(
        drain(film.content(None).await.unwrap(), 0).await,
        (LENGTH, None)
    ));
    assert_eq!(statuses(&film.sim, Route::RecordingContent), [0, 503, 200]);
}
