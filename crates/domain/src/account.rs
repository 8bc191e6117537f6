//! A person's own account: signing in by the portal's door, passwords, the second factor, the profile.

use serde::{Deserialize, Serialize};

use crate::{Language, SessionId};

/// Which of the two doors: staff and portal users are never the same account, and neither sees the other's pages.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Audience {
    #[default]
    Staff,
    Portal,
}

impl Audience {
    /// The `user_type` of its users.
    pub fn user_type(self) -> &'static str {
        match self {
            Self::Staff => "internal",
            Self::Portal => "client",
        }
    }

    /// The page after signing in: `next` if it is a path of this audience's own area, else the area's first page. Anything else
    /// (`//evil.example`, `https:…`, `/\evil`) would make the sign-in page an open redirect.
    pub fn destination(self, next: &str) -> &str {
        let (area, first) = match self {
            Self::Staff => ("/msp", "/msp/clients"),
            Self::Portal => ("/client-portal", "/client-portal"),
        };
        let inside = next
            .strip_prefix(area)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with(['/', '?']))
            && next.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\');
        if inside { next } else { first }
    }
}

/// The portal's sign-in form.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PortalSignIn {
    pub email: String,
    pub password: String,
    /// Which provider: six digits from each end of its id, as in the peer's links; empty if the visitor's link did not say.
    #[serde(default)]
    pub tenant: String,
    #[serde(default)]
    pub next: String,
}

impl PortalSignIn {
    /// The provider's code in small letters; empty for any. What is no letter or digit there no provider has.
    pub fn provider(&self) -> String {
        let code = self.tenant.trim().chars().take(32);
        code.map(|c| {
            if c.is_ascii_alphanumeric() {
                c.to_ascii_lowercase()
            } else {
                '-'
            }
        })
        .collect()
    }
}

impl std::fmt::Debug for PortalSignIn {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("PortalSignIn")
            .field("email", &self.email)
            .finish_non_exhaustive()
    }
}

/// Asks for a link to choose a new password.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ForgotPassword {
    #[serde(default)]
    pub audience: Audience,
    #[serde(default)]
    pub email: String,
}

/// A new password, chosen by the link in a mail.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ResetPassword {
    #[serde(default)]
    pub token: String,
    #[serde(default)]
    pub password: String,
    #[serde(default)]
    pub confirm: String,
}

impl std::fmt::Debug for ResetPassword {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ResetPassword").finish_non_exhaustive()
    }
}

/// A new password, chosen on the profile page.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChangePassword {
    #[serde(default)]
    pub current: String,
    #[serde(default)]
    pub password: String,
    #[serde(default)]
    pub confirm: String,
}

impl std::fmt::Debug for ChangePassword {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ChangePassword").finish_non_exhaustive()
    }
}

/// What people may change about themselves.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct EditProfile {
    #[serde(default)]
    pub first_name: String,
    #[serde(default)]
    pub last_name: String,
    /// A language tag.
    #[serde(default)]
    pub language: String,
    /// An IANA name; empty for the organisation's.
    #[serde(default)]
    pub zone: String,
}

/// The profile page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Profile {
    pub first_name: String,
    pub last_name: String,
    pub email: String,
    pub language: Language,
    /// The person's own zone; empty where the organisation's counts.
    pub zone: String,
    pub tenant_zone: String,
    /// All zones there are.
    pub zones: Vec<String>,
    pub second_factor: SecondFactor,
    /// Live sign-ins, the latest used first.
    pub sign_ins: Vec<SignInRow>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SecondFactor {
    pub is_on: bool,
    pub recovery_codes_left: u32,
}

impl Profile {
    /// The page with what was typed into its form before it was refused.
    #[must_use]
    pub fn with_typed(self, typed: Option<EditProfile>) -> Self {
        let Some(EditProfile {
            first_name,
            last_name,
            language,
            zone,
        }) = typed
        else {
            return self;
        };
        Self {
            first_name,
            last_name,
            language: language.parse().unwrap_or(self.language),
            zone,
            ..self
        }
    }
}

/// Where somebody is signed in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignInRow {
    pub session_id: SessionId,
    pub device: Device,
    pub address: String,
    /// In words, in the viewer's zone.
    pub last_seen: String,
    /// The one that asks.
    pub is_this: bool,
}

