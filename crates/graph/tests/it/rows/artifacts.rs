use graph::{Artifact, ArtifactKind, ErrorKind, GraphSession};
use graph_sim::{ArtifactKind as SimKind, ContentUrls, Ending, Missing, NewArtifact, PagingMode, Session};
use uuid::Uuid;

use super::*;
use crate::support::*;

/// A meeting of the organizer that has nothing yet.
pub async fn fresh_meeting(sim: &Simulator, session: &GraphSession) -> String {
    session.create_event(ORGANIZER, &upcoming(sim, 77)).await.unwrap();
    sim.meetings().pop().unwrap().id
}

pub async fn listed(session: &GraphSession, kind: ArtifactKind, meeting: &str) -> Vec<Artifact> {
    session.artifacts(kind, ORGANIZER_ID, meeting).await.unwrap()
}

/// The nth hour of today.
pub fn hour(sim: &Simulator, number: i64) -> Session {
    let start = sim.now().trunc_subsecs(0) - TimeDelta::hours(24 - number);
    Session {
        correlation_id: Uuid::from_u128(number.unsigned_abs().into()),
        start,
        end: start + TimeDelta::minutes(30),
    }
}

#[tokio::test]
async fn row_14_one_may_come_long_before_the_other() {
    for (ending, first, second) in [
        (
            Ending::RecordingFirst,
            ArtifactKind::Recording,
            ArtifactKind::Transcript,
        ),
        (
            Ending::TranscriptFirst,
            ArtifactKind::Transcript,
            ArtifactKind::Recording,
        ),
    ] {
        let World { sim, session, .. } = world().await;
        let meeting = fresh_meeting(&sim, &session).await;
        let ids = sim.end_meeting(&meeting, ending, TimeDelta::minutes(40)).unwrap();
        assert_eq!(ids.len(), 2);
        let early = listed(&session, first, &meeting).await;
        assert_eq!(
            (early.len(), listed(&session, second, &meeting).await.len()),
            (1, 0),
            "{ending:?}"
        );
        sim.advance(TimeDelta::minutes(41));
        let late = listed(&session, second, &meeting).await;
        assert_eq!(
            (late.len(), listed(&session, first, &meeting).await),
            (1, early.clone())
        );
        assert_eq!(late[0].pairing_key(), early[0].pairing_key(), "they belong together");
    }
}

#[tokio::test]
async fn row_14_nothing_is_an_empty_list_and_late_is_late() {
    let World { sim, session, .. } = world().await;
    let meeting = fresh_meeting(&sim, &session).await;
    sim.end_meeting(&meeting, Ending::Late, TimeDelta::hours(2)).unwrap();
    for kind in [ArtifactKind::Recording, ArtifactKind::Transcript] {
        assert_eq!(listed(&session, kind, &meeting).await, []);
    }
    sim.advance(TimeDelta::hours(3));
    for kind in [ArtifactKind::Recording, ArtifactKind::Transcript] {
        assert_eq!(listed(&session, kind, &meeting).await.len(), 1);
    }
}

#[tokio::test]
async fn row_14_several_sessions_come_in_order_and_in_pairs() {
    let World { sim, session, .. } = world().await;
    let meeting = fresh_meeting(&sim, &session).await;
    sim.end_meeting(&meeting, Ending::Pairs(3), TimeDelta::zero()).unwrap();
    // Somebody else had recorded without a transcript before.
    sim.add_recording(&meeting, hour(&sim, 1), "earlier").unwrap();
    let recordings = listed(&session, ArtifactKind::Recording, &meeting).await;
    let transcripts = listed(&session, ArtifactKind::Transcript, &meeting).await;
    assert_eq!((recordings.len(), transcripts.len()), (4, 3));
    assert!(recordings.is_sorted_by_key(|recording| recording.started));
    let pairs = recordings[1..].iter().zip(&transcripts);
    assert!(
        pairs
            .clone()
            .all(|(recording, transcript)| recording.pairing_key() == transcript.pairing_key())
    );
    assert!(
        pairs
            .clone()
            .all(|(recording, transcript)| recording.started == transcript.started)
    );
}

