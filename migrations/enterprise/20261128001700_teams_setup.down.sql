DROP TABLE teams_diagnoses;
ALTER TABLE teams_integrations DROP COLUMN second_mailbox_upn;
ALTER TABLE teams_integrations DROP COLUMN organizer_display_name;
