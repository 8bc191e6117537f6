//! Entries that overlap, side by side.

/// How many stand side by side at most; what is more lies over the last.
pub const MAX_LANES: usize = 10;

/// Where an entry stands among those that it overlaps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lane {
    pub lane: u8,
    /// How many lanes it covers: what is free beside it is used.
    pub span: u8,
    pub lanes: u8,
}

/// Gives each of the intervals, which are sorted by their start, a place. Those that touch one another only do not overlap.
pub fn lay_out(intervals: &[(u32, u32)]) -> Vec<Lane> {
    let mut placed = Vec::with_capacity(intervals.len());
    let mut start = 0;
    while start < intervals.len() {
        let end = group_end(intervals, start);
        placed.extend(lay_out_group(intervals.get(start..end).unwrap_or_default()));
        start = end;
    }
    placed
}

/// Behind the last of those that hang together with the one at `start`.
fn group_end(intervals: &[(u32, u32)], start: usize) -> usize {
    let mut until = 0;
    let mut end = start;
    for (from, to) in intervals.iter().skip(start) {
        if end > start && *from >= until {
            break;
        }
        until = until.max(*to);
        end += 1;
    }
    end
}

fn lay_out_group(group: &[(u32, u32)]) -> Vec<Lane> {
    // Until when each lane is taken.
    let mut taken: Vec<u32> = Vec::new();
    let lanes_of: Vec<usize> = group
        .iter()
        .map(|(from, to)| {
            let free = taken.iter().position(|until| until <= from);
            let lane = free.unwrap_or_else(|| taken.len().min(MAX_LANES - 1));
            match taken.get_mut(lane) {
                Some(until) => *until = (*until).max(*to),
                None => taken.push(*to),
            }
            lane
        })
        .collect();
    let lanes = taken.len().max(1);
    let small = |number: usize| u8::try_from(number).unwrap_or(u8::MAX);
    group
        .iter()
        .zip(&lanes_of)
        .map(|((from, to), lane)| {
            let others = group.iter().zip(&lanes_of);
            let next = others
                .filter(|((other, until), other_lane)| *other_lane > lane && other < to && from < until)
                .map(|(_, other_lane)| *other_lane)
                .min();
            Lane {
                lane: small(*lane),
                span: small(next.unwrap_or(lanes) - lane),
                lanes: small(lanes),
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn lane(lane: u8, span: u8, lanes: u8) -> Lane {
        Lane { lane, span, lanes }
    }

    #[test]
    fn what_overlaps_stands_side_by_side() {
        assert_eq!(
            lay_out(&[(540, 600), (570, 630), (630, 660)]),
            [lane(0, 1, 2), lane(1, 1, 2), lane(0, 1, 1)]
        );
        // The short one in the middle leaves the room beside it to nobody, the last one takes both lanes that are free.
        assert_eq!(
            lay_out(&[(540, 720), (550, 580), (560, 590), (600, 660)]),
            [lane(0, 1, 3), lane(1, 1, 3), lane(2, 1, 3), lane(1, 2, 3)]
        );
        assert!(lay_out(&[]).is_empty());
    }

    proptest! {
        #[test]
        fn nothing_lies_over_another(starts in prop::collection::vec((0u32..1440, 1u32..300), 0..40)) {
            let mut intervals: Vec<(u32, u32)> = starts.into_iter().map(|(from, length)| (from, from + length)).collect();
            intervals.sort_unstable();
            let places = lay_out(&intervals);
            prop_assert_eq!(places.len(), intervals.len());
            for (n, (place, (from, to))) in places.iter().zip(&intervals).enumerate() {
                prop_assert!(place.span >= 1 && place.lane + place.span <= place.lanes);
                prop_assert!(usize::from(place.lanes) <= MAX_LANES);
                for (other, (start, end)) in places.iter().zip(&intervals).skip(n + 1) {
                    let at_once = start < to && from < end;
                    if at_once {
                        prop_assert_eq!(place.lanes, other.lanes);
                        let apart = place.lane + place.span <= other.lane || other.lane + other.span <= place.lane;
                        prop_assert!(apart || usize::from(place.lanes) == MAX_LANES);
                    }
                }
            }
        }
    }
}
