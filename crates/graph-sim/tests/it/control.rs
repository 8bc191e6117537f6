use std::{
    io::{BufRead, BufReader},
    process::{Command, Stdio},
};

use chrono::TimeDelta;
use graph_sim::{Bearer, CannedAnswer, Fault, Route};
use reqwest::Method;
use serde_json::{Value, json};

use crate::support::*;

async fn fault(world: &World, fault: Value) {
    assert_eq!(
        world.control(Method::POST, "faults", fault.clone()).await.status,
        204,
        "{fault}"
    );
}

#[tokio::test]
async fn faults() {
    let world = world().await;
    let user = format!("/users/{USER}");
    fault(
        &world,
        json!({ "route": "users", "skip": 1, "times": 2, "answer": { "status": 503, "retry_after": 7 } }),
    )
    .await;
    assert_eq!(
        world.control(Method::GET, "faults", Value::Null).await.body[0]["skip"],
        1
    );
    assert_eq!(world.get(&user).await.status, 200);
    let got = world.get(&user).await;
    assert_eq!(
        (got.code(), &got.headers["retry-after"]),
        ((503, "ServiceUnavailable"), &"7".parse().unwrap())
    );
    assert_eq!(world.get(&user).await.status, 503);
    world.sim.advance(TimeDelta::seconds(7));
    assert_eq!(world.get(&user).await.status, 200);

    fault(&world, json!({ "route": "any", "answer": { "status": 502, "body_raw": "<html>", "headers": { "content-type": "text/html" } } })).await;
    let got = world.get(&user).await;
    assert_eq!(
        (got.status, &got.body, &got.headers["content-type"]),
        (502, &"<html>".into(), &"text/html".parse().unwrap())
    );

    fault(&world, json!({ "route": "any", "answer": { "delay_ms": 1 } })).await;
    assert_eq!(world.get(&user).await.status, 200);

    fault(&world, json!({ "route": "users", "answer": "drop-before" })).await;
    assert_eq!(world.control(Method::DELETE, "faults", Value::Null).await.status, 204);
    assert_eq!(world.get(&user).await.status, 200);

    for bad in [
        json!({ "route": "nothing", "answer": "drop-before" }),
        json!({ "route": "any", "answer": "explode" }),
        json!(7),
    ] {
        assert_eq!(
            world.control(Method::POST, "faults", bad).await.code(),
            (400, "BadRequest")
        );
    }
    assert_eq!(world.control(Method::GET, "nothing", Value::Null).await.status, 404);
}

#[tokio::test]
async fn broken_connections() {
    let world = world().await;
    for (answer, events) in [("drop-before", 0), ("drop-after", 1)] {
        fault(&world, json!({ "route": "create-event", "answer": answer })).await;
        let error = world.post_request(&event("t-1")).send().await.unwrap_err();
        assert!(
            error.is_request() && !error.is_connect() && !error.is_timeout(),
            "{error:?}"
        );
        assert_eq!(world.sim.events().len(), events, "{answer}");
        assert_eq!(world.sim.requests().last().unwrap().status, None);
    }
    fault(
        &world,
        json!({ "route": "create-event", "answer": { "status-after-commit": 504 } }),
    )
    .await;
    assert_eq!(world.post(&event("t-2")).await.code(), (504, "GatewayTimeout"));
    assert_eq!(world.sim.events().len(), 2);
}

#[tokio::test]
async fn the_log() {
    let world = world().await;
    world.post(&event("t-1")).await;
    let bare = world
        .http
        .get(format!("{}/v1.0/users/a%2Fb?$select=id", world.sim.graph_url()));
    bare.bearer_auth("guessed").send().await.unwrap();
    let log = world.control(Method::GET, "requests", Value::Null).await.body;
    let requests = log["requests"].as_array().unwrap();
    let routes: Vec<&str> = requests
        .iter()
        .map(|request| request["route"].as_str().unwrap())
        .collect();
    assert_eq!(routes, ["token", "create-event", "users"]);
    assert_eq!(requests[0]["body"]["client_secret"], "***");
    assert_eq!(
        (&requests[1]["body"]["subject"], &requests[1]["bearer"]),
        (&"Review".into(), &"valid".into())
    );
    assert_eq!(
        (&requests[2]["path"], &requests[2]["status"]),
        (&"/v1.0/users/a%2Fb?$select=id".into(), &401.into())
    );
    assert!(
        requests
            .iter()
            .all(|request| request["headers"].get("authorization").is_none())
    );
    assert_eq!(log["high_water"][USER], 1);
    let own = world.sim.requests();
    assert_eq!(
        (own[0].bearer, own[2].bearer, own[2].order),
        (Bearer::Absent, Bearer::Invalid, 3)
    );

    world.control(Method::DELETE, "requests", Value::Null).await;
    assert!(world.sim.requests().is_empty());
}

