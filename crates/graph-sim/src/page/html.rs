//! Small parts of HTML. What is shown comes from clients, so everything passes through [`Text`].

use std::fmt::{self, Display, Write};

use chrono::{DateTime, Utc};
use serde_json::{Value, json};

/// Escaped, for content and for attributes in double quotes.
pub(super) struct Text<T>(pub T);

impl<T: Display> Display for Text<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(Escaping(f), "{}", self.0)
    }
}

struct Escaping<'a, 'b>(&'a mut fmt::Formatter<'b>);

impl Write for Escaping<'_, '_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        for character in text.chars() {
            match character {
                '&' => self.0.write_str("&amp;")?,
                '<' => self.0.write_str("&lt;")?,
                '>' => self.0.write_str("&gt;")?,
                '"' => self.0.write_str("&quot;")?,
                '\'' => self.0.write_str("&#39;")?,
                other => self.0.write_char(other)?,
            }
        }
        Ok(())
    }
}

/// One call of the control interface.
pub(super) fn call(method: &str, path: impl Display, body: &Value) -> Value {
    json!([method, path.to_string(), body])
}

/// A button that makes calls of the control interface, one after the other, and then says what it did.
pub(super) struct Button {
    label: String,
    calls: Vec<Value>,
    done: String,
    class: &'static str,
    /// More than the label, for those who hear the button without seeing what is around it.
    name: Option<String>,
    state: Option<(&'static str, bool)>,
}

impl Button {
    pub fn new(label: impl Into<String>, calls: Vec<Value>, done: impl Into<String>) -> Self {
        Self {
            label: label.into(),
            calls,
            done: done.into(),
            class: "",
            name: None,
            state: None,
        }
    }

    /// A switch; pressing it is to turn it over.
    pub fn switch(label: impl Into<String>, on: bool, calls: Vec<Value>, done: impl Into<String>) -> Self {
        Self {
            class: "switch",
            state: Some(("role=\"switch\" aria-checked", on)),
            ..Self::new(label, calls, done)
        }
    }

    /// One choice of several.
    pub fn choice(label: impl Into<String>, chosen: bool, calls: Vec<Value>, done: impl Into<String>) -> Self {
        Self {
            state: Some(("aria-pressed", chosen)),
            ..Self::new(label, calls, done)
        }
    }

    pub fn class(self, class: &'static str) -> Self {
        Self { class, ..self }
    }

    pub fn named(self, name: impl Into<String>) -> Self {
        Self {
            name: Some(name.into()),
            ..self
        }
    }
}

impl Display for Button {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let calls = Value::from(self.calls.clone());
        write!(f, r#"<button type="button" class="{}""#, self.class)?;
        if let Some((attribute, on)) = self.state {
            write!(f, r#" {attribute}="{on}""#)?;
        }
        if let Some(name) = &self.name {
            write!(f, r#" aria-label="{}""#, Text(name))?;
        }
        write!(
            f,
            r#" data-calls="{}" data-done="{}">{}</button>"#,
            Text(calls),
            Text(&self.done),
            Text(&self.label)
        )
    }
}

/// The parts one after the other, or the sentence when there are none.
pub(super) fn list(parts: &[String], class: &str, none: &str) -> String {
    if parts.is_empty() {
        format!(r#"<p class="none">{}</p>"#, Text(none))
    } else {
        format!(r#"<ul class="{class}">{}</ul>"#, parts.concat())
    }
}

/// `Tue 24 Nov 2026, 15:00`
pub(super) fn moment(time: DateTime<Utc>) -> String {
    stamp(time, "%a %-d %b %Y, %H:%M")
}

/// `15:00`
pub(super) fn hour(time: DateTime<Utc>) -> String {
    stamp(time, "%H:%M")
}

fn stamp(time: DateTime<Utc>, format: &str) -> String {
    format!(
        r#"<time datetime="{}">{}</time>"#,
        time.format("%Y-%m-%dT%H:%M:%SZ"),
        time.format(format)
    )
}

/// `1 meeting`, `2 meetings`
pub(super) fn count(number: usize, what: &str) -> String {
    format!("{number} {what}{}", if number == 1 { "" } else { "s" })
}

#[cfg(test)]
mod tests {
    use super::{Button, Text, call};
    use serde_json::json;

    #[test]
    fn nothing_leaves_its_place() {
        assert_eq!(
            Text(r#"<b a="1">'&amp;"#).to_string(),
            "&lt;b a=&quot;1&quot;&gt;&#39;&amp;amp;"
        );
        let calls = vec![call("POST", "x", &json!({ "a": "\"><script>" }))];
        let button = Button::new("<i>", calls, "\"").named("'").to_string();
        assert_eq!(button.matches('<').count(), 2, "{button}");
        assert_eq!(button.matches('>').count(), 2, "{button}");
    }
}
