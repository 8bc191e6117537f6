//! How meetings are made, and what becomes of their recordings.

use domain::TeamsSetup;
use leptos::prelude::*;

use super::{super::api::SubmitTeamsOptions, Done, parts};
use crate::{
    i18n::{tu, tu_string},
    paths,
    ui::{ActionForm, Badge, ButtonLink, FormFailure, I18n, Tone, failure_of},
};

pub fn card(text: I18n, setup: &TeamsSetup, (records, may_change): (bool, bool), done: Done) -> AnyView {
    let action = ServerAction::<SubmitTeamsOptions>::new();
    Effect::new(move |_| {
        if let Some(Ok(())) = action.value().get() {
            done.run(("saved", "teams-save-draft"));
        }
    });
    let is_fixed = !may_change || !setup.has_profile();
    let choices = [
        Choice {
            id: "teams-record-automatically",
            name: "input[records]",
            is_on: records,
            label: tu_string!(text, settings.teams_record),
            hint: tu_string!(text, settings.teams_record_hint),
        },
        Choice {
            id: "teams-download-recordings",
            name: "input[downloads]",
            is_on: setup.downloads,
            label: tu_string!(text, settings.teams_download),
            hint: tu_string!(text, settings.teams_download_hint),
        },
        Choice {
            id: "send-meeting-invites-switch",
            name: "input[invites]",
            is_on: setup.invites,
            label: tu_string!(text, settings.teams_invite),
            hint: tu_string!(text, settings.teams_invite_hint),
        },
        Choice {
            id: "teams-subscribe-tenant-wide",
            name: "input[tenant_wide]",
            is_on: setup.tenant_wide,
            label: tu_string!(text, settings.teams_wide),
            hint: tu_string!(text, settings.teams_wide_hint),
        },
    ];
    let choices = choices.map(|choice| choice.view(is_fixed)).collect_view();
    let save = (!is_fixed).then(|| parts::save(text, "teams-save-draft"));
    let portal = portal(text, setup, is_fixed);
    view! {
        <section id="teams-options" class="card" aria-labelledby="teams-options-title">
            <h2 id="teams-options-title">{tu!(text, settings.teams_recording)}</h2>
            <FormFailure id="teams-options-failure" failure=failure_of(action) />
            <ActionForm action=action attr:id="teams-options-form" attr:class="form">
                {choices}
                {save}
            </ActionForm>
            {portal}
        </section>
    }
    .into_any()
}

/// Something that is done or not.
struct Choice {
    id: &'static str,
    name: &'static str,
    is_on: bool,
    label: &'static str,
    hint: &'static str,
}

impl Choice {
    fn view(self, is_fixed: bool) -> AnyView {
        let hint_id = format!("{}-hint", self.id);
        view! {
            <div class="choice">
                <label class="check" for=self.id>
                    <input
                        id=self.id
                        type="checkbox"
                        name=self.name
                        value="true"
                        checked=self.is_on
                        disabled=is_fixed
                        aria-describedby=hint_id.clone()
                    />
                    {self.label}
                </label>
                <p id=hint_id class="hint">
                    {self.hint}
                </p>
            </div>
        }
        .into_any()
    }
}

/// Whether clients see what was recorded.
fn portal(text: I18n, setup: &TeamsSetup, is_fixed: bool) -> AnyView {
    let (tone, icon, shown) = if setup.shows_in_portal {
        (
            Tone::Accent,
            icondata_lu::LuEye,
            tu_string!(text, settings.portal_shown),
        )
    } else {
        (
            Tone::Neutral,
            icondata_lu::LuEyeOff,
            tu_string!(text, settings.portal_hidden),
        )
    };
    let (ask, change) = if setup.shows_in_portal {
        ("hide", tu_string!(text, settings.portal_hide))
    } else {
        ("show", tu_string!(text, settings.portal_show))
    };
    let change = (!is_fixed).then(|| {
        view! {
            <div class="actions">
                <ButtonLink
                    id="teams-expose-recordings-in-portal"
                    href=paths::settings_dialog(paths::TEAMS, "do", ask)
                    attr:data-noscroll=""
                >
                    {change}
                </ButtonLink>
            </div>
        }
    });
    view! {
        <div class="setup-portal">
            <h3 class="with-badge">
                {tu!(text, settings.portal_recordings)}
                <Badge tone=tone icon=icon text=shown />
            </h3>
            <p class="hint">{tu!(text, settings.portal_recordings_hint)}</p>
            {change}
        </div>
    }
    .into_any()
}
