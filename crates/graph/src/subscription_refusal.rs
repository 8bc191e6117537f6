use crate::{ErrorKind, Forbidden, GraphError};

/// What was wrong with a subscription, as far as Microsoft's wording tells: a hint for what to do next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SubscriptionRefusal {
    /// The app has one for this resource: list, and adopt it.
    Exists,
    /// Graph did not get its validation token back from one of our addresses: our public URL is not reachable, too slow
    /// or not ours.
    EndpointNotValidated,
    /// Later than [`crate::NewSubscription::MAX_LIFE`] from now by Graph's clock.
    ExpiresTooLate,
    /// The life is over an hour.
    LifecycleUrlMissing,
    /// Too many subscriptions for this resource or in this tenant.
    Quota,
}

impl GraphError {
    /// Why [`crate::GraphSession::create_subscription`] or [`crate::GraphSession::renew_subscription`] was refused.
    /// `None`: not told, or [`GraphError::kind`] tells.
    pub fn subscription_refusal(&self) -> Option<SubscriptionRefusal> {
        let message = self.message().unwrap_or_default().to_ascii_lowercase();
        let says = |words: &[&str]| words.iter().any(|words| message.contains(words));
        match self.kind {
            ErrorKind::Conflict => Some(SubscriptionRefusal::Exists),
            ErrorKind::Invalid if says(&["validation request failed", "respond with 200 ok to validation"]) => {
                Some(SubscriptionRefusal::EndpointNotValidated)
            }
            ErrorKind::Invalid if says(&["lifecyclenotificationurl is required"]) => {
                Some(SubscriptionRefusal::LifecycleUrlMissing)
            }
            ErrorKind::Invalid if says(&["beyond allowed max", "subscription expiration can only be"]) => {
                Some(SubscriptionRefusal::ExpiresTooLate)
            }
            ErrorKind::Invalid if self.has_code("ValidationError") => Some(SubscriptionRefusal::EndpointNotValidated),
            // The exact words are not documented.
            ErrorKind::Forbidden(Forbidden::Other) if says(&["quota", "limit", "maximum number"]) => {
                Some(SubscriptionRefusal::Quota)
            }
            _ => None,
        }
    }

    fn has_code(&self, code: &str) -> bool {
        self.code.as_deref().is_some_and(|sent| sent.eq_ignore_ascii_case(code))
    }
}
