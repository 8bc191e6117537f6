//! Forms that are refused where there is no script: what was typed comes back, once, to whom it belongs.

use reqwest::StatusCode;
use sqlx::PgPool;

use crate::server::{DISPATCHER, Server};

const ADMIN: &str = "admin@northwind.example";

/// Posts the form with another title and an end before its start; answers where the browser is sent.
async fn refused(server: &Server, title: &str, from: &str) -> String {
    let mut form = server.meeting().await;
    form.retain(|(name, _)| !["input[title]", "input[end]"].contains(name));
    form.push(("input[title]", title.to_owned()));
    form.push(("input[end]", "2020-01-01T10:00".to_owned()));
    let pairs: Vec<(&str, &str)> = form.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let answer = server
        .post_without_script("/api/interactions/add", from, &pairs)
        .send()
        .await
        .unwrap();
    assert_eq!(answer.status(), StatusCode::FOUND);
    let location = answer.headers()["location"].to_str().unwrap();
    location.strip_prefix(&server.url).unwrap_or(location).to_owned()
}

async fn page(server: &Server, path: &str) -> String {
    let answer = server.get(path).header("accept", "text/html").send().await.unwrap();
    answer.text().await.unwrap()
}

async fn kept(server: &Server) -> String {
    server
        .text("SELECT count(*)::text FROM web_sessions WHERE data::text LIKE '%kept-forms%'")
        .await
}

#[sqlx::test(migrations = false)]
async fn what_was_refused_comes_back_once(pool: PgPool) {
    let server = Server::start(pool).await;
    server.sign_in(DISPATCHER).await;
    let from = format!("/msp/clients/{}?q=backup&new=interaction", server.acme().await);
    let back = refused(&server, "Typed <b>& refused</b>", &from).await;
    assert!(back.contains("q=backup") && back.contains("__err="), "{back}");
    assert_eq!(kept(&server).await, "1");
    // Another page of the same browser does not take it away.
    assert!(!page(&server, &from).await.contains("refused"));
    let html = page(&server, &back).await;
    assert!(
        html.contains("value=\"Typed &lt;b&gt;&amp; refused&lt;/b&gt;\""),
        "{html}"
    );
    assert!(html.contains("The end must come after the start."));
    assert_eq!(kept(&server).await, "0", "it is gone from the session");
    assert!(!page(&server, &back).await.contains("refused&lt;"));
}

#[sqlx::test(migrations = false)]
async fn it_is_nobody_elses(pool: PgPool) {
    let server = Server::start(pool).await;
    server.sign_in(DISPATCHER).await;
    let from = format!("/msp/clients/{}?new=interaction", server.acme().await);
    let back = refused(&server, "Only mine", &from).await;
    server.sign_in(ADMIN).await;
    assert!(!page(&server, &back).await.contains("Only mine"));
}

#[sqlx::test(migrations = false)]
async fn with_script_nothing_is_kept_and_the_way_back_is_a_page_of_ours(pool: PgPool) {
    let server = Server::start(pool).await;
    server.sign_in(DISPATCHER).await;
    let mut form = server.meeting().await;
    form.retain(|(name, _)| *name != "input[title]");
    assert_eq!(
        server.add(&form).send().await.unwrap().status(),
        StatusCode::UNPROCESSABLE_ENTITY
    );
    assert_eq!(kept(&server).await, "0");

    form.retain(|(name, _)| *name != "input[create_teams_meeting]");
    form.push(("input[title]", "Saved".to_owned()));
    let client = format!("/msp/clients/{}", server.acme().await);
    let pairs: Vec<(&str, &str)> = form.iter().map(|(name, value)| (*name, value.as_str())).collect();
    for (from, back) in [
        (
            "/msp/interactions?q=a%26b&new=interaction&client=1&has=join",
            "/msp/interactions?q=a%26b&has=join",
        ),
        ("/msp/interactions?new=interaction", "/msp/interactions"),
        ("/elsewhere?new=interaction", client.as_str()),
        ("//evil.example/msp/", client.as_str()),
    ] {
        let answer = server
            .post_without_script("/api/interactions/add", from, &pairs)
            .send()
            .await
            .unwrap();
        assert_eq!(answer.headers()["location"], back, "{from}");
    }
}
