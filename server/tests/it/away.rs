//! A database that is not there: every answer says so in its own form, and all goes on when it is back.

use reqwest::{RequestBuilder, Response, StatusCode};
use sqlx::{AssertSqlSafe, Connection as _, Executor as _, PgConnection, PgPool, postgres::PgConnectOptions};

use crate::{
    imports::give,
    server::{DISPATCHER, Server},
};

const WORDS: &str = "Minuted cannot reach its database.";

/// Lets nobody connect any more, and ends every connection there is; or lets them again.
#[expect(
    clippy::disallowed_methods,
    reason = "a database cannot be closed from within, nor its name be a parameter"
)]
async fn set_open(pool: &PgPool, is_open: bool) {
    let options = pool.connect_options();
    let name = options.get_database().unwrap();
    let mut beside = PgConnection::connect_with(&PgConnectOptions::clone(&options).database("postgres"))
        .await
        .unwrap();
    let change = format!("ALTER DATABASE \"{name}\" ALLOW_CONNECTIONS {is_open}");
    beside.execute(AssertSqlSafe(change)).await.unwrap();
    let ended = "SELECT count(pg_terminate_backend(pid, 10000)) FROM pg_stat_activity WHERE datname = $1 AND NOT $2";
    let ended = sqlx::query(ended).bind(name).bind(is_open);
    ended.execute(&mut beside).await.unwrap();
}

async fn answer(request: RequestBuilder, accept: &str) -> Response {
    request.header("accept", accept).send().await.unwrap()
}

async fn assert_unavailable(answer: Response, what: &str) {
    assert_eq!(answer.status(), StatusCode::SERVICE_UNAVAILABLE, "{what}");
    let told: serde_json::Value = answer.json().await.unwrap();
    assert_eq!(told["code"], "unavailable", "{what}");
}

fn assert_sent_to(answer: &Response, place: &str) {
    assert!(answer.status().is_redirection(), "{}", answer.status());
    let location = answer.headers()["location"].to_str().unwrap();
    assert!(location.contains(place), "{location} is not {place}");
}

#[sqlx::test(migrations = false)]
async fn every_answer_says_so_in_its_own_form(pool: PgPool) {
    let server = Server::start(pool.clone()).await;
    server.sign_in(DISPATCHER).await;
    let form = server.meeting().await;
    let ada = server.client("ada@acme.example").await;
    set_open(&pool, false).await;

    // Pages, with the ways on that need no database.
    for path in [
        "/msp/clients",
        "/msp/interactions",
        "/msp/settings/roles",
        "/msp/profile",
    ] {
        let page = answer(server.get(path), "text/html").await;
        assert_eq!(page.status(), StatusCode::SERVICE_UNAVAILABLE, "{path}");
        let html = page.text().await.unwrap();
        for wanted in [WORDS, "id=\"page-error-retry-button\"", "id=\"brand-link\""] {
            assert!(html.contains(wanted), "{path}: {wanted}\n{html}");
        }
    }
    for path in [
        "/client-portal",
        "/client-portal/appointments",
        "/client-portal/meetings",
    ] {
        let page = answer(ada.get(format!("{}{path}", server.url)), "text/html").await;
        assert_eq!(page.status(), StatusCode::SERVICE_UNAVAILABLE, "{path}");
        let html = page.text().await.unwrap();
        assert!(
            html.contains(WORDS) && html.contains("id=\"sign-out-button\""),
            "{html}"
        );
    }
    // What scripts ask for.
    for path in [
        "/api/clients/list",
        "/api/session/viewer",
        "/api/live",
        "/api/portal/live",
        "/api/settings/audit-export",
        "/api/online-meetings/captions/00000000-0000-0000-0000-000000000000",
        "/api/online-meetings/recordings/00000000-0000-0000-0000-000000000000",
        "/api/documents/00000000-0000-0000-0000-000000000000/download",
        "/api/portal/meetings/00000000-0000-0000-0000-000000000000/calendar",
    ] {
        assert_unavailable(answer(server.get(path), "application/json").await, path).await;
    }
    assert_unavailable(server.add(&form).send().await.unwrap(), "save").await;

    // The door opens; nobody comes in, and nobody goes out half.
    let door = answer(server.get("/auth/msp/signin"), "text/html").await;
    assert_eq!(door.status(), StatusCode::OK);
    let sign_in = server.try_sign_in(DISPATCHER, backend::seed::PASSWORD).await;
    assert_unavailable(sign_in, "sign in").await;
    for path in ["/api/session/code", "/api/session/sign-out"] {
        assert_unavailable(server.post(path, &[]).send().await.unwrap(), path).await;
    }
    let out = server.post_without_script("/api/session/sign-out", "/msp/clients", &[]);
    assert_sent_to(&out.send().await.unwrap(), "/msp/clients?");

    // A form without script leads back to its page, and so does a file; one that is opened by itself has words.
    let pairs: Vec<(&str, &str)> = form.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let back = server.post_without_script("/api/interactions/add", "/msp/interactions?new=interaction", &pairs);
    assert_sent_to(&back.send().await.unwrap(), "__err=");
    let (status, to) = give(&server, "/msp/clients/import", b"name\nAway\n").await;
    assert_eq!(status, StatusCode::SEE_OTHER);
    assert!(to.starts_with("/msp/clients/import?refused=unavailable"), "{to}");
    let file = server.get("/api/documents/00000000-0000-0000-0000-000000000000/download");
    let file = answer(file, "text/html").await;
    assert_eq!(file.status(), StatusCode::SERVICE_UNAVAILABLE);
    assert!(file.text().await.unwrap().contains(WORDS));

    set_open(&pool, true).await;
    let page = answer(server.get("/msp/clients"), "text/html").await;
    assert_eq!(page.status(), StatusCode::OK);
    assert_eq!(server.add(&form).send().await.unwrap().status(), StatusCode::OK);
}
