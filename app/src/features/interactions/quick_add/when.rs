use domain::Field as FieldName;
use leptos::{html, prelude::*};
use web_sys::HtmlInputElement;

use super::state::{END, FormState, START};
use crate::{
    features::interactions::duration_text,
    i18n::tu_string,
    ui::{Field, described_by, invalid, use_text},
};

/// Start and end on the viewer's wall clock. The end moves with the start; the browser's own arithmetic does it, no calendar needed.
#[component]
pub fn When(start: String, end: String, zone: String, state: FormState) -> impl IntoView {
    let text = use_text();
    let (start_node, end_node) = (NodeRef::<html::Input>::new(), NodeRef::<html::Input>::new());
    let known_start = StoredValue::new(f64::NAN);
    let minutes = RwSignal::new(None::<u32>);
    let measure = move || {
        if let (Some(start), Some(end)) = (start_node.get_untracked(), end_node.get_untracked()) {
            minutes.set(minutes_between(&start, &end));
        }
    };
    let start_moved = move || {
        if let (Some(start), Some(end)) = (start_node.get_untracked(), end_node.get_untracked()) {
            let shift = start.value_as_number() - known_start.get_value();
            let moved = end.value_as_number() + shift;
            if moved.is_finite() {
                end.set_value_as_number(moved);
            }
            if start.value_as_number().is_finite() {
                known_start.set_value(start.value_as_number());
            }
            measure();
        }
    };
    Effect::new(move |_| {
        if let (Some(start), Some(_)) = (start_node.get(), end_node.get()) {
            known_start.set_value(start.value_as_number());
            measure();
        }
    });
    let hint = Signal::derive(move || {
        let zone = tu_string!(text, interactions.qa_zone, zone = zone.clone());
        match minutes.get() {
            Some(minutes) => format!("{zone} · {}", duration_text(text, minutes)),
            None => zone,
        }
    });
    view! {
        <div class="form-pair">
            <Field
                id=START
                label=tu_string!(text, interactions.qa_start)
                hint=hint
                error=state.error(text, FieldName::Start)
            >
                <input
                    id=START
                    class="input"
                    type="datetime-local"
                    name="input[start]"
                    value=start
                    required
                    aria-describedby=described_by(START)
                    aria-invalid=invalid(state.error(text, FieldName::Start))
                    node_ref=start_node
                    on:change=move |_| start_moved()
                />
            </Field>
            <Field id=END label=tu_string!(text, interactions.qa_end) error=state.error(text, FieldName::End)>
                <input
                    id=END
                    class="input"
                    type="datetime-local"
                    name="input[end]"
                    value=end
                    required
                    aria-describedby=described_by(END)
                    aria-invalid=invalid(state.error(text, FieldName::End))
                    node_ref=end_node
                    on:change=move |_| measure()
                />
            </Field>
        </div>
    }
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "checked to be a small positive number"
)]
fn minutes_between(start: &HtmlInputElement, end: &HtmlInputElement) -> Option<u32> {
    let minutes = (end.value_as_number() - start.value_as_number()) / 60_000.0;
    (minutes > 0.0 && minutes <= 60.0 * 24.0 * 7.0).then_some(minutes as u32)
}
