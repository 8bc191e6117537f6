//! Markup in every text field that takes it is read back as text, wherever the text is shown.

use reqwest::StatusCode;
use serde_json::Value;
use sqlx::PgPool;

use super::values::{MARKUP, SCRIPT, is_in};
use crate::server::Server;

/// The markup as a page has to write it.
const AS_TEXT: &str = "&lt;img src=x onerror=alert(1)&gt;";

/// Saves a form with the values that the server fills it with and these; answers what the server answers.
async fn save(server: &Server, form: Option<&str>, path: &str, values: &[(&str, &str)]) -> Value {
    let mut pairs: Vec<(String, String)> = Vec::new();
    if let Some(form) = form {
        let form: Value = server.get(form).send().await.unwrap().json().await.unwrap();
        let filled = form.get("values").unwrap_or(&form).as_object().unwrap();
        let text = |(name, value): (&String, &Value)| Some((name.clone(), value.as_str()?.to_owned()));
        pairs.extend(filled.iter().filter_map(text));
    }
    for (name, value) in values {
        pairs.retain(|(it, _)| it != name);
        pairs.push(((*name).to_owned(), (*value).to_owned()));
    }
    let pairs: Vec<(String, String)> = pairs
        .into_iter()
        .map(|(name, value)| (format!("input[{name}]"), value))
        .collect();
    let pairs: Vec<(&str, &str)> = pairs
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect();
    let answer = server.post(path, &pairs).send().await.unwrap();
    let status = answer.status();
    let text = answer.text().await.unwrap();
    assert_eq!(status, StatusCode::OK, "{path}: {text}");
    serde_json::from_str(&text).unwrap_or_default()
}

/// What stands around the markup.
fn around(html: &str) -> &str {
    let at = html
        .find("<img src=x")
        .or_else(|| html.find("<script>alert"))
        .unwrap_or_default();
    html.get(at.saturating_sub(200)..(at + 200).min(html.len()))
        .unwrap_or(html)
}

#[sqlx::test(migrations = false)]
async fn markup_is_shown_as_text_everywhere(pool: PgPool) {
    let server = Server::start(pool).await;
    server.sign_in("admin@northwind.example").await;
    let id = |answer: &Value| answer.as_str().unwrap().to_owned();
    let client = save(
        &server,
        Some("/api/clients/new-form"),
        "/api/clients/save",
        &[
            ("name", MARKUP),
            ("phone", MARKUP),
            ("street", MARKUP),
            ("postcode", MARKUP),
            ("city", MARKUP),
            ("country", MARKUP),
        ],
    )
    .await;
    let client = id(&client);
    let contact = save(
        &server,
        Some("/api/contacts/new-form"),
        "/api/contacts/save",
        &[
            ("name", MARKUP),
            ("phone", MARKUP),
            ("role", MARKUP),
            ("client", MARKUP),
        ],
    )
    .await;
    let contact = id(&contact);
    save(
        &server,
        None,
        "/api/settings/save-type",
        &[("name", MARKUP), ("icon", "mail")],
    )
    .await;
    save(&server, None, "/api/settings/save-status", &[("name", MARKUP)]).await;
    save(
        &server,
        Some("/api/account/profile"),
        "/api/account/save",
        &[("first_name", MARKUP), ("last_name", MARKUP)],
    )
    .await;
    let kind = server
        .text("SELECT type_id::text FROM interaction_types WHERE type_name LIKE '<img%'")
        .await;
    let status = server
        .text("SELECT status_id::text FROM statuses WHERE name LIKE '<img%'")
        .await;
    let notes = format!("{MARKUP}\n\n{SCRIPT}");
    let saved = save(
        &server,
        Some(&format!("/api/interactions/form?contact_id={contact}")),
        "/api/interactions/add",
        &[
            ("title", MARKUP),
            ("notes", &notes),
            ("type_id", &kind),
            ("status_id", &status),
        ],
    )
    .await;
    let interaction = saved["interaction_id"].as_str().unwrap();
    let person = server
        .text("SELECT user_id::text FROM users WHERE email = 'admin@northwind.example'")
        .await;
    let q = "%3Cimg";
    for path in [
        format!("/msp/clients?q={q}"),
        format!("/msp/clients/{client}"),
        format!("/msp/clients/{client}?do=edit"),
        format!("/msp/clients/{client}?new=interaction"),
        format!("/msp/clients/{client}?new=contact"),
        format!("/msp/clients/{client}?open={interaction}"),
        format!("/msp/contacts?q={q}"),
        format!("/msp/contacts?client={q}"),
        format!("/msp/contacts/{contact}"),
        format!("/msp/contacts/{contact}?do=edit"),
        "/msp/interactions?q=img".to_owned(),
        "/msp/interactions?q=img&new=interaction".to_owned(),
        format!("/msp/interactions/{interaction}"),
        format!("/msp/interactions/{interaction}?do=edit"),
        format!("/msp/interactions/{interaction}?do=delete"),
        "/msp/settings/interaction-types".to_owned(),
        "/msp/settings/interaction-statuses".to_owned(),
        format!("/msp/settings/roles?person={person}"),
        "/msp/profile".to_owned(),
    ] {
        let page = server.get(&path).header("accept", "text/html").send().await.unwrap();
        assert_eq!(page.status(), StatusCode::OK, "{path}");
        let html = page.text().await.unwrap();
        assert!(!is_in(&html), "{path} holds the markup as such: {}", around(&html));
        // A search for what nobody has typed before still shows what was searched for.
        assert!(
            html.contains(AS_TEXT) || html.contains("&lt;img"),
            "{path} does not show it"
        );
    }
}

#[test]
fn every_text_area_escapes_what_it_holds() {
    let mut areas = 0;
    for (path, source) in super::pages::sources() {
        let (all, escaped) = (
            // One that is drawn empty holds nothing.
            source.matches("</textarea>").count() - source.matches("></textarea>").count(),
            source.matches("{in_text_area(").count(),
        );
        assert_eq!(
            all, escaped,
            "{path}: the framework writes the text of a <textarea> as it is"
        );
        areas += all;
    }
    assert!(areas >= 2, "{areas}");
}
