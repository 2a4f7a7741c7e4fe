//! The keyring file: whose keys a gate trusts, and for what; and who may say which keyring comes after it.

use std::collections::{BTreeMap, BTreeSet};

use playlists::Digest;
use serde::{Deserialize, Serialize};
use written::{Mistakes, Report, Table, Told, all, read_toml};

use crate::{PublicKey, Role, wire::WORD};

/// What a person is called in a keyring.
pub type Person = String;

/// A key that a keyring trusts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Key {
    /// Whose.
    pub person: Person,
    /// For what.
    pub role: Role,
    /// The key.
    pub public: PublicKey,
}

/// The most keys of a keyring, so that one always fits into a message.
const MOST_KEYS: usize = 64;

/// The most root keys that may be asked for.
const MOST_ROOTS: i64 = 8;

/// The keys that a gate trusts: at least one of an author and one of an approver.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Keyring {
    version: u64,
    root_threshold: usize,
    keys: Vec<Key>,
    /// Of what is written: asked for with every report.
    digest: Digest,
}

/// A keyring by version and by the digest of what [`Keyring::to_toml`] writes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeyringRef {
    /// Grows with every keyring.
    pub version: u64,
    /// The same for the same keys, however the file was written.
    pub digest: Digest,
}

impl Keyring {
    /// Reads a keyring file. `file` only names it in mistakes; all mistakes are told at once.
    pub fn parse(file: &str, text: &str) -> Result<Self, Mistakes> {
        read_toml(file, text, read)
    }

    /// A file that [`Keyring::parse`] reads, always the same for the same keyring.
    pub fn to_toml(&self) -> String {
        let threshold = match self.root_threshold {
            0 => String::new(),
            threshold => format!("root-threshold = {threshold}\n"),
        };
        let keys: Vec<_> = self.keys.iter().map(Key::to_toml).collect();
        format!("version = {}\n{threshold}\n{}", self.version, keys.join("\n"))
    }

    /// By which it is known.
    pub fn reference(&self) -> KeyringRef {
        KeyringRef { version: self.version, digest: self.digest }
    }

    /// Grows with every keyring; 1 if nothing is written.
    pub fn version(&self) -> u64 {
        self.version
    }

    /// How many people with a root key it takes to put another one in its place; 0 if there are none, and only who
    /// opens the box can.
    pub fn root_threshold(&self) -> usize {
        self.root_threshold
    }

    /// All keys, by role and person.
    pub fn keys(&self) -> &[Key] {
        &self.keys
    }

    /// The trusted key of this role, if it is one.
    pub fn find(&self, role: Role, public: &PublicKey) -> Option<&Key> {
        self.keys.iter().find(|key| key.role == role && key.public == *public)
    }
}

impl Key {
    /// Its part of a keyring file.
    pub fn to_toml(&self) -> String {
        let public = self.public.to_string();
        let key = BTreeMap::from([
            ("person", self.person.as_str()),
            ("public", &public),
            ("role", self.role.as_str()),
        ]);
        toml::to_string(&BTreeMap::from([("key", [key])])).expect("strings in tables are TOML")
    }
}

fn read(report: &mut Report<'_>, mut root: Table<'_>) -> Result<Keyring, Told> {
    let version = root.take("version").map_or(Ok(1), |entry| entry.whole(report, 1..=i64::MAX));
    let threshold = root.take("root-threshold");
    let mut keys: Vec<Key> = Vec::new();
    let read = root.take("key").map_or(Ok(Vec::new()), |entry| {
        let entries = entry.list(report, "is a list of keys, each under [[key]]")?;
        if entries.len() > MOST_KEYS {
            return Err(entry.wrong_shown_as(report, "", format!("more than {MOST_KEYS} keys")));
        }
        all(entries, |entry| {
            let table = entry.table(report, "is a key, under [[key]]")?;
            keys.push(read_key(report, table, &keys)?);
            Ok(())
        })
    });
    // A key that could not be read may be the one that would be missed.
    if read.is_ok() {
        for role in Role::OF_BUNDLE.into_iter().filter(|role| !keys.iter().any(|key| key.role == *role)) {
            let rule = format!("no {role} is named, a bundle needs an author and an approver");
            root.missing(report, "key", rule);
        }
    }
    let roots: BTreeSet<_> =
        keys.iter().filter(|key| key.role == Role::Root).map(|key| key.person.as_str()).collect();
    let root_threshold = match threshold {
        Some(entry) => entry.whole(report, 1..=MOST_ROOTS).and_then(|number| {
            let threshold = usize::try_from(number).unwrap_or(usize::MAX);
            if read.is_ok() && roots.len() < threshold {
                let rule = format!("is more than the people with a root key: {}", roots.len());
                return Err(entry.wrong(report, rule));
            }
            Ok(threshold)
        }),
        None if roots.is_empty() => Ok(0),
        None => {
            let rule =
                "is missing: how many people with a root key put another keyring in the place of this one";
            Err(root.missing(report, "root-threshold", rule))
        }
    };
    root.finish(report)?;
    read?;
    keys.sort_by(|one, other| {
        let rank = |key: &Key| (key.role, key.person.clone(), key.public.to_string());
        rank(one).cmp(&rank(other))
    });
    let (version, root_threshold) = (version?.unsigned_abs(), root_threshold?);
    let keyring = Keyring { version, root_threshold, keys, digest: Digest::of(b"") };
    let digest = Digest::of(keyring.to_toml().as_bytes());
    Ok(Keyring { digest, ..keyring })
}

