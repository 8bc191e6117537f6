use domain::schedule::{ScheduleDay, clock_text, wall_text};
use leptos::prelude::*;

use super::grid::{Shown, at};
use crate::{i18n::tu_string, ui::use_text};

/// A place for a new entry every so many minutes.
const EVERY: usize = 30;

/// The empty times of a day: each is a link to the form for a new entry. One of the page can be reached by Tab, the others from there.
pub fn slots(day: &ScheduleDay, shown: Shown, reached: bool) -> impl IntoView + use<> {
    let text = use_text();
    let mut tab = reached;
    let slots = (shown.from..shown.to)
        .step_by(EVERY)
        .filter_map(|axis| {
            let piece = day
                .pieces
                .iter()
                .find(|piece| (piece.axis..piece.axis + piece.minutes).contains(&axis))?;
            let wall = piece.wall + axis - piece.axis;
            let href = shown.new_entry(&wall_text(&day.date, wall), day.person.as_ref().map(|person| person.id));
            let label = tu_string!(text, schedule.new_at, day = day.label.clone(), time = clock_text(wall));
            let index = if std::mem::take(&mut tab) { "0" } else { "-1" };
            Some(view! {
                <a
                    class=format!("cal-slot {}", at(axis - shown.from))
                    href=href
                    data-noscroll=""
                    draggable="false"
                    data-at=axis.to_string()
                    tabindex=index
                    aria-label=label
                ></a>
            })
        })
        .collect_view();
    view! { <div class="cal-slots">{slots}</div> }
}
