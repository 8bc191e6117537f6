use chrono::{DateTime, Utc};
use reqwest::Method;
use serde::Deserialize;

use crate::{
    GraphError, GraphSession,
    transport::{Call, Effect},
    urls,
};

/// A Teams meeting, the thing recordings and transcripts belong to.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct OnlineMeeting {
    /// Opaque; may hold `=`, `+` and `/`.
    pub id: String,
    /// May differ from the link that was asked for: Teams resolves short links to long ones.
    pub join_web_url: Option<String>,
    pub subject: Option<String>,
    pub start_date_time: Option<DateTime<Utc>>,
    pub end_date_time: Option<DateTime<Utc>>,
}

#[derive(Deserialize)]
struct Found {
    value: Vec<OnlineMeeting>,
}

impl GraphSession {
    /// Finds the meeting behind a join link (Graph docs: "Get onlineMeeting", `onlinemeeting-get`, example "by `JoinWebUrl`").
    ///
    /// The organizer must be named by object id; Teams refuses the user principal name. The link is sent as it was stored,
    /// its own percent signs encoded once more. `None`: not found, expired or deleted.
    ///
    /// Retried on 429, 5xx and lost connections: it only reads.
    pub async fn online_meeting_by_join_url(
        &self,
        organizer_object_id: &str,
        join_url: &str,
    ) -> Result<Option<OnlineMeeting>, GraphError> {
        const CALL: &str = "find-online-meeting";
        let segments = ["users", organizer_object_id, "onlineMeetings"];
        let mut url = urls::resource(&self.client.endpoints.graph, CALL, &segments)?;
        let filter = format!("JoinWebUrl eq {}", urls::odata_string(join_url));
        urls::set_query(&mut url, &[("$filter", &filter)]);
        let call = Call::new(CALL, Method::GET, url, Effect::Read).mailbox(organizer_object_id);
        let found: Found = self.send(&call).await?.json()?;
        Ok(found.value.into_iter().next())
    }
}
