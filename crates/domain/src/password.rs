//! Rules for new passwords, after [NIST SP 800-63B](https://pages.nist.gov/800-63-4/sp800-63b.html): long enough, not one that
//! everybody tries, and no demands for certain characters.

use crate::{Field, FieldError, Problem};

/// Shortest new password, in characters.
pub const MIN: usize = 10;
/// Longest password that is looked at, in characters: hashing must not be made to take long.
pub const MAX: usize = 200;

/// Parts of passwords that are tried first.
const COMMON: [&str; 20] = [
    "123456",
    "654321",
    "abcdef",
    "qwert",
    "asdfgh",
    "yxcvb",
    "password",
    "passwort",
    "passw0rd",
    "motdepasse",
    "letmein",
    "welcome",
    "willkommen",
    "bienvenue",
    "iloveyou",
    "admin",
    "minuted",
    "changeme",
    "azerty",
    "summer",
];

/// What is wrong with a new password; `email` is the person's own.
pub fn check(password: &str, confirm: &str, email: &str) -> Vec<FieldError> {
    let problem = |field, problem| vec![FieldError { field, problem }];
    let length = password.chars().count();
    if password.is_empty() {
        return problem(Field::NewPassword, Problem::Required);
    }
    if length < MIN {
        return problem(Field::NewPassword, Problem::TooShort { min: 10 });
    }
    if length > MAX {
        return problem(Field::NewPassword, Problem::TooLong { max: 200 });
    }
    if password.chars().any(|c| c.is_control() || c == '\u{FFFD}') {
        return problem(Field::NewPassword, Problem::NotText);
    }
    if strength(password, email) == Strength::Weak {
        return problem(Field::NewPassword, Problem::EasilyGuessed);
    }
    if password != confirm {
        return problem(Field::ConfirmPassword, Problem::NotTheSame);
    }
    Vec::new()
}

/// How hard a password is to guess.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Strength {
    /// Not accepted.
    Weak,
    Fair,
    Strong,
}

/// An estimate from what is left when what everybody tries is taken out: known words, the person's own address, repetitions and runs.
pub fn strength(password: &str, email: &str) -> Strength {
    let mut rest = password.to_lowercase();
    let local = email.split('@').next().unwrap_or_default().to_lowercase();
    for known in COMMON
        .into_iter()
        .chain(Some(local.as_str()).filter(|local| local.len() > 2))
    {
        rest = rest.replace(known, "\u{1}");
    }
    let mut counted = 0;
    let mut before: Option<char> = None;
    for c in rest.chars() {
        let step = before.map(|before| i64::from(u32::from(c)) - i64::from(u32::from(before)));
        // The same again, the next or the one before adds nothing.
        if !matches!(step, Some(-1..=1)) {
            counted += 1;
        }
        before = Some(c);
    }
    let distinct = rest.chars().collect::<std::collections::BTreeSet<_>>().len();
    match counted.min(distinct * 2) {
        0..=6 => Strength::Weak,
        7..=12 => Strength::Fair,
        _ => Strength::Strong,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problem(password: &str, confirm: &str) -> Option<(Field, Problem)> {
        let errors = check(password, confirm, "dispatcher@northwind.example");
        errors.into_iter().next().map(|error| (error.field, error.problem))
    }

    #[test]
    fn good_passwords_pass() {
        for good in [
            "correct horse battery",
            "Ümläute-sind-gut",
            "8r!kWz0-qLm",
            "mot très secret",
        ] {
            assert_eq!(problem(good, good), None, "{good}");
        }
    }

    #[test]
    fn bad_passwords_are_refused_by_reason() {
        let new = |password: &str| problem(password, password);
        assert_eq!(new(""), Some((Field::NewPassword, Problem::Required)));
        assert_eq!(new("short"), Some((Field::NewPassword, Problem::TooShort { min: 10 })));
        assert_eq!(
            new(&"ab".repeat(101)),
            Some((Field::NewPassword, Problem::TooLong { max: 200 }))
        );
        assert_eq!(new("with\u{0}control!!"), Some((Field::NewPassword, Problem::NotText)));
        for common in [
            "aaaaaaaaaaaa",
            "1234567890",
            "Password123",
            "abcdefghijkl",
            "dispatcher1",
            "passwordpassword",
        ] {
            assert_eq!(
                new(common),
                Some((Field::NewPassword, Problem::EasilyGuessed)),
                "{common}"
            );
        }
        assert_eq!(
            problem("correct horse battery", "correct horse"),
            Some((Field::ConfirmPassword, Problem::NotTheSame))
        );
    }

    #[test]
    fn longer_is_stronger() {
        assert_eq!(strength("8r!kWz0-qL", ""), Strength::Fair);
        assert_eq!(strength("correct horse battery", ""), Strength::Strong);
    }

    proptest::proptest! {
        #[test]
        fn any_text_is_judged(password in proptest::prelude::any::<String>(), email in proptest::prelude::any::<String>()) {
            let _ = check(&password, &password, &email);
        }
    }
}
