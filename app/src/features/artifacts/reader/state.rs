//! What the reader of a transcript does with it: search, follow, filter.

use std::{sync::Arc, time::Duration};

use domain::transcript::{Hit, Millis, Transcript};
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

use super::lines;
use crate::ui::on_next_frame;

/// What was found.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Found {
    pub count: usize,
    /// The one that is shown, counted from zero.
    pub at: usize,
}

/// As many lines are marked at once; those beyond when they are gone to.
const MARKED_AT_ONCE: usize = 2_000;
/// Pauses between two keys are shorter.
pub const TYPING: Duration = Duration::from_millis(120);

/// It outlives the page's data, which may be loaded anew while somebody reads.
#[derive(Clone, Copy)]
pub struct Reader {
    transcript: StoredValue<Arc<Transcript>>,
    searched: StoredValue<String>,
    hits: StoredValue<Vec<Hit>>,
    /// The lines with marks in them.
    marked: StoredValue<Vec<usize>>,
    pub found: RwSignal<Option<Found>>,
    /// The one of [`Transcript::speakers`] whose lines are shown.
    pub speaker: RwSignal<Option<usize>>,
    /// The line that is being spoken.
    current: StoredValue<Option<usize>>,
    pub has_current: RwSignal<bool>,
    /// Whether the lines go along with what is spoken.
    pub follows: RwSignal<bool>,
}

impl Default for Reader {
    fn default() -> Self {
        Self {
            transcript: StoredValue::new(Arc::default()),
            searched: StoredValue::new(String::new()),
            hits: StoredValue::new(Vec::new()),
            marked: StoredValue::new(Vec::new()),
            found: RwSignal::new(None),
            speaker: RwSignal::new(None),
            current: StoredValue::new(None),
            has_current: RwSignal::new(false),
            follows: RwSignal::new(true),
        }
    }
}

impl Reader {
    /// Takes the transcript that the page shows.
    pub fn open(self, transcript: &Arc<Transcript>) {
        self.transcript.set_value(transcript.clone());
    }

    /// When a line begins.
    pub fn start_of(self, cue: usize) -> Option<Millis> {
        self.transcript
            .with_value(|transcript| Some(transcript.cues().get(cue)?.start))
    }

    /// Marks the line that is spoken at `time`; in a pause, the last one.
    pub fn show(self, time: Millis, bring: bool) {
        let now = self.transcript.with_value(|transcript| {
            let last = transcript
                .cues()
                .partition_point(|cue| cue.start <= time)
                .checked_sub(1);
            transcript.cue_at(time).or(last)
        });
        let before = self.current.get_value();
        if now == before && !bring {
            return;
        }
        if now != before {
            if let Some(line) = before.and_then(lines::line) {
                let _ = line.remove_attribute("aria-current");
            }
            if let Some(line) = now.and_then(lines::line) {
                let _ = line.set_attribute("aria-current", "true");
            }
            self.current.set_value(now);
            self.has_current.set(now.is_some());
        }
        if let Some(now) = now.filter(|_| self.follows.get_untracked()) {
            go(now, bring);
        }
    }

    /// The reader looks elsewhere.
    pub fn leave(self) {
        if self.has_current.get_untracked() && self.follows.get_untracked() {
            self.follows.set(false);
        }
    }

    /// Back to the line that is being spoken.
    pub fn back(self) {
        self.follows.set(true);
        if let Some(now) = self.current.get_value() {
            go(now, true);
            let link = lines::line(now).and_then(|line| line.query_selector("a").ok().flatten());
            if let Some(link) = link.and_then(|link| link.dyn_into::<HtmlElement>().ok()) {
                let _ = link.focus();
            }
        }
    }

    /// Shows only what one of them said, or everything.
    pub fn filter(self, who: Option<usize>) {
        self.speaker.set(who);
        self.transcript.with_value(|transcript| {
            let name = who.and_then(|who| transcript.speakers().get(who).copied());
            for (n, cue) in transcript.cues().iter().enumerate() {
                if let Some(line) = lines::line(n) {
                    line.set_hidden(name.is_some() && cue.speaker.as_deref() != name);
                }
            }
        });
    }

