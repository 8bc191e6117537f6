use domain::{Enrolment, Field as FieldName, QrCode};
use leptos::prelude::*;

use super::api::{ConfirmSecondFactor, enrolment};
use crate::{
    i18n::{tu, tu_string},
    paths,
    ui::{
        ActionForm, Button, ButtonKind, ButtonLink, Crumb, Field, FormFailure, Loaded, PageHeader, described_by,
        failure_of, invalid, load_when_done, problem_of, resource, use_text,
    },
};

const CODE: &str = "second-factor-code";

/// Sets a second factor up: scan, keep the recovery codes, prove that it works.
#[component]
pub fn EnrolScreen() -> impl IntoView {
    let text = use_text();
    let loaded = resource(|| (), |()| enrolment());
    let body = move |enrolment| view! { <Steps enrolment=enrolment /> }.into_any();
    let crumbs = vec![Crumb {
        label: tu_string!(text, account.title).to_owned(),
        href: paths::PROFILE.to_owned(),
    }];
    view! {
        <PageHeader title=tu_string!(text, account.enrol_title) crumbs=crumbs />
        <Loaded of=loaded draw=body />
    }
}

#[component]
fn Steps(enrolment: Enrolment) -> impl IntoView {
    let text = use_text();
    let Enrolment {
        secret,
        uri,
        qr,
        recovery_codes,
    } = enrolment;
    let codes = recovery_codes
        .into_iter()
        .map(|code| view! { <li>{code}</li> })
        .collect_view();
    view! {
        <ol class="profile">
            <li class="card">
                <h2>{tu!(text, account.enrol_scan_title)}</h2>
                <p class="quiet">{tu!(text, account.enrol_scan_lead)}</p>
                <Qr qr=qr />
                <dl class="pairs">
                    <div>
                        <dt>{tu!(text, account.enrol_secret)}</dt>
                        <dd id="second-factor-secret" class="code">
                            {secret}
                        </dd>
                    </div>
                </dl>
                <p>
                    <a id="second-factor-app-link" href=uri rel="external">
                        {tu!(text, account.enrol_open_app)}
                    </a>
                </p>
            </li>
            <li class="card">
                <h2>{tu!(text, account.enrol_codes_title)}</h2>
                <p class="quiet">{tu!(text, account.enrol_codes_lead)}</p>
                <ul id="recovery-codes" class="codes code">
                    {codes}
                </ul>
            </li>
            <li class="card">
                <h2>{tu!(text, account.enrol_confirm_title)}</h2>
                <Confirm />
            </li>
        </ol>
    }
}

/// Always dark on light: a camera does not know of dark mode.
#[component]
fn Qr(qr: QrCode) -> impl IntoView {
    let text = use_text();
    let QrCode { size, path } = qr;
    let side = size + 8;
    view! {
        <svg
            id="second-factor-qr"
            class="qr"
            role="img"
            aria-label=tu_string!(text, account.enrol_qr)
            viewBox=format!("-4 -4 {side} {side}")
            shape-rendering="crispEdges"
        >
            <rect x="-4" y="-4" width=side height=side fill="#fff"></rect>
            <path d=path fill="#000"></path>
        </svg>
    }
}

#[component]
fn Confirm() -> impl IntoView {
    let text = use_text();
    let action = ServerAction::<ConfirmSecondFactor>::new();
    let failure = failure_of(action);
    let problem = problem_of(failure, FieldName::Code);
    load_when_done(action, paths::profile_saved("second-factor-on"));
    view! {
        <FormFailure id="second-factor-error" failure=failure controls=&[(FieldName::Code, CODE)] />
        <ActionForm action=action attr:id="second-factor-confirm-form" attr:class="form">
            <Field id=CODE label=tu_string!(text, account.enrol_code) error=problem>
                <input
                    id=CODE
                    class="input input-code"
                    name="code"
                    inputmode="numeric"
                    autocomplete="one-time-code"
                    maxlength="10"
                    required
                    aria-describedby=described_by(CODE)
                    aria-invalid=invalid(problem)
                />
            </Field>
            <div class="actions">
                <Button id="second-factor-confirm-button" kind=ButtonKind::Primary submit=true>
                    {tu!(text, account.enrol_submit)}
                </Button>
                <ButtonLink id="second-factor-cancel-link" href=paths::PROFILE>
                    {tu!(text, common.cancel)}
                </ButtonLink>
            </div>
        </ActionForm>
    }
}
