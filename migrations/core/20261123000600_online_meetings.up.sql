-- Meetings and what was captured of them. Both editions have them: an imported meeting shows its
-- join link in the community edition too. No foreign keys, as in the peer: code removes the rows.

-- provider_meeting_id and join_url are null on a meeting whose creation failed.
CREATE TABLE online_meetings (
    tenant                   uuid NOT NULL,
    meeting_id               uuid NOT NULL DEFAULT gen_random_uuid(),
    provider                 text NOT NULL DEFAULT 'teams',
    provider_meeting_id      text,
    provider_event_id        text,
    organizer_upn            text,
    organizer_user_id        text,
    subject                  text NOT NULL,
    join_url                 text,
    start_time               timestamptz NOT NULL,
    end_time                 timestamptz NOT NULL,
    status                   text NOT NULL DEFAULT 'scheduled',
    recording_fetch_attempts integer NOT NULL DEFAULT 0,
    last_fetch_at            timestamptz,
    appointment_request_id   uuid,
    interaction_id           uuid,
    schedule_entry_id        uuid,
    created_by               uuid,
    created_at               timestamptz NOT NULL DEFAULT now(),
    updated_at               timestamptz NOT NULL DEFAULT now(),
    error_code               text,
    CONSTRAINT online_meetings_pk PRIMARY KEY (tenant, meeting_id),
    CONSTRAINT online_meetings_provider_meeting_uk UNIQUE (tenant, provider, provider_meeting_id),
    CONSTRAINT online_meetings_status_check CHECK (status IN
        ('scheduled', 'ended', 'recording_pending', 'recording_ready', 'no_recording',
         'cancel_pending', 'cancelled', 'failed')),
    CONSTRAINT online_meetings_time_order_check CHECK (end_time >= start_time),
    CONSTRAINT online_meetings_fetch_attempts_nonnegative_check CHECK (recording_fetch_attempts >= 0)
);
CREATE INDEX online_meetings_interaction_idx ON online_meetings (tenant, interaction_id);
CREATE INDEX online_meetings_appointment_request_idx ON online_meetings (tenant, appointment_request_id);
CREATE INDEX online_meetings_schedule_entry_idx ON online_meetings (tenant, schedule_entry_id);
CREATE INDEX online_meetings_status_end_time_idx ON online_meetings (tenant, status, end_time);

CREATE TABLE online_meeting_artifacts (
    tenant               uuid NOT NULL,
    artifact_id          uuid NOT NULL DEFAULT gen_random_uuid(),
    meeting_id           uuid NOT NULL,
    artifact_type        text NOT NULL,
    provider_artifact_id text NOT NULL,
    content_url          text,
    document_id          uuid,
    file_id              uuid,
    created_date_time    timestamptz,
    created_at           timestamptz NOT NULL DEFAULT now(),
    updated_at           timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT online_meeting_artifacts_pk PRIMARY KEY (tenant, artifact_id),
    CONSTRAINT online_meeting_artifacts_meeting_type_provider_uk
        UNIQUE (tenant, meeting_id, artifact_type, provider_artifact_id),
    CONSTRAINT online_meeting_artifacts_type_check CHECK (artifact_type IN ('recording', 'transcript'))
);
CREATE INDEX online_meeting_artifacts_meeting_idx ON online_meeting_artifacts (tenant, meeting_id);

DO $$
BEGIN
    IF EXISTS (SELECT 1 FROM pg_extension WHERE extname = 'citus') THEN
        PERFORM set_config('citus.multi_shard_modify_mode', 'sequential', true);
        PERFORM create_distributed_table('online_meetings', 'tenant', colocate_with => 'tenants');
        PERFORM create_distributed_table('online_meeting_artifacts', 'tenant', colocate_with => 'tenants');
    END IF;
END
$$;
