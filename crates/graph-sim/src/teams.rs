//! How the simulated Teams behaves where Microsoft's varies.

use std::cell::Cell;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::{TenantConfig, UserConfig, state::State};

/// Settings of online meetings and their artifacts, for all tenants.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "habits of the simulated service, each independent of the others"
)]
pub struct TeamsQuirks {
    /// The join links of events created from now on.
    pub links: LinkForm,
    /// Ids of meetings and artifacts made from now on hold `+`, `/` and `=`.
    pub odd_ids: bool,
    /// What the artifacts of a standalone meeting are refused with: 400, 404 or 403.
    pub standalone_status: u16,
    /// Entities hold a member that no documentation knows.
    pub unknown_members: bool,
    pub content_urls: ContentUrls,
    /// Items on a page of artifacts.
    pub page_size: usize,
    pub paging: PagingMode,
    /// Microsoft's known issue: a list asked for with `$top` has no `nextLink`.
    pub top_drops_next_link: bool,
    /// Microsoft's known issue: `getAllRecordings` knows only meetings that were transcribed.
    pub all_recordings_need_transcript: bool,
    /// A delta tells the items again that it has told before.
    pub delta_repeats: bool,
}

impl Default for TeamsQuirks {
    /// As Microsoft usually behaves, with its known issues.
    fn default() -> Self {
        Self {
            links: LinkForm::default(),
            odd_ids: false,
            standalone_status: 400,
            unknown_members: false,
            content_urls: ContentUrls::default(),
            page_size: 100,
            paging: PagingMode::default(),
            top_drops_next_link: true,
            all_recordings_need_transcript: true,
            delta_repeats: false,
        }
    }
}

/// Which form of the join link an event and its online meeting show.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum LinkForm {
    /// `https://teams.microsoft.com/l/meetup-join/…` on both.
    #[default]
    Classic,
    /// `https://teams.microsoft.com/meet/{digits}?p={pass}` on the event, the classic form on the meeting; either finds it.
    ShortOnEvent,
    /// The classic form on the event, the short form on the meeting; either finds it.
    ShortOnMeeting,
    /// The short form on both, and no other.
    Short,
}

/// What `recordingContentUrl` and `transcriptContentUrl` look like. No client should use them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ContentUrls {
    #[default]
    Absolute,
    /// `users/…`
    Relative,
    /// `…/v1.0/$metadata#users('…')/…`, as in Microsoft's samples.
    Malformed,
    /// On a media service that does not take the app's token.
    MediaService,
}

/// How lists of artifacts are cut into pages.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PagingMode {
    #[default]
    Regular,
    /// This many empty pages with a `nextLink` come first.
    EmptyFirst(u32),
    /// Nothing but empty pages, each with a new `nextLink`.
    EndlessEmpty,
    /// Every page has a `nextLink`, to this base: `https://graph.example.net`.
    ForeignHost(String),
    /// Each page begins with the last item of the one before.
    RepeatedIds,
    /// The `nextLink` of a page is its own.
    RepeatedLink,
}

/// Remembers for what flaps whether it refused the last time.
#[derive(Debug, Default)]
pub(crate) struct Flaps {
    policy: Cell<bool>,
    access: Cell<bool>,
    attribution: Cell<bool>,
}

/// Something an administrator switched on, and how far it has come through the service.
struct Switch {
    on: bool,
    from: Option<DateTime<Utc>>,
    flaps: bool,
}

impl Switch {
    /// One that flaps refuses the first request and then every other one.
    fn lets_pass(&self, now: DateTime<Utc>, refused: &Cell<bool>) -> bool {
        if !self.on || self.from.is_some_and(|from| now < from) {
            return false;
        }
        !self.flaps || refused.replace(!refused.get())
    }
}

impl State {
    /// A Teams application access policy lets the app act for the user, at this request.
    pub(crate) fn policy_allows(&self, user: &UserConfig) -> bool {
        let policy = Switch {
            on: user.teams_policy,
            from: user.teams_policy_from,
            flaps: user.teams_policy_flaps,
        };
        policy.lets_pass(self.clock.now(), &self.flaps.policy)
    }

    /// The tenant lets apps read transcripts, at this request.
    pub(crate) fn transcripts_open(&self, tenant_id: &str) -> bool {
        let tenant = self.tenant(tenant_id);
        switch(&tenant, tenant.transcript_access).lets_pass(self.clock.now(), &self.flaps.access)
    }

    /// The tenant lets apps know who said what, at this request.
    pub(crate) fn attribution_allowed(&self, tenant_id: &str) -> bool {
        let tenant = self.tenant(tenant_id);
        switch(&tenant, tenant.speaker_attribution).lets_pass(self.clock.now(), &self.flaps.attribution)
    }
}

fn switch(tenant: &TenantConfig, on: bool) -> Switch {
    Switch {
        on,
        from: tenant.switches_from,
        flaps: tenant.switches_flap,
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use chrono::{TimeDelta, Utc};

    use super::Switch;

    #[test]
    fn switches() {
        let now = chrono::DateTime::<Utc>::UNIX_EPOCH;
        let refused = Cell::new(false);
        let mut switch = Switch {
            on: true,
            from: Some(now + TimeDelta::seconds(1)),
            flaps: false,
        };
        assert!(!switch.lets_pass(now, &refused));
        assert!(switch.lets_pass(now + TimeDelta::seconds(1), &refused));
        switch.from = None;
        switch.flaps = true;
        let passed: Vec<bool> = (0..4).map(|_| switch.lets_pass(now, &refused)).collect();
        assert_eq!(passed, [false, true, false, true]);
        switch.on = false;
        assert!(!switch.lets_pass(now, &refused) && !switch.lets_pass(now, &refused));
    }
}
