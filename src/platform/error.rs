//! What can go wrong, in the four ways a person or a program can meet it.

use super::db::WriteError;

pub type Outcome<T> = Result<T, Error>;

/// One wrong input: the field, and the key of the sentence that says what to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldError {
    pub field: &'static str,
    /// The name below the field, where the caller chose it.
    pub inside: Option<String>,
    pub key: &'static str,
    pub args: Vec<(&'static str, String)>,
}

impl FieldError {
    pub fn new(field: &'static str, key: &'static str) -> Self {
        FieldError { field, inside: None, key, args: Vec::new() }
    }

    pub fn inside(mut self, name: impl Into<String>) -> Self {
        self.inside = Some(name.into());
        self
    }

    pub fn with(mut self, name: &'static str, value: impl ToString) -> Self {
        self.args.push((name, value.to_string()));
        self
    }
}

/// The version that was read, and the one it has now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Versions {
    pub yours: i64,
    pub current: i64,
}

/// Keys are names of sentences in `locales/`; the web turns them into the reader's language.
#[derive(Clone, Debug, thiserror::Error)]
pub enum Error {
    /// Missing, or not for this member: the two look the same.
    #[error("not found")]
    NotFound,
    /// The input is wrong, field by field.
    #[error("invalid input: {0:?}")]
    Invalid(Vec<FieldError>),
    /// A rule says no in this state.
    #[error("refused: {key}")]
    Refused { key: &'static str, args: Vec<(&'static str, String)> },
    /// Somebody else changed it since it was read; with both versions where there are versions.
    #[error("changed by somebody else meanwhile")]
    Stale(Option<Versions>),
    /// The disk or its quota is full: nothing was written.
    #[error("no room left to write")]
    Full,
    /// The writer could not take the unit now; nothing was written.
    #[error("busy: {0}")]
    Busy(&'static str),
    /// Ours: logged with a reference, never shown.
    #[error("{0}")]
    Broken(String),
    /// A row would break a UNIQUE or CHECK; rooms turn it into a field error with [`Error::taken`].
    #[error("constraint: {0}")]
    Constraint(String),
}

impl Error {
    pub fn refused(key: &'static str) -> Error {
        Error::Refused { key, args: Vec::new() }
    }

    pub fn field(field: &'static str, key: &'static str) -> Error {
        Error::Invalid(vec![FieldError::new(field, key)])
    }

    pub fn stale(yours: i64, current: i64) -> Error {
        Error::Stale(Some(Versions { yours, current }))
    }

    pub fn broken(cause: impl std::fmt::Display) -> Error {
        Error::Broken(cause.to_string())
    }

    /// Turns the database's refusal of `columns` ("projects.name") into a message beside `field`.
    pub fn taken(self, columns: &str, field: &'static str, key: &'static str) -> Error {
        match &self {
            Error::Constraint(text) if text.contains(columns) => Error::field(field, key),
            _ => self,
        }
    }

    /// The same for a rule that a trigger enforces by name.
    pub fn rule(self, name: &str, key: &'static str) -> Error {
        match &self {
            Error::Constraint(text) if text.contains(name) => Error::refused(key),
            _ => self,
        }
    }
}

impl From<sqlx::Error> for Error {
    fn from(error: sqlx::Error) -> Error {
        match &error {
            sqlx::Error::RowNotFound => Error::NotFound,
            sqlx::Error::PoolTimedOut => Error::Busy("readers"),
            _ if is_full(&error) => Error::Full,
            _ if is_busy(&error) => Error::Busy("another process writes"),
            sqlx::Error::Database(cause) if primary_code(cause.as_ref()) == 19 => Error::Constraint(cause.message().to_owned()),
            _ => Error::broken(error),
        }
    }
}

impl From<WriteError> for Error {
    fn from(error: WriteError) -> Error {
        match error {
            WriteError::Undone | WriteError::Reserved => Error::Full,
            WriteError::NotCommitted(cause) if is_full(&cause) => Error::Full,
            WriteError::NotCommitted(cause) if is_busy(&cause) => Error::Busy("another process writes"),
            WriteError::NotCommitted(cause) => Error::broken(cause),
            WriteError::NotRun => Error::Busy("writer"),
            WriteError::TimedOut => Error::Busy("unit took too long"),
            WriteError::Nested | WriteError::Panicked => Error::broken(format!("{error:?}")),
        }
    }
}

/// SQLITE_FULL (13), or SQLITE_IOERR (10), which is how a full disk shows on some file systems.
fn is_full(cause: &sqlx::Error) -> bool {
    matches!(cause, sqlx::Error::Database(db) if matches!(primary_code(db.as_ref()), 10 | 13))
}

/// SQLITE_BUSY (5): another process held the file for longer than we wait.
fn is_busy(cause: &sqlx::Error) -> bool {
    matches!(cause, sqlx::Error::Database(db) if primary_code(db.as_ref()) == 5)
}

/// Extended result codes keep the primary one in their low byte.
fn primary_code(cause: &dyn sqlx::error::DatabaseError) -> i32 {
    cause.code().and_then(|code| code.parse::<i32>().ok()).unwrap_or(0) & 0xff
}

impl From<std::io::Error> for Error {
    fn from(error: std::io::Error) -> Error {
        match error.kind() {
            std::io::ErrorKind::StorageFull | std::io::ErrorKind::QuotaExceeded => Error::Full,
            _ => Error::broken(error),
        }
    }
}
