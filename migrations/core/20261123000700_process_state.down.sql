DROP TABLE rate_limits;
DROP TABLE web_sessions;
