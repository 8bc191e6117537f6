use std::time::Duration;

use domain::{Cursor, InteractionId, News, NewsKind, Place, TimelineDay, TimelinePage, TimelineQuery, TimelineRow};
use leptos::{leptos_dom::helpers::TimeoutHandle, prelude::*, task::spawn_local};

use super::{
    Feed,
    api::timeline_page,
    ids::{row_id, section},
    reader::Reader,
};
use crate::{
    error::ApiError,
    features::live::follow,
    i18n::tu_string,
    ui::{on_next_frame, use_text},
};

/// How long a new row is marked.
const MARKED: Duration = Duration::from_secs(5);

/// The pages of a timeline that are shown, one below the other. The first is always there.
#[derive(Clone, Copy)]
pub struct Pages {
    place: Place,
    feed: Feed,
    /// What the first page answers.
    query: StoredValue<TimelineQuery>,
    shown: RwSignal<Vec<TimelinePage>>,
    load: Action<(), Result<(), ApiError>>,
    looking: StoredValue<Looking>,
    /// What is said about new rows.
    news: RwSignal<String>,
    /// What others did since the rows were looked at.
    heard: StoredValue<Vec<News>>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Looking {
    Idle,
    Under,
    /// Under way, and something happened since it began.
    Again,
}

impl Pages {
    pub fn new(place: Place, feed: Feed, query: TimelineQuery, first: TimelinePage) -> Self {
        let query = StoredValue::new(query);
        let shown = RwSignal::new(vec![first]);
        let load = Action::new(move |()| async move {
            // Where the next page begins may change while it is being loaded.
            while let Some(cursor) = shown.try_with_untracked(|pages| next_of(pages)).flatten() {
                let page = timeline_page(place.to_string(), after(&query.get_value(), cursor)).await?;
                let fits = shown.try_with_untracked(|pages| next_of(pages) == Some(cursor));
                if fits == Some(true) {
                    shown.update(|pages| pages.push(page));
                    break;
                }
            }
            Ok(())
        });
        Self {
            place,
            feed,
            query,
            shown,
            load,
            looking: StoredValue::new(Looking::Idle),
            news: RwSignal::new(String::new()),
            heard: StoredValue::new(Vec::new()),
        }
    }

    /// Loads the next page below.
    pub fn load_older(self) {
        if !self.load.pending().get_untracked() {
            self.load.dispatch(());
        }
    }

    pub fn is_loading(self) -> Memo<bool> {
        self.load.pending()
    }

    pub fn failure(self) -> Option<ApiError> {
        self.load.value().get().and_then(Result::err)
    }

    pub fn next(self) -> Memo<Option<Cursor>> {
        Memo::new(move |_| self.shown.with(|pages| next_of(pages)))
    }

    /// What is to come, and where the rest of it is to be found.
    pub fn upcoming(self) -> (Memo<Vec<TimelineRow>>, Memo<Option<String>>) {
        (
            Memo::new(move |_| {
                self.shown
                    .with(|pages| pages.first().map(|first| first.upcoming.clone()).unwrap_or_default())
            }),
            Memo::new(move |_| self.shown.with(|pages| pages.first()?.later.clone())),
        )
    }

    /// The days of all pages; one that goes on from page to page is one. No interaction stands there twice.
    pub fn days(self) -> Memo<Vec<TimelineDay>> {
        Memo::new(move |_| self.shown.with(|pages| days_of(pages)))
    }

    pub fn news(self) -> Signal<String> {
        self.news.into()
    }

    /// From now on what is done here and by others appears.
    pub fn follow(self) {
        let text = use_text();
        let place = self.place;
        let concerns = move |news| {
            let concerns = match news {
                News::LookAgain => true,
                News::Schedule | News::Request(_) | News::Wish => false,
                // What left this place is known by its row.
                News::Change(change) => {
                    change.is_at(place) || (change.kind != NewsKind::Added && self.shows(change.interaction_id))
                }
            };
            if concerns {
                self.heard.update_value(|heard| heard.push(news));
            }
            concerns
        };
        let clearing = StoredValue::new(None::<TimeoutHandle>);
        let marked = Callback::new(move |new: Vec<InteractionId>| {
            let count = new.len();
            self.news.set(if count == 1 {
                tu_string!(text, live.new_one).to_owned()
            } else {
                tu_string!(text, live.new_many, count = count)
            });
            on_next_frame(move || {
                for id in &new {
                    if let Some(row) = document().get_element_by_id(&row_id(place, *id)) {
                        let _ = row.set_attribute("data-new", "");
                    }
                }
            });
            if let Some(handle) = clearing.try_update_value(Option::take).flatten() {
                handle.clear();
            }
            let clear = move || {
                self.news.try_set(String::new());
                if let Ok(rows) = document().query_selector_all(".row[data-new]") {
                    for n in 0..rows.length() {
                        if let Some(row) = rows.item(n) {
                            let _ = wasm_bindgen::JsCast::unchecked_into::<web_sys::Element>(row)
                                .remove_attribute("data-new");
                        }
                    }
                }
            };
            clearing.set_value(set_timeout_with_handle(clear, MARKED).ok());
        });
        let look = move |()| {
            let heard = self.heard.try_update_value(std::mem::take).unwrap_or_default();
            // Of what one adds oneself one hears, too, mostly when it is there already.
            let is_there = |news: &News| matches!(news, News::Change(change) if change.kind == NewsKind::Added && self.shows(change.interaction_id));
            if !heard.iter().all(is_there) {
                self.look(marked);
            }
        };
        follow(Callback::new(concerns), None, Callback::new(look));
        let before = self.own();
        Effect::new(move |_| {
            self.feed.saved.track();
            if self.own().is_some_and(|id| Some(id) != before && !self.shows(id)) {
                self.look(marked);
            }
        });
    }

