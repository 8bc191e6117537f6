ALTER TABLE teams_integrations DROP COLUMN record_automatically;
