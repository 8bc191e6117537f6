use domain::{ContactOption, Failure, Field};
use leptos::prelude::*;

use super::Ids;
use crate::ui::{focus_next, problem_of};

/// What the parts of a form share. The controls keep their own values; only what others depend on is mirrored here.
#[derive(Clone, Copy)]
pub struct RecordForm {
    pub ids: &'static Ids,
    pub busy: Memo<bool>,
    /// Found by the browser before anything was sent.
    pub local: RwSignal<Option<Failure>>,
    /// What stands in the way, from either side; nothing while the form is under way.
    pub failure: Signal<Option<Failure>>,
    /// The chosen client.
    pub client: RwSignal<String>,
    /// The contacts of that client.
    pub contacts: RwSignal<Vec<ContactOption>>,
}

impl RecordForm {
    /// `answered` is what the server has refused.
    pub fn new(
        ids: &'static Ids,
        busy: Memo<bool>,
        answered: Signal<Option<Failure>>,
        client: String,
        contacts: Vec<ContactOption>,
    ) -> Self {
        let local = RwSignal::new(None::<Failure>);
        let failure = Signal::derive(move || {
            if busy.get() {
                return None;
            }
            local.get().or_else(|| answered.get())
        });
        // The first thing to mend gets the focus; what is no field's fault, the panel that explains it.
        Effect::new(move |_| {
            if let Some(failure) = failure.get() {
                let target = failure
                    .fields
                    .first()
                    .map_or(ids.errors, |error| ids.control(error.field));
                focus_next(target);
            }
        });
        Self {
            ids,
            busy,
            local,
            failure,
            client: RwSignal::new(client),
            contacts: RwSignal::new(contacts),
        }
    }

    pub fn error(self, field: Field) -> Signal<Option<String>> {
        problem_of(self.failure, field)
    }
}
