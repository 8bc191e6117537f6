use super::{Delivery, LifecycleEvent, Message, NotificationMode};
use crate::{End, SimSubscription, Simulator, service::lock};

/// Subscriptions and notifications.
impl Simulator {
    /// All subscriptions ever made, ended ones included, in order of creation.
    pub fn subscriptions(&self) -> Vec<SimSubscription> {
        lock(&self.state).subscriptions.clone()
    }

    /// Changes how subscriptions are answered and notifications are sent from now on.
    pub fn change_notifications(&self, change: impl FnOnce(&mut NotificationMode)) {
        change(&mut lock(&self.state).outbox.mode);
    }

    /// The requests with notifications, sent or to be sent, in the order in which they became due.
    pub fn deliveries(&self) -> Vec<Delivery> {
        lock(&self.state).outbox.log.clone()
    }

    /// Sends a notification now, true or not. Says what is missing when it cannot.
    pub fn send(&self, message: &Message) -> Result<(), &'static str> {
        lock(&self.state).send_by_hand(message)
    }

    /// Tells the owner of a subscription of an event, which takes effect; false without such a subscription or its lifecycle URL.
    pub fn send_lifecycle(&self, subscription: &str, event: LifecycleEvent) -> bool {
        lock(&self.state).send_lifecycle(subscription, event)
    }

    /// Ends a subscription without telling anybody; false when there is none.
    pub fn vanish(&self, subscription: &str) -> bool {
        lock(&self.state).end_subscription(subscription, End::Vanished)
    }

    /// Signs with a new key from now on, and goes on to publish the old ones or not.
    pub fn rotate_keys(&self, keep_old: bool) {
        lock(&self.state).keys.rotate(keep_old);
    }

    /// Waits until nothing is left to be sent before the clock moves on. With [`NotificationMode::retry_after_ms`] that includes
    /// all further attempts.
    pub async fn settled(&self) {
        let idle = std::sync::Arc::clone(&lock(&self.state).outbox.idle);
        loop {
            let changed = idle.notified();
            tokio::pin!(changed);
            changed.as_mut().enable();
            if lock(&self.state).is_settled() {
                return;
            }
            changed.await;
        }
    }
}
