//! Online meetings in every state.

use chrono::{DateTime, Duration, Utc};
use domain::TenantId;
use serde_json::json;
use uuid::Uuid;

use super::{Client, Recorded, Tenant, id, organizer, staff_id, timeline::working_hour};
use crate::{
    Result,
    store::{self, TenantTx},
};

/// A meeting in every state: days from today, state, subject.
const MEETINGS: [(i64, &str, &str); 12] = [
    (1, "scheduled", "Backup restore test"),
    (3, "scheduled", "Quarterly service review"),
    (8, "scheduled", "Migration kick-off"),
    (6, "cancel_pending", "Office move: network"),
    (5, "cancelled", "Phone system demo"),
    (-1, "ended", "Weekly stand-up"),
    (-1, "recording_pending", "Incident review: mail outage"),
    (-4, "recording_ready", "Security awareness training"),
    (-9, "recording_ready", "Onboarding of the new branch"),
    (-12, "no_recording", "Licence overview"),
    (-15, "cancelled", "Firewall replacement"),
    (-2, "failed", "Remote desktop hand-over"),
];

pub(super) async fn insert(
    tx: &mut TenantTx,
    tenant: &Tenant,
    tenant_id: TenantId,
    clients: &[Client],
    staff: &[Uuid],
    now: DateTime<Utc>,
) -> Result<()> {
    let mut interactions = Vec::new();
    let mut meetings = Vec::new();
    let mut artifacts = Vec::new();
    for (c, client) in clients.iter().enumerate() {
        // All states at the first client, the future ones and a few others elsewhere.
        for (n, (days, state, subject)) in MEETINGS
            .iter()
            .enumerate()
            .filter(|(n, _)| c == 0 || (n + c).is_multiple_of(4))
        {
            let key = format!("meeting/{c}/{n}");
            let interaction_id = id(tenant_id, "interaction", &key);
            let made = *state != "failed";
            let start = working_hour(now, *days, n + c);
            let recorded = tenant
                .recorded
                .iter()
                .find(|recorded| recorded.is(&client.name, subject));
            // Ready is only what the simulator has.
            let state = match (*state, recorded) {
                ("recording_ready", None) => "no_recording",
                (state, _) => state,
            };
            let meeting_id = id(tenant_id, "meeting", &key);
            let provider = provider(tenant, tenant_id, &key, recorded);
            let link = format!("Join Teams Meeting: {}", provider.join_url);
            let contact = recorded
                .and_then(|recorded| client.contacts.iter().find(|(.., email)| *email == recorded.guest))
                .unwrap_or(&client.contacts[n % client.contacts.len()]);
            let host = recorded.map_or(staff[(n + c) % staff.len()], |recorded| {
                staff_id(tenant, tenant_id, recorded.host)
            });
            interactions.push(json!({
                "interaction_id": interaction_id,
                "type_name": "Online Meeting",
                "client_id": client.id,
                "contact_name_id": contact.0,
                "user_id": host,
                "title": format!("Online Meeting: {subject}"),
                "notes": if made { link } else { String::new() },
                "status": match state {
                    "scheduled" => "Planned",
                    "cancelled" | "cancel_pending" | "failed" => "Cancelled",
                    _ => "Completed",
                },
                "start": start,
                "minutes": 30 + 15 * (n % 3),
            }));
            meetings.push(json!({
                "meeting_id": meeting_id,
                "provider_meeting_id": made.then_some(provider.meeting_id),
                "provider_event_id": made.then_some(provider.event_id),
                "subject": subject,
                "join_url": made.then_some(provider.join_url),
                "status": state,
                "error_code": (!made).then_some("graph_server_error"),
                "interaction_id": interaction_id,
            }));
            for artifact in recorded
                .iter()
                .flat_map(|recorded| recorded.artifacts(tenant.organizer_object_id, tenant.entra_tenant))
            {
                artifacts.push(json!({
                    "artifact_id": id(tenant_id, "artifact", &artifact.provider_id),
                    "meeting_id": meeting_id,
                    "artifact_type": artifact.kind,
                    "provider_artifact_id": artifact.provider_id,
                    "created": start + Duration::seconds(artifact.from),
                }));
            }
        }
    }
    store::seed::interactions(tx, &interactions.into()).await?;
    store::seed::meetings(tx, &meetings.into(), organizer(tenant), tenant.organizer_object_id).await?;
    store::seed::artifacts(tx, &artifacts.into()).await
}

/// What Microsoft would have answered; what the simulator answers where it has the meeting.
struct Provider {
    meeting_id: String,
    event_id: String,
    join_url: String,
}

fn provider(tenant: &Tenant, tenant_id: TenantId, key: &str, recorded: Option<&Recorded>) -> Provider {
    let made_up = |kind| id(tenant_id, kind, key).simple().to_string();
    let organizer = tenant.organizer_object_id;
    let (thread, meeting_id, event_id) = match recorded {
        Some(recorded) => (
            recorded.thread.to_owned(),
            recorded.meeting_id(organizer),
            recorded.event_id.to_owned(),
        ),
        None => (
            made_up("thread"),
            format!("MSo{}", made_up("provider-meeting")),
            // Such as Microsoft gives: what is cancelled here is not there any more, rather than a mistake.
            format!("AAkALg{}", made_up("provider-event")),
        ),
    };
    let join_url = format!(
        "https://teams.microsoft.com/l/meetup-join/19%3ameeting_{thread}%40thread.v2/0?context=%7b%22Tid%22%3a%22{}%22%2c%22Oid%22%3a%22{organizer}%22%7d",
        tenant.entra_tenant
    );
    Provider {
        meeting_id,
        event_id,
        join_url,
    }
}
