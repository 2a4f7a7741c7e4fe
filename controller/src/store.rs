//! What the controller keeps through power cuts: the bundle published last for each screen, exactly as signed.
//!
//! Every write is temporary file, fsync, rename, fsync of the folder.

use std::{
    fs::{self, File},
    io::{self, Write},
    path::{Path, PathBuf},
};

use atomic_write_file::AtomicWriteFile;
use playlists::ScreenId;

/// The folder of published bundles.
#[derive(Debug, Clone)]
pub(crate) struct Store {
    folder: PathBuf,
}

impl Store {
    /// Opens the folder, and makes it if need be.
    pub(crate) fn open(folder: &Path) -> io::Result<Self> {
        fs::create_dir_all(folder)?;
        Ok(Self { folder: folder.to_owned() })
    }

    /// What was published last for `screen`; none if nothing was.
    pub(crate) fn published(&self, screen: &ScreenId) -> io::Result<Option<Vec<u8>>> {
        match fs::read(self.file(screen)) {
            Ok(bytes) => Ok(Some(bytes)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Keeps what is published for `screen`.
    pub(crate) fn keep(&self, screen: &ScreenId, bundle: &[u8]) -> io::Result<()> {
        let mut file = AtomicWriteFile::open(self.file(screen))?;
        file.write_all(bundle)?;
        file.commit()?;
        File::open(&self.folder)?.sync_all()
    }

    fn file(&self, screen: &ScreenId) -> PathBuf {
        self.folder.join(format!("{screen}.bundle"))
    }
}
