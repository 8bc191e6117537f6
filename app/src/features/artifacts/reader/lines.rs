//! The lines of a transcript in the page. There may be thousands of them, so they are written as one piece of HTML, the same by the server
//! and in the browser, and found again by their ids: no line is known to the framework.

use std::{collections::HashMap, fmt::Write};

use domain::{
    artifacts::clock,
    transcript::{Hit, Millis, Transcript},
};
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement};

use crate::ui::on_next_frame;

/// The region that scrolls where there is room for one.
pub const REGION: &str = "transcript-lines";
/// How many lines the browser draws, or leaves undrawn, together: it looks at each part in each frame while somebody scrolls.
const PART: usize = 50;
/// How many speakers have a colour of their own.
pub const COLOURS: usize = 8;

/// The lines as HTML: nothing but our own tags around escaped text. `href` is what a moment in seconds is put behind.
pub fn html(transcript: &Transcript, href: Option<&str>) -> String {
    let speakers: HashMap<&str, usize> = transcript.speakers().into_iter().zip(0..).collect();
    let mut html = String::with_capacity(transcript.cues().len() * 256);
    let mut before = None;
    for (n, cue) in transcript.cues().iter().enumerate() {
        if n % PART == 0 {
            html.push_str("<div role=\"presentation\" class=\"lines-part\">");
        }
        let speaker = cue.speaker.as_deref();
        let who = speaker.and_then(|speaker| speakers.get(speaker));
        let is_turn = n == 0 || speaker != before;
        before = speaker;
        let time = clock(cue.start);
        // Writing to a string cannot fail.
        let _ = write!(html, "<div role=\"listitem\" id=\"line-{}\" class=\"line", n + 1);
        if let Some(who) = who {
            let _ = write!(html, " who-{}", who % COLOURS);
        }
        html.push_str(if is_turn { " turn\">" } else { "\">" });
        match href {
            Some(href) => {
                html.push_str("<a class=\"line-time\" href=\"");
                escape(&mut html, href);
                let _ = write!(html, "{}\" aria-label=\"{time}", seconds(cue.start));
                if let Some(speaker) = speaker {
                    html.push_str(", ");
                    escape(&mut html, speaker);
                }
                let _ = write!(html, "\">{time}</a>");
            }
            None => {
                let _ = write!(html, "<span class=\"line-time\">{time}</span>");
            }
        }
        html.push_str("<div class=\"line-said\">");
        if let Some(speaker) = speaker.filter(|_| is_turn) {
            html.push_str("<p class=\"line-who\" dir=\"auto\">");
            escape(&mut html, speaker);
            html.push_str("</p>");
        }
        html.push_str("<p class=\"line-text\" dir=\"auto\">");
        escape(&mut html, &cue.text);
        html.push_str("</p></div></div>");
        if (n + 1) % PART == 0 || n + 1 == transcript.cues().len() {
            html.push_str("</div>");
        }
    }
    html
}

/// A moment as it stands in an address: in seconds, not after it.
pub fn seconds(time: Millis) -> i64 {
    time.0.max(0) / 1_000
}

fn escape(html: &mut String, text: &str) {
    for c in text.chars() {
        match c {
            '&' => html.push_str("&amp;"),
            '<' => html.push_str("&lt;"),
            '>' => html.push_str("&gt;"),
            '"' => html.push_str("&quot;"),
            c => html.push(c),
        }
    }
}

/// A text with marks around what was found; the first of `hits`, all of which are in this text, is number `first` of all.
pub fn marked(text: &str, hits: &[Hit], first: usize) -> String {
    let chars: Vec<char> = text.chars().collect();
    let mut html = String::with_capacity(text.len() + hits.len() * 32);
    let mut from = 0;
    let put = |html: &mut String, from: usize, to: usize| {
        let piece: String = chars.get(from..to).unwrap_or_default().iter().collect();
        escape(html, &piece);
    };
    for (n, hit) in hits.iter().enumerate() {
        put(&mut html, from, hit.chars.start);
        let _ = write!(html, "<mark data-hit=\"{}\">", first + n);
        put(&mut html, hit.chars.start, hit.chars.end);
        html.push_str("</mark>");
        from = hit.chars.end;
    }
    put(&mut html, from, chars.len());
    html
}

/// The line of a cue.
pub fn line(cue: usize) -> Option<HtmlElement> {
    document()
        .get_element_by_id(&format!("line-{}", cue + 1))?
        .dyn_into()
        .ok()
}

/// The text in it.
pub fn text(cue: usize) -> Option<Element> {
    line(cue)?.query_selector(".line-text").ok()?
}

