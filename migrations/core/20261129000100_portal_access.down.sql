ALTER TABLE online_meetings DROP CONSTRAINT online_meetings_portal_access_check;
ALTER TABLE online_meetings DROP COLUMN portal_access;
