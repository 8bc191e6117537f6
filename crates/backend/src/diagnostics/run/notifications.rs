//! Whether Microsoft reaches us.

use chrono::TimeDelta;
use domain::{DiagnosisCause as Cause, DiagnosisStep as Step};
use graph::{ArtifactKind, GraphSession, NewSubscription, OnlineMeeting, Secret, SubscriptionResource};
use url::Url;

use super::{
    super::{
        judge,
        report::{Known, Verdict},
    },
    Done, Run, lacks,
};
use crate::{
    secrets,
    subscriptions::{NOTIFICATIONS, public_address},
};

/// How long the subscription lives that is made to be removed. Microsoft makes at least 45 minutes of it.
const LIFE: TimeDelta = TimeDelta::minutes(50);

impl Run<'_> {
    /// Our address, if Microsoft takes it; what is wrong with it is told.
    pub(super) async fn address(&mut self) -> Done<Option<Url>> {
        let is_public = public_address(self.backend).is_some();
        let url = Url::parse(&self.backend.page_url(NOTIFICATIONS)).ok();
        let url = url.filter(|_| is_public);
        if url.is_none() {
            self.tell(Step::Notifications, Verdict::failed(Cause::NotHttps), Known::Here)
                .await?;
        }
        Ok(url)
    }

    /// Subscribes to the recordings of the meeting alone, and ends that again: subscriptions in use are not touched.
    pub(super) async fn notifications(
        &mut self,
        session: &GraphSession,
        meeting: &OnlineMeeting,
        missing: &[&'static str],
    ) -> Done {
        let Some(url) = self.address().await? else {
            return Ok(());
        };
        if lacks(Step::Notifications, missing) {
            return self.skip(&[Step::Notifications], Step::Roles).await;
        }
        let new = NewSubscription {
            resource: SubscriptionResource::meeting(ArtifactKind::Recording, meeting.id.clone()),
            notification_url: url,
            lifecycle_url: None,
            expires: self.backend.clock().now() + LIFE,
            client_state: Secret::new(hex(secrets::random::<32>())),
            encryption: None,
        };
        let asked = session.create_subscription(&new).await;
        let verdict = match &asked {
            Ok(_) => Verdict::passed(),
            Err(error) => judge::subscription(error),
        };
        self.tell_asked(Step::Notifications, verdict).await?;
        if let Ok(made) = asked
            && let Err(error) = session.delete_subscription(&made.id).await
        {
            // It expires by itself.
            tracing::warn!(error = &error as &dyn std::error::Error, tenant.id = %self.scope.tenant(), "the subscription of a check was not removed");
        }
        Ok(())
    }
}

fn hex(bytes: [u8; 32]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
