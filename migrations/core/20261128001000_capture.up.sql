-- What is still looked for of a meeting, and why it could not be had. next_fetch_at is null while nothing is to be looked for; one
-- process at a time looks, until its lease runs out.
ALTER TABLE online_meetings
    ADD COLUMN next_fetch_at timestamptz,
    ADD COLUMN fetch_leased_until timestamptz,
    ADD COLUMN recordings_trouble text,
    ADD COLUMN transcripts_trouble text;
-- The sweep goes over all tenants, so the tenant does not lead.
CREATE INDEX online_meetings_next_fetch_idx ON online_meetings (next_fetch_at) WHERE next_fetch_at IS NOT NULL;

-- An artifact that was deleted here keeps its row, lest the next look at Microsoft brings it back: deleted_at. One that Microsoft has
-- deleted is a state, not an absence: gone_at. content_correlation_id is the same for the recording and the transcript of a session.
ALTER TABLE online_meeting_artifacts
    ADD COLUMN end_date_time timestamptz,
    ADD COLUMN content_correlation_id text,
    ADD COLUMN gone_at timestamptz,
    ADD COLUMN deleted_at timestamptz,
    ADD COLUMN deleted_by uuid;

-- Meetings that nobody has begun to look for: those that were brought along. Looked for in all tenants, too.
CREATE INDEX online_meetings_unlooked_idx ON online_meetings (end_time)
    WHERE next_fetch_at IS NULL AND status IN ('scheduled', 'ended', 'recording_pending');

-- From when on a file is to be removed, and its row with it: set before a file is written, so that one whose writer died is found, and when
-- what it belonged to is deleted. (The peer's is_deleted leaves files where they are.)
ALTER TABLE external_files ADD COLUMN discard_at timestamptz;
CREATE INDEX external_files_discard_idx ON external_files (discard_at) WHERE discard_at IS NOT NULL;
