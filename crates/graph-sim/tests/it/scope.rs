//! Which mailboxes an app reaches, and what the calendar tells of them.

use serde_json::json;

use crate::support::*;

#[tokio::test]
async fn the_calendar() {
    let world = world().await;
    let path = format!("/users/{USER}/calendar");
    let got = world.get(&path).await;
    assert_eq!((got.status, &got.body["isDefaultCalendar"]), (200, &true.into()));
    let some = format!("{path}?$select=id,allowedOnlineMeetingProviders,defaultOnlineMeetingProvider");
    let providers = async || {
        let body = world.get(&some).await.body;
        assert!(body["id"].is_string() && body.get("name").is_none());
        (
            body["allowedOnlineMeetingProviders"].clone(),
            body["defaultOnlineMeetingProvider"].clone(),
        )
    };
    assert_eq!(
        providers().await,
        (json!(["teamsForBusiness"]), "teamsForBusiness".into())
    );
    world.sim.change_user(USER, |user| user.teams_available = false);
    assert_eq!(providers().await, (json!([]), "unknown".into()));
    assert_eq!(
        world.get(&format!("{path}?$select=colour")).await.code(),
        (400, "BadRequest")
    );

    // The canary: out of scope, unknown, without a mailbox.
    assert_eq!(
        world.get("/users/ceo@northwind.example/calendar").await.code(),
        (403, "ErrorAccessDenied")
    );
    assert_eq!(
        world.get("/users/nobody/calendar").await.code(),
        (404, "ErrorInvalidUser")
    );
    world.sim.change_user(USER, |user| user.has_mailbox = false);
    assert_eq!(world.get(&path).await.code(), (404, "MailboxNotEnabledForRESTAPI"));
}

#[tokio::test]
async fn an_unscoped_grant_reaches_every_mailbox() {
    let mut world = world().await;
    let client = graph_sim::demo::northwind::CLIENT_ID;
    world
        .sim
        .change_app(client, |app| app.roles.push("Calendars.ReadWrite".into()));
    let canary = "/users/ceo@northwind.example/calendar";
    assert_eq!(world.get(canary).await.status, 403, "the old token");
    world.renew().await;
    assert_eq!(world.get(canary).await.status, 200);
}
