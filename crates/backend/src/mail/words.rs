//! The words of mails, from `locales/<language>/mail.json`.

use std::sync::LazyLock;

use domain::Language;
use serde_json::Value;

/// The words of mails in one language.
#[derive(Clone, Copy, Debug)]
pub struct Words {
    language: Language,
}

static ENGLISH: LazyLock<Value> = LazyLock::new(|| read(include_str!("../../../../locales/en/mail.json")));
static GERMAN: LazyLock<Value> = LazyLock::new(|| read(include_str!("../../../../locales/de/mail.json")));
static FRENCH: LazyLock<Value> = LazyLock::new(|| read(include_str!("../../../../locales/fr/mail.json")));

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
        let words: &Value = match self.language {
            Language::En => &ENGLISH,
            Language::De => &GERMAN,
            Language::Fr => &FRENCH,
        };
        let path = key.strip_prefix("mail").unwrap_or(key).replace('.', "/");
        fill(words.pointer(&path).and_then(Value::as_str).unwrap_or(key), values)
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
    }
}