#[tokio::test]
async fn the_fifth_request_at_once_is_refused() {
    let world = world().await;
    world
        .sim
        .fault(Fault::new(Route::CreateEvent, CannedAnswer::delay(500)).times(5));
    let calls: Vec<_> = (0..5)
        .map(|number| tokio::spawn(world.post_request(&event(&number.to_string())).send()))
        .collect();
    let mut statuses = Vec::new();
    for call in calls {
        statuses.push(call.await.unwrap().unwrap().status().as_u16());
    }
    statuses.sort_unstable();
    assert_eq!(statuses, [201, 201, 201, 201, 429]);
    assert_eq!(world.sim.high_water(USER), 5);
}

#[tokio::test]
async fn changes_and_reset() {
    let world = world().await;
    let user = format!("mailboxes/{USER}");
    let got = world
        .control(Method::POST, &user, json!({ "teams_policy": false }))
        .await;
    assert_eq!(
        (got.status, &got.body["teams_policy"], &got.body["has_mailbox"]),
        (200, &false.into(), &true.into())
    );
    assert_eq!(
        world
            .control(Method::POST, &user, json!({ "colour": "blue" }))
            .await
            .status,
        400
    );
    assert_eq!(
        world.control(Method::POST, "mailboxes/none", json!({})).await.status,
        404
    );
    let app = format!("apps/{}", graph_sim::demo::northwind::CLIENT_ID);
    assert_eq!(
        world
            .control(Method::POST, &app, json!({ "secret": "new" }))
            .await
            .status,
        200
    );
    assert_eq!(
        world
            .token_with(graph_sim::demo::northwind::TENANT_ID, &[])
            .await
            .status,
        401
    );
    for (path, mode) in [
        ("join-url", json!("never")),
        ("join-url", json!({ "after-gets": 2 })),
        ("transaction-mode", json!("B")),
    ] {
        assert_eq!(
            world.control(Method::POST, path, json!({ "mode": mode })).await.status,
            204
        );
    }
    assert_eq!(
        world
            .control(Method::POST, "transaction-mode", json!({ "mode": "D" }))
            .await
            .status,
        400
    );
    assert_eq!(world.post(&event("t-1")).await.body["onlineMeeting"], Value::Null);
    assert_eq!(world.post(&event("t-1")).await.status, 409);
    let events = world.control(Method::GET, "events", Value::Null).await.body;
    assert_eq!(
        (&events[0]["deleted"], &events[0]["mails"][0]["kind"]),
        (&false.into(), &"invitation".into())
    );

    assert_eq!(
        world.control(Method::POST, "tokens/revoke", Value::Null).await.status,
        204
    );
    assert_eq!(world.post(&event("t-1")).await.status, 401);
    assert_eq!(world.control(Method::POST, "reset", Value::Null).await.status, 204);
    assert!(world.sim.events().is_empty() && world.sim.requests().is_empty());
    assert_eq!(
        world
            .token_with(graph_sim::demo::northwind::TENANT_ID, &[])
            .await
            .status,
        200
    );
}

#[tokio::test]
async fn it_stops_when_dropped() {
    let World { sim, http, .. } = world().await;
    let url = format!("{}/_sim/health", sim.graph_url());
    assert_eq!(
        read(http.get(&url).send().await.unwrap()).await.body,
        json!({ "ready": true })
    );
    drop(sim);
    // The task ends when the runtime comes to it.
    let gone = async {
        while http.get(&url).send().await.is_ok() {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(std::time::Duration::from_secs(5), gone)
        .await
        .unwrap();
}

#[tokio::test]
async fn the_program() {
    let mut program = Command::new(env!("CARGO_BIN_EXE_graph-sim"))
        .args(["--listen", "127.0.0.1:0", "--demo"])
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut line = String::new();
    BufReader::new(program.stdout.take().unwrap())
        .read_line(&mut line)
        .unwrap();
    let base = line
        .split("graph=")
        .nth(1)
        .unwrap()
        .split(' ')
        .next()
        .unwrap()
        .to_owned();
    let answer = http().get(format!("{base}/_sim/health")).send().await;
    program.kill().unwrap();
    program.wait().unwrap();
    assert!(line.starts_with("graph-sim ready graph=http://127.0.0.1:"), "{line}");
    assert_eq!(answer.unwrap().status().as_u16(), 200);
}
