use std::collections::BTreeSet;

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use chrono::{DateTime, TimeDelta, Utc};
use serde_json::Value;

use crate::token::Token;

/// What a token that was just issued tells an administrator.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TokenReport {
    pub expires_at: DateTime<Utc>,
    pub roles: Roles,
    /// Microsoft's clock minus ours, good to about a second; `None` when the answer was not dated. Some minutes make
    /// certificates and tokens fail.
    pub clock_offset: Option<TimeDelta>,
}

/// The application permissions consented in Entra, as far as the token shows them.
///
/// Tokens are opaque by contract, so nothing may depend on this but advice. Grants made in Exchange (RBAC for
/// Applications) never appear: a missing `Calendars.ReadWrite` is not an error.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Roles {
    Listed(BTreeSet<String>),
    /// The token was readable and names no role: nothing is consented.
    NoneGranted,
    /// The token was not readable.
    Unknown,
}

impl Roles {
    /// Whether the role is consented; `None` when that cannot be told.
    pub fn grant(&self, role: &str) -> Option<bool> {
        match self {
            Self::Listed(roles) => Some(roles.contains(role)),
            Self::NoneGranted => Some(false),
            Self::Unknown => None,
        }
    }

    /// Reads the claim without checking the token: only its issuer and Graph can.
    pub(crate) fn of(token: &Token) -> Self {
        Self::read(token.secret()).unwrap_or(Self::Unknown)
    }

    fn read(token: &str) -> Option<Self> {
        let [_, payload, _]: [&str; 3] = token.split('.').collect::<Vec<_>>().try_into().ok()?;
        let payload = BASE64_URL_SAFE_NO_PAD.decode(payload.trim_end_matches('=')).ok()?;
        let claims: Value = serde_json::from_slice(&payload).ok()?;
        let roles = match claims.as_object()?.get("roles") {
            None => return Some(Self::NoneGranted),
            Some(roles) => roles.as_array()?,
        };
        let names = roles.iter().map(|role| role.as_str().map(str::to_owned));
        let names: BTreeSet<String> = names.collect::<Option<_>>()?;
        Some(if names.is_empty() {
            Self::NoneGranted
        } else {
            Self::Listed(names)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn token(payload: &str) -> String {
        format!("x.{}.y", BASE64_URL_SAFE_NO_PAD.encode(payload))
    }

    #[test]
    fn roles_are_read_or_unknown() {
        let listed = Roles::read(&token(r#"{"roles":["B","A","B"],"aud":"x"}"#)).unwrap();
        assert_eq!(listed, Roles::Listed(["A".to_owned(), "B".to_owned()].into()));
        assert_eq!((listed.grant("A"), listed.grant("a")), (Some(true), Some(false)));
        for none in ["{}", r#"{"roles":[]}"#] {
            let roles = Roles::read(&token(none));
            assert_eq!(roles, Some(Roles::NoneGranted), "{none}");
            assert_eq!(roles.unwrap().grant("A"), Some(false));
        }
        for odd in [
            "",
            "[]",
            "null",
            "{",
            r#"{"roles":"A"}"#,
            r#"{"roles":["A",7]}"#,
            r#"{"roles":null}"#,
        ] {
            assert_eq!(Roles::read(&token(odd)), None, "{odd}");
        }
        for odd in ["", "opaque", "a.b", "a.b.c", "a.e30.c.d", "a.é.c"] {
            assert_eq!(Roles::read(odd), None, "{odd}");
        }
        assert_eq!(Roles::Unknown.grant("A"), None);
    }
}
