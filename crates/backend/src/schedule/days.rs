//! Days as they are drawn: what is on them, and where it stands.

use chrono::{DateTime, Duration, NaiveDate, Utc};
use domain::{
    Choice, UserId,
    schedule::{Axis, DayClock, EntryKind, EntryMark, Piece, ScheduleBlock, ScheduleDay, lay_out, place},
};

use super::{occurrences::Occurrence, rights};
use crate::{Actor, store::schedule::read::version, zone};

/// What takes shorter is drawn, and makes room, as if it took so many minutes.
const SHORTEST: u32 = 26;
const COLOURS: usize = 8;

/// What all days of a page have in common.
pub struct Frame<'a> {
    pub viewer: &'a Actor,
    pub now: DateTime<Utc>,
    pub people: &'a [Choice<UserId>],
    /// The schedule of several people: colours tell them apart.
    pub is_team: bool,
    pub axis: &'a Axis,
}

/// A day, or somebody's part of it.
pub fn day(
    frame: &Frame<'_>,
    date: NaiveDate,
    clock: &DayClock,
    occurrences: &[Occurrence<'_>],
    person: Option<&Choice<UserId>>,
) -> ScheduleDay {
    let viewer = frame.viewer;
    let pieces = frame.axis.pieces(clock);
    let (start, end) = bounds(clock);
    let (mut long, mut blocks) = (Vec::new(), Vec::new());
    for once in occurrences {
        let is_theirs = person.is_none_or(|person| once.entry.assignees.contains(&person.id.0));
        let touches = once.start < end && (once.end > start || once.start >= start);
        if !is_theirs || !touches {
            continue;
        }
        let mut block = block(frame, once, &pieces, (start, end));
        block.key = match person {
            Some(person) => format!("{}-{date}-{}", once.entry.entry_id, person.id),
            None => format!("{}-{date}", once.entry.entry_id),
        };
        if once.end - once.start >= Duration::days(1) {
            long.push(block);
        } else {
            blocks.push(block);
        }
    }
    let intervals: Vec<(u32, u32)> = blocks
        .iter()
        .map(|block| (block.from, block.to.max(block.from + SHORTEST)))
        .collect();
    for (block, lane) in blocks.iter_mut().zip(lay_out(&intervals)) {
        (block.lane, block.span, block.lanes) = (lane.lane, lane.span, lane.lanes);
    }
    let is_today = (start..end).contains(&frame.now);
    let now = frame.now.timestamp().div_euclid(60);
    ScheduleDay {
        date: date.to_string(),
        label: zone::date(date, viewer.language),
        weekday: zone::weekday(date, viewer.language),
        number: date.format("%-d").to_string(),
        person: person.cloned(),
        is_today,
        is_past: end <= frame.now,
        is_outside: false,
        now: is_today.then(|| place(&pieces, now, false)),
        pieces,
        long,
        blocks,
    }
}

pub fn bounds(clock: &DayClock) -> (DateTime<Utc>, DateTime<Utc>) {
    let start = DateTime::from_timestamp(clock.start * 60, 0).unwrap_or_default();
    (start, start + Duration::minutes(i64::from(clock.minutes)))
}

fn block(
    frame: &Frame<'_>,
    once: &Occurrence<'_>,
    pieces: &[Piece],
    (day_start, day_end): (DateTime<Utc>, DateTime<Utc>),
) -> ScheduleBlock {
    let viewer = frame.viewer;
    let entry = once.entry;
    let rules = rights::Entry::from(entry);
    let kind = rights::kind(viewer, &rules);
    let is_busy = kind == EntryKind::Busy;
    let may_move = !is_busy && !entry.is_cancelled && rights::rights(viewer, &rules).may_edit;
    let marks = [
        (EntryMark::Private, entry.is_private),
        (EntryMark::Recurs, entry.recurrence.is_some()),
        (EntryMark::Cancelled, entry.is_cancelled),
        (EntryMark::Over, once.end <= frame.now),
        (EntryMark::Began, once.start < day_start),
        (EntryMark::GoesOn, once.end > day_end),
        (EntryMark::Asks, may_move && entry.has_live_meeting),
    ];
    let minute = |time: DateTime<Utc>| time.timestamp().div_euclid(60);
    let from = place(pieces, minute(once.start), false);
    ScheduleBlock {
        entry_id: entry.entry_id,
        key: String::new(),
        title: if is_busy { String::new() } else { entry.title.clone() },
        time: zone::time_span(once.start, Some(once.end), viewer.zone, viewer.language),
        begins: zone::time(once.start, viewer.zone),
        client: entry.client_name.clone().filter(|_| !is_busy),
        people: names(frame, entry.assignees.iter().map(|id| UserId(*id))),
        colour: colour(frame, &entry.assignees),
        kind,
        marks: marks
            .into_iter()
            .filter_map(|(mark, holds)| holds.then_some(mark))
            .collect(),
        meeting: entry.meeting.filter(|_| !is_busy),
        from,
        to: place(pieces, minute(once.end), true).max(from),
        lane: 0,
        span: 1,
        lanes: 1,
        version: if is_busy { 0 } else { version(entry.updated_at) },
        moves: may_move.then(|| u32::try_from((once.end - once.start).num_minutes()).unwrap_or_default()),
    }
}

fn names(frame: &Frame<'_>, ids: impl Iterator<Item = UserId>) -> Vec<String> {
    ids.filter_map(|id| frame.people.iter().find(|person| person.id == id))
        .map(|person| person.name.clone())
        .collect()
}

/// Of a team each has a colour, by their place in the list; those of one person have one.
fn colour(frame: &Frame<'_>, assignees: &[uuid::Uuid]) -> u8 {
    let first = assignees.first().filter(|_| frame.is_team);
    let place = first.and_then(|id| frame.people.iter().position(|person| person.id.0 == *id));
    place.map_or(0, |place| u8::try_from(place % COLOURS + 1).unwrap_or_default())
}
