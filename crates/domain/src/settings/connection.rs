//! The connection to Microsoft, as administrators type it.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{Failure, Field, Problem, interactions::Errors, meetings::is_mailable, text};

/// Longest client secret, in characters. Microsoft's have 40.
pub const MAX_CLIENT_SECRET: usize = 255;
/// Longest user principal name, in characters, as Microsoft Entra has it.
pub const MAX_UPN: usize = 113;

/// Longest certificate with its private key as text, in characters. One of 4096 bits with a chain of three has some 10,000.
const MAX_CERTIFICATE: usize = 32_000;

/// By what an app registration proves that it is itself.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum AppProof {
    #[default]
    Secret,
    Certificate,
}

impl AppProof {
    /// As a form posts it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Secret => "secret",
            Self::Certificate => "certificate",
        }
    }
}

/// The app registration as it is posted. The secret, or the certificate's key, is written and never shown.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct SaveProfile {
    pub entra_tenant: String,
    pub client_id: String,
    pub proof: AppProof,
    /// Empty to keep the one that is there.
    pub client_secret: String,
    /// The certificate and its private key in PEM. Empty to keep what is there.
    pub certificate: String,
}

impl std::fmt::Debug for SaveProfile {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SaveProfile")
            .field("entra_tenant", &self.entra_tenant)
            .field("client_id", &self.client_id)
            .field("proof", &self.proof)
            .finish_non_exhaustive()
    }
}

/// What of it may be put back into the form.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct TypedProfile {
    pub entra_tenant: String,
    pub client_id: String,
    pub proof: AppProof,
}

/// A checked app registration.
#[derive(Clone, PartialEq, Eq)]
pub struct ProfileDraft {
    pub entra_tenant: String,
    pub client_id: String,
    pub proof: AppProof,
    /// The secret, or the certificate with its private key. Nothing: what is there stays.
    pub value: Option<String>,
}

impl std::fmt::Debug for ProfileDraft {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ProfileDraft")
            .field("entra_tenant", &self.entra_tenant)
            .field("client_id", &self.client_id)
            .field("proof", &self.proof)
            .finish_non_exhaustive()
    }
}

impl SaveProfile {
    pub fn typed(&self) -> TypedProfile {
        TypedProfile {
            entra_tenant: self.entra_tenant.clone(),
            client_id: self.client_id.clone(),
            proof: self.proof,
        }
    }

    /// What of it is not chosen is not looked at.
    pub fn check(&self) -> Result<ProfileDraft, Failure> {
        let mut errors = Errors::default();
        let tenant = errors.take(Field::EntraTenant, microsoft_id(&self.entra_tenant));
        let client = errors.take(Field::ClientId, microsoft_id(&self.client_id));
        let value = match self.proof {
            AppProof::Secret => errors.take(Field::ClientSecret, client_secret(&self.client_secret)),
            AppProof::Certificate => errors.take(Field::Certificate, certificate(&self.certificate)),
        };
        errors.none()?;
        match (tenant, client, value) {
            (Some(entra_tenant), Some(client_id), Some(value)) => Ok(ProfileDraft {
                entra_tenant,
                client_id,
                proof: self.proof,
                value,
            }),
            _ => Err(crate::ErrorCode::Internal.into()),
        }
    }
}

/// An id as Microsoft shows it. The names that stand for any tenant (`common`) are none: an app has no right of its own there.
fn microsoft_id(typed: &str) -> Result<String, Problem> {
    let line = text::line(typed, text::MAX_TITLE)?;
    if line.is_empty() {
        return Err(Problem::Required);
    }
    guid(&line).ok_or(Problem::NotAGuid)
}

/// A GUID in the form that Microsoft writes, in small letters.
fn guid(line: &str) -> Option<String> {
    let is_hyphenated = line.len() == 36;
    let id = Uuid::try_parse(line).ok().filter(|id| is_hyphenated && !id.is_nil())?;
    Some(id.hyphenated().to_string())
}

/// The value of a secret. Entra shows its id beside it, which is a GUID, and many copy that.
fn client_secret(typed: &str) -> Result<Option<String>, Problem> {
    let line = text::line(typed, MAX_CLIENT_SECRET)?;
    if line.is_empty() {
        return Ok(None);
    }
    if Uuid::try_parse(&line).is_ok() {
        return Err(Problem::SecretId);
    }
    if !line.chars().all(|c| c.is_ascii_graphic()) {
        return Err(Problem::NotASecret);
    }
    Ok(Some(line))
}

