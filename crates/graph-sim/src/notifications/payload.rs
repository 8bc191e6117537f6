//! The notifications' JSON.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use serde_json::{Value, json};

use super::{Forgery, LifecycleEvent, PathForm, outbox::Item, rich, token};
use crate::{ArtifactKind, SimArtifact, SimSubscription, event::seven_digits, state::State};

/// What a notification is about, be it known to the simulator or not.
#[derive(Clone, Copy)]
pub(super) struct Subject<'a> {
    pub kind: ArtifactKind,
    pub organizer: &'a str,
    pub meeting: &'a str,
    pub id: &'a str,
}

impl Subject<'_> {
    /// `users/{organizer}/onlineMeetings('{meeting}')/recordings('{id}')`, or the older form.
    fn path(&self, form: PathForm) -> String {
        let owner = match form {
            PathForm::Communications => "communications".to_owned(),
            PathForm::Users | PathForm::Mixed => format!("users/{}", self.organizer),
        };
        format!(
            "{owner}/onlineMeetings('{}')/{}('{}')",
            self.meeting,
            self.kind.collection(),
            self.id
        )
    }
}

impl State {
    pub(super) fn artifact_item(&mut self, to: &SimSubscription, artifact: &SimArtifact, due: DateTime<Utc>) -> Item {
        let meeting = self
            .meetings
            .iter()
            .find(|meeting| meeting.id == artifact.online_meeting_id);
        let organizer = meeting
            .map(|meeting| meeting.organizer_object_id.clone())
            .unwrap_or_default();
        let subject = Subject {
            kind: artifact.kind,
            organizer: &organizer,
            meeting: &artifact.online_meeting_id,
            id: &artifact.id,
        };
        let form = self.path_form();
        let mut item = Item::new(to, created(to, subject, form), &to.notification_url, due);
        if self.outbox.mode.item_ids {
            item.value["id"] = json!(self.ids.guid());
        }
        if to.include_resource_data {
            item.rich = true;
            item.forgeries.clone_from(&self.outbox.mode.forgeries);
            let clear = self.resource_json(artifact, &organizer, form);
            let key = self.ids.bytes::<32>();
            item.value["encryptedContent"] = rich::encrypt(to, &clear, &key, &item.forgeries).unwrap_or_default();
        }
        item
    }

    fn path_form(&mut self) -> PathForm {
        let mode = self.outbox.mode.path;
        if mode != PathForm::Mixed {
            return mode;
        }
        self.outbox.turns += 1;
        match self.outbox.turns % 2 {
            1 => PathForm::Users,
            _ => PathForm::Communications,
        }
    }

    /// What the encrypted content holds: the artifact's properties, not quite as its own address shows them.
    fn resource_json(&self, artifact: &SimArtifact, organizer: &str, form: PathForm) -> Value {
        let Some(organizer) = self.users.iter().find(|user| user.object_id == organizer) else {
            return Value::Null;
        };
        let mut clear = artifact.to_json("", organizer);
        let (url, kind) = match artifact.kind {
            ArtifactKind::Recording => ("recordingContentUrl", "#Microsoft.Graph.callRecording"),
            ArtifactKind::Transcript => ("transcriptContentUrl", "#Microsoft.Graph.callTranscript"),
        };
        let relative = clear[url].as_str().unwrap_or_default().trim_start_matches("/v1.0/");
        clear[url] = json!(match form {
            PathForm::Communications => relative.replace(&format!("users/{}/", organizer.object_id), "communications/"),
            PathForm::Users | PathForm::Mixed => relative.to_owned(),
        });
        if artifact.kind == ArtifactKind::Transcript {
            clear["createdDateTime"] = Value::Null;
        }
        clear["content"] = Value::Null;
        clear["@odata.type"] = json!(kind);
        clear
    }

    /// Packs what is due into requests.
    pub(super) fn compose(&mut self) {
        let now = self.clock.now();
        for group in self.outbox.take_groups(now) {
            let Some(url) = group.first().map(|item| item.url.clone()) else {
                continue;
            };
            let body = self.envelope(group);
            for _ in 0..self.outbox.mode.copies {
                self.outbox.post(&url, body.clone(), now);
            }
        }
    }

    /// The whole body of a request.
    pub(super) fn envelope(&mut self, items: Vec<Item>) -> Value {
        let mut body = json!({});
        if items.iter().any(|item| item.rich) {
            body["validationTokens"] = self.validation_tokens(&items);
        }
        body["value"] = items.into_iter().map(|item| item.value).collect();
        body
    }

    /// One for each app and tenant.
    fn validation_tokens(&mut self, group: &[Item]) -> Value {
        let forgeries: Vec<Forgery> = group.iter().flat_map(|item| item.forgeries.clone()).collect();
        if forgeries.contains(&Forgery::NoTokens) {
            return Value::Null;
        }
        let owners: BTreeSet<_> = group
            .iter()
            .filter(|item| item.rich)
            .map(|item| (&item.client_id, &item.tenant_id))
            .collect();
        let now = self.clock.now();
        let version = self.outbox.mode.token;
        let login = format!("{}/login", self.base);
        owners
            .into_iter()
            .filter_map(|(app, tenant)| {
                let id = self.ids.guid();
                token::issue((&login, &self.keys), version, (app, tenant), &forgeries, id, now)
            })
            .collect()
    }
}

pub(super) fn created(to: &SimSubscription, subject: Subject<'_>, form: PathForm) -> Value {
    let path = subject.path(form);
    let kind = match subject.kind {
        ArtifactKind::Recording => "#Microsoft.Graph.callRecording",
        ArtifactKind::Transcript => "#Microsoft.Graph.callTranscript",
    };
    json!({
        "subscriptionId": to.id, "changeType": "created", "clientState": to.client_state, "tenantId": to.tenant_id,
        "subscriptionExpirationDateTime": stamp(to.expires), "resource": path,
        "resourceData": { "id": subject.id, "@odata.type": kind, "@odata.id": path },
    })
}

/// None without a lifecycle URL.
pub(super) fn lifecycle_item(to: &SimSubscription, event: LifecycleEvent, due: DateTime<Utc>) -> Option<Item> {
    let value = json!({
        "lifecycleEvent": event, "subscriptionId": to.id, "clientState": to.client_state, "tenantId": to.tenant_id,
        "subscriptionExpirationDateTime": stamp(to.expires), "resource": to.resource,
    });
    Some(Item::new(to, value, to.lifecycle_url.as_ref()?, due))
}

/// `2026-11-27T08:29:11.3173971+00:00`
fn stamp(time: DateTime<Utc>) -> String {
    format!("{}+00:00", seven_digits(time))
}
