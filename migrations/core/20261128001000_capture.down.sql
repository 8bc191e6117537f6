DROP INDEX external_files_discard_idx;
ALTER TABLE external_files DROP COLUMN discard_at;
ALTER TABLE online_meeting_artifacts
    DROP COLUMN end_date_time,
    DROP COLUMN content_correlation_id,
    DROP COLUMN gone_at,
    DROP COLUMN deleted_at,
    DROP COLUMN deleted_by;
DROP INDEX online_meetings_unlooked_idx;
DROP INDEX online_meetings_next_fetch_idx;
ALTER TABLE online_meetings
    DROP COLUMN next_fetch_at,
    DROP COLUMN fetch_leased_until,
    DROP COLUMN recordings_trouble,
    DROP COLUMN transcripts_trouble;
