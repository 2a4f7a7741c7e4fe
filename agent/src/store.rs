//! What the agent keeps through power cuts: the bundle on air, the one before, what must never run backwards, whether the
//! screen is cut off, and whose signatures count.
//!
//! Every write is temporary file, fsync, rename, fsync of the folder: after a cut at any point the old or the
//! new content is there, whole.

mod condition;
#[cfg(test)]
mod cut_tests;
mod files;
mod keyring;
#[cfg(test)]
mod simulated;

use std::{cell::RefCell, io, path::Path};

use jiff::Timestamp;
use protocol::{BundleRef, Standing};
use serde::{Deserialize, Serialize};

pub(crate) use condition::Condition;

use condition::{CANARY, Memory};
use files::{Disk, Files};

/// The agent's folder.
#[derive(Debug)]
pub(crate) struct Store {
    files: Box<dyn Files>,
    memory: RefCell<Memory>,
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
const KEYRING: &str = "introduced.keyring";

/// Every file is written under its name with this behind it: always the same, so that leftovers never grow.
const UNFINISHED: &str = ".new";

/// How much is written at once.
const PIECE: usize = 64 * 1024;

impl Store {
    /// Opens the folder, and makes it if need be.
    pub(crate) fn open(folder: &Path) -> io::Result<Self> {
        Ok(Self::of(Box::new(Disk::open(folder)?)))
    }

    /// What a cut has left half written is removed. If it cannot be, the next write to the same file does it.
    fn of(files: Box<dyn Files>) -> Self {
        let names = files.names().unwrap_or_default();
        for name in names.iter().filter(|name| is_unfinished(name)) {
            let _ = files.remove(name);
        }
        Self { files, memory: RefCell::default() }
    }

    /// The stored bundles, the one on air first. Unverified: a disk is not to be believed.
    pub(crate) fn bundles(&self) -> Vec<(&'static str, io::Result<Vec<u8>>)> {
        [CURRENT, PREVIOUS]
            .into_iter()
            .map(|name| (name, self.files.read(name)))
            .filter(|(_, read)| !matches!(read, Err(error) if error.kind() == io::ErrorKind::NotFound))
            .collect()
    }

    /// What never runs backwards. An unreadable file counts as none: the bundle on air then is the floor.
    pub(crate) fn floors(&self) -> Floors {
        self.read_json(FLOORS).unwrap_or_default()
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
        self.read_json(CUTOFF)
    }

    /// Keeps that. In a file of its own: whoever has to remove the floors by hand lifts nothing.
    pub(crate) fn keep_cutoff(&self, standing: &Standing) -> io::Result<()> {
        self.write(CUTOFF, &serde_json::to_vec(standing).map_err(io::Error::other)?)
    }

    fn read_json<T: for<'a> Deserialize<'a>>(&self, name: &'static str) -> Option<T> {
        let read = self.files.read(name);
        if matches!(&read, Err(error) if error.kind() == io::ErrorKind::NotFound) {
            return None;
        }
        let bytes = read.unwrap_or_default();
        let value = serde_json::from_slice(&bytes).ok();
        let mut memory = self.memory.borrow_mut();
        match value {
            Some(_) => memory.is_good(name, &bytes),
            None => memory.is_damaged(name),
        }
        value
    }

    fn write(&self, name: &'static str, bytes: &[u8]) -> io::Result<()> {
        let written = self.write_whole(name, bytes);
        let mut memory = self.memory.borrow_mut();
        memory.wrote(name, bytes.len(), &written);
        if written.is_ok() {
            memory.is_good(name, bytes);
        }
        written
    }

    fn write_whole(&self, name: &str, bytes: &[u8]) -> io::Result<()> {
        let unfinished = format!("{name}{UNFINISHED}");
        let written = self.write_unfinished(&unfinished, bytes);
        if let Err(cause) = written.and_then(|()| self.files.rename(&unfinished, name)) {
            // It only takes room, of which there may be none.
            let _ = self.files.remove(&unfinished);
            return Err(cause);
        }
        self.files.sync_folder()
    }

