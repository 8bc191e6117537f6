//! `JoinWebUrl eq '…'` and `joinMeetingIdSettings/joinMeetingId eq '…'`

use percent_encoding::percent_decode_str;

use crate::SimMeeting;

#[derive(Debug, PartialEq, Eq)]
pub(super) enum Wanted {
    Link(String),
    JoinId(String),
}

impl Wanted {
    /// The filter is decoded once already.
    pub fn parse(filter: &str) -> Option<Self> {
        let (name, value) = equals(filter)?;
        if name.eq_ignore_ascii_case("JoinWebUrl") {
            Some(Self::Link(value))
        } else if name.eq_ignore_ascii_case("joinMeetingIdSettings/joinMeetingId") {
            Some(Self::JoinId(value))
        } else {
            None
        }
    }

    /// Byte by byte.
    pub fn is(&self, meeting: &SimMeeting) -> bool {
        match self {
            Self::Link(link) => links(meeting).any(|known| known == link),
            Self::JoinId(id) => meeting.join_meeting_id == *id,
        }
    }

    /// The client decoded the link, or did not encode its `%`.
    pub fn is_decoded_link_of(&self, meeting: &SimMeeting) -> bool {
        let Self::Link(link) = self else { return false };
        let mut decoded = links(meeting).map(|known| (known, percent_decode_str(known).decode_utf8_lossy()));
        decoded.any(|(known, decoded)| decoded == link.as_str() && decoded != known)
    }
}

fn links(meeting: &SimMeeting) -> impl Iterator<Item = &str> {
    let others = meeting.other_links.iter().map(String::as_str);
    std::iter::once(meeting.join_web_url.as_str()).chain(others)
}

/// The name and the value of `name eq '…'`, in which a quote is written twice.
pub(crate) fn equals(filter: &str) -> Option<(&str, String)> {
    let (name, rest) = filter.trim().split_once(' ')?;
    let literal = rest.trim_start().strip_prefix("eq ")?.trim_start();
    let inside = literal.strip_prefix('\'')?.strip_suffix('\'')?;
    let value = inside.replace("''", "\u{0}");
    (!value.contains('\'')).then(|| (name, value.replace('\u{0}', "'")))
}

#[cfg(test)]
mod tests {
    use super::Wanted;

    #[test]
    fn filter_literals() {
        assert_eq!(
            Wanted::parse("JoinWebUrl eq 'https://x/19%3a''y'").unwrap(),
            Wanted::Link("https://x/19%3a'y".to_owned())
        );
        assert_eq!(
            Wanted::parse("joinMeetingIdSettings/joinMeetingId eq '12'").unwrap(),
            Wanted::JoinId("12".to_owned())
        );
        for broken in [
            "JoinWebUrl eq 'x",
            "JoinWebUrl eq x'",
            "JoinWebUrl eq 'a'b'",
            "Other eq 'x'",
            "JoinWebUrl ne 'x'",
            "'",
            "",
        ] {
            assert_eq!(Wanted::parse(broken), None, "{broken}");
        }
    }
}
