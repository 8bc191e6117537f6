-- Which appointment request a mail tells about, and to whom it goes, so that it can be listed there. Such mails are kept as long as the
-- request; their text goes when they are settled, as with any other.
ALTER TABLE outgoing_mails
    ADD COLUMN appointment_request_id uuid,
    ADD COLUMN recipient text;
CREATE INDEX outgoing_mails_request_idx ON outgoing_mails (tenant, appointment_request_id) WHERE appointment_request_id IS NOT NULL;
