//! A folder of files, in operations as small as what a power cut can tear; and the one on the real disk.

use std::{
    fmt,
    fs::{self, File},
    io::{self, Write},
    path::{Path, PathBuf},
};

/// A folder of files. Nothing is safe from a power cut before it is synced: contents by [`NewFile::sync`], names by
/// [`Files::sync_folder`].
pub(super) trait Files: fmt::Debug + Send {
    fn names(&self) -> io::Result<Vec<String>>;
    fn read(&self, name: &str) -> io::Result<Vec<u8>>;
    /// Empty; what had this name is gone.
    fn create(&self, name: &str) -> io::Result<Box<dyn NewFile>>;
    fn rename(&self, from: &str, to: &str) -> io::Result<()>;
    fn remove(&self, name: &str) -> io::Result<()>;
    fn sync_folder(&self) -> io::Result<()>;
}

/// A file that is being written, in pieces.
pub(super) trait NewFile: Write {
    fn sync(&mut self) -> io::Result<()>;
}

/// A folder on the disk.
#[derive(Debug)]
pub(super) struct Disk {
    folder: PathBuf,
}

impl Disk {
    /// Makes the folder if need be.
    pub(super) fn open(folder: &Path) -> io::Result<Self> {
        if !folder.is_dir() {
            fs::create_dir_all(folder)?;
            // Otherwise a cut takes the folder with all that was safe in it.
            if let Some(parent) = folder.parent().filter(|parent| !parent.as_os_str().is_empty()) {
                File::open(parent)?.sync_all()?;
            }
        }
        Ok(Self { folder: folder.to_owned() })
    }
}

impl Files for Disk {
    fn names(&self) -> io::Result<Vec<String>> {
        // A name that is not even UTF-8 is none of ours.
        fs::read_dir(&self.folder)?
            .filter_map(|entry| entry.map(|entry| entry.file_name().into_string().ok()).transpose())
            .collect()
    }

    fn read(&self, name: &str) -> io::Result<Vec<u8>> {
        fs::read(self.folder.join(name))
    }

    fn create(&self, name: &str) -> io::Result<Box<dyn NewFile>> {
        Ok(Box::new(File::create(self.folder.join(name))?))
    }

    fn rename(&self, from: &str, to: &str) -> io::Result<()> {
        fs::rename(self.folder.join(from), self.folder.join(to))
    }

    fn remove(&self, name: &str) -> io::Result<()> {
        fs::remove_file(self.folder.join(name))
    }

    fn sync_folder(&self) -> io::Result<()> {
        File::open(&self.folder)?.sync_all()
    }
}

impl NewFile for File {
    fn sync(&mut self) -> io::Result<()> {
        self.sync_all()
    }
}
