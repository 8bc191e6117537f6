use base64::{Engine, prelude::BASE64_STANDARD};
use graph_sim::{SimConfig, demo, demo::northwind};

use crate::support::*;

#[tokio::test]
async fn the_history_is_the_same_in_every_run_and_after_a_reset() {
    let ids = |world: &World| {
        let events = world.sim.events().into_iter().map(|event| event.id);
        let artifacts = world.sim.artifacts().into_iter().map(|artifact| artifact.id);
        events.chain(artifacts).collect::<Vec<_>>()
    };
    let first = world_with(SimConfig::demo_with_history()).await;
    let second = world_with(SimConfig {
        seed: 99,
        ..SimConfig::demo_with_history()
    })
    .await;
    let known = ids(&first);
    assert_eq!(known, ids(&second));
    assert_eq!(known.len(), 6 + 10);
    let mut distinct = known.clone();
    distinct.sort();
    distinct.dedup();
    assert_eq!(distinct.len(), known.len());
    for artifact in first.sim.artifacts() {
        let clear = BASE64_STANDARD.decode(&artifact.id).unwrap();
        assert!(
            !String::from_utf8(clear).unwrap().contains("00000000-0000"),
            "a guid that does not parse"
        );
    }
    first.sim.reset();
    assert_eq!(known, ids(&first));

    // The calendar shows them too, under their ids and their join links.
    let id = segment(northwind::PAST[0].event_id);
    let got = second
        .get_request(&format!("/users/{USER}/events/{id}"))
        .header("prefer", "IdType=\"ImmutableId\"");
    let got = read(got.send().await.unwrap()).await;
    assert_eq!(got.status, 200);
    assert!(
        got.body["onlineMeeting"]["joinUrl"]
            .as_str()
            .unwrap()
            .contains(northwind::PAST[0].thread)
    );
}

/// The duration in seconds that the film's header tells.
fn length(mp4: &[u8]) -> f64 {
    let at = mp4.windows(4).position(|name| name == b"mvhd").unwrap();
    let number = |from: usize| f64::from(u32::from_be_bytes(mp4[at + from..at + from + 4].try_into().unwrap()));
    number(20) / number(16)
}

#[test]
fn recordings_and_transcripts_are_as_long_as_they_say() {
    for dialogue in demo::DIALOGUES {
        let told = f64::from(u32::try_from(dialogue.seconds).unwrap());
        assert!((length(dialogue.mp4) - told).abs() < 0.5, "{told}");
        let last = dialogue.vtt.lines().rev().find_map(|line| line.split_once(" --> "));
        let (hours, rest) = last.unwrap().1.split_once(':').unwrap();
        let (minutes, seconds) = rest.split_once(':').unwrap();
        assert_eq!(hours, "00");
        let end = minutes.parse::<f64>().unwrap() * 60.0 + seconds.parse::<f64>().unwrap();
        assert!((0.5..3.0).contains(&(told - end)), "{told}, the last words at {end}");
        let index = |name: &[u8; 4]| dialogue.mp4.windows(4).position(|at| at == name).unwrap();
        assert!(index(b"moov") < index(b"mdat"), "the index is in front");
    }
}
