//! What people are told by mail of what becomes of a request, or of a meeting that a client wants otherwise: whoever asked, and whoever comes. Each in their language, with the time on
//! both their clocks, and with a file for their calendar.

use chrono_tz::Tz;
use domain::{Language, MailId, MeetingId, RequestId, RequestMailKind, UserId, portal::PortalItem, reference};
use uuid::Uuid;

use super::{
    ics,
    occasion::Occasion,
    times::{self, Span, Theirs},
};
use crate::{
    Backend, Result,
    mail::{self, Letter, Words},
    store::{
        self, TenantTx,
        appointments::people::{PeopleRecord, Technician},
    },
    zone,
};

/// Those who are told, as long as they are known.
pub struct People {
    about: PortalItem,
    record: Option<PeopleRecord>,
}

pub async fn people(tx: &mut TenantTx, id: RequestId) -> Result<People> {
    Ok(People {
        about: PortalItem::Request(id),
        record: store::appointments::people::people(tx, id).await?,
    })
}

/// Those who are concerned with a meeting that staff have made, when `who` of the client wants it otherwise.
pub async fn people_of_meeting(tx: &mut TenantTx, id: MeetingId, who: UserId) -> Result<People> {
    Ok(People {
        about: PortalItem::Meeting(id),
        record: store::appointments::people::of_meeting(tx, id, who).await?,
    })
}

/// Tells it to those who are concerned now, in this transaction.
pub async fn tell(backend: &Backend, tx: &mut TenantTx, id: RequestId, occasion: Occasion<'_>) -> Result<()> {
    let people = people(tx, id).await?;
    send(backend, tx, &people, occasion).await
}

/// Tells it to those who were concerned when they were looked up.
pub async fn send(backend: &Backend, tx: &mut TenantTx, people: &People, occasion: Occasion<'_>) -> Result<()> {
    let Some(record) = &people.record else { return Ok(()) };
    let about = Telling::new(backend, people.about, record, occasion);
    // Whom Microsoft has invited, it tells that the meeting is moved or cancelled.
    let is_told = record.is_invited && occasion.has_file(false);
    if let Some(email) = record
        .email
        .as_deref()
        .filter(|_| occasion.is_for_requester() && !is_told)
    {
        let mail = about.to_requester(email);
        about.enqueue(tx, occasion.kind(false), &mail).await?;
    }
    // Who moves a meeting that staff have made tells the others by its invitation, as if nobody had wished for it.
    let is_ours = matches!(people.about, PortalItem::Meeting(_)) && matches!(occasion, Occasion::Moved { .. });
    if !occasion.is_for_staff() || is_ours {
        return Ok(());
    }
    for technician in staff(tx, record, occasion).await? {
        let mail = about.to_technician(&technician);
        about.enqueue(tx, occasion.kind(true), &mail).await?;
    }
    Ok(())
}

/// Who comes; before anybody does, who decides, and who is wished for.
async fn staff(tx: &mut TenantTx, record: &PeopleRecord, occasion: Occasion<'_>) -> Result<Vec<Technician>> {
    if !occasion.seeks_deciders() || !record.technicians.0.is_empty() {
        return Ok(record.technicians.0.clone());
    }
    let named = record.approvers.as_ref().map(|approvers| approvers.0.clone());
    let deciders = store::availability::deciders(tx, &named.unwrap_or_default(), record.preferred).await?;
    Ok(deciders)
}

/// Does not tell that a request is cancelled after all.
pub async fn withdraw(tx: &mut TenantTx, id: RequestId) -> Result<()> {
    let Some(record) = people(tx, id).await?.record else {
        return Ok(());
    };
    let technicians = record.technicians.0.iter().map(|technician| &technician.email);
    let ids: Vec<MailId> = record
        .email
        .iter()
        .chain(technicians)
        .map(|to| cancellation(id, to))
        .collect();
    store::mails::withdraw(tx, &ids).await
}

/// The id of the mail that tells somebody of a cancellation, so that it can be found again.
fn cancellation(id: RequestId, to: &str) -> MailId {
    MailId(Uuid::new_v5(&id.0, format!("cancelled/{to}").as_bytes()))
}

/// A clock and the words that go with it.
#[derive(Clone, Copy)]
struct Reader {
    words: Words,
    zone: Tz,
}

struct Telling<'a> {
    backend: &'a Backend,
    item: PortalItem,
    record: &'a PeopleRecord,
    occasion: Occasion<'a>,
    span: Span,
    theirs: Theirs,
}

impl<'a> Telling<'a> {
    fn new(backend: &'a Backend, item: PortalItem, record: &'a PeopleRecord, occasion: Occasion<'a>) -> Self {
        let theirs = Theirs::of(record.zone.as_deref());
        let asked = times::asked(record.requested_date, record.requested_time, record.minutes, theirs);
        let span = match record.start.zip(record.end) {
            Some((start, end)) if record.approved_at.is_some() => Span {
                start,
                end,
                skipped: false,
            },
            _ => asked,
        };
        Self {
            backend,
            item,
            record,
            occasion,
            span,
            theirs,
        }
    }