/// A certificate and its private key, as far as the text tells. Whether they fit is found out by whoever reads them.
fn certificate(typed: &str) -> Result<Option<String>, Problem> {
    let text = text::lines(typed, MAX_CERTIFICATE)?;
    let text = text.trim();
    if text.is_empty() {
        return Ok(None);
    }
    // Both forms of encryption say so: in the label, or in a line below it.
    if text.contains("ENCRYPTED") {
        return Err(Problem::KeyEncrypted);
    }
    if !text.contains("PRIVATE KEY-----") {
        return Err(Problem::NoPrivateKey);
    }
    if !text.contains("-----BEGIN CERTIFICATE-----") {
        return Err(Problem::NoCertificate);
    }
    Ok(Some(text.to_owned()))
}

/// Who organizes the tenant's meetings, as it is posted.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct SaveOrganizer {
    pub organizer: String,
}

impl SaveOrganizer {
    pub fn check(&self) -> Result<String, Failure> {
        user_principal_name(&self.organizer).map_err(|problem| Failure::field(Field::Organizer, problem))
    }
}

/// What is to be tried when the connection is checked, as it is posted.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct CheckConnection {
    /// A mailbox that Microsoft has to refuse, or nothing.
    pub second_mailbox: String,
}

impl CheckConnection {
    /// The second mailbox. The organizer's own would prove nothing.
    pub fn check(&self, organizer: Option<&str>) -> Result<Option<String>, Failure> {
        let refused = |problem| Failure::field(Field::SecondMailbox, problem);
        let line = text::line(&self.second_mailbox, MAX_UPN).map_err(refused)?;
        if line.is_empty() {
            return Ok(None);
        }
        let mailbox = user_principal_name(&line).map_err(refused)?;
        if organizer.is_some_and(|organizer| organizer.eq_ignore_ascii_case(&mailbox)) {
            return Err(refused(Problem::IsOrganizer));
        }
        Ok(Some(mailbox))
    }
}

