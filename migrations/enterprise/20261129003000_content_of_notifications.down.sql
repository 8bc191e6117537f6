ALTER TABLE teams_subscription_routes DROP COLUMN client_id;
ALTER TABLE teams_subscriptions DROP COLUMN certificate_id;
