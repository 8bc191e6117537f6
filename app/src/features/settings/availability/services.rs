//! What clients can ask for, how soon and how far ahead.

use domain::{
    Field,
    availability::{BookingRules, SaveLimits, SaveServiceRules, ServiceRules, USUAL_ADVANCE_DAYS, USUAL_NOTICE_HOURS},
};
use leptos::prelude::*;

use super::{
    Done, Opened,
    api::{SubmitLimits, SubmitServiceRules},
    use_dialog,
};
use crate::{
    i18n::{tu, tu_string},
    paths,
    ui::{
        ActionForm, Badge, Button, ButtonKind, ButtonLink, Dialog, FormFailure, I18n, Icon, TextField, Tone,
        failure_of, focus_at_start, problem_of, use_text,
    },
};

#[component]
pub fn Rules(rules: BookingRules, done: Done) -> impl IntoView {
    let text = use_text();
    let BookingRules {
        services,
        limits,
        may_change,
    } = rules;
    let opened = use_dialog("service", |about| format!("edit-service-{about}"));
    let known = StoredValue::new(services.clone());
    let list = if services.is_empty() {
        view! { <p id="availability-no-services" class="quiet">{tu!(text, availability.no_services)}</p> }.into_any()
    } else {
        let rows = services
            .into_iter()
            .map(|service| row(text, service, may_change))
            .collect_view();
        view! {
            <ul id="configured-services-table" class="entries">
                {rows}
            </ul>
        }
        .into_any()
    };
    let dialog = move || {
        let about = opened.about.get().filter(|_| may_change)?;
        let service = known.with_value(|known| {
            known
                .iter()
                .find(|service| service.service_id.to_string() == about)
                .cloned()
        })?;
        Some(view! { <ServiceDialog service=service opened=opened done=done /> })
    };
    view! {
        <section class="roles" aria-labelledby="availability-services-title">
            <h2 id="availability-services-title">{tu!(text, availability.services_title)}</h2>
            <p class="quiet">{tu!(text, availability.services_text)}</p>
            {list}
        </section>
        <Limits limits=limits may_change=may_change done=done />
        {dialog}
    }
}

fn row(text: I18n, service: ServiceRules, may_change: bool) -> AnyView {
    let id = service.service_id.to_string();
    let (tone, icon, words) = if service.is_offered {
        (
            Tone::Good,
            icondata_lu::LuCircleCheck,
            tu_string!(text, availability.offered),
        )
    } else {
        (
            Tone::Neutral,
            icondata_lu::LuCircleOff,
            tu_string!(text, availability.not_offered),
        )
    };
    let per_day = service
        .per_day
        .map(|most| view! { <span class="hours-span">{tu_string!(text, availability.per_day, most = most)}</span> });
    let facts = service.is_offered.then(|| {
        view! {
            <span class="hours-span">{tu_string!(text, availability.lasts, minutes = service.minutes)}</span>
            <span class="hours-span">{tu_string!(text, availability.notice, hours = service.notice_hours)}</span>
            <span class="hours-span">{tu_string!(text, availability.ahead, days = service.advance_days)}</span>
            {per_day}
        }
    });
    let edit = may_change.then(|| {
        let label = tu_string!(text, availability.edit_service, name = service.name.clone());
        view! {
            <span class="entry-buttons">
                <a
                    id=format!("edit-service-{id}")
                    class="button button-quiet button-icon"
                    href=paths::settings_dialog(paths::AVAILABILITY, "service", &id)
                    aria-label=label.clone()
                    title=label
                    data-noscroll=""
                >
                    <Icon icon=icondata_lu::LuPencil />
                </a>
            </span>
        }
    });
    view! {
        <li class="entry entry-hours" id=format!("service-rules-{id}")>
            <span class="entry-icon">
                <Icon icon=icondata_lu::LuConciergeBell />
            </span>
            <span class="entry-text">
                <span class="entry-name">{service.name}</span>
                <Badge tone=tone icon=icon text=words />
            </span>
            <span class="hours-week">{facts}</span>
            {edit}
        </li>
    }
    .into_any()
}