/// What a browser says of itself, as far as it was understood. Names of products, the same in every language.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Device {
    pub browser: Option<String>,
    pub system: Option<String>,
}

impl Device {
    /// Reads a `User-Agent`. The order matters: most browsers also name those that they resemble.
    pub fn of(user_agent: &str) -> Self {
        const BROWSERS: [(&str, &str); 9] = [
            ("Edg", "Edge"),
            ("OPR/", "Opera"),
            ("Vivaldi", "Vivaldi"),
            ("SamsungBrowser", "Samsung Internet"),
            ("Firefox/", "Firefox"),
            ("FxiOS", "Firefox"),
            ("CriOS", "Chrome"),
            ("Chrome/", "Chrome"),
            ("Safari/", "Safari"),
        ];
        const SYSTEMS: [(&str, &str); 8] = [
            ("Android", "Android"),
            ("iPhone", "iPhone"),
            ("iPad", "iPad"),
            ("CrOS", "ChromeOS"),
            ("Windows", "Windows"),
            ("Mac OS X", "macOS"),
            ("Macintosh", "macOS"),
            ("Linux", "Linux"),
        ];
        let first = |known: &[(&str, &str)]| {
            let found = known.iter().find(|(mark, _)| user_agent.contains(mark));
            found.map(|(_, name)| (*name).to_owned())
        };
        Self {
            browser: first(&BROWSERS),
            system: first(&SYSTEMS),
        }
    }
}

/// A second factor that is being set up.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Enrolment {
    /// In Base32, in groups of four: for those who type it.
    pub secret: String,
    /// `otpauth://…`, for an app on the same device.
    pub uri: String,
    pub qr: QrCode,
    pub recovery_codes: Vec<String>,
}

impl std::fmt::Debug for Enrolment {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Enrolment").finish_non_exhaustive()
    }
}

/// A QR code as the path of an SVG whose unit is one module.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct QrCode {
    /// Modules on each side, without the quiet zone.
    pub size: u32,
    pub path: String,
}

/// Who is signed in to the portal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PortalViewer {
    pub name: String,
    pub email: String,
    /// The provider, and where to write to it.
    pub tenant_name: String,
    pub tenant_email: String,
    /// The company that the person works for.
    pub client_name: String,
    pub language: Language,
    pub zone: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_providers_code_is_letters_and_digits() {
        let provider = |tenant: &str| {
            let form = PortalSignIn {
                email: String::new(),
                password: String::new(),
                tenant: tenant.into(),
                next: String::new(),
            };
            form.provider()
        };
        assert_eq!(provider(" 0B2f4e6d7c8b "), "0b2f4e6d7c8b");
        assert_eq!(provider(""), "");
        assert_eq!(provider("\0"), "-", "nobody's, not anybody's");
        assert_eq!(provider(&"a".repeat(1000)).len(), 32);
    }

    #[test]
    fn neither_door_leads_elsewhere() {
        assert_eq!(
            Audience::Portal.destination("/client-portal/meetings?x=1"),
            "/client-portal/meetings?x=1"
        );
        assert_eq!(Audience::Staff.destination("/msp"), "/msp");
        for next in [
            "",
            "//evil.example",
            "/msp/clients",
            "/client-portalevil",
            "/client-portal\\..",
            "/client-portal/\r\n",
        ] {
            assert_eq!(Audience::Portal.destination(next), "/client-portal", "{next}");
        }
        assert_eq!(Audience::Staff.destination("/client-portal"), "/msp/clients");
    }

    #[test]
    fn devices_are_recognised() {
        for (agent, browser, system) in [
            (
                "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36 Edg/141.0.0.0",
                Some("Edge"),
                Some("Windows"),
            ),
            (
                "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
                Some("Firefox"),
                Some("Linux"),
            ),
            (
                "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Mobile/15E148 Safari/604.1",
                Some("Safari"),
                Some("iPhone"),
            ),
            (
                "Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Mobile Safari/537.36",
                Some("Chrome"),
                Some("Android"),
            ),
            ("curl/8.5.0", None, None),
            ("", None, None),
        ] {
            let device = Device::of(agent);
            assert_eq!(
                (device.browser.as_deref(), device.system.as_deref()),
                (browser, system),
                "{agent}"
            );
        }
    }
}
