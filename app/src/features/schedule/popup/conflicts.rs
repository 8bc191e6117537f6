use std::time::Duration;

use domain::schedule::Conflict;
use leptos::{leptos_dom::helpers::TimeoutHandle, prelude::*, task::spawn_local};

use crate::{
    features::{
        interactions::form::ENTRY,
        schedule::{Clash, api::conflicts_at},
    },
    i18n::tu_string,
    ui::{use_text, value_of},
};

const PATIENCE: Duration = Duration::from_millis(350);

/// Looks what else there is at the time that is being typed.
#[derive(Clone, Copy)]
pub struct Clashes {
    found: RwSignal<Vec<Conflict>>,
    entry: StoredValue<String>,
    asked: StoredValue<(String, String, String)>,
    timer: StoredValue<Option<TimeoutHandle>>,
}

impl Clashes {
    pub fn new(found: Vec<Conflict>, entry: String) -> Self {
        let clashes = Self {
            found: RwSignal::new(found),
            entry: StoredValue::new(entry),
            asked: StoredValue::new(Default::default()),
            timer: StoredValue::new(None),
        };
        on_cleanup(move || clashes.stop());
        clashes
    }

    fn stop(self) {
        if let Some(timer) = self.timer.try_update_value(Option::take).flatten() {
            timer.clear();
        }
    }

    /// Something was typed or chosen.
    pub fn look(self) {
        self.stop();
        self.timer
            .set_value(set_timeout_with_handle(move || self.ask(), PATIENCE).ok());
    }

    fn ask(self) {
        let value = |id| value_of(id).unwrap_or_default();
        let wanted = (value(ENTRY.owner), value(ENTRY.start), value(ENTRY.end));
        if self.asked.try_get_value().is_none_or(|asked| asked == wanted) {
            return;
        }
        self.asked.set_value(wanted.clone());
        let entry = self.entry.get_value();
        spawn_local(async move {
            let (user, start, end) = wanted.clone();
            if let Ok(found) = conflicts_at(user, entry, start, end).await
                && self.asked.try_get_value() == Some(wanted)
            {
                self.found.set(found);
            }
        });
    }
}

/// Names the other entries. They are no reason not to save.
#[component]
pub fn ClashNote(clashes: Clashes) -> impl IntoView {
    let text = use_text();
    view! {
        <div id="schedule-time-hint" role="status">
            {move || {
                let found = clashes.found.get();
                (!found.is_empty())
                    .then(|| view! { <Clash title=tu_string!(text, schedule.clash) found=found /> })
            }}
        </div>
    }
}
