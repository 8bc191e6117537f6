-- The system type of meeting records. No display order: as in the peer it is not one of the
-- templates that a tenant imports. Nothing happens where it exists already (an imported database
-- has it under an id of its own), so readers look it up by name, never by this id.
INSERT INTO system_interaction_types (type_id, type_name, icon, display_order)
VALUES ('00000000-0000-4000-8000-000000000106', 'Online Meeting', 'video', NULL)
ON CONFLICT DO NOTHING;
