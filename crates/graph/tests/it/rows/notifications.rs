use graph::{
    ArtifactKind, ErrorKind, NewSubscription, Secret, SubscriptionResource,
    notifications::{LifecycleEvent, Malformed, Notification, NotificationEvent, parse},
};
use graph_sim::{Message, NewArtifact, PathForm, demo::contoso};
use uuid::Uuid;

use super::{
    artifacts::{fresh_meeting, listed},
    subscriber::*,
    *,
};
use crate::{support::*, webhook::Webhook};

#[tokio::test]
async fn row_22_both_generations_of_paths_lead_to_the_content() {
    let world = subscribed().await;
    let session = world.session_of_now();
    subscribe(
        &world.session,
        &world.sim,
        &world.hook,
        ArtifactKind::Transcript,
        ORGANIZER_ID,
    )
    .await;
    for (form, odd_ids) in [
        (PathForm::Users, false),
        (PathForm::Communications, false),
        (PathForm::Users, true),
        (PathForm::Communications, true),
    ] {
        world.sim.change_notifications(|mode| mode.path = form);
        world.sim.change_teams(|teams| teams.odd_ids = odd_ids);
        let made = [
            world.record(),
            world.sim.add_transcript(&world.meeting, session, "WEBVTT\n").unwrap(),
        ];
        assert!(!odd_ids || made.iter().all(|id| id.contains(['+', '/'])), "{made:?}");
        let notifications = world.notifications().await;
        assert_eq!(named(&notifications), made, "{form:?}");
        for (notification, kind) in notifications
            .iter()
            .zip([ArtifactKind::Recording, ArtifactKind::Transcript])
        {
            assert_eq!(notification.tenant_id, Some(northwind::TENANT_ID.parse().unwrap()));
            assert!(notification.is_from(&Secret::from(STATE)));
            let found = artifact(notification);
            assert_eq!((found.kind, &found.meeting_id), (kind, &world.meeting));
            assert_eq!(found.organizer_in_path.is_some(), form == PathForm::Users);
            let organizer = found.organizer().expect("in the path, or in the meeting's id");
            assert_eq!(
                world.content(&organizer.to_string(), found).await.unwrap(),
                CONTENT[usize::from(kind == ArtifactKind::Transcript)]
            );
        }
    }
}

#[tokio::test]
async fn row_22_each_scope_is_told_of_its_own_and_odd_ids_are_kept() {
    let World { sim, client, session } = world().await;
    let hook = Webhook::start("127.0.0.1:0", None).await;
    sim.change_teams(|teams| teams.odd_ids = true);
    let [meeting, other] = [1, 2].map(|number| upcoming(&sim, number));
    session.create_event(ORGANIZER, &meeting).await.unwrap();
    session.create_event(ORGANIZER, &other).await.unwrap();
    let meetings: Vec<String> = sim.meetings().into_iter().map(|meeting| meeting.id).collect();
    assert!(meetings.iter().all(|id| id.contains(['+', '/'])), "{meetings:?}");
    let kind = ArtifactKind::Recording;
    let mut made = Vec::new();
    for resource in [
        SubscriptionResource::tenant(kind),
        SubscriptionResource::organizer(kind, ORGANIZER_ID.parse().unwrap()),
        SubscriptionResource::meeting(kind, &meetings[0]),
    ] {
        let new = NewSubscription {
            resource,
            notification_url: hook.url("echo/artifacts"),
            lifecycle_url: None,
            expires: sim.now() + TimeDelta::minutes(50),
            client_state: STATE.into(),
            encryption: None,
        };
        let subscription = session.create_subscription(&new).await.unwrap();
        assert_eq!(SubscriptionResource::parse(&subscription.resource), Some(new.resource));
        made.push(subscription.id);
    }
    let world = Subscribed {
        sim,
        client,
        session,
        hook,
        subscription: made[0].clone(),
        meeting: meetings[0].clone(),
    };
    for (meeting, subscriptions) in [(&meetings[0], &made[..]), (&meetings[1], &made[..2])] {
        let id = world
            .sim
            .add_recording(meeting, world.session_of_now(), "film")
            .unwrap();
        let notifications = world.notifications().await;
        let told: Vec<_> = notifications.iter().map(|one| &one.subscription_id).collect();
        assert_eq!(told, subscriptions.iter().collect::<Vec<_>>());
        for notification in &notifications {
            let found = artifact(notification);
            assert_eq!((&found.meeting_id, &found.artifact_id), (meeting, &id));
            assert_eq!(world.content(ORGANIZER_ID, found).await.unwrap(), CONTENT[0]);
        }
    }
}

