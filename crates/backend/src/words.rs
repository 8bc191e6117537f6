//! The words that the server itself says: in mails (`locales/<language>/mail.json`) and about the connection to Microsoft
//! (`locales/<language>/diagnosis.json`). They are kept out of what the browser loads.

use std::sync::LazyLock;

use domain::Language;
use serde_json::Value;

/// The words in one language.
#[derive(Clone, Copy, Debug)]
pub struct Words {
    language: Language,
}

/// Of one language: what stands in each of its files.
struct Files {
    mail: Value,
    diagnosis: Value,
}

static ENGLISH: LazyLock<Files> = LazyLock::new(|| Files {
    mail: read(include_str!("../../../locales/en/mail.json")),
    diagnosis: read(include_str!("../../../locales/en/diagnosis.json")),
});
static GERMAN: LazyLock<Files> = LazyLock::new(|| Files {
    mail: read(include_str!("../../../locales/de/mail.json")),
    diagnosis: read(include_str!("../../../locales/de/diagnosis.json")),
});
static FRENCH: LazyLock<Files> = LazyLock::new(|| Files {
    mail: read(include_str!("../../../locales/fr/mail.json")),
    diagnosis: read(include_str!("../../../locales/fr/diagnosis.json")),
});

fn read(json: &str) -> Value {
    serde_json::from_str(json).unwrap_or_default()
}

impl Words {
    pub fn of(language: Language) -> Self {
        Self { language }
    }

    pub fn language(self) -> Language {
        self.language
    }

    /// The text with this key, such as `mail.reset.subject`, with its placeholders filled in. A key that is missing stands for itself;
    /// a test goes over them all.
    pub fn say(self, key: &str, values: &[(&str, &str)]) -> String {
        let files: &Files = match self.language {
            Language::En => &ENGLISH,
            Language::De => &GERMAN,
            Language::Fr => &FRENCH,
        };
        let (file, path) = key.split_once('.').unwrap_or(("", key));
        let words = match file {
            "mail" => Some(&files.mail),
            "diagnosis" => Some(&files.diagnosis),
            _ => None,
        };
        let text = words.and_then(|words| words.pointer(&format!("/{}", path.replace('.', "/"))));
        fill(text.and_then(Value::as_str).unwrap_or(key), values)
    }
}

/// Fills `{{ name }}` in. Values are not looked at for placeholders.
fn fill(text: &str, values: &[(&str, &str)]) -> String {
    let mut filled = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("{{") {
        let (name, after) = after.split_once("}}").unwrap_or((after, ""));
        filled.push_str(before);
        filled.push_str(
            values
                .iter()
                .find(|(known, _)| *known == name.trim())
                .map_or("", |(_, value)| value),
        );
        rest = after;
    }
    filled.push_str(rest);
    filled
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn placeholders_are_filled_once() {
        let values = [("a", "{{ b }}"), ("b", "B")];
        assert_eq!(fill("{{ a }}, {{b}}; {{ c }}.", &values), "{{ b }}, B; .");
        assert_eq!(fill("plain", &values), "plain");
    }

    #[test]
    fn every_language_can_be_read() {
        for language in Language::ALL {
            assert!(
                !Words::of(language)
                    .say("mail.footer", &[("url", "x")])
                    .starts_with("mail."),
                "{language:?}"
            );
        }
        assert_eq!(Words::of(Language::En).say("mail.nothing", &[]), "mail.nothing");
        assert_eq!(Words::of(Language::De).say("diagnosis.clock", &[]), "Uhrzeit");
        assert_eq!(Words::of(Language::De).say("nothing", &[]), "nothing");
    }
}
