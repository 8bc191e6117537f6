//! Who speaks when, and where something was found, on a line as long as the film. A picture beside what can be read and done elsewhere.

use std::fmt::Write;

use domain::transcript::{Millis, Transcript};
use leptos::{html, prelude::*};
use web_sys::MouseEvent;

use super::super::reader::{COLOURS, Reader};
use super::player::Player;

/// The line is this many units long.
const LENGTH: i64 = 1_000;
pub const NOW: &str = "watch-strip-now";

#[component]
pub fn Strip(speakers: String, length: Millis, player: Player, reader: Reader) -> impl IntoView {
    let hits = move || {
        // Asked again with every search.
        reader
            .found
            .get()
            .map_or_else(String::new, |_| hits(&reader.places(), length))
    };
    let node = NodeRef::<html::Div>::new();
    let clicked = move |event: MouseEvent| {
        if let Some(strip) = node.get_untracked() {
            let frame = strip.get_bounding_client_rect();
            if frame.width() > 0.0 {
                let part = (f64::from(event.client_x()) - frame.left()) / frame.width();
                #[expect(
                    clippy::cast_possible_truncation,
                    clippy::cast_precision_loss,
                    reason = "a part of a film's length"
                )]
                let time = (part.clamp(0.0, 1.0) * length.0 as f64) as i64;
                player.play_from(Millis(time));
            }
        }
    };
    view! {
        <div id="watch-strip" class="strip needs-script" aria-hidden="true" node_ref=node on:click=clicked>
            <svg viewBox="0 0 1000 24" preserveAspectRatio="none" focusable="false">
                <g inner_html=speakers></g>
                <g class="strip-hits" inner_html=hits></g>
                <rect id=NOW class="strip-now" x="0" y="0" width="2" height="24"></rect>
            </svg>
        </div>
    }
}

/// How far along the line a moment is.
pub fn along(time: Millis, length: Millis) -> i64 {
    if length.0 <= 0 {
        return 0;
    }
    time.0.clamp(0, length.0).saturating_mul(LENGTH) / length.0
}

/// The stretches of the line in which one person speaks.
pub fn speakers(transcript: &Transcript, length: Millis) -> String {
    let known = transcript.speakers();
    let who = |column: i64| {
        let middle = Millis((2 * column + 1) * length.0 / (2 * LENGTH));
        let cue = transcript.cues().get(transcript.cue_at(middle)?)?;
        let speaker = cue.speaker.as_deref();
        // Who is not named has a colour, too.
        Some(speaker.and_then(|speaker| known.iter().position(|known| *known == speaker)))
    };
    let mut svg = String::new();
    let mut from = 0;
    let mut speaks = who(0);
    for column in 1..=LENGTH {
        let next = if column < LENGTH { who(column) } else { None };
        if next == speaks && column < LENGTH {
            continue;
        }
        if let Some(who) = speaks {
            let class = who.map_or_else(|| "who-none".to_owned(), |who| format!("who-{}", who % COLOURS));
            // Writing to a string cannot fail.
            let _ = write!(
                svg,
                "<rect class=\"{class}\" x=\"{from}\" y=\"9\" width=\"{}\" height=\"6\"></rect>",
                column - from
            );
        }
        (from, speaks) = (column, next);
    }
    svg
}

fn hits(places: &[Millis], length: Millis) -> String {
    let mut columns: Vec<i64> = places.iter().map(|place| along(*place, length)).collect();
    columns.dedup();
    columns
        .into_iter()
        .map(|column| {
            format!(
                "<rect x=\"{}\" y=\"2\" width=\"3\" height=\"20\"></rect>",
                column.min(LENGTH - 3)
            )
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use domain::transcript::Cue;

    use super::*;

    #[test]
    fn the_line_is_cut_by_who_speaks() {
        let cue = |start, end, speaker: Option<&str>| Cue {
            start: Millis(start),
            end: Millis(end),
            speaker: speaker.map(str::to_owned),
            text: "x".into(),
        };
        let transcript = Transcript::new([
            cue(0, 25_000, Some("Dana")),
            cue(25_000, 50_000, Some("Dana")),
            cue(60_000, 100_000, Some("Bo")),
        ]);
        let svg = speakers(&transcript, Millis(100_000));
        assert_eq!(svg.matches("<rect").count(), 2, "{svg}");
        assert!(svg.contains("class=\"who-0\" x=\"0\" y=\"9\" width=\"500\""), "{svg}");
        assert!(svg.contains("class=\"who-1\" x=\"600\" y=\"9\" width=\"400\""), "{svg}");
        assert_eq!(speakers(&transcript, Millis(0)).matches("<rect").count(), 1);
        assert_eq!(speakers(&Transcript::default(), Millis(100_000)), "");
    }

    #[test]
    fn places_are_along_it() {
        let length = Millis(200_000);
        assert_eq!(along(Millis(50_000), length), 250);
        assert_eq!((along(Millis(-5), length), along(Millis(900_000), length)), (0, 1_000));
        assert_eq!(along(Millis(5), Millis(0)), 0);
        assert_eq!(
            hits(&[Millis(1), Millis(2), Millis(200_000)], length)
                .matches("<rect")
                .count(),
            2
        );
    }
}
