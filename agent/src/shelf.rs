//! Scaled pictures on the agent's disk, for which there is no room in memory.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use tracing::warn;

/// A folder of files that nobody needs after a restart, so none is flushed to the disk.
pub(crate) struct DiskShelf {
    folder: PathBuf,
    /// Told once: a picture more or less is only time.
    failed: bool,
}

impl DiskShelf {
    /// In the agent's folder. What another run has left there is removed.
    pub(crate) fn new(data: &Path) -> Self {
        let folder = data.join("scaled");
        let mut shelf = Self { folder, failed: false };
        match fs::remove_dir_all(&shelf.folder) {
            Err(cause) if cause.kind() != io::ErrorKind::NotFound => shelf.fail(&cause),
            Ok(()) | Err(_) => {}
        }
        shelf
    }

    fn fail(&mut self, cause: &io::Error) {
        if !self.failed {
            warn!(folder = %self.folder.display(), "scaled pictures cannot be kept on disk: {cause}");
        }
        self.failed = true;
    }
}

impl render::Shelf for DiskShelf {
    fn put(&mut self, name: &str, bytes: &[u8]) {
        let file = self.folder.join(name);
        let written = fs::create_dir_all(&self.folder).and_then(|()| fs::write(&file, bytes));
        if let Err(cause) = written {
            // Half a file only takes room.
            let _ = fs::remove_file(&file);
            self.fail(&cause);
        }
    }

    fn get(&mut self, name: &str) -> Option<Vec<u8>> {
        fs::read(self.folder.join(name)).ok()
    }
}

#[cfg(test)]
mod tests {
    use render::Shelf as _;

    use super::*;

    #[test]
    fn keeps_files_until_the_next_start_and_bears_a_disk_that_fails() {
        let data = std::env::temp_dir().join(format!("gatesign-shelf-{}", std::process::id()));
        let _ = fs::remove_dir_all(&data);
        fs::create_dir_all(&data).unwrap();
        let mut shelf = DiskShelf::new(&data);
        assert_eq!(shelf.get("a"), None);
        shelf.put("a", b"pixels");
        assert_eq!(shelf.get("a").as_deref(), Some(&b"pixels"[..]));

        let mut shelf = DiskShelf::new(&data);
        assert_eq!(shelf.get("a"), None, "of another run");
        // A file in the place of the folder: nothing can be written, as on a full disk.
        fs::write(data.join("scaled"), b"").unwrap();
        shelf.put("a", b"pixels");
        assert_eq!((shelf.get("a"), shelf.failed), (None, true));
    }
}
