//! The keyring file: whose keys a gate trusts, and for what.

use std::{collections::BTreeMap, ops::Range};

use playlists::{Mistake, Mistakes};
use serde::Deserialize;
use toml::Spanned;

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

/// The keys that a gate trusts: at least one of each role.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Keyring {
    keys: Vec<Key>,
}

impl Keyring {
    /// Reads a keyring file. `file` only names it in mistakes; all mistakes are told at once.
    pub fn parse(file: &str, text: &str) -> Result<Self, Mistakes> {
        let mut reader = Reader { file, text, mistakes: Vec::new() };
        let written: WrittenKeyring = match toml::from_str(text) {
            Ok(written) => written,
            Err(cause) => {
                reader.mistake(cause.span().unwrap_or(0..0), "", "", cause.message());
                return Err(Mistakes(reader.mistakes));
            }
        };
        let mut keys = Vec::new();
        for (n, written) in written.key.iter().enumerate() {
            if let Some(key) = reader.key(n, written, &keys) {
                keys.push(key);
            }
        }
        for role in Role::ALL {
            if !written.key.iter().any(|key| key.role.get_ref() == role.as_str()) {
                let rule = format!("no {role} is named, a bundle needs an author and an approver");
                reader.mistake(0..0, "key", "", &rule);
            }
        }
        if reader.mistakes.is_empty() { Ok(Self { keys }) } else { Err(Mistakes(reader.mistakes)) }
    }

    /// A file that [`Keyring::parse`] reads.
    pub fn to_toml(&self) -> String {
        self.keys.iter().map(Key::to_toml).collect::<Vec<_>>().join("\n")
    }

    /// All keys, in the order of the file.
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

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct WrittenKeyring {
    #[serde(default)]
    key: Vec<WrittenKey>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct WrittenKey {
    person: Spanned<String>,
    role: Spanned<String>,
    public: Spanned<String>,
}

struct Reader<'a> {
    file: &'a str,
    text: &'a str,
    mistakes: Vec<Mistake>,
}

impl Reader<'_> {
    /// The key, unless it has a mistake of its own or contradicts those `before` it.
    fn key(&mut self, n: usize, written: &WrittenKey, before: &[Key]) -> Option<Key> {
        let person = self.person(n, &written.person);
        let role = self.role(n, &written.role);
        let public = self.public(n, &written.public);
        let key = Key { person: person?, role: role?, public: public? };
        let Some(other) = before.iter().find(|other| {
            other.public == key.public && (other.role == key.role || other.person != key.person)
        }) else {
            return Some(key);
        };
        let rule = format!("this key is already the one of {} as {}", other.person, other.role);
        self.wrong(n, "public", &written.public, &rule);
        None
    }

    fn person(&mut self, n: usize, written: &Spanned<String>) -> Option<Person> {
        let person = written.get_ref();
        let fits = (1..=WORD).contains(&person.chars().count())
            && person.trim() == person
            && !person.chars().any(char::is_control);
        if fits {
            return Some(person.clone());
        }
        self.wrong(
            n,
            "person",
            written,
            "1 to 64 characters, without spaces around them or control characters",
        );
        None
    }

    fn role(&mut self, n: usize, written: &Spanned<String>) -> Option<Role> {
        let role = Role::ALL.into_iter().find(|role| role.as_str() == written.get_ref());
        if role.is_none() {
            self.wrong(n, "role", written, "author or approver");
        }
        role
    }

    fn public(&mut self, n: usize, written: &Spanned<String>) -> Option<PublicKey> {
        match PublicKey::parse(written.get_ref()) {
            Ok(public) => Some(public),
            Err(bad) => {
                self.wrong(n, "public", written, bad.rule);
                None
            }
        }
    }

    fn wrong(&mut self, n: usize, key: &str, written: &Spanned<String>, rule: &str) {
        let value: String = written.get_ref().chars().take(70).collect();
        self.mistake(written.span(), &format!("key[{}].{key}", n + 1), &value, rule);
    }

    fn mistake(&mut self, at: Range<usize>, key: &str, value: &str, rule: &str) {
        let before = self.text.get(..at.start).unwrap_or_default();
        let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
        self.mistakes.push(Mistake {
            file: self.file.to_owned(),
            line: before.matches('\n').count() + 1,
            column: before[line_start..].chars().count() + 1,
            key: key.to_owned(),
            value: value.to_owned(),
            rule: rule.to_owned(),
        });
    }
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
            &[&format!("k.toml:8:10: key[2].public: `{}`: 64 hexadecimal digits", &B[2..])],
        );
        check_refused(
            &format!("{}{}", entry("", "author", A), entry("b", "Approver", B)),
            &[
                "k.toml:2:10: key[1].person: 1 to 64 characters, without spaces around them or control characters",
                "k.toml:7:8: key[2].role: `Approver`: author or approver",
                &lacks("approver"),
            ],
        );
        let long = "ម".repeat(65);
        check_refused(
            &format!("{}{}", entry(&long, "author", A), entry("b", "approver", B)),
            &[&format!(
                "k.toml:2:10: key[1].person: `{long}`: 1 to 64 characters, without spaces around them or control characters"
            )],
        );
        let both = format!("{}{}", entry("a", "author", A), entry("b", "approver", B));
        check_refused(
            &format!("{both}{}", entry("a", "author", A)),
            &[&format!("k.toml:12:10: key[3].public: `{A}`: this key is already the one of a as author")],
        );
        check_refused(
            &format!("{both}{}", entry("c", "approver", A)),
            &[&format!("k.toml:12:10: key[3].public: `{A}`: this key is already the one of a as author")],
        );
        let mistakes = Keyring::parse("k.toml", &format!("{both}note = 1")).unwrap_err();
        assert!(mistakes.to_string().starts_with("k.toml:9:1: unknown field `note`"), "{mistakes}");
        let mistakes = Keyring::parse("k.toml", "[[key]\n").unwrap_err();
        assert_eq!(mistakes.0[0].line, 1, "{mistakes}");
    }

    #[test]
    fn one_person_may_hold_both_roles() {
        let text = format!("{}{}", entry("a", "author", A), entry("a", "approver", A));
        assert_eq!(Keyring::parse("k", &text).unwrap().keys().len(), 2);
    }
}
