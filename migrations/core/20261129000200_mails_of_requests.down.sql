DROP INDEX outgoing_mails_request_idx;
ALTER TABLE outgoing_mails
    DROP COLUMN recipient,
    DROP COLUMN appointment_request_id;
