-- How a tenant reaches Microsoft: app registrations and the Teams integration.

-- client_id and tenant_id are Microsoft's (the app and the Entra tenant); client_secret_ref is the
-- name of a row in tenant_secrets, never the secret.
CREATE TABLE microsoft_profiles (
    tenant                         uuid NOT NULL,
    profile_id                     uuid NOT NULL DEFAULT gen_random_uuid(),
    display_name                   text NOT NULL,
    display_name_normalized        text NOT NULL,
    client_id                      text NOT NULL DEFAULT '',
    tenant_id                      text NOT NULL DEFAULT 'common',
    client_secret_ref              text NOT NULL,
    is_default                     boolean NOT NULL DEFAULT false,
    is_archived                    boolean NOT NULL DEFAULT false,
    archived_at                    timestamptz,
    created_by                     uuid,
    updated_by                     uuid,
    created_at                     timestamptz NOT NULL DEFAULT now(),
    updated_at                     timestamptz NOT NULL DEFAULT now(),
    capabilities                   jsonb NOT NULL DEFAULT '["msp_sso", "email", "calendar", "teams"]',
    email_admin_consent_required   boolean NOT NULL DEFAULT false,
    email_admin_consent_granted_at timestamptz,
    email_admin_consent_tenant_id  text,
    CONSTRAINT microsoft_profiles_pkey PRIMARY KEY (tenant, profile_id),
    CONSTRAINT microsoft_profiles_tenant_foreign FOREIGN KEY (tenant) REFERENCES tenants (tenant)
);
CREATE INDEX microsoft_profiles_tenant_active_idx
    ON microsoft_profiles (tenant, is_archived, is_default, display_name);
CREATE UNIQUE INDEX microsoft_profiles_tenant_default_active_uniq
    ON microsoft_profiles (tenant, is_default) WHERE is_default = true AND is_archived = false;
CREATE UNIQUE INDEX microsoft_profiles_tenant_display_name_active_uniq
    ON microsoft_profiles (tenant, display_name_normalized) WHERE is_archived = false;

-- send_meeting_invites is off by default, unlike in the peer: an approval must not mail outsiders
-- unless the tenant says so.
CREATE TABLE teams_integrations (
    tenant                              uuid NOT NULL,
    selected_profile_id                 uuid,
    install_status                      text NOT NULL DEFAULT 'not_configured',
    enabled_capabilities                jsonb NOT NULL DEFAULT '[]',
    notification_categories             jsonb NOT NULL DEFAULT '[]',
    allowed_actions                     jsonb NOT NULL DEFAULT '[]',
    last_error                          text,
    created_by                          uuid,
    updated_by                          uuid,
    created_at                          timestamptz NOT NULL DEFAULT now(),
    updated_at                          timestamptz NOT NULL DEFAULT now(),
    app_id                              text,
    bot_id                              text,
    package_metadata                    jsonb,
    default_meeting_organizer_upn       text,
    default_meeting_organizer_object_id text,
    download_recordings                 boolean NOT NULL DEFAULT false,
    expose_recordings_in_portal         boolean NOT NULL DEFAULT false,
    recordings_subscription_id          text,
    recordings_subscription_expires_at  timestamptz,
    transcripts_subscription_id         text,
    transcripts_subscription_expires_at timestamptz,
    meeting_artifact_webhook_secret     text,
    send_meeting_invites                boolean NOT NULL DEFAULT false,
    notification_channels               jsonb,
    CONSTRAINT teams_integrations_pkey PRIMARY KEY (tenant),
    CONSTRAINT teams_integrations_install_status_check
        CHECK (install_status IN ('not_configured', 'install_pending', 'active', 'error')),
    CONSTRAINT teams_integrations_tenant_foreign FOREIGN KEY (tenant) REFERENCES tenants (tenant),
    CONSTRAINT teams_integrations_tenant_selected_profile_id_foreign
        FOREIGN KEY (tenant, selected_profile_id) REFERENCES microsoft_profiles (tenant, profile_id)
);
CREATE INDEX teams_integrations_selected_profile_idx ON teams_integrations (tenant, selected_profile_id);

DO $$
BEGIN
    IF EXISTS (SELECT 1 FROM pg_extension WHERE extname = 'citus') THEN
        PERFORM set_config('citus.multi_shard_modify_mode', 'sequential', true);
        PERFORM create_distributed_table('microsoft_profiles', 'tenant', colocate_with => 'tenants');
        PERFORM create_distributed_table('teams_integrations', 'tenant', colocate_with => 'tenants');
    END IF;
END
$$;
