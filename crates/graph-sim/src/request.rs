use std::collections::BTreeMap;

use base64::{Engine, prelude::BASE64_STANDARD};
use bytes::Bytes;
use chrono::{DateTime, Utc};
use http::{HeaderMap, Method};
use percent_encoding::percent_decode_str;
use serde::Serialize;
use serde_json::Value;

use crate::{Route, reply::Reply, rules};

/// One request as it arrived. The bearer is not kept.
#[derive(Clone, Debug, Serialize)]
pub struct LoggedRequest {
    /// Counts from 1 in order of arrival.
    pub order: usize,
    pub route: Route,
    pub method: String,
    /// Path and query exactly as sent, still encoded.
    pub path: String,
    /// Lower-case names, without `authorization`.
    pub headers: BTreeMap<String, String>,
    pub bearer: Bearer,
    /// JSON as it is, a form as an object (`client_secret` and `client_assertion` hidden), anything else as text.
    pub body: Value,
    /// The status answered; none while in progress and when the connection was closed instead.
    pub status: Option<u16>,
    /// The rule of the contract the request broke, if it broke one; see the README for the list.
    pub broke: Option<&'static str>,
    /// Requests to the same mailbox in progress at its arrival, itself included.
    pub in_flight: usize,
    /// The simulator's time at its arrival.
    pub at: DateTime<Utc>,
    /// Counts from 1 in order of the answers; none as with `status`.
    pub answered: Option<usize>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Bearer {
    Absent,
    Valid,
    Invalid,
}

/// A request being served.
pub(crate) struct Request {
    pub method: Method,
    /// As sent.
    pub path: String,
    /// As sent, without the question mark.
    pub query: String,
    pub headers: HeaderMap,
    pub body: Bytes,
}

impl Request {
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// The segments of the path, each decoded once.
    pub fn segments(&self) -> Vec<String> {
        self.path
            .trim_start_matches('/')
            .split('/')
            .map(|segment| decode(segment).unwrap_or_default())
            .collect()
    }

    /// The query, split first and then decoded once, `+` as space. A question mark that is not encoded is refused: it is the
    /// trace of a value that was pasted in.
    pub fn query(&self) -> Result<BTreeMap<String, String>, Reply> {
        let broken = || {
            let message = "The query specified in the URI is not valid.";
            Reply::refusal(400, "BadRequest", message).breaking(rules::PASTED_QUERY)
        };
        if self.query.contains('?') {
            return Err(broken());
        }
        form(&self.query).ok_or_else(broken)
    }

    /// The value of the one query option that is known here (none: an empty name). Others are refused rather than ignored.
    pub fn only_query(&self, name: &str) -> Result<Option<String>, Reply> {
        let mut query = self.query()?;
        let value = query.remove(name);
        match query.keys().next() {
            None => Ok(value),
            Some(other) => Err(Reply::refusal(
                400,
                "BadRequest",
                format!("The simulator does not know the query option '{other}' here."),
            )),
        }
    }

    pub fn wants_immutable_ids(&self) -> bool {
        self.preference("IdType").is_some_and(|kind| kind == "ImmutableId")
    }

    /// What `Prefer` says of this name.
    pub fn preference(&self, wanted: &str) -> Option<&str> {
        let headers = self.headers.get_all("prefer").iter();
        let parts = headers
            .filter_map(|value| value.to_str().ok())
            .flat_map(|value| value.split(','));
        parts.filter_map(|part| part.split_once('=')).find_map(|(name, value)| {
            let same = name.trim().eq_ignore_ascii_case(wanted);
            same.then(|| value.trim().trim_matches('"'))
        })
    }

    /// User name and password of RFC 7617, each form-encoded as RFC 6749 wants it.
    pub fn basic(&self) -> Option<(String, String)> {
        let given = self.header("authorization")?.strip_prefix("Basic ")?;
        let text = String::from_utf8(BASE64_STANDARD.decode(given.trim()).ok()?).ok()?;
        let (user, password) = text.split_once(':')?;
        Some((decode(&user.replace('+', " "))?, decode(&password.replace('+', " "))?))
    }

    pub fn is_form(&self) -> bool {
        self.header("content-type")
            .is_some_and(|kind| kind.starts_with("application/x-www-form-urlencoded"))
    }

    pub fn form_body(&self) -> BTreeMap<String, String> {
        std::str::from_utf8(&self.body).ok().and_then(form).unwrap_or_default()
    }

    /// The app that asks for a token.
    pub fn token_client(&self) -> String {
        let posted = self.form_body().remove("client_id");
        posted
            .or_else(|| self.basic().map(|(client, _)| client))
            .unwrap_or_default()
    }

    pub fn loggable_body(&self) -> Value {
        if self.is_form() {
            let hide = |(name, value): (String, String)| {
                let value = if ["client_secret", "client_assertion"].contains(&name.as_str()) {
                    "***".to_owned()
                } else {
                    value
                };
                (name, Value::String(value))
            };
            return self.form_body().into_iter().map(hide).collect();
        }
        match self.body.as_ref() {
            b"" => Value::Null,
            body => serde_json::from_slice(body).unwrap_or_else(|_| String::from_utf8_lossy(body).into_owned().into()),
        }
    }

    pub fn loggable_headers(&self) -> BTreeMap<String, String> {
        let shown = self
            .headers
            .iter()
            .filter(|(name, _)| *name != http::header::AUTHORIZATION);
        shown
            .map(|(name, value)| (name.to_string(), String::from_utf8_lossy(value.as_bytes()).into_owned()))
            .collect()
    }
}

fn form(text: &str) -> Option<BTreeMap<String, String>> {
    let pairs = text.split('&').filter(|pair| !pair.is_empty());
    pairs
        .map(|pair| {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            Some((decode(&name.replace('+', " "))?, decode(&value.replace('+', " "))?))
        })
        .collect()
}

fn decode(text: &str) -> Option<String> {
    let bytes = text.as_bytes();
    let sound = bytes
        .iter()
        .enumerate()
        .filter(|(_, byte)| **byte == b'%')
        .all(|(at, _)| {
            bytes
                .get(at + 1..at + 3)
                .is_some_and(|digits| digits.iter().all(u8::is_ascii_hexdigit))
        });
    sound.then(|| {
        percent_decode_str(text)
            .decode_utf8()
            .ok()
            .map(std::borrow::Cow::into_owned)
    })?
}
