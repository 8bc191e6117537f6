//! Errors of the use-cases.

use domain::{ErrorCode, Failure};

/// What a use-case answers when it does not succeed.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The caller's to mend: shown as it is.
    #[error(transparent)]
    Failure(#[from] Failure),
    /// Ours: logged, and shown as [`ErrorCode::Internal`].
    #[error("the database failed")]
    Database(#[from] sqlx::Error),
    /// Ours: logged, and shown as [`ErrorCode::Internal`].
    #[error(transparent)]
    Internal(#[from] anyhow::Error),
}

impl From<ErrorCode> for Error {
    fn from(code: ErrorCode) -> Self {
        Self::Failure(code.into())
    }
}

impl Error {
    /// Whether the database refused a row because another one is the same in what must be unique.
    pub(crate) fn is_duplicate(&self) -> bool {
        matches!(self, Self::Database(sqlx::Error::Database(error)) if error.is_unique_violation())
    }

    /// What may be told to the browser.
    pub fn failure(self) -> Failure {
        match self {
            Self::Failure(failure) => failure,
            Self::Database(_) | Self::Internal(_) => ErrorCode::Internal.into(),
        }
    }
}

pub type Result<T, E = Error> = std::result::Result<T, E>;

/// A write that must touch exactly one row did not.
#[derive(Debug, thiserror::Error)]
#[error("expected to change {expected} row(s), changed {actual}")]
pub struct WrongRowCount {
    pub expected: u64,
    pub actual: u64,
}

/// Checks how many rows a write touched: the cheapest trap for a wrong `WHERE`.
pub(crate) fn ensure_rows(result: &sqlx::postgres::PgQueryResult, expected: u64) -> Result<()> {
    let actual = result.rows_affected();
    if actual == expected {
        Ok(())
    } else {
        Err(anyhow::Error::from(WrongRowCount { expected, actual }).into())
    }
}