/// Reads a key that does not contradict those `before` it.
fn read_key(report: &mut Report<'_>, mut table: Table<'_>, before: &[Key]) -> Result<Key, Told> {
    let person =
        table.require(report, "person", "whose key it is").and_then(|entry| entry.parse(report, read_person));
    let role = table
        .require(report, "role", "what the key is for: author, approver, duty, clock or root")
        .and_then(|entry| Role::read(report, &entry, &Role::ALL));
    let public =
        table.require(report, "public", "the public key, as 64 hexadecimal digits").and_then(|entry| {
            let public = entry.parse(report, |written| PublicKey::parse(written).map_err(|bad| bad.rule))?;
            Ok((public, entry))
        });
    table.finish(report)?;

    let (public, entry) = public?;
    let key = Key { person: person?, role: role?, public };
    // The key of the clock lies on a server: what it signs must never count as a person's word. A root key lies in a
    // safe: it is not for every day.
    let contradicts = |other: &&Key| {
        let alone = [other.role, key.role].iter().any(|role| matches!(role, Role::Clock | Role::Root));
        other.public == key.public && (other.role == key.role || other.person != key.person || alone)
    };
    match before.iter().find(contradicts) {
        None => Ok(key),
        Some(other) => {
            let rule = format!("this key is already the one of {} as {}", other.person, other.role);
            Err(entry.wrong(report, rule))
        }
    }
}

fn read_person(written: &str) -> Result<Person, &'static str> {
    let fits = (1..=WORD).contains(&written.chars().count())
        && written.trim() == written
        && !written.contains(char::is_control);
    let rule = "1 to 64 characters, without spaces around them or control characters";
    fits.then(|| written.to_owned()).ok_or(rule)
}

#[cfg(test)]
mod tests {
    use super::*;

    const A: &str = "42b2935959755e965b40f7b687346327d8389a731324ea4aaa87250f67bd57da";
    const B: &str = "19bf44096984cdfe8541bac167dc3b96c85086aa30b6b6cb0c5c38ad703166e1";

    fn entry(person: &str, role: &str, public: &str) -> String {
        format!("[[key]]\nperson = \"{person}\"\nrole = \"{role}\"\npublic = \"{public}\"\n")
    }

    #[test]
    fn reads_what_it_writes() {
        let text = format!(
            "# Bình Phước\n{}\n{}",
            entry("bien-tap-1", "author", A),
            entry("duyệt 1", "approver", B)
        );
        let keyring = Keyring::parse("keyring.toml", &text).unwrap();
        assert_eq!(Keyring::parse("again", &keyring.to_toml()), Ok(keyring.clone()));

        let (a, b) = (PublicKey::parse(A).unwrap(), PublicKey::parse(B).unwrap());
        assert_eq!(keyring.find(Role::Author, &a).unwrap().person, "bien-tap-1");
        assert_eq!(keyring.find(Role::Approver, &b).unwrap().person, "duyệt 1");
        assert_eq!(keyring.find(Role::Approver, &a), None, "an author's key does not approve");
        assert_eq!(keyring.keys().len(), 2);
    }

    #[test]
    fn writes_any_person_so_that_it_is_read_again() {
        let public = PublicKey::parse(A).unwrap();
        for person in ["a\"b", "a\\b", "'''", "[[key]]", "ខ្មែរ"] {
            let author = Key { person: person.into(), role: Role::Author, public };
            let text = format!("{}\n{}", author.to_toml(), entry("other", "approver", B));
            assert_eq!(Keyring::parse("k", &text).unwrap().keys()[0], author);
        }
    }

    #[track_caller]
    fn check_refused(text: &str, expected: &[&str]) {
        let mistakes = Keyring::parse("k.toml", text).unwrap_err();
        let told: Vec<_> = mistakes.0.iter().map(ToString::to_string).collect();
        assert_eq!(told, expected);
    }

