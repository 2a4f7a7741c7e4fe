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
    use std::{env, fs, process};

    use protocol::{Key, Keyring, Role, SignedKeyring, SigningKey};

    use super::*;

    #[test]
    fn what_was_introduced_is_there_again_and_damage_is_told() {
        let folder = env::temp_dir().join(format!("gatesign-store-keyring-{}", process::id()));
        let _ = fs::remove_dir_all(&folder);
        let store = Store::open(&folder).unwrap();
        let root = SigningKey::from_seed(&[9; 32]);
        let keys = [(Role::Author, 1), (Role::Approver, 2), (Role::Root, 9)].map(|(role, seed)| {
            let public = SigningKey::from_seed(&[seed; 32]).public();
            Key { person: role.to_string(), role, public }.to_toml()
        });
        let keyring = |version| {
            let text = format!("version = {version}\nroot-threshold = 1\n{}", keys.concat());
            Keyring::parse("keyring", &text).unwrap()
        };
        let file = || StandingKeyring::new(keyring(1), None).0;
        store.keep_keyring(&file()).unwrap();
        assert_eq!(store.keyring(), None, "the file needs no copy");

        let mut second = SignedKeyring::draft(&keyring(2));
        second.sign(&root);
        let second = file().take(&second).unwrap().unwrap();
        store.keep_keyring(&second).unwrap();
        let kept = Store::open(&folder).unwrap().keyring();
        assert_eq!(StandingKeyring::new(keyring(1), kept.as_deref()), (second, None));

        // A folder in its place cannot be read, as what a broken disk has.
        fs::remove_file(folder.join(KEYRING)).unwrap();
        fs::create_dir(folder.join(KEYRING)).unwrap();
        let refused = StandingKeyring::new(keyring(1), store.keyring().as_deref()).1.unwrap();
        assert_eq!(refused.code(), "keyring-unreadable");
    }
}