    /// Looks for a text in the lines that are shown, and goes to the first place from where the film is.
    pub fn search(self, text: &str) {
        self.unmark();
        self.searched.set_value(text.to_owned());
        if text.trim().is_empty() {
            self.hits.set_value(Vec::new());
            self.found.set(None);
            return;
        }
        let who = self.speaker.get_untracked();
        let hits = self.transcript.with_value(|transcript| {
            let name = who.and_then(|who| transcript.speakers().get(who).copied());
            let mut hits = transcript.search(text);
            if name.is_some() {
                hits.retain(|hit| {
                    transcript
                        .cues()
                        .get(hit.cue)
                        .is_some_and(|cue| cue.speaker.as_deref() == name)
                });
            }
            hits
        });
        let here = self.current.get_value().unwrap_or_default();
        let at = hits.iter().position(|hit| hit.cue >= here).unwrap_or_default();
        let count = hits.len();
        self.hits.set_value(hits);
        self.mark();
        self.found.set(Some(Found { count, at }));
        if count > 0 {
            self.stand_at(at);
        }
    }

    pub fn is_searched(self, text: &str) -> bool {
        self.searched.with_value(|searched| searched == text)
    }

    /// To the next place, or the one before.
    pub fn step(self, forward: bool) {
        let Some(Found { count, at }) = self.found.get_untracked().filter(|found| found.count > 0) else {
            return;
        };
        let at = if forward { at + 1 } else { at + count - 1 } % count;
        self.found.set(Some(Found { count, at }));
        self.stand_at(at);
    }

    /// Where what was found is, as times.
    pub fn places(self) -> Vec<Millis> {
        self.transcript.with_value(|transcript| {
            self.hits.with_value(|hits| {
                let cues = hits.iter().filter_map(|hit| transcript.cues().get(hit.cue));
                cues.map(|cue| cue.start).collect()
            })
        })
    }

    fn stand_at(self, at: usize) {
        let Some(cue) = self.hits.with_value(|hits| hits.get(at).map(|hit| hit.cue)) else {
            return;
        };
        self.mark_line(cue);
        if let Ok(Some(old)) = document().query_selector("mark.now") {
            let _ = old.class_list().remove_1("now");
        }
        if let Ok(Some(mark)) = document().query_selector(&format!("mark[data-hit=\"{at}\"]")) {
            let _ = mark.class_list().add_1("now");
        }
        self.leave();
        go(cue, true);
    }

    fn mark(self) {
        let mut cues: Vec<usize> = self.hits.with_value(|hits| hits.iter().map(|hit| hit.cue).collect());
        cues.dedup();
        for cue in cues.into_iter().take(MARKED_AT_ONCE) {
            self.mark_line(cue);
        }
    }

    fn mark_line(self, cue: usize) {
        // They are in the order of the lines.
        let is_marked = self
            .marked
            .with_value(|marked| marked.last().is_some_and(|last| *last >= cue) && marked.contains(&cue));
        let Some(text) = lines::text(cue).filter(|_| !is_marked) else {
            return;
        };
        let html = self.hits.with_value(|hits| {
            let first = hits.partition_point(|hit| hit.cue < cue);
            let after = hits.partition_point(|hit| hit.cue <= cue);
            self.transcript.with_value(|transcript| {
                let words = transcript.cues().get(cue).map_or("", |cue| &cue.text);
                lines::marked(words, hits.get(first..after).unwrap_or_default(), first)
            })
        });
        text.set_inner_html(&html);
        self.marked.update_value(|marked| marked.push(cue));
    }

    fn unmark(self) {
        let marked = self.marked.try_update_value(std::mem::take).unwrap_or_default();
        self.transcript.with_value(|transcript| {
            for cue in marked {
                if let (Some(text), Some(words)) = (lines::text(cue), transcript.cues().get(cue)) {
                    text.set_text_content(Some(&words.text));
                }
            }
        });
    }
}

/// To a line that is shown.
fn go(cue: usize, always: bool) {
    if lines::line(cue).is_none_or(|line| line.has_attribute("hidden")) {
        return;
    }
    lines::bring(cue, always);
    if always {
        // What has come into sight since may be higher than it was thought to be.
        on_next_frame(move || on_next_frame(move || lines::bring(cue, false)));
    }
}
