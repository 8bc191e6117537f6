-- What is on the schedule between two moments: what begins shortly before or in between, what takes more than a week, and what recurs.
CREATE INDEX schedule_entries_start_idx ON schedule_entries (tenant, scheduled_start);
CREATE INDEX schedule_entries_long_idx ON schedule_entries (tenant, scheduled_end)
    WHERE scheduled_end - scheduled_start > interval '7 days';
CREATE INDEX schedule_entries_recurring_idx ON schedule_entries (tenant, scheduled_start) WHERE recurrence_pattern IS NOT NULL;
