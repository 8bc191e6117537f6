-- Takes back only the row of the up migration (its id tells it from an imported one), and only
-- while nothing uses it. Separate plain statements, because Citus refuses to change a reference
-- table by a query over distributed ones, and older versions refuse IF EXISTS (SELECT …) over them.
DO $$
DECLARE
    own_type_id CONSTANT uuid := '00000000-0000-4000-8000-000000000106';
BEGIN
    IF EXISTS (SELECT 1 FROM pg_extension WHERE extname = 'citus') THEN
        PERFORM set_config('citus.multi_shard_modify_mode', 'sequential', true);
    END IF;
    PERFORM 1 FROM interactions WHERE type_id = own_type_id LIMIT 1;
    IF FOUND THEN
        RETURN;
    END IF;
    PERFORM 1 FROM interaction_types WHERE system_type_id = own_type_id OR type_id = own_type_id LIMIT 1;
    IF FOUND THEN
        RETURN;
    END IF;
    DELETE FROM system_interaction_types WHERE type_id = own_type_id;
END
$$;
