-- What is known of a recording's bytes: how many they are, and which (what Microsoft calls this version of them, if it tells).
-- A copy into our own store: how much of it lies safely on the disk of whoever makes it, who that is and until when, how often it
-- failed in a row, and when it is tried again.
ALTER TABLE online_meeting_artifacts
    ADD COLUMN content_size bigint,
    ADD COLUMN content_version text,
    ADD COLUMN copied_bytes bigint,
    ADD COLUMN copy_lease uuid,
    ADD COLUMN copy_leased_until timestamptz,
    ADD COLUMN copy_attempts integer NOT NULL DEFAULT 0,
    ADD COLUMN next_copy_at timestamptz;
CREATE INDEX online_meeting_artifacts_to_copy_idx ON online_meeting_artifacts (tenant, next_copy_at)
    WHERE artifact_type = 'recording' AND file_id IS NULL AND deleted_at IS NULL AND gone_at IS NULL;

-- SHA-256 of a file's bytes, in hexadecimal.
ALTER TABLE external_files ADD COLUMN content_sha256 text;
