use domain::{Field as FieldName, MAX_HOURS};
use leptos::{html, prelude::*};
use web_sys::HtmlInputElement;

use super::RecordForm;
use crate::{
    i18n::{tu, tu_string},
    ui::{Field, described_by, invalid, use_text},
};

const MINUTE: f64 = 60_000.0;

fn number(node: NodeRef<html::Input>) -> f64 {
    node.get_untracked()
        .map_or(f64::NAN, |input: HtmlInputElement| input.value_as_number())
}

/// Start, end and duration: each follows the others. The browser's own arithmetic does it, and only start and end are sent.
#[component]
pub fn When(
    form: RecordForm,
    start: String,
    end: String,
    zone: String,
    needs_end: bool,
    /// The times are the Teams meeting's and cannot be changed here.
    follows_meeting: bool,
) -> impl IntoView {
    let text = use_text();
    let (start_node, end_node) = (NodeRef::<html::Input>::new(), NodeRef::<html::Input>::new());
    let (hours_node, minutes_node) = (NodeRef::<html::Input>::new(), NodeRef::<html::Input>::new());
    let known_start = StoredValue::new(f64::NAN);
    let measure = move || {
        let minutes = (number(end_node) - number(start_node)) / MINUTE;
        let whole = |value: f64| {
            if value.is_finite() && value >= 0.0 {
                value.to_string()
            } else {
                String::new()
            }
        };
        if let (Some(hours), Some(rest)) = (hours_node.get_untracked(), minutes_node.get_untracked()) {
            let is_span = minutes >= 0.0;
            hours.set_value(&whole(if is_span { (minutes / 60.0).floor() } else { f64::NAN }));
            rest.set_value(&whole(if is_span { minutes.rem_euclid(60.0) } else { f64::NAN }));
        }
    };
    let start_moved = move || {
        let shift = number(start_node) - known_start.get_value();
        if let Some(end) = end_node.get_untracked() {
            let moved = end.value_as_number() + shift;
            if moved.is_finite() {
                end.set_value_as_number(moved);
            }
        }
        if number(start_node).is_finite() {
            known_start.set_value(number(start_node));
        }
        measure();
    };
    let duration_set = move || {
        let part = |value: f64| if value.is_finite() { value.max(0.0) } else { 0.0 };
        let end = number(start_node) + (part(number(hours_node)) * 60.0 + part(number(minutes_node))) * MINUTE;
        if let Some(node) = end_node.get_untracked()
            && end.is_finite()
        {
            node.set_value_as_number(end);
        }
        measure();
    };
    Effect::new(move |_| {
        if start_node.get().is_some() && end_node.get().is_some() && hours_node.get().is_some() {
            known_start.set_value(number(start_node));
            measure();
        }
    });
    let hint = if follows_meeting {
        tu_string!(text, interactions.ed_follows).to_owned()
    } else {
        tu_string!(text, interactions.qa_zone, zone = zone)
    };
    let end_hint = if needs_end {
        ""
    } else {
        tu_string!(text, interactions.ed_end_hint)
    };
    view! {
        <div class="form-pair">
            <Moment
                id=form.ids.start
                name="input[start]"
                label=tu_string!(text, interactions.qa_start)
                hint=hint
                value=start
                is_required=true
                follows_meeting=follows_meeting
                error=form.error(FieldName::Start)
                node_ref=start_node
                on_change=move |()| start_moved()
            />
            <Moment
                id=form.ids.end
                name="input[end]"
                label=tu_string!(text, interactions.qa_end)
                hint=end_hint.to_owned()
                value=end
                is_required=needs_end
                follows_meeting=follows_meeting
                error=form.error(FieldName::End)
                node_ref=end_node
                on_change=move |()| measure()
            />
        </div>
        <Length
            form=form
            hours=hours_node
            minutes=minutes_node
            follows_meeting=follows_meeting
            on_change=move |()| duration_set()
        />
    }
}

/// A wall clock.
#[component]
fn Moment(
    id: &'static str,
    name: &'static str,
    label: &'static str,
    hint: String,
    value: String,
    is_required: bool,
    follows_meeting: bool,
    error: Signal<Option<String>>,
    node_ref: NodeRef<html::Input>,
    #[prop(into)] on_change: Callback<()>,
) -> impl IntoView {
    view! {
        <Field id=id label=label hint=Signal::stored(hint) error=error>
            <input
                id=id
                class="input"
                type="datetime-local"
                name=name
                value=value
                required=is_required
                readonly=follows_meeting
                aria-describedby=described_by(id)
                aria-invalid=invalid(error)
                node_ref=node_ref
                on:change=move |_| on_change.run(())
            />
        </Field>
    }
}

/// How long it takes. Without script the end says it.
#[component]
fn Length(
    form: RecordForm,
    hours: NodeRef<html::Input>,
    minutes: NodeRef<html::Input>,
    follows_meeting: bool,
    #[prop(into)] on_change: Callback<()>,
) -> impl IntoView {
    let text = use_text();
    view! {
        <fieldset class="duration needs-script" disabled=follows_meeting>
            <legend class="label">{tu!(text, interactions.duration)}</legend>
            <input
                id=form.ids.hours
                class="input"
                type="number"
                min="0"
                max=MAX_HOURS.to_string()
                node_ref=hours
                on:change=move |_| on_change.run(())
            />
            <label for=form.ids.hours>{tu!(text, interactions.ed_hours)}</label>
            <input
                id=form.ids.minutes
                class="input"
                type="number"
                min="0"
                max="59"
                node_ref=minutes
                on:change=move |_| on_change.run(())
            />
            <label for=form.ids.minutes>{tu!(text, interactions.ed_minutes)}</label>
        </fieldset>
    }
}
