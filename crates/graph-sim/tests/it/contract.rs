use graph_sim::rules;
use serde_json::json;

use crate::support::*;

#[tokio::test]
async fn what_breaks_the_contract_is_listed() {
    let world = world().await;
    world.post(&event("t-1")).await;
    let (event, meeting) = (world.sim.events().remove(0), world.sim.meetings().remove(0));
    let unencoded = world.get(&format!("/users/{USER}/events/{}", event.id)).await;
    assert_eq!(unencoded.code(), (400, "BadRequest"));
    let unknown = world.request(
        reqwest::Method::POST,
        &format!("/users/{USER}/events/{}/accept", segment(&event.id)),
    );
    assert_eq!(
        unknown.send().await.unwrap().status().as_u16(),
        400,
        "not a matter of the id"
    );
    let filter = |literal: &str| format!("/users/{USER}/onlineMeetings?$filter=JoinWebUrl%20eq%20'{literal}");
    // As it is, in part encoded but decoded by the way, and cut off by an ampersand.
    let pasted = world.get(&filter(&format!("{}'", meeting.join_web_url))).await;
    assert_eq!(pasted.code(), (400, "BadRequest"));
    let once = meeting.join_web_url.replace('?', "%3F");
    let found = world.get(&filter(&format!("{once}'"))).await;
    assert_eq!((found.status, &found.body["value"]), (200, &json!([])));
    assert_eq!(world.get(&filter("https://x&y'")).await.code(), (400, "BadRequest"));
    let broke: Vec<_> = world
        .sim
        .violations()
        .into_iter()
        .filter_map(|request| request.broke)
        .collect();
    assert_eq!(
        broke,
        [
            rules::UNENCODED_ID,
            rules::PASTED_QUERY,
            rules::UNENCODED_FILTER,
            rules::UNENCODED_FILTER
        ]
    );
    let right = once.replace('%', "%25").replace("%253F", "%3F");
    let found = world.get(&filter(&format!("{right}'"))).await;
    assert_eq!(found.body["value"].as_array().unwrap().len(), 1);
    assert_eq!(world.sim.violations().len(), 4);
}
