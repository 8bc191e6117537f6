//! Mails. A use-case writes a [`Mail`] into the outbox in the transaction of what it tells about ([`enqueue`]); every process sends
//! what is due ([`deliver`]). What a crash cuts off is sent again, under the same `Message-ID`.

mod letter;
mod mailer;
mod outbox;

pub use mailer::{BadMailSetting, Mailer};

pub(crate) use crate::words::Words;
pub(crate) use letter::Letter;
pub(crate) use outbox::{clear_settled, context, deliver, enqueue, enqueue_of_request};

/// A mail to one person, as text and as HTML.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub(crate) struct Mail {
    pub to: String,
    pub to_name: String,
    pub subject: String,
    pub text: String,
    pub html: String,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub attachments: Vec<Attachment>,
}

/// A file that goes with a mail.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub(crate) struct Attachment {
    pub name: String,
    /// Its media type with its parameters.
    pub kind: String,
    pub text: String,
}
