DROP TABLE meeting_operations;
