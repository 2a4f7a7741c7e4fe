//! From one keyring to the next: who comes, who goes, who stays, and how many it takes. Whoever signs is to see all of it.

use std::fmt;

use protocol::{Key, Keyring, Role};
use serde::Serialize;

/// What another keyring changes.
#[derive(Debug, Serialize)]
pub(crate) struct Changes {
    /// Of the keyring that stands, and of the next.
    version: [u64; 2],
    /// How many people with root keys it takes, before and after.
    root_threshold: [usize; 2],
    keys: Vec<Line>,
}

#[derive(Debug, Serialize)]
struct Line {
    change: Change,
    role: Role,
    person: String,
    public: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
enum Change {
    Comes,
    Goes,
    Stays,
}

impl Changes {
    pub(crate) fn between(standing: &Keyring, next: &Keyring) -> Self {
        let line = |change: Change, key: &Key| Line {
            change,
            role: key.role,
            person: key.person.clone(),
            public: key.public.to_string(),
        };
        let (before, after) = (standing.keys(), next.keys());
        let comes = after.iter().filter(|key| !before.contains(key)).map(|key| line(Change::Comes, key));
        let goes = before.iter().filter(|key| !after.contains(key)).map(|key| line(Change::Goes, key));
        let stays = after.iter().filter(|key| before.contains(key)).map(|key| line(Change::Stays, key));
        Self {
            version: [standing.version(), next.version()],
            root_threshold: [standing.root_threshold(), next.root_threshold()],
            keys: comes.chain(goes).chain(stays).collect(),
        }
    }
}

impl fmt::Display for Changes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ([from, to], [before, after]) = (self.version, self.root_threshold);
        writeln!(f, "the keyring that counts is version {from}, this is version {to}")?;
        match (before, after) {
            (0, 0) => writeln!(f, "  no root keys: only another file on every box changes it")?,
            (_, 0) => writeln!(f, "  NO ROOT KEYS any more: then only another file on every box changes it")?,
            _ if before == after => writeln!(f, "  it takes {} to change it, as before", holders(after))?,
            _ => writeln!(f, "  it takes {} to change it; UNTIL NOW {}", holders(after), holders(before))?,
        }
        // All digits: they are to be compared with those that the person says.
        self.keys.iter().try_for_each(|Line { change, role, person, public }| {
            let word = match change {
                Change::Comes => "COMES",
                Change::Goes => "GOES ",
                Change::Stays => "stays",
            };
            writeln!(f, "  {word}  {:8}  {person}  {public}", role.as_str())
        })
    }
}

fn holders(number: usize) -> String {
    if number == 1 {
        "one person with a root key".to_owned()
    } else {
        format!("{number} people with root keys")
    }
}

#[cfg(test)]
mod tests {
    use protocol::SigningKey;

    use super::*;

    fn keyring(version: u64, threshold: usize, keys: &[(&str, Role, u8)]) -> Keyring {
        let keys: String = keys
            .iter()
            .map(|(person, role, seed)| {
                let public = SigningKey::from_seed(&[*seed; 32]).public();
                Key { person: (*person).to_owned(), role: *role, public }.to_toml()
            })
            .collect();
        let text = format!("version = {version}\nroot-threshold = {threshold}\n{keys}");
        Keyring::parse("keyring", &text).unwrap()
    }

    #[test]
    fn tells_who_comes_and_who_goes_and_how_many_it_takes() {
        let roots = [("Lan", Role::Root, 8), ("Minh", Role::Root, 9)];
        let people = |author| [("Hoa", Role::Author, author), ("Sơn", Role::Approver, 2)];
        let standing = keyring(1, 2, &[&people(1)[..], &roots].concat());
        // A person keeps the name and gets another key.
        let next = keyring(4, 1, &[&people(3)[..], &roots[..1]].concat());
        let told = Changes::between(&standing, &next).to_string();
        let key = |seed: u8| SigningKey::from_seed(&[seed; 32]).public().to_string();
        assert_eq!(told.lines().count(), 7, "{told}");
        assert!(told.contains("is version 1, this is version 4"), "{told}");
        assert!(
            told.contains("it takes one person with a root key to change it; UNTIL NOW 2 people"),
            "{told}"
        );
        for line in [
            format!("COMES  author    Hoa  {}", key(3)),
            format!("GOES   author    Hoa  {}", key(1)),
            format!("GOES   root      Minh  {}", key(9)),
            format!("stays  approver  Sơn  {}", key(2)),
            format!("stays  root      Lan  {}", key(8)),
        ] {
            assert!(told.contains(&line), "{line} is not in\n{told}");
        }
    }
}