#[tokio::test]
async fn row_22_a_transcript_is_told_to_those_only_who_had_subscribed_before() {
    let World { sim, client, session } = world().await;
    let hook = Webhook::start("127.0.0.1:0", None).await;
    let meeting = fresh_meeting(&sim, &session).await;
    let subscription = subscribe(&session, &sim, &hook, ArtifactKind::Transcript, ORGANIZER_ID).await;
    let world = Subscribed {
        sim,
        client,
        session,
        hook,
        subscription,
        meeting,
    };
    let (early, late) = (world.session_of_now(), TimeDelta::hours(1));
    let unheard = world.sim.add_transcript(&world.meeting, early, "WEBVTT\n").unwrap();
    assert!(world.batches().await.is_empty(), "it had begun before");
    world.sim.advance(late);
    let heard = world
        .sim
        .add_transcript(&world.meeting, world.session_of_now(), "WEBVTT\n")
        .unwrap();
    assert_eq!(named(&world.notifications().await), [&heard]);
    let listed = listed(&world.session, ArtifactKind::Transcript, &world.meeting).await;
    let ids: Vec<_> = listed.iter().map(|one| &one.id).collect();
    assert_eq!(ids, [&unheard, &heard], "the list has both");
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
    subscribe(
        &world.session,
        &world.sim,
        &world.hook,
        ArtifactKind::Transcript,
        ORGANIZER_ID,
    )
    .await;
    let kinds = [graph_sim::ArtifactKind::Recording, graph_sim::ArtifactKind::Transcript];
    for (kind, content) in kinds.into_iter().zip(CONTENT) {
        let new = NewArtifact {
            content_delay: TimeDelta::minutes(5),
            ..NewArtifact::new(kind, world.session_of_now(), content)
        };
        let id = world.sim.add_artifact(&world.meeting, new).unwrap();
        let notifications = world.notifications().await;
        assert_eq!(named(&notifications), [&id]);
        let found = artifact(&notifications[0]);
        assert_eq!(
            world.content(ORGANIZER_ID, found).await,
            Err(ErrorKind::NotFound),
            "look again later"
        );
        world.sim.advance(TimeDelta::minutes(6));
        assert_eq!(world.content(ORGANIZER_ID, found).await.unwrap(), content);
    }
}

#[tokio::test]
async fn row_22_what_strangers_post_is_told_from_notifications() {
    let world = subscribed().await;
    let id = world.record();
    world.sim.change_notifications(|mode| mode.item_ids = false);
    world.record();
    let ids: Vec<_> = world.notifications().await.into_iter().map(|one| one.id).collect();
    assert!(
        matches!(&ids[..], [Some(_), None]),
        "{ids:?}: a notification may have no id"
    );

    let post = |body: serde_json::Value| Message {
        subscription: Some(world.subscription.clone()),
        body: Some(body),
        ..Message::default()
    };
    for body in ["no JSON at all", "[]", "{}", "{\"value\":7}"] {
        world.sim.send(&post(body.into())).unwrap();
        world.sim.settled().await;
        let posted = world.posted();
        assert_eq!(posted.len(), 1);
        assert_eq!(parse(&posted[0]), Err(Malformed::NotNotifications), "{body}");
    }
    // One that cannot be read leaves the others.
    for (name, wrong) in [
        ("tenantId", "somebody"),
        ("subscriptionId", "../x"),
        ("lifecycleEvent", "unheardOf"),
    ] {
        let message = Message::new(&world.subscription, &id).with(name, wrong);
        world.sim.send(&message).unwrap();
        world.sim.send(&Message::new(&world.subscription, &id)).unwrap();
        let items: Vec<_> = world
            .batches()
            .await
            .into_iter()
            .flat_map(|batch| batch.items)
            .collect();
        let [odd, good] = &items[..] else { panic!("{items:?}") };
        assert_eq!(named(&[good.clone().unwrap()]), [&id]);
        match odd {
            Ok(odd) => {
                let unheard = NotificationEvent::Lifecycle(LifecycleEvent::Other(wrong.to_owned()));
                assert_eq!((name, &odd.event), ("lifecycleEvent", &unheard));
            }
            Err(broken) => assert_eq!(broken.position, 0, "{broken}"),
        }
    }
    // Of another tenant than the subscription's: the caller compares.
    let other = Message::new(&world.subscription, &id).with("tenantId", contoso::TENANT_ID);
    world.sim.send(&other).unwrap();
    let notifications = world.notifications().await;
    assert_eq!(notifications[0].tenant_id, contoso::TENANT_ID.parse().ok());
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
