//! Whether the disk takes what it is given, and still has what it was given.

use std::{
    collections::{BTreeMap, BTreeSet},
    io,
};

use jiff::Timestamp;
use playlists::Digest;
use protocol::{StorageHealth, StorageState};

use super::{CURRENT, KEYRING, PREVIOUS, Store, UNFINISHED};

/// What is written to see whether the disk takes anything, and removed again.
pub(super) const CANARY: &str = "canary";

/// Files up to this size are remembered whole, so that they can be written again.
const SMALL: usize = 16 * 1024;

/// How the disk is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Condition {
    /// The last write that failed, as long as none of that size has succeeded since.
    pub(crate) trouble: Option<Trouble>,
    /// Files that are not what was kept, and cannot be mended.
    pub(crate) damaged: BTreeSet<&'static str>,
    /// How many files were mended since the start.
    pub(crate) mended: u64,
}

impl Condition {
    /// Whether nothing is wrong.
    pub(crate) fn is_fine(&self) -> bool {
        self.trouble.is_none() && self.damaged.is_empty()
    }

    /// As it is reported.
    pub(crate) fn health(&self, since: Timestamp) -> StorageHealth {
        let state = match &self.trouble {
            Some(trouble) => trouble.state,
            None if self.damaged.is_empty() => StorageState::Fine,
            None => StorageState::Damaged,
        };
        let damaged: Vec<&str> = self.damaged.iter().copied().collect();
        StorageHealth {
            state,
            since,
            detail: self.trouble.as_ref().map(|trouble| trouble.detail.clone()),
            damaged: (!damaged.is_empty()).then(|| damaged.join(", ")),
            mended: self.mended,
        }
    }
}

/// What the disk does not do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Trouble {
    pub(crate) state: StorageState,
    /// For people: which file, and what the system says.
    pub(crate) detail: String,
}

/// What is remembered of the files.
#[derive(Debug, Default)]
pub(super) struct Memory {
    condition: Condition,
    should: BTreeMap<&'static str, Should>,
    /// The size of what could not be written.
    failed: usize,
}

/// What a file should be.
#[derive(Debug, Clone)]
struct Should {
    digest: Digest,
    whole: Option<Vec<u8>>,
}

impl Memory {
    /// A file was read, and is good.
    pub(super) fn is_good(&mut self, name: &'static str, bytes: &[u8]) {
        let whole = (bytes.len() <= SMALL).then(|| bytes.to_vec());
        self.should.insert(name, Should { digest: Digest::of(bytes), whole });
        self.condition.damaged.remove(name);
    }

    /// A file cannot be used.
    pub(super) fn is_damaged(&mut self, name: &'static str) {
        self.should.remove(name);
        self.condition.damaged.insert(name);
    }

    /// So many bytes were written, or not.
    pub(super) fn wrote(&mut self, name: &str, size: usize, result: &io::Result<()>) {
        match result {
            Ok(()) if size >= self.failed => (self.condition.trouble, self.failed) = (None, 0),
            Ok(()) => {}
            Err(cause) => {
                let state = match cause.kind() {
                    io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => StorageState::Full,
                    io::ErrorKind::ReadOnlyFilesystem => StorageState::ReadOnly,
                    _ => StorageState::Failing,
                };
                self.condition.trouble = Some(Trouble { state, detail: format!("writing {name}: {cause}") });
                self.failed = self.failed.max(size);
            }
        }
    }
}

impl Store {
    /// How the disk is, as far as is known.
    pub(crate) fn condition(&self) -> Condition {
        self.memory.borrow().condition.clone()
    }

