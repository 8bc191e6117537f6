DROP TABLE process_marks;
DROP TABLE webhook_counts;
DROP TABLE teams_notification_counts;
DROP TABLE teams_notifications;
DROP TABLE teams_subscription_routes;
DROP TABLE teams_subscriptions_to_end;
DROP TABLE teams_subscriptions;
ALTER TABLE teams_integrations DROP COLUMN subscribe_tenant_wide;
