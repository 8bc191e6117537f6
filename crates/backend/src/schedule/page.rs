//! A page of the schedule.

use chrono::NaiveDate;
use domain::{
    Choice, ErrorCode, UserId,
    schedule::{Axis, DayClock, ScheduleDay, SchedulePage, ScheduleQuery, ScheduleView, Whose},
};

use super::{
    days::{self, Frame},
    occurrences::{Occurrence, occurrences},
    rights,
};
use crate::{
    Actor, Backend, Result,
    access::{Grant, may},
    store, zone,
};

/// The hours that are shown where nothing is outside of them.
const WORK: (u32, u32) = (7 * 60, 19 * 60);

/// A page in two statements: the staff, and the entries.
pub async fn page(backend: &Backend, grant: &Grant<may::ScheduleRead>, query: &ScheduleQuery) -> Result<SchedulePage> {
    let now = backend.clock().now();
    let asked = query.asked();
    let view = asked.view.unwrap_or_default();
    let today = now.with_timezone(&grant.zone).date_naive();
    let date = asked.date.unwrap_or(today);
    let mut tx = backend.db().read(grant.scope()).await?;
    let people: Vec<Choice<UserId>> = store::changes::owners(&mut tx)
        .await?
        .into_iter()
        .map(|(id, name)| Choice { id, name })
        .collect();
    let who = match asked.whose {
        Whose::Mine => Some(grant.user_id()),
        Whose::Person(id) if people.iter().any(|person| person.id == id) => Some(id),
        // Another tenant's, or nobody.
        Whose::Person(_) => return Err(ErrorCode::NotFound.into()),
        Whose::Team => None,
    };
    let dates = view.days(date);
    let clocks: Vec<DayClock> = dates.iter().map(|date| zone::clock(*date, grant.zone)).collect();
    let (Some(first), Some(last)) = (clocks.first(), clocks.last()) else {
        return Err(ErrorCode::NotFound.into());
    };
    let (from, to) = (days::bounds(first).0, days::bounds(last).1);
    let whose = who.map(|user| [user.0]);
    let whose = whose.as_ref().map(|user| &user[..]);
    let rows = store::schedule::read::entries(&mut tx, (from, to), whose, now).await?;
    drop(tx);
    let found = occurrences(&rows, from, to);
    let axis = Axis::of(&clocks);
    let frame = Frame {
        viewer: grant,
        now,
        people: &people,
        is_team: who.is_none(),
        axis: &axis,
    };
    let days = drawn(&frame, view, &dates, &clocks, &found, date);
    let (from, to) = hours(&axis, &days, asked.all_hours);
    Ok(SchedulePage {
        view,
        is_usual_view: asked.view.is_none(),
        date: date.to_string(),
        today: today.to_string(),
        previous: view.step(date, false).to_string(),
        next: view.step(date, true).to_string(),
        title: title(view, date, &dates, grant),
        zone: grant.zone.name().to_owned(),
        who,
        me: grant.user_id(),
        hours: axis.hours(),
        has_more_hours: from > 0 || to < axis.minutes(),
        from,
        to,
        may_assign: rights::may_assign(grant),
        days,
        people,
    })
}

fn drawn(
    frame: &Frame<'_>,
    view: ScheduleView,
    dates: &[NaiveDate],
    clocks: &[DayClock],
    found: &[Occurrence<'_>],
    asked: NaiveDate,
) -> Vec<ScheduleDay> {
    // One day of a team: a column for each, and one for what nobody who is still here does.
    if let (ScheduleView::Day, true, [date], [clock]) = (view, frame.is_team, dates, clocks) {
        let columns = frame.people.iter();
        return columns
            .map(|person| days::day(frame, *date, clock, found, Some(person)))
            .collect();
    }
    let drawn = dates.iter().zip(clocks).map(|(date, clock)| {
        let mut day = days::day(frame, *date, clock, found, None);
        day.is_outside =
            view == ScheduleView::Month && date.format("%Y%m").to_string() != asked.format("%Y%m").to_string();
        day
    });
    drawn.collect()
}

/// From where to where the axis is shown, in full hours: the working hours and whatever is outside of them.
fn hours(axis: &Axis, days: &[ScheduleDay], all: bool) -> (u32, u32) {
    if all {
        return (0, axis.minutes());
    }
    let at = |wall: u32| {
        let marks = axis.hours();
        marks
            .iter()
            .rev()
            .find(|mark| mark.wall == wall)
            .map_or(wall, |mark| mark.axis)
    };
    let blocks = || days.iter().flat_map(|day| &day.blocks);
    let from = blocks().map(|block| block.from).fold(at(WORK.0), u32::min);
    let to = blocks().map(|block| block.to).fold(at(WORK.1), u32::max);
    (
        from - from % 60,
        to.next_multiple_of(60).min(axis.minutes().next_multiple_of(60)),
    )
}

fn title(view: ScheduleView, date: NaiveDate, dates: &[NaiveDate], viewer: &Actor) -> String {
    match (view, dates) {
        (ScheduleView::Month, _) => zone::month(date, viewer.language),
        (_, [first, .., last]) => zone::days(*first, *last, viewer.language),
        _ => zone::date(date, viewer.language),
    }
}