#[tokio::test]
async fn row_14_the_occurrences_of_a_series_are_told_apart_by_their_times() {
    let World { sim, session, .. } = world().await;
    let series = fresh_meeting(&sim, &session).await;
    let weekly = |week: i64| Session {
        start: hour(&sim, 10).start - TimeDelta::weeks(week),
        end: hour(&sim, 10).end - TimeDelta::weeks(week),
        correlation_id: Uuid::from_u128(week.unsigned_abs().into()),
    };
    let occurrences = [1, 2, 3].map(weekly);
    for occurrence in occurrences {
        sim.add_transcript(&series, occurrence, "WEBVTT\n").unwrap();
        sim.add_recording(&series, occurrence, "film").unwrap();
    }
    for kind in [ArtifactKind::Recording, ArtifactKind::Transcript] {
        let all = listed(&session, kind, &series).await;
        assert!(all.iter().all(|one| one.meeting_id.as_ref() == Some(&series)));
        let spans: Vec<_> = all.iter().map(|one| (one.started, one.ended)).collect();
        let earliest_first = occurrences.iter().rev();
        let expected: Vec<_> = earliest_first.map(|one| (Some(one.start), Some(one.end))).collect();
        assert_eq!(spans, expected, "{kind}: one collection holds all of them");

        let [.., second, _] = &all[..] else { panic!("three") };
        let week = (occurrences[1].start, occurrences[1].start + TimeDelta::days(1));
        let of_week = session.all_artifacts(kind, ORGANIZER_ID, week).await.unwrap();
        assert_eq!(of_week, std::slice::from_ref(second));
    }
}

#[tokio::test]
async fn row_14_what_microsoft_leaves_out_is_not_there() {
    let World { sim, session, .. } = world().await;
    let meeting = fresh_meeting(&sim, &session).await;
    sim.change_teams(|teams| {
        teams.odd_ids = true;
        teams.unknown_members = true;
    });
    let bare = NewArtifact {
        missing: vec![Missing::End, Missing::CallId, Missing::Correlation],
        ..NewArtifact::new(SimKind::Recording, hour(&sim, 3), "film".to_owned())
    };
    let id = sim.add_artifact(&meeting, bare).unwrap();
    assert!(id.contains(['+', '/']) && id.ends_with('='), "{id}");
    let recordings = listed(&session, ArtifactKind::Recording, &meeting).await;
    let [recording] = &recordings[..] else { panic!("one") };
    assert_eq!((&recording.id, recording.started), (&id, Some(hour(&sim, 3).start)));
    assert_eq!(
        (recording.ended, &recording.call_id, recording.pairing_key()),
        (None, &None, None)
    );
    let one = session
        .artifact(ArtifactKind::Recording, ORGANIZER_ID, &meeting, &id)
        .await
        .unwrap();
    assert_eq!(&one, recording, "its id is encoded");

    let correlation = hour(&sim, 4).correlation_id.to_string();
    for missing in [vec![], vec![Missing::CorrelationSuffix]] {
        let new = NewArtifact {
            missing,
            ..NewArtifact::new(SimKind::Transcript, hour(&sim, 4), "WEBVTT".to_owned())
        };
        sim.add_artifact(&meeting, new).unwrap();
    }
    let transcripts = listed(&session, ArtifactKind::Transcript, &meeting).await;
    let keys: Vec<_> = transcripts.iter().filter_map(Artifact::pairing_key).collect();
    assert_eq!(keys, [correlation.clone(), correlation], "with and without the suffix");
    assert_ne!(
        transcripts[0].content_correlation_id,
        transcripts[1].content_correlation_id
    );
}

