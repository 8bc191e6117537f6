//! Setting up how a tenant reaches Microsoft.

use chrono::{DateTime, Utc};
use domain::{AppProof, ProfileId, SaveTeamsOptions, TeamsEffect, UserId};
use graph::CertificateFacts;
use uuid::Uuid;

use super::{TenantTx, live};
use crate::error::{Result, ensure_rows};

/// What is set up so far.
#[derive(Clone, Debug, Default)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "settings of the tenant, each independent of the others"
)]
pub struct SetupRecord {
    pub install_status: String,
    pub profile_id: Option<Uuid>,
    pub entra_tenant: Option<String>,
    pub client_id: Option<String>,
    pub client_secret_ref: Option<String>,
    pub secret_saved: Option<DateTime<Utc>>,
    pub uses_certificate: Option<bool>,
    pub certificate_subject: Option<String>,
    pub certificate_sha1: Option<String>,
    pub certificate_sha256: Option<String>,
    pub certificate_expires: Option<DateTime<Utc>>,
    pub organizer_upn: Option<String>,
    pub organizer_object_id: Option<String>,
    pub organizer_name: Option<String>,
    pub invites: bool,
    pub downloads: bool,
    pub tenant_wide: bool,
    pub shows_in_portal: bool,
    pub second_mailbox: Option<String>,
}

impl SetupRecord {
    /// By what the app proves that it is itself.
    pub fn proof(&self) -> AppProof {
        if self.uses_certificate == Some(true) {
            AppProof::Certificate
        } else {
            AppProof::Secret
        }
    }

    /// What people know the certificate by, if there is one.
    pub fn certificate(&self) -> Option<CertificateFacts> {
        Some(CertificateFacts {
            subject: self.certificate_subject.clone()?,
            sha1: self.certificate_sha1.clone()?,
            sha256: self.certificate_sha256.clone()?,
            expires: self.certificate_expires?,
        })
    }
}

/// The tenant's integration with the profile that it uses, complete or not.
pub async fn setup(tx: &mut TenantTx) -> Result<Option<SetupRecord>> {
    let tenant = tx.tenant();
    let row = sqlx::query_as!(
        SetupRecord,
        r#"SELECT t.install_status, p.profile_id AS "profile_id?", p.tenant_id AS "entra_tenant?", p.client_id AS "client_id?",
                  p.client_secret_ref AS "client_secret_ref?", s.updated_at AS "secret_saved?",
                  p.uses_certificate AS "uses_certificate?", p.certificate_subject, p.certificate_sha1, p.certificate_sha256,
                  p.certificate_expires,
                  t.default_meeting_organizer_upn AS organizer_upn,
                  t.default_meeting_organizer_object_id AS organizer_object_id, t.organizer_display_name AS organizer_name,
                  t.send_meeting_invites AS invites, t.download_recordings AS downloads,
                  t.subscribe_tenant_wide AS tenant_wide, t.expose_recordings_in_portal AS shows_in_portal, t.second_mailbox_upn AS second_mailbox
             FROM teams_integrations t
             LEFT JOIN microsoft_profiles p
                    ON p.tenant = t.tenant AND p.profile_id = t.selected_profile_id AND NOT p.is_archived
             LEFT JOIN tenant_secrets s ON s.tenant = t.tenant AND s.name = p.client_secret_ref
            WHERE t.tenant = $1"#,
        tenant
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row)
}

