DROP INDEX interactions_status_idx;
