//! What the agent keeps through power cuts: the bundle on air, the one before, what must never run backwards, and whether
//! the screen is cut off.
//!
//! Every write is temporary file, fsync, rename, fsync of the folder: after a cut at any point the old or the
//! new content is there, whole.

use std::{
    fs::{self, File},
    io::{self, Write},
    path::{Path, PathBuf},
};

use atomic_write_file::AtomicWriteFile;
use jiff::Timestamp;
use protocol::{BundleRef, Standing};
use serde::{Deserialize, Serialize};

/// The agent's folder.
#[derive(Debug)]
pub(crate) struct Store {
    folder: PathBuf,
}

/// What never runs backwards.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Floors {
    /// The highest bundle that was ever on air.
    pub(crate) bundle: Option<BundleRef>,
    /// A moment that has passed for certain.
    pub(crate) time: Option<Timestamp>,
    /// Whether the system's clock was known to be wrong: nobody but NTP or the controller makes it right again.
    #[serde(default)]
    pub(crate) doubted: bool,
}

const CURRENT: &str = "current.bundle";
const PREVIOUS: &str = "previous.bundle";
const FLOORS: &str = "floors.json";
const CUTOFF: &str = "cutoff.json";

impl Store {
    /// Opens the folder, and makes it if need be.
    pub(crate) fn open(folder: &Path) -> io::Result<Self> {
        fs::create_dir_all(folder)?;
        Ok(Self { folder: folder.to_owned() })
    }

    /// The stored bundles, the one on air first. Unverified: a disk is not to be believed.
    pub(crate) fn bundles(&self) -> Vec<(&'static str, io::Result<Vec<u8>>)> {
        [CURRENT, PREVIOUS]
            .into_iter()
            .map(|name| (name, fs::read(self.folder.join(name))))
            .filter(|(_, read)| !matches!(read, Err(error) if error.kind() == io::ErrorKind::NotFound))
            .collect()
    }

    /// What never runs backwards. An unreadable file counts as none: the bundle on air then is the floor.
    pub(crate) fn floors(&self) -> Floors {
        fs::read(self.folder.join(FLOORS))
            .ok()
            .and_then(|bytes| serde_json::from_slice(&bytes).ok())
            .unwrap_or_default()
    }

    /// Keeps a verified bundle, and the one that was `on_air` as the one before: as it was verified, not as the disk
    /// has it, which may be damaged by now.
    pub(crate) fn keep(&self, bundle: &[u8], on_air: Option<&[u8]>, floors: &Floors) -> io::Result<()> {
        if let Some(on_air) = on_air.filter(|on_air| *on_air != bundle) {
            self.write(PREVIOUS, on_air)?;
        }
        // The floor first: after a cut between the two writes, the old bundle still starts (what is stored is
        // not held against the floor), and nothing older than the new one is taken.
        self.keep_floors(floors)?;
        self.write(CURRENT, bundle)
    }

    /// Keeps what never runs backwards.
    pub(crate) fn keep_floors(&self, floors: &Floors) -> io::Result<()> {
        self.write(FLOORS, &serde_json::to_vec(floors).map_err(io::Error::other)?)
    }

    /// The last order to cut the screen off that was followed. An unreadable file counts as none: the broker has it, too.
    pub(crate) fn cutoff(&self) -> Option<Standing> {
        serde_json::from_slice(&fs::read(self.folder.join(CUTOFF)).ok()?).ok()
    }

    /// Keeps that. In a file of its own: whoever has to remove the floors by hand lifts nothing.
    pub(crate) fn keep_cutoff(&self, standing: &Standing) -> io::Result<()> {
        self.write(CUTOFF, &serde_json::to_vec(standing).map_err(io::Error::other)?)
    }

    fn write(&self, name: &str, bytes: &[u8]) -> io::Result<()> {
        let mut file = AtomicWriteFile::open(self.folder.join(name))?;
        file.write_all(bytes)?;
        file.commit()?;
        File::open(&self.folder)?.sync_all()
    }
}

