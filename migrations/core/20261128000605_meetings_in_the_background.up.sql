-- Whether Teams was told to record a meeting by itself, and the reason if it would not be told.
ALTER TABLE online_meetings
    ADD COLUMN record_automatically boolean,
    ADD COLUMN recording_trouble text;
-- Cancellations that the existing product has left behind are looked for in all tenants, so the tenant does not lead.
CREATE INDEX online_meetings_cancel_pending_idx ON online_meetings (meeting_id) WHERE status = 'cancel_pending';
