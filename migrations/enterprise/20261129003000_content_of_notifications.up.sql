-- Notifications that hold the artifact itself: for which certificate Microsoft encrypts it, and the app that its tokens are meant for.
ALTER TABLE teams_subscriptions ADD COLUMN certificate_id text;
ALTER TABLE teams_subscription_routes ADD COLUMN client_id text;
