-- Those that wait for an answer are few.
CREATE INDEX appointment_requests_wished_idx ON appointment_requests (tenant, wished_start) WHERE wished_start IS NOT NULL;
