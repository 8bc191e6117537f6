ALTER TABLE online_meetings DROP COLUMN ways_in;
