//! One browser for each who asks, and what it is answered.

use reqwest::{Client, RequestBuilder, StatusCode, redirect::Policy};

use super::world::Asker;
use crate::server::http;

fn client() -> Client {
    http().cookie_store(true).redirect(Policy::none()).build().unwrap()
}

/// One browser for each who asks.
pub struct Browser {
    pub asker: Asker,
    email: &'static str,
    url: String,
    client: Client,
}

impl Browser {
    pub fn new(url: &str, email: &'static str, asker: Asker) -> Self {
        let url = url.to_owned();
        let client = client();
        Self {
            asker,
            email,
            url,
            client,
        }
    }

    /// As if it were new.
    pub fn forget_everything(&mut self) {
        self.client = client();
    }

    pub async fn sign_in(&self) {
        let path = match self.asker {
            Asker::Portal | Asker::OtherPortal => "/api/session/portal-sign-in",
            _ => "/api/session/sign-in",
        };
        let form = [
            ("input[email]", self.email.to_owned()),
            ("input[password]", backend::seed::PASSWORD.to_owned()),
        ];
        let answer = self.post(path, &form).await;
        assert_eq!(answer.status, StatusCode::OK, "{}: {answer:?}", self.email);
    }

    pub async fn get(&self, path: &str, arguments: &[(&str, String)]) -> Answer {
        send(self.client.get(self.address(path, arguments))).await
    }

    pub async fn page(&self, path: &str, arguments: &[(&str, String)]) -> Answer {
        let request = self.client.get(self.address(path, arguments));
        send(request.header("accept", "text/html")).await
    }

    pub async fn post(&self, path: &str, arguments: &[(&str, String)]) -> Answer {
        let request = self
            .client
            .post(format!("{}{path}", self.url))
            .header("origin", &self.url)
            .form(arguments);
        send(request).await
    }

    /// A form as it is, whatever it is.
    pub async fn send_form(&self, path: &str, kind: Option<&str>, form: Vec<u8>) -> Answer {
        let request = self
            .client
            .post(format!("{}{path}", self.url))
            .header("origin", &self.url);
        let request = match kind {
            Some(kind) => request.header("content-type", kind),
            None => request,
        };
        send(request.body(form)).await
    }

    /// A form as a browser without script sends it from one of our pages.
    pub async fn submit(&self, path: &str, page: &str, form: &str) -> Answer {
        let request = self
            .client
            .post(format!("{}{path}", self.url))
            .header("origin", &self.url)
            .header("referer", format!("{}{page}", self.url))
            .header("accept", "text/html")
            .header("content-type", "application/x-www-form-urlencoded");
        send(request.body(form.to_owned())).await
    }

    /// An address as it is, with its query; `accept` says whether a page is asked for.
    pub async fn get_as_is(&self, address: &str, accept: &str) -> Answer {
        let address = address.strip_prefix(&self.url).unwrap_or(address);
        send(
            self.client
                .get(format!("{}{address}", self.url))
                .header("accept", accept),
        )
        .await
    }

    fn address(&self, path: &str, arguments: &[(&str, String)]) -> url::Url {
        // Whatever stands for a segment is one.
        let path = path.replace(' ', "%20");
        let mut url = url::Url::parse(&format!("{}{path}", self.url)).unwrap();
        if !arguments.is_empty() {
            url.query_pairs_mut().extend_pairs(arguments);
        }
        url
    }
}

async fn send(request: RequestBuilder) -> Answer {
    let answer = request.send().await.unwrap();
    let status = answer.status().as_u16();
    let header = |name| {
        answer
            .headers()
            .get(name)
            .and_then(|value| value.to_str().ok())
            .map(str::to_owned)
    };
    let (kind, location) = (header("content-type").unwrap_or_default(), header("location"));
    // A stream of events has no end.
    let is_endless = kind == "text/event-stream";
    let text = if is_endless {
        String::new()
    } else {
        answer.text().await.unwrap()
    };
    Answer {
        status,
        kind,
        location,
        text,
    }
}

#[derive(PartialEq, Eq)]
pub struct Answer {
    pub status: u16,
    /// What it says that it is.
    pub kind: String,
    /// Where it leads.
    pub location: Option<String>,
    pub text: String,
}

impl Answer {
    /// Without what differs between any two answers: the ids that were asked for, the nonce of the page, and what is fetched in any order.
    pub fn without(mut self, ids: &[String]) -> Self {
        for id in ids {
            self.text = self.text.replace(id, "…");
        }
        let nonce = self
            .text
            .split("nonce=\"")
            .nth(1)
            .and_then(|rest| rest.split('"').next());
        if let Some(nonce) = nonce.map(str::to_owned) {
            self.text = self.text.replace(&nonce, "…");
        }
        let (mut kept, mut rest) = (String::new(), self.text.as_str());
        while let Some(start) = rest.find("<link ") {
            let end = rest[start..].find('>').map_or(rest.len(), |end| start + end + 1);
            kept += &rest[..start];
            if !rest[start..end].contains("preload") {
                kept += &rest[start..end];
            }
            rest = &rest[end..];
        }
        self.text = kept + rest;
        self
    }
}

impl std::fmt::Debug for Answer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let start: String = self.text.chars().take(200).collect();
        write!(f, "{} {start}", self.status)
    }
}
