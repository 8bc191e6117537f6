//! The settings behind it, as their page shows them.

use serde::{Deserialize, Serialize};

use super::{AddException, SaveHours, SaveLimits, SaveServiceRules};
use crate::{Choice, ServiceId, UserId};

/// When staff can be asked for: everybody's for those who may change settings, else one's own.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AvailabilityPage {
    /// Whose clock all hours are by.
    pub zone: String,
    /// The first day that an exception can be made of.
    pub today: String,
    pub people: Vec<PersonHours>,
    pub exceptions: Vec<ExceptionRow>,
    /// Those whose days the viewer can change, and with whom the form begins.
    pub may_change: Vec<Choice<UserId>>,
    pub may_change_all: bool,
    /// The form for exceptions.
    pub exception: AddException,
    /// What holds for services; nothing for those who may not read settings.
    pub rules: Option<BookingRules>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PersonHours {
    pub user_id: UserId,
    pub name: String,
    pub is_viewer: bool,
    pub source: HoursSource,
    /// "Mon – Fri 09:00 – 17:00", "Sat 10:00 – 12:00".
    pub week: Vec<String>,
    pub is_by_name: bool,
    /// For those who may change them.
    pub form: Option<SaveHours>,
}

/// Where somebody's hours come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum HoursSource {
    Own,
    /// Nobody has hours, so those of a usual week count for technicians.
    Usual,
    /// Clients cannot ask for them.
    None,
}

/// Days in a row that are alike.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExceptionRow {
    /// Of the first, for the element; and of all, for the form.
    pub id: String,
    pub ids: String,
    /// Whose; nothing for everybody's.
    pub who: Option<String>,
    pub when: String,
    pub is_available: bool,
    pub reason: Option<String>,
    pub may_change: bool,
}

/// What holds for services.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BookingRules {
    pub services: Vec<ServiceRules>,
    pub limits: SaveLimits,
    pub may_change: bool,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ServiceRules {
    pub service_id: ServiceId,
    pub name: String,
    pub is_offered: bool,
    pub minutes: u32,
    pub notice_hours: u32,
    pub advance_days: u32,
    pub per_day: Option<u32>,
    pub form: SaveServiceRules,
}
