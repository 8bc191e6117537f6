-- The list of requests is read by status, in the order of the wall clocks that were asked for.
CREATE INDEX appointment_requests_status_date_idx
    ON appointment_requests (tenant, status, requested_date, requested_time, appointment_request_id);
