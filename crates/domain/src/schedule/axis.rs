//! Days on a common axis, so that the same hour of the clock stands at the same height on each of them, although a day may have 23 or 25
//! hours. An hour that comes twice has a stretch of its own, which the other days leave empty; an hour that is skipped is empty on its day.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

const DAY: u32 = 1440;

/// How the clock runs on one day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DayClock {
    /// When it begins, in minutes since 1970.
    pub start: i64,
    /// What the clock shows then, in minutes since midnight: not zero where midnight is skipped.
    pub first: u32,
    pub minutes: u32,
    /// After how many minutes the clock is changed, and by how much.
    pub change: Option<(u32, i32)>,
}

/// A stretch of a day during which the clock runs evenly.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Piece {
    /// Where it stands on the axis.
    pub axis: u32,
    pub minutes: u32,
    /// When it begins, in minutes since 1970.
    pub start: i64,
    /// What the clock shows then, in minutes since midnight.
    pub wall: u32,
}

impl Piece {
    fn end(&self) -> i64 {
        self.start + i64::from(self.minutes)
    }
}

/// A full hour of the axis.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mark {
    pub axis: u32,
    /// What the clock shows, in minutes since midnight.
    pub wall: u32,
}

/// The axis of some days.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Axis {
    /// Where the clock is put back on one of the days, and by how many minutes, sorted.
    repeats: Vec<(u32, u32)>,
}

impl Axis {
    pub fn of(days: &[DayClock]) -> Self {
        let mut repeats: Vec<(u32, u32)> = Vec::new();
        for day in days {
            let Some((at, by)) = day.change.filter(|(_, by)| *by < 0) else {
                continue;
            };
            let (wall, by) = (day.first + at, by.unsigned_abs());
            match repeats.iter_mut().find(|(known, _)| *known == wall) {
                Some((_, known)) => *known = by.max(*known),
                None => repeats.push((wall, by)),
            }
        }
        repeats.sort_unstable();
        Self { repeats }
    }

    pub fn minutes(&self) -> u32 {
        DAY + self.repeats.iter().map(|(_, by)| by).sum::<u32>()
    }

    /// Where the clock shows this, for the last time where it does so twice.
    fn at(&self, wall: u32) -> u32 {
        wall + self.before(|repeated| repeated <= wall)
    }

    fn before(&self, counts: impl Fn(u32) -> bool) -> u32 {
        let earlier = self.repeats.iter().filter(|(wall, _)| counts(*wall));
        earlier.map(|(_, by)| by).sum()
    }

    /// The full hours.
    pub fn hours(&self) -> Vec<Mark> {
        let mut marks: Vec<Mark> = (0..24)
            .map(|hour| Mark {
                axis: self.at(hour * 60),
                wall: hour * 60,
            })
            .collect();
        for (wall, by) in &self.repeats {
            let start = wall + self.before(|earlier| earlier < *wall);
            let first = wall - by;
            let again = (first..*wall).filter(|minute| minute.is_multiple_of(60));
            marks.extend(again.map(|minute| Mark {
                axis: start + minute - first,
                wall: minute,
            }));
        }
        marks.sort_unstable_by_key(|mark| mark.axis);
        marks
    }

    /// The stretches of a day, in order. What lies between them on the axis does not exist on this day.
    pub fn pieces(&self, day: &DayClock) -> Vec<Piece> {
        let mut pieces = Vec::new();
        let (at, by) = day.change.unwrap_or((day.minutes, 0));
        self.run(&mut pieces, day.start, day.first, at, None);
        if at < day.minutes {
            let wall = (day.first + at).saturating_add_signed(by);
            // The second time stands behind the first.
            let repeated = (by < 0).then_some((day.first + at, by.unsigned_abs()));
            self.run(&mut pieces, day.start + i64::from(at), wall, day.minutes - at, repeated);
        }
        pieces
    }