/// Begins an integration that is not set up yet, if there is none.
pub async fn begin(tx: &mut TenantTx, by: UserId, now: DateTime<Utc>) -> Result<()> {
    let tenant = tx.tenant();
    sqlx::query!(
        "INSERT INTO teams_integrations (tenant, install_status, created_by, updated_by, created_at, updated_at)
         VALUES ($1, 'not_configured', $2, $2, $3, $3)
         ON CONFLICT (tenant) DO NOTHING",
        tenant,
        by.0,
        now
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Adds an app registration and uses it from now on. The one used before is archived: what began with it is finished with it. Whoever
/// organized at another Entra tenant is not known here.
pub async fn use_new_profile(
    tx: &mut TenantTx,
    profile: ProfileId,
    (entra_tenant, client_id, secret_ref): (&str, &str, &str),
    forgets_organizer: bool,
    (by, now): (UserId, DateTime<Utc>),
) -> Result<()> {
    let tenant = tx.tenant();
    sqlx::query!(
        "UPDATE microsoft_profiles p SET is_archived = true, is_default = false, archived_at = $2, updated_by = $3, updated_at = $2
           FROM teams_integrations t
          WHERE p.tenant = $1 AND t.tenant = p.tenant AND p.profile_id = t.selected_profile_id AND NOT p.is_archived",
        tenant,
        now,
        by.0
    )
    .execute(tx.conn())
    .await?;
    let has_default = sqlx::query_scalar!(
        r#"SELECT EXISTS (SELECT 1 FROM microsoft_profiles WHERE tenant = $1 AND is_default AND NOT is_archived) AS "has!""#,
        tenant
    )
    .fetch_one(tx.conn())
    .await?;
    let name = format!("Minuted {profile}");
    sqlx::query!(
        "INSERT INTO microsoft_profiles (tenant, profile_id, display_name, display_name_normalized, client_id, tenant_id,
                                         client_secret_ref, created_by, updated_by, created_at, updated_at, is_default)
         VALUES ($1, $2, $3, lower($3), $4, $5, $6, $7, $7, $8, $8, $9)",
        tenant,
        profile.0,
        name,
        client_id,
        entra_tenant,
        secret_ref,
        by.0,
        now,
        !has_default
    )
    .execute(tx.conn())
    .await?;
    let result = sqlx::query!(
        "UPDATE teams_integrations
            SET selected_profile_id = $2, updated_by = $3, updated_at = $4,
                install_status = CASE install_status WHEN 'not_configured' THEN 'install_pending' ELSE install_status END,
                default_meeting_organizer_object_id =
                    CASE WHEN $5 THEN NULL ELSE default_meeting_organizer_object_id END,
                organizer_display_name = CASE WHEN $5 THEN NULL ELSE organizer_display_name END
          WHERE tenant = $1",
        tenant,
        profile.0,
        by.0,
        now,
        forgets_organizer
    )
    .execute(tx.conn())
    .await?;
    ensure_rows(&result, 1)
}

/// Notes by what the app proves from now on that it is itself: by this certificate, or by a secret. What was refused before because of it is
/// tried again.
pub async fn set_proof(
    tx: &mut TenantTx,
    profile: ProfileId,
    certificate: Option<&CertificateFacts>,
    by: UserId,
    now: DateTime<Utc>,
) -> Result<()> {
    let tenant = tx.tenant();
    let result = sqlx::query!(
        "UPDATE microsoft_profiles
            SET uses_certificate = $3, certificate_subject = $4, certificate_sha1 = $5, certificate_sha256 = $6, certificate_expires = $7,
                updated_by = $8, updated_at = $9
          WHERE tenant = $1 AND profile_id = $2",
        tenant,
        profile.0,
        certificate.is_some(),
        certificate.map(|facts| facts.subject.as_str()),
        certificate.map(|facts| facts.sha1.as_str()),
        certificate.map(|facts| facts.sha256.as_str()),
        certificate.map(|facts| facts.expires),
        by.0,
        now
    )
    .execute(tx.conn())
    .await?;
    ensure_rows(&result, 1)
}

/// Who organizes from now on, as Microsoft knows them.
pub struct NewOrganizer<'a> {
    pub upn: &'a str,
    pub object_id: &'a str,
    pub name: Option<&'a str>,
}

pub async fn set_organizer(
    tx: &mut TenantTx,
    organizer: &NewOrganizer<'_>,
    by: UserId,
    now: DateTime<Utc>,
) -> Result<()> {
    let tenant = tx.tenant();
    let result = sqlx::query!(
        "UPDATE teams_integrations
            SET default_meeting_organizer_upn = $2, default_meeting_organizer_object_id = $3, organizer_display_name = $4,
                updated_by = $5, updated_at = $6
          WHERE tenant = $1",
        tenant,
        organizer.upn,
        organizer.object_id,
        organizer.name,
        by.0,
        now
    )
    .execute(tx.conn())
    .await?;
    ensure_rows(&result, 1)
}

pub async fn set_options(tx: &mut TenantTx, options: SaveTeamsOptions, by: UserId, now: DateTime<Utc>) -> Result<()> {
    let tenant = tx.tenant();
    let result = sqlx::query!(
        "UPDATE teams_integrations
            SET record_automatically = $2, send_meeting_invites = $3, download_recordings = $4, subscribe_tenant_wide = $5,
                updated_by = $6, updated_at = $7
          WHERE tenant = $1",
        tenant,
        options.records,
        options.invites,
        options.downloads,
        options.tenant_wide,
        by.0,
        now
    )
    .execute(tx.conn())
    .await?;
    ensure_rows(&result, 1)
}

