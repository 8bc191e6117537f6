use std::collections::BTreeSet;

use chrono::TimeDelta;
use graph_sim::{Ending, demo::DIALOGUES};
use reqwest::Method;
use serde_json::{Value, json};

use crate::support::*;

async fn counts(world: &World, path: &str) -> (usize, usize) {
    let mut counts = [0, 0];
    for (count, list) in counts.iter_mut().zip(["recordings", "transcripts"]) {
        let got = world.get(&format!("{path}/{list}")).await;
        *count = got.body["value"].as_array().unwrap().len();
    }
    (counts[0], counts[1])
}

#[tokio::test]
async fn scenarios() {
    for (scenario, at_once, later) in [
        (json!("recording-first"), (1, 0), (1, 1)),
        (json!("transcript-first"), (0, 1), (1, 1)),
        (json!("recording-only"), (1, 0), (1, 0)),
        (json!("transcript-only"), (0, 1), (0, 1)),
        (json!("nothing"), (0, 0), (0, 0)),
        (json!({ "pairs": 3 }), (3, 0), (3, 3)),
        (json!("late"), (0, 0), (1, 1)),
    ] {
        let world = world().await;
        let (path, id) = world.meeting().await;
        let end = json!({ "scenario": scenario, "after_seconds": 120 });
        let got = world
            .control(Method::POST, &format!("meetings/{}/end", segment(&id)), end)
            .await;
        assert_eq!(got.status, 200, "{:?}", got.body);
        assert_eq!(got.body["artifacts"].as_array().unwrap().len(), later.0 + later.1);
        assert_eq!(counts(&world, &path).await, at_once, "{scenario}");
        world.sim.advance(TimeDelta::seconds(119));
        assert_eq!(counts(&world, &path).await, at_once, "{scenario}");
        world.sim.advance(TimeDelta::seconds(1));
        assert_eq!(counts(&world, &path).await, later, "{scenario}");
    }
}

#[tokio::test]
async fn pairs_belong_together_and_follow_each_other() {
    let world = world().await;
    let (path, id) = world.meeting().await;
    let now = world.sim.now();
    world.sim.change_meeting(&id, |meeting| {
        (meeting.start, meeting.end) = (now - TimeDelta::hours(1), now + TimeDelta::hours(1));
    });
    let ids = world.sim.end_meeting(&id, Ending::Pairs(2), TimeDelta::zero()).unwrap();
    assert_eq!(ids.len(), 4);
    let mut sessions = Vec::new();
    for list in ["recordings", "transcripts"] {
        let got = world.get(&format!("{path}/{list}")).await;
        let of_list: BTreeSet<(String, String)> = got.body["value"]
            .as_array()
            .unwrap()
            .iter()
            .map(|item| {
                let text = |name: &str| item[name].as_str().unwrap().to_owned();
                (
                    text("createdDateTime") + &text("endDateTime"),
                    text("contentCorrelationId"),
                )
            })
            .collect();
        assert_eq!(of_list.len(), 2);
        sessions.push(of_list);
    }
    assert_eq!(sessions[0], sessions[1]);
    let artifacts = world.sim.artifacts();
    assert!(artifacts[0].session.end < artifacts[2].session.start && artifacts[2].session.end < now);
    let transcript = format!("{path}/transcripts/{}/content", segment(&ids[1]));
    let text = world.get(&transcript).await.body.as_str().unwrap().to_owned();
    let said = DIALOGUES.iter().find(|dialogue| dialogue.vtt == text).unwrap();
    assert_eq!(artifacts[0].content, said.mp4.into(), "the film of the same words");
    assert!(
        world
            .sim
            .end_meeting("none", Ending::Nothing, TimeDelta::zero())
            .is_none()
    );
}

/// One online meeting for the whole series: everything is in one collection.
#[tokio::test]
async fn a_series_holds_the_artifacts_of_all_its_days() {
    let world = world().await;
    let (path, id) = world.meeting().await;
    for day in [0, 7, 14] {
        world.sim.add_recording(&id, session(day * 24 * 60), "x").unwrap();
    }
    let got = world.get(&format!("{path}/recordings")).await;
    let days: BTreeSet<&str> = got.body["value"]
        .as_array()
        .unwrap()
        .iter()
        .map(|item| &item["createdDateTime"].as_str().unwrap()[..10])
        .collect();
    assert_eq!(days, BTreeSet::from(["2024-10-04", "2024-10-11", "2024-10-18"]));
}

#[tokio::test]
async fn meetings_by_control() {
    let world = world().await;
    let (path, id) = world.meeting().await;
    let of_meeting = format!("meetings/{}", segment(&id));
    let got = world
        .control(Method::POST, &of_meeting, json!({ "deleted": true }))
        .await;
    assert_eq!((got.status, &got.body["deleted"]), (200, &true.into()));
    assert_eq!(world.get(&path).await.status, 404);
    assert_eq!(
        world.control(Method::GET, "meetings", Value::Null).await.body[0]["deleted"],
        true
    );
    assert_eq!(
        world.control(Method::POST, "meetings/none", json!({})).await.status,
        404
    );
}
