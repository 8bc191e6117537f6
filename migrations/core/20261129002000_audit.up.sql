-- Who changed settings, and who read, saved or deleted what was captured of a meeting. Rows are added and never changed. What they are
-- about may be gone by the time they are read, so they keep the names as they were, and have no foreign keys.
CREATE TABLE audit_entries (
    tenant         uuid NOT NULL,
    entry_id       uuid NOT NULL,
    at             timestamptz NOT NULL,
    user_id        uuid NOT NULL,
    -- 'internal' or 'client', as in users.
    user_type      text NOT NULL,
    user_name      text NOT NULL,
    user_email     text NOT NULL,
    kind           text NOT NULL,
    interaction_id uuid,
    -- The artifact, document, person, type or status.
    subject_id     uuid,
    subject        text,
    -- Which fields were changed and which roles given or taken. Never values of secrets.
    details        jsonb,
    CONSTRAINT audit_entries_pkey PRIMARY KEY (tenant, entry_id)
);
CREATE INDEX audit_entries_at_idx ON audit_entries (tenant, at DESC, entry_id DESC);
CREATE INDEX audit_entries_interaction_idx ON audit_entries (tenant, interaction_id, at DESC, entry_id DESC)
    WHERE interaction_id IS NOT NULL;

DO $$
BEGIN
    IF EXISTS (SELECT 1 FROM pg_extension WHERE extname = 'citus') THEN
        PERFORM set_config('citus.multi_shard_modify_mode', 'sequential', true);
        PERFORM create_distributed_table('audit_entries', 'tenant', colocate_with => 'tenants');
    END IF;
END
$$;
