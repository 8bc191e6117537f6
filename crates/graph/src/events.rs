use std::collections::HashSet;

use chrono::{DateTime, SecondsFormat, TimeDelta, Utc};
use reqwest::Method;
use serde::Deserialize;
use serde_json::json;
use url::Url;
use uuid::Uuid;

use crate::{
    ErrorKind, Event, EventChange, GraphError, GraphSession, NewEvent,
    pages::Time,
    retry::Pacing,
    transport::{Call, Effect},
    urls,
};

const SELECT: &str = "id,transactionId,subject,start,end,isCancelled,isOnlineMeeting,onlineMeeting";
/// Reads after which an event that is not an online meeting is taken at its word.
const NOT_ONLINE_READS: usize = 2;

impl GraphSession {
    /// Creates the event with a Teams meeting (Graph docs: "Create event", `user-post-events`).
    ///
    /// Retried on 429 and on connections that were refused, because nothing has happened then; on 5xx and lost answers
    /// only after a look whether the event is there, and with the same `transactionId`, so that one event comes of it.
    /// Microsoft does not say how it refuses a repeated `transactionId`, so a conflict and a refusal as
    /// [`ErrorKind::Invalid`] are followed by such a look, too. When the call fails with [`GraphError::outcome_unknown`],
    /// the caller looks later by [`GraphSession::events_by_transaction`].
    pub async fn create_event(&self, organizer: &str, event: &NewEvent) -> Result<Event, GraphError> {
        const CALL: &str = "create-event";
        let url = urls::resource(&self.client.endpoints.graph, CALL, &["users", organizer, "events"])?;
        let call = Call::new(CALL, Method::POST, url, Effect::Create)
            .mailbox(organizer)
            .immutable_ids()
            .body(event.to_json());
        let margin = TimeDelta::minutes(1);
        let (first, last) = (event.start.min(event.end), event.end.max(event.start));
        let window = (
            first.checked_sub_signed(margin).unwrap_or(first),
            last.checked_add_signed(margin).unwrap_or(last),
        );
        let mut pacing = Pacing::start(&self.client.policy);
        let mut unknown = false;
        loop {
            let sent = self
                .send_paced(&call, &mut pacing)
                .await
                .and_then(|answer| answer.json::<Event>());
            let error = match sent {
                Ok(event) => return Ok(event),
                Err(error) => error,
            };
            unknown |= error.outcome_unknown();
            let conflict = error.kind == ErrorKind::Conflict;
            let refused = conflict || error.kind == ErrorKind::Invalid;
            let look = refused || (error.outcome_unknown() && pacing.pause(error.retry_after()).await);
            if !look {
                return Err(error.or_unknown(unknown));
            }
            match self
                .list_by_transaction(organizer, window, event.transaction_id, &mut pacing)
                .await
            {
                Ok(found) => match found.into_iter().next() {
                    Some(event) => return Ok(event),
                    None if refused => return Err(error.or_unknown(unknown || conflict)),
                    None => {}
                },
                // Posting again without having looked could make a second event.
                Err(look) => {
                    tracing::warn!(error = %look, "Reading back a new event failed");
                    return Err(error.or_unknown(true));
                }
            }
        }
    }

    /// Reads one event (Graph docs: "Get event", `event-get`).
    ///
    /// Retried on 429, 5xx and lost connections: it only reads.
    pub async fn event(&self, organizer: &str, event_id: &str) -> Result<Event, GraphError> {
        const CALL: &str = "get-event";
        let mut url = self.event_url(CALL, organizer, event_id, &[])?;
        urls::set_query(&mut url, &[("$select", SELECT)]);
        let call = Call::new(CALL, Method::GET, url, Effect::Read)
            .mailbox(organizer)
            .immutable_ids();
        self.send(&call).await?.json()
    }

    /// Reads a new event again until its join link is there; returns at once if it is. The waits are
    /// [`crate::RetryPolicy::join_url_delays`].
    ///
    /// Ends with [`ErrorKind::MissingJoinUrl`] after the last wait, or with [`ErrorKind::NotOnline`] when Microsoft keeps
    /// saying that it is no online meeting. Single reads are retried as in [`GraphSession::event`].
    pub async fn wait_for_join_url(&self, organizer: &str, event: Event) -> Result<Event, GraphError> {
        const CALL: &str = "wait-for-join-url";
        let mut event = event;
        for (reads, delay) in self.client.policy.join_url_delays.iter().enumerate() {
            if event.join_url.is_some() {
                return Ok(event);
            }
            if !event.is_online_meeting && reads >= NOT_ONLINE_READS {
                break;
            }
            tokio::time::sleep(*delay).await;
            event = self.event(organizer, &event.id).await?;
        }
        match event.join_url {
            Some(_) => Ok(event),
            None if event.is_online_meeting => Err(GraphError::new(ErrorKind::MissingJoinUrl, CALL)),
            None => Err(GraphError::new(ErrorKind::NotOnline, CALL)),
        }
    }

