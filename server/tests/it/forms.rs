//! Server functions: who may post, and what a bad post is answered with.

use reqwest::StatusCode;
use serde_json::Value;
use sqlx::PgPool;

use crate::server::{DISPATCHER, Server, http};

#[sqlx::test(migrations = false)]
async fn only_our_own_pages_may_post(pool: PgPool) {
    let server = Server::start(pool).await;
    server.sign_in(DISPATCHER).await;
    let client = http().build().unwrap();
    let post = || {
        client
            .post(format!("{}/api/session/sign-out", server.url))
            .header("content-type", "application/x-www-form-urlencoded")
    };
    assert_eq!(post().send().await.unwrap().status(), StatusCode::FORBIDDEN);
    assert_eq!(
        post()
            .header("origin", "https://evil.example")
            .send()
            .await
            .unwrap()
            .status(),
        StatusCode::FORBIDDEN
    );
    // Scripts are told in the form that they read.
    let told: serde_json::Value = post().send().await.unwrap().json().await.unwrap();
    assert_eq!(told["code"], "unreadable");
    let page = post().header("accept", "text/html").send().await.unwrap();
    assert!(page.text().await.unwrap().contains("not come from a page of Minuted"));
    assert_eq!(
        post().header("origin", "null").send().await.unwrap().status(),
        StatusCode::FORBIDDEN
    );
    assert_ne!(
        post().header("origin", &server.url).send().await.unwrap().status(),
        StatusCode::FORBIDDEN
    );
}

#[sqlx::test(migrations = false)]
async fn errors_have_a_true_status_and_a_code(pool: PgPool) {
    let server = Server::start(pool).await;
    let acme = server.acme().await;
    let error = |answer: reqwest::Response| async move {
        let status = answer.status().as_u16();
        let text = answer.text().await.unwrap();
        let error: Value = serde_json::from_str(&text).unwrap_or_else(|_| panic!("{text}"));
        (status, error["code"].as_str().unwrap_or_default().to_owned())
    };
    let form = format!("/api/interactions/form?client_id={acme}");
    assert_eq!(
        error(server.get(&form).send().await.unwrap()).await,
        (401, "unauthenticated".to_owned())
    );
    assert_eq!(
        error(server.try_sign_in(DISPATCHER, "wrong").await).await,
        (401, "wrong-credentials".to_owned())
    );
    server.sign_in(DISPATCHER).await;
    let foreign = format!("/api/interactions/form?client_id={}", server.initech().await);
    assert_eq!(
        error(server.get(&foreign).send().await.unwrap()).await,
        (404, "not-found".to_owned())
    );

    let mut good = server.meeting().await;
    good.retain(|(name, _)| *name != "input[title]");
    let answer = server.add(&good).send().await.unwrap();
    assert_eq!(answer.status(), StatusCode::UNPROCESSABLE_ENTITY);
    let failure: Value = answer.json().await.unwrap();
    assert_eq!(failure["fields"][0]["field"], "title");
    assert_eq!(failure["fields"][0]["problem"]["kind"], "required");

    #[expect(
        clippy::disallowed_methods,
        reason = "tests change rows with statements of their own"
    )]
    sqlx::query(
        "DELETE FROM role_permissions g USING permissions p
          WHERE p.permission_id = g.permission_id AND p.resource = 'interaction' AND p.action = 'create'",
    )
    .execute(&server.pool)
    .await
    .unwrap();
    assert_eq!(
        error(server.get(&form).send().await.unwrap()).await,
        (403, "forbidden".to_owned())
    );
    assert_eq!(
        error(server.add(&good).send().await.unwrap()).await,
        (403, "forbidden".to_owned())
    );
    assert!(server.sim.events().is_empty());

    server.post("/api/session/sign-out", &[]).send().await.unwrap();
    assert_eq!(
        error(server.get(&form).send().await.unwrap()).await,
        (401, "unauthenticated".to_owned())
    );
}

#[sqlx::test(migrations = false)]
async fn text_that_is_not_utf8_is_a_field_error(pool: PgPool) {
    let server = Server::start(pool).await;
    server.sign_in(DISPATCHER).await;
    let mut form = server.meeting().await;
    form.retain(|(name, _)| *name != "input[title]");
    let mut body = url::form_urlencoded::Serializer::new(String::new())
        .extend_pairs(&form)
        .finish()
        .into_bytes();
    body.extend_from_slice(b"&input%5Btitle%5D=broken%FFname");
    let answer = server.post_raw("/api/interactions/add", body).send().await.unwrap();
    assert_eq!(answer.status(), StatusCode::UNPROCESSABLE_ENTITY);
    let failure: Value = answer.json().await.unwrap();
    assert_eq!(
        (
            failure["fields"][0]["field"].as_str(),
            failure["fields"][0]["problem"]["kind"].as_str()
        ),
        (Some("title"), Some("not-text"))
    );

    let huge = server
        .post_raw("/api/interactions/add", vec![b'x'; 300 * 1024])
        .send()
        .await
        .unwrap();
    assert_eq!(huge.status(), StatusCode::PAYLOAD_TOO_LARGE);
    let nonsense = server
        .post_raw("/api/interactions/add", b"]]]=[[[&&&".to_vec())
        .send()
        .await
        .unwrap();
    assert!(nonsense.status().is_client_error(), "{}", nonsense.status());
}

#[sqlx::test(migrations = false)]
async fn ten_posts_of_one_form_make_one_meeting(pool: PgPool) {
    let server = Server::start(pool).await;
    server.sign_in(DISPATCHER).await;
    let form = server.meeting().await;
    let posts = (0..10).map(|_| async {
        let answer = server.add(&form).send().await.unwrap();
        assert_eq!(answer.status(), StatusCode::OK);
        answer.json::<Value>().await.unwrap()
    });
    let answers = futures::future::join_all(posts).await;
    assert!(answers.windows(2).all(|pair| pair[0] == pair[1]));
    assert_eq!(server.sim.events().len(), 1);
}

#[sqlx::test(migrations = false)]
async fn a_language_is_chosen(pool: PgPool) {
    let server = Server::start(pool).await;
    let answer = server
        .post("/api/session/language", &[("language", "de")])
        .send()
        .await
        .unwrap();
    assert_eq!(answer.status(), StatusCode::OK);
    let html = server
        .get("/auth/msp/signin")
        .header("accept", "text/html")
        .send()
        .await
        .unwrap()
        .text()
        .await
        .unwrap();
    assert!(html.contains("lang=\"de\""), "{html}");
    let answer = server
        .post("/api/session/language", &[("language", "tlh")])
        .send()
        .await
        .unwrap();
    assert_eq!(answer.status(), StatusCode::BAD_REQUEST);
}
