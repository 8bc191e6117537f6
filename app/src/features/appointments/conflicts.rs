use domain::{ErrorCode, RequestSlot};
use leptos::prelude::*;

use super::{api::request_slot, facts::Times};
use crate::{
    error::ApiError,
    features::schedule::Clash,
    i18n::tu_string,
    ui::{Icon, problem_text, use_text},
};

/// What the time that stands in a form means. It is looked up anew while somebody types.
#[derive(Clone, Copy)]
pub struct Slot {
    first: StoredValue<RequestSlot>,
    look: Action<(String, String, String, String), Result<RequestSlot, ApiError>>,
}

impl Slot {
    pub fn new(first: RequestSlot) -> Self {
        Self {
            first: StoredValue::new(first),
            look: Action::new(|(id, technician, start, minutes): &(String, String, String, String)| {
                request_slot(id.clone(), technician.clone(), start.clone(), minutes.clone())
            }),
        }
    }

    /// Looks up what is in the form now.
    pub fn look(self, id: String, technician: String, start: String, minutes: String) {
        self.look.dispatch((id, technician, start, minutes));
    }

    pub fn get(self) -> Result<RequestSlot, ApiError> {
        self.look.value().get().unwrap_or_else(|| Ok(self.first.get_value()))
    }
}

/// Shows it: the time for both, and what the technician has at it.
#[component]
pub fn SlotLine(
    about: Slot,
    id: &'static str,
    /// Where the times are said elsewhere.
    #[prop(optional)]
    conflicts_only: bool,
) -> impl IntoView {
    let text = use_text();
    let shown = move || match about.get() {
        Ok(RequestSlot { times, conflicts }) => {
            let conflicts = (!conflicts.is_empty())
                .then(|| view! { <Clash title=tu_string!(text, appointments.conflicts) found=conflicts /> });
            let past = times.is_past.then(|| note(tu_string!(text, appointments.is_past)));
            let times = (!conflicts_only).then(|| view! { <Times times=times /> });
            let line = (times.is_some() || past.is_some()).then(|| {
                view! { <div class="request-slot">{times} {past}</div> }
            });
            view! { {line} {conflicts} }.into_any()
        }
        Err(ApiError(failure)) if failure.code == ErrorCode::Invalid => failure
            .fields
            .first()
            .map(|error| view! { <p class="field-error">{problem_text(text, &error.problem)}</p> })
            .into_any(),
        Err(_) => ().into_any(),
    };
    view! {
        <div id=id class="request-slots" aria-live="polite">
            {shown}
        </div>
    }
}

fn note(words: &'static str) -> impl IntoView {
    view! {
        <span class="request-late with-icon">
            <Icon icon=icondata_lu::LuCircleAlert />
            {words}
        </span>
    }
}
