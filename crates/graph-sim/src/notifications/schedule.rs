//! What happens by itself: artifacts are announced, owners are told to reauthorize, subscriptions expire.

use chrono::{DateTime, TimeDelta, Utc};

use super::{DeliveryState, Endpoint, LifecycleEvent, outbox::Item, payload::lifecycle_item};
use crate::{ArtifactKind, SimArtifact, SimSubscription, state::State, subscriptions::End};

const MEASURED_OVER: TimeDelta = TimeDelta::minutes(10);
const SLOW_DELAY: TimeDelta = TimeDelta::seconds(10);

impl State {
    /// The artifacts that have become available since the last time, to whom they concern.
    pub(crate) fn announce(&mut self) {
        for artifact in self.take_available(self.clock.now()) {
            for subscription in self.concerned(&artifact) {
                let item = self.artifact_item(&subscription, &artifact, artifact.available_at);
                self.enqueue(item, self.outbox.mode.delay_seconds.into());
            }
        }
    }

    /// The subscriptions there were when it became available. Nothing is told of standalone meetings.
    fn concerned(&self, artifact: &SimArtifact) -> Vec<SimSubscription> {
        let meeting = self
            .meetings
            .iter()
            .find(|meeting| meeting.id == artifact.online_meeting_id);
        let Some(meeting) = meeting.filter(|meeting| meeting.ical_uid.is_some()) else {
            return Vec::new();
        };
        let earlier =
            artifact.kind == ArtifactKind::Transcript && self.outbox.mode.transcripts_need_earlier_subscription;
        self.subscriptions
            .iter()
            .filter(|known| {
                known.lives(artifact.available_at)
                    && known.created <= artifact.available_at
                    && !known.awaiting_reauthorization
                    && known.tenant_id == meeting.tenant_id
                    && known.watches.covers(artifact.kind, meeting)
                    && (!earlier || known.created <= artifact.session.start)
            })
            .cloned()
            .collect()
    }

    /// Behind the delay, if the endpoint deserves it at all.
    fn enqueue(&mut self, mut item: Item, delay_seconds: i64) {
        item.due += TimeDelta::seconds(delay_seconds);
        match self.endpoint(&item.url) {
            Endpoint::Drop => {
                return self
                    .outbox
                    .lose(&item.url, serde_json::json!({ "value": [item.value] }));
            }
            Endpoint::Slow => item.due += SLOW_DELAY,
            Endpoint::Good | Endpoint::Measured => {}
        }
        self.outbox.waiting.push(item);
    }

    fn endpoint(&self, url: &str) -> Endpoint {
        let Endpoint::Measured = self.outbox.mode.endpoint else {
            return self.outbox.mode.endpoint;
        };
        let since = self.clock.now() - MEASURED_OVER;
        let recent = self
            .outbox
            .log
            .iter()
            .filter(|entry| entry.url == url && entry.state != DeliveryState::Dropped)
            .flat_map(|entry| &entry.attempts)
            .filter(|attempt| attempt.at > since);
        let (all, late) = recent.fold((0_u32, 0_u32), |(all, late), attempt| {
            (all + 1, late + u32::from(attempt.late))
        });
        match late * 100 {
            late if late > all * 15 => Endpoint::Drop,
            late if late > all * 10 => Endpoint::Slow,
            _ => Endpoint::Good,
        }
    }

    /// Without a word.
    pub(super) fn expire_subscriptions(&mut self) {
        let now = self.clock.now();
        for known in &mut self.subscriptions {
            if known.ended.is_none() && !known.lives(now) {
                known.ended = Some(End::Expired);
            }
        }
    }

    pub(super) fn ask_to_reauthorize(&mut self) {
        let now = self.clock.now();
        let due: Vec<String> = self
            .subscriptions
            .iter()
            .filter(|known| self.reauthorization(known).is_some_and(|due| due <= now))
            .map(|known| known.id.clone())
            .collect();
        for id in due {
            self.send_lifecycle(&id, LifecycleEvent::ReauthorizationRequired);
            if let Some(known) = self.subscriptions.iter_mut().find(|known| known.id == id) {
                known.told_for = Some(known.expires);
            }
        }
    }

    /// When the owner is to be told.
    fn reauthorization(&self, subscription: &SimSubscription) -> Option<DateTime<Utc>> {
        let before = TimeDelta::minutes(self.outbox.mode.reauthorize_before_minutes?.into());
        let silent = subscription.ended.is_some()
            || subscription.lifecycle_url.is_none()
            || subscription.awaiting_reauthorization
            || subscription.told_for == Some(subscription.expires);
        (!silent).then(|| subscription.expires - before)
    }

    /// Tells the owner, with the effect that the event stands for; false when there is nobody to be told.
    pub(crate) fn send_lifecycle(&mut self, id: &str, event: LifecycleEvent) -> bool {
        let now = self.clock.now();
        let living = self
            .subscriptions
            .iter()
            .find(|known| known.id == id && known.lives(now));
        let Some(item) = living.and_then(|known| lifecycle_item(known, event, now)) else {
            return false;
        };
        self.outbox.waiting.push(item);
        if let Some(known) = self.subscriptions.iter_mut().find(|known| known.id == id) {
            match event {
                LifecycleEvent::ReauthorizationRequired => known.awaiting_reauthorization = true,
                LifecycleEvent::SubscriptionRemoved => known.ended = Some(End::Removed),
                LifecycleEvent::Missed => {}
            }
        }
        self.due.notify_one();
        true
    }

    /// When the next subscription expires or is to be reauthorized, or an artifact is to be announced.
    pub(super) fn next_scheduled(&self) -> Option<DateTime<Utc>> {
        let living = || self.subscriptions.iter().filter(|known| known.ended.is_none());
        let expiries = living().map(|known| known.expires);
        let reminders = living().filter_map(|known| self.reauthorization(known));
        expiries.chain(reminders).chain(self.next_arrival()).min()
    }
}
