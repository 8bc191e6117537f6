//! Moving entries, and drawing new ones, by pointer or by keys.

use std::{
    future::poll_fn,
    task::{Poll, Waker},
};

use domain::schedule::{
    EntryMark, MoveEntry, Piece, ScheduleBlock, SchedulePage, clock_text, moment_at, place, wall_at, wall_text,
};
use leptos::{ev, html, prelude::*};
use leptos_router::{
    NavigateOptions,
    hooks::{use_location, use_navigate},
};
use wasm_bindgen::JsCast;
use web_sys::{Element, MouseEvent, PointerEvent};

use super::{
    api::SubmitMove,
    grid::{Shown, between},
};
use crate::{
    i18n::tu_string,
    paths,
    ui::{I18n, use_text},
};

/// Everything falls on these minutes.
pub const SNAP: u32 = 15;
/// How far a pointer has to go before it drags, in pixels.
const FAR: f64 = 5.0;

/// Sends moves, and says what became of them.
#[derive(Clone, Copy)]
pub struct Moves {
    pub action: ServerAction<SubmitMove>,
    pub said: RwSignal<String>,
}

/// Leads to the page with other values in its address.
pub type Go = Callback<Vec<(&'static str, String)>>;

impl Moves {
    /// Moves an entry, or asks first where a meeting hangs on it; whether it was sent.
    pub fn send(self, text: I18n, go: Go, block: &ScheduleBlock, start: String) -> bool {
        let entry_id = block.entry_id.to_string();
        if block.is(EntryMark::Asks) {
            go.run(vec![("entry", entry_id), ("do", "move".to_owned()), ("to", start)]);
            return false;
        }
        self.said.set(tu_string!(text, schedule.moving).to_owned());
        self.action.dispatch(SubmitMove {
            input: MoveEntry {
                entry_id,
                version: block.version.to_string(),
                start,
            },
        });
        true
    }
}

pub fn use_go() -> Go {
    let (location, navigate) = (use_location(), use_navigate());
    Callback::new(move |pairs: Vec<(&'static str, String)>| {
        let values: Vec<_> = pairs
            .iter()
            .map(|(name, value)| (*name, Some(value.as_str())))
            .collect();
        let options = NavigateOptions {
            scroll: false,
            ..NavigateOptions::default()
        };
        navigate(&untrack(|| paths::here_with(&location, &values)), options);
    })
}

/// What is being moved or drawn.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Drag {
    pub what: What,
    pub column: usize,
    /// On the axis.
    pub from: u32,
    pub to: u32,
    /// It was dropped: the answer is waited for.
    pub sent: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum What {
    /// An entry, held so many minutes below its top.
    Entry { block: Box<ScheduleBlock>, grip: u32 },
    /// A new one, from where it was begun.
    New { anchor: u32 },
}

/// A button that is down.
#[derive(Clone, Debug)]
struct Press {
    what: What,
    column: usize,
    at: (f64, f64),
}

/// What goes on, for the screen as a whole: the days may be drawn anew meanwhile.
#[derive(Clone, Copy)]
pub struct Dragging {
    drag: RwSignal<Option<Drag>>,
    press: StoredValue<Option<Press>>,
    /// The click that follows a drop is none.
    swallow: StoredValue<bool>,
    focus: StoredValue<Option<String>>,
    /// An entry of a month is dragged, which the browser does.
    by_browser: RwSignal<bool>,
    /// Who waits until nothing is moved.
    waiting: StoredValue<Vec<Waker>>,
}

impl Dragging {
    pub fn new() -> Self {
        let dragging = Self {
            drag: RwSignal::new(None),
            press: StoredValue::new(None),
            swallow: StoredValue::new(false),
            focus: StoredValue::new(None),
            by_browser: RwSignal::new(false),
            waiting: StoredValue::new(Vec::new()),
        };
        Effect::new(move |_| {
            dragging.drag.track();
            dragging.by_browser.track();
            if !dragging.is_busy() {
                let waiting = dragging.waiting.try_update_value(std::mem::take);
                waiting.into_iter().flatten().for_each(Waker::wake);
            }
        });
        Effect::new(move |_| {
            let listener = window_event_listener(ev::keydown, move |event| {
                if event.key() == "Escape" && dragging.is_busy() {
                    event.prevent_default();
                    dragging.stop();
                }
            });
            on_cleanup(move || listener.remove());
        });
        dragging
    }

    /// Something is being moved.
    pub fn is_busy(self) -> bool {
        let is_held = |drag: &Option<Drag>| drag.as_ref().is_some_and(|drag| !drag.sent);
        self.drag.try_with_untracked(is_held).unwrap_or_default()
            || self.by_browser.try_get_untracked().unwrap_or_default()
    }

    pub fn set_by_browser(self, is_dragged: bool) {
        self.by_browser.set(is_dragged);
    }

    /// Waits until nothing is moved: what is being moved must not be drawn anew under the hand that moves it.
    pub async fn rest(self) {
        poll_fn(|context| {
            let wait = |waiting: &mut Vec<Waker>| waiting.push(context.waker().clone());
            if self.is_busy() && self.waiting.try_update_value(wait).is_some() {
                Poll::Pending
            } else {
                Poll::Ready(())
            }
        })
        .await;
    }

    fn stop(self) {
        self.press.set_value(None);
        if self.drag.with_untracked(Option::is_some) {
            self.drag.set(None);
        }
    }

    /// What was asked for will not be.
    pub fn end(self) {
        self.stop();
    }

    /// The days are drawn anew, with what was dropped where it is now.
    pub fn settle(self) {
        if self
            .drag
            .with_untracked(|drag| drag.as_ref().is_some_and(|drag| drag.sent))
        {
            self.stop();
        }
    }

    pub fn take_focus(self) -> Option<String> {
        self.focus.try_update_value(Option::take).flatten()
    }
}

struct Day {
    date: String,
    pieces: Vec<Piece>,
    blocks: Vec<ScheduleBlock>,
}

/// The days on which something is moved.
#[derive(Clone, Copy)]
pub struct Stage {
    pub dragging: Dragging,
    moves: Moves,
    body: NodeRef<html::Div>,
    days: StoredValue<Vec<Day>>,
    range: (u32, u32),
    /// The columns are days, not people.
    pub has_days: bool,
    go: Go,
    text: I18n,
}

impl Stage {
    pub fn new(page: &SchedulePage, body: NodeRef<html::Div>, dragging: Dragging, moves: Moves) -> Self {
        let day = |day: &domain::schedule::ScheduleDay| Day {
            date: day.date.clone(),
            pieces: day.pieces.clone(),
            blocks: day.blocks.clone(),
        };
        Self {
            dragging,
            moves,
            body,
            days: StoredValue::new(page.days.iter().map(day).collect()),
            range: (page.from, page.to),
            has_days: page.days.iter().all(|day| day.person.is_none()),
            go: use_go(),
            text: use_text(),
        }
    }

    fn columns(self) -> Vec<Element> {
        let Some(body) = self.body.get_untracked() else {
            return Vec::new();
        };
        columns(&body)
    }

    /// The column at a place of the screen, and how far down the axis that is.
    fn locate(self, x: f64, y: f64) -> Option<(usize, u32)> {
        let columns = self.columns();
        let rects: Vec<_> = columns.iter().map(Element::get_bounding_client_rect).collect();
        let index = rects
            .iter()
            .position(|rect| x < rect.right())
            .unwrap_or(rects.len().checked_sub(1)?);
        let rect = rects.get(index)?;
        let (from, to) = self.range;
        let part = ((y - rect.top()) / rect.height()).clamp(0.0, 1.0);
        let minutes = part * f64::from(to - from);
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "between nothing and the minutes of a day"
        )]
        Some((index, from + minutes as u32))
    }

    pub fn block(self, column: usize, key: &str) -> Option<ScheduleBlock> {
        self.days.with_value(|days| {
            let blocks = &days.get(column)?.blocks;
            blocks.iter().find(|block| block.key == key).cloned()
        })
    }

    /// A button goes down. Fingers scroll; they have the form.
    pub fn press(self, event: &PointerEvent) {
        if event.button() != 0 || event.pointer_type() == "touch" || self.dragging.is_busy() {
            return;
        }
        let at = (f64::from(event.client_x()), f64::from(event.client_y()));
        let Some((column, axis)) = self.locate(at.0, at.1) else {
            return;
        };
        let Some(target) = event.target().and_then(|target| target.dyn_into::<Element>().ok()) else {
            return;
        };
        let what = match target.closest("[data-key]") {
            Ok(Some(entry)) => {
                let block = entry.get_attribute("data-key").and_then(|key| self.block(column, &key));
                match block.filter(|block| block.moves.is_some()) {
                    Some(block) => What::Entry {
                        grip: axis.saturating_sub(block.from),
                        block: Box::new(block),
                    },
                    None => return,
                }
            }
            _ => What::New {
                anchor: axis - axis % SNAP,
            },
        };
        self.dragging.press.set_value(Some(Press { what, column, at }));
    }

    pub fn drag(self, event: &PointerEvent) {
        let at = (f64::from(event.client_x()), f64::from(event.client_y()));
        let Some(press) = self.dragging.press.get_value() else {
            return;
        };
        if event.buttons() & 1 == 0 {
            self.dragging.stop();
            return;
        }
        let is_far = (at.0 - press.at.0).hypot(at.1 - press.at.1) >= FAR;
        if !self.dragging.is_busy() {
            if !is_far {
                return;
            }
            if let Some(body) = self.body.get_untracked() {
                // Without it a drop outside is not heard of, nothing worse.
                let _ = body.set_pointer_capture(event.pointer_id());
            }
        }
        event.prevent_default();
        let Some((column, axis)) = self.locate(at.0, at.1) else {
            return;
        };
        let drag = match press.what {
            What::Entry { block, grip } => {
                let column = if self.has_days { column } else { press.column };
                let from = snap(axis.saturating_sub(grip).max(self.range.0));
                self.entry_at(block, grip, column, from)
            }
            What::New { anchor } => {
                let (from, to) = if axis >= anchor {
                    (anchor, snap(axis).max(anchor + SNAP))
                } else {
                    (axis - axis % SNAP, anchor + SNAP)
                };
                Drag {
                    what: What::New { anchor },
                    column: press.column,
                    from,
                    to,
                    sent: false,
                }
            }
        };
        if self.dragging.drag.with_untracked(|known| known.as_ref() != Some(&drag)) {
            self.dragging.drag.set(Some(drag));
        }
    }

    /// An entry as it would be there.
    pub fn entry_at(self, block: Box<ScheduleBlock>, grip: u32, column: usize, from: u32) -> Drag {
        let minutes = block.moves.unwrap_or_default();
        let (from, to) = self.days.with_value(|days| {
            let Some(day) = days.get(column) else {
                return (from, from + minutes);
            };
            let start = moment_at(&day.pieces, from);
            let end = place(&day.pieces, start + i64::from(minutes), true);
            (place(&day.pieces, start, false), end)
        });
        Drag {
            what: What::Entry { block, grip },
            column,
            from,
            to,
            sent: false,
        }
    }

    pub fn drop(self, _: &PointerEvent) {
        self.dragging.press.set_value(None);
        if self.dragging.is_busy() {
            self.dragging.swallow.set_value(true);
            let dragging = self.dragging;
            set_timeout(
                move || {
                    let _ = dragging.swallow.try_set_value(false);
                },
                std::time::Duration::ZERO,
            );
            self.commit();
        }
    }

    pub fn cancel(self) {
        self.dragging.stop();
    }

    pub fn click(self, event: &MouseEvent) {
        if self.dragging.swallow.get_value() {
            self.dragging.swallow.set_value(false);
            event.prevent_default();
            event.stop_propagation();
        }
    }

    /// What is held is put down where it is.
    pub fn commit(self) {
        let Some(drag) = self.dragging.drag.get_untracked() else {
            return;
        };
        let moment = |axis| {
            self.days.with_value(|days| {
                let day = days.get(drag.column)?;
                Some((
                    moment_at(&day.pieces, axis),
                    wall_text(&day.date, wall_at(&day.pieces, axis)),
                ))
            })
        };
        let (Some((start, wall)), Some((_, end))) = (moment(drag.from), moment(drag.to)) else {
            return;
        };
        match &drag.what {
            What::Entry { block, .. } => {
                let is_same = self.days.with_value(|days| {
                    let day = days
                        .iter()
                        .find(|day| day.blocks.iter().any(|known| known.key == block.key));
                    day.is_some_and(|day| moment_at(&day.pieces, block.from) == start)
                });
                if is_same {
                    self.dragging.stop();
                } else if self.moves.send(self.text, self.go, block, start.to_string()) {
                    self.dragging.focus.set_value(Some(block.entry_id.to_string()));
                    self.dragging.drag.set(Some(Drag { sent: true, ..drag }));
                } else {
                    self.dragging.stop();
                }
            }
            What::New { .. } => {
                self.dragging.stop();
                self.go.run(vec![("new", wall), ("until", end)]);
            }
        }
    }

    /// What is being moved by keys; the block if nothing is.
    pub fn held(self) -> Option<Drag> {
        self.dragging.drag.get_untracked().filter(|drag| !drag.sent)
    }

    pub fn hold(self, drag: Drag) {
        let words = self.words(&drag);
        self.moves
            .said
            .set(tu_string!(self.text, schedule.holding, when = words));
        self.dragging.drag.set(Some(drag));
    }

    pub fn column_count(self) -> usize {
        self.days.with_value(Vec::len)
    }

    pub fn range(self) -> (u32, u32) {
        self.range
    }

    /// "2026-11-30, 14:00 – 14:30" for those who do not see it.
    fn words(self, drag: &Drag) -> String {
        let label = self
            .columns()
            .get(drag.column)
            .and_then(|column| column.get_attribute("aria-label"));
        format!("{}, {}", label.unwrap_or_default(), self.time(drag))
    }

    fn time(self, drag: &Drag) -> String {
        self.days.with_value(|days| {
            let pieces = days
                .get(drag.column)
                .map(|day| day.pieces.as_slice())
                .unwrap_or_default();
            let clock = |axis| clock_text(wall_at(pieces, axis));
            format!("{} – {}", clock(drag.from), clock(drag.to))
        })
    }
}

pub fn columns(body: &Element) -> Vec<Element> {
    let Ok(found) = body.query_selector_all(".cal-column") else {
        return Vec::new();
    };
    (0..found.length())
        .filter_map(|at| found.item(at)?.dyn_into().ok())
        .collect()
}

fn snap(axis: u32) -> u32 {
    (axis + SNAP / 2) / SNAP * SNAP
}

/// What is being moved, where it would be.
#[component]
pub fn Ghost(stage: Stage, index: usize, shown: Shown) -> impl IntoView {
    let here = Memo::new(move |_| stage.dragging.drag.get().filter(|drag| drag.column == index));
    move || {
        here.get().map(|drag| {
            let (from, to) = (drag.from.max(shown.from), drag.to.clamp(shown.from, shown.to));
            let title = match &drag.what {
                What::Entry { block, .. } => block.title.clone(),
                What::New { .. } => tu_string!(stage.text, schedule.new_entry).to_owned(),
            };
            let class = format!("cal-ghost {}", between(from - shown.from, to.max(from) - shown.from));
            view! {
                <div class=class class:is-sent=drag.sent aria-hidden="true">
                    <strong>{stage.time(&drag)}</strong>
                    <span>{title}</span>
                </div>
            }
        })
    }
}