/// The cue of the line in which something is.
pub fn cue_of(inside: &Element) -> Option<usize> {
    let line = inside.closest(".line").ok()??;
    line.id().strip_prefix("line-")?.parse::<usize>().ok()?.checked_sub(1)
}

/// How often a line is looked for again after a jump.
const LOOKS: u32 = 8;

/// Brings a line to where it is read easily. Those out of sight have no height of their own yet (`content-visibility`): after a jump the ones
/// that came into sight may have pushed it away again.
pub fn bring(cue: usize, always: bool) {
    if place(cue, always) {
        settle(cue, LOOKS);
    }
}

fn settle(cue: usize, looks: u32) {
    on_next_frame(move || {
        if place(cue, false) && looks > 0 {
            settle(cue, looks - 1);
        }
    });
}

/// The region scrolls where it does, else the page does below what sticks to its top. Says whether there was something to do.
fn place(cue: usize, always: bool) -> bool {
    let (Some(line), Some(region)) = (line(cue), document().get_element_by_id(REGION)) else {
        return false;
    };
    let at = line.get_bounding_client_rect();
    if region.scroll_height() > region.client_height() + 1 {
        let frame = region.get_bounding_client_rect();
        let (top, height) = (at.top() - frame.top(), frame.height());
        let moves = always || top < height * 0.08 || top + at.height() > height * 0.7;
        if moves {
            let by = top - height * 0.3;
            region.set_scroll_top(region.scroll_top() + whole(by));
        }
        moves
    } else {
        let height = window()
            .inner_height()
            .ok()
            .and_then(|height| height.as_f64())
            .unwrap_or(800.0);
        let sticks = document().get_element_by_id("watch-stage").map_or(0.0, |stage| {
            stage.get_bounding_client_rect().bottom().clamp(0.0, height * 0.6)
        });
        let room = height - sticks;
        let top = at.top() - sticks;
        let moves = always || top < room * 0.08 || top + at.height() > room * 0.6;
        if moves {
            window().scroll_by_with_x_and_y(0.0, top - room * 0.25);
        }
        moves
    }
}

#[expect(clippy::cast_possible_truncation, reason = "pages are not that long")]
fn whole(pixels: f64) -> i32 {
    pixels.round() as i32
}

#[cfg(test)]
mod tests {
    use domain::transcript::Cue;

    use super::*;

    fn transcript() -> Transcript {
        let cue = |start, speaker: Option<&str>, text: &str| Cue {
            start: Millis(start),
            end: Millis(start + 1_000),
            speaker: speaker.map(str::to_owned),
            text: text.into(),
        };
        Transcript::new([
            cue(1_900, Some("<b>Dana</b> & \"Co\""), "<script>alert(1)</script>"),
            cue(3_000, Some("<b>Dana</b> & \"Co\""), "a < b"),
            cue(61_000, None, "שלום"),
        ])
    }

    #[test]
    fn everything_is_text() {
        let html = html(&transcript(), Some("?session=1&t="));
        assert!(!html.contains("<script") && !html.contains("<b>"), "{html}");
        assert!(html.contains("&lt;script&gt;alert(1)&lt;/script&gt;"));
        assert!(
            html.contains(
                "href=\"?session=1&amp;t=1\" aria-label=\"0:01, &lt;b&gt;Dana&lt;/b&gt; &amp; &quot;Co&quot;\""
            )
        );
        // A name stands where somebody begins to speak.
        assert_eq!(html.matches("line-who").count(), 1);
        assert_eq!(html.matches("role=\"listitem\"").count(), 3);
        assert_eq!(html.matches("<div").count(), html.matches("</div>").count());
        assert!(html.contains("id=\"line-3\" class=\"line turn\""));
    }

    #[test]
    fn without_a_film_there_are_no_links() {
        let html = html(&transcript(), None);
        assert!(!html.contains("<a ") && html.contains("<span class=\"line-time\">1:01</span>"));
    }

    #[test]
    fn what_was_found_is_marked_as_text() {
        let hits = [Hit { cue: 0, chars: 0..1 }, Hit { cue: 0, chars: 4..5 }];
        assert_eq!(
            marked("<i> <x", &hits, 7),
            "<mark data-hit=\"7\">&lt;</mark>i&gt; <mark data-hit=\"8\">&lt;</mark>x"
        );
        assert_eq!(
            marked("é€x", &[Hit { cue: 0, chars: 1..2 }], 0),
            "é<mark data-hit=\"0\">€</mark>x"
        );
    }
}
