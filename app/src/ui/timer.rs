use std::time::Duration;

use leptos::{leptos_dom::helpers::TimeoutHandle, prelude::*};

/// Something that is done once nothing has put it off for a while: a search while somebody types. Not done any more when its owner is
/// gone.
#[derive(Clone, Copy)]
pub struct Timer(StoredValue<Option<TimeoutHandle>>);

impl Timer {
    pub fn new() -> Self {
        let timer = Self(StoredValue::new(None));
        on_cleanup(move || timer.stop());
        timer
    }

    /// Does this after a while, instead of what was to be done.
    pub fn start(self, after: Duration, what: impl FnOnce() + 'static) {
        self.stop();
        self.0.set_value(set_timeout_with_handle(what, after).ok());
    }

    pub fn stop(self) {
        if let Some(handle) = self.0.try_update_value(Option::take).flatten() {
            handle.clear();
        }
    }
}
