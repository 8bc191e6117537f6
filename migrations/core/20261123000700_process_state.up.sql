-- State shared by all processes that belongs to no tenant. It stays on the coordinator under
-- Citus, so there is no Citus block here, and no query may join it with a distributed table.

CREATE TABLE web_sessions (
    id         text NOT NULL,
    data       jsonb NOT NULL,
    expires_at timestamptz NOT NULL,
    CONSTRAINT web_sessions_pkey PRIMARY KEY (id)
);
CREATE INDEX web_sessions_expires_at_idx ON web_sessions (expires_at);

CREATE TABLE rate_limits (
    key               text NOT NULL,
    window_started_at timestamptz NOT NULL,
    count             integer NOT NULL,
    CONSTRAINT rate_limits_pkey PRIMARY KEY (key),
    CONSTRAINT rate_limits_count_nonnegative_check CHECK (count >= 0)
);
