//! Days that are not as usual.

use domain::{
    Field,
    availability::{AddException, AvailabilityPage, ExceptionRow},
};
use leptos::prelude::*;

use super::{
    Done, Opened,
    api::{RemoveException, SubmitException},
    use_dialog,
};
use crate::{
    i18n::{tu, tu_string},
    paths,
    ui::{
        self, ActionForm, Badge, Button, ButtonKind, ButtonLink, Dialog, FormFailure, I18n, Icon, TextField, Tone,
        described_by, failure_of, focus_at_start, invalid, problem_of, use_text,
    },
};

pub const ADD: &str = "add-exception-link";

#[component]
pub fn Days(page: AvailabilityPage, done: Done) -> impl IntoView {
    let text = use_text();
    let opened = use_dialog("days", |_| ADD.to_owned());
    let remove = ServerAction::<RemoveException>::new();
    Effect::new(move |_| {
        if let Some(Ok(())) = remove.value().get() {
            done.run(("deleted", ADD.to_owned()));
        }
    });
    let AvailabilityPage {
        today,
        exceptions,
        may_change,
        may_change_all,
        exception,
        ..
    } = page;
    let list = if exceptions.is_empty() {
        view! { <p id="availability-no-days" class="quiet">{tu!(text, availability.no_days)}</p> }.into_any()
    } else {
        let rows = exceptions
            .into_iter()
            .map(|days| row(text, days, remove))
            .collect_view();
        view! {
            <ul id="availability-exceptions" class="entries">
                {rows}
            </ul>
        }
        .into_any()
    };
    let can_add = may_change_all || !may_change.is_empty();
    let add = can_add.then(|| {
        view! {
            <div class="actions">
                <ButtonLink
                    id=ADD
                    href=paths::settings_dialog(paths::AVAILABILITY, "days", "new")
                    attr:data-noscroll=""
                >
                    <Icon icon=icondata_lu::LuCalendarPlus />
                    {tu!(text, availability.add_days)}
                </ButtonLink>
            </div>
        }
    });
    let people = may_change
        .into_iter()
        .map(|person| (person.id.to_string(), person.name));
    let everybody = may_change_all.then(|| (String::new(), tu_string!(text, availability.everybody).to_owned()));
    let people = StoredValue::new(everybody.into_iter().chain(people).collect::<Vec<_>>());
    let form = StoredValue::new((exception, today));
    let dialog = move || {
        opened.about.get().filter(|_| can_add)?;
        let (values, today) = form.get_value();
        Some(view! { <DaysDialog values=values today=today people=people.get_value() opened=opened done=done /> })
    };
    view! {
        <section class="roles" aria-labelledby="availability-days-title">
            <h2 id="availability-days-title">{tu!(text, availability.days_title)}</h2>
            <p class="quiet">{tu!(text, availability.days_text)}</p>
            <FormFailure id="availability-days-failure" failure=failure_of(remove) />
            {list}
            {add}
        </section>
        {dialog}
    }
}

fn row(text: I18n, days: ExceptionRow, remove: ServerAction<RemoveException>) -> AnyView {
    let (button_id, row_id) = (
        format!("delete-exception-{}", days.id),
        format!("availability-exception-{}", days.id),
    );
    let (tone, icon, kind) = if days.is_available {
        (
            Tone::Good,
            icondata_lu::LuCalendarPlus,
            tu_string!(text, availability.extra_day),
        )
    } else {
        (
            Tone::Neutral,
            icondata_lu::LuCalendarOff,
            tu_string!(text, availability.day_off),
        )
    };
    let who = days
        .who
        .unwrap_or_else(|| tu_string!(text, availability.everybody).to_owned());
    let button = days.may_change.then(|| {
        let label = tu_string!(
            text,
            availability.remove_days,
            who = who.clone(),
            when = days.when.clone()
        );
        view! {
            <ActionForm action=remove attr:class="entry-buttons">
                <input type="hidden" name="input[ids]" value=days.ids />
                <button
                    id=button_id
                    class="button button-quiet button-icon"
                    type="submit"
                    aria-label=label.clone()
                    title=label
                >
                    <Icon icon=icondata_lu::LuTrash2 />
                </button>
            </ActionForm>
        }
    });
    let reason = days.reason.map(|reason| view! { <span class="quiet">{reason}</span> });
    view! {
        <li class="entry" id=row_id>
            <span class="entry-icon">
                <Icon icon=icon />
            </span>
            <span class="entry-text">
                <span class="entry-name">{days.when}</span>
                <span>{who}</span>
                <Badge tone=tone icon=icon text=kind />
                {reason}
            </span>
            {button}
        </li>
    }
    .into_any()
}

