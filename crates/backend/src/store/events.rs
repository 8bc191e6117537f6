//! What happened to interactions, for others to carry on. Each is written in the transaction of the change, from the row as it then is.

use chrono::{DateTime, Utc};
use domain::{InteractionId, UserId};

use super::TenantTx;
use crate::error::{Result, ensure_rows};

/// `INTERACTION_LOGGED` and `INTERACTION_CREATED`: after the row was inserted.
pub async fn added(tx: &mut TenantTx, id: InteractionId, by: UserId, now: DateTime<Utc>) -> Result<()> {
    let tenant = tx.tenant();
    let logged = sqlx::query!(
        r#"INSERT INTO interaction_events (tenant, event_type, interaction_id, idempotency_key, payload, occurred_at)
           SELECT $1, 'INTERACTION_LOGGED', i.interaction_id,
                  'interaction_logged:' || i.interaction_id || ':' || to_char($4 AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
                  jsonb_strip_nulls(jsonb_build_object(
                      'tenantId', i.tenant, 'occurredAt', to_char($4 AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
                      'actorType', 'USER', 'actorUserId', $3::uuid, 'interactionId', i.interaction_id,
                      'clientId', i.client_id, 'contactId', i.contact_name_id,
                      'interactionType', lower(coalesce(own.type_name, system.type_name)),
                      'channel', CASE WHEN coalesce(own.type_name, system.type_name) ILIKE '%email%' THEN 'email'
                                      WHEN coalesce(own.type_name, system.type_name) ILIKE ANY ('{%call%,%phone%}') THEN 'phone'
                                      WHEN coalesce(own.type_name, system.type_name) ILIKE '%meeting%' THEN 'meeting'
                                      WHEN coalesce(own.type_name, system.type_name) ILIKE '%note%' THEN 'note'
                                      ELSE 'other' END,
                      'interactionOccurredAt', to_char(i.interaction_date AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
                      'loggedByUserId', i.user_id, 'subject', i.title, 'outcome', s.name)),
                  $4
             FROM interactions i
             LEFT JOIN interaction_types own ON own.tenant = $1 AND own.type_id = i.type_id
             LEFT JOIN system_interaction_types system ON system.type_id = i.type_id
             LEFT JOIN statuses s ON s.tenant = $1 AND s.status_id = i.status_id
            WHERE i.tenant = $1 AND i.interaction_id = $2"#,
        tenant,
        id.0,
        by.0,
        now,
    )
    .execute(tx.conn())
    .await?;
    ensure_rows(&logged, 1)?;
    let fields = [
        "title",
        "notes",
        "client_id",
        "contact_name_id",
        "ticket_id",
        "opportunity_id",
    ];
    write(tx, "INTERACTION_CREATED", id, &fields, now).await
}

/// `INTERACTION_UPDATED`: after the row was changed.
pub async fn updated(tx: &mut TenantTx, id: InteractionId, fields: &[&str], now: DateTime<Utc>) -> Result<()> {
    write(tx, "INTERACTION_UPDATED", id, fields, now).await
}

/// `INTERACTION_DELETED`: before the row goes.
pub async fn deleted(tx: &mut TenantTx, id: InteractionId, now: DateTime<Utc>) -> Result<()> {
    write(tx, "INTERACTION_DELETED", id, &[], now).await
}

async fn write(tx: &mut TenantTx, kind: &str, id: InteractionId, fields: &[&str], now: DateTime<Utc>) -> Result<()> {
    let tenant = tx.tenant();
    let fields: Vec<String> = fields.iter().map(|&field| field.to_owned()).collect();
    let written = sqlx::query!(
        r#"INSERT INTO interaction_events (tenant, event_type, interaction_id, payload, occurred_at)
           SELECT $1, $3, i.interaction_id,
                  jsonb_strip_nulls(jsonb_build_object(
                      'tenantId', i.tenant, 'interactionId', i.interaction_id, 'clientId', i.client_id,
                      'contactId', i.contact_name_id, 'userId', i.user_id,
                      'changedFields', CASE WHEN cardinality($4::text[]) > 0 THEN to_jsonb($4::text[]) END,
                      'timestamp', to_char($5 AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'))),
                  $5
             FROM interactions i WHERE i.tenant = $1 AND i.interaction_id = $2"#,
        tenant,
        id.0,
        kind,
        &fields,
        now,
    )
    .execute(tx.conn())
    .await?;
    ensure_rows(&written, 1)
}
