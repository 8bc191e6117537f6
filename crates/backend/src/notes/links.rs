//! Addresses in text.

/// What a link may lead to.
pub const SCHEMES: [&str; 3] = ["http", "https", "mailto"];

/// Whether an address may become a link. Browsers ignore some characters within a scheme; those are no part of an address here.
pub fn is_allowed(address: &str) -> bool {
    !address.chars().any(|c| c.is_control() || c.is_whitespace())
        && address.split_once(':').is_some_and(|(scheme, rest)| {
            !rest.is_empty() && SCHEMES.iter().any(|known| known.eq_ignore_ascii_case(scheme))
        })
}

#[derive(Debug, PartialEq, Eq)]
pub enum Part<'a> {
    Text(&'a str),
    Address(&'a str),
}

/// Splits text at the web addresses in it.
pub fn parts(text: &str) -> Vec<Part<'_>> {
    let mut parts = Vec::new();
    let mut rest = text;
    while let Some(at) = next(rest) {
        let (before, from) = rest.split_at(at);
        let end = from
            .find(|c: char| c.is_whitespace() || c.is_control() || matches!(c, '<' | '>' | '"' | '`'))
            .unwrap_or(from.len());
        let address = trimmed(&from[..end]);
        if !before.is_empty() {
            parts.push(Part::Text(before));
        }
        parts.push(Part::Address(address));
        rest = &from[address.len()..];
    }
    if !rest.is_empty() {
        parts.push(Part::Text(rest));
    }
    parts
}

/// Where the next address begins that has something behind its scheme.
fn next(text: &str) -> Option<usize> {
    let begins = |(at, _): &(usize, &str)| {
        let is_inside = text[..*at].chars().next_back().is_some_and(char::is_alphanumeric);
        let (_, behind) = text[*at..].split_once("://").unwrap_or_default();
        !is_inside && behind.starts_with(char::is_alphanumeric)
    };
    let first = |scheme| text.match_indices(scheme).find(begins).map(|(at, _)| at);
    match (first("https://"), first("http://")) {
        (Some(one), Some(other)) => Some(one.min(other)),
        (one, other) => one.or(other),
    }
}

/// Without what closes the sentence around it.
fn trimmed(address: &str) -> &str {
    let mut address = address;
    loop {
        let shorter = match address.chars().next_back() {
            Some(last @ ('.' | ',' | ';' | ':' | '!' | '?' | '\'' | '*' | '_' | '~' | '…' | '”' | '“' | '’' | '»')) => {
                &address[..address.len() - last.len_utf8()]
            }
            Some(')') if address.matches(')').count() > address.matches('(').count() => &address[..address.len() - 1],
            _ => return address,
        };
        address = shorter;
    }
}
