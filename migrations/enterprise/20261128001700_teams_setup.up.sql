-- Setting up the connection to Microsoft by the page, and proving that it works.

-- Who Microsoft says that the organizer is, and the mailbox that Microsoft has to refuse when the connection is checked.
ALTER TABLE teams_integrations ADD COLUMN organizer_display_name text;
ALTER TABLE teams_integrations ADD COLUMN second_mailbox_upn text;

-- The last check of a tenant's connection, or the one under way: steps holds what came of each step so far, without secrets. The probe is
-- the meeting that is put into the organizer's calendar for it; it is written before Microsoft is asked, and cleared when it is gone.
CREATE TABLE teams_diagnoses (
    tenant           uuid NOT NULL,
    run              uuid NOT NULL,
    started_by       uuid,
    started_at       timestamptz NOT NULL,
    -- When whoever works on it was last heard of.
    seen_at          timestamptz NOT NULL,
    finished_at      timestamptz,
    steps            jsonb NOT NULL DEFAULT '[]',
    probe_id         uuid,
    probe_start      timestamptz,
    probe_organizer  text,
    probe_profile    uuid,
    CONSTRAINT teams_diagnoses_pkey PRIMARY KEY (tenant),
    CONSTRAINT teams_diagnoses_probe_check CHECK (probe_id IS NULL
        OR (probe_start IS NOT NULL AND probe_organizer IS NOT NULL AND probe_profile IS NOT NULL)),
    CONSTRAINT teams_diagnoses_tenant_foreign FOREIGN KEY (tenant) REFERENCES tenants (tenant)
);
CREATE INDEX teams_diagnoses_probe_idx ON teams_diagnoses (seen_at) WHERE probe_id IS NOT NULL;

DO $$
BEGIN
    IF EXISTS (SELECT 1 FROM pg_extension WHERE extname = 'citus') THEN
        PERFORM set_config('citus.multi_shard_modify_mode', 'sequential', true);
        PERFORM create_distributed_table('teams_diagnoses', 'tenant', colocate_with => 'tenants');
    END IF;
END
$$;