#[component]
fn DaysDialog(
    values: AddException,
    today: String,
    people: Vec<(String, String)>,
    opened: Opened,
    done: Done,
) -> impl IntoView {
    let text = use_text();
    let action = ServerAction::<SubmitException>::new();
    let failure = failure_of(action);
    Effect::new(move |_| {
        if let Some(Ok(())) = action.value().get() {
            done.run(("saved", ADD.to_owned()));
        }
    });
    focus_at_start("exception-user-selector");
    let options = people
        .into_iter()
        .map(|(id, name)| {
            let selected = id == values.user_id;
            view! {
                <option value=id selected=selected>
                    {name}
                </option>
            }
        })
        .collect_view();
    let is_extra = values.kind == AddException::EXTRA;
    let kind = |id: &'static str, value: &'static str, checked: bool, label: &'static str| {
        view! {
            <label class="check" for=id>
                <input id=id type="radio" name="input[kind]" value=value checked=checked />
                {label}
            </label>
        }
    };
    let date = |id: &'static str, name: &'static str, value: String, error: Signal<Option<String>>| {
        view! {
            <input
                id=id
                class="input"
                type="date"
                name=name
                value=value
                min=today.clone()
                aria-describedby=described_by(id)
                aria-invalid=invalid(error)
            />
        }
    };
    let (person, first, last) = (
        problem_of(failure, Field::Person),
        problem_of(failure, Field::Day),
        problem_of(failure, Field::LastDay),
    );
    let day = date("exception-day", "input[day]", values.day, first);
    let last_day = date("exception-last-day", "input[last_day]", values.last_day, last);
    view! {
        <Dialog id="exception-dialog" labelled_by="exception-heading" class="dialog dialog-small" on_close=opened.close>
            <h2 id="exception-heading">{tu!(text, availability.add_days)}</h2>
            <FormFailure
                id="exception-failure"
                failure=failure
                controls=&[
                    (Field::Person, "exception-user-selector"),
                    (Field::Day, "exception-day"),
                    (Field::LastDay, "exception-last-day"),
                    (Field::Reason, "exception-reason"),
                ]
            />
            <ActionForm action=action attr:id="exception-form" attr:class="form" attr:novalidate="">
                <ui::Field id="exception-user-selector" label=tu_string!(text, errors.field.person) error=person>
                    <select
                        id="exception-user-selector"
                        class="input"
                        name="input[user_id]"
                        aria-describedby=described_by("exception-user-selector")
                        aria-invalid=invalid(person)
                    >
                        {options}
                    </select>
                </ui::Field>
                <fieldset class="field">
                    <legend class="label">{tu!(text, availability.kind)}</legend>
                    {kind(
                        "exception-is-off",
                        AddException::OFF,
                        !is_extra,
                        tu_string!(text, availability.day_off),
                    )}
                    {kind(
                        "exception-is-available",
                        AddException::EXTRA,
                        is_extra,
                        tu_string!(text, availability.extra_day),
                    )}
                    <p class="hint">{tu!(text, availability.extra_hint)}</p>
                </fieldset>
                <div class="form-pair">
                    <ui::Field id="exception-day" label=tu_string!(text, errors.field.day) error=first>
                        {day}
                    </ui::Field>
                    <ui::Field
                        id="exception-last-day"
                        label=tu_string!(text, errors.field.last_day)
                        aside=tu_string!(text, availability.optional)
                        error=last
                    >
                        {last_day}
                    </ui::Field>
                </div>
                <TextField
                    id="exception-reason"
                    name="input[reason]"
                    label=tu_string!(text, errors.field.reason)
                    aside=tu_string!(text, availability.optional)
                    hint=tu_string!(text, availability.reason_hint)
                    value=values.reason
                    error=problem_of(failure, Field::Reason)
                />
                <div class="actions actions-end">
                    <ButtonLink id="exception-cancel-link" href=paths::AVAILABILITY attr:data-noscroll="">
                        {tu!(text, common.cancel)}
                    </ButtonLink>
                    <Button id="add-exception" kind=ButtonKind::Primary submit=true>
                        {tu!(text, settings.save)}
                    </Button>
                </div>
            </ActionForm>
        </Dialog>
    }
}
