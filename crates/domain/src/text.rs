//! Rules for text that people type.

use crate::Problem;

/// Longest title of an interaction, in characters. Outlook cuts subjects at 255.
pub const MAX_TITLE: usize = 255;
/// Longest notes, in characters.
pub const MAX_NOTES: usize = 20_000;

/// One line of text: trimmed, inner white space kept.
pub fn line(text: &str, max: usize) -> Result<String, Problem> {
    let text = text.trim();
    if text.chars().any(|c| c.is_control() || c == '\u{FFFD}') {
        return Err(Problem::NotText);
    }
    bounded(text, max)
}

/// Text of several lines: line ends become `\n`, trailing white space goes.
pub fn lines(text: &str, max: usize) -> Result<String, Problem> {
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    let text = text.trim_end();
    if text
        .chars()
        .any(|c| (c.is_control() && c != '\n' && c != '\t') || c == '\u{FFFD}')
    {
        return Err(Problem::NotText);
    }
    bounded(text, max)
}

fn bounded(text: &str, max: usize) -> Result<String, Problem> {
    if text.chars().count() > max {
        return Err(Problem::TooLong {
            max: u32::try_from(max).unwrap_or(u32::MAX),
        });
    }
    Ok(text.to_owned())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_line_is_trimmed_and_bounded_in_characters() {
        assert_eq!(line("  Grüße  ", 5), Ok("Grüße".into()));
        assert_eq!(line("Grüße!", 5), Err(Problem::TooLong { max: 5 }));
        assert_eq!(line("a\nb", 5), Err(Problem::NotText));
        assert_eq!(line("a\u{0}b", 5), Err(Problem::NotText));
        assert_eq!(line("a\u{FFFD}b", 5), Err(Problem::NotText));
    }

    #[test]
    fn lines_keep_their_breaks() {
        assert_eq!(lines("a\r\nb\rc \n", 9), Ok("a\nb\nc".into()));
        assert_eq!(lines("a\u{7}", 9), Err(Problem::NotText));
    }

    proptest! {
        #[test]
        fn whatever_passes_can_be_stored(input in any::<String>(), max in 0usize..40) {
            if let Ok(text) = lines(&input, max) {
                prop_assert!(text.chars().count() <= max);
                prop_assert!(!text.contains(['\0', '\r']));
                prop_assert_eq!(lines(&text, max), Ok(text));
            }
        }
    }
}
