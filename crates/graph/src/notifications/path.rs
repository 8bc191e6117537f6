//! The pieces of resource paths, in each of the forms that Graph writes them in.

use percent_encoding::percent_decode_str;
use uuid::Uuid;

/// Recordings' ids are known up to about 400 characters.
pub(crate) const MAX_ID: usize = 512;

/// Whether this has the form of an id of Graph's Teams calls: base64, either alphabet, or a guid.
pub(crate) fn is_id(text: &str) -> bool {
    let known = |byte: u8| byte.is_ascii_alphanumeric() || b"+/=-_".contains(&byte);
    (1..=MAX_ID).contains(&text.len()) && text.bytes().all(known)
}

/// The part of a path that is still to be read.
pub(crate) struct Parts<'a>(pub &'a str);

pub(crate) struct Noun<'a> {
    pub name: &'a str,
    /// From `name('key')` or `name(key)`.
    pub key: Option<&'a str>,
}

impl Noun<'_> {
    pub fn is(&self, name: &str) -> bool {
        self.name.eq_ignore_ascii_case(name)
    }
}

impl<'a> Parts<'a> {
    pub fn of(path: &'a str) -> Self {
        Self(path.strip_prefix('/').unwrap_or(path))
    }

    /// What all paths about meetings begin with: perhaps a version, the organizer's object id if it is told, and the noun
    /// `onlineMeetings`. None: a path about something else.
    pub fn meetings(&mut self) -> Option<(Option<Uuid>, Noun<'a>)> {
        let mut owner = self.noun()?;
        if owner.is("v1.0") || owner.is("beta") {
            owner = self.noun()?;
        }
        let organizer = if owner.is("users") {
            Some(Uuid::try_parse(&self.key(&owner)?).ok()?)
        } else if owner.is("communications") && owner.key.is_none() {
            None
        } else {
            return None;
        };
        let meetings = self.noun().filter(|noun| noun.is("onlineMeetings"))?;
        Some((organizer, meetings))
    }

    /// `name`, `name('key')` or `name(key)`. A quoted key may hold slashes.
    pub fn noun(&mut self) -> Option<Noun<'a>> {
        let end = self.0.find(['/', '(']).unwrap_or(self.0.len());
        let (name, rest) = self.0.split_at(end);
        let Some(rest) = rest.strip_prefix('(') else {
            self.0 = rest.strip_prefix('/').unwrap_or(rest);
            return Some(Noun { name, key: None });
        };
        let quoted = [("'", "')"), ("%27", "%27)")].into_iter();
        let quoted = quoted.map(|(open, close)| rest.strip_prefix(open).map(|rest| rest.split_once(close)));
        let (key, rest) = quoted.flatten().next().unwrap_or_else(|| rest.split_once(')'))?;
        self.0 = match rest.strip_prefix('/') {
            Some(rest) => rest,
            None if rest.is_empty() => rest,
            None => return None,
        };
        Some(Noun { name, key: Some(key) })
    }

    /// The key of a noun: its own or the next segment. Decoded once.
    pub fn key(&mut self, noun: &Noun<'a>) -> Option<String> {
        let encoded = noun.key.unwrap_or_else(|| {
            let (segment, rest) = self.0.split_once('/').unwrap_or((self.0, ""));
            self.0 = rest;
            segment
        });
        let key = percent_decode_str(encoded).decode_utf8().ok()?;
        (!key.is_empty()).then(|| key.into_owned())
    }
}