    /// The events in a span of time that carry this `transactionId` (Graph docs: "List calendarView",
    /// `user-list-calendarview`): how an unfinished creation is found again. Usually none or one.
    ///
    /// Pages are followed on Graph's own origin only and up to [`crate::RetryPolicy::max_pages`]. Retried on
    /// 429, 5xx and lost connections, because it only reads; all pages share one deadline.
    pub async fn events_by_transaction(
        &self,
        organizer: &str,
        around: (DateTime<Utc>, DateTime<Utc>),
        transaction_id: Uuid,
    ) -> Result<Vec<Event>, GraphError> {
        let mut pacing = Pacing::start(&self.client.policy);
        self.list_by_transaction(organizer, around, transaction_id, &mut pacing)
            .await
    }

    /// Changes subject or times (Graph docs: "Update event", `event-update`). Microsoft mails the new times to all
    /// attendees; the Teams meeting and its link stay.
    ///
    /// Retried on 429, 5xx and lost connections: setting a value twice is setting it once. A change of nothing is
    /// [`ErrorKind::Invalid`] and is not sent.
    pub async fn update_event(
        &self,
        organizer: &str,
        event_id: &str,
        change: &EventChange,
    ) -> Result<Event, GraphError> {
        const CALL: &str = "update-event";
        if change.is_empty() {
            return Err(GraphError::new(ErrorKind::Invalid, CALL).with_message("there is nothing to change"));
        }
        let url = self.event_url(CALL, organizer, event_id, &[])?;
        let call = Call::new(CALL, Method::PATCH, url, Effect::Update)
            .mailbox(organizer)
            .immutable_ids()
            .body(change.to_json());
        self.send(&call).await?.json()
    }

    /// Cancels the event: Microsoft mails the comment, plain text, to its attendees and moves the event to the deleted items
    /// (Graph docs: "event: cancel", `event-cancel`).
    ///
    /// Retried and judged as in [`GraphSession::delete_event`]: an event that is not there is success, on the first attempt
    /// too. If the user is not the organizer, it is [`ErrorKind::Invalid`].
    pub async fn cancel_event(&self, organizer: &str, event_id: &str, comment: &str) -> Result<(), GraphError> {
        const CALL: &str = "cancel-event";
        let url = self.event_url(CALL, organizer, event_id, &["cancel"])?;
        let call = Call::new(CALL, Method::POST, url, Effect::Delete)
            .mailbox(organizer)
            .immutable_ids()
            .body(json!({ "comment": comment }));
        self.send(&call).await.map(drop).or_else(GraphError::or_gone)
    }

    /// Deletes the event; Microsoft mails cancellations to its attendees (Graph docs: "Delete event", `event-delete`).
    ///
    /// Retried on 429, 5xx and lost connections: deleting twice is deleting once. An event that is not there is success.
    /// A missing user or mailbox is [`ErrorKind::NotFound`], because it says nothing about the event.
    pub async fn delete_event(&self, organizer: &str, event_id: &str) -> Result<(), GraphError> {
        const CALL: &str = "delete-event";
        let url = self.event_url(CALL, organizer, event_id, &[])?;
        let call = Call::new(CALL, Method::DELETE, url, Effect::Delete)
            .mailbox(organizer)
            .immutable_ids();
        self.send(&call).await.map(drop).or_else(GraphError::or_gone)
    }

    fn event_url(
        &self,
        call: &'static str,
        organizer: &str,
        event_id: &str,
        action: &[&str],
    ) -> Result<Url, GraphError> {
        let segments = [&["users", organizer, "events", event_id], action].concat();
        urls::resource(&self.client.endpoints.graph, call, &segments)
    }

    async fn list_by_transaction(
        &self,
        organizer: &str,
        (from, to): (DateTime<Utc>, DateTime<Utc>),
        transaction_id: Uuid,
        pacing: &mut Pacing,
    ) -> Result<Vec<Event>, GraphError> {
        const CALL: &str = "list-calendar-view";
        let mut url = urls::resource(
            &self.client.endpoints.graph,
            CALL,
            &["users", organizer, "calendarView"],
        )?;
        let instant = |time: DateTime<Utc>| time.to_rfc3339_opts(SecondsFormat::Secs, true);
        urls::set_query(
            &mut url,
            &[
                ("startDateTime", &instant(from)),
                ("endDateTime", &instant(to)),
                ("$select", SELECT),
                ("$top", "50"),
            ],
        );
        let call = Call::new(CALL, Method::GET, url, Effect::Read)
            .mailbox(organizer)
            .immutable_ids();
        let mut found: Vec<Event> = Vec::new();
        let mut seen = HashSet::new();
        // An event that cannot be read may be the one that is looked for.
        self.pages(call, Time::Shared(pacing), |item| {
            let event = Event::deserialize(item)?;
            if event.transaction_id == Some(transaction_id) && seen.insert(event.id.clone()) {
                found.push(event);
            }
            Ok(())
        })
        .await?;
        Ok(found)
    }
}
