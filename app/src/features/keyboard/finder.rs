use std::time::Duration;

use domain::Failure;
use leptos::{prelude::*, task::spawn_local};

use super::{
    api::palette_search,
    commands::{Item, found, matching},
};
use crate::{error::ApiError, ui::Timer};

/// How long somebody has to pause before the server is asked.
const PAUSE: Duration = Duration::from_millis(180);

/// What is typed into the palette, and what there is to choose from.
#[derive(Clone, Copy)]
pub struct Finder {
    pub search: RwSignal<String>,
    pub answer: RwSignal<Answer>,
    /// In the order of the groups.
    pub items: Signal<Vec<Item>>,
    pub count: Memo<usize>,
    /// Which of the items Enter takes.
    pub active: RwSignal<usize>,
    /// How many questions there were: only the answer to the latest counts.
    asked: StoredValue<u32>,
    timer: Timer,
}

/// What the server says.
#[derive(Clone, Default)]
pub struct Answer {
    items: Vec<Item>,
    pub failure: Option<Failure>,
    pub is_awaited: bool,
}

impl Finder {
    pub fn new(commands: Vec<Item>) -> Self {
        let search = RwSignal::new(String::new());
        let answer = RwSignal::new(Answer::default());
        let items = Signal::derive(move || {
            let mut items = answer.with(|answer| answer.items.clone());
            items.extend(search.with(|search| matching(&commands, search)));
            items
        });
        Self {
            search,
            answer,
            items,
            count: Memo::new(move |_| items.with(Vec::len)),
            active: RwSignal::new(0),
            asked: StoredValue::new(0),
            timer: Timer::new(),
        }
    }

    /// Waits until somebody pauses; what was found last stays until the new answer comes.
    pub fn type_in(self, search: String) {
        self.timer.stop();
        self.asked.update_value(|asked| *asked += 1);
        let is_empty = search.trim().is_empty();
        self.search.set(search);
        self.active.set(0);
        if is_empty {
            self.answer.set(Answer::default());
        } else {
            self.answer.update(|answer| answer.is_awaited = true);
            self.timer.start(PAUSE, move || self.ask());
        }
    }

    /// Asks the server.
    pub fn ask(self) {
        self.answer.update(|answer| answer.is_awaited = true);
        let question = self.search.get_untracked();
        let number = self.asked.get_value();
        spawn_local(async move {
            let said = palette_search(question).await;
            if self.asked.try_get_value() != Some(number) {
                return;
            }
            let (items, failure) = match said {
                Ok(hits) => (found(hits), None),
                Err(ApiError(failure)) => (Vec::new(), Some(failure)),
            };
            self.answer.set(Answer {
                items,
                failure,
                is_awaited: false,
            });
            self.active.set(0);
        });
    }
}
