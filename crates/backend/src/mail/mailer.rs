//! The way out: an SMTP server, or a folder of `.eml` files.

use std::{path::PathBuf, time::Duration};

use lettre::{
    Address, AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor,
    message::{Attachment, Mailbox, MultiPart, header::ContentType},
};

use super::Mail;

/// How long a server may take. Mails wait for one another, so it is short.
const PATIENCE: Duration = Duration::from_secs(20);

/// Sends mails.
#[derive(Clone)]
pub struct Mailer {
    transport: Transport,
    from: Mailbox,
}

#[derive(Clone)]
enum Transport {
    Smtp(AsyncSmtpTransport<Tokio1Executor>),
    Folder(PathBuf),
}

impl std::fmt::Debug for Mailer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Mailer")
            .field("from", &self.from)
            .finish_non_exhaustive()
    }
}

/// Why a setting for mail cannot be used. The URL is not quoted: it holds a password.
#[derive(Debug, thiserror::Error)]
pub enum BadMailSetting {
    #[error("MINUTED_SMTP_URL must be smtp://, smtps:// or smtp://…?tls=required with a host: {0}")]
    Url(String),
    #[error("MINUTED_MAIL_FROM is `{0}`, but must be an address: Minuted <minuted@example.org>")]
    From(String),
}

/// Why a mail was not sent.
#[derive(Debug, thiserror::Error)]
pub(crate) enum SendError {
    /// Trying again would not help.
    #[error("{0}")]
    Refused(String),
    #[error("{0}")]
    Later(String),
}

impl Mailer {
    /// Sends by the server that the URL names: `smtp://host`, `smtps://user:password@host`, `smtp://host:587?tls=required`.
    pub fn smtp(url: &str, from: &str) -> Result<Self, BadMailSetting> {
        let transport = AsyncSmtpTransport::<Tokio1Executor>::from_url(url)
            .map_err(|error| BadMailSetting::Url(error.to_string()))?
            .timeout(Some(PATIENCE))
            .build();
        Ok(Self {
            transport: Transport::Smtp(transport),
            from: mailbox(from)?,
        })
    }

    /// Writes each mail as a file `<id>.eml` into a folder, which is made with the first.
    pub fn folder(folder: PathBuf, from: &str) -> Result<Self, BadMailSetting> {
        Ok(Self {
            transport: Transport::Folder(folder),
            from: mailbox(from)?,
        })
    }

    /// Whether the server answers and lets us in; `None` where there is none, but a folder.
    pub(crate) async fn greet(&self) -> Result<Option<()>, String> {
        let Transport::Smtp(smtp) = &self.transport else {
            return Ok(None);
        };
        match smtp.test_connection().await {
            Ok(true) => Ok(Some(())),
            Ok(false) => Err("the server answers, but is not ready".to_owned()),
            Err(error) => Err(error.to_string()),
        }
    }

    /// Sends a mail. The same id sent again is the same message to whoever receives it.
    pub(crate) async fn send(&self, id: uuid::Uuid, mail: &Mail) -> Result<(), SendError> {
        let message = self.message(id, mail)?;
        match &self.transport {
            Transport::Smtp(smtp) => match smtp.send(message).await {
                Ok(_) => Ok(()),
                Err(error) if error.is_permanent() => Err(SendError::Refused(error.to_string())),
                Err(error) => Err(SendError::Later(error.to_string())),
            },
            Transport::Folder(folder) => {
                let draft = folder.join(format!("{id}.tmp"));
                let written = async {
                    tokio::fs::create_dir_all(folder).await?;
                    tokio::fs::write(&draft, message.formatted()).await?;
                    tokio::fs::rename(&draft, folder.join(format!("{id}.eml"))).await
                };
                written.await.map_err(|error| SendError::Later(error.to_string()))
            }
        }
    }

    fn message(&self, id: uuid::Uuid, mail: &Mail) -> Result<Message, SendError> {
        let refused = |error: &dyn std::error::Error| SendError::Refused(error.to_string());
        let address: Address = mail.to.parse().map_err(|error| refused(&error))?;
        let name = Some(one_line(&mail.to_name)).filter(|name| !name.is_empty());
        Message::builder()
            .from(self.from.clone())
            .to(Mailbox::new(name, address))
            .subject(one_line(&mail.subject))
            .message_id(Some(format!("<{id}@{}>", self.from.email.domain())))
            .multipart(parts(mail).map_err(|error| refused(&error))?)
            .map_err(|error| refused(&error))
    }
}

/// Text and HTML, and beside them what is attached.
fn parts(mail: &Mail) -> Result<MultiPart, lettre::message::header::ContentTypeErr> {
    let both = MultiPart::alternative_plain_html(mail.text.clone(), mail.html.clone());
    if mail.attachments.is_empty() {
        return Ok(both);
    }
    let mut all = MultiPart::mixed().multipart(both);
    for file in &mail.attachments {
        let kind = ContentType::parse(&file.kind)?;
        all = all.singlepart(Attachment::new(one_line(&file.name)).body(file.text.clone(), kind));
    }
    Ok(all)
}

/// Headers are lines, and lettre panics over a name with a control character.
fn one_line(text: &str) -> String {
    let plain: String = text
        .chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .take(200)
        .collect();
    plain.trim().to_owned()
}

fn mailbox(text: &str) -> Result<Mailbox, BadMailSetting> {
    text.parse().map_err(|_| BadMailSetting::From(text.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_are_checked() {
        let from = "Minuted <minuted@minuted.example>";
        assert!(Mailer::smtp("smtps://user:secret@mail.example", from).is_ok());
        assert!(Mailer::smtp("smtp://mail.example:587?tls=required", from).is_ok());
        for url in ["mail.example", "http://mail.example", ""] {
            assert!(matches!(Mailer::smtp(url, from), Err(BadMailSetting::Url(_))), "{url}");
        }
        assert!(matches!(
            Mailer::folder("/x".into(), "nobody"),
            Err(BadMailSetting::From(_))
        ));
    }

    #[test]
    fn a_message_has_both_forms_and_one_id() {
        let mailer = Mailer::folder("/x".into(), "Minuted <minuted@minuted.example>").unwrap();
        let mail = Mail {
            to: "ada@acme.example".into(),
            to_name: "Ada, \"the\" Äxample\r\nBcc: eve@evil.example".into(),
            subject: "Grüße\r\nBcc: eve@evil.example".into(),
            text: "text".into(),
            html: "<p>html</p>".into(),
            attachments: Vec::new(),
        };
        let id = uuid::Uuid::from_u128(7);
        let message = String::from_utf8(mailer.message(id, &mail).unwrap().formatted()).unwrap();
        assert!(message.contains(&format!("Message-ID: <{id}@minuted.example>")));
        assert!(
            message.contains("multipart/alternative")
                && message.contains("text/plain")
                && message.contains("text/html")
        );
        assert!(!message.lines().any(|line| line.starts_with("Bcc:")), "{message}");
        for name in [
            "\u{0}",
            "\u{7f}\u{feff}",
            "\\",
            "\"",
            "<>@,;:",
            "😀",
            &"ß".repeat(5000),
            " ",
        ] {
            let odd = Mail {
                to_name: name.into(),
                subject: name.into(),
                ..mail.clone()
            };
            assert!(mailer.message(id, &odd).is_ok(), "{name}");
        }
        let nobody = Mail {
            to: "no address".into(),
            ..mail
        };
        assert!(matches!(mailer.message(id, &nobody), Err(SendError::Refused(_))));
    }
}
