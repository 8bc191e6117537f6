-- Dropping distributed and reference tables in one transaction needs the same mode as creating them.
DO $$
BEGIN
    IF EXISTS (SELECT 1 FROM pg_extension WHERE extname = 'citus') THEN
        PERFORM set_config('citus.multi_shard_modify_mode', 'sequential', true);
    END IF;
END
$$;

DROP TABLE idempotency_keys;
DROP TABLE interactions;
DROP TABLE statuses;
DROP TABLE interaction_types;
DROP TABLE standard_statuses;
DROP TABLE system_interaction_types;
