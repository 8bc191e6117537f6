-- How a meeting is joined without its link: Teams' meeting id with a passcode, or by telephone. Null where the provider did not say.
ALTER TABLE online_meetings ADD COLUMN ways_in jsonb;
