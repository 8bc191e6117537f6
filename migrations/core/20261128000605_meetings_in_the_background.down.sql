DROP INDEX online_meetings_cancel_pending_idx;
ALTER TABLE online_meetings
    DROP COLUMN record_automatically,
    DROP COLUMN recording_trouble;
