//! How meetings are made, and what becomes of their recordings.

use domain::TeamsSetup;
use leptos::prelude::*;

use super::{super::api::SubmitTeamsOptions, Done};
use crate::{
    i18n::{tu, tu_string},
    paths,
    ui::{ActionForm, Badge, Button, ButtonKind, ButtonLink, FormFailure, I18n, Tone, failure_of},
};

pub fn card(text: I18n, setup: &TeamsSetup, (records, may_change): (bool, bool), done: Done) -> AnyView {
    let action = ServerAction::<SubmitTeamsOptions>::new();
    Effect::new(move |_| {
        if let Some(Ok(())) = action.value().get() {
            done.run(("saved", "teams-save-draft"));
        }
    });
    let is_fixed = !may_change || !setup.has_profile();
    let choice = move |id: &'static str, name: &'static str, on: bool, label: &'static str, hint: &'static str| {
        let hint_id = format!("{id}-hint");
        view! {
            <div class="choice">
                <label class="check" for=id>
                    <input
                        id=id
                        type="checkbox"
                        name=name
                        value="true"
                        checked=on
                        disabled=is_fixed
                        aria-describedby=hint_id.clone()
                    />
                    {label}
                </label>
                <p id=hint_id class="hint">
                    {hint}
                </p>
            </div>
        }
        .into_any()
    };
    let save = (!is_fixed).then(|| {
        view! {
            <div class="actions">
                <Button id="teams-save-draft" kind=ButtonKind::Primary submit=true>
                    {tu!(text, settings.save)}
                </Button>
            </div>
        }
    });
    let (downloads, invites, tenant_wide) = (setup.downloads, setup.invites, setup.tenant_wide);
    let portal = portal(text, setup, is_fixed);
    view! {
        <section id="teams-options" class="card" aria-labelledby="teams-options-title">
            <h2 id="teams-options-title">{tu!(text, settings.teams_recording)}</h2>
            <FormFailure id="teams-options-failure" failure=failure_of(action) />
            <ActionForm action=action attr:id="teams-options-form" attr:class="form">
                {choice(
                    "teams-record-automatically",
                    "input[records]",
                    records,
                    tu_string!(text, settings.teams_record),
                    tu_string!(text, settings.teams_record_hint),
                )}
                {choice(
                    "teams-download-recordings",
                    "input[downloads]",
                    downloads,
                    tu_string!(text, settings.teams_download),
                    tu_string!(text, settings.teams_download_hint),
                )}
                {choice(
                    "send-meeting-invites-switch",
                    "input[invites]",
                    invites,
                    tu_string!(text, settings.teams_invite),
                    tu_string!(text, settings.teams_invite_hint),
                )}
                {choice(
                    "teams-subscribe-tenant-wide",
                    "input[tenant_wide]",
                    tenant_wide,
                    tu_string!(text, settings.teams_wide),
                    tu_string!(text, settings.teams_wide_hint),
                )}
                {save}
            </ActionForm>
            {portal}
        </section>
    }
    .into_any()
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
