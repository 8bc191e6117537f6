use chrono::{DateTime, TimeDelta, Utc};
use graph_sim::{Session, SimConfig, Simulator, demo::northwind};
use reqwest::{Client, RequestBuilder, Response};
use serde_json::{Value, json};

use crate::webhook::Webhook;

pub const USER: &str = northwind::ORGANIZER_OBJECT_ID;

pub struct World {
    pub sim: Simulator,
    pub http: Client,
    pub token: String,
}

pub struct Got {
    pub status: u16,
    pub body: Value,
    pub headers: reqwest::header::HeaderMap,
}

impl Got {
    pub fn code(&self) -> (u16, &str) {
        (self.status, self.body["error"]["code"].as_str().unwrap_or_default())
    }
}

pub fn http() -> Client {
    let _ = rustls::crypto::ring::default_provider().install_default();
    Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .build()
        .unwrap()
}

pub async fn world() -> World {
    world_with(SimConfig::demo()).await
}

pub async fn world_with(config: SimConfig) -> World {
    let sim = Simulator::start(config).await.unwrap();
    let mut world = World {
        sim,
        http: http(),
        token: String::new(),
    };
    world.renew().await;
    world
}

pub async fn read(response: Response) -> Got {
    let (status, headers) = (response.status().as_u16(), response.headers().clone());
    let text = response.text().await.unwrap();
    Got {
        status,
        headers,
        body: serde_json::from_str(&text).unwrap_or(Value::String(text)),
    }
}

impl World {
    pub async fn token_with(&self, tenant: &str, change: &[(&str, &str)]) -> Got {
        let mut form = vec![
            ("grant_type", "client_credentials"),
            ("client_id", northwind::CLIENT_ID),
            ("client_secret", northwind::CLIENT_SECRET),
            ("scope", "https://graph.microsoft.com/.default"),
        ];
        for (name, value) in change {
            form.retain(|(known, _)| known != name);
            form.push((name, value));
        }
        let url = format!("{}/{tenant}/oauth2/v2.0/token", self.sim.login_url());
        read(self.http.post(url).form(&form).send().await.unwrap()).await
    }

    pub async fn renew(&mut self) {
        let got = self.token_with(northwind::TENANT_ID, &[]).await;
        got.body["access_token"].as_str().unwrap().clone_into(&mut self.token);
    }

    fn with_token(&self, request: RequestBuilder) -> RequestBuilder {
        request.bearer_auth(&self.token)
    }

    pub fn get_request(&self, path: &str) -> RequestBuilder {
        self.with_token(self.http.get(format!("{}/v1.0{path}", self.sim.graph_url())))
    }

    pub async fn get(&self, path: &str) -> Got {
        read(self.get_request(path).send().await.unwrap()).await
    }

    pub fn post_request(&self, event: &Value) -> RequestBuilder {
        self.with_token(
            self.http
                .post(format!("{}/v1.0/users/{USER}/events", self.sim.graph_url())),
        )
        .json(event)
    }

    pub async fn post(&self, event: &Value) -> Got {
        read(self.post_request(event).send().await.unwrap()).await
    }

    pub fn request(&self, method: reqwest::Method, path: &str) -> RequestBuilder {
        let url = format!("{}/v1.0{path}", self.sim.graph_url());
        self.with_token(self.http.request(method, url))
    }

    pub async fn patch(&self, path: &str, change: &Value) -> Got {
        let request = self.request(reqwest::Method::PATCH, path).json(change);
        read(request.send().await.unwrap()).await
    }

    pub async fn delete(&self, path: &str) -> Got {
        let request = self.http.delete(format!("{}/v1.0{path}", self.sim.graph_url()));
        read(self.with_token(request).send().await.unwrap()).await
    }

    pub async fn send(&self, method: reqwest::Method, path: &str, body: &Value) -> Got {
        let request = self
            .http
            .request(method, format!("{}/v1.0{path}", self.sim.graph_url()));
        read(self.with_token(request).json(body).send().await.unwrap()).await
    }

    /// Makes a meeting and says its path and its id.
    pub async fn meeting(&self) -> (String, String) {
        let got = self.post(&event(&self.sim.events().len().to_string())).await;
        assert_eq!(got.status, 201);
        let id = self.sim.events().pop().unwrap().online_meeting_id.unwrap();
        (format!("/users/{USER}/onlineMeetings/{}", segment(&id)), id)
    }

    /// Subscribes and says the id. The resource is short for what follows `onlineMeetings/`, of the organizer.
    pub async fn subscribe(&self, hook: &Webhook, all: &str, change: Value) -> String {
        let mut body = json!({
            "changeType": "created", "notificationUrl": hook.url, "lifecycleNotificationUrl": format!("{}/lifecycle", hook.url),
            "resource": format!("users/{USER}/onlineMeetings/{all}"), "clientState": "a secret",
            "expirationDateTime": self.sim.now() + TimeDelta::minutes(4260),
        });
        for (name, value) in change.as_object().unwrap() {
            body[name] = value.clone();
        }
        let got = self.send(reqwest::Method::POST, "/subscriptions", &body).await;
        assert_eq!(got.status, 201, "{}", got.body);
        got.body["id"].as_str().unwrap().to_owned()
    }

    pub async fn control(&self, method: reqwest::Method, path: &str, body: Value) -> Got {
        let request = self
            .http
            .request(method, format!("{}/_sim/{path}", self.sim.graph_url()));
        read(request.json(&body).send().await.unwrap()).await
    }
}

pub fn event(transaction: &str) -> Value {
    json!({
        "subject": "Review", "body": { "contentType": "HTML", "content": "<b>hi</b>" },
        "start": { "dateTime": "2026-11-24T15:00:00", "timeZone": "UTC" },
        "end": { "dateTime": "2026-11-24T15:30:00.5", "timeZone": "UTC" },
        "attendees": [{ "emailAddress": { "address": "ada@acme.example" } }],
        "isOnlineMeeting": true, "onlineMeetingProvider": "teamsForBusiness", "transactionId": transaction,
    })
}

/// A session that began some minutes after midnight and took ten.
pub fn session(minute: i64) -> Session {
    let start = DateTime::<Utc>::UNIX_EPOCH + TimeDelta::days(20_000) + TimeDelta::minutes(minute);
    Session {
        correlation_id: uuid::Uuid::from_u128(minute.unsigned_abs().into()),
        start,
        end: start + TimeDelta::minutes(10),
    }
}

/// The path of a link to the simulator, without `/v1.0`.
pub fn path_of(world: &World, link: &Value) -> String {
    let base = format!("{}/v1.0", world.sim.graph_url());
    link.as_str().unwrap().strip_prefix(&base).unwrap().to_owned()
}

/// Encodes an id for a path, independently of the code under test.
pub fn segment(id: &str) -> String {
    id.replace('%', "%25")
        .replace('/', "%2F")
        .replace('+', "%2B")
        .replace('=', "%3D")
}
