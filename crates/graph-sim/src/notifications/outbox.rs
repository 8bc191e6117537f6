use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
};

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::Value;
use tokio::sync::Notify;

use super::{
    Delivery, DeliveryState, Forgery, NotificationMode,
    delivery::{Attempt, Post, retry_at},
};
use crate::SimSubscription;

/// A notification on its way into a request.
#[derive(Clone, Debug)]
pub(super) struct Item {
    pub url: String,
    pub tenant_id: String,
    pub client_id: String,
    /// Needs a token in `validationTokens`.
    pub rich: bool,
    pub value: Value,
    pub due: DateTime<Utc>,
    pub forgeries: Vec<Forgery>,
}

impl Item {
    pub fn new(to: &SimSubscription, value: Value, url: &str, due: DateTime<Utc>) -> Self {
        Self {
            url: url.to_owned(),
            tenant_id: to.tenant_id.clone(),
            client_id: to.client_id.clone(),
            rich: false,
            value,
            due,
            forgeries: Vec::new(),
        }
    }
}

/// Notifications to be sent and sent.
pub(crate) struct Outbox {
    pub mode: NotificationMode,
    pub(super) waiting: Vec<Item>,
    pub log: Vec<Delivery>,
    /// Rung after every change.
    pub idle: Arc<Notify>,
    /// Never starts again, so that what is on its way during a reset finds no other's entry.
    sent: u64,
    /// For [`super::PathForm::Mixed`].
    pub(super) turns: u64,
}

impl Outbox {
    pub fn new(mode: NotificationMode) -> Self {
        Self {
            mode,
            waiting: Vec::new(),
            log: Vec::new(),
            idle: Arc::default(),
            sent: 0,
            turns: 0,
        }
    }

    pub fn after(self, old: &Self) -> Self {
        Self {
            idle: Arc::clone(&old.idle),
            sent: old.sent,
            ..self
        }
    }

    /// Forgets what is done with.
    pub fn clear_log(&mut self) {
        self.log
            .retain(|entry| matches!(entry.state, DeliveryState::Waiting | DeliveryState::Sending));
    }

    pub(super) fn post(&mut self, url: &str, body: Value, now: DateTime<Utc>) {
        self.enter(url, body, DeliveryState::Waiting, Some(now));
    }

    /// It is never sent.
    pub(super) fn lose(&mut self, url: &str, body: Value) {
        self.enter(url, body, DeliveryState::Dropped, None);
    }

    fn enter(&mut self, url: &str, body: Value, state: DeliveryState, due: Option<DateTime<Utc>>) {
        self.sent += 1;
        self.log.push(Delivery {
            number: self.sent,
            url: url.to_owned(),
            body,
            state,
            status: None,
            attempts: Vec::new(),
            next_attempt: due,
            waited: TimeDelta::zero(),
        });
    }

    /// Takes the items that are due, in groups to be sent together.
    pub(super) fn take_groups(&mut self, now: DateTime<Utc>) -> Vec<Vec<Item>> {
        let (mut due, later): (Vec<Item>, Vec<Item>) = self.waiting.drain(..).partition(|item| item.due <= now);
        self.waiting = later;
        due.sort_by_key(|item| item.due);
        if self.mode.reversed {
            due.reverse();
        }
        let owner = |item: &Item| {
            if self.mode.mix_tenants {
                (item.url.clone(), String::new(), String::new())
            } else {
                (item.url.clone(), item.tenant_id.clone(), item.client_id.clone())
            }
        };
        let mut groups: Vec<Vec<Item>> = Vec::new();
        let mut open: HashMap<_, usize> = HashMap::new();
        for item in due {
            let owner = owner(&item);
            let group = open.get(&owner).and_then(|at| groups.get_mut(*at));
            match group {
                Some(group) if group.len() < self.mode.batch => group.push(item),
                _ => {
                    open.insert(owner, groups.len());
                    groups.push(vec![item]);
                }
            }
        }
        groups
    }

    /// The posts to be sent now: one at a time for each URL.
    pub(super) fn take_due(&mut self, now: DateTime<Utc>) -> Vec<Post> {
        let sending = self.log.iter().filter(|entry| entry.state == DeliveryState::Sending);
        let mut busy: HashSet<String> = sending.map(|entry| entry.url.clone()).collect();
        let mut posts = Vec::new();
        for entry in &mut self.log {
            let due = entry.state == DeliveryState::Waiting && entry.next_attempt.is_some_and(|due| due <= now);
            if due && busy.insert(entry.url.clone()) {
                entry.state = DeliveryState::Sending;
                entry.next_attempt = None;
                posts.push(Post::of(entry, self.mode.answer_timeout_ms));
            }
        }
        posts
    }

    pub(super) fn next_due(&self) -> Option<DateTime<Utc>> {
        let items = self.waiting.iter().map(|item| item.due);
        // Those behind one that is being sent come when it is done.
        let sending: HashSet<&str> = self
            .log
            .iter()
            .filter(|entry| entry.state == DeliveryState::Sending)
            .map(|entry| entry.url.as_str())
            .collect();
        let free = self.log.iter().filter(|entry| !sending.contains(entry.url.as_str()));
        items.chain(free.filter_map(|entry| entry.next_attempt)).min()
    }

    /// Something is being sent, or will be without the clock being moved.
    pub(super) fn is_busy(&self) -> bool {
        self.log.iter().any(|entry| match entry.state {
            DeliveryState::Sending => true,
            DeliveryState::Waiting => self.mode.retry_after_ms.is_some(),
            _ => false,
        })
    }

    /// Notes how an attempt ended, and when the next one is due.
    pub(super) fn note(&mut self, number: u64, attempt: Attempt, now: DateTime<Utc>) {
        let retry_after = self.mode.retry_after_ms;
        if let Some(entry) = self.log.iter_mut().find(|entry| entry.number == number) {
            entry.status = attempt.status;
            let delivered = attempt.delivered();
            entry.attempts.push(attempt);
            entry.next_attempt = if delivered {
                None
            } else {
                retry_at(entry, retry_after, now)
            };
            entry.state = match (delivered, entry.next_attempt) {
                (true, _) => DeliveryState::Delivered,
                (false, Some(_)) => DeliveryState::Waiting,
                (false, None) => DeliveryState::GivenUp,
            };
        }
        self.idle.notify_waiters();
    }
}