    /// Adds the stretches of a time during which the clock is not changed.
    fn run(&self, pieces: &mut Vec<Piece>, start: i64, wall: u32, minutes: u32, repeated: Option<(u32, u32)>) {
        let mut at = 0;
        while at < minutes {
            let now = wall + at;
            let next = self.repeats.iter().map(|(wall, _)| *wall).find(|wall| *wall > now);
            let until = next.map_or(minutes, |next| minutes.min(next - wall));
            let axis = match repeated {
                // What the clock shows for the second time.
                Some((end, by)) if now < end => now + by + self.before(|earlier| earlier < end),
                _ => self.at(now),
            };
            let (start, length) = (start + i64::from(at), until - at);
            match pieces.last_mut() {
                Some(last) if last.axis + last.minutes == axis && last.wall + last.minutes == now => {
                    last.minutes += length;
                }
                _ => pieces.push(Piece {
                    axis,
                    minutes: length,
                    start,
                    wall: now,
                }),
            }
            at = until;
        }
    }
}

/// Where a moment, in minutes since 1970, stands on a day with these stretches; what lies outside of the day, at its edge. `is_end` for
/// moments that end something: they belong to what is before them.
pub fn place(pieces: &[Piece], moment: i64, is_end: bool) -> u32 {
    let holds = |piece: &&Piece| moment < piece.end() || is_end && moment == piece.end();
    match pieces.iter().find(holds) {
        Some(piece) => piece.axis + u32::try_from((moment - piece.start).max(0)).unwrap_or_default(),
        None => pieces.last().map_or(0, |last| last.axis + last.minutes),
    }
}

/// The moment at a place of a day; of what the day does not have, the one behind it.
pub fn moment_at(pieces: &[Piece], axis: u32) -> i64 {
    match pieces.iter().find(|piece| axis < piece.axis + piece.minutes) {
        Some(piece) => piece.start + i64::from(axis.saturating_sub(piece.axis)),
        None => pieces.last().map_or(0, Piece::end),
    }
}

/// What the clock shows there, in minutes since midnight.
pub fn wall_at(pieces: &[Piece], axis: u32) -> u32 {
    match pieces.iter().find(|piece| axis < piece.axis + piece.minutes) {
        Some(piece) => piece.wall + axis.saturating_sub(piece.axis),
        None => pieces.last().map_or(0, |last| last.wall + last.minutes),
    }
}

/// "14:00"; midnight at the end of a day as 24:00.
pub fn clock_text(wall: u32) -> String {
    format!("{:02}:{:02}", wall / 60, wall % 60)
}

