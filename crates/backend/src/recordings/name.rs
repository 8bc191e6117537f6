//! What a file is called when somebody saves it.

use chrono::{DateTime, Utc};

/// The longest part that comes from the subject, in characters: file systems take 255 bytes.
const LONGEST: usize = 60;

/// "Backup review 2026-11-24.mp4". Holds nothing that a file system, a shell or a header takes for something else: letters, digits,
/// spaces, and of the signs only `-`, `_`, `,` and brackets.
pub fn file_name(subject: &str, at: DateTime<Utc>, extension: &str) -> String {
    let plain: String = subject
        .chars()
        .map(|c| {
            if c.is_alphanumeric() || is_mark(c) || "-_,()".contains(c) {
                c
            } else {
                ' '
            }
        })
        .collect();
    let mut name = String::new();
    for word in plain.split_whitespace() {
        let separator = usize::from(!name.is_empty());
        if name.chars().count() + separator + word.chars().count() > LONGEST {
            break;
        }
        if separator > 0 {
            name.push(' ');
        }
        name.push_str(word);
    }
    if name.is_empty() {
        // One long word, or nothing that can be kept.
        name = plain
            .trim()
            .chars()
            .filter(|c| !c.is_whitespace())
            .take(LONGEST)
            .collect();
    }
    // A name that begins with a dash is an option to many programs.
    let name = name.trim_start_matches('-').trim();
    let name = if name.is_empty() { "Meeting" } else { name };
    format!("{name} {}.{extension}", at.format("%Y-%m-%d"))
}

/// Accents and vowel signs that stand by themselves, without which some scripts cannot be written.
fn is_mark(c: char) -> bool {
    matches!(c, '\u{300}'..='\u{36f}' | '\u{900}'..='\u{903}' | '\u{93a}'..='\u{94f}' | '\u{e31}'..='\u{e4e}')
}

#[cfg(test)]
mod tests {
    use chrono::TimeZone;

    use super::*;

    #[test]
    fn names_are_plain() {
        let at = Utc.with_ymd_and_hms(2026, 11, 24, 14, 0, 0).unwrap();
        for (subject, expected) in [
            ("Backup review", "Backup review 2026-11-24.mp4"),
            ("Größe & Ñandú: «été»", "Größe Ñandú été 2026-11-24.mp4"),
            ("会議 📅 レビュー", "会議 レビュー 2026-11-24.mp4"),
            ("a\"b\\c/d\r\nSet-Cookie: x=1;", "a b c d Set-Cookie x 1 2026-11-24.mp4"),
            ("../../etc/passwd", "etc passwd 2026-11-24.mp4"),
            ("", "Meeting 2026-11-24.mp4"),
            ("\u{202e}\u{0}…", "Meeting 2026-11-24.mp4"),
            ("--rf", "rf 2026-11-24.mp4"),
        ] {
            assert_eq!(file_name(subject, at, "mp4"), expected, "{subject}");
        }
        let long = file_name(&"ü".repeat(300), at, "vtt");
        assert!(
            long.len() < 200 && long.starts_with("üü") && long.ends_with(" 2026-11-24.vtt"),
            "{long}"
        );
        let words = file_name(&"word ".repeat(100), at, "vtt");
        assert_eq!(words.chars().count(), 59 + 15, "{words}");
    }
}
