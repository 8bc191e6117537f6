//! Who works when.

use domain::{
    Field,
    availability::{AvailabilityPage, DayHours, HoursSource, PersonHours, SaveHours},
};
use leptos::prelude::*;

use super::{Done, Opened, api::SubmitHours, use_dialog};
use crate::{
    i18n::{tu, tu_string},
    paths,
    ui::{
        ActionForm, Badge, Button, ButtonKind, ButtonLink, Dialog, FormFailure, I18n, Icon, TextField, Tone,
        failure_of, field_name, focus_at_start, problem_of, use_text,
    },
};

/// The days of the form in their order: what they hold, and the control of each to mend it with.
const DAYS: [(Field, &str); 7] = [
    (Field::Monday, "day-1-start-time"),
    (Field::Tuesday, "day-2-start-time"),
    (Field::Wednesday, "day-3-start-time"),
    (Field::Thursday, "day-4-start-time"),
    (Field::Friday, "day-5-start-time"),
    (Field::Saturday, "day-6-start-time"),
    (Field::Sunday, "day-0-start-time"),
];

const CONTROLS: &[(Field, &str)] = &[
    DAYS[0],
    DAYS[1],
    DAYS[2],
    DAYS[3],
    DAYS[4],
    DAYS[5],
    DAYS[6],
    (Field::PauseBefore, "user-buffer-before"),
    (Field::PauseAfter, "user-buffer-after"),
];

#[component]
pub fn People(page: AvailabilityPage, done: Done) -> impl IntoView {
    let text = use_text();
    let opened = use_dialog("hours", |about| format!("edit-user-{about}"));
    let people = StoredValue::new(page.people.clone());
    let rows = page.people.into_iter().map(|person| row(text, person)).collect_view();
    let dialog = move || {
        let about = opened.about.get()?;
        let person =
            people.with_value(|people| people.iter().find(|known| known.user_id.to_string() == about).cloned())?;
        // Who is not there (any more), or somebody else's business, is no dialog.
        let form = person.form?;
        let (name, has_hours) = (person.name, person.source == HoursSource::Own);
        Some(view! { <HoursDialog name=name form=form has_hours=has_hours opened=opened done=done /> })
    };
    view! {
        <section class="roles" aria-labelledby="availability-hours-title">
            <h2 id="availability-hours-title">{tu!(text, availability.hours_title)}</h2>
            <p class="quiet">{tu!(text, availability.hours_text)}</p>
            <ul id="configured-users-table" class="entries">
                {rows}
            </ul>
        </section>
        {dialog}
    }
}

