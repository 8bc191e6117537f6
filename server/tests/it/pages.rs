//! What a browser without script gets.

use reqwest::StatusCode;
use sqlx::PgPool;

use crate::server::{DISPATCHER, Server, run};

#[sqlx::test(migrations = false)]
async fn strangers_are_sent_to_the_sign_in_page(pool: PgPool) {
    let server = Server::start(pool).await;
    let answer = server.get("/msp/clients?q=acme").send().await.unwrap();
    assert_eq!(answer.status(), StatusCode::SEE_OTHER);
    assert_eq!(
        answer.headers()["location"],
        "/auth/msp/signin?next=%2Fmsp%2Fclients%3Fq%3Dacme"
    );
    let answer = server.get("/").send().await.unwrap();
    assert_eq!(answer.headers()["location"], "/msp/clients");

    let page = server
        .get("/auth/msp/signin")
        .header("accept", "text/html")
        .send()
        .await
        .unwrap();
    assert_eq!(page.status(), StatusCode::OK);
    let policy = page.headers()["content-security-policy"].to_str().unwrap().to_owned();
    let nonce = policy
        .split("'nonce-")
        .nth(1)
        .and_then(|rest| rest.split('\'').next())
        .unwrap()
        .to_owned();
    for (name, value) in [
        ("x-content-type-options", "nosniff"),
        ("x-frame-options", "DENY"),
        ("referrer-policy", "same-origin"),
    ] {
        assert_eq!(page.headers()[name], value);
    }
    let html = page.text().await.unwrap();
    assert!(html.contains("id=\"msp-email-field\"") && html.contains("id=\"msp-sign-in-button\""));
    let scripts = html.matches("<script").count();
    let with_nonce = html.matches(&format!("nonce=\"{nonce}\"")).count();
    assert!(
        scripts > 0 && with_nonce >= scripts - 1,
        "{scripts} scripts, {with_nonce} with the nonce: {html}"
    );
    assert!(!policy.contains("unsafe-inline"));
}

#[sqlx::test(migrations = false)]
async fn the_main_pages_are_there_without_script(pool: PgPool) {
    let server = Server::start(pool).await;
    let form = [
        ("input[email]", DISPATCHER),
        ("input[password]", backend::seed::PASSWORD),
        ("input[next]", "/msp/clients?q=acme"),
    ];
    let answer = server
        .post_without_script("/api/session/sign-in", "/auth/msp/signin", &form)
        .send()
        .await
        .unwrap();
    assert_eq!(
        answer.status(),
        StatusCode::FOUND,
        "a form without script is answered with a redirect"
    );
    assert_eq!(answer.headers()["location"], "/msp/clients?q=acme");
    let cookie = answer.headers()["set-cookie"].to_str().unwrap().to_owned();
    assert!(
        cookie.contains("HttpOnly") && cookie.contains("SameSite=Lax"),
        "{cookie}"
    );

    let page = |path: String| {
        let server = &server;
        async move {
            let answer = server.get(&path).header("accept", "text/html").send().await.unwrap();
            (answer.status(), answer.text().await.unwrap())
        }
    };
    let (status, html) = page("/msp/clients?q=acme".into()).await;
    assert_eq!(status, StatusCode::OK);
    assert!(html.contains("Acme Manufacturing") && !html.contains("Globex"));
    let (status, html) = page(format!("/msp/clients/{}", server.acme().await)).await;
    assert_eq!(status, StatusCode::OK);
    assert!(html.contains("Online Meeting: Backup restore test"));
    let (status, html) = page("/msp/interactions?q=backup+restore&has=join".into()).await;
    assert_eq!(status, StatusCode::OK);
    assert!(html.contains("Online Meeting: Backup restore test") && !html.contains("Quarterly service review"));
    assert!(html.contains("id=\"overall-interactions-remove-q\""));
    let (status, html) = page(format!("/msp/clients/{}?new=interaction", server.acme().await)).await;
    assert_eq!(status, StatusCode::OK);
    assert!(html.contains("id=\"quick-add-interaction-form\"") && html.contains("meetings@northwind.example"));

    for path in [
        format!("/msp/clients/{}", server.initech().await),
        "/msp/clients/nonsense".into(),
        "/msp/nowhere".into(),
    ] {
        let (status, html) = page(path.clone()).await;
        assert_eq!(status, StatusCode::NOT_FOUND, "{path}");
        assert!(!html.contains("Initech"));
    }
}

#[sqlx::test(migrations = false)]
async fn a_meeting_is_scheduled_without_script(pool: PgPool) {
    let server = Server::start(pool).await;
    server.sign_in(DISPATCHER).await;
    let form = server.meeting().await;
    let pairs: Vec<(&str, &str)> = form.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let client = format!("/msp/clients/{}", server.acme().await);
    let answer = server
        .post_without_script("/api/interactions/add", &format!("{client}?new=interaction"), &pairs)
        .send()
        .await
        .unwrap();
    assert_eq!(
        (answer.status(), answer.headers()["location"].to_str().unwrap()),
        (StatusCode::FOUND, client.as_str())
    );
    let html = server
        .get(&client)
        .header("accept", "text/html")
        .send()
        .await
        .unwrap()
        .text()
        .await
        .unwrap();
    let [event] = server.sim.events().try_into().unwrap();
    assert!(html.contains("Online Meeting: Backup review"));
    // The timeline offers the link from ten minutes before, the record's own page at once.
    let before = html.split("Online Meeting: Backup review").next().unwrap();
    let record = before
        .rsplit("href=\"")
        .next()
        .unwrap()
        .split('"')
        .next()
        .unwrap()
        .to_owned();
    let html = server
        .get(&record)
        .header("accept", "text/html")
        .send()
        .await
        .unwrap()
        .text()
        .await
        .unwrap();
    let link = event.join_url.unwrap().replace('&', "&amp;");
    assert!(html.contains(&link), "{record} links to {link}");
}

