DROP TABLE teams_integrations;
DROP TABLE microsoft_profiles;
