-- Who was invited to a meeting that Minuted made: so that those who are about to move or cancel it know whom it concerns. Meetings
-- from elsewhere have no rows here; who is invited to them only Microsoft knows.
CREATE TABLE online_meeting_attendees (
    tenant     uuid NOT NULL,
    meeting_id uuid NOT NULL,
    address    text NOT NULL,
    name       text,
    CONSTRAINT online_meeting_attendees_pk PRIMARY KEY (tenant, meeting_id, address)
);

DO $$
BEGIN
    IF EXISTS (SELECT 1 FROM pg_extension WHERE extname = 'citus') THEN
        PERFORM set_config('citus.multi_shard_modify_mode', 'sequential', true);
        PERFORM create_distributed_table('online_meeting_attendees', 'tenant', colocate_with => 'tenants');
    END IF;
END
$$;
