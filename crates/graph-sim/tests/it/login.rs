use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use graph_sim::{
    Bearer,
    demo::{contoso, northwind},
};
use serde_json::Value;

use crate::support::*;

#[tokio::test]
async fn a_token() {
    let world = world().await;
    let got = world.token_with(northwind::TENANT_ID, &[]).await;
    assert_eq!(
        (got.status, &got.body["token_type"], &got.body["expires_in"]),
        (200, &"Bearer".into(), &3599.into())
    );
    let claims = got.body["access_token"]
        .as_str()
        .unwrap()
        .split('.')
        .nth(1)
        .unwrap()
        .to_owned();
    let claims: Value = serde_json::from_slice(&BASE64_URL_SAFE_NO_PAD.decode(claims).unwrap()).unwrap();
    assert_eq!(
        (&claims["tid"], &claims["appid"]),
        (&northwind::TENANT_ID.into(), &northwind::CLIENT_ID.into())
    );
    assert!(claims["roles"].as_array().unwrap().contains(&"User.Read.All".into()));
    assert!(
        !claims["roles"]
            .as_array()
            .unwrap()
            .contains(&"Calendars.ReadWrite".into())
    );

    let own = format!("{}/.default", world.sim.graph_url());
    assert_eq!(
        world.token_with(northwind::TENANT_ID, &[("scope", &own)]).await.status,
        200
    );
    // Nothing consented: a token without the claim.
    world.sim.change_app(northwind::CLIENT_ID, |app| app.roles.clear());
    assert_eq!(world.token_with(northwind::TENANT_ID, &[]).await.status, 200);
}

const GOOD: &str = northwind::TENANT_ID;
const UNKNOWN: &str = "99999999-9999-4999-8999-999999999999";

/// Tenant, changed fields; status, error, AADSTS number.
type Case = (
    &'static str,
    &'static [(&'static str, &'static str)],
    u16,
    &'static str,
    u64,
);

#[tokio::test]
async fn refusals() {
    let world = world().await;
    let cases: [Case; 13] = [
        (GOOD, &[("client_secret", "wrong")], 401, "invalid_client", 7_000_215),
        (GOOD, &[("client_secret", "")], 401, "invalid_client", 7_000_216),
        (GOOD, &[("client_id", UNKNOWN)], 400, "unauthorized_client", 700_016),
        (
            GOOD,
            &[("client_id", contoso::CLIENT_ID)],
            400,
            "unauthorized_client",
            700_016,
        ),
        (GOOD, &[("scope", "User.Read")], 400, "invalid_scope", 70_011),
        (
            GOOD,
            &[("scope", "https://graph.microsoft.com/.default openid")],
            400,
            "invalid_scope",
            70_011,
        ),
        (
            GOOD,
            &[("scope", "https://other.example/.default")],
            400,
            "invalid_resource",
            500_011,
        ),
        (
            GOOD,
            &[("grant_type", "password")],
            400,
            "unsupported_grant_type",
            70_003,
        ),
        (GOOD, &[("grant_type", "")], 400, "invalid_request", 900_144),
        (UNKNOWN, &[], 400, "invalid_request", 90_002),
        ("common", &[], 400, "invalid_request", 50_059),
        ("Organizations", &[], 400, "invalid_request", 50_059),
        ("no%20tenant", &[], 400, "invalid_request", 900_023),
    ];
    for (tenant, change, status, error, number) in cases {
        let Got {
            status: answered, body, ..
        } = world.token_with(tenant, change).await;
        assert_eq!(
            (answered, &body["error"], &body["error_codes"][0]),
            (status, &error.into(), &number.into()),
            "{change:?}"
        );
        assert!(
            body["error_description"]
                .as_str()
                .unwrap()
                .starts_with(&format!("AADSTS{number}: "))
        );
        assert!(
            ["timestamp", "trace_id", "correlation_id", "error_uri"]
                .iter()
                .all(|name| body[*name].is_string())
        );
    }
    world
        .sim
        .change_app(northwind::CLIENT_ID, |app| app.secret_expired = true);
    assert_eq!(world.token_with(GOOD, &[]).await.body["error_codes"][0], 7_000_222);
}

#[tokio::test]
async fn the_credentials_in_the_header() {
    let world = world().await;
    let url = format!("{}/{GOOD}/oauth2/v2.0/token", world.sim.login_url());
    let ask = async |secret: &str| {
        let form = [
            ("grant_type", "client_credentials"),
            ("scope", "https://graph.microsoft.com/.default"),
        ];
        let request = world.http.post(&url).basic_auth(northwind::CLIENT_ID, Some(secret));
        read(request.form(&form).send().await.unwrap()).await
    };
    assert_eq!(ask(northwind::CLIENT_SECRET).await.status, 200);
    assert_eq!(ask("wrong").await.body["error_codes"][0], 7_000_215);
    world
        .sim
        .change_app(northwind::CLIENT_ID, |app| app.secret = "a+b %:".into());
    assert_eq!(ask("a%2Bb+%25%3A").await.status, 200, "form-encoded first");
    assert!(
        world
            .sim
            .requests()
            .iter()
            .all(|request| request.bearer == Bearer::Absent)
    );
}

#[tokio::test]
async fn tokens_are_checked() {
    let mut world = world().await;
    let user = format!("/users/{USER}");
    assert_eq!(world.get(&user).await.status, 200);
    let bare = world
        .http
        .get(format!("{}/v1.0{user}", world.sim.graph_url()))
        .send()
        .await
        .unwrap();
    let bare = read(bare).await;
    assert_eq!(bare.code(), (401, "InvalidAuthenticationToken"));
    assert!(bare.headers.contains_key("www-authenticate"));
    world.sim.revoke_tokens();
    assert_eq!(world.get(&user).await.code(), (401, "InvalidAuthenticationToken"));
    world.sim.change_app(northwind::CLIENT_ID, |app| app.expires_in = 0);
    world.renew().await;
    assert_eq!(world.get(&user).await.code(), (401, "InvalidAuthenticationToken"));
}

#[tokio::test]
async fn users() {
    let mut world = world().await;
    let got = world
        .get("/users/MEETINGS@northwind.example?$select=id,accountEnabled")
        .await;
    assert_eq!(
        (got.status, &got.body["id"], &got.body["accountEnabled"]),
        (200, &USER.into(), &true.into())
    );
    assert!(got.body.get("displayName").is_none());
    assert!(
        world
            .get(&format!("/users/{USER}"))
            .await
            .body
            .get("accountEnabled")
            .is_none(),
        "only when selected"
    );
    assert_eq!(
        world.get(&format!("/users/{USER}?$select=nonsense")).await.code(),
        (400, "BadRequest")
    );
    assert_eq!(
        world.get("/users/nobody@northwind.example").await.code(),
        (404, "Request_ResourceNotFound")
    );
    let foreign = format!("/users/{}", contoso::ORGANIZER_OBJECT_ID);
    assert_eq!(world.get(&foreign).await.code(), (404, "Request_ResourceNotFound"));
    assert_eq!(world.get("/nothing/here").await.code(), (400, "BadRequest"));

    world.sim.change_app(northwind::CLIENT_ID, |app| app.roles.clear());
    assert_eq!(
        world.get(&format!("/users/{USER}")).await.status,
        200,
        "the old token keeps its roles"
    );
    world.renew().await;
    assert_eq!(
        world.get(&format!("/users/{USER}")).await.code(),
        (403, "Authorization_RequestDenied")
    );
}
