DROP INDEX online_meetings_wished_idx;
ALTER TABLE online_meetings
    DROP COLUMN wished_start,
    DROP COLUMN wish_note,
    DROP COLUMN wished_by_user_id,
    DROP COLUMN cancelled_by_user_id,
    DROP COLUMN cancel_reason;