/// A user principal name, which looks like an e-mail address.
fn user_principal_name(typed: &str) -> Result<String, Problem> {
    let line = text::line(typed, MAX_UPN)?;
    if line.is_empty() {
        return Err(Problem::Required);
    }
    if Uuid::try_parse(&line).is_ok() {
        return Err(Problem::IsAGuid);
    }
    if is_mailable(&line) {
        Ok(line)
    } else {
        Err(Problem::NotAUpn)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const ID: &str = "0b2f4e5c-8a13-4b52-9c1d-3a4f5e6d7c8b";

    const KEY: &str = "-----BEGIN PRIVATE KEY-----\nAA==\n-----END PRIVATE KEY-----";
    const CERTIFICATE: &str = "-----BEGIN CERTIFICATE-----\nAA==\n-----END CERTIFICATE-----";

    fn profile(entra_tenant: &str, client_id: &str, client_secret: &str) -> SaveProfile {
        SaveProfile {
            entra_tenant: entra_tenant.into(),
            client_id: client_id.into(),
            client_secret: client_secret.into(),
            ..SaveProfile::default()
        }
    }

    fn certified(certificate: &str) -> SaveProfile {
        SaveProfile {
            proof: AppProof::Certificate,
            certificate: certificate.into(),
            ..profile(ID, ID, "")
        }
    }

    fn problems(form: &SaveProfile) -> Vec<(Field, Problem)> {
        let failure = form.check().unwrap_err();
        failure
            .fields
            .into_iter()
            .map(|error| (error.field, error.problem))
            .collect()
    }

    #[test]
    fn a_registration_is_taken_as_it_is_copied() {
        let draft = profile(&format!(" {}\n", ID.to_uppercase()), ID, " abc8Q~value.of-it_ ")
            .check()
            .unwrap();
        assert_eq!((draft.entra_tenant.as_str(), draft.client_id.as_str()), (ID, ID));
        assert_eq!(draft.value.as_deref(), Some("abc8Q~value.of-it_"));
        assert_eq!(profile(ID, ID, "").check().unwrap().value, None);
    }

    #[test]
    fn each_mistake_is_named() {
        for bad in [
            "common",
            "organizations",
            "contoso.onmicrosoft.com",
            "0b2f4e5c8a134b529c1d3a4f5e6d7c8b",
            "{x}",
        ] {
            assert_eq!(
                problems(&profile(bad, ID, "")),
                [(Field::EntraTenant, Problem::NotAGuid)],
                "{bad}"
            );
        }
        assert_eq!(
            problems(&profile("", "", ID)),
            [
                (Field::EntraTenant, Problem::Required),
                (Field::ClientId, Problem::Required),
                (Field::ClientSecret, Problem::SecretId),
            ]
        );
        let secret = |typed: &str| problems(&profile(ID, ID, typed)).remove(0).1;
        assert_eq!(secret(&"x".repeat(256)), Problem::TooLong { max: 255 });
        assert_eq!(secret("a\u{0}b"), Problem::NotText);
        assert_eq!(secret("two words"), Problem::NotASecret);
        assert_eq!(secret("geheím"), Problem::NotASecret);
        assert_eq!(
            problems(&profile("00000000-0000-0000-0000-000000000000", ID, ""))[0].1,
            Problem::NotAGuid
        );
    }

    #[test]
    fn a_secret_is_not_told() {
        let form = profile(ID, ID, "s3cret~");
        assert!(!format!("{form:?}").contains("s3cret"));
        let form = certified(&format!("{KEY}{CERTIFICATE}"));
        assert!(!format!("{form:?} {:?}", form.check()).contains("PRIVATE"));
    }

    #[test]
    fn a_certificate_comes_with_its_key() {
        let both = format!("{CERTIFICATE}\n{KEY}");
        let draft = certified(&format!("\r\n{}\r\n", both.replace('\n', "\r\n")))
            .check()
            .unwrap();
        assert_eq!((draft.proof, draft.value), (AppProof::Certificate, Some(both.clone())));
        assert_eq!(certified(" ").check().unwrap().value, None);
        let problem = |typed: &str| problems(&certified(typed)).remove(0);
        for (typed, expected) in [
            (CERTIFICATE, Problem::NoPrivateKey),
            ("a certificate", Problem::NoPrivateKey),
            (KEY, Problem::NoCertificate),
            (
                &both.replace("BEGIN PRIVATE", "BEGIN ENCRYPTED PRIVATE"),
                Problem::KeyEncrypted,
            ),
            (
                &both.replace("\nAA", "\nProc-Type: 4,ENCRYPTED\n\nAA"),
                Problem::KeyEncrypted,
            ),
            ("0\u{82}\u{0}\u{FFFD}", Problem::NotText),
            (&"x".repeat(MAX_CERTIFICATE + 1), Problem::TooLong { max: 32_000 }),
        ] {
            assert_eq!(problem(typed), (Field::Certificate, expected), "{typed}");
        }
        // Who chooses the one is not asked for the other.
        let secret = SaveProfile {
            proof: AppProof::Secret,
            ..certified("nonsense")
        };
        assert_eq!(secret.check().unwrap().value.as_deref(), None);
    }

    #[test]
    fn organizers_are_named_by_their_sign_in() {
        let problem = |typed: &str| {
            let form = SaveOrganizer {
                organizer: typed.into(),
            };
            form.check().map_err(|failure| failure.fields[0].problem.clone())
        };
        assert_eq!(
            problem(" meetings@northwind.example "),
            Ok("meetings@northwind.example".into())
        );
        assert_eq!(problem(""), Err(Problem::Required));
        assert_eq!(problem(ID), Err(Problem::IsAGuid));
        for bad in [
            "meetings",
            "meetings@",
            "a b@c.example",
            "meetings@northwind",
            "<b>@c.example",
        ] {
            assert_eq!(problem(bad), Err(Problem::NotAUpn), "{bad}");
        }
        assert_eq!(problem("a@b\u{7}.example"), Err(Problem::NotText));
        assert_eq!(
            problem(&format!("{}@c.example", "x".repeat(120))),
            Err(Problem::TooLong { max: 113 })
        );
    }

    #[test]
    fn the_second_mailbox_is_another_one() {
        let check = |typed: &str| {
            let form = CheckConnection {
                second_mailbox: typed.into(),
            };
            form.check(Some("meetings@northwind.example"))
                .map_err(|failure| failure.fields[0].problem.clone())
        };
        assert_eq!(check(" "), Ok(None));
        assert_eq!(check("ceo@northwind.example"), Ok(Some("ceo@northwind.example".into())));
        assert_eq!(check("MEETINGS@northwind.example"), Err(Problem::IsOrganizer));
        assert_eq!(check("ceo"), Err(Problem::NotAUpn));
    }

    proptest! {
        #[test]
        fn what_passes_is_one_short_line(typed in any::<String>()) {
            if let Ok(Some(secret)) = client_secret(&typed) {
                prop_assert!(secret.len() <= MAX_CLIENT_SECRET && secret.chars().all(|c| c.is_ascii_graphic()));
            }
            if let Ok(upn) = user_principal_name(&typed) {
                prop_assert!(upn.contains('@') && upn.chars().count() <= MAX_UPN && !upn.contains(char::is_control));
            }
            if let Ok(id) = microsoft_id(&typed) {
                prop_assert_eq!(id.len(), 36);
            }
        }
    }
}