    /// Remembers the stored bundles as they are; a bundle that cannot be read, or of which `is_damaged` says so, is none.
    pub(crate) fn judged(
        &self,
        bundles: &[(&'static str, io::Result<Vec<u8>>)],
        is_damaged: impl Fn(&[u8]) -> bool,
    ) {
        let mut memory = self.memory.borrow_mut();
        for (name, read) in bundles {
            match read.as_deref() {
                Ok(bytes) if !is_damaged(bytes) => memory.is_good(name, bytes),
                Ok(_) | Err(_) => memory.is_damaged(name),
            }
        }
    }

    /// The same for the keyring.
    pub(crate) fn judged_keyring(&self, keyring: Option<&[u8]>, is_damaged: bool) {
        let mut memory = self.memory.borrow_mut();
        match keyring {
            Some(bytes) if !is_damaged => memory.is_good(KEYRING, bytes),
            Some(_) => memory.is_damaged(KEYRING),
            None => {}
        }
    }

    /// Reads everything again, mends what is not what was kept, and sees whether the disk takes anything. `on_air` is the
    /// bundle as it was verified.
    pub(crate) fn check(&self, on_air: Option<&[u8]>) {
        let should = self.memory.borrow().should.clone();
        for (name, should) in should {
            if self.files.read(name).is_ok_and(|bytes| Digest::of(&bytes) == should.digest) {
                continue;
            }
            let current = on_air.filter(|bytes| Digest::of(bytes) == should.digest);
            let good = match name {
                CURRENT => current,
                // Of two good ones, rather the same twice than one that is none.
                PREVIOUS => on_air,
                _ => None,
            };
            let mended = should.whole.as_deref().or(good).map(|good| self.write(name, good));
            let mut memory = self.memory.borrow_mut();
            match mended {
                Some(Ok(())) => memory.condition.mended += 1,
                // What it should be is known all the same: the next check tries again.
                Some(Err(_)) | None => drop(memory.condition.damaged.insert(name)),
            }
        }
        let canary = format!("{CANARY}{UNFINISHED}");
        let size = self.memory.borrow().failed.max(1);
        let written = self.write_unfinished(&canary, &vec![0; size]);
        let removed = self.files.remove(&canary);
        self.memory.borrow_mut().wrote(CANARY, size, &written.and(removed));
    }
}

#[cfg(test)]
mod tests {
    use std::{
        io::{self, ErrorKind},
        sync::{Arc, Mutex},
    };

    use protocol::{Cut, Standing};

    use super::{
        super::{
            CURRENT, CUTOFF, FLOORS, Floors, KEYRING, PREVIOUS, Store,
            files::{Files, NewFile},
            simulated::{Content, SimulatedDisk},
        },
        StorageState,
    };

    /// A disk of which one operation fails, and all that follow.
    #[derive(Debug, Clone)]
    struct Failing {
        disk: SimulatedDisk,
        /// So many operations go well before.
        left: Arc<Mutex<Option<usize>>>,
        kind: ErrorKind,
    }

    impl Failing {
        fn operation(&self) -> io::Result<()> {
            match &mut *self.left.lock().unwrap() {
                Some(0) => Err(self.kind.into()),
                Some(left) => {
                    *left -= 1;
                    Ok(())
                }
                None => Ok(()),
            }
        }
    }

    impl Files for Failing {
        fn names(&self) -> io::Result<Vec<String>> {
            self.disk.names()
        }

        fn read(&self, name: &str) -> io::Result<Vec<u8>> {
            self.disk.read(name)
        }

        fn create(&self, name: &str) -> io::Result<Box<dyn NewFile>> {
            self.operation()?;
            Ok(Box::new(Written(self.disk.create(name)?, self.clone())))
        }

        fn rename(&self, from: &str, to: &str) -> io::Result<()> {
            self.operation()?;
            self.disk.rename(from, to)
        }

        fn remove(&self, name: &str) -> io::Result<()> {
            self.operation()?;
            self.disk.remove(name)
        }

        fn sync_folder(&self) -> io::Result<()> {
            self.operation()?;
            self.disk.sync_folder()
        }
    }

    struct Written(Box<dyn NewFile>, Failing);

    impl io::Write for Written {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.1.operation()?;
            self.0.write(bytes)
        }

        fn flush(&mut self) -> io::Result<()> {
            self.0.flush()
        }
    }

    impl NewFile for Written {
        fn sync(&mut self) -> io::Result<()> {
            self.1.operation()?;
            self.0.sync()
        }
    }

    /// Larger than what is remembered whole.
    fn bundle(of: u8) -> Vec<u8> {
        (0..20_000u32).map(|n| (n % 251) as u8 ^ of).collect()
    }

    const STANDING: Standing = Standing { number: 7, cut: Cut::SafePage };

    fn floors(seconds: i64) -> Floors {
        Floors { time: Some(jiff::Timestamp::constant(seconds, 0)), ..Floors::default() }
    }

    /// With two bundles, the second on air, floors and an order.
    fn filled(disk: impl Files + 'static) -> Store {
        let store = Store::of(Box::new(disk));
        store.keep(&bundle(1), None, &floors(1)).unwrap();
        store.keep(&bundle(2), Some(&bundle(1)), &floors(2)).unwrap();
        store.keep_cutoff(&STANDING).unwrap();
        store
    }

    #[test]
    fn a_disk_that_fails_at_any_operation_is_named_and_loses_nothing() {
        for (kind, state) in [
            (ErrorKind::StorageFull, StorageState::Full),
            (ErrorKind::QuotaExceeded, StorageState::Full),
            (ErrorKind::ReadOnlyFilesystem, StorageState::ReadOnly),
            (ErrorKind::Other, StorageState::Failing),
        ] {
            let mut operations = 0;
            loop {
                let disk = SimulatedDisk::default();
                let failing = Failing { disk: disk.clone(), left: Arc::default(), kind };
                let store = filled(failing.clone());
                *failing.left.lock().unwrap() = Some(operations);
                let kept = store.keep(&bundle(3), Some(&bundle(2)), &floors(3));
                if kept.is_ok() {
                    break;
                }
                let what = format!("{kind} at operation {operations}");
                let trouble = store.condition().trouble.expect(&what);
                assert_eq!(trouble.state, state, "{what}");
                assert!(trouble.detail.contains(": "), "{what}: {}", trouble.detail);
                // Looked at again, it is the same; and there is an old one or a new one, whole.
                store.check(Some(&bundle(2)));
                assert_eq!(store.condition().trouble.map(|trouble| trouble.state), Some(state), "{what}");
                let there: Vec<_> = store.bundles().into_iter().map(|(_, read)| read.unwrap()).collect();
                assert!([bundle(2), bundle(3)].contains(&there[0]), "{what}");
                assert!([bundle(1), bundle(2)].contains(&there[1]), "{what}");

                *failing.left.lock().unwrap() = None;
                store.check(Some(&bundle(2)));
                assert_eq!(store.condition().trouble, None, "{what}: it takes that much again");
                store.keep(&bundle(3), Some(&bundle(2)), &floors(3)).expect(&what);
                assert_eq!(store.condition().damaged.len(), 0, "{what}");
                let names: Vec<_> = disk.content().into_keys().collect();
                assert_eq!(names, [CURRENT, CUTOFF, FLOORS, PREVIOUS], "{what}");
                operations += 1;
            }
            assert!(operations >= 12, "only {operations}");
        }
    }

    /// What is small goes well on a disk that has no room for a bundle.
    #[test]
    fn a_disk_is_full_until_it_takes_as_much_as_it_did_not_take() {
        let failing =
            Failing { disk: SimulatedDisk::default(), left: Arc::default(), kind: ErrorKind::StorageFull };
        let store = filled(failing.clone());
        *failing.left.lock().unwrap() = Some(0);
        store.keep(&bundle(3), Some(&bundle(2)), &floors(3)).unwrap_err();
        *failing.left.lock().unwrap() = None;
        store.keep_floors(&floors(4)).unwrap();
        assert!(store.condition().trouble.is_some());
        store.check(Some(&bundle(2)));
        assert_eq!(store.condition().trouble, None);
    }

    #[test]
    fn a_flipped_bit_anywhere_is_found_and_mended() {
        let whole = |store: &Store| -> Content {
            let bundles = store.bundles().into_iter().map(|(name, read)| (name.to_owned(), read.unwrap()));
            bundles.collect()
        };
        for name in [CURRENT, PREVIOUS, FLOORS, CUTOFF] {
            let length = { SimulatedDisk::holding(&contents()).content()[name].len() };
            for at in (0..length).step_by(length.div_ceil(300)) {
                let disk = SimulatedDisk::default();
                let store = filled(disk.clone());
                let mut flipped = disk.content();
                flipped.get_mut(name).unwrap()[at] ^= 1 << (at % 8);
                disk.put(&flipped);

                store.check(Some(&bundle(2)));
                let condition = store.condition();
                assert_eq!((condition.damaged.len(), condition.mended), (0, 1), "{name} at {at}");
                assert_eq!((store.floors(), store.cutoff()), (floors(2), Some(STANDING)), "{name} at {at}");
                let kept = whole(&store);
                assert_eq!(kept[CURRENT], bundle(2), "{name} at {at}");
                let before = if name == PREVIOUS { bundle(2) } else { bundle(1) };
                assert_eq!(kept[PREVIOUS], before, "{name} at {at}");
                store.check(Some(&bundle(2)));
                assert_eq!(store.condition().mended, 1, "{name} at {at}: once");
            }
        }
    }

    fn contents() -> Content {
        let disk = SimulatedDisk::default();
        filled(disk.clone());
        disk.content()
    }

    #[test]
    fn a_keyring_is_looked_after_too() {
        let disk = SimulatedDisk::holding(&Content::from([(KEYRING.to_owned(), b"a chain".to_vec())]));
        let store = Store::of(Box::new(disk.clone()));
        let kept = store.keyring();
        store.judged_keyring(kept.as_deref(), false);
        disk.put(&Content::new());
        store.check(None);
        assert_eq!((store.keyring(), store.condition().mended), (kept, 1));
        store.judged_keyring(Some(b"another"), true);
        assert!(store.condition().damaged.contains(KEYRING));
        store.judged_keyring(None, false);
        assert!(store.condition().damaged.contains(KEYRING));
    }

    #[test]
    fn what_cannot_be_mended_is_named_until_it_is_written_anew() {
        let mut damaged = contents();
        damaged.get_mut(CURRENT).unwrap()[0] ^= 1;
        damaged.insert(FLOORS.to_owned(), b"{".to_vec());
        let disk = SimulatedDisk::holding(&damaged);
        let store = Store::of(Box::new(disk.clone()));
        assert_eq!((store.floors(), store.cutoff()), (Floors::default(), Some(STANDING)));
        store.judged(&store.bundles(), |stored| ![bundle(1), bundle(2)].contains(&stored.to_vec()));
        let names = |store: &Store| store.condition().damaged.into_iter().collect::<Vec<_>>();
        assert_eq!(names(&store), [CURRENT, FLOORS]);
        // The one on air now is the one that lies there as the one before.
        store.check(Some(&bundle(1)));
        assert_eq!(names(&store), [CURRENT, FLOORS]);
        store.keep(&bundle(3), Some(&bundle(1)), &floors(3)).unwrap();
        assert_eq!(names(&store), Vec::<&str>::new());

        // Gone altogether, and the disk takes nothing.
        let failing = Failing { disk, left: Arc::default(), kind: ErrorKind::ReadOnlyFilesystem };
        let store = filled(failing.clone());
        failing.disk.put(&Content::new());
        *failing.left.lock().unwrap() = Some(0);
        store.check(Some(&bundle(2)));
        assert_eq!(names(&store), [CURRENT, CUTOFF, FLOORS, PREVIOUS]);
        *failing.left.lock().unwrap() = None;
        store.check(Some(&bundle(2)));
        assert_eq!((names(&store), store.cutoff()), (Vec::new(), Some(STANDING)));
        assert_eq!(store.condition().trouble, None);
    }
}
