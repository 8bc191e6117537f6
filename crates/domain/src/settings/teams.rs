//! How a tenant uses Teams.

use serde::{Deserialize, Serialize};

use crate::{MeetingCapability, StrandedChange};

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TeamsPage {
    pub meetings: MeetingCapability,
    /// Teams records meetings by itself unless somebody decides otherwise for one of them.
    pub records: bool,
    pub may_change: bool,
    /// What Microsoft has not accepted although here it is done.
    pub stranded: Vec<StrandedChange>,
}
