use leptos::prelude::*;
use leptos_router::{NavigateOptions, hooks::use_navigate};

use crate::ui::focus_next;

/// A dialog of a form whose address says whether it is open, and how it is left: not without a question once something was typed.
#[derive(Clone, Copy)]
pub struct Opened {
    pub is_open: Memo<bool>,
    /// The page without the dialog.
    pub home: Signal<String>,
    /// Something was typed.
    pub dirty: RwSignal<bool>,
    /// Whether to throw it away is being asked.
    pub asking: RwSignal<bool>,
    pub leave: Callback<()>,
    pub close: Callback<()>,
}

impl Opened {
    /// `opener` gets the focus back; `forget` forgets what the last try was answered.
    pub fn new(
        is_open: Memo<bool>,
        home: Signal<String>,
        opener: &'static str,
        busy: Memo<bool>,
        forget: Callback<()>,
    ) -> Self {
        let (dirty, asking) = (RwSignal::new(false), RwSignal::new(false));
        let navigate = use_navigate();
        let leave = Callback::new(move |()| {
            asking.set(false);
            dirty.set(false);
            forget.run(());
            let options = NavigateOptions {
                scroll: false,
                replace: true,
                ..NavigateOptions::default()
            };
            navigate(&home.get_untracked(), options);
            focus_next(opener);
        });
        let close = Callback::new(move |()| {
            if busy.get_untracked() {
                // The answer decides what comes next.
            } else if dirty.get_untracked() {
                asking.set(true);
            } else {
                leave.run(());
            }
        });
        Self {
            is_open,
            home,
            dirty,
            asking,
            leave,
            close,
        }
    }
}
