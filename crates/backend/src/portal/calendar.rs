//! Putting an appointment into a calendar: as a file, and by the pages of Outlook and Google.

use chrono::{DateTime, Utc};
use domain::{ErrorCode, portal::CalendarLinks};
use url::Url;

use super::about::{self, About};
use crate::{
    Backend, PortalActor, Result,
    appointments::ics::{self, Entry, Method},
    mail::Words,
};

/// A file for calendars.
pub struct CalendarFile {
    pub content_type: String,
    pub text: String,
}

/// The file of an appointment, or of a meeting, that takes place.
pub async fn calendar(backend: &Backend, actor: &PortalActor, id: &str, is_meeting: bool) -> Result<CalendarFile> {
    let now = backend.clock().now();
    let mut tx = backend.db().read(actor.scope()).await?;
    let (about, tenant_name, tenant_email, kind) = if is_meeting {
        let record = about::meeting(&mut tx, actor, id).await?;
        let about = About::of_meeting_record(&record, now);
        (about, record.tenant_name, record.tenant_email, "meeting")
    } else {
        let record = about::request(&mut tx, actor, id).await?;
        let about = About::of_request_record(&record, now);
        (about, record.tenant_name, record.tenant_email, "appointment")
    };
    if !about.takes_place() {
        return Err(ErrorCode::NotFound.into());
    }
    let words = Words::of(actor.language);
    let title = about.title.clone();
    let title = title.unwrap_or_else(|| words.say("mail.appointment.plain", &[]));
    let join = about.url.as_ref();
    let join = join.map(|url| format!("{}: {url}", words.say("mail.appointment.join", &[])));
    let file = ics::attachment(&Entry {
        // The same as in mails, so that there is one entry whichever is opened.
        uid: &ics::uid(kind, about.item.id(), &backend.page_url("")),
        sequence: 0,
        method: Method::Publish,
        summary: &title,
        description: &join.unwrap_or_default(),
        join_url: about.url.as_deref(),
        start: about.start,
        end: about.end,
        organizer: (&tenant_name, &tenant_email),
        attendee: None,
        now,
    });
    Ok(CalendarFile {
        content_type: file.kind,
        text: file.text,
    })
}

/// Where the same is done on the web.
pub fn links(about: &About) -> CalendarLinks {
    let title = about.title.clone().unwrap_or_default();
    let join = about.url.clone().unwrap_or_default();
    let place = if join.is_empty() { "" } else { "Microsoft Teams" };
    let iso = |time: DateTime<Utc>| time.format("%Y-%m-%dT%H:%M:%SZ").to_string();
    let basic = |time: DateTime<Utc>| time.format("%Y%m%dT%H%M%SZ").to_string();
    let outlook = [
        ("path", "/calendar/action/compose"),
        ("rru", "addevent"),
        ("subject", &title),
        ("startdt", &iso(about.start)),
        ("enddt", &iso(about.end)),
        ("location", place),
        ("body", &join),
    ];
    let google = [
        ("action", "TEMPLATE"),
        ("text", &title),
        ("dates", &format!("{}/{}", basic(about.start), basic(about.end))),
        ("location", place),
        ("details", &join),
    ];
    let address = |base: &str, pairs: &[(&str, &str)]| {
        let pairs = pairs.iter().filter(|(_, value)| !value.is_empty());
        Url::parse_with_params(base, pairs)
            .map(String::from)
            .unwrap_or_default()
    };
    CalendarLinks {
        outlook: address("https://outlook.office.com/calendar/0/action/compose", &outlook),
        google: address("https://calendar.google.com/calendar/render", &google),
    }
}