#[component]
fn ServiceDialog(service: ServiceRules, opened: Opened, done: Done) -> impl IntoView {
    let text = use_text();
    let action = ServerAction::<SubmitServiceRules>::new();
    let failure = failure_of(action);
    let id = StoredValue::new(service.service_id.to_string());
    Effect::new(move |_| {
        if let Some(Ok(())) = action.value().get() {
            done.run(("saved", id.with_value(|id| format!("edit-service-{id}"))));
        }
    });
    focus_at_start("service-offered");
    let SaveServiceRules {
        service_id,
        offered,
        minutes,
        notice_hours,
        advance_days,
        per_day,
    } = service.form;
    view! {
        <Dialog id="service-rules-dialog" labelled_by="service-rules-heading" class="dialog dialog-small" on_close=opened.close>
            <h2 id="service-rules-heading">{service.name}</h2>
            <FormFailure
                id="service-rules-failure"
                failure=failure
                controls=&[
                    (Field::Duration, "service-default-duration"),
                    (Field::Notice, "service-minimum-notice-hours"),
                    (Field::Advance, "service-advance-booking-days"),
                    (Field::PerDay, "max-appointments-per-day"),
                ]
            />
            <ActionForm action=action attr:id="service-rules-form" attr:class="form">
                <input type="hidden" name="input[service_id]" value=service_id />
                <label class="check" for="service-offered">
                    <input
                        id="service-offered"
                        type="checkbox"
                        name="input[offered]"
                        value="on"
                        checked=offered.is_some()
                    />
                    {tu!(text, availability.offer)}
                </label>
                <TextField
                    id="service-default-duration"
                    name="input[minutes]"
                    label=tu_string!(text, availability.minutes)
                    value=minutes
                    hint=tu_string!(text, availability.minutes_hint)
                    error=problem_of(failure, Field::Duration)
                />
                <TextField
                    id="service-minimum-notice-hours"
                    name="input[notice_hours]"
                    label=tu_string!(text, errors.field.notice)
                    value=notice_hours
                    hint=tu_string!(text, availability.as_all)
                    error=problem_of(failure, Field::Notice)
                />
                <TextField
                    id="service-advance-booking-days"
                    name="input[advance_days]"
                    label=tu_string!(text, errors.field.advance)
                    value=advance_days
                    hint=tu_string!(text, availability.as_all)
                    error=problem_of(failure, Field::Advance)
                />
                <TextField
                    id="max-appointments-per-day"
                    name="input[per_day]"
                    label=tu_string!(text, errors.field.per_day)
                    value=per_day
                    hint=tu_string!(text, availability.no_limit)
                    error=problem_of(failure, Field::PerDay)
                />
                <div class="actions actions-end">
                    <ButtonLink id="service-rules-cancel-link" href=paths::AVAILABILITY attr:data-noscroll="">
                        {tu!(text, common.cancel)}
                    </ButtonLink>
                    <Button id="save-service-rules" kind=ButtonKind::Primary submit=true>
                        {tu!(text, settings.save)}
                    </Button>
                </div>
            </ActionForm>
        </Dialog>
    }
}

#[component]
fn Limits(limits: SaveLimits, may_change: bool, done: Done) -> impl IntoView {
    let text = use_text();
    let action = ServerAction::<SubmitLimits>::new();
    let failure = failure_of(action);
    Effect::new(move |_| {
        if let Some(Ok(())) = action.value().get() {
            done.run(("saved", "save-general-settings".to_owned()));
        }
    });
    let SaveLimits {
        notice_hours,
        advance_days,
    } = limits;
    let save = may_change.then(|| {
        view! {
            <div class="actions">
                <Button id="save-general-settings" kind=ButtonKind::Primary submit=true>
                    {tu!(text, settings.save)}
                </Button>
            </div>
        }
    });
    view! {
        <section class="roles" aria-labelledby="availability-limits-title">
            <h2 id="availability-limits-title">{tu!(text, availability.limits_title)}</h2>
            <p class="quiet">
                {tu_string!(
                    text,
                    availability.limits_text,
                    hours = USUAL_NOTICE_HOURS,
                    days = USUAL_ADVANCE_DAYS,
                )}
            </p>
            <FormFailure
                id="availability-limits-failure"
                failure=failure
                controls=&[(Field::Notice, "minimum-notice-hours"), (Field::Advance, "advance-booking-days")]
            />
            <ActionForm action=action attr:id="availability-limits-form" attr:class="form">
                <div class="form-pair">
                    <TextField
                        id="minimum-notice-hours"
                        name="input[notice_hours]"
                        label=tu_string!(text, errors.field.notice)
                        value=notice_hours
                        error=problem_of(failure, Field::Notice)
                    />
                    <TextField
                        id="advance-booking-days"
                        name="input[advance_days]"
                        label=tu_string!(text, errors.field.advance)
                        value=advance_days
                        error=problem_of(failure, Field::Advance)
                    />
                </div>
                {save}
            </ActionForm>
        </section>
    }
}
