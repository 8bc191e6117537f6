use reqwest::Method;
use serde::{Deserialize, Deserializer};

use crate::{
    GraphError, GraphSession,
    transport::{Call, Effect},
    urls,
};

const TEAMS: &str = "teamsForBusiness";

/// A user's default calendar, as far as meetings go.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Calendar {
    pub id: String,
    /// Microsoft's names, such as `teamsForBusiness`. Empty when it told none.
    #[serde(default, deserialize_with = "or_none")]
    pub allowed_online_meeting_providers: Vec<String>,
    pub default_online_meeting_provider: Option<String>,
}

fn or_none<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<String>, D::Error> {
    Ok(Option::deserialize(deserializer)?.unwrap_or_default())
}

impl Calendar {
    /// Whether events here can be Teams meetings. If not, Microsoft creates them without a meeting and reports success.
    pub fn teams_allowed(&self) -> bool {
        let mut providers = self
            .allowed_online_meeting_providers
            .iter()
            .chain(&self.default_online_meeting_provider);
        providers.any(|provider| provider.eq_ignore_ascii_case(TEAMS))
    }
}

impl GraphSession {
    /// Reads the user's calendar, by user principal name or object id (Graph docs: "Get calendar", `calendar-get`). A probe
    /// without effect: of the organizer's mailbox, which must answer, and of one that must refuse.
    ///
    /// A mailbox out of the app's scope is [`crate::Forbidden::MailboxScope`] or, under a legacy policy,
    /// [`crate::Forbidden::AccessPolicyDenied`]; a user without mailbox is [`crate::ErrorKind::NotFound`]. Retried on 429,
    /// 5xx and lost connections: it only reads.
    pub async fn calendar(&self, user: &str) -> Result<Calendar, GraphError> {
        const CALL: &str = "get-calendar";
        let mut url = urls::resource(&self.client.endpoints.graph, CALL, &["users", user, "calendar"])?;
        let select = "id,allowedOnlineMeetingProviders,defaultOnlineMeetingProvider";
        urls::set_query(&mut url, &[("$select", select)]);
        let call = Call::new(CALL, Method::GET, url, Effect::Read)
            .mailbox(user)
            .immutable_ids();
        self.send(&call).await?.json()
    }
}
