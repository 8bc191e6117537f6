ALTER TABLE appointment_requests
    DROP COLUMN cancelled_by_user_id,
    DROP COLUMN wish_note,
    DROP COLUMN wished_start;
DROP TABLE availability_exceptions;
DROP TABLE availability_settings;
