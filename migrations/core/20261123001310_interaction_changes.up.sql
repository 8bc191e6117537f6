-- Who changed an interaction last, and when: null until somebody does. Two people who edit the same
-- one are told of each other by it.
ALTER TABLE interactions ADD COLUMN updated_at timestamptz, ADD COLUMN updated_by uuid;

-- What happened to interactions, written with the change itself. Whoever carries the events further
-- reads what has no published_at. No foreign key: an event outlives its interaction.
CREATE TABLE interaction_events (
    tenant          uuid NOT NULL,
    event_id        uuid NOT NULL DEFAULT gen_random_uuid(),
    event_type      text NOT NULL,
    interaction_id  uuid NOT NULL,
    idempotency_key text,
    payload         jsonb NOT NULL,
    occurred_at     timestamptz NOT NULL,
    published_at    timestamptz,
    CONSTRAINT interaction_events_pkey PRIMARY KEY (tenant, event_id),
    CONSTRAINT interaction_events_idempotency_key_unique UNIQUE (tenant, idempotency_key),
    CONSTRAINT interaction_events_type_check CHECK (event_type IN
        ('INTERACTION_LOGGED', 'INTERACTION_CREATED', 'INTERACTION_UPDATED', 'INTERACTION_DELETED')),
    CONSTRAINT interaction_events_tenant_foreign FOREIGN KEY (tenant) REFERENCES tenants (tenant)
);
CREATE INDEX interaction_events_unpublished_idx
    ON interaction_events (tenant, occurred_at) WHERE published_at IS NULL;

DO $$
BEGIN
    IF EXISTS (SELECT 1 FROM pg_extension WHERE extname = 'citus') THEN
        PERFORM create_distributed_table('interaction_events', 'tenant', colocate_with => 'tenants');
    END IF;
END
$$;
