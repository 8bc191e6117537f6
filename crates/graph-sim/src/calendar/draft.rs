//! An event as it is posted, and changes to one.

use serde_json::Value;

use super::{
    fields::{Fields, invalid},
    zone::{Moment, sound},
};
use crate::{SimEvent, reply::Reply, request::Request};

pub(super) struct Draft {
    pub transaction_id: Option<String>,
    pub subject: String,
    pub body_html: String,
    pub start: Moment,
    pub end: Moment,
    pub is_all_day: bool,
    pub attendees: Vec<Value>,
    pub is_online_meeting: bool,
}

impl Draft {
    pub fn parse(request: &Request) -> Result<Self, Reply> {
        let fields = Fields::of_event(request)?;
        let (start, end) = (fields.moment("start")?, fields.moment("end")?);
        let (Some(start), Some(end)) = (start, end) else {
            return Err(invalid());
        };
        let is_all_day = fields.flag("isAllDay")?.unwrap_or_default();
        if !sound(&start, &end, is_all_day) {
            return Err(invalid());
        }
        fields.check_provider()?;
        Ok(Self {
            transaction_id: fields.text("transactionId")?,
            subject: fields.text("subject")?.unwrap_or_default(),
            body_html: fields.body()?.unwrap_or_default(),
            start,
            end,
            is_all_day,
            attendees: fields.attendees()?.unwrap_or_default(),
            is_online_meeting: fields.flag("isOnlineMeeting")?.unwrap_or_default(),
        })
    }
}

/// What a PATCH names; the rest stays.
pub(super) struct Change {
    pub subject: Option<String>,
    pub body: Option<String>,
    pub start: Moment,
    pub end: Moment,
    pub is_all_day: bool,
    pub attendees: Option<Vec<Value>>,
    /// Whether the event is to get an online meeting. It cannot lose one by this.
    pub is_online_meeting: bool,
}

impl Change {
    pub fn parse(request: &Request, event: &SimEvent) -> Result<Self, Reply> {
        let fields = Fields::of_event(request)?;
        let stored = |time, zone| Moment::stored(time, zone);
        let start = fields.moment("start")?;
        let start = start.unwrap_or_else(|| stored(event.start, &event.start_zone));
        let end = fields.moment("end")?;
        let end = end.unwrap_or_else(|| stored(event.end, &event.end_zone));
        let is_all_day = fields.flag("isAllDay")?.unwrap_or(event.is_all_day);
        if !sound(&start, &end, is_all_day) {
            return Err(invalid());
        }
        fields.check_provider()?;
        // Written once.
        let transaction_id = fields.text("transactionId")?;
        if transaction_id.is_some() && transaction_id != event.transaction_id {
            return Err(invalid());
        }
        Ok(Self {
            subject: fields.text("subject")?,
            body: fields.body()?,
            start,
            end,
            is_all_day,
            attendees: fields.attendees()?,
            is_online_meeting: fields.flag("isOnlineMeeting")?.unwrap_or_default(),
        })
    }
}
