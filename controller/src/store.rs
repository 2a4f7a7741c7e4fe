//! What the controller keeps through power cuts: for each screen the bundle that was published last, and the last order to
//! cut it off; and the keyrings that came after the one in its configuration. All exactly as signed.
//!
//! Every write is temporary file, fsync, rename, fsync of the folder.

use std::{
    fs::{self, File},
    io::{self, Write},
    path::{Path, PathBuf},
};

use atomic_write_file::AtomicWriteFile;
use playlists::ScreenId;

/// For all screens.
const KEYRING: &str = "introduced.keyring";

/// The folder of what was published.
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
        self.read(&format!("{screen}.bundle"))
    }

    /// The last order to cut `screen` off, or to lift that; none if there never was one.
    pub(crate) fn order(&self, screen: &ScreenId) -> io::Result<Option<Vec<u8>>> {
        self.read(&format!("{screen}.cutoff"))
    }

    /// Keeps what is published for `screen`.
    pub(crate) fn keep(&self, screen: &ScreenId, bundle: &[u8]) -> io::Result<()> {
        self.write(&format!("{screen}.bundle"), bundle)
    }

    /// Keeps the last order to cut `screen` off, or to lift that.
    pub(crate) fn keep_order(&self, screen: &ScreenId, order: &[u8]) -> io::Result<()> {
        self.write(&format!("{screen}.cutoff"), order)
    }

    /// The keyrings that were introduced after the one of the configuration; none if none was.
    pub(crate) fn keyring(&self) -> io::Result<Option<Vec<u8>>> {
        self.read(KEYRING)
    }

    /// Keeps these.
    pub(crate) fn keep_keyring(&self, chain: &[u8]) -> io::Result<()> {
        self.write(KEYRING, chain)
    }

    fn read(&self, name: &str) -> io::Result<Option<Vec<u8>>> {
        match fs::read(self.folder.join(name)) {
            Ok(bytes) => Ok(Some(bytes)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }

    fn write(&self, name: &str, bytes: &[u8]) -> io::Result<()> {
        let mut file = AtomicWriteFile::open(self.folder.join(name))?;
        file.write_all(bytes)?;
        file.commit()?;
        File::open(&self.folder)?.sync_all()
    }
}
