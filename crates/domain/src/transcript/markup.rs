//! The text of a cue in WebVTT: voices, other tags, character references
//! ([cue text](https://www.w3.org/TR/webvtt1/#webvtt-cue-text-parsing-rules)).

use super::time::Millis;

/// Gives the stretches of the text by who speaks them, without markup. A voice lasts until its end tag, the next voice or the end
/// of the text.
pub(super) fn voices(text: &str, mut found: impl FnMut(Option<&str>, &str)) {
    let mut ends = Ends::of(text);
    let mut speaker: Option<String> = None;
    let mut spoken = String::with_capacity(text.len());
    let mut from = 0;
    while let Some(rest) = text.get(from..) {
        let Some(at) = rest.find(['<', '&']) else {
            spoken.push_str(rest);
            break;
        };
        let (plain, rest) = rest.split_at(at);
        spoken.push_str(plain);
        from += at;
        if let Some((tag, end)) = ends.tag(from) {
            match tag {
                Tag::Voice(name) => {
                    found(speaker.as_deref(), &spoken);
                    spoken.clear();
                    speaker = Some(name);
                }
                Tag::EndOfVoice => {
                    found(speaker.as_deref(), &spoken);
                    spoken.clear();
                    speaker = None;
                }
                Tag::Other => {}
            }
            from = end + 1;
        } else if let Some((c, length)) = reference(rest) {
            spoken.push(c);
            from += length;
        } else {
            // Either character is one byte long.
            spoken.extend(rest.chars().next());
            from += 1;
        }
    }
    found(speaker.as_deref(), &spoken);
}

/// Where tags end: the next `>` from a place. Asked for places in their order it looks at each byte of the text once, even if the
/// text is nothing but `<`.
struct Ends<'a> {
    text: &'a str,
    next: Option<usize>,
}

impl<'a> Ends<'a> {
    fn of(text: &'a str) -> Self {
        Self {
            text,
            next: text.find('>'),
        }
    }

    fn from(&mut self, place: usize) -> Option<usize> {
        if self.next? < place {
            self.next = self.text.get(place..)?.find('>').map(|at| place + at);
        }
        self.next
    }

    /// The tag that begins at a place, and where its `>` is.
    fn tag(&mut self, place: usize) -> Option<(Tag, usize)> {
        let end = self.from(place)?;
        let inside = self.text.get(place..end)?.strip_prefix('<')?;
        Some((tag(inside)?, end))
    }
}

enum Tag {
    Voice(String),
    EndOfVoice,
    Other,
}

/// Bytes of the longest time within a text, with room for digits that do not count.
const LONGEST_TIME: usize = 32;

/// Reads what stands between `<` and `>`. Known or not, a tag starts with a letter or `/`, or is a time; in "1 <2> 3" there is
/// none.
fn tag(inside: &str) -> Option<Tag> {
    match inside.chars().next()? {
        '/' | 'a'..='z' | 'A'..='Z' => {}
        '0'..='9' if inside.len() <= LONGEST_TIME && Millis::read(inside).is_some() => return Some(Tag::Other),
        _ => return None,
    }
    let (name, annotation) = inside.split_once(char::is_whitespace).unwrap_or((inside, ""));
    let (name, _classes) = name.split_once('.').unwrap_or((name, ""));
    Some(match name {
        "v" | "V" => Tag::Voice(unescape(annotation)),
        "/v" | "/V" => Tag::EndOfVoice,
        _ => Tag::Other,
    })
}

fn unescape(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.find('&').map(|at| rest.split_at(at)) {
        plain.push_str(before);
        let (c, length) = reference(after).unwrap_or(('&', 1));
        plain.push(c);
        rest = after.get(length..).unwrap_or_default();
    }
    plain.push_str(rest);
    plain
}

/// Bytes of the longest reference without `&` and `;`: `#x10FFFF`.
const LONGEST_REFERENCE: usize = 8;

/// The character reference at the beginning of `text` and its length in bytes: those of WebVTT, the two quotes of XML, and numbers.
fn reference(text: &str) -> Option<(char, usize)> {
    let name = text.strip_prefix('&')?;
    let end = name.bytes().take(LONGEST_REFERENCE + 1).position(|b| b == b';')?;
    let name = name.get(..end)?;
    let c = match name {
        "amp" => '&',
        "lt" => '<',
        "gt" => '>',
        "nbsp" => '\u{A0}',
        "lrm" => '\u{200E}',
        "rlm" => '\u{200F}',
        "quot" => '"',
        "apos" => '\'',
        _ => numbered(name.strip_prefix('#')?)?,
    };
    Some((c, end + 2))
}

fn numbered(number: &str) -> Option<char> {
    let (digits, radix) = match number.strip_prefix(['x', 'X']) {
        Some(digits) => (digits, 16),
        None => (number, 10),
    };
    if digits.starts_with('+') {
        return None;
    }
    char::from_u32(u32::from_str_radix(digits, radix).ok()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ends_are_looked_for_once() {
        let mut ends = Ends::of("<a><b> <<<");
        assert_eq!(
            [0, 1, 2, 3, 4].map(|place| ends.from(place)),
            [Some(2), Some(2), Some(2), Some(5), Some(5)]
        );
        assert_eq!(ends.from(6), None);
        // It does not look again, not even where it would find one.
        assert_eq!(ends.from(0), None);
    }
}
