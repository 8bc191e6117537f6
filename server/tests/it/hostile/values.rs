//! What people and programs type that nobody wants.

use super::Pair;

/// Would be seen as an image, and heard as an alert, wherever it got into a page as markup.
pub const MARKUP: &str = "<img src=x onerror=alert(1)>\"'><b>";
/// Would end whatever it stands in where the framework escapes nothing.
pub const SCRIPT: &str = "</title></textarea></script><script>alert(2)</script>";

/// Whether markup of ours has got into a page as markup. The browser reads a name only behind `<`, so this is as good as a parser.
pub fn is_in(html: &str) -> bool {
    html.contains("<img src=x") || html.contains("<script>alert(2)")
}

/// What a field is made to hold.
pub fn texts() -> Vec<(&'static str, String)> {
    let text = |(name, text): (&'static str, &str)| (name, text.to_owned());
    let mut texts: Vec<_> = [
        ("control characters", "a\u{7}b\u{1b}[31mc"),
        ("NUL", "a\0b"),
        ("line breaks", "a\r\nSet-Cookie: b=c"),
        ("turned around", "a\u{202E}fdp.exe"),
        ("invisible", "\u{200B}\u{FEFF}"),
        ("replacement", "a\u{FFFD}b"),
        ("markup", MARKUP),
        ("script", SCRIPT),
        ("SQL", "'; DROP TABLE clients; --"),
        ("pattern", "%_\\"),
        ("path", "../../../etc/passwd"),
        ("address", "javascript:alert(1)"),
        ("negative", "-1"),
        ("fraction", "1.5"),
        ("too large for 64 bits", "9223372036854775808"),
        ("a word for nothing", "null"),
        ("blank", " \u{a0}\t "),
        ("empty", ""),
        ("another's id", "7d4f8c1e-93b2-4c57-8a6d-2f1e0b9c8d7a"),
        ("no day", "2026-02-30T25:61"),
        ("far day", "+262143-12-31T23:59"),
    ]
    .map(text)
    .into();
    texts.push(("very long number", "9".repeat(400)));
    texts.push(("deep JSON", "[".repeat(5_000)));
    texts.push(("long", "x".repeat(60_000)));
    texts
}

/// Those of them that pages are tried with, one by one.
pub const SHARP: [&str; 9] = [
    "NUL",
    "turned around",
    "markup",
    "script",
    "pattern",
    "another's id",
    "far day",
    "very long number",
    "no UTF-8",
];

/// What a field is made to hold, percent-encoded already: bytes that are no text.
pub const BYTES: [(&str, &str); 6] = [
    ("no UTF-8", "a%FFb"),
    ("lone surrogate", "%ED%A0%80"),
    ("half a character", "%C3"),
    ("beyond Unicode", "%F5%80%80%80"),
    ("half an escape", "a%"),
    ("no escape", "%zz"),
];

/// What becomes of the pair of one field among those of the others.
pub fn shapes(name: &str, value: &str) -> Vec<(&'static str, Vec<Pair>)> {
    let pair = |name: &str, value: &str| Pair::new(name, value);
    let stem = name.trim_end_matches("[]");
    let many = || (0..400).map(|n| Pair::new(&format!("{stem}[]"), &format!("{n}@example.com")));
    vec![
        ("missing", Vec::new()),
        ("twice", vec![pair(name, value), pair(name, MARKUP)]),
        ("an element far out", vec![pair(&format!("{stem}[999999]"), value)]),
        (
            "an element out of range",
            vec![pair(&format!("{stem}[99999999999999999999]"), value)],
        ),
        ("an element before the first", vec![pair(&format!("{stem}[-1]"), value)]),
        ("a list", many().collect()),
        ("an object", vec![pair(&format!("{stem}[__proto__][x]"), value)]),
        ("deep", vec![pair(&format!("{stem}{}", "[a]".repeat(400)), value)]),
        (
            "half a bracket",
            vec![pair(name, value), pair(&format!("{stem}["), value)],
        ),
        (
            "an unknown one beside it",
            vec![pair(name, value), pair(&format!("{stem}_nonsense"), MARKUP)],
        ),
        ("a name of markup", vec![pair(name, value), pair(MARKUP, MARKUP)]),
    ]
}
