-- Who of the client sees what was recorded of a meeting, if the tenant shows recordings at all: those whose business it is ('default'),
-- only whoever it is about or was invited ('invited'), or nobody.
ALTER TABLE online_meetings ADD COLUMN portal_access text NOT NULL DEFAULT 'default';
ALTER TABLE online_meetings
    ADD CONSTRAINT online_meetings_portal_access_check CHECK (portal_access IN ('default', 'invited', 'nobody'));
