DROP TABLE appointment_requests;
DROP TABLE service_catalog;
DROP TABLE schedule_entry_assignees;
DROP TABLE schedule_entries;
