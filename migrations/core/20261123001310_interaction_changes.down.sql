DROP TABLE interaction_events;
ALTER TABLE interactions DROP COLUMN updated_by, DROP COLUMN updated_at;
