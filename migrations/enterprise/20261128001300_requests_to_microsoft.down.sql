ALTER TABLE online_meeting_artifacts DROP COLUMN copy_trouble;
DROP TABLE microsoft_requests;
