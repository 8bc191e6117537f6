-- What clients want of a meeting that staff have made with them, and who has cancelled one.

ALTER TABLE online_meetings
    -- Another time that a client would like; until somebody moves or cancels the meeting, or decides to keep its time.
    ADD COLUMN wished_start timestamptz,
    ADD COLUMN wish_note text,
    ADD COLUMN wished_by_user_id uuid,
    -- Who has cancelled it, whichever side, and what was told of it.
    ADD COLUMN cancelled_by_user_id uuid,
    ADD COLUMN cancel_reason text;

-- Those that wait for an answer are few.
CREATE INDEX online_meetings_wished_idx ON online_meetings (tenant, wished_start) WHERE wished_start IS NOT NULL;
