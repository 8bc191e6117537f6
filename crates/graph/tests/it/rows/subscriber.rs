//! Somebody who has subscribed, for the rows about notifications.

use futures::TryStreamExt;
use graph::{
    ArtifactKind, ErrorKind, GraphSession, NewSubscription, SubscriptionResource,
    notifications::{ArtifactRef, Batch, Notification, NotificationEvent, parse},
};
use graph_sim::Session;
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

pub async fn subscribe(
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

/// What recordings and transcripts hold here.
pub const CONTENT: [&[u8]; 2] = [b"film", b"WEBVTT\n"];

impl Subscribed {
    pub async fn content(&self, organizer: &str, of: &ArtifactRef) -> Result<Vec<u8>, ErrorKind> {
        let (meeting, id) = (&of.meeting_id, &of.artifact_id);
        let read = match of.kind {
            ArtifactKind::Recording => match self.session.recording_content(organizer, meeting, id, None).await {
                Ok(film) => film.try_collect::<Vec<_>>().await.map(|chunks| chunks.concat()),
                Err(error) => Err(error),
            },
            ArtifactKind::Transcript => {
                let read = self.session.transcript_content(organizer, meeting, id).await;
                read.map(|content| content.bytes.to_vec())
            }
        };
        read.map_err(|error| error.kind)
    }

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
    pub fn posted(&self) -> Vec<Vec<u8>> {
        std::mem::take(&mut self.hook.seen.lock().unwrap().posted)
    }

    /// What was posted since the last time, read.
    pub async fn batches(&self) -> Vec<Batch> {
        self.sim.settled().await;
        self.posted().iter().map(|body| parse(body).unwrap()).collect()
    }

    pub async fn notifications(&self) -> Vec<Notification> {
        let items = self.batches().await.into_iter().flat_map(|batch| batch.items);
        items.map(Result::unwrap).collect()
    }
}

pub fn artifact(notification: &Notification) -> &ArtifactRef {
    match &notification.event {
        NotificationEvent::Artifact { artifact, .. } => artifact,
        NotificationEvent::Lifecycle(event) => panic!("{event:?}"),
    }
}

pub fn named(notifications: &[Notification]) -> Vec<&str> {
    notifications
        .iter()
        .map(|one| artifact(one).artifact_id.as_str())
        .collect()
}
