//! Rules for text that people type.

use crate::Problem;

/// Longest title of an interaction, in characters. Outlook cuts subjects at 255.
pub const MAX_TITLE: usize = 255;
/// Longest notes, in characters.
pub const MAX_NOTES: usize = 20_000;

/// One line of text: without what cannot be seen, trimmed, inner white space kept.
pub fn line(text: &str, max: usize) -> Result<String, Problem> {
    let text = seen(text);
    let text = text.trim();
    if text.chars().any(|c| c.is_control() || c == '\u{FFFD}') {
        return Err(Problem::NotText);
    }
    bounded(text, max)
}

/// Text of several lines: line ends become `\n`, what cannot be seen and trailing white space go.
pub fn lines(text: &str, max: usize) -> Result<String, Problem> {
    let text = seen(text).replace("\r\n", "\n").replace('\r', "\n");
    let text = text.trim_end();
    if text
        .chars()
        .any(|c| (c.is_control() && c != '\n' && c != '\t') || c == '\u{FFFD}')
    {
        return Err(Problem::NotText);
    }
    bounded(text, max)
}

/// The text without what cannot be seen: marks that turn the text after them around, so that a name reads as another one
/// ([UAX 9](https://www.unicode.org/reports/tr9/#Directional_Formatting_Characters)), and spaces without width. They come along when
/// somebody copies from elsewhere. The marks that right-to-left scripts and joined letters are written with (U+200C to U+200F) stay.
fn seen(text: &str) -> String {
    let hides =
        |c| matches!(c, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' | '\u{200B}' | '\u{2060}' | '\u{FEFF}');
    text.replace(hides, "")
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

    #[test]
    fn what_cannot_be_seen_is_left_out() {
        assert_eq!(line("\u{202A}+49 30 1234\u{202C}", 11), Ok("+49 30 1234".into()));
        assert_eq!(
            line("invoice\u{202E}fdp.exe", 99),
            Ok("invoicefdp.exe".into()),
            "reads as it is"
        );
        assert_eq!(line("\u{200B} \u{FEFF}", 5), Ok(String::new()), "is as good as empty");
        assert_eq!(lines("a\u{2067}b\u{2069}\nc", 9), Ok("ab\nc".into()));
        let (family, hebrew) = ("👨\u{200D}👩\u{200D}👧", "שלום\u{200F}!");
        assert_eq!(line(family, 9), Ok(family.into()));
        assert_eq!(line(hebrew, 9), Ok(hebrew.into()));
    }

    proptest! {
        #[test]
        fn whatever_passes_can_be_stored(input in any::<String>(), max in 0usize..40) {
            if let Ok(text) = lines(&input, max) {
                prop_assert!(text.chars().count() <= max);
                prop_assert!(!text.contains(['\0', '\r']));
                prop_assert_eq!(lines(&text, max), Ok(text));
            }
            if let Ok(text) = line(&input, max) {
                prop_assert!(!text.contains(char::is_control));
                prop_assert_eq!(text.trim(), &text);
                prop_assert_eq!(line(&text, max), Ok(text));
            }
        }
    }
}
