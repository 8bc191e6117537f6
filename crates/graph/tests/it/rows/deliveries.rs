use graph::{
    ArtifactKind, ErrorKind, NewSubscription, SubscriptionResource,
    notifications::{LifecycleEvent, NotificationEvent},
};
use graph_sim::{DeliveryState, Endpoint};

use super::{
    artifacts::listed,
    subscriber::{STATE, named, subscribed},
    *,
};
use crate::support::*;

#[tokio::test]
async fn row_23_what_is_refused_comes_again_and_what_is_dropped_never_does() {
    let world = subscribed().await;
    // The endpoint's door is closed for the first attempts.
    world.sim.change_notifications(|mode| mode.retry_after_ms = Some(5));
    world.hook.seen.lock().unwrap().refused = 2;
    let id = world.record();
    assert_eq!(named(&world.notifications().await), [&id]);
    let deliveries = world.sim.deliveries();
    let tried: Vec<_> = deliveries[0].attempts.iter().map(|attempt| attempt.status).collect();
    assert_eq!(tried, [Some(503), Some(503), Some(202)]);

    world.sim.change_notifications(|mode| mode.endpoint = Endpoint::Slow);
    let slow = world.record();
    assert!(world.posted().is_empty(), "held back");
    world.sim.advance(TimeDelta::seconds(11));
    assert_eq!(named(&world.notifications().await), [&slow]);

    world.sim.change_notifications(|mode| mode.endpoint = Endpoint::Drop);
    let dropped = world.record();
    world.sim.settled().await;
    assert_eq!(
        world.sim.deliveries().last().map(|last| last.state),
        Some(DeliveryState::Dropped)
    );
    assert!(world.posted().is_empty());
    // The list is the only way to find it.
    let listed = world
        .session
        .artifacts(ArtifactKind::Recording, ORGANIZER_ID, &world.meeting)
        .await
        .unwrap();
    assert!(listed.iter().any(|recording| recording.id == dropped));
}

#[tokio::test]
async fn row_24_lifecycle_events_are_told_from_artifacts() {
    let world = subscribed().await;
    for (sent, read) in [
        (graph_sim::LifecycleEvent::Missed, LifecycleEvent::Missed),
        (
            graph_sim::LifecycleEvent::ReauthorizationRequired,
            LifecycleEvent::ReauthorizationRequired,
        ),
        (
            graph_sim::LifecycleEvent::SubscriptionRemoved,
            LifecycleEvent::SubscriptionRemoved,
        ),
    ] {
        assert!(world.sim.send_lifecycle(&world.subscription, sent));
        let notifications = world.notifications().await;
        let [notification] = &notifications[..] else {
            panic!("one")
        };
        assert_eq!(notification.event, NotificationEvent::Lifecycle(read));
        assert_eq!(notification.subscription_id, world.subscription);
        assert!(notification.is_from(&STATE.into()));
    }
    let error = world
        .session
        .reauthorize_subscription(&world.subscription)
        .await
        .unwrap_err();
    assert_eq!(error.kind, ErrorKind::NotFound, "removed");
}

#[tokio::test]
async fn row_24_nothing_comes_until_it_is_reauthorized_or_renewed() {
    let world = subscribed().await;
    for renew in [false, true] {
        world
            .sim
            .send_lifecycle(&world.subscription, graph_sim::LifecycleEvent::ReauthorizationRequired);
        world.batches().await;
        let lost = world.record();
        assert!(world.batches().await.is_empty(), "silence");
        if renew {
            let expires = world.sim.now() + NewSubscription::RECOMMENDED_LIFE;
            world
                .session
                .renew_subscription(&world.subscription, expires)
                .await
                .unwrap();
        } else {
            world
                .session
                .reauthorize_subscription(&world.subscription)
                .await
                .unwrap();
        }
        let id = world.record();
        let notifications = world.notifications().await;
        assert_eq!(named(&notifications), [&id], "what came meanwhile is lost");
        let listed = world
            .session
            .artifacts(ArtifactKind::Recording, ORGANIZER_ID, &world.meeting)
            .await
            .unwrap();
        assert!(listed.iter().any(|recording| recording.id == lost), "but listed");
    }
}

#[tokio::test]
async fn row_24_a_subscription_expires_without_notice() {
    let world = subscribed().await;
    world
        .sim
        .change_notifications(|mode| mode.reauthorize_before_minutes = None);
    world.sim.advance(NewSubscription::MAX_LIFE);
    pass(4000).await;
    world.record();
    assert!(world.batches().await.is_empty());
    assert!(world.session.subscriptions().await.unwrap().is_empty());
    let expires = world.sim.now() + NewSubscription::RECOMMENDED_LIFE;
    let error = world
        .session
        .renew_subscription(&world.subscription, expires)
        .await
        .unwrap_err();
    assert_eq!(error.kind, ErrorKind::NotFound);
}

#[tokio::test]
async fn row_23_after_four_hours_only_the_list_knows() {
    let world = subscribed().await;
    world.sim.change_notifications(|mode| mode.retry_after_ms = Some(1));
    world.hook.seen.lock().unwrap().refused = u32::MAX;
    let lost = world.record();
    assert!(world.batches().await.is_empty());
    let delivery = world.sim.deliveries().remove(0);
    assert_eq!((delivery.state, delivery.status), (DeliveryState::GivenUp, Some(503)));
    assert!(delivery.attempts.len() > 10, "{}", delivery.attempts.len());
    let listed = listed(&world.session, ArtifactKind::Recording, &world.meeting).await;
    assert!(listed.iter().any(|recording| recording.id == lost));
}

#[tokio::test]
async fn row_24_the_clock_asks_for_reauthorization_and_events_may_come_where_artifacts_do() {
    let world = subscribed().await;
    world.session.delete_subscription(&world.subscription).await.unwrap();
    let new = NewSubscription {
        resource: SubscriptionResource::tenant(ArtifactKind::Recording),
        notification_url: world.hook.url("echo/all"),
        lifecycle_url: Some(world.hook.url("echo/all")),
        expires: world.sim.now().trunc_subsecs(0) + TimeDelta::hours(5),
        client_state: STATE.into(),
        encryption: None,
    };
    let made = world.session.create_subscription(&new).await.unwrap();
    let id = world.record();
    assert_eq!(named(&world.notifications().await), [&id]);
    // A quarter of an hour before the end.
    world.sim.advance(TimeDelta::minutes(290));
    pass(290 * 60).await;
    let notifications = world.notifications().await;
    let [asked] = &notifications[..] else {
        panic!("{notifications:?}")
    };
    let event = NotificationEvent::Lifecycle(LifecycleEvent::ReauthorizationRequired);
    assert_eq!((&asked.event, &asked.subscription_id), (&event, &made.id));
    assert_eq!(asked.subscription_expires, Some(new.expires));
    assert!(asked.is_from(&STATE.into()));
    world.record();
    assert!(world.batches().await.is_empty(), "silence");

    let expires = world.sim.now().trunc_subsecs(0) + TimeDelta::hours(5);
    let renewed = world.session.renew_subscription(&made.id, expires).await.unwrap();
    assert_eq!(renewed.expires, expires);
    let id = world.record();
    let notifications = world.notifications().await;
    assert_eq!(named(&notifications), [&id]);
    assert_eq!(notifications[0].subscription_expires, Some(expires));
}
