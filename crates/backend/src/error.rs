//! Errors of the use-cases.

use domain::{ErrorCode, Failure};

/// What a use-case answers when it does not succeed.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The caller's to mend: shown as it is.
    #[error(transparent)]
    Failure(#[from] Failure),
    /// Ours: logged, and shown as [`ErrorCode::Unavailable`] where another try may help, else as [`ErrorCode::Internal`].
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
            Self::Database(error) if is_away(&error) => ErrorCode::Unavailable.into(),
            Self::Database(_) | Self::Internal(_) => ErrorCode::Internal.into(),
        }
    }
}

/// Whether the database cannot be reached or has too much to do, and nothing is wrong with the statement. The classes of its codes:
/// <https://www.postgresql.org/docs/current/errcodes-appendix.html>.
fn is_away(error: &sqlx::Error) -> bool {
    match error {
        sqlx::Error::Io(_)
        | sqlx::Error::Tls(_)
        | sqlx::Error::PoolTimedOut
        | sqlx::Error::PoolClosed
        | sqlx::Error::WorkerCrashed => true,
        sqlx::Error::Database(error) => error.code().is_some_and(|code| {
            // The connection, who connects, and to what; others were quicker; what is used up, locked or closed; whoever runs it has
            // intervened, or it took longer than `statement_timeout`. And a server that may only read, as while another takes its place.
            let classes = ["08", "28", "3D", "40", "53", "55", "57"];
            classes.iter().any(|class| code.starts_with(class)) || code == "25006"
        }),
        _ => false,
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
