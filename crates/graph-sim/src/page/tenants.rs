//! Tenants and their people, with a switch for each thing that an administrator can get wrong.

use serde_json::{Value, json};

use super::html::{Button, Text, call};
use crate::{AppConfig, UserConfig, state::State};

/// Everyone's tenants, in the order in which they were configured.
pub(super) fn ids(state: &State) -> Vec<&str> {
    let mut ids: Vec<&str> = Vec::new();
    let apps = state.apps.iter().map(|app| app.tenant_id.as_str());
    for id in apps.chain(state.users.iter().map(|user| user.tenant_id.as_str())) {
        if !ids.contains(&id) {
            ids.push(id);
        }
    }
    ids
}

pub(super) fn section(state: &State) -> String {
    let tenants: Vec<String> = ids(state).into_iter().map(|id| tenant(state, id)).collect();
    let tenants = super::html::list(&tenants, "cards", "Nobody is in here.");
    format!(
        r#"<section id="tenants" aria-labelledby="tenants-title"><h2 id="tenants-title">Tenants and people</h2>
<p class="lead">Each switch is something an administrator can get wrong. Turn it off to see what Minuted says.</p>{tenants}</section>"#
    )
}

fn tenant(state: &State, id: &str) -> String {
    let people: Vec<&UserConfig> = state.users.iter().filter(|user| user.tenant_id == id).collect();
    let domain = people
        .first()
        .and_then(|user| user.upn.split_once('@'))
        .map_or(id, |(_, domain)| domain);
    let apps: String = state
        .apps
        .iter()
        .filter(|app| app.tenant_id == id)
        .map(|app| self::app(app, domain))
        .collect();
    let people: String = people.into_iter().map(person).collect();
    format!(
        r#"<li id="tenant-{0}" class="card"><h3>{1}</h3><p class="minor"><code>{0}</code></p>{apps}{2}{people}</li>"#,
        Text(id),
        Text(domain),
        transcripts(state, id, domain),
    )
}

/// A switch of one property.
struct Switch {
    label: &'static str,
    property: &'static str,
    on: bool,
    /// What the property is when the switch is on: true, unless the property says what is wrong.
    on_is: bool,
}

impl Switch {
    fn new(label: &'static str, property: &'static str, on: bool) -> Self {
        Self {
            label,
            property,
            on,
            on_is: true,
        }
    }

    /// `wrong` is the value of a property that says what is wrong.
    fn unless(label: &'static str, property: &'static str, wrong: bool) -> Self {
        Self {
            label,
            property,
            on: !wrong,
            on_is: false,
        }
    }

    fn html(&self, path: &str, whose: &str) -> String {
        let calls = vec![call("POST", path, &json!({ self.property: self.on != self.on_is }))];
        toggle(self.label, self.on, calls, whose)
    }
}

fn toggle(label: &str, on: bool, calls: Vec<Value>, whose: &str) -> String {
    let done = format!("{label}, {whose}: {}.", if on { "off" } else { "on" });
    let switch = Button::switch(label, on, calls, done).named(format!("{label}, {whose}"));
    format!("<li>{switch}</li>")
}

fn group(title: &str, minor: &str, switches: &str) -> String {
    let (title, minor) = (Text(title), Text(minor));
    format!(r#"<h4>{title} <span class="minor">{minor}</span></h4><ul class="switches">{switches}</ul>"#)
}

fn app(app: &AppConfig, domain: &str) -> String {
    const ROLES: [(&str, &str); 4] = [
        ("User.Read.All", "May read users"),
        ("OnlineMeetings.ReadWrite.All", "May read and change meetings"),
        ("OnlineMeetingRecording.Read.All", "May read recordings"),
        ("OnlineMeetingTranscript.Read.All", "May read transcripts"),
    ];
    let path = format!("apps/{}", app.client_id);
    let secret = Switch::unless("Client secret is valid", "secret_expired", app.secret_expired).html(&path, domain);
    let roles = ROLES.map(|(role, label)| {
        let on = app.roles.iter().any(|known| known == role);
        let mut roles: Vec<&str> = app
            .roles
            .iter()
            .map(String::as_str)
            .filter(|known| *known != role)
            .collect();
        if !on {
            roles.push(role);
        }
        toggle(label, on, vec![call("POST", &path, &json!({ "roles": roles }))], domain)
    });
    group(
        "App registration",
        "consent holds for new tokens",
        &format!("{secret}{}", roles.concat()),
    )
}

fn transcripts(state: &State, id: &str, domain: &str) -> String {
    let tenant = state.tenant(id);
    let switches = [
        Switch::new(
            "Apps may fetch transcripts",
            "transcript_access",
            tenant.transcript_access,
        ),
        Switch::new(
            "Transcripts name the speakers",
            "speaker_attribution",
            tenant.speaker_attribution,
        ),
    ];
    let path = format!("tenants/{id}");
    let switches: String = switches.iter().map(|switch| switch.html(&path, domain)).collect();
    group("Teams", "settings of the tenant", &switches)
}

fn person(user: &UserConfig) -> String {
    let switches = [
        Switch::new("Account is enabled", "enabled", user.enabled),
        Switch::new("Has a mailbox", "has_mailbox", user.has_mailbox),
        Switch::new(
            "Mailbox is in the app’s scope",
            "in_calendar_scope",
            user.in_calendar_scope,
        ),
        Switch::unless(
            "No old policy denies the mailbox",
            "access_policy_denied",
            user.access_policy_denied,
        ),
        Switch::new("Teams access policy is granted", "teams_policy", user.teams_policy),
        Switch::new("Licensed for Teams", "teams_available", user.teams_available),
    ];
    let path = format!("mailboxes/{}", user.object_id);
    let on = switches.iter().filter(|switch| switch.on).count();
    let switches: String = switches
        .iter()
        .map(|switch| switch.html(&path, &user.display_name))
        .collect();
    format!(
        r#"<details id="person-{}"><summary><b>{}</b> <span class="minor">{}</span> <span class="badge">{on} of 6 on</span></summary><ul class="switches">{switches}</ul></details>"#,
        Text(&user.object_id),
        Text(&user.display_name),
        Text(&user.upn),
    )
}
