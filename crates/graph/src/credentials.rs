use std::fmt;

use aws_lc_rs::constant_time::verify_slices_are_equal;
use zeroize::Zeroize;

use crate::ClientCertificate;

/// A value that must not be shown: `Debug` prints `***` and there is no `Display`. `==` takes as long for a good guess as for a
/// bad one. What is dropped is overwritten.
#[derive(Clone, Eq)]
pub struct Secret(String);

impl Secret {
    pub fn new(value: impl Into<String>) -> Self {
        Self(value.into())
    }

    /// The value itself, for the one place that sends or encrypts it.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl Drop for Secret {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

impl PartialEq for Secret {
    fn eq(&self, other: &Self) -> bool {
        verify_slices_are_equal(self.0.as_bytes(), other.0.as_bytes()).is_ok()
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

impl From<String> for Secret {
    fn from(value: String) -> Self {
        Self(value)
    }
}

impl From<&str> for Secret {
    fn from(value: &str) -> Self {
        Self(value.to_owned())
    }
}

/// One app registration in one Microsoft Entra tenant.
#[derive(Clone, Debug)]
pub struct Credentials {
    /// A GUID or a verified domain; `common` and `organizations` are wrong for this flow.
    pub tenant_id: String,
    pub client_id: String,
    pub auth: ClientAuth,
}

/// How the app registration proves who it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ClientAuth {
    Secret(Secret),
    Certificate(ClientCertificate),
}

impl Credentials {
    pub fn with_secret(
        tenant_id: impl Into<String>,
        client_id: impl Into<String>,
        client_secret: impl Into<Secret>,
    ) -> Self {
        Self {
            tenant_id: tenant_id.into(),
            client_id: client_id.into(),
            auth: ClientAuth::Secret(client_secret.into()),
        }
    }

    pub fn with_certificate(
        tenant_id: impl Into<String>,
        client_id: impl Into<String>,
        certificate: ClientCertificate,
    ) -> Self {
        Self {
            tenant_id: tenant_id.into(),
            client_id: client_id.into(),
            auth: ClientAuth::Certificate(certificate),
        }
    }
}
