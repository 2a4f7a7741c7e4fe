//! A whole file that people wrote, by its path.

use std::{
    error::Error,
    path::{Path, PathBuf},
};

use crate::{Mistakes, Report, Table, Told, report::walk};

/// Why a file that people wrote cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum InvalidFile {
    /// The file itself.
    #[error("`{file}` cannot be read")]
    Unreadable {
        /// Which.
        file: PathBuf,
        /// Why.
        #[source]
        cause: Box<dyn Error + Send + Sync>,
    },
    /// What is in it, or in the files that it names.
    #[error("there are mistakes in what is written:\n{0}")]
    Mistakes(Mistakes),
}

/// Reads the text of `file` with `read_text`, which is `fs::read_to_string` outside of tests, and lets `read` walk
/// through it, as [`read_toml`](crate::read_toml) does.
pub fn read_file<T, E: Into<Box<dyn Error + Send + Sync>>>(
    file: &Path,
    read_text: impl FnOnce(PathBuf) -> Result<String, E>,
    read: impl FnOnce(&mut Report<'_>, Table<'_>) -> Result<T, Told>,
) -> Result<T, InvalidFile> {
    let text = read_text(file.to_owned())
        .map_err(|cause| InvalidFile::Unreadable { file: file.to_owned(), cause: cause.into() })?;
    walk(&file.display().to_string(), file, &text, read).map_err(InvalidFile::Mistakes)
}
