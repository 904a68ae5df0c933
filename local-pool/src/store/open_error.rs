use std::io;

/// Why a database cannot be used.
#[derive(Debug, thiserror::Error)]
pub(crate) enum OpenError {
    #[error("another local-pool is using it")]
    InUse,
    #[error("it was written by a newer local-pool (version {found} of the file; this one knows up to {known})")]
    Newer { found: i64, known: i64 },
    #[error("it is not a data file of local-pool: {0}")]
    Foreign(&'static str),
    #[error(transparent)]
    Io(#[from] io::Error),
    #[error(transparent)]
    Sqlite(#[from] rusqlite::Error),
}
