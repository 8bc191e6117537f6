use graph::{
    ArtifactKind, ErrorKind, GraphSession, NewSubscription, Secret, SubscriptionResource,
    notifications::{ArtifactRef, Batch, LifecycleEvent, Notification, NotificationEvent, parse},
};
use graph_sim::{Content, DeliveryState, Endpoint, Message, NewArtifact, PathForm, Session, demo::contoso};
use uuid::Uuid;

use super::*;
use crate::{support::*, webhook::Webhook};

/// The client state of every subscription here.
pub const STATE: &str = "the secret of this subscription";

/// An organizer with a meeting, and somebody who has subscribed to its recordings.
pub struct Subscribed {
    pub sim: Simulator,
    pub client: graph::GraphClient,
    pub session: GraphSession,
    pub hook: Webhook,
    pub subscription: String,
    pub meeting: String,
}

pub async fn subscribed() -> Subscribed {
    let World { sim, client, session } = recorded_world().await;
    let hook = Webhook::start("127.0.0.1:0", None).await;
    let subscription = subscribe(&session, &sim, &hook, ArtifactKind::Recording, ORGANIZER_ID).await;
    let meeting = sim
        .meetings()
        .into_iter()
        .find(|meeting| meeting.organizer_object_id == ORGANIZER_ID);
    let meeting = meeting.unwrap().id;
    Subscribed {
        sim,
        client,
        session,
        hook,
        subscription,
        meeting,
    }
}

async fn subscribe(
    session: &GraphSession,
    sim: &Simulator,
    hook: &Webhook,
    kind: ArtifactKind,
    organizer: &str,
) -> String {
    let new = NewSubscription {
        resource: SubscriptionResource::organizer(kind, organizer.parse().unwrap()),
        notification_url: hook.url("echo/artifacts"),
        lifecycle_url: Some(hook.url("echo/lifecycle")),
        expires: sim.now().trunc_subsecs(0) + NewSubscription::RECOMMENDED_LIFE,
        client_state: STATE.into(),
        encryption: None,
    };
    session.create_subscription(&new).await.unwrap().id
}

impl Subscribed {
    pub fn session_of_now(&self) -> Session {
        let now = self.sim.now();
        Session {
            correlation_id: Uuid::from_u128(9),
            start: now - TimeDelta::minutes(20),
            end: now,
        }
    }

    pub fn record(&self) -> String {
        self.sim
            .add_recording(&self.meeting, self.session_of_now(), "film")
            .unwrap()
    }

    /// The bodies that were posted since the last time.
    fn posted(&self) -> Vec<Vec<u8>> {
        std::mem::take(&mut self.hook.seen.lock().unwrap().posted)
    }

    /// What was posted since the last time, read.
    pub async fn batches(&self) -> Vec<Batch> {
        self.sim.settled().await;
        self.posted().iter().map(|body| parse(body).unwrap()).collect()
    }

    async fn notifications(&self) -> Vec<Notification> {
        let items = self.batches().await.into_iter().flat_map(|batch| batch.items);
        items.map(Result::unwrap).collect()
    }
}

fn artifact(notification: &Notification) -> &ArtifactRef {
    match &notification.event {
        NotificationEvent::Artifact { artifact, .. } => artifact,
        NotificationEvent::Lifecycle(event) => panic!("{event:?}"),
    }
}

fn named(notifications: &[Notification]) -> Vec<&str> {
    notifications
        .iter()
        .map(|one| artifact(one).artifact_id.as_str())
        .collect()
}

#[tokio::test]
async fn row_22_both_generations_of_paths_lead_to_the_content() {
    let world = subscribed().await;
    for form in [PathForm::Users, PathForm::Communications] {
        world.sim.change_notifications(|mode| mode.path = form);
        let id = world.record();
        let notifications = world.notifications().await;
        assert_eq!(named(&notifications), [&id]);
        let [notification] = &notifications[..] else {
            panic!("one")
        };
        assert_eq!(notification.subscription_id, world.subscription);
        assert_eq!(notification.tenant_id, Some(northwind::TENANT_ID.parse().unwrap()));
        assert!(notification.is_from(&Secret::from(STATE)));
        let found = artifact(notification);
        assert_eq!(
            (found.kind, &found.meeting_id),
            (ArtifactKind::Recording, &world.meeting)
        );
        let organizer = found
            .organizer()
            .expect("in the path, or in the meeting's id")
            .to_string();
        assert_eq!(organizer, ORGANIZER_ID);
        let known = world
            .session
            .artifact(found.kind, &organizer, &found.meeting_id, &found.artifact_id)
            .await;
        assert_eq!(known.unwrap().id, id);
    }
}

