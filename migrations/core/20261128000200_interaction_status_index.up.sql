-- Whether a status is used, and by how many: asked by the settings page, and by the foreign key when one is deleted.
CREATE INDEX interactions_status_idx ON interactions (tenant, status_id);
