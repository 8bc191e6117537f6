//! One list of behaviours that hold for Microsoft Graph and for its simulator, as far as this client relies on them.
//!
//! The simulator is asked in every run. A real tenant is asked as well when the variables of [`real::REQUIRED`] are set; those of
//! [`real::OPTIONAL`] widen what is asked. It needs the set-up that a tenant of Minuted needs, makes its own events 30 days
//! ahead, invites nobody, and removes what it made.

#[cfg(test)]
#[path = "conformance/artifacts.rs"]
mod artifacts;
#[cfg(test)]
#[path = "conformance/events.rs"]
mod events;
#[cfg(test)]
#[path = "conformance/identity.rs"]
mod identity;
#[cfg(test)]
#[path = "conformance/meetings.rs"]
mod meetings;
#[cfg(test)]
#[path = "conformance/real.rs"]
mod real;
#[cfg(test)]
#[path = "conformance/subscriptions.rs"]
mod subscriptions;
#[cfg(test)]
#[path = "conformance/tenant.rs"]
mod tenant;
#[cfg(test)]
#[path = "conformance/webhook.rs"]
mod webhook;

#[cfg(test)]
mod tests {
    use std::{pin::Pin, sync::Arc};

    use crate::{artifacts, events, identity, meetings, real, subscriptions, tenant::Tenant};

    /// What became of one behaviour.
    pub(crate) enum Outcome {
        Held,
        /// It could not be asked, for this reason.
        Skipped(&'static str),
    }

    type Check = fn(Arc<Tenant>) -> Pin<Box<dyn Future<Output = Outcome> + Send>>;

    macro_rules! behaviours {
        ($($module:ident::$name:ident),* $(,)?) => {
            [$((stringify!($name), (|tenant| Box::pin(async move { $module::$name(&tenant).await })) as Check)),*]
        };
    }

    fn all() -> Vec<(&'static str, Check)> {
        Vec::from(behaviours![
            identity::a_wrong_secret_is_refused_with_a_number,
            identity::an_unknown_app_is_refused,
            identity::a_new_token_tells_its_permissions,
            identity::the_organizer_is_found_by_name_and_by_id,
            identity::a_user_who_does_not_exist_is_not_found,
            events::the_calendar_allows_teams,
            events::a_mailbox_out_of_scope_is_refused,
            events::an_event_gets_its_join_link,
            events::the_same_transaction_makes_one_event,
            events::a_change_of_time_and_subject_keeps_the_link,
            events::a_cancelled_event_is_gone_and_cancelling_again_is_success,
            events::a_deleted_event_is_gone_and_deleting_again_is_success,
            events::an_id_that_is_none_is_invalid,
            meetings::the_meeting_of_an_event_is_found_by_its_link,
            meetings::an_unknown_link_finds_nothing,
            meetings::options_can_be_set,
            meetings::the_organizers_name_is_no_address_of_meetings,
            artifacts::a_new_meeting_has_none,
            artifacts::an_unknown_meeting_has_no_list,
            artifacts::recordings_are_listed_and_read,
            artifacts::transcripts_are_listed_and_read,
            artifacts::an_unknown_recording_is_not_found,
            subscriptions::the_endpoint_is_asked_before_a_subscription_exists,
            subscriptions::an_endpoint_that_does_not_echo_is_refused,
            subscriptions::a_subscription_is_listed_renewed_and_deleted,
        ])
    }

    /// Runs the list and says what failed; a panic in one does not hide the others.
    async fn run(tenant: Tenant) -> Vec<(&'static str, &'static str)> {
        let tenant = Arc::new(tenant);
        let (mut failed, mut skipped) = (Vec::new(), Vec::new());
        for (name, check) in all() {
            match tokio::spawn(check(Arc::clone(&tenant))).await {
                Ok(Outcome::Held) => {}
                Ok(Outcome::Skipped(why)) => skipped.push((name, why)),
                Err(_) => failed.push(name),
            }
        }
        assert!(failed.is_empty(), "does not hold for {}: {failed:#?}", tenant.name);
        skipped
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn simulator() {
        let (sim, tenant) = Tenant::simulated().await;
        assert_eq!(run(tenant).await, [], "the simulator can be asked everything");
        let made = |event: &&graph_sim::SimEvent| event.subject.starts_with(crate::tenant::SUBJECT) && !event.deleted;
        assert_eq!(sim.events().iter().filter(made).count(), 0, "what was made is removed");
        let broke: Vec<_> = sim
            .violations()
            .into_iter()
            .filter_map(|request| request.broke)
            .collect();
        assert_eq!(
            broke,
            [graph_sim::rules::UPN_IN_PATH],
            "only what was broken on purpose"
        );
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn real_tenant() {
        let Some(tenant) = real::tenant().await else { return };
        for (name, why) in run(tenant).await {
            eprintln!("not asked: {name}: {why}");
        }
    }
}
