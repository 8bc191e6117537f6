//! How it stands with a tenant's subscriptions, for whoever looks after them.

use chrono::{DateTime, Utc};
use domain::{
    ArtifactKind, NotSubscribed, NotificationCounts, SubscriptionState, SubscriptionStatus, SubscriptionTrouble,
    Subscriptions, subscribing,
};

use crate::{
    Backend, Result,
    access::{Grant, may},
};

/// How it stands with the tenant's two subscriptions, and how many notifications came.
pub async fn state(backend: &Backend, grant: &Grant<may::SettingsRead>) -> Result<Subscriptions> {
    backend.teams().subscriptions(backend, grant).await
}

/// There are none, and never were.
pub(crate) fn nothing(why: NotSubscribed) -> Subscriptions {
    let none = SubscriptionStatus {
        state: SubscriptionState::None,
        trouble: None,
        expires: None,
        renewed: None,
        next: None,
        notified: None,
    };
    Subscriptions {
        none: Some(why),
        is_tenant_wide: false,
        recordings: none.clone(),
        transcripts: none,
        counts: NotificationCounts::default(),
    }
}

#[cfg(feature = "enterprise")]
pub(crate) use of_a_tenant::of_tenant;

#[cfg(feature = "enterprise")]
mod of_a_tenant {
    use super::{
        ArtifactKind, Backend, DateTime, Grant, NotSubscribed, NotificationCounts, Result, SubscriptionState,
        SubscriptionStatus, SubscriptionTrouble, Subscriptions, Utc, may, nothing, subscribing,
    };
    use crate::{
        store::{self, subscriptions::StatusRecord},
        subscriptions::wanted::Wanted,
        zone,
    };

    pub async fn of_tenant(backend: &Backend, grant: &Grant<may::SettingsRead>) -> Result<Subscriptions> {
        let mut tx = backend.db().read(grant.scope()).await?;
        let connection = store::teams::connection(&mut tx).await?;
        let is_tenant_wide = store::subscriptions::is_tenant_wide(&mut tx).await?;
        let records = store::subscriptions::status(&mut tx).await?;
        let counts = counts(
            &store::notifications::counts(&mut tx).await?,
            store::notifications::waiting(&mut tx).await?,
        );
        drop(tx);
        let wanted = Wanted::of(backend, connection.as_ref(), is_tenant_wide, ArtifactKind::Recording);
        let now = backend.clock().now();
        let (zone, language) = (grant.zone, grant.language);
        let words = |time: DateTime<Utc>| zone::moment_near(time, now, zone, language);
        let status = |kind: ArtifactKind| {
            let record = records.iter().find(|record| record.artifact_type == kind.as_str());
            record.map_or_else(
                || nothing(NotSubscribed::NotSetUp).recordings,
                |record| SubscriptionStatus {
                    state: judged(record, now),
                    trouble: trouble(record),
                    expires: record.expires.map(words),
                    renewed: record.renewed.map(words),
                    next: wanted.is_ok().then(|| words(record.next)),
                    notified: record.notified.map(words),
                },
            )
        };
        Ok(Subscriptions {
            none: wanted.as_ref().err().copied(),
            is_tenant_wide,
            recordings: status(ArtifactKind::Recording),
            transcripts: status(ArtifactKind::Transcript),
            counts,
        })
    }

    fn trouble(record: &StatusRecord) -> Option<SubscriptionTrouble> {
        record.refusal.as_deref().and_then(SubscriptionTrouble::find)
    }

    fn judged(record: &StatusRecord, now: DateTime<Utc>) -> SubscriptionState {
        match (&record.subscription_id, record.expires) {
            (Some(_), Some(expires)) if expires <= now => SubscriptionState::Expired,
            (Some(_), Some(expires)) if subscribing::is_expiring(now, expires) => SubscriptionState::Expiring,
            (Some(_), _) => SubscriptionState::Active,
            (None, _) if record.refusal.is_some() => SubscriptionState::Refused,
            (None, _) => SubscriptionState::None,
        }
    }

    fn counts(counts: &[(String, i64)], waiting: i64) -> NotificationCounts {
        let of = |outcome: &str| {
            let count = counts.iter().find(|(known, _)| known == outcome);
            count.map_or(0, |(_, count)| u64::try_from(*count).unwrap_or_default())
        };
        NotificationCounts {
            received: of("received"),
            repeated: of("repeated"),
            foreign: of("foreign"),
            wrong_secret: of("wrong-secret"),
            wrong_tenant: of("wrong-tenant"),
            wrong_content: of("wrong-token") + of("tampered"),
            closed_content: of("not-opened") + of("without-token"),
            waiting: u64::try_from(waiting).unwrap_or_default(),
        }
    }
}
