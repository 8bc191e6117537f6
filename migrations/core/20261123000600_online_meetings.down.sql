DROP TABLE online_meeting_artifacts;
DROP TABLE online_meetings;