/// A wall clock on a day, as forms have it: "2026-11-30T14:00". The end of the day is the beginning of the next.
pub fn wall_text(date: &str, wall: u32) -> String {
    let next = (wall >= DAY)
        .then(|| date.parse::<NaiveDate>().ok()?.succ_opt())
        .flatten();
    match next {
        Some(next) => format!("{next}T{}", clock_text(wall - DAY)),
        None => format!("{date}T{}", clock_text(wall)),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const USUAL: DayClock = DayClock {
        start: 0,
        first: 0,
        minutes: 1440,
        change: None,
    };
    /// 03:00 becomes 02:00.
    const AUTUMN: DayClock = DayClock {
        start: 1440,
        first: 0,
        minutes: 1500,
        change: Some((180, -60)),
    };
    /// 02:00 becomes 03:00.
    const SPRING: DayClock = DayClock {
        start: 1440,
        first: 0,
        minutes: 1380,
        change: Some((120, 60)),
    };

    fn piece(axis: u32, minutes: u32, start: i64, wall: u32) -> Piece {
        Piece {
            axis,
            minutes,
            start,
            wall,
        }
    }

    #[test]
    fn an_hour_that_comes_twice_has_two_places() {
        let axis = Axis::of(&[USUAL, AUTUMN]);
        assert_eq!(axis.minutes(), 1500);
        assert_eq!(
            axis.pieces(&AUTUMN),
            [piece(0, 180, 1440, 0), piece(180, 1320, 1620, 120)]
        );
        // The other day leaves the second time empty.
        assert_eq!(axis.pieces(&USUAL), [piece(0, 180, 0, 0), piece(240, 1260, 180, 180)]);
        let walls: Vec<_> = axis.hours().iter().take(5).map(|mark| (mark.axis, mark.wall)).collect();
        assert_eq!(walls, [(0, 0), (60, 60), (120, 120), (180, 120), (240, 180)]);
    }

    #[test]
    fn an_hour_that_is_skipped_is_empty_on_its_day() {
        let axis = Axis::of(&[USUAL, SPRING]);
        assert_eq!(axis.minutes(), 1440);
        assert_eq!(
            axis.pieces(&SPRING),
            [piece(0, 120, 1440, 0), piece(180, 1260, 1560, 180)]
        );
        assert_eq!(axis.pieces(&USUAL), [piece(0, 1440, 0, 0)]);
        // An entry from 01:30 to 03:30 takes an hour and covers the gap.
        let pieces = axis.pieces(&SPRING);
        assert_eq!((place(&pieces, 1530, false), place(&pieces, 1590, true)), (90, 210));
        // What ends when the clock is changed does not cover it, what begins then is behind it.
        assert_eq!((place(&pieces, 1560, true), place(&pieces, 1560, false)), (120, 180));
        // What is dropped into the gap comes behind it.
        assert_eq!((moment_at(&pieces, 150), wall_at(&pieces, 150)), (1560, 180));
        assert_eq!((moment_at(&pieces, 1440), wall_at(&pieces, 1440)), (2820, 1440));
    }

    #[test]
    fn clocks_are_written_as_forms_have_them() {
        assert_eq!(wall_text("2026-11-30", 845), "2026-11-30T14:05");
        assert_eq!(wall_text("2026-11-30", 1440), "2026-12-01T00:00");
        assert_eq!(clock_text(1440), "24:00");
    }

    #[test]
    fn half_hours_and_skipped_midnights_are_fine() {
        // Lord Howe puts its clocks back by half an hour.
        let lord_howe = DayClock {
            start: 0,
            first: 0,
            minutes: 1470,
            change: Some((120, -30)),
        };
        let axis = Axis::of(&[lord_howe]);
        assert_eq!(axis.minutes(), 1470);
        assert_eq!(
            axis.pieces(&lord_howe),
            [piece(0, 120, 0, 0), piece(120, 1350, 120, 90)]
        );
        // Cairo begins a day at one.
        let cairo = DayClock {
            start: 0,
            first: 60,
            minutes: 1380,
            change: None,
        };
        assert_eq!(Axis::of(&[cairo]).pieces(&cairo), [piece(60, 1380, 0, 60)]);
    }

    #[test]
    fn what_lies_outside_stands_at_the_edge() {
        let pieces = Axis::of(&[USUAL]).pieces(&USUAL);
        assert_eq!((place(&pieces, -100, false), place(&pieces, 2000, true)), (0, 1440));
        assert_eq!(place(&[], 5, false), 0);
    }

    fn clocks() -> impl Strategy<Value = DayClock> {
        (0u32..1380, prop::sample::select(vec![0, -60, 60, -30, 30, -120, 120])).prop_map(|(at, by)| {
            let at = at.max(120);
            DayClock {
                start: 7200,
                first: 0,
                minutes: 1440u32.saturating_add_signed(-by),
                change: (by != 0).then_some((at.min(1300), by)),
            }
        })
    }

    proptest! {
        #[test]
        fn every_minute_has_its_own_place(days in prop::collection::vec(clocks(), 1..8)) {
            let axis = Axis::of(&days);
            for day in &days {
                let pieces = axis.pieces(day);
                prop_assert_eq!(pieces.iter().map(|piece| piece.minutes).sum::<u32>(), day.minutes);
                prop_assert!(pieces.windows(2).all(|two| two[0].axis + two[0].minutes <= two[1].axis && two[0].end() == two[1].start));
                prop_assert!(pieces.last().is_some_and(|last| last.axis + last.minutes <= axis.minutes()));
                let mut before = None;
                for minute in 0..i64::from(day.minutes) {
                    let here = place(&pieces, day.start + minute, false);
                    prop_assert!(before.is_none_or(|before| before < here));
                    prop_assert_eq!(moment_at(&pieces, here), day.start + minute);
                    before = Some(here);
                }
            }
        }

        #[test]
        fn the_same_clock_stands_at_the_same_height(days in prop::collection::vec(clocks(), 2..8)) {
            let axis = Axis::of(&days);
            // Noon and later: behind all changes of these clocks' mornings it is shown once on each day.
            let heights: Vec<Option<u32>> = days
                .iter()
                .map(|day| {
                    let pieces = axis.pieces(day);
                    let holds = pieces.iter().rev().find(|piece| piece.wall <= 1439 && 1439 < piece.wall + piece.minutes)?;
                    Some(holds.axis + 1439 - holds.wall)
                })
                .collect();
            prop_assert!(heights.windows(2).all(|two| two[0] == two[1]));
            prop_assert!(heights[0].is_some());
        }
    }
}
