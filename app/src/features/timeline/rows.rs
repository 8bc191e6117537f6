use std::hash::{DefaultHasher, Hash, Hasher};

use domain::{InteractionId, Place, TimelineDay, TimelineRow};
use leptos::prelude::*;

use super::row::Row;

/// The days of a timeline. A day keeps its rows when others come and go.
#[component]
pub fn Days(place: Place, days: Memo<Vec<TimelineDay>>) -> impl IntoView {
    let labels = move || days.with(|days| days.iter().map(|day| day.label.clone()).collect::<Vec<_>>());
    let day = move |label: String| {
        let rows = {
            let label = label.clone();
            let of_day =
                move |days: &Vec<TimelineDay>| days.iter().find(|day| day.label == label).map(|day| day.rows.clone());
            Memo::new(move |_| days.with(&of_day).unwrap_or_default())
        };
        view! {
            <section class="day">
                <h3 class="day-head">{label}</h3>
                <RowList place=place rows=rows with_day=false />
            </section>
        }
    };
    view! { <For each=labels key=Clone::clone children=day /> }
}

/// Rows along the rail. One that did not change stays as it is.
#[component]
pub fn RowList(place: Place, rows: Memo<Vec<TimelineRow>>, with_day: bool) -> impl IntoView {
    let row = move |row| view! { <Row place=place row=row with_day=with_day /> };
    view! {
        <ol class="rail">
            <For each=move || rows.get() key=state_of children=row />
        </ol>
    }
}

/// Tells one state of a row from another.
fn state_of(row: &TimelineRow) -> (InteractionId, u64) {
    let mut hasher = DefaultHasher::new();
    row.hash(&mut hasher);
    (row.interaction_id, hasher.finish())
}
