//! Pages of artifacts and the links between them.

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{PagingMode, TeamsQuirks, reply::Reply};

/// Where in which list a link goes on. Opaque for clients.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(super) struct Token {
    pub skip: usize,
    pub empties: u32,
    pub select: Option<String>,
    /// `contentCorrelationId`
    pub correlation: Option<String>,
    /// Of a function: the bounds of `createdDateTime`.
    pub from: Option<DateTime<Utc>>,
    pub to: Option<DateTime<Utc>>,
    /// Of a delta: what became available after this and up to that.
    pub since: Option<DateTime<Utc>>,
    pub until: Option<DateTime<Utc>>,
}

impl Token {
    pub fn parse(text: &str) -> Result<Self, Reply> {
        let token = BASE64_URL_SAFE_NO_PAD.decode(text).ok();
        token
            .and_then(|token| serde_json::from_slice(&token).ok())
            .ok_or_else(|| Reply::refusal(400, "BadRequest", "The skip token is malformed."))
    }

    pub fn opaque(&self) -> String {
        BASE64_URL_SAFE_NO_PAD.encode(serde_json::to_vec(self).unwrap_or_default())
    }
}

/// The items of the page that the token asks for, and the link to the next one, `link` being how links are made.
pub(super) fn page(
    items: Vec<Value>,
    token: &Token,
    quirks: &TeamsQuirks,
    base: &str,
    link: impl Fn(&Token) -> String,
) -> (Vec<Value>, Option<String>) {
    let size = quirks.page_size.max(1);
    let empty_page = || {
        let next = Token {
            empties: token.empties + 1,
            ..token.clone()
        };
        (Vec::new(), Some(link(&next)))
    };
    let mut first = token.skip;
    match &quirks.paging {
        PagingMode::EndlessEmpty => return empty_page(),
        PagingMode::EmptyFirst(pages) if token.empties < *pages => return empty_page(),
        PagingMode::RepeatedIds => first = first.saturating_sub(1),
        _ => {}
    }
    let end = token.skip + size;
    let more = end < items.len();
    let next = Token {
        skip: end,
        ..token.clone()
    };
    let next = match &quirks.paging {
        PagingMode::ForeignHost(host) => Some(link(&next).replacen(base, host.trim_end_matches('/'), 1)),
        PagingMode::RepeatedLink => Some(link(token)),
        _ => more.then(|| link(&next)),
    };
    let items = items.into_iter().take(end).skip(first).collect();
    (items, next)
}
