//! The two subscriptions of each tenant at Microsoft: what they are made of, who sees to them, and what came of it. Their ids and their expiry
//! stand on `teams_integrations`.

pub mod ending;
pub mod routes;

use chrono::{DateTime, Utc};
use domain::{ArtifactKind, ProfileId, SubscriptionTrouble, TenantId};
use uuid::Uuid;

use super::{TenantTx, tx::SystemTx};
use crate::error::{Result, ensure_rows};

/// A subscription that the caller sees to.
#[derive(Clone, Debug)]
pub struct Plan {
    pub kind: ArtifactKind,
    /// Tells this caller from every other.
    pub lease: Uuid,
    /// What the present one is made of; nothing if there is none of ours.
    pub made: Option<Made>,
    /// Microsoft's id of it; nothing if it is not known whether it was made.
    pub subscription_id: Option<String>,
    pub expires: Option<DateTime<Utc>>,
    /// How often it has failed in a row.
    pub attempts: u32,
    pub renewed: Option<DateTime<Utc>>,
    pub notified: Option<DateTime<Utc>>,
    /// Since when something may have come of which nobody was told.
    pub gap: Option<DateTime<Utc>>,
    /// What the connection to Microsoft is like.
    pub settings: String,
    /// When Microsoft has last said something of it.
    pub told: Option<DateTime<Utc>>,
    pub is_tenant_wide: bool,
}

/// What a subscription is made of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Made {
    pub resource: String,
    pub profile: ProfileId,
    pub url: String,
    /// The certificate for which Microsoft encrypts what it tells of; nothing if it tells ids only.
    pub certificate: Option<String>,
    /// The name of its secret.
    pub secret: String,
}

/// Tenants with a connection whose subscriptions nobody has begun to see to.
pub async fn without(tx: &mut SystemTx, limit: i64) -> Result<Vec<TenantId>> {
    let rows = sqlx::query_scalar!(
        r#"SELECT t.tenant AS "tenant: TenantId" FROM teams_integrations t
            WHERE t.install_status = 'active'
              AND (SELECT count(*) FROM teams_subscriptions s WHERE s.tenant = t.tenant) < 2
            LIMIT $1"#,
        limit
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows)
}

