-- Besides creations, the changes of meetings that are there: move, retitle, cancel. They begin as waiting; what Microsoft refuses is
-- refused and looked at now and then; what is no longer wanted is withdrawn. A meeting's operations are carried out by position,
-- one at a time. An operation outlives its meeting, so it holds where the event is: no foreign keys.
ALTER TABLE meeting_operations
    DROP CONSTRAINT meeting_operations_kind_check,
    DROP CONSTRAINT meeting_operations_state_check;
ALTER TABLE meeting_operations
    ADD CONSTRAINT meeting_operations_kind_check CHECK (kind IN ('create', 'move', 'retitle', 'cancel')),
    ADD CONSTRAINT meeting_operations_state_check CHECK
        (kind = 'create' AND state IN ('started', 'done', 'abandoning', 'undone')
         OR kind <> 'create' AND state IN ('waiting', 'refused', 'done', 'withdrawn')),
    -- What only a creation has, or only some changes.
    ALTER COLUMN interaction_id DROP NOT NULL,
    ALTER COLUMN idempotency_key DROP NOT NULL,
    ALTER COLUMN profile_id DROP NOT NULL,
    ALTER COLUMN organizer_upn DROP NOT NULL,
    ALTER COLUMN organizer_user_id DROP NOT NULL,
    ADD COLUMN provider_meeting_id text,
    ADD COLUMN position integer NOT NULL DEFAULT 0,
    -- An attempt of it may have been carried out although its answer was lost.
    ADD COLUMN uncertain boolean NOT NULL DEFAULT false;
CREATE UNIQUE INDEX meeting_operations_position_uk ON meeting_operations (tenant, meeting_id, position);
CREATE INDEX meeting_operations_interaction_idx ON meeting_operations (tenant, interaction_id);
CREATE INDEX meeting_operations_due_idx ON meeting_operations (next_attempt_at)
    WHERE state IN ('started', 'abandoning', 'waiting', 'refused');
DROP INDEX meeting_operations_sweep_idx;
