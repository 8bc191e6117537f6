-- The last requests to Microsoft of each tenant, for whoever has to find out why something does not arrive: what was asked, what came of it,
-- and the ids by which Microsoft's support finds it. No addresses, no tokens, nothing of what was sent or answered.
CREATE TABLE microsoft_requests (
    tenant               uuid NOT NULL,
    entry_id             uuid NOT NULL,
    requested_at         timestamptz NOT NULL,
    call                 text NOT NULL,
    outcome              text NOT NULL,
    status               integer,
    code                 text,
    milliseconds         integer NOT NULL,
    microsoft_request_id text,
    client_request_id    uuid,
    CONSTRAINT microsoft_requests_pkey PRIMARY KEY (tenant, entry_id),
    CONSTRAINT microsoft_requests_outcome_check CHECK (outcome IN ('ok', 'refused', 'throttled', 'unavailable', 'timed-out')),
    CONSTRAINT microsoft_requests_tenant_foreign FOREIGN KEY (tenant) REFERENCES tenants (tenant)
);
CREATE INDEX microsoft_requests_time_idx ON microsoft_requests (tenant, requested_at DESC, entry_id);
CREATE INDEX microsoft_requests_old_idx ON microsoft_requests (requested_at);

-- Why the last attempt to copy a recording came to nothing.
ALTER TABLE online_meeting_artifacts ADD COLUMN copy_trouble text;

DO $$
BEGIN
    IF EXISTS (SELECT 1 FROM pg_extension WHERE extname = 'citus') THEN
        PERFORM set_config('citus.multi_shard_modify_mode', 'sequential', true);
        PERFORM create_distributed_table('microsoft_requests', 'tenant', colocate_with => 'tenants');
    END IF;
END
$$;
