//! Lists that come in pages.

use std::collections::HashSet;

use serde::Deserialize;
use serde_json::Value;
use url::Url;

use crate::{ErrorKind, GraphError, GraphSession, retry::Pacing, transport::Call};

#[derive(Deserialize)]
struct Page {
    value: Vec<Value>,
    #[serde(rename = "@odata.nextLink")]
    next_link: Option<String>,
    #[serde(rename = "@odata.deltaLink")]
    delta_link: Option<String>,
}

/// How long a list may take.
pub(crate) enum Time<'a> {
    /// All pages together as long as one call.
    Shared(&'a mut Pacing),
    /// Each page as long as one call.
    PerPage,
}

impl GraphSession {
    /// Reads a list to its end (Graph docs: "Paging Microsoft Graph data in your app", `paging`) and gives each item to
    /// `take`, which may refuse it and so end the call. Returns the link with which a list of changes ends.
    ///
    /// Links are followed on Graph's own origin only, none of them twice. A list of more than
    /// [`crate::RetryPolicy::max_pages`] pages, or of more than [`crate::RetryPolicy::max_empty_pages`] empty ones in a row,
    /// is taken for endless: [`ErrorKind::Protocol`], and the message says how far it was read.
    pub(crate) async fn pages(
        &self,
        first: Call<'_>,
        mut time: Time<'_>,
        mut take: impl FnMut(Value) -> Result<(), serde_json::Error>,
    ) -> Result<Option<String>, GraphError> {
        let policy = &self.client.policy;
        let mut call = first;
        let mut seen = HashSet::from([call.url().clone()]);
        let (mut items, mut empty) = (0, 0);
        for page in 1..=policy.max_pages {
            let answer = match &mut time {
                Time::Shared(pacing) => self.send_paced(&call, pacing).await?,
                Time::PerPage => self.send(&call).await?,
            };
            let read: Page = answer.json()?;
            items += read.value.len();
            let so_far = |what: &str| {
                let message = format!("{what} after {page} pages with {items} items");
                answer.error(ErrorKind::Protocol).with_message(message)
            };
            empty = if read.value.is_empty() { empty + 1 } else { 0 };
            for item in read.value {
                // The error's own text may quote the item.
                take(item).map_err(|_| so_far("an item cannot be read"))?;
            }
            let Some(link) = read.next_link else {
                return Ok(read.delta_link);
            };
            if empty > policy.max_empty_pages {
                return Err(so_far("only empty pages come"));
            }
            // The transport refuses every origin but Graph's; names and passwords are no part of an origin.
            let url = Url::parse(&link).ok();
            let url = url.filter(|url| url.username().is_empty() && url.password().is_none());
            let url = url.ok_or_else(|| so_far("the link to the next page is no address"))?;
            if !seen.insert(url.clone()) {
                return Err(so_far("the list leads back to a page"));
            }
            call = call.at(url);
        }
        let message = format!("the list has no end: {} pages with {items} items", policy.max_pages);
        Err(GraphError::new(ErrorKind::Protocol, call.name()).with_message(message))
    }
}