fn row(text: I18n, person: PersonHours) -> AnyView {
    let id = person.user_id.to_string();
    let name = if person.is_viewer {
        tu_string!(text, availability.you, name = person.name.clone())
    } else {
        person.name.clone()
    };
    let badge = match person.source {
        HoursSource::None => Some(view! {
            <Badge tone=Tone::Neutral icon=icondata_lu::LuCalendarOff text=tu_string!(text, availability.not_asked) />
        }
        .into_any()),
        HoursSource::Usual => Some(view! { <span class="quiet">{tu_string!(text, availability.usual)}</span> }.into_any()),
        HoursSource::Own if person.week.is_empty() => {
            Some(view! { <span class="quiet">{tu_string!(text, availability.never)}</span> }.into_any())
        }
        HoursSource::Own if !person.is_by_name => {
            Some(view! { <span class="quiet">{tu_string!(text, availability.not_by_name)}</span> }.into_any())
        }
        HoursSource::Own => None,
    };
    let week = person
        .week
        .into_iter()
        .map(|days| view! { <span class="hours-span">{days}</span> })
        .collect_view();
    let edit = person.form.is_some().then(|| {
        let label = tu_string!(text, availability.edit_hours, name = person.name.clone());
        view! {
            <span class="entry-buttons">
                <a
                    id=format!("edit-user-{id}")
                    class="button button-quiet button-icon"
                    href=paths::settings_dialog(paths::AVAILABILITY, "hours", &id)
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
        <li class="entry entry-hours" id=format!("user-hours-{id}")>
            <span class="entry-icon">
                <Icon icon=icondata_lu::LuUser />
            </span>
            <span class="entry-text">
                <span class="entry-name">{name}</span>
                {badge}
            </span>
            <span class="hours-week">{week}</span>
            {edit}
        </li>
    }
    .into_any()
}

#[component]
fn HoursDialog(name: String, form: SaveHours, has_hours: bool, opened: Opened, done: Done) -> impl IntoView {
    let text = use_text();
    let action = ServerAction::<SubmitHours>::new();
    let failure = failure_of(action);
    let id = StoredValue::new(form.user_id.clone());
    let removes = RwSignal::new(false);
    Effect::new(move |_| {
        if let Some(Ok(())) = action.value().get() {
            let what = if removes.get_untracked() {
                "hours-removed"
            } else {
                "saved"
            };
            done.run((what, id.with_value(|id| format!("edit-user-{id}"))));
        }
    });
    focus_at_start("day-1-available");
    let days = form
        .days
        .into_iter()
        .zip(DAYS)
        .enumerate()
        .map(|(n, (day, (field, _)))| self::day(text, n, day, field, problem_of(failure, field)))
        .collect_view();
    let remove = has_hours.then(|| {
        view! {
            <button
                id=format!("delete-user-{}", form.user_id)
                class="button button-quiet"
                type="submit"
                name="input[remove]"
                value="on"
                on:click=move |_| removes.set(true)
            >
                <Icon icon=icondata_lu::LuCalendarOff />
                {tu!(text, availability.remove_hours)}
            </button>
        }
    });
    view! {
        <Dialog id="user-hours-dialog" labelled_by="user-hours-heading" class="dialog dialog-hours" on_close=opened.close>
            <h2 id="user-hours-heading">{tu_string!(text, availability.hours_of, name = name)}</h2>
            <FormFailure id="user-hours-failure" failure=failure controls=CONTROLS />
            <ActionForm action=action attr:id="user-hours-form" attr:class="form">
                <input type="hidden" name="input[user_id]" value=form.user_id />
                <div class="hours-days">{days}</div>
                <div class="form-pair">
                    <TextField
                        id="user-buffer-before"
                        name="input[pause_before]"
                        label=tu_string!(text, errors.field.pause_before)
                        value=form.pause_before
                        error=problem_of(failure, Field::PauseBefore)
                    />
                    <TextField
                        id="user-buffer-after"
                        name="input[pause_after]"
                        label=tu_string!(text, errors.field.pause_after)
                        value=form.pause_after
                        error=problem_of(failure, Field::PauseAfter)
                    />
                </div>
                <label class="check" for="user-allow-client-preference">
                    <input
                        id="user-allow-client-preference"
                        type="checkbox"
                        name="input[by_name]"
                        value="on"
                        checked=form.by_name.is_some()
                    />
                    {tu!(text, availability.by_name)}
                </label>
                <div class="actions actions-end">
                    {remove}
                    <ButtonLink id="user-hours-cancel-link" href=paths::AVAILABILITY attr:data-noscroll="">
                        {tu!(text, common.cancel)}
                    </ButtonLink>
                    <Button
                        id="save-user-hours"
                        kind=ButtonKind::Primary
                        submit=true
                        on:click=move |_| removes.set(false)
                    >
                        {tu!(text, settings.save)}
                    </Button>
                </div>
            </ActionForm>
        </Dialog>
    }
}

/// A day: whether somebody works, from when to when, and from when to when again after a break.
fn day(text: I18n, n: usize, day: DayHours, field: Field, problem: Signal<Option<String>>) -> AnyView {
    let number = day.day;
    let name = field_name(text, field);
    let prefix = format!("day-{number}");
    let error = format!("{prefix}-error");
    let time = |part: &'static str, key: &'static str, label: String, value: String| {
        view! {
            <input
                id=format!("{prefix}-{part}")
                class="input"
                type="time"
                name=format!("input[days][{n}][{key}]")
                value=value
                aria-label=label
                aria-describedby=error.clone()
                aria-invalid=move || problem.with(Option::is_some).then_some("true")
            />
        }
    };
    let start = time(
        "start-time",
        "start",
        tu_string!(text, availability.day_from, day = name),
        day.start,
    );
    let end = time(
        "end-time",
        "end",
        tu_string!(text, availability.day_to, day = name),
        day.end,
    );
    let second_start = time(
        "second-start-time",
        "second_start",
        tu_string!(text, availability.day_from_again, day = name),
        day.second_start,
    );
    let second_end = time(
        "second-end-time",
        "second_end",
        tu_string!(text, availability.day_to_again, day = name),
        day.second_end,
    );
    view! {
        <div class="hours-day" role="group" aria-label=name>
            <input type="hidden" name=format!("input[days][{n}][day]") value=number.clone() />
            <label class="check" for=format!("{prefix}-available")>
                <input
                    id=format!("{prefix}-available")
                    type="checkbox"
                    name=format!("input[days][{n}][open]")
                    value="on"
                    checked=day.open.is_some()
                />
                {name}
            </label>
            <span class="hours-times">{start} <span aria-hidden="true">"–"</span> {end}</span>
            <span class="hours-times hours-again">
                <span class="quiet">{tu!(text, availability.again)}</span>
                {second_start}
                <span aria-hidden="true">"–"</span>
                {second_end}
            </span>
            <p id=error.clone() class="field-error">
                {problem}
            </p>
        </div>
    }
    .into_any()
}
