//! How artifacts come, and go.

use chrono::{DateTime, Utc};

use crate::{NewArtifact, SimArtifact, state::State};

impl State {
    /// Gives a meeting an artifact and says its id; none when there is no such meeting.
    pub(crate) fn add_artifact(&mut self, online_meeting_id: &str, new: NewArtifact) -> Option<String> {
        let now = self.clock.now();
        let meeting = self.meetings.iter().find(|meeting| meeting.id == online_meeting_id)?;
        let artifact = SimArtifact {
            content_type: new.content_type,
            available_at: now + new.delay,
            content_at: now + new.delay + new.content_delay,
            missing: new.missing,
            transfer: new.transfer,
            announced: false,
            ..SimArtifact::new(new.kind, self.ids.guid(), meeting, new.session, new.content)
        };
        let artifact = if self.teams.odd_ids {
            artifact.with_odd_id()
        } else {
            artifact
        };
        let id = artifact.id.clone();
        self.artifacts.push(artifact);
        self.announce();
        self.due.notify_one();
        Some(id)
    }

    /// Those that became available since the last call, in the order in which they did.
    pub(crate) fn take_available(&mut self, now: DateTime<Utc>) -> Vec<SimArtifact> {
        let mut taken = Vec::new();
        for artifact in &mut self.artifacts {
            if !artifact.announced && artifact.available_at <= now {
                artifact.announced = true;
                taken.push(artifact.clone());
            }
        }
        taken.sort_by_key(|artifact| artifact.available_at);
        taken
    }

    /// When the next artifact becomes available, if one is on its way; in the past for one that nobody has taken yet.
    pub(crate) fn next_arrival(&self) -> Option<DateTime<Utc>> {
        let waiting = self.artifacts.iter().filter(|artifact| !artifact.announced);
        waiting.map(|artifact| artifact.available_at).min()
    }

    /// As if it had never been; false when there is none with this id.
    pub(crate) fn remove_artifact(&mut self, id: &str) -> bool {
        let before = self.artifacts.len();
        self.artifacts.retain(|artifact| artifact.id != id);
        self.artifacts.len() < before
    }
}
