//! Signing in, and what the interface knows about who did.

use serde::{Deserialize, Serialize};

use crate::{Audience, Language, Permission};

/// The sign-in form.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignIn {
    pub email: String,
    pub password: String,
    /// Where to go afterwards; only a path of this site is followed.
    #[serde(default)]
    pub next: String,
}

impl std::fmt::Debug for SignIn {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SignIn")
            .field("email", &self.email)
            .finish_non_exhaustive()
    }
}

impl SignIn {
    /// The page to go to after signing in; see [`Audience::destination`].
    pub fn destination(&self) -> &str {
        Audience::Staff.destination(&self.next)
    }
}

/// Who is signed in, and what the interface may offer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Viewer {
    pub name: String,
    pub email: String,
    pub tenant_name: String,
    pub language: Language,
    /// IANA name of the zone in which times are shown.
    pub zone: String,
    pub permissions: Vec<Permission>,
    /// How many requests, and wishes for another time, wait for a decision of this person's; counted up to one more than [`crate::PENDING_COUNTED`].
    pub pending_requests: u32,
    pub edition: Edition,
}

impl Viewer {
    pub fn may(&self, permission: Permission) -> bool {
        self.permissions.contains(&permission)
    }
}

/// The edition of the server. The interface asks for capabilities; this is for "About" only.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Edition {
    Community,
    Enterprise,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn destination(next: &str) -> String {
        SignIn {
            email: String::new(),
            password: String::new(),
            next: next.into(),
        }
        .destination()
        .to_owned()
    }

    #[test]
    fn sign_in_leads_nowhere_else() {
        assert_eq!(destination("/msp/clients/1?x=2"), "/msp/clients/1?x=2");
        for next in [
            "",
            "//evil.example",
            "https://evil.example",
            "/\\evil.example",
            "/msp\\..",
            "/mspevil",
            "/auth/msp/signin",
            "/msp/\r\nx",
            "/msp/ü",
            "/msp/a b",
        ] {
            assert_eq!(destination(next), "/msp/clients", "{next}");
        }
    }

    #[test]
    fn a_password_is_not_printed() {
        let form = SignIn {
            email: "a@b.example".into(),
            password: "hunter2".into(),
            next: String::new(),
        };
        assert!(!format!("{form:?}").contains("hunter2"));
    }
}
