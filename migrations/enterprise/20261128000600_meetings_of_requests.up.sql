-- The request that an operation is about. While a meeting is being made for a request, nobody else makes one for it.
ALTER TABLE meeting_operations ADD COLUMN appointment_request_id uuid;
CREATE UNIQUE INDEX meeting_operations_request_uk
    ON meeting_operations (tenant, appointment_request_id) WHERE state = 'started';
