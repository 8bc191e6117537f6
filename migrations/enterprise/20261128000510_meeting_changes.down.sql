DELETE FROM meeting_operations WHERE kind <> 'create';
DROP INDEX meeting_operations_position_uk;
DROP INDEX meeting_operations_interaction_idx;
DROP INDEX meeting_operations_due_idx;
CREATE INDEX meeting_operations_sweep_idx
    ON meeting_operations (state, next_attempt_at) WHERE state IN ('started', 'abandoning');
ALTER TABLE meeting_operations
    DROP CONSTRAINT meeting_operations_kind_check,
    DROP CONSTRAINT meeting_operations_state_check;
ALTER TABLE meeting_operations
    ADD CONSTRAINT meeting_operations_kind_check CHECK (kind IN ('create')),
    ADD CONSTRAINT meeting_operations_state_check CHECK (state IN ('started', 'done', 'abandoning', 'undone')),
    ALTER COLUMN interaction_id SET NOT NULL,
    ALTER COLUMN idempotency_key SET NOT NULL,
    ALTER COLUMN profile_id SET NOT NULL,
    ALTER COLUMN organizer_upn SET NOT NULL,
    ALTER COLUMN organizer_user_id SET NOT NULL,
    DROP COLUMN provider_meeting_id,
    DROP COLUMN position,
    DROP COLUMN uncertain;