#[tokio::test]
async fn row_22_duplicates_disorder_and_batches_lose_nothing() {
    let world = subscribed().await;
    world.sim.change_notifications(|mode| {
        mode.batch = 3;
        mode.copies = 2;
        mode.reversed = true;
        mode.delay_seconds = 60;
        mode.path = PathForm::Mixed;
    });
    let made: Vec<String> = (0..4).map(|_| world.record()).collect();
    world.sim.advance(TimeDelta::minutes(2));
    let batches = world.batches().await;
    assert!(
        batches.iter().any(|batch| batch.items.len() == 3),
        "several in one post"
    );
    let items: Vec<Notification> = batches
        .into_iter()
        .flat_map(|batch| batch.items)
        .map(Result::unwrap)
        .collect();
    assert_eq!(items.len(), 8, "each one twice");
    let mut ids = named(&items);
    assert_ne!(ids[..4], made[..], "not in order");
    ids.sort_unstable();
    ids.dedup();
    let mut made: Vec<&str> = made.iter().map(String::as_str).collect();
    made.sort_unstable();
    assert_eq!(ids, made, "the artifact's id tells repetitions");
}

#[tokio::test]
async fn row_22_one_post_may_speak_of_several_tenants() {
    let world = subscribed().await;
    let other = world.client.session(graph::Credentials::with_secret(
        contoso::TENANT_ID,
        contoso::CLIENT_ID,
        contoso::CLIENT_SECRET,
    ));
    let organizer = contoso::ORGANIZER_OBJECT_ID;
    subscribe(&other, &world.sim, &world.hook, ArtifactKind::Recording, organizer).await;
    world.sim.change_notifications(|mode| {
        mode.batch = 10;
        mode.mix_tenants = true;
        mode.delay_seconds = 60;
    });
    world.record();
    let meetings = world.sim.meetings();
    let theirs = meetings
        .iter()
        .find(|meeting| meeting.organizer_object_id == organizer)
        .unwrap();
    world
        .sim
        .add_recording(&theirs.id, world.session_of_now(), "film")
        .unwrap();
    world.sim.advance(TimeDelta::minutes(2));
    let batches = world.batches().await;
    let [batch] = &batches[..] else {
        panic!("{} posts", batches.len())
    };
    let mut tenants: Vec<_> = batch
        .items
        .iter()
        .map(|item| item.as_ref().unwrap().tenant_id.unwrap())
        .collect();
    tenants.sort_unstable();
    assert_eq!(
        tenants,
        [northwind::TENANT_ID, contoso::TENANT_ID].map(|id| id.parse::<Uuid>().unwrap())
    );
}

#[tokio::test]
async fn row_22_a_wrong_client_state_and_an_unknown_subscription_are_seen() {
    let world = subscribed().await;
    let id = world.record();
    world.batches().await;
    let message = || Message::new(&world.subscription, &id);
    for message in [
        message().with("clientState", "guessed"),
        message().with("clientState", serde_json::Value::Null),
        message().with("subscriptionId", "00000000-0000-4000-8000-000000000000"),
    ] {
        world.sim.send(&message).unwrap();
    }
    let notifications = world.notifications().await;
    let ours = |one: &Notification| one.is_from(&STATE.into()) && one.subscription_id == world.subscription;
    assert_eq!(notifications.iter().map(ours).collect::<Vec<_>>(), [false; 3]);
    assert!(
        notifications[2].is_from(&STATE.into()),
        "only its subscription is not ours"
    );
}

#[tokio::test]
async fn row_22_content_may_not_be_ready_when_it_is_announced() {
    let world = subscribed().await;
    let film = Content::from("film".to_owned());
    let new = NewArtifact {
        content_delay: TimeDelta::minutes(5),
        ..NewArtifact::new(graph_sim::ArtifactKind::Recording, world.session_of_now(), film)
    };
    let id = world.sim.add_artifact(&world.meeting, new).unwrap();
    assert_eq!(named(&world.notifications().await), [&id]);
    let content = async || {
        world
            .session
            .recording_content(ORGANIZER_ID, &world.meeting, &id, None)
            .await
    };
    assert_eq!(
        content().await.err().map(|error| error.kind),
        Some(ErrorKind::NotFound),
        "look again later"
    );
    world.sim.advance(TimeDelta::minutes(6));
    content().await.unwrap();
}

#[tokio::test]
async fn row_22_announcements_of_what_we_do_not_know_are_read_all_the_same() {
    let world = subscribed().await;
    let id = world.record();
    world.batches().await;
    world.session.delete_subscription(&world.subscription).await.unwrap();
    world.sim.send(&Message::new(&world.subscription, &id)).unwrap();
    let late = world.notifications().await;
    assert_eq!(named(&late), [&id], "on its way when the subscription ended");

    let unknown = Message {
        subscription: Some(world.subscription.clone()),
        meeting: Some("MSp1bmtub3du".to_owned()),
        kind: Some(graph_sim::ArtifactKind::Transcript),
        ..Message::default()
    };
    world.sim.send(&unknown).unwrap();
    let notifications = world.notifications().await;
    let found = artifact(&notifications[0]);
    assert_eq!(
        (found.kind, found.meeting_id.as_str()),
        (ArtifactKind::Transcript, "MSp1bmtub3du")
    );
    let error = world
        .session
        .artifacts(found.kind, ORGANIZER_ID, &found.meeting_id)
        .await
        .unwrap_err();
    assert_eq!(error.kind, ErrorKind::NotFound, "{error}");
}

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