#[sqlx::test(migrations = false)]
async fn health_is_told(pool: PgPool) {
    let server = Server::start(pool).await;
    assert_eq!(server.get("/healthz").send().await.unwrap().status(), StatusCode::OK);
    assert_eq!(server.get("/readyz").send().await.unwrap().status(), StatusCode::OK);
    let pending = |output: std::process::Output| {
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8_lossy(&output.stdout).matches("pending").count()
    };
    assert_eq!(pending(server.command("migrate").arg("status").output().unwrap()), 0);
    assert_eq!(pending(server.command("migrate").arg("down").output().unwrap()), 1);
    assert_eq!(pending(server.command("migrate").arg("up").output().unwrap()), 0);
    let down = server.command("migrate").args(["down", "--to", "0"]).output().unwrap();
    assert!(down.status.success(), "{}", String::from_utf8_lossy(&down.stderr));
    assert!(String::from_utf8_lossy(&down.stdout).contains("pending"));
    let answer = server.get("/readyz").send().await.unwrap();
    assert_eq!(answer.status(), StatusCode::SERVICE_UNAVAILABLE);
    let doctor = server.command("doctor").output().unwrap();
    assert!(!doctor.status.success());
    assert!(String::from_utf8_lossy(&doctor.stderr).contains("minuted migrate up"));
}

#[sqlx::test(migrations = false)]
async fn the_doctor_looks_at_everything(pool: PgPool) {
    let server = Server::start(pool).await;
    let told = |output: &std::process::Output| {
        let out = String::from_utf8_lossy(&output.stdout).into_owned();
        out + &String::from_utf8_lossy(&output.stderr)
    };
    let sound = run(server.command("doctor")).await;
    assert!(sound.status.success(), "{}", told(&sound));
    for line in [
        "data folder  good",
        "secret key   good",
        "migrations   good",
        "secrets      good",
        "storage      good",
        "mails        note",
        "clock        good  agrees with that of the database",
        "Microsoft    good  Graph answers",
        "Northwind IT: never checked",
        "only this machine reaches it",
    ] {
        assert!(told(&sound).contains(line), "{line}: {}", told(&sound));
    }
    // Another key opens nothing; one that is too short is none.
    let mut command = server.command("doctor");
    command.env("MINUTED_SECRET_KEY", "MTIzNDU2Nzg5MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTI=");
    let other = run(command).await;
    assert!(
        !other.status.success() && told(&other).contains("encrypted with another key"),
        "{}",
        told(&other)
    );
    let mut command = server.command("doctor");
    command.env("MINUTED_SECRET_KEY", "c2hvcnQ=");
    let short = run(command).await;
    assert!(
        !short.status.success() && told(&short).contains("has 5 bytes, but must have 32"),
        "{}",
        told(&short)
    );
}

#[sqlx::test(migrations = false)]
async fn each_door_opens_its_own_pages(pool: PgPool) {
    let server = Server::start(pool).await;
    let answer = |path: &'static str| {
        let server = &server;
        async move {
            // What is no page is asked for by script.
            let accept = if path.starts_with("/api/") {
                "application/json"
            } else {
                "text/html"
            };
            let answer = server.get(path).header("accept", accept).send().await.unwrap();
            let location = answer
                .headers()
                .get("location")
                .map(|to| to.to_str().unwrap().to_owned());
            (answer.status(), location.unwrap_or_default())
        }
    };
    let to_portal = (
        StatusCode::SEE_OTHER,
        "/auth/client-portal/signin?next=%2Fclient-portal".to_owned(),
    );
    let to_staff = (
        StatusCode::SEE_OTHER,
        "/auth/msp/signin?next=%2Fmsp%2Fclients".to_owned(),
    );
    let shown = (StatusCode::OK, String::new());
    let form = [
        ("input[email]", "ada@acme.example"),
        ("input[password]", backend::seed::PASSWORD),
    ];
    let signed_in = server.post("/api/session/portal-sign-in", &form).send().await.unwrap();
    assert_eq!(signed_in.status(), StatusCode::OK);
    assert_eq!(
        (answer("/client-portal").await, answer("/msp/clients").await),
        (shown.clone(), to_staff)
    );
    for path in [
        "/api/clients/list?query=",
        "/api/session/viewer",
        "/api/account/profile",
    ] {
        assert_eq!(answer(path).await.0, StatusCode::UNAUTHORIZED, "{path}");
    }
    server.sign_in(DISPATCHER).await;
    assert_eq!(
        (answer("/msp/clients").await, answer("/client-portal").await),
        (shown, to_portal)
    );
    assert_eq!(answer("/api/portal/viewer").await.0, StatusCode::UNAUTHORIZED);
}
