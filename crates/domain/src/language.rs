//! The languages of the interface.

use std::str::FromStr;

use serde::{Deserialize, Serialize};

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Language {
    #[default]
    En,
    De,
    Fr,
}

impl Language {
    pub const ALL: [Self; 3] = [Self::En, Self::De, Self::Fr];

    /// The [BCP 47](https://www.rfc-editor.org/info/bcp47) tag.
    pub fn tag(self) -> &'static str {
        match self {
            Self::En => "en",
            Self::De => "de",
            Self::Fr => "fr",
        }
    }
}

impl FromStr for Language {
    type Err = ();

    /// Reads a tag and ignores its region: `de-AT` and `de_AT` are German.
    fn from_str(tag: &str) -> Result<Self, ()> {
        let primary = tag
            .trim()
            .trim_matches('"')
            .split(['-', '_'])
            .next()
            .unwrap_or_default();
        Self::ALL
            .into_iter()
            .find(|language| language.tag().eq_ignore_ascii_case(primary))
            .ok_or(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn region_and_case_are_ignored() {
        assert_eq!("de-AT".parse(), Ok(Language::De));
        assert_eq!("FR_ca".parse(), Ok(Language::Fr));
        assert_eq!("\"en\"".parse(), Ok(Language::En));
        assert_eq!("tlh".parse::<Language>(), Err(()));
    }
}