    async fn enqueue(&self, tx: &mut TenantTx, kind: RequestMailKind, mail: &mail::Mail) -> Result<()> {
        let new = || (self.backend.clock().id(), self.backend.clock().now());
        let PortalItem::Request(request) = self.item else {
            return mail::enqueue(self.backend, tx, new().0, kind.as_str(), mail).await;
        };
        let (id, due) = match self.occasion {
            Occasion::Cancelled { due, .. } => (cancellation(request, &mail.to), due),
            _ => new(),
        };
        mail::enqueue_of_request(self.backend, tx, (id, kind), mail, request, due).await
    }

    fn join_url(&self) -> Option<&'a str> {
        self.record
            .join_url
            .as_deref()
            .filter(|url| !self.occasion.is_off() && url.starts_with("https://"))
    }

    /// The zone of those who come, or of the tenant.
    fn our_zone(&self) -> Tz {
        let technician = self.record.technicians.0.first();
        let names = [
            technician.and_then(|technician| technician.zone.as_deref()),
            self.record.tenant_zone.as_deref(),
        ];
        let known = names.into_iter().flatten().find_map(|name| name.parse().ok());
        known.unwrap_or(chrono_tz::UTC)
    }

    fn requester(&self, words: Words) -> String {
        let known = self.record.requester.clone().or_else(|| self.record.email.clone());
        known.unwrap_or_else(|| words.say("mail.appointment.client", &[]))
    }

    fn service(&self, words: Words) -> String {
        let service = self.record.service.clone();
        service.unwrap_or_else(|| words.say("mail.appointment.plain", &[]))
    }

    fn client(&self, words: Words) -> String {
        let client = self.record.client.clone();
        client.unwrap_or_else(|| self.requester(words))
    }

    fn say(&self, words: Words, key: &str) -> String {
        let values = [
            ("service", self.service(words)),
            ("tenant", self.record.tenant_name.clone()),
            ("client", self.client(words)),
            ("requester", self.requester(words)),
            ("reference", self.reference()),
        ];
        let values: Vec<(&str, &str)> = values.iter().map(|(name, value)| (*name, value.as_str())).collect();
        words.say(key, &values)
    }

    /// What people call a request by; nobody has asked for a meeting that staff have made.
    fn reference(&self) -> String {
        match self.item {
            PortalItem::Request(id) => reference(id),
            PortalItem::Meeting(_) => String::new(),
        }
    }

    /// Its page in one of the two parts of the program.
    fn page(&self, is_staff: bool) -> String {
        let path = match (self.item, is_staff) {
            (PortalItem::Request(id), true) => format!("/msp/appointment-requests/{id}"),
            (PortalItem::Request(id), false) => format!("/client-portal/appointments/{id}"),
            (PortalItem::Meeting(_), true) => match self.record.interaction_id {
                Some(id) => format!("/msp/interactions/{id}"),
                None => "/msp/interactions".to_owned(),
            },
            (PortalItem::Meeting(id), false) => format!("/client-portal/meetings/{id}"),
        };
        self.backend.page_url(&path)
    }

    /// "When: Thu, 26 Nov 2026, 08:00 – 08:30 (Europe/Berlin)", on the reader's clock and on the others'.
    fn when(key: &str, span: Span, reader: Reader, others: Tz) -> Vec<String> {
        let line = |key: &str, zone: Tz| {
            let when = times::words(span, zone, reader.words.language());
            reader.words.say(key, &[("when", &when), ("zone", zone.name())])
        };
        let mine = line(key, reader.zone);
        let same = zone::input_value(span.start, reader.zone) == zone::input_value(span.start, others);
        let also = (!same).then(|| line("mail.appointment.also", others));
        std::iter::once(mine).chain(also).collect()
    }

    fn letter(&self, reader: Reader, name: &str, is_staff: bool) -> Letter {
        let words = reader.words;
        let (subject, intro) = match self.item {
            PortalItem::Request(_) => self.occasion.keys(is_staff),
            PortalItem::Meeting(_) => self.occasion.keys_of_meeting(is_staff),
        };
        let others = if is_staff { self.theirs.zone } else { self.our_zone() };
        let mut paragraphs = vec![self.say(words, intro)];
        paragraphs.extend(Self::when("mail.appointment.when", self.span, reader, others));
        if let Some(before) = self.occasion.before() {
            paragraphs.extend(
                Self::when("mail.appointment.before", before, reader, others)
                    .into_iter()
                    .take(1),
            );
        }
        let line = |key: &str, name: &str, value: &str| words.say(key, &[(name, value)]);
        paragraphs.push(line(
            "mail.appointment.minutes",
            "minutes",
            &self.span.minutes().to_string(),
        ));
        if let (false, Some(technician)) = (is_staff || self.occasion.is_off(), self.record.technicians.0.first()) {
            let who = format!("{}, {}", technician.name, technician.email);
            paragraphs.push(line("mail.appointment.with", "who", &who));
        }
        if let Occasion::Wished { to, note } = self.occasion {
            paragraphs.extend(Self::when("mail.appointment.wished", to, reader, others));
            if !note.is_empty() {
                paragraphs.push(line("mail.appointment.note", "note", note));
            }
        }
        if let Some(reason) = self.occasion.reason() {
            paragraphs.push(line("mail.appointment.reason", "reason", reason));
        }
        let description = self.record.description.as_deref().map(str::trim);
        if let (true, Some(text)) = (is_staff, description.filter(|text| !text.is_empty())) {
            paragraphs.push(line("mail.appointment.asked", "text", text));
        }
        let join = self.join_url().filter(|_| !self.occasion.seeks_deciders());
        let button = match join {
            Some(url) => Some((line("mail.appointment.join", "", ""), url.to_owned())),
            None if is_staff => {
                let key = match self.item {
                    PortalItem::Request(_) => "mail.appointment.open",
                    PortalItem::Meeting(_) => "mail.appointment.open_meeting",
                };
                Some((line(key, "", ""), self.page(true)))
            }
            None if self.record.has_portal => Some((line("mail.appointment.open_portal", "", ""), self.page(false))),
            None => None,
        };
        let questions = (!is_staff).then(|| line("mail.appointment.questions", "email", &self.record.tenant_email));
        let footer = words.say("mail.footer", &[("url", &self.backend.page_url(""))]);
        Letter {
            language: words.language(),
            subject: self.say(words, subject),
            greeting: words.say("mail.greeting", &[("name", name)]),
            paragraphs,
            button,
            notes: questions.into_iter().chain([footer]).collect(),
        }
    }

    fn to_requester(&self, email: &str) -> mail::Mail {
        let reader = Reader {
            words: words(self.record.language.as_deref()),
            zone: self.theirs.zone,
        };
        let name = self.requester(reader.words);
        let mut mail = self.letter(reader, &name, false).to(email, &name);
        let organizer = self.record.technicians.0.first().map_or(
            (self.record.tenant_name.as_str(), self.record.tenant_email.as_str()),
            |technician| (technician.name.as_str(), technician.email.as_str()),
        );
        if self.occasion.has_file(false) {
            mail.attachments
                .push(self.calendar(reader.words, organizer, (&name, email)));
        }
        mail
    }

    fn to_technician(&self, technician: &Technician) -> mail::Mail {
        let zone = technician.zone.as_deref().or(self.record.tenant_zone.as_deref());
        let reader = Reader {
            words: words(technician.language.as_deref()),
            zone: zone.and_then(|name| name.parse().ok()).unwrap_or(chrono_tz::UTC),
        };
        let mut mail = self
            .letter(reader, &technician.name, true)
            .to(&technician.email, &technician.name);
        // Staff have a meeting that they have made in their calendars already.
        if !self.occasion.has_file(true) || matches!(self.item, PortalItem::Meeting(_)) {
            return mail;
        }
        // Who organizes something gets no invitation to it: to whoever comes it is the tenant that asks.
        let organizer = (self.record.tenant_name.as_str(), self.record.tenant_email.as_str());
        let attendee = (technician.name.as_str(), technician.email.as_str());
        mail.attachments.push(self.calendar(reader.words, organizer, attendee));
        mail
    }

    fn calendar(&self, words: Words, organizer: (&str, &str), attendee: (&str, &str)) -> mail::Attachment {
        let now = self.backend.clock().now();
        let since = self.record.approved_at.map_or(0, |time| (now - time).num_seconds());
        // The first is 0; of two within a second the later one counts.
        let sequence = match self.occasion {
            Occasion::Approved { .. } => 0,
            _ => u32::try_from(since).unwrap_or_default().max(1),
        };
        let kind = match self.item {
            PortalItem::Request(_) => "appointment",
            PortalItem::Meeting(_) => "meeting",
        };
        let summary = self.say(words, "mail.appointment.summary");
        let asked = self.record.description.clone();
        let join = self
            .join_url()
            .map(|url| format!("{}: {url}", words.say("mail.appointment.join", &[])));
        let description: Vec<String> = asked.into_iter().chain(join).collect();
        ics::attachment(&ics::Entry {
            uid: &ics::uid(kind, self.item.id(), &self.backend.page_url("")),
            sequence,
            method: if self.occasion.is_off() {
                ics::Method::Cancel
            } else {
                ics::Method::Request
            },
            summary: &summary,
            description: &description.join("\n\n"),
            join_url: self.join_url(),
            start: self.span.start,
            end: self.span.end,
            organizer,
            attendee: Some(attendee),
            now,
        })
    }
}

/// Letters go out in the languages that there are words for.
fn words(tag: Option<&str>) -> Words {
    let language = tag.and_then(|tag| {
        let short = tag.split(['-', '_']).next().unwrap_or_default();
        short.to_lowercase().parse::<Language>().ok()
    });
    Words::of(language.unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_language_is_found_whatever_its_region() {
        for (tag, language) in [
            (Some("de"), Language::De),
            (Some("de-AT"), Language::De),
            (Some("FR_fr"), Language::Fr),
            (Some("pt_BR"), Language::En),
            (Some(""), Language::En),
            (None, Language::En),
        ] {
            assert_eq!(words(tag).language(), language, "{tag:?}");
        }
    }
}
