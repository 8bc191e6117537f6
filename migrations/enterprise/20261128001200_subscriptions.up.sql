-- Being told by Microsoft of new recordings and transcripts. The ids and the expiry of the two subscriptions are on teams_integrations, where
-- the peer has them; the secrets that tell Microsoft from others are in tenant_secrets (meeting_artifact_webhook_secret stays empty).

-- Whether the subscriptions are about all organizers of the Microsoft tenant instead of the one who organizes.
ALTER TABLE teams_integrations ADD COLUMN subscribe_tenant_wide boolean NOT NULL DEFAULT false;

-- How it stands with each of the two. resource, profile_id, notification_url and secret_ref say what the present one is made of; they are
-- written before Microsoft is asked, so one without an id on teams_integrations may or may not be there. settings is what the connection was
-- like when somebody last saw to it. gap_since: from then on something may have come of which nobody was told.
CREATE TABLE teams_subscriptions (
    tenant           uuid NOT NULL,
    artifact_type    text NOT NULL,
    resource         text,
    profile_id       uuid,
    notification_url text,
    secret_ref       text,
    settings         text,
    next_attempt_at  timestamptz NOT NULL,
    attempts         integer NOT NULL DEFAULT 0,
    lease            uuid,
    leased_until     timestamptz,
    renewed_at       timestamptz,
    refusal          text,
    refused_at       timestamptz,
    notified_at      timestamptz,
    gap_since        timestamptz,
    lifecycle_event  text,
    lifecycle_at     timestamptz,
    created_at       timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT teams_subscriptions_pkey PRIMARY KEY (tenant, artifact_type),
    CONSTRAINT teams_subscriptions_type_check CHECK (artifact_type IN ('recording', 'transcript')),
    CONSTRAINT teams_subscriptions_attempts_nonnegative_check CHECK (attempts >= 0),
    CONSTRAINT teams_subscriptions_tenant_foreign FOREIGN KEY (tenant) REFERENCES tenants (tenant)
);
CREATE INDEX teams_subscriptions_due_idx ON teams_subscriptions (next_attempt_at);

-- Subscriptions that are not wanted any more and are to be removed at Microsoft, or forgotten when they have expired.
CREATE TABLE teams_subscriptions_to_end (
    tenant          uuid NOT NULL,
    subscription_id text NOT NULL,
    profile_id      uuid NOT NULL,
    secret_ref      text NOT NULL,
    expires_at      timestamptz NOT NULL,
    next_attempt_at timestamptz NOT NULL,
    attempts        integer NOT NULL DEFAULT 0,
    CONSTRAINT teams_subscriptions_to_end_pkey PRIMARY KEY (tenant, subscription_id),
    CONSTRAINT teams_subscriptions_to_end_tenant_foreign FOREIGN KEY (tenant) REFERENCES tenants (tenant)
);
CREATE INDEX teams_subscriptions_to_end_due_idx ON teams_subscriptions_to_end (next_attempt_at);

-- Whose a subscription is: all that a notification tells. Stays on the coordinator under Citus; written anew with each renewal, because
-- there it is not written together with the tenant's rows.
CREATE TABLE teams_subscription_routes (
    subscription_id text NOT NULL,
    tenant          uuid NOT NULL,
    artifact_type   text NOT NULL,
    secret_ref      text NOT NULL,
    entra_tenant    text NOT NULL,
    CONSTRAINT teams_subscription_routes_pkey PRIMARY KEY (subscription_id)
);
CREATE INDEX teams_subscription_routes_tenant_idx ON teams_subscription_routes (tenant);

-- What Microsoft has told, once for each artifact. It is stored before it is answered and handled afterwards; outcome says what came of it.
CREATE TABLE teams_notifications (
    tenant               uuid NOT NULL,
    artifact_type        text NOT NULL,
    provider_artifact_id text NOT NULL,
    provider_meeting_id  text NOT NULL,
    organizer_user_id    text,
    subscription_id      text NOT NULL,
    received_at          timestamptz NOT NULL,
    next_attempt_at      timestamptz NOT NULL,
    attempts             integer NOT NULL DEFAULT 0,
    leased_until         timestamptz,
    handled_at           timestamptz,
    outcome              text,
    meeting_id           uuid,
    CONSTRAINT teams_notifications_pkey PRIMARY KEY (tenant, artifact_type, provider_artifact_id),
    CONSTRAINT teams_notifications_type_check CHECK (artifact_type IN ('recording', 'transcript')),
    CONSTRAINT teams_notifications_attempts_nonnegative_check CHECK (attempts >= 0),
    CONSTRAINT teams_notifications_handled_check CHECK ((handled_at IS NULL) = (outcome IS NULL))
);
CREATE INDEX teams_notifications_due_idx ON teams_notifications (tenant, next_attempt_at) WHERE handled_at IS NULL;
CREATE INDEX teams_notifications_handled_idx ON teams_notifications (handled_at) WHERE handled_at IS NOT NULL;

-- How often something came in, by what became of it: of a tenant, and, on the coordinator, what nobody knows the tenant of.
CREATE TABLE teams_notification_counts (
    tenant  uuid NOT NULL,
    outcome text NOT NULL,
    count   bigint NOT NULL,
    last_at timestamptz NOT NULL,
    CONSTRAINT teams_notification_counts_pkey PRIMARY KEY (tenant, outcome)
);
CREATE TABLE webhook_counts (
    outcome text NOT NULL,
    count   bigint NOT NULL,
    last_at timestamptz NOT NULL,
    CONSTRAINT webhook_counts_pkey PRIMARY KEY (outcome)
);

-- When something was last done, by any process. Stays on the coordinator.
CREATE TABLE process_marks (
    name text NOT NULL,
    at   timestamptz NOT NULL,
    CONSTRAINT process_marks_pkey PRIMARY KEY (name)
);

DO $$
BEGIN
    IF EXISTS (SELECT 1 FROM pg_extension WHERE extname = 'citus') THEN
        PERFORM set_config('citus.multi_shard_modify_mode', 'sequential', true);
        PERFORM create_distributed_table('teams_subscriptions', 'tenant', colocate_with => 'tenants');
        PERFORM create_distributed_table('teams_subscriptions_to_end', 'tenant', colocate_with => 'tenants');
        PERFORM create_distributed_table('teams_notifications', 'tenant', colocate_with => 'tenants');
        PERFORM create_distributed_table('teams_notification_counts', 'tenant', colocate_with => 'tenants');
    END IF;
END
$$;
