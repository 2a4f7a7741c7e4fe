//! The keyrings that came after the one in the configuration, in a file of their own.

use std::io;

use protocol::StandingKeyring;

use super::{KEYRING, Store};

impl Store {
    /// What was introduced after the file, unverified: a disk is not to be believed. What cannot be read counts as damaged.
    pub(crate) fn keyring(&self) -> Option<Vec<u8>> {
        match self.files.read(KEYRING) {
            Ok(bytes) => Some(bytes),
            Err(error) if error.kind() == io::ErrorKind::NotFound => None,
            Err(_) => Some(Vec::new()),
        }
    }

    /// Keeps that. If the file is all there ever was, there is nothing to keep.
    pub(crate) fn keep_keyring(&self, keyring: &StandingKeyring) -> io::Result<()> {
        keyring.chain().map_or(Ok(()), |chain| self.write(KEYRING, &chain.to_bytes()))
    }
}

#[cfg(test)]
mod tests {
    use std::{env, fs, ops::ControlFlow, process};

    use protocol::{Key, Keyring, Role, SignedKeyring, SigningKey};

    use super::{super::simulated::SimulatedDisk, *};

    fn keyring(version: u64) -> Keyring {
        let keys = [(Role::Author, 1), (Role::Approver, 2), (Role::Root, 9)].map(|(role, seed)| {
            let public = SigningKey::from_seed(&[seed; 32]).public();
            Key { person: role.to_string(), role, public }.to_toml()
        });
        let text = format!("version = {version}\nroot-threshold = 1\n{}", keys.concat());
        Keyring::parse("keyring", &text).unwrap()
    }

    /// What stands after so many were introduced, one after the other.
    fn standing(version: u64) -> StandingKeyring {
        (2..=version).fold(StandingKeyring::new(keyring(1), None).0, |standing, version| {
            let mut next = SignedKeyring::draft(&keyring(version));
            next.sign(&SigningKey::from_seed(&[9; 32]));
            standing.take(&next).unwrap().unwrap()
        })
    }

    #[test]
    fn what_was_introduced_is_there_again_and_damage_is_told() {
        let folder = env::temp_dir().join(format!("gatesign-store-keyring-{}", process::id()));
        let _ = fs::remove_dir_all(&folder);
        let store = Store::open(&folder).unwrap();
        store.keep_keyring(&standing(1)).unwrap();
        assert_eq!(store.keyring(), None, "the file needs no copy");

        store.keep_keyring(&standing(2)).unwrap();
        let kept = Store::open(&folder).unwrap().keyring();
        assert_eq!(StandingKeyring::new(keyring(1), kept.as_deref()), (standing(2), None));

        // A folder in its place cannot be read, as what a broken disk has.
        fs::remove_file(folder.join(KEYRING)).unwrap();
        fs::create_dir(folder.join(KEYRING)).unwrap();
        let refused = StandingKeyring::new(keyring(1), store.keyring().as_deref()).1.unwrap();
        assert_eq!(refused.code(), "keyring-unreadable");
    }

    /// The power fails before every operation.
    #[test]
    fn a_power_cut_leaves_the_old_or_the_new_keyring_whole() {
        for (before, next) in [(1, 2), (2, 3), (2, 6)] {
            let old = SimulatedDisk::default();
            Store::of(Box::new(old.clone())).keep_keyring(&standing(before)).unwrap();
            let disk = SimulatedDisk::holding(&old.content());
            Store::of(Box::new(disk.clone())).keep_keyring(&standing(next)).unwrap();
            let history = disk.history();
            let last = history.len() - 1;
            let mut tried = 0;
            for (operation, platter) in history.iter().enumerate() {
                let _ = platter.survivors(&mut |left| {
                    let store = Store::of(Box::new(SimulatedDisk::holding(&left)));
                    let (stands, refused) = StandingKeyring::new(keyring(1), store.keyring().as_deref());
                    let version = stands.keyring().version();
                    assert_eq!(refused, None, "cut before operation {operation} of {next}");
                    assert!(
                        version == next || version == before && operation < last,
                        "{version} at {operation}"
                    );
                    tried += 1;
                    ControlFlow::Continue(())
                });
            }
            assert!(last >= 4 && tried > last, "{tried} at {last}");
        }
    }
}
