//! Bytes become text. What spreadsheets write is UTF-8, UTF-16 or Windows-1252, with or without a mark that says so.

use domain::import::Refusal;
use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};

/// How much of a file is looked at to find out whether it is UTF-16.
const SAMPLE: usize = 4096;

/// The text, and the name of the encoding it was read in.
pub fn text(bytes: &[u8]) -> Result<(String, &'static str), Refusal> {
    if bytes.is_empty() {
        return Err(Refusal::Empty);
    }
    // A zip archive, as .xlsx and .ods are, or the older compound file of .xls.
    if bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(b"\xD0\xCF\x11\xE0") {
        return Err(Refusal::Workbook);
    }
    let encoding = match Encoding::for_bom(bytes) {
        Some((encoding, _)) => encoding,
        None if bytes.contains(&0) => utf_16(bytes).ok_or(Refusal::NotText)?,
        None if std::str::from_utf8(bytes).is_ok() => UTF_8,
        None => WINDOWS_1252,
    };
    let (text, _) = encoding.decode_with_bom_removal(bytes);
    let strange = text
        .chars()
        .filter(|c| *c == '\u{FFFD}' || (c.is_control() && !matches!(c, '\t' | '\r' | '\n')))
        .count();
    // One strange character is the matter of its line; a file full of them is no text.
    if text.contains('\0') || strange * 50 > text.chars().count() {
        return Err(Refusal::NotText);
    }
    Ok((text.into_owned(), encoding.name()))
}

/// Recognises UTF-16 without a mark: of most characters one byte is 0, always on the same side.
fn utf_16(bytes: &[u8]) -> Option<&'static Encoding> {
    let (mut high, mut low, mut pairs) = (0, 0, 0);
    for pair in bytes.get(..SAMPLE.min(bytes.len()))?.chunks_exact(2) {
        pairs += 1;
        high += usize::from(pair[0] == 0);
        low += usize::from(pair[1] == 0);
    }
    match (high * 2 > pairs, low * 2 > pairs) {
        (true, false) => Some(UTF_16BE),
        (false, true) => Some(UTF_16LE),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn utf_16le(text: &str) -> Vec<u8> {
        text.encode_utf16().flat_map(u16::to_le_bytes).collect()
    }

    #[test]
    fn what_spreadsheets_write_is_read() {
        let says = "name,city\nMüller & Söhne,Köln\n";
        let big_endian: Vec<u8> = says.encode_utf16().flat_map(u16::to_be_bytes).collect();
        let latin = b"name,city\nM\xFCller & S\xF6hne,K\xF6ln\n".to_vec();
        let marked = |mark: &[u8], rest: Vec<u8>| [mark.to_vec(), rest].concat();
        for (bytes, encoding) in [
            (says.as_bytes().to_vec(), "UTF-8"),
            (marked(b"\xEF\xBB\xBF", says.as_bytes().to_vec()), "UTF-8"),
            (marked(b"\xFF\xFE", utf_16le(says)), "UTF-16LE"),
            (utf_16le(says), "UTF-16LE"),
            (marked(b"\xFE\xFF", big_endian.clone()), "UTF-16BE"),
            (big_endian, "UTF-16BE"),
            (latin, "windows-1252"),
        ] {
            assert_eq!(text(&bytes), Ok((says.to_owned(), encoding)));
        }
    }

    #[test]
    fn what_is_no_text_is_refused() {
        let noise: Vec<u8> = (0..=255u8).map(|n| n.wrapping_mul(7)).cycle().take(4000).collect();
        for (bytes, refusal) in [
            (b"".to_vec(), Refusal::Empty),
            (b"PK\x03\x04rest".to_vec(), Refusal::Workbook),
            (b"\xD0\xCF\x11\xE0rest".to_vec(), Refusal::Workbook),
            (noise, Refusal::NotText),
            (b"name\nA\0B".to_vec(), Refusal::NotText),
            (vec![1; 100], Refusal::NotText),
        ] {
            assert_eq!(text(&bytes), Err(refusal));
        }
    }

    #[test]
    fn one_strange_character_is_the_matter_of_its_line() {
        let says = format!("name\n{}\u{7}\n", "Acme\n".repeat(20));
        assert!(text(says.as_bytes()).is_ok());
    }

    proptest! {
        #[test]
        fn any_bytes_are_answered(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
            if let Ok((text, _)) = text(&bytes) {
                prop_assert!(!text.contains('\0'));
            }
        }

        #[test]
        fn text_in_utf_8_is_read_as_it_is(says in "[^\u{0}-\u{1F}\u{7F}-\u{9F}\u{FEFF}\u{FFFD}]{1,100}") {
            prop_assume!(!says.starts_with("PK\u{3}\u{4}"));
            prop_assert_eq!(text(says.as_bytes()), Ok((says, "UTF-8")));
        }
    }
}
