DROP TABLE user_recovery_codes;
ALTER TABLE users DROP COLUMN two_factor_last_step;
