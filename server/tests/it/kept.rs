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

/// A form: the page it stands on, what takes it, what is typed, and what of that the page shows again.
struct Typed {
    page: String,
    path: &'static str,
    form: Vec<(&'static str, String)>,
    shown: Vec<String>,
}

fn typed(page: &str, path: &'static str, form: &[(&'static str, &str)], shown: &[&str]) -> Typed {
    Typed {
        page: page.to_owned(),
        path,
        form: form.iter().map(|(name, value)| (*name, (*value).to_owned())).collect(),
        shown: shown.iter().map(|text| (*text).to_owned()).collect(),
    }
}

async fn submit(server: &Server, form: &Typed) -> String {
    let pairs: Vec<(&str, &str)> = form.form.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let answer = server
        .post_without_script(form.path, &form.page, &pairs)
        .send()
        .await
        .unwrap();
    assert_eq!(answer.status(), StatusCode::FOUND, "{}", form.page);
    let location = answer.headers()["location"].to_str().unwrap();
    assert!(location.contains("__err="), "{}: {location}", form.page);
    location.strip_prefix(&server.url).unwrap_or(location).to_owned()
}

#[sqlx::test(migrations = false)]
async fn every_form_with_text_comes_back_as_it_was_typed(pool: PgPool) {
    let server = Server::start(pool).await;
    server.sign_in(ADMIN).await;
    let acme = server.acme().await;
    let ada = server
        .text("SELECT contact_name_id::text FROM contacts WHERE email = 'ada@acme.example'")
        .await;
    let kind = server
        .text("SELECT type_id::text FROM interaction_types JOIN tenants USING (tenant) WHERE client_name = 'Northwind IT' AND type_name = 'Call'")
        .await;
    let status = server
        .text("SELECT status_id::text FROM statuses JOIN tenants USING (tenant) WHERE client_name = 'Northwind IT' AND name = 'Planned'")
        .await;
    let saved: serde_json::Value = server
        .add(&server.meeting().await)
        .send()
        .await
        .unwrap()
        .json()
        .await
        .unwrap();
    let meeting = saved["interaction_id"].as_str().unwrap();
    let version = |path: String| {
        let server = &server;
        async move {
            let form: serde_json::Value = server.get(&path).send().await.unwrap().json().await.unwrap();
            form["values"]["version"].as_str().unwrap().to_owned()
        }
    };
    let client_version = version(format!("/api/clients/edit-form?client_id={acme}")).await;
    let contact_version = version(format!("/api/contacts/edit-form?contact_id={ada}")).await;
    let (key, long) = (
        "0b2f4e5c-8a13-4b52-9c1d-3a4f5e6d7c8b",
        "Typed ".to_owned() + &"<b>".repeat(400),
    );
    let long_as_text = "Typed &lt;b&gt;&lt;b&gt;";
    // In a text area only what could end it is written otherwise.
    let long_in_area = "Typed &lt;b>&lt;b>";
    let bold = "value=\"Typed &lt;b&gt;\"";
    let (client, contact) = (format!("/msp/clients/{acme}"), format!("/msp/contacts/{ada}"));
    let record = format!("/msp/interactions/{meeting}");
    for form in [
        typed(
            "/msp/clients?new=client&q=acme",
            "/api/clients/save",
            &[
                ("input[client_id]", key),
                ("input[name]", "Typed <b>"),
                ("input[url]", "no address"),
                ("input[city]", "Typed city"),
                ("input[active]", "on"),
            ],
            &[bold, "value=\"no address\"", "value=\"Typed city\"", key],
        ),
        typed(
            &format!("{client}?do=edit"),
            "/api/clients/save",
            &[
                ("input[client_id]", &acme),
                ("input[version]", &client_version),
                ("input[name]", "Typed <b>"),
                ("input[zone]", "Mars/Olympus"),
            ],
            &[bold, "value=\"Mars/Olympus\"", &client_version],
        ),
        // Somebody else was faster: saved again it is saved over theirs.
        typed(
            &format!("{client}?do=edit"),
            "/api/clients/save",
            &[
                ("input[client_id]", &acme),
                ("input[version]", "1"),
                ("input[name]", "Typed <b>"),
            ],
            &[bold, &client_version],
        ),
        typed(
            &format!("{client}?new=contact"),
            "/api/contacts/save",
            &[
                ("input[contact_id]", key),
                ("input[name]", "Typed <b>"),
                ("input[client]", "Nobody at all"),
                // What the database cannot hold keeps nothing else from coming back.
                ("input[phone]", "1\0 2"),
                ("input[role]", "Typed role"),
            ],
            &[bold, "value=\"Nobody at all\"", "value=\"Typed role\""],
        ),
        typed(
            &format!("{contact}?do=edit"),
            "/api/contacts/save",
            &[
                ("input[contact_id]", &ada),
                ("input[version]", &contact_version),
                ("input[name]", "Typed <b>"),
                ("input[email]", "no address"),
            ],
            &[bold, "value=\"no address\""],
        ),
        typed(
            "/msp/settings/interaction-types?new=type",
            "/api/settings/save-type",
            &[("input[name]", &long), ("input[icon]", "wrench")],
            &[long_as_text, "value=\"wrench\" checked"],
        ),
        typed(
            &format!("/msp/settings/interaction-types?edit={kind}"),
            "/api/settings/save-type",
            &[
                ("input[type_id]", &kind),
                ("input[name]", &long),
                ("input[icon]", "wrench"),
            ],
            &[long_as_text, "value=\"wrench\" checked"],
        ),
        typed(
            &format!("/msp/settings/interaction-statuses?edit={status}"),
            "/api/settings/save-status",
            &[("input[status_id]", &status), ("input[name]", &long)],
            &[long_as_text],
        ),
        typed(
            &format!("{record}?do=cancel"),
            "/api/meetings/cancel",
            &[("interaction_id", meeting), ("message", &long)],
            &[long_in_area],
        ),
        typed(
            &format!("{record}?do=delete"),
            "/api/interactions/delete",
            &[("interaction_id", meeting), ("message", &long)],
            &[long_in_area],
        ),
        typed(
            "/msp/profile",
            "/api/account/save",
            &[
                ("input[first_name]", "Typed <b>"),
                ("input[last_name]", "Typed last"),
                ("input[language]", "de"),
                ("input[zone]", "Mars/Olympus"),
            ],
            &[bold, "value=\"Typed last\"", "value=\"Mars/Olympus\""],
        ),
    ] {
        let back = submit(&server, &form).await;
        // Another page of the same browser does not take it away.
        assert!(!page(&server, &form.page).await.contains("Typed"), "{}", form.page);
        let html = page(&server, &back).await;
        for shown in &form.shown {
            assert!(html.contains(shown), "{} does not show {shown}:\n{html}", form.page);
        }
        assert!(
            !page(&server, &back).await.contains("Typed"),
            "{} shows it twice",
            form.page
        );
        assert_eq!(kept(&server).await, "0");
    }
    assert!(server.sim.events().len() == 1, "nothing was cancelled");
}

#[sqlx::test(migrations = false)]
async fn a_message_comes_back_at_its_own_meeting_only(pool: PgPool) {
    let server = Server::start(pool).await;
    server.sign_in(ADMIN).await;
    let mut meetings = Vec::new();
    for _ in 0..2 {
        let answer = server.add(&server.meeting().await).send().await.unwrap();
        let saved: serde_json::Value = answer.json().await.unwrap();
        meetings.push(saved["interaction_id"].as_str().unwrap().to_owned());
    }
    let long = "Typed ".repeat(200);
    let form = typed(
        &format!("/msp/interactions/{}?do=cancel", meetings[0]),
        "/api/meetings/cancel",
        &[("interaction_id", &meetings[0]), ("message", &long)],
        &[],
    );
    let back = submit(&server, &form).await;
    let other = back.replace(&meetings[0], &meetings[1]);
    assert!(!page(&server, &other).await.contains("Typed"));
}