    #[test]
    fn tells_all_mistakes_with_their_place() {
        let lacks =
            |role| format!("k.toml:1:1: key: no {role} is named, a bundle needs an author and an approver");
        check_refused("", &[&lacks("author"), &lacks("approver")]);
        check_refused(&entry("a", "author", A), &[&lacks("approver")]);
        check_refused(
            &format!("{}{}", entry("a", "author", A), entry("b", "approver", &B[2..])),
            &[&format!("k.toml:8:10: key[2].public: `{}…`: 64 hexadecimal digits", &B[2..62])],
        );
        check_refused(
            &format!("{}{}", entry("", "author", A), entry("b", "Approver", B)),
            &[
                "k.toml:2:10: key[1].person: 1 to 64 characters, without spaces around them or control characters",
                "k.toml:7:8: key[2].role: `Approver`: is one of author, approver, duty, clock, root",
            ],
        );
        let long = "ម".repeat(65);
        check_refused(
            &format!("{}{}", entry(&long, "author", A), entry("b", "approver", B)),
            &[&format!(
                "k.toml:2:10: key[1].person: `{}…`: 1 to 64 characters, without spaces around them or control characters",
                "ម".repeat(60)
            )],
        );
        let both = format!("{}{}", entry("a", "author", A), entry("b", "approver", B));
        check_refused(
            &format!("{both}{}", entry("a", "author", A)),
            &[&format!(
                "k.toml:12:10: key[3].public: `{}…`: this key is already the one of a as author",
                &A[..60]
            )],
        );
        check_refused(
            &format!("{both}{}", entry("c", "approver", A)),
            &[&format!(
                "k.toml:12:10: key[3].public: `{}…`: this key is already the one of a as author",
                &A[..60]
            )],
        );
        check_refused(
            &format!("note = 1\n{both}pubic = 2\n[[key]]\n"),
            &[
                "k.toml:1:1: note: `1`: is an unknown key; known are: version, root-threshold, key",
                "k.toml:10:1: key[2].pubic: `2`: is an unknown key; did you mean `public`?",
                "k.toml:11:1: key[3].person: is missing: whose key it is",
                "k.toml:11:1: key[3].role: is missing: what the key is for: author, approver, duty, clock or root",
                "k.toml:11:1: key[3].public: is missing: the public key, as 64 hexadecimal digits",
            ],
        );
        check_refused("key = []", &["k.toml:1:7: key: `[]`: is a list of keys, each under [[key]]"]);
        check_refused("[[key]\n", &["k.toml:1:7: `[[key]`: is not TOML: unclosed array table, expected `]`"]);
    }

    #[test]
    fn the_key_of_the_clock_is_nobody_elses() {
        let both = format!("{}{}", entry("a", "author", A), entry("b", "approver", B));
        let clock = "207a067892821e25d770f1fba0c47c11ff4b813e54162ece9eb839e076231ab6";
        let text = format!("{both}{}", entry("máy chủ", "clock", clock));
        let keyring = Keyring::parse("k", &text).unwrap();
        assert!(keyring.find(Role::Clock, &PublicKey::parse(clock).unwrap()).is_some());
        let rule = format!(
            "k.toml:12:10: key[3].public: `{}…`: this key is already the one of a as author",
            &A[..60]
        );
        check_refused(&format!("{both}{}", entry("a", "clock", A)), &[&rule]);
    }

    #[test]
    fn says_who_puts_another_one_in_its_place() {
        let both = format!("{}{}", entry("a", "author", A), entry("b", "approver", B));
        let plain = Keyring::parse("k", &both).unwrap();
        assert_eq!((plain.version(), plain.root_threshold()), (1, 0));
        let roots: String = ["a", "b"]
            .iter()
            .zip([11, 12])
            .map(|(person, seed)| {
                let public = crate::SigningKey::from_seed(&[seed; 32]).public().to_string();
                entry(person, "root", &public)
            })
            .collect();
        let text = format!("version = 7\nroot-threshold = 2\n{both}{roots}");
        let keyring = Keyring::parse("k", &text).unwrap();
        assert_eq!((keyring.version(), keyring.root_threshold()), (7, 2));
        assert_eq!(Keyring::parse("again", &keyring.to_toml()), Ok(keyring.clone()));
        let otherwise = format!("# in another order\nversion=7\nroot-threshold=2\n{roots}{both}");
        let otherwise = Keyring::parse("k", &otherwise).unwrap();
        assert_eq!(otherwise.reference(), keyring.reference());
        assert_ne!(plain.reference(), keyring.reference());

        let rule = "is missing: how many people with a root key put another keyring in the place of this one";
        check_refused(&format!("{both}{roots}"), &[&format!("k.toml:1:1: root-threshold: {rule}")]);
        check_refused(
            &format!("root-threshold = 3\nversion = 0\n{both}{roots}"),
            &[
                "k.toml:1:18: root-threshold: `3`: is more than the people with a root key: 2",
                "k.toml:2:11: version: `0`: is a whole number from 1 to 9223372036854775807, without quotes",
            ],
        );
        check_refused(
            &format!("root-threshold = 1\n{both}"),
            &["k.toml:1:18: root-threshold: `1`: is more than the people with a root key: 0"],
        );
        // A key that says who may speak says nothing else.
        let rule = format!(
            "k.toml:13:10: key[3].public: `{}…`: this key is already the one of a as author",
            &A[..60]
        );
        check_refused(&format!("root-threshold = 1\n{both}{}", entry("a", "root", A)), &[&rule]);
    }

    #[test]
    fn one_person_may_hold_both_roles() {
        let text = format!("{}{}", entry("a", "author", A), entry("a", "approver", A));
        assert_eq!(Keyring::parse("k", &text).unwrap().keys().len(), 2);
    }
}