#[cfg(test)]
mod tests {
    use playlists::Digest;
    use protocol::Cut;

    use super::*;

    fn store(name: &str) -> Store {
        let folder = std::env::temp_dir().join(format!("gatesign-store-{name}-{}", std::process::id()));
        let _ = fs::remove_dir_all(&folder);
        Store::open(&folder).unwrap()
    }

    fn kept(store: &Store) -> Vec<(&'static str, Vec<u8>)> {
        store.bundles().into_iter().map(|(name, bytes)| (name, bytes.unwrap())).collect()
    }

    #[test]
    fn keeps_the_last_two_and_the_floors() {
        let store = store("two");
        assert_eq!(kept(&store), []);
        assert_eq!(store.floors(), Floors::default());

        let floors = Floors {
            bundle: Some(BundleRef { version: 3, digest: Digest::of(b"three") }),
            time: Some("2026-11-24T06:00:00Z".parse().unwrap()),
            doubted: true,
        };
        store.keep(b"two", None, &Floors::default()).unwrap();
        store.keep(b"three", Some(b"two"), &floors).unwrap();
        store.keep(b"three", Some(b"three"), &floors).unwrap();
        assert_eq!(kept(&store), [(CURRENT, b"three".to_vec()), (PREVIOUS, b"two".to_vec())]);
        assert_eq!(store.floors(), floors);
    }

    #[test]
    fn damage_is_never_kept_in_the_place_of_the_last_good() {
        let store = store("damage");
        store.keep(b"one", None, &Floors::default()).unwrap();
        store.keep(b"two", Some(b"one"), &Floors::default()).unwrap();
        fs::write(store.folder.join(CURRENT), b"tw\xff").unwrap();
        // The agent has fallen back to `one`, and now gets another.
        store.keep(b"three", Some(b"one"), &Floors::default()).unwrap();
        assert_eq!(kept(&store), [(CURRENT, b"three".to_vec()), (PREVIOUS, b"one".to_vec())]);
    }

    #[test]
    fn what_is_torn_counts_as_none() {
        let store = store("torn");
        fs::write(store.folder.join(CUTOFF), b"{\"number\":7,").unwrap();
        assert_eq!(store.cutoff(), None);
        fs::write(store.folder.join(FLOORS), b"{\"bundle\":{\"ver").unwrap();
        assert_eq!(store.floors(), Floors::default());
        let time = "2026-11-24T06:00:00Z";
        fs::write(store.folder.join(FLOORS), format!(r#"{{"bundle":null,"time":"{time}"}}"#)).unwrap();
        let of_old = Floors { time: Some(time.parse().unwrap()), ..Floors::default() };
        assert_eq!(store.floors(), of_old, "of a release that doubted nothing");
    }

    #[test]
    fn an_order_outlives_the_floors() {
        let store = store("order");
        assert_eq!(store.cutoff(), None);
        let standing = Standing { number: 9, cut: Cut::Blackout };
        store.keep_cutoff(&standing).unwrap();
        store.keep_floors(&Floors::default()).unwrap();
        fs::remove_file(store.folder.join(FLOORS)).unwrap();
        assert_eq!(store.cutoff(), Some(standing));
    }

    #[test]
    fn a_folder_that_takes_nothing_loses_nothing() {
        let store = store("gone");
        store.keep(b"good", None, &Floors::default()).unwrap();
        // A folder in the place of the file: the rename must fail, as on a broken disk.
        fs::rename(store.folder.join(CURRENT), store.folder.join("aside")).unwrap();
        fs::create_dir(store.folder.join(CURRENT)).unwrap();
        assert!(store.keep(b"new", Some(b"good"), &Floors::default()).is_err());
        assert_eq!(fs::read(store.folder.join("aside")).unwrap(), b"good");
    }
}
