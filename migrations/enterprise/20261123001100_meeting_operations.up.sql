-- What is about to be done at Microsoft, written before the call, so that a killed process leaves
-- neither an event without a record nor a record without its event: an unfinished operation is
-- read back by operation_id (which Microsoft knows as transactionId) and finished or undone.
-- meeting_id and interaction_id are chosen in advance, payload holds all that finishing needs, and
-- the organizer is a copy, because the tenant's setting may change in between. No foreign keys:
-- the meeting and the interaction do not exist yet.
CREATE TABLE meeting_operations (
    tenant            uuid NOT NULL,
    operation_id      uuid NOT NULL,
    kind              text NOT NULL,
    state             text NOT NULL,
    meeting_id        uuid NOT NULL,
    interaction_id    uuid NOT NULL,
    idempotency_key   uuid NOT NULL,
    payload           jsonb NOT NULL,
    profile_id        uuid NOT NULL,
    organizer_upn     text NOT NULL,
    organizer_user_id text NOT NULL,
    provider_event_id text,
    start_time        timestamptz NOT NULL,
    end_time          timestamptz NOT NULL,
    attempts          integer NOT NULL DEFAULT 0,
    leased_until      timestamptz,
    next_attempt_at   timestamptz NOT NULL,
    last_error        text,
    created_by        uuid NOT NULL,
    created_at        timestamptz NOT NULL DEFAULT now(),
    updated_at        timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT meeting_operations_pk PRIMARY KEY (tenant, operation_id),
    CONSTRAINT meeting_operations_kind_check CHECK (kind IN ('create')),
    CONSTRAINT meeting_operations_state_check CHECK (state IN ('started', 'done', 'abandoning', 'undone')),
    -- The same as on online_meetings, so that no event is made whose record would be refused.
    CONSTRAINT meeting_operations_time_order_check CHECK (end_time >= start_time),
    CONSTRAINT meeting_operations_attempts_nonnegative_check CHECK (attempts >= 0)
);
-- A repeated post finds its operation; after one that was undone the same form may be sent again.
CREATE UNIQUE INDEX meeting_operations_idempotency_key_uk
    ON meeting_operations (tenant, created_by, idempotency_key) WHERE state IN ('started', 'done');
-- The sweep goes over all tenants, so the tenant does not lead here.
CREATE INDEX meeting_operations_sweep_idx
    ON meeting_operations (state, next_attempt_at) WHERE state IN ('started', 'abandoning');

DO $$
BEGIN
    IF EXISTS (SELECT 1 FROM pg_extension WHERE extname = 'citus') THEN
        PERFORM set_config('citus.multi_shard_modify_mode', 'sequential', true);
        PERFORM create_distributed_table('meeting_operations', 'tenant', colocate_with => 'tenants');
    END IF;
END
$$;