/// Begins to see to a tenant's subscriptions.
pub async fn begin(tx: &mut TenantTx, now: DateTime<Utc>) -> Result<()> {
    let tenant = tx.tenant();
    sqlx::query!(
        "INSERT INTO teams_subscriptions (tenant, artifact_type, next_attempt_at)
         SELECT $1, kind, $2 FROM unnest(ARRAY['recording', 'transcript']) kind
         ON CONFLICT (tenant, artifact_type) DO NOTHING",
        tenant,
        now
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// The subscriptions to be seen to, of all tenants: those that are due, whose connection has changed, or that call another address than ours
/// or with another certificate; and when each was due, by which [`claim`] knows whether somebody else has seen to it meanwhile.
/// Without an address of ours, only those of tenants that shall have none.
pub async fn due(
    tx: &mut SystemTx,
    now: DateTime<Utc>,
    (url, certificate): (Option<&str>, Option<&str>),
    moved_before: DateTime<Utc>,
    limit: i64,
) -> Result<Vec<(TenantId, ArtifactKind, DateTime<Utc>)>> {
    let rows = sqlx::query!(
        r#"SELECT s.tenant, s.artifact_type, s.next_attempt_at
             FROM teams_subscriptions s
             JOIN teams_integrations t ON t.tenant = s.tenant
             LEFT JOIN microsoft_profiles p
                    ON p.tenant = t.tenant AND p.profile_id = t.selected_profile_id AND NOT p.is_archived
            WHERE (s.leased_until IS NULL OR s.leased_until <= $1)
              AND ($2::text IS NOT NULL OR t.install_status <> 'active' AND s.secret_ref IS NOT NULL)
              AND (s.next_attempt_at <= $1
                   OR s.settings IS DISTINCT FROM
                      concat_ws('|', t.install_status, t.default_meeting_organizer_object_id, t.subscribe_tenant_wide, p.profile_id, p.client_id,
                                p.tenant_id, p.client_secret_ref, extract(epoch FROM p.updated_at))
                   OR (s.notification_url <> $2 OR s.notification_url IS NOT NULL AND s.certificate_id IS DISTINCT FROM $3)
                      AND s.attempts = 0 AND coalesce(s.renewed_at, '-infinity') <= $4)
            ORDER BY s.next_attempt_at, s.tenant, s.artifact_type
            LIMIT $5"#,
        now,
        url,
        certificate,
        moved_before,
        limit
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows
        .into_iter()
        .filter_map(|row| {
            let kind = ArtifactKind::find(&row.artifact_type)?;
            Some((TenantId(row.tenant), kind, row.next_attempt_at))
        })
        .collect())
}

/// Takes a subscription to see to that was due then; `None` if somebody else is at it or was faster, or there is none.
pub async fn claim(
    tx: &mut TenantTx,
    kind: ArtifactKind,
    due: DateTime<Utc>,
    lease: Uuid,
    now: DateTime<Utc>,
    until: DateTime<Utc>,
) -> Result<Option<Plan>> {
    let tenant = tx.tenant();
    let claimed = sqlx::query!(
        r#"UPDATE teams_subscriptions SET lease = $3, leased_until = $5
            WHERE tenant = $1 AND artifact_type = $2 AND (leased_until IS NULL OR leased_until <= $4) AND next_attempt_at = $6
           RETURNING resource, profile_id AS "profile_id: ProfileId", notification_url, certificate_id, secret_ref, attempts,
                     renewed_at, notified_at, gap_since, lifecycle_at"#,
        tenant,
        kind.as_str(),
        lease,
        now,
        until,
        due,
    )
    .fetch_optional(tx.conn())
    .await?;
    let Some(row) = claimed else { return Ok(None) };
    let connection = sqlx::query!(
        r#"SELECT concat_ws('|', t.install_status, t.default_meeting_organizer_object_id, t.subscribe_tenant_wide, p.profile_id, p.client_id,
                            p.tenant_id, p.client_secret_ref, extract(epoch FROM p.updated_at)) AS "settings!",
                  t.subscribe_tenant_wide,
                  CASE $2::text WHEN 'recording' THEN t.recordings_subscription_id
                                ELSE t.transcripts_subscription_id END AS subscription_id,
                  CASE $2::text WHEN 'recording' THEN t.recordings_subscription_expires_at
                                ELSE t.transcripts_subscription_expires_at END AS expires
             FROM teams_integrations t
             LEFT JOIN microsoft_profiles p
                    ON p.tenant = t.tenant AND p.profile_id = t.selected_profile_id AND NOT p.is_archived
            WHERE t.tenant = $1"#,
        tenant,
        kind.as_str(),
    )
    .fetch_optional(tx.conn())
    .await?;
    let Some(connection) = connection else { return Ok(None) };
    let made = match (row.resource, row.profile_id, row.notification_url, row.secret_ref) {
        (Some(resource), Some(profile), Some(url), Some(secret)) => Some(Made {
            resource,
            profile,
            url,
            certificate: row.certificate_id,
            secret,
        }),
        _ => None,
    };
    Ok(Some(Plan {
        kind,
        lease,
        // One that was brought along is not ours.
        subscription_id: connection.subscription_id.filter(|_| made.is_some()),
        expires: connection.expires,
        made,
        attempts: u32::try_from(row.attempts).unwrap_or_default(),
        renewed: row.renewed_at,
        notified: row.notified_at,
        gap: row.gap_since,
        settings: connection.settings,
        told: row.lifecycle_at,
        is_tenant_wide: connection.subscribe_tenant_wide,
    }))
}

/// Says that the caller is still at it; `false` if it was lost.
pub async fn extend(tx: &mut TenantTx, kind: ArtifactKind, lease: Uuid, until: DateTime<Utc>) -> Result<bool> {
    let tenant = tx.tenant();
    let result = sqlx::query!(
        "UPDATE teams_subscriptions SET leased_until = $4 WHERE tenant = $1 AND artifact_type = $2 AND lease = $3",
        tenant,
        kind.as_str(),
        lease,
        until
    )
    .execute(tx.conn())
    .await?;
    Ok(result.rows_affected() == 1)
}

/// Writes down what is about to be made, before Microsoft is asked; `false` if it is somebody else's by now.
pub async fn making(tx: &mut TenantTx, plan: &Plan, made: &Made) -> Result<bool> {
    let tenant = tx.tenant();
    let result = sqlx::query!(
        "UPDATE teams_subscriptions SET resource = $4, profile_id = $5, notification_url = $6, certificate_id = $7, secret_ref = $8
          WHERE tenant = $1 AND artifact_type = $2 AND lease = $3",
        tenant,
        plan.kind.as_str(),
        plan.lease,
        made.resource,
        made.profile.0,
        made.url,
        made.certificate,
        made.secret,
    )
    .execute(tx.conn())
    .await?;
    Ok(result.rows_affected() == 1)
}

/// Notes that Microsoft has the subscription until then, and when it is renewed; `false` if it is somebody else's by now. What Microsoft
/// has told of it meanwhile is seen to soon.
pub async fn renewed(
    tx: &mut TenantTx,
    plan: &Plan,
    subscription: (&str, DateTime<Utc>),
    now: DateTime<Utc>,
    next: DateTime<Utc>,
) -> Result<bool> {
    let tenant = tx.tenant();
    let result = sqlx::query!(
        "UPDATE teams_subscriptions
            SET lease = NULL, leased_until = NULL, attempts = 0, renewed_at = $4, refusal = NULL, refused_at = NULL, settings = $6,
                next_attempt_at = CASE WHEN (gap_since, lifecycle_at) IS NOT DISTINCT FROM ($7::timestamptz, $8::timestamptz) THEN $5
                                       ELSE $4::timestamptz + interval '1 minute' END,
                gap_since = CASE WHEN (gap_since, lifecycle_at) IS NOT DISTINCT FROM ($7::timestamptz, $8::timestamptz) THEN NULL
                                 ELSE gap_since END
          WHERE tenant = $1 AND artifact_type = $2 AND lease = $3",
        tenant,
        plan.kind.as_str(),
        plan.lease,
        now,
        next,
        plan.settings,
        plan.gap,
        plan.told,
    )
    .execute(tx.conn())
    .await?;
    set(tx, plan.kind, Some(subscription)).await?;
    Ok(result.rows_affected() == 1)
}

/// Which subscription Microsoft has.
async fn set(tx: &mut TenantTx, kind: ArtifactKind, subscription: Option<(&str, DateTime<Utc>)>) -> Result<()> {
    let tenant = tx.tenant();
    let (id, expires) = subscription.unzip();
    let result = match kind {
        ArtifactKind::Recording => {
            sqlx::query!(
                "UPDATE teams_integrations SET recordings_subscription_id = $2, recordings_subscription_expires_at = $3 WHERE tenant = $1",
                tenant,
                id,
                expires
            )
            .execute(tx.conn())
            .await?
        }
        ArtifactKind::Transcript => {
            sqlx::query!(
                "UPDATE teams_integrations SET transcripts_subscription_id = $2, transcripts_subscription_expires_at = $3 WHERE tenant = $1",
                tenant,
                id,
                expires
            )
            .execute(tx.conn())
            .await?
        }
    };
    ensure_rows(&result, 1)
}

/// Notes that there is no subscription any more, and since when nobody is told; `false` if it is somebody else's by now.
pub async fn lost(tx: &mut TenantTx, plan: &Plan, gap: DateTime<Utc>) -> Result<bool> {
    let tenant = tx.tenant();
    let result = sqlx::query!(
        "UPDATE teams_subscriptions
            SET resource = NULL, profile_id = NULL, notification_url = NULL, certificate_id = NULL, secret_ref = NULL,
                gap_since = least(gap_since, $4)
          WHERE tenant = $1 AND artifact_type = $2 AND lease = $3",
        tenant,
        plan.kind.as_str(),
        plan.lease,
        gap
    )
    .execute(tx.conn())
    .await?;
    set(tx, plan.kind, None).await?;
    Ok(result.rows_affected() == 1)
}

/// Lets go of a subscription that there is not to be, or that nobody can see to now.
pub async fn leave(tx: &mut TenantTx, plan: &Plan, next: DateTime<Utc>) -> Result<()> {
    let tenant = tx.tenant();
    sqlx::query!(
        "UPDATE teams_subscriptions
            SET lease = NULL, leased_until = NULL, next_attempt_at = $4, attempts = 0, refusal = NULL, refused_at = NULL, settings = $5
          WHERE tenant = $1 AND artifact_type = $2 AND lease = $3",
        tenant,
        plan.kind.as_str(),
        plan.lease,
        next,
        plan.settings,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Lets go of a subscription that Microsoft has refused to make or to renew.
pub async fn refused(
    tx: &mut TenantTx,
    plan: &Plan,
    trouble: SubscriptionTrouble,
    gap: Option<DateTime<Utc>>,
    now: DateTime<Utc>,
    next: DateTime<Utc>,
) -> Result<()> {
    let tenant = tx.tenant();
    sqlx::query!(
        "UPDATE teams_subscriptions
            SET lease = NULL, leased_until = NULL, next_attempt_at = $5, attempts = attempts + 1, refusal = $6, refused_at = $4,
                settings = $7, gap_since = coalesce(gap_since, $8)
          WHERE tenant = $1 AND artifact_type = $2 AND lease = $3",
        tenant,
        plan.kind.as_str(),
        plan.lease,
        now,
        next,
        trouble.as_str(),
        plan.settings,
        gap,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Lets go of a subscription after something of ours has failed.
pub async fn put_off(tx: &mut TenantTx, plan: &Plan, next: DateTime<Utc>) -> Result<()> {
    let tenant = tx.tenant();
    sqlx::query!(
        "UPDATE teams_subscriptions
            SET lease = NULL, leased_until = NULL, next_attempt_at = $4, attempts = attempts + 1, settings = $5
          WHERE tenant = $1 AND artifact_type = $2 AND lease = $3",
        tenant,
        plan.kind.as_str(),
        plan.lease,
        next,
        plan.settings,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Notes what Microsoft says of a subscription of ours, which is then renewed at once, but not more often than once a minute.
pub async fn lifecycle(
    tx: &mut TenantTx,
    kind: ArtifactKind,
    subscription_id: &str,
    event: &str,
    now: DateTime<Utc>,
) -> Result<bool> {
    let tenant = tx.tenant();
    let result = sqlx::query!(
        "UPDATE teams_subscriptions s
            SET lifecycle_event = $4, lifecycle_at = $5, gap_since = least(s.gap_since, $5),
                next_attempt_at = least(s.next_attempt_at, greatest($5, s.renewed_at + interval '1 minute'))
          WHERE s.tenant = $1 AND s.artifact_type = $2
            AND EXISTS (SELECT 1 FROM teams_integrations t
                         WHERE t.tenant = $1 AND $3 IN (t.recordings_subscription_id, t.transcripts_subscription_id))",
        tenant,
        kind.as_str(),
        subscription_id,
        event,
        now,
    )
    .execute(tx.conn())
    .await?;
    Ok(result.rows_affected() == 1)
}

/// Notes that nobody may have heard what Microsoft told since then: all are renewed, over some minutes, and what came meanwhile is looked for.
pub async fn unheard(tx: &mut SystemTx, since: DateTime<Utc>, now: DateTime<Utc>) -> Result<()> {
    sqlx::query!(
        "UPDATE teams_subscriptions
            SET gap_since = least(gap_since, $1),
                next_attempt_at = least(next_attempt_at, $2::timestamptz + (('x' || substr(md5(tenant::text), 1, 4))::bit(16)::integer % 300) * interval '1 second')
          WHERE secret_ref IS NOT NULL",
        since,
        now
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// What is known of the two.
pub struct StatusRecord {
    pub artifact_type: String,
    pub subscription_id: Option<String>,
    pub expires: Option<DateTime<Utc>>,
    pub refusal: Option<String>,
    pub renewed: Option<DateTime<Utc>>,
    pub next: DateTime<Utc>,
    pub notified: Option<DateTime<Utc>>,
}

pub async fn status(tx: &mut TenantTx) -> Result<Vec<StatusRecord>> {
    let tenant = tx.tenant();
    let rows = sqlx::query_as!(
        StatusRecord,
        r#"SELECT s.artifact_type,
                  CASE s.artifact_type WHEN 'recording' THEN t.recordings_subscription_id
                                       ELSE t.transcripts_subscription_id END AS subscription_id,
                  CASE s.artifact_type WHEN 'recording' THEN t.recordings_subscription_expires_at
                                       ELSE t.transcripts_subscription_expires_at END AS expires,
                  s.refusal, s.renewed_at AS renewed, s.next_attempt_at AS next, s.notified_at AS notified
             FROM teams_subscriptions s
             JOIN teams_integrations t ON t.tenant = s.tenant
            WHERE s.tenant = $1 AND coalesce(s.secret_ref, s.refusal) IS NOT NULL"#,
        tenant
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows)
}

/// Whether the tenant's subscriptions are about all organizers of the Microsoft tenant.
pub async fn is_tenant_wide(tx: &mut TenantTx) -> Result<bool> {
    let tenant = tx.tenant();
    let wide = sqlx::query_scalar!(
        "SELECT subscribe_tenant_wide FROM teams_integrations WHERE tenant = $1",
        tenant
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(wide.unwrap_or(false))
}
