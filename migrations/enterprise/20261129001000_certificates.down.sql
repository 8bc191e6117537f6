ALTER TABLE microsoft_profiles
    DROP COLUMN certificate_expires,
    DROP COLUMN certificate_sha256,
    DROP COLUMN certificate_sha1,
    DROP COLUMN certificate_subject,
    DROP COLUMN uses_certificate;
