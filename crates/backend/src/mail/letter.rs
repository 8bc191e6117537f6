//! A mail as its parts, and how they become text and HTML. Whatever is not ours is escaped here.

use domain::Language;

use super::Mail;

/// The parts of a mail from top to bottom.
#[derive(Clone, Debug)]
pub struct Letter {
    pub language: Language,
    pub subject: String,
    pub greeting: String,
    pub paragraphs: Vec<String>,
    /// The label of a button and where it leads.
    pub button: Option<(String, String)>,
    /// What comes after the button, smaller.
    pub notes: Vec<String>,
}

impl Letter {
    pub fn to(self, address: &str, name: &str) -> Mail {
        Mail {
            to: address.to_owned(),
            to_name: name.to_owned(),
            text: self.text(),
            html: self.html(),
            subject: self.subject,
            attachments: Vec::new(),
        }
    }

    fn text(&self) -> String {
        let button = self.button.as_ref().map(|(label, url)| format!("{label}:\n{url}"));
        let parts = std::iter::once(self.greeting.clone())
            .chain(self.paragraphs.clone())
            .chain(button)
            .chain(self.notes.clone());
        parts.collect::<Vec<_>>().join("\n\n") + "\n"
    }

    /// Styles stand at the elements: mail programs drop everything else.
    fn html(&self) -> String {
        const TEXT: &str = "margin:0 0 16px;font:16px/1.5 system-ui,-apple-system,'Segoe UI',sans-serif;color:#1f2430";
        const NOTE: &str = "margin:0 0 8px;font:13px/1.5 system-ui,-apple-system,'Segoe UI',sans-serif;color:#5b6272;word-break:break-word";
        const BUTTON: &str = "display:inline-block;padding:12px 20px;border-radius:8px;background:#4338ca;color:#ffffff;font:600 16px/1.2 system-ui,-apple-system,'Segoe UI',sans-serif;text-decoration:none";
        let paragraph = |style: &str, text: &str| format!("<p style=\"{style}\">{}</p>\n", escape(text));
        let mut body = paragraph(TEXT, &self.greeting);
        body.extend(self.paragraphs.iter().map(|text| paragraph(TEXT, text)));
        if let Some((label, url)) = &self.button {
            let (label, url) = (escape(label), escape(url));
            body.extend([
                format!("<p style=\"margin:24px 0\"><a href=\"{url}\" style=\"{BUTTON}\">{label}</a></p>\n"),
                format!("<p style=\"{NOTE}\"><a href=\"{url}\" style=\"color:#4338ca\">{url}</a></p>\n"),
            ]);
        }
        body.extend(self.notes.iter().map(|text| paragraph(NOTE, text)));
        let (language, subject) = (self.language.tag(), escape(&self.subject));
        format!(
            "<!DOCTYPE html>\n<html lang=\"{language}\">\n<head><meta charset=\"utf-8\"><meta name=\"viewport\" \
             content=\"width=device-width\"><title>{subject}</title></head>\n<body style=\"margin:0;padding:24px;background:#f6f7f9\">\n\
             <div style=\"max-width:560px;margin:0 auto;padding:32px;background:#ffffff;border-radius:12px\">\n{body}</div>\n</body>\n</html>\n"
        )
    }
}

fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            other => escaped.push(other),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_forms_say_the_same_and_html_is_escaped() {
        let letter = Letter {
            language: Language::De,
            subject: "<Neu>".into(),
            greeting: "Hallo <script>alert(1)</script>".into(),
            paragraphs: vec!["A & B".into()],
            button: Some(("Öffnen".into(), "https://minuted.example/x?a=1&b=\"2\"".into())),
            notes: vec!["Ende".into()],
        };
        let mail = letter.to("ada@acme.example", "Ada");
        assert!(
            mail.html.contains("lang=\"de\"")
                && mail.html.contains("&lt;script&gt;")
                && mail.html.contains("A &amp; B")
        );
        assert!(!mail.html.contains("<script") && mail.html.contains("a=1&amp;b=&quot;2&quot;"));
        assert!(mail.text.starts_with(
            "Hallo <script>alert(1)</script>\n\nA & B\n\nÖffnen:\nhttps://minuted.example/x?a=1&b=\"2\"\n\nEnde"
        ));
    }
}
