//! Which records are one thing: an interaction, a schedule entry and a request for an appointment, joined by their ids.

use domain::{InteractionId, RequestId, ScheduleEntryId};

use super::TenantTx;
use crate::error::Result;

/// The ids of what belongs together, as far as they are known.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Links {
    pub interaction: Option<InteractionId>,
    pub entry: Option<ScheduleEntryId>,
    pub request: Option<RequestId>,
}

impl Links {
    /// Takes over what is not known yet.
    fn add(&mut self, other: &Self) {
        self.interaction = self.interaction.or(other.interaction);
        self.entry = self.entry.or(other.entry);
        self.request = self.request.or(other.request);
    }

    /// Whether these name nothing that the others do not.
    pub fn are_among(&self, others: &Self) -> bool {
        (self.interaction.is_none() || self.interaction == others.interaction)
            && (self.entry.is_none() || self.entry == others.entry)
            && (self.request.is_none() || self.request == others.request)
    }
}

/// Everything that belongs to what is known, whether or not the rows are there. Of several meetings the latest counts.
pub async fn find(tx: &mut TenantTx, mut known: Links) -> Result<Links> {
    // Three kinds of records: what the second names is named by the third look at the latest.
    for _ in 0..3 {
        let before = known;
        for link in neighbours(tx, known).await? {
            known.add(&link);
        }
        if known == before {
            break;
        }
    }
    Ok(known)
}

/// What is named by the records that name one of these. An entry for work on an interaction is one with it only if it is at the same
/// time.
async fn neighbours(tx: &mut TenantTx, known: Links) -> Result<Vec<Links>> {
    let tenant = tx.tenant();
    let rows = sqlx::query!(
        r#"SELECT l.interaction AS "interaction: InteractionId", l.entry AS "entry: ScheduleEntryId", l.request AS "request: RequestId"
             FROM (SELECT 1 AS rank, m.created_at, m.interaction_id AS interaction, m.schedule_entry_id AS entry,
                          m.appointment_request_id AS request
                     FROM online_meetings m
                    WHERE m.tenant = $1
                      AND (m.interaction_id = $2 OR m.schedule_entry_id = $3 OR m.appointment_request_id = $4)
                    UNION ALL
                   SELECT 2, r.created_at, NULL, r.schedule_entry_id, r.appointment_request_id
                     FROM appointment_requests r
                    WHERE r.tenant = $1 AND (r.appointment_request_id = $4 OR r.schedule_entry_id = $3)
                    UNION ALL
                   SELECT 3, e.created_at, NULL, e.entry_id, e.work_item_id
                     FROM schedule_entries e
                    WHERE e.tenant = $1 AND e.work_item_type = 'appointment_request'
                      AND (e.entry_id = $3 OR e.work_item_id = $4)
                    UNION ALL
                   SELECT 4, e.created_at, e.work_item_id, e.entry_id, NULL
                     FROM schedule_entries e
                     JOIN interactions i ON i.tenant = $1 AND i.interaction_id = e.work_item_id
                      AND coalesce(i.start_time, i.interaction_date) = e.scheduled_start
                    WHERE e.tenant = $1 AND e.work_item_type = 'interaction'
                      AND (e.entry_id = $3 OR e.work_item_id = $2)) l
            ORDER BY l.rank, l.created_at DESC, l.entry"#,
        tenant,
        known.interaction.map(|id| id.0),
        known.entry.map(|id| id.0),
        known.request.map(|id| id.0),
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| Links {
            interaction: row.interaction,
            entry: row.entry,
            request: row.request,
        })
        .collect())
}