    fn write_unfinished(&self, name: &str, bytes: &[u8]) -> io::Result<()> {
        let mut file = self.files.create(name)?;
        bytes.chunks(PIECE).try_for_each(|piece| file.write_all(piece))?;
        file.sync()
    }
}

/// Also of releases that wrote to `.NAME.` with random letters behind it.
fn is_unfinished(name: &str) -> bool {
    [CURRENT, PREVIOUS, FLOORS, CUTOFF, KEYRING, CANARY].iter().any(|file| {
        name.strip_suffix(UNFINISHED) == Some(file)
            || name
                .strip_prefix('.')
                .and_then(|name| name.strip_prefix(file))
                .is_some_and(|rest| rest.starts_with('.'))
    })
}

#[cfg(test)]
mod tests {
    use std::{env, fs, path::PathBuf, process};

    use playlists::Digest;
    use protocol::Cut;

    use super::*;

    fn folder(name: &str) -> PathBuf {
        env::temp_dir().join(format!("gatesign-store-{name}-{}", process::id()))
    }

    fn store(name: &str) -> Store {
        let _ = fs::remove_dir_all(folder(name));
        Store::open(&folder(name)).unwrap()
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
        fs::write(folder("damage").join(CURRENT), b"tw\xff").unwrap();
        // The agent has fallen back to `one`, and now gets another.
        store.keep(b"three", Some(b"one"), &Floors::default()).unwrap();
        assert_eq!(kept(&store), [(CURRENT, b"three".to_vec()), (PREVIOUS, b"one".to_vec())]);
    }

    #[test]
    fn what_is_torn_counts_as_none() {
        let store = store("torn");
        fs::write(folder("torn").join(CUTOFF), b"{\"number\":7,").unwrap();
        assert_eq!(store.cutoff(), None);
        fs::write(folder("torn").join(FLOORS), b"{\"bundle\":{\"ver").unwrap();
        assert_eq!(store.floors(), Floors::default());
        let time = "2026-11-24T06:00:00Z";
        fs::write(folder("torn").join(FLOORS), format!(r#"{{"bundle":null,"time":"{time}"}}"#)).unwrap();
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
        fs::remove_file(folder("order").join(FLOORS)).unwrap();
        assert_eq!(store.cutoff(), Some(standing));
    }

    #[test]
    fn a_folder_that_takes_nothing_loses_nothing() {
        let store = store("gone");
        store.keep(b"good", None, &Floors::default()).unwrap();
        // A folder in the place of the file: the rename must fail, as on a broken disk.
        fs::rename(folder("gone").join(CURRENT), folder("gone").join("aside")).unwrap();
        fs::create_dir(folder("gone").join(CURRENT)).unwrap();
        assert!(store.keep(b"new", Some(b"good"), &Floors::default()).is_err());
        assert_eq!(fs::read(folder("gone").join("aside")).unwrap(), b"good");
    }

    #[test]
    fn what_a_cut_has_left_half_written_goes_at_the_next_start() {
        let folder = folder("leftovers");
        store("leftovers").keep(b"good", None, &Floors::default()).unwrap();
        for leftover in [
            "current.bundle.new",
            "floors.json.new",
            "introduced.keyring.new",
            ".current.bundle.Zg81bX",
            ".cutoff.json.a",
        ] {
            fs::write(folder.join(leftover), b"goo").unwrap();
        }
        for other in ["notes.new", ".current", "current.bundle.old"] {
            fs::write(folder.join(other), b"not ours").unwrap();
        }
        Store::open(&folder).unwrap();
        let mut names: Vec<_> = fs::read_dir(&folder)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        assert_eq!(names, [".current", "current.bundle", "current.bundle.old", "floors.json", "notes.new"]);
    }
}