pub async fn show_in_portal(tx: &mut TenantTx, on: bool, by: UserId, now: DateTime<Utc>) -> Result<()> {
    let tenant = tx.tenant();
    let result = sqlx::query!(
        "UPDATE teams_integrations SET expose_recordings_in_portal = $2, updated_by = $3, updated_at = $4 WHERE tenant = $1",
        tenant,
        on,
        by.0,
        now
    )
    .execute(tx.conn())
    .await?;
    ensure_rows(&result, 1)?;
    live::rights_changed(tx).await
}

pub async fn set_active(tx: &mut TenantTx, on: bool, by: UserId, now: DateTime<Utc>) -> Result<()> {
    let tenant = tx.tenant();
    let status = if on { "active" } else { "install_pending" };
    let result = sqlx::query!(
        "UPDATE teams_integrations SET install_status = $2, last_error = NULL, updated_by = $3, updated_at = $4 WHERE tenant = $1",
        tenant,
        status,
        by.0,
        now
    )
    .execute(tx.conn())
    .await?;
    ensure_rows(&result, 1)
}

/// Remembers the mailbox that Microsoft has to refuse.
pub async fn set_second_mailbox(tx: &mut TenantTx, upn: Option<&str>) -> Result<()> {
    let tenant = tx.tenant();
    let result = sqlx::query!(
        "UPDATE teams_integrations SET second_mailbox_upn = $2 WHERE tenant = $1",
        tenant,
        upn
    )
    .execute(tx.conn())
    .await?;
    ensure_rows(&result, 1)
}

/// How many meetings to come other people organize than the one with this id.
pub async fn staying(tx: &mut TenantTx, organizer_object_id: &str, now: DateTime<Utc>) -> Result<u32> {
    let tenant = tx.tenant();
    let count = sqlx::query_scalar!(
        r#"SELECT count(*) AS "count!" FROM online_meetings
            WHERE tenant = $1 AND status = 'scheduled' AND end_time > $2 AND provider = 'teams'
              AND organizer_user_id IS DISTINCT FROM $3"#,
        tenant,
        now,
        organizer_object_id
    )
    .fetch_one(tx.conn())
    .await?;
    Ok(u32::try_from(count).unwrap_or(u32::MAX))
}

/// How much is recorded, and who would see it; how many meetings are to come.
pub async fn effect(tx: &mut TenantTx, now: DateTime<Utc>) -> Result<TeamsEffect> {
    let tenant = tx.tenant();
    let row = sqlx::query!(
        r#"WITH captured AS (
               SELECT a.artifact_type, i.client_id
                 FROM online_meeting_artifacts a
                 JOIN online_meetings m ON m.tenant = a.tenant AND m.meeting_id = a.meeting_id
                 JOIN interactions i ON i.tenant = m.tenant AND i.interaction_id = m.interaction_id
                WHERE a.tenant = $1 AND a.deleted_at IS NULL AND i.client_id IS NOT NULL)
           SELECT (SELECT count(*) FROM captured WHERE artifact_type = 'recording') AS "recordings!",
                  (SELECT count(*) FROM captured WHERE artifact_type = 'transcript') AS "transcripts!",
                  (SELECT count(DISTINCT client_id) FROM captured) AS "clients!",
                  (SELECT count(*) FROM users u
                     JOIN contacts c ON c.tenant = u.tenant AND c.contact_name_id = u.contact_id
                    WHERE u.tenant = $1 AND u.user_type = 'client' AND NOT coalesce(u.is_inactive, false)
                      AND c.client_id IN (SELECT client_id FROM captured)) AS "portal_users!",
                  (SELECT count(*) FROM online_meetings m
                    WHERE m.tenant = $1 AND m.status = 'scheduled' AND m.end_time > $2) AS "upcoming!""#,
        tenant,
        now
    )
    .fetch_one(tx.conn())
    .await?;
    let count = |rows: i64| u32::try_from(rows).unwrap_or(u32::MAX);
    Ok(TeamsEffect {
        recordings: count(row.recordings),
        transcripts: count(row.transcripts),
        clients: count(row.clients),
        portal_users: count(row.portal_users),
        upcoming: count(row.upcoming),
    })
}
