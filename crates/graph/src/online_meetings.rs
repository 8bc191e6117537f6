use reqwest::Method;
use serde::Deserialize;
use url::Url;
use uuid::Uuid;

use crate::{
    ErrorKind, GraphError, GraphSession, OnlineMeeting, OnlineMeetingChange,
    transport::{Call, Effect},
    urls,
};

/// Every call names the organizer by object id; Teams refuses the user principal name, and other users.
impl GraphSession {
    /// Finds the meeting behind a join link (Graph docs: "Get onlineMeeting", `onlinemeeting-get`, example "by `JoinWebUrl`").
    ///
    /// The link is sent as it was stored, its own percent signs encoded once more. `None`: not found, expired or deleted.
    ///
    /// Retried on 429, 5xx and lost connections: it only reads.
    pub async fn online_meeting_by_join_url(
        &self,
        organizer_object_id: &str,
        join_url: &str,
    ) -> Result<Option<OnlineMeeting>, GraphError> {
        let filter = format!("JoinWebUrl eq {}", urls::odata_string(join_url));
        self.find_online_meeting(organizer_object_id, &filter).await
    }

    /// Finds the meeting by the number people type to join, blanks ignored: the way left when Teams has reshaped the link
    /// (Graph docs: "Get onlineMeeting", `onlinemeeting-get`, example "by `joinMeetingId`"). Otherwise like
    /// [`GraphSession::online_meeting_by_join_url`].
    pub async fn online_meeting_by_join_meeting_id(
        &self,
        organizer_object_id: &str,
        join_meeting_id: &str,
    ) -> Result<Option<OnlineMeeting>, GraphError> {
        let digits: String = join_meeting_id.split_whitespace().collect();
        let filter = format!("joinMeetingIdSettings/joinMeetingId eq {}", urls::odata_string(&digits));
        self.find_online_meeting(organizer_object_id, &filter).await
    }

    /// Reads one meeting, standalone or of an event (Graph docs: "Get onlineMeeting", `onlinemeeting-get`).
    ///
    /// Retried on 429, 5xx and lost connections: it only reads. An unknown meeting is [`ErrorKind::NotFound`].
    pub async fn online_meeting(
        &self,
        organizer_object_id: &str,
        meeting_id: &str,
    ) -> Result<OnlineMeeting, GraphError> {
        const CALL: &str = "get-online-meeting";
        let url = self.online_meeting_url(CALL, organizer_object_id, &[meeting_id])?;
        let call = Call::new(CALL, Method::GET, url, Effect::Read).mailbox(organizer_object_id);
        self.send(&call).await?.json()
    }

    /// Changes options of a meeting, or subject and times of a standalone one (Graph docs: "Update onlineMeeting",
    /// `onlinemeeting-update`). Calendars are not touched.
    ///
    /// Retried on 429, 5xx and lost connections: setting a value twice is setting it once. A change of nothing is
    /// [`ErrorKind::Invalid`] and is not sent.
    pub async fn update_online_meeting(
        &self,
        organizer_object_id: &str,
        meeting_id: &str,
        change: &OnlineMeetingChange,
    ) -> Result<OnlineMeeting, GraphError> {
        const CALL: &str = "update-online-meeting";
        if change.is_empty() {
            return Err(GraphError::new(ErrorKind::Invalid, CALL).with_message("there is nothing to change"));
        }
        let url = self.online_meeting_url(CALL, organizer_object_id, &[meeting_id])?;
        let call = Call::new(CALL, Method::PATCH, url, Effect::Update)
            .mailbox(organizer_object_id)
            .body(change.to_json());
        self.send(&call).await?.json()
    }

    /// Deletes a standalone meeting (Graph docs: "Delete onlineMeeting", `onlinemeeting-delete`).
    ///
    /// Retried on 429, 5xx and lost connections: deleting twice is deleting once. A meeting that is not there is success.
    /// Teams does not tell a missing meeting from a missing user, so an organizer that is not an object id is refused here,
    /// as [`ErrorKind::Invalid`].
    pub async fn delete_online_meeting(&self, organizer_object_id: &str, meeting_id: &str) -> Result<(), GraphError> {
        const CALL: &str = "delete-online-meeting";
        if Uuid::try_parse(organizer_object_id).is_err() {
            let error = GraphError::new(ErrorKind::Invalid, CALL);
            return Err(error.with_message("the organizer must be named by object id"));
        }
        let url = self.online_meeting_url(CALL, organizer_object_id, &[meeting_id])?;
        let call = Call::new(CALL, Method::DELETE, url, Effect::Delete).mailbox(organizer_object_id);
        self.send(&call).await.map(drop).or_else(GraphError::or_gone)
    }

    async fn find_online_meeting(&self, organizer: &str, filter: &str) -> Result<Option<OnlineMeeting>, GraphError> {
        const CALL: &str = "find-online-meeting";
        let mut url = self.online_meeting_url(CALL, organizer, &[])?;
        urls::set_query(&mut url, &[("$filter", filter)]);
        let call = Call::new(CALL, Method::GET, url, Effect::Read).mailbox(organizer);
        let found: Found = self.send(&call).await?.json()?;
        Ok(found.value.into_iter().next())
    }

    fn online_meeting_url(&self, call: &'static str, organizer: &str, id: &[&str]) -> Result<Url, GraphError> {
        let segments = [&["users", organizer, "onlineMeetings"], id].concat();
        urls::resource(&self.client.endpoints.graph, call, &segments)
    }
}

#[derive(Deserialize)]
struct Found {
    value: Vec<OnlineMeeting>,
}
