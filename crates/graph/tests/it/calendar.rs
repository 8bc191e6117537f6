use graph_sim::{CannedAnswer, Fault, Route};
use serde_json::{Value, json};

use crate::support::*;

async fn answered(world: &World, body: Value) -> graph::Calendar {
    world
        .sim
        .fault(Fault::new(Route::Any, CannedAnswer::body(200, body.to_string())));
    world.session.calendar(ORGANIZER).await.unwrap()
}

async fn ready() -> World {
    let world = world().await;
    world.session.user(ORGANIZER).await.unwrap();
    world
}

#[tokio::test]
async fn calendars_tell_whether_teams_is_allowed() {
    let world = ready().await;
    for (allowed, default, expected) in [
        (json!(["teamsForBusiness"]), json!("teamsForBusiness"), true),
        (
            json!(["skypeForBusiness", "TeamsForBusiness"]),
            json!("skypeForBusiness"),
            true,
        ),
        (json!(["skypeForBusiness"]), json!("unknown"), false),
        (json!([]), json!("unknown"), false),
        (json!(null), json!(null), false),
        (json!(null), json!("teamsForBusiness"), true),
        (json!(["unknownFutureValue"]), json!(null), false),
    ] {
        let body = json!({
            "@odata.context": "x", "id": "C1", "allowedOnlineMeetingProviders": allowed, "defaultOnlineMeetingProvider": default,
        });
        let calendar = answered(&world, body.clone()).await;
        assert_eq!(
            (calendar.id.as_str(), calendar.teams_allowed()),
            ("C1", expected),
            "{body}"
        );
    }
    assert!(!answered(&world, json!({ "id": "C1" })).await.teams_allowed());
    let asked = world.sim.requests().pop().unwrap();
    assert_eq!(asked.method, "GET");
    assert_eq!(
        asked.path,
        "/v1.0/users/meetings%40northwind.example/calendar?$select=id%2CallowedOnlineMeetingProviders%2CdefaultOnlineMeetingProvider"
    );
}
