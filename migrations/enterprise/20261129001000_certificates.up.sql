-- By what an app registration proves that it is itself. What lies among the tenant's secrets under `client_secret_ref` is a client secret, or
-- a certificate with its private key; then the rest says what people know the certificate by.
ALTER TABLE microsoft_profiles
    ADD COLUMN uses_certificate     boolean NOT NULL DEFAULT false,
    ADD COLUMN certificate_subject  text,
    ADD COLUMN certificate_sha1     text,
    ADD COLUMN certificate_sha256   text,
    ADD COLUMN certificate_expires  timestamptz;
