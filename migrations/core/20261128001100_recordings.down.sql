ALTER TABLE external_files DROP COLUMN content_sha256;
DROP INDEX online_meeting_artifacts_to_copy_idx;
ALTER TABLE online_meeting_artifacts
    DROP COLUMN content_size,
    DROP COLUMN content_version,
    DROP COLUMN copied_bytes,
    DROP COLUMN copy_lease,
    DROP COLUMN copy_leased_until,
    DROP COLUMN copy_attempts,
    DROP COLUMN next_copy_at;
