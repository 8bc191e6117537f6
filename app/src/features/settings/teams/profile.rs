//! The app registration.

use domain::{AppProof, CertificateShown, CertificateState, Field as FieldName, TeamsSetup};
use leptos::prelude::*;

use super::{super::api::SubmitProfile, Done, parts};
use crate::{
    i18n::{tu, tu_string},
    ui::{
        ActionForm, Badge, Field, FormFailure, I18n, TextField, Tone, clear, described_by, failure_of, invalid,
        problem_of, use_text,
    },
};

const TENANT: &str = "teams-entra-tenant";
const CLIENT: &str = "teams-client-id";
const SECRET: &str = "teams-client-secret";
const CERTIFICATE: &str = "teams-client-certificate";

/// The app registration at Microsoft.
#[component]
pub fn Profile(setup: TeamsSetup, may_change: bool, on_done: Done) -> impl IntoView {
    let text = use_text();
    let badge = parts::saved(text, setup.has_profile());
    let certificate = setup.certificate.clone().map(|known| certificate(text, known));
    let body = if may_change {
        view! { <ProfileForm setup=setup on_done=on_done /> }.into_any()
    } else {
        let kept = if setup.has_secret {
            tu_string!(text, settings.secret_kept)
        } else {
            ""
        };
        let proof = match setup.proof {
            AppProof::Secret => tu_string!(text, errors.field.client_secret),
            AppProof::Certificate => tu_string!(text, errors.field.certificate),
        };
        parts::pairs([
            (tu_string!(text, errors.field.entra_tenant), setup.entra_tenant),
            (tu_string!(text, errors.field.client_id), setup.client_id),
            (proof, kept.to_owned()),
        ])
    };
    view! {
        <section id="teams-profile" class="card" aria-labelledby="teams-profile-title">
            <h2 id="teams-profile-title" class="with-badge">
                {tu!(text, settings.profile_title)}
                {badge}
            </h2>
            <p>{tu!(text, settings.profile_text)}</p>
            {certificate}
            {body}
        </section>
    }
}

/// What people know the certificate by, and whether it is good for long.
fn certificate(text: I18n, known: CertificateShown) -> AnyView {
    let (tone, icon, state) = match known.state {
        CertificateState::Good => (
            Tone::Good,
            icondata_lu::LuCircleCheck,
            tu_string!(text, settings.certificate_good),
        ),
        CertificateState::Expiring => (
            Tone::Warning,
            icondata_lu::LuClockAlert,
            tu_string!(text, settings.certificate_expiring),
        ),
        CertificateState::Expired => (
            Tone::Bad,
            icondata_lu::LuCircleAlert,
            tu_string!(text, settings.certificate_expired),
        ),
    };
    view! {
        <div id="teams-certificate" class="setup-certificate">
            <h3 class="with-badge">
                {tu!(text, settings.proof_certificate)}
                <Badge tone=tone icon=icon text=state />
            </h3>
            {parts::pairs([
                (tu_string!(text, settings.certificate_subject), known.subject),
                (tu_string!(text, settings.certificate_until), known.expires),
                (tu_string!(text, settings.certificate_sha1), known.thumbprint),
                (tu_string!(text, settings.certificate_sha256), known.sha256),
            ])}
        </div>
    }
    .into_any()
}

#[component]
fn ProfileForm(setup: TeamsSetup, on_done: Done) -> impl IntoView {
    let text = use_text();
    let action = ServerAction::<SubmitProfile>::new();
    let failure = failure_of(action);
    Effect::new(move |_| {
        if let Some(Ok(())) = action.value().get() {
            clear(SECRET);
            clear(CERTIFICATE);
            on_done.run(("profile", "teams-profile-save-button"));
        }
    });
    let saved = |of: AppProof| {
        let when = setup.secret_saved.clone().filter(|_| setup.proof == of);
        when.map(|when| tu_string!(text, settings.secret_saved, when = when))
    };
    let secret_hint = saved(AppProof::Secret).unwrap_or_else(|| tu_string!(text, settings.secret_hint).to_owned());
    let certificate_hint =
        saved(AppProof::Certificate).unwrap_or_else(|| tu_string!(text, settings.certificate_hint).to_owned());
    let (tenant, client, proof) = match setup.typed_profile {
        Some(typed) => (typed.entra_tenant, typed.client_id, typed.proof),
        None => (setup.entra_tenant, setup.client_id, setup.proof),
    };
    view! {
        <FormFailure
            id="teams-profile-failure"
            failure=failure
            controls=&[
                (FieldName::EntraTenant, TENANT),
                (FieldName::ClientId, CLIENT),
                (FieldName::ClientSecret, SECRET),
                (FieldName::Certificate, CERTIFICATE),
            ]
        />
        <ActionForm action=action attr:id="teams-profile-form" attr:class="form setup-form">
            <TextField
                id=TENANT
                name="input[entra_tenant]"
                label=tu_string!(text, errors.field.entra_tenant)
                hint=tu_string!(text, settings.tenant_hint)
                value=tenant
                error=problem_of(failure, FieldName::EntraTenant)
            />
            <TextField
                id=CLIENT
                name="input[client_id]"
                label=tu_string!(text, errors.field.client_id)
                hint=tu_string!(text, settings.client_hint)
                value=client
                error=problem_of(failure, FieldName::ClientId)
            />
            <fieldset class="field proof">
                <legend class="label">{tu!(text, settings.proof_title)}</legend>
                {choice("teams-proof-secret", AppProof::Secret, proof, tu_string!(text, errors.field.client_secret))}
                {choice(
                    "teams-proof-certificate",
                    AppProof::Certificate,
                    proof,
                    tu_string!(text, settings.proof_certificate),
                )}
            </fieldset>
            <div class="proof-secret">
                <TextField
                    id=SECRET
                    name="input[client_secret]"
                    kind="password"
                    autocomplete="new-password"
                    label=tu_string!(text, errors.field.client_secret)
                    hint=secret_hint
                    value=String::new()
                    error=problem_of(failure, FieldName::ClientSecret)
                />
            </div>
            <div class="proof-certificate">
                <Pem hint=certificate_hint error=problem_of(failure, FieldName::Certificate) />
            </div>
            <p class="hint">{tu!(text, settings.permissions_hint)}</p>
            {parts::save(text, "teams-profile-save-button")}
        </ActionForm>
    }
}

/// By what the app proves that it is itself. The style sheet shows the field that goes with the choice.
fn choice(id: &'static str, proof: AppProof, chosen: AppProof, label: &'static str) -> AnyView {
    view! {
        <label class="check" for=id>
            <input id=id type="radio" name="input[proof]" value=proof.as_str() checked=proof == chosen />
            {label}
        </label>
    }
    .into_any()
}

/// Where a certificate and its private key are pasted. It is never filled.
#[component]
fn Pem(hint: String, error: Signal<Option<String>>) -> impl IntoView {
    view! {
        <Field
            id=CERTIFICATE
            label=tu_string!(use_text(), errors.field.certificate)
            hint=Signal::stored(hint)
            error=error
        >
            <textarea
                id=CERTIFICATE
                class="input input-code"
                name="input[certificate]"
                rows="6"
                autocomplete="off"
                autocapitalize="off"
                spellcheck="false"
                placeholder="-----BEGIN CERTIFICATE-----"
                aria-describedby=described_by(CERTIFICATE)
                aria-invalid=invalid(error)
            ></textarea>
        </Field>
    }
}
