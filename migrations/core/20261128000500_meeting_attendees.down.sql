DROP TABLE online_meeting_attendees;
