//! How a tenant is connected to Microsoft.

use domain::ProfileId;

use super::TenantTx;
use crate::error::Result;

pub struct ConnectionRecord {
    pub install_status: String,
    pub organizer_upn: Option<String>,
    pub organizer_object_id: Option<String>,
    /// Approved requests invite through Microsoft.
    pub send_meeting_invites: bool,
    pub profile_id: Option<uuid::Uuid>,
    pub entra_tenant: Option<String>,
    pub client_id: Option<String>,
    pub client_secret_ref: Option<String>,
    /// Teams shall record meetings by itself unless somebody decides otherwise.
    pub record_automatically: bool,
}

/// The tenant's integration with the profile that it uses. Archived profiles are not used.
pub async fn connection(tx: &mut TenantTx) -> Result<Option<ConnectionRecord>> {
    let tenant = tx.tenant();
    let row = sqlx::query_as!(
        ConnectionRecord,
        r#"SELECT t.install_status, t.default_meeting_organizer_upn AS organizer_upn,
                  t.default_meeting_organizer_object_id AS organizer_object_id, t.send_meeting_invites,
                  p.profile_id AS "profile_id?", p.tenant_id AS "entra_tenant?", p.client_id AS "client_id?",
                  p.client_secret_ref AS "client_secret_ref?", t.record_automatically
             FROM teams_integrations t
             LEFT JOIN microsoft_profiles p
                    ON p.tenant = t.tenant AND p.profile_id = t.selected_profile_id AND NOT p.is_archived
            WHERE t.tenant = $1"#,
        tenant
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row)
}

/// Whether the tenant shows recordings and transcripts to the clients they are of.
pub async fn shows_recordings_in_portal(tx: &mut TenantTx) -> Result<bool> {
    let tenant = tx.tenant();
    let shows = sqlx::query_scalar!(
        "SELECT expose_recordings_in_portal FROM teams_integrations WHERE tenant = $1",
        tenant
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(shows.unwrap_or(false))
}

pub struct ProfileRecord {
    pub entra_tenant: String,
    pub client_id: String,
    /// The name of the secret, or of the certificate with its private key.
    pub client_secret_ref: String,
    pub uses_certificate: bool,
}

/// A profile by its id, archived or not: what began with it is finished with it.
pub async fn profile(tx: &mut TenantTx, profile_id: ProfileId) -> Result<Option<ProfileRecord>> {
    let tenant = tx.tenant();
    let row = sqlx::query_as!(
        ProfileRecord,
        "SELECT tenant_id AS entra_tenant, client_id, client_secret_ref, uses_certificate
           FROM microsoft_profiles WHERE tenant = $1 AND profile_id = $2",
        tenant,
        profile_id.0
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row)
}

/// Connects a new tenant: for demo data and tests.
pub async fn insert_connection(tx: &mut TenantTx, demo: &crate::seed::DemoTeams) -> Result<()> {
    let tenant = tx.tenant();
    sqlx::query!(
        "INSERT INTO microsoft_profiles (tenant, profile_id, display_name, display_name_normalized, client_id, tenant_id,
                                         client_secret_ref, is_default)
         VALUES ($1, $2, $3, lower($3), $4, $5, $6, true)",
        tenant,
        demo.profile_id.0,
        demo.display_name,
        demo.client_id,
        demo.entra_tenant,
        demo.secret_name(),
    )
    .execute(tx.conn())
    .await?;
    sqlx::query!(
        "INSERT INTO teams_integrations (tenant, selected_profile_id, install_status, default_meeting_organizer_upn,
                                         default_meeting_organizer_object_id)
         VALUES ($1, $2, 'active', $3, $4)",
        tenant,
        demo.profile_id.0,
        demo.organizer_upn,
        demo.organizer_object_id,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}