    /// What was added last by whoever reads this.
    fn own(self) -> Option<InteractionId> {
        let saved = self.feed.saved.read_untracked();
        saved.as_ref().map(|saved| saved.interaction_id)
    }

    fn shows(self, id: InteractionId) -> bool {
        self.shown
            .with_untracked(|pages| ids_of(pages).any(|other| other == id))
    }

    /// Loads everything that is shown anew, and changes it at once.
    fn look(self, marked: Callback<Vec<InteractionId>>) {
        if self.looking.get_value() != Looking::Idle {
            self.looking.set_value(Looking::Again);
            return;
        }
        self.looking.set_value(Looking::Under);
        spawn_local(async move {
            loop {
                let Some(count) = self.shown.try_with_untracked(Vec::len) else {
                    return;
                };
                let pages = self.fetch(count).await;
                let Some(now) = self.shown.try_with_untracked(Vec::len) else {
                    return;
                };
                let again = self.looking.get_value() == Looking::Again || now != count;
                // Where the answer does not come, what is there stays: the next news, or the connection when it is back, tries again.
                if let (Ok(pages), true) = (pages, now == count) {
                    self.swap(pages, marked);
                }
                self.looking
                    .set_value(if again { Looking::Under } else { Looking::Idle });
                if !again {
                    return;
                }
            }
        });
    }

    async fn fetch(self, count: usize) -> Result<Vec<TimelinePage>, ApiError> {
        let query = self.query.get_value();
        let mut pages = vec![timeline_page(self.place.to_string(), query.clone()).await?];
        while pages.len() < count
            && let Some(cursor) = next_of(&pages)
        {
            pages.push(timeline_page(self.place.to_string(), after(&query, cursor)).await?);
        }
        Ok(pages)
    }

    fn swap(self, pages: Vec<TimelinePage>, marked: Callback<Vec<InteractionId>>) {
        let mut new = self.shown.with_untracked(|old| new_rows(old, &pages));
        if let Some(own) = self.own() {
            // It gets the focus, and what was heard of it meanwhile is here.
            new.retain(|id| *id != own);
            let is_own = |news: &News| matches!(news, News::Change(change) if change.interaction_id == own);
            self.heard.update_value(|heard| heard.retain(|news| !is_own(news)));
        }
        let reader = Reader::find(section(self.place));
        self.shown.set(pages);
        self.feed.drawn.notify();
        if let Some(reader) = reader {
            on_next_frame(move || reader.put_back());
        }
        if !new.is_empty() {
            marked.run(new);
        }
    }
}

fn after(query: &TimelineQuery, cursor: Cursor) -> TimelineQuery {
    TimelineQuery {
        after: cursor.to_string(),
        ..query.clone()
    }
}

fn next_of(pages: &[TimelinePage]) -> Option<Cursor> {
    pages.last().and_then(|page| page.next)
}

fn ids_of(pages: &[TimelinePage]) -> impl DoubleEndedIterator<Item = InteractionId> {
    pages
        .iter()
        .flat_map(|page| page.upcoming.iter().chain(page.days.iter().flat_map(|day| &day.rows)))
        .map(|row| row.interaction_id)
}

/// What was not there before; but not what moved up to the end because something above it went.
fn new_rows(old: &[TimelinePage], new: &[TimelinePage]) -> Vec<InteractionId> {
    let known: Vec<InteractionId> = ids_of(old).collect();
    let mut found: Vec<_> = ids_of(new)
        .rev()
        .skip_while(|id| !known.is_empty() && !known.contains(id))
        .filter(|id| !known.contains(id))
        .collect();
    found.reverse();
    found
}

fn days_of(pages: &[TimelinePage]) -> Vec<TimelineDay> {
    let mut seen: Vec<InteractionId> = Vec::new();
    let mut days: Vec<TimelineDay> = Vec::new();
    for day in pages.iter().flat_map(|page| &page.days) {
        for row in &day.rows {
            if seen.contains(&row.interaction_id) {
                continue;
            }
            seen.push(row.interaction_id);
            match days.last_mut().filter(|last| last.label == day.label) {
                Some(last) => last.rows.push(row.clone()),
                None => days.push(TimelineDay {
                    label: day.label.clone(),
                    rows: vec![row.clone()],
                }),
            }
        }
    }
    days
}
