-- Whether Teams shall record the tenant's meetings by itself unless somebody decides otherwise for one of them.
ALTER TABLE teams_integrations ADD COLUMN record_automatically boolean NOT NULL DEFAULT false;
