use base64::{Engine, prelude::BASE64_STANDARD};
use graph_sim::{SimConfig, demo::northwind};

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
    assert_eq!(known.len(), 4 + 10);
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