#[tokio::test]
async fn row_14_content_addresses_are_never_followed() {
    let World { sim, session, .. } = world().await;
    let meeting = fresh_meeting(&sim, &session).await;
    let id = sim.add_recording(&meeting, hour(&sim, 1), "film").unwrap();
    for urls in [ContentUrls::Relative, ContentUrls::Malformed, ContentUrls::MediaService] {
        sim.change_teams(|teams| teams.content_urls = urls);
        let recordings = listed(&session, ArtifactKind::Recording, &meeting).await;
        assert_eq!(recordings[0].id, id);
        session
            .recording_content(ORGANIZER_ID, &meeting, &id, None)
            .await
            .unwrap();
    }
}

/// Each call that reads a list of recordings or transcripts to its end.
async fn each_list(session: &GraphSession, sim: &Simulator, meeting: &str) -> Vec<Result<Vec<Artifact>, ErrorKind>> {
    let span = (sim.now() - TimeDelta::days(2), sim.now());
    let mut lists = Vec::new();
    for kind in [ArtifactKind::Recording, ArtifactKind::Transcript] {
        lists.push(session.artifacts(kind, ORGANIZER_ID, meeting).await);
        lists.push(session.all_artifacts(kind, ORGANIZER_ID, span).await);
        let changes = session.artifact_changes(kind, ORGANIZER_ID, None).await;
        lists.push(changes.map(|changes| changes.artifacts));
    }
    lists.into_iter().map(|list| list.map_err(|error| error.kind)).collect()
}

/// Seven recordings and seven transcripts, on pages of three; their ids, the earliest first.
async fn paged() -> (World, String, [Vec<String>; 2]) {
    let world = world().await;
    let meeting = fresh_meeting(&world.sim, &world.session).await;
    let mut made = [Vec::new(), Vec::new()];
    for number in 0..7 {
        let session = hour(&world.sim, number);
        made[0].push(world.sim.add_recording(&meeting, session, "film").unwrap());
        made[1].push(world.sim.add_transcript(&meeting, session, "WEBVTT\n").unwrap());
    }
    world.sim.change_teams(|teams| teams.page_size = 3);
    (world, meeting, made)
}

#[tokio::test]
async fn row_15_pages_are_followed_to_the_end() {
    let (World { sim, session, .. }, meeting, made) = paged().await;
    for paging in [PagingMode::Regular, PagingMode::EmptyFirst(2), PagingMode::RepeatedIds] {
        sim.change_teams(|teams| teams.paging = paging.clone());
        let lists = each_list(&session, &sim, &meeting).await;
        for (at, list) in lists.into_iter().enumerate() {
            let ids: Vec<String> = list.unwrap().into_iter().map(|one| one.id).collect();
            assert_eq!(
                ids,
                made[at / 3],
                "{paging:?}, list {at}: each once, the earliest first"
            );
        }
    }
    assert_eq!(broken(&sim), [""; 0]);
}

#[tokio::test]
async fn row_15_pages_without_end_are_given_up() {
    let (World { sim, session, .. }, meeting, _) = paged().await;
    for paging in [PagingMode::EndlessEmpty, PagingMode::RepeatedLink] {
        sim.change_teams(|teams| teams.paging = paging.clone());
        let before = sim.requests().len();
        let lists = each_list(&session, &sim, &meeting).await;
        assert_eq!(lists, vec![Err(ErrorKind::Protocol); 6], "{paging:?}");
        assert!(sim.requests().len() - before <= 5 * lists.len(), "{paging:?}");
    }
}

#[tokio::test]
async fn row_15_a_page_on_another_host_is_refused_and_the_token_stays_here() {
    let (World { sim, session, .. }, meeting, _) = paged().await;
    let other = Simulator::start(graph_sim::SimConfig::demo()).await.unwrap();
    sim.change_teams(|teams| teams.paging = PagingMode::ForeignHost(other.graph_url()));
    let lists = each_list(&session, &sim, &meeting).await;
    assert_eq!(lists, vec![Err(ErrorKind::Protocol); 6]);
    assert!(other.requests().is_empty(), "{:?}", other.requests());
}
