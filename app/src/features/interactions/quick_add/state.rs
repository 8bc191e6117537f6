use domain::{Capability, Person, PersonKind};
use leptos::prelude::*;

/// Who somebody is who is invited.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Contact,
    Staff,
    /// Neither: an address that somebody typed.
    Outside,
}

impl From<PersonKind> for Kind {
    fn from(kind: PersonKind) -> Self {
        match kind {
            PersonKind::Contact => Self::Contact,
            PersonKind::Staff => Self::Staff,
        }
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attendee {
    pub address: String,
    pub name: Option<String>,
    /// Nothing until the server has said.
    pub kind: Option<Kind>,
}

/// What the parts of the meeting share.
#[derive(Clone, Copy)]
pub struct MeetingState {
    /// Whether the type is one for online meetings.
    pub online: RwSignal<bool>,
    /// Whether the switch for the Teams meeting is on.
    pub teams: RwSignal<bool>,
    pub attendees: RwSignal<Vec<Attendee>>,
    /// What stands in the box for names and addresses.
    pub more: RwSignal<String>,
    /// The address that was invited because its contact is the interaction's.
    invited: StoredValue<Option<String>>,
}

impl MeetingState {
    /// `invited` are those who stand in the form from the start, `known` those of them who are no strangers.
    pub fn new(meetings: Capability, online: bool, teams: bool, invited: &[String], known: &[Person]) -> Self {
        let mut attendees: Vec<Attendee> = Vec::new();
        for address in invited {
            let same = |other: &str| other.eq_ignore_ascii_case(address);
            if attendees.iter().any(|attendee| same(&attendee.address)) {
                continue;
            }
            let person = known.iter().find(|person| same(&person.address));
            attendees.push(Attendee {
                address: address.clone(),
                name: person.map(|person| person.name.clone()),
                kind: Some(person.map_or(Kind::Outside, |person| person.kind.into())),
            });
        }
        let only = attendees.first().filter(|_| attendees.len() == 1);
        let invited = only.map(|attendee| attendee.address.clone());
        Self {
            online: RwSignal::new(online),
            teams: RwSignal::new(teams && meetings == Capability::Available),
            attendees: RwSignal::new(attendees),
            more: RwSignal::new(String::new()),
            invited: StoredValue::new(invited),
        }
    }

    /// Whether a Teams meeting will be made.
    pub fn schedules(self) -> bool {
        self.online.get() && self.teams.get()
    }

    /// How many people will be invited: those in the list and those in the box, each once.
    pub fn count(self) -> usize {
        let (list, more) = (self.attendees.read(), self.more.read());
        let entries = list.iter().map(|attendee| attendee.address.as_str());
        domain::attendees(entries.chain([more.as_str()])).map_or(list.len(), |all| all.len())
    }

    pub fn add(self, attendee: Attendee) {
        self.attendees.update(|list| {
            let is_same = |known: &Attendee| known.address.eq_ignore_ascii_case(&attendee.address);
            if !list.iter().any(is_same) {
                list.push(attendee);
            }
        });
    }

    pub fn remove(self, address: &str) {
        self.attendees
            .update(|list| list.retain(|known| known.address != address));
    }

    /// The contact of the interaction is invited, until it is removed or another one is chosen.
    pub fn invite_instead(self, contact: Option<domain::ContactOption>) {
        if let Some(before) = self.invited.try_update_value(Option::take).flatten() {
            self.remove(&before);
        }
        if let Some((address, name)) = contact.and_then(|contact| Some((contact.email?, contact.name))) {
            self.invited.set_value(Some(address.clone()));
            self.add(Attendee {
                address,
                name: Some(name),
                kind: Some(Kind::Contact),
            });
        }
    }
}
