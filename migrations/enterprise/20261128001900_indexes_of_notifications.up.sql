-- What is due of all tenants is looked for every second; so is, for each batch of notifications, which meetings of a tenant Microsoft may know
-- under an id that was not asked for yet.
CREATE INDEX teams_notifications_waiting_idx ON teams_notifications (next_attempt_at) WHERE handled_at IS NULL;
CREATE INDEX online_meetings_nameless_idx ON online_meetings (tenant, end_time) WHERE provider_meeting_id IS NULL;
