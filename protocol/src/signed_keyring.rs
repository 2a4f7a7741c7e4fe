//! Keyrings that come after the one in the file: who may speak changes without anybody near a gate.
//!
//! As with the root role of TUF: a keyring counts if the people with root keys who stand sign it, so many as the standing
//! keyring says, and the people whose root keys it names itself, so many as it says itself. Its version only grows. A gate
//! that was away for years goes through all that it missed, one after the other: whoever was root at the beginning may be
//! nobody at the end. Therefore a message has them all, from the first that came after a file, and is bounded.
//!
//! There is no expiry: a gate that nobody reaches goes on with what it has, and what is older never counts again. That a gate
//! lags, because somebody holds a keyring back, is seen by its report.

use std::collections::BTreeSet;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use playlists::Digest;
use serde::{Deserialize, Serialize};

use crate::{
    FORMAT, KEYRING_LIMIT, Keyring, KeyringRef, Person, Role, SigningKey, message,
    signature::{self, Signature, WrittenSignature},
    wire::{SENTENCE, format_of, shortened},
};

/// The most keyrings of a message: one a month for five years, or two a year for thirty.
const MOST_LINKS: usize = 64;

/// The most signatures on a keyring: of those who go and of those who come.
const MOST_SIGNATURES: usize = 16;

/// A keyring as it travels, with those that it takes to introduce it. Nothing of it is believed yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedKeyring {
    /// At least one; the last is the newest.
    links: Vec<Link>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Link {
    version: u64,
    document: Vec<u8>,
    signatures: Vec<Signature>,
}

/// The keyring that counts: of the file, or the last that was introduced after it. There is no other way to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StandingKeyring {
    keyring: Keyring,
    /// The version of the file.
    anchor: u64,
    /// All that came after the file, and what is known of those before.
    chain: Option<SignedKeyring>,
}

/// Why a keyring does not count.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RefusedKeyring {
    /// Not what this program writes.
    #[error("the keyring cannot be read: {cause}")]
    Unreadable {
        /// What does not fit.
        cause: String,
    },
    /// Forged or damaged.
    #[error("the signature by key {key} on version {version} of the keyring is not good")]
    BadSignature {
        /// Of the keyring.
        version: u64,
        /// The beginning of the key.
        key: String,
    },
    /// Nobody here knows it.
    #[error(
        "version {version} of the keyring is signed by key {key}, which is a root key neither of it nor of version {standing}"
    )]
    UnknownKey {
        /// Of the keyring.
        version: u64,
        /// The one before it.
        standing: u64,
        /// The beginning of the key.
        key: String,
    },
    /// The keyring that stands knows nobody who could introduce another.
    #[error("version {standing} of the keyring names no root key, only another file changes it")]
    NoRoot {
        /// The one that stands.
        standing: u64,
    },
    /// Too few people.
    #[error(
        "version {version} of the keyring takes at least {needed} of those with root keys of version {of}; {signed} signed"
    )]
    MissingSignature {
        /// Of the keyring.
        version: u64,
        /// Whose people: of the one before it, or its own.
        of: u64,
        /// How many it takes.
        needed: usize,
        /// Who signed.
        signed: String,
    },
    /// An older one, or another one under the same version.
    #[error("the keyring is version {offered}, version {standing} stands already")]
    Rollback {
        /// Its version.
        offered: u64,
        /// The one that stands.
        standing: u64,
    },
    /// Somebody has to go there.
    #[error(
        "since the keyring of the file more than {MOST_LINKS} others came, or {KEYRING_LIMIT} bytes: a newer file is needed first"
    )]
    TooLong,
}

impl RefusedKeyring {
    /// A stable word for reports.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Unreadable { .. } => "keyring-unreadable",
            Self::BadSignature { .. } => "keyring-bad-signature",
            Self::UnknownKey { .. } => "keyring-unknown-key",
            Self::NoRoot { .. } => "keyring-no-root",
            Self::MissingSignature { .. } => "keyring-missing-signature",
            Self::Rollback { .. } => "keyring-rollback",
            Self::TooLong => "keyring-too-long",
        }
    }
}

impl StandingKeyring {
    /// With `file` as the beginning, and what was kept since. If that does not follow from the file, the file counts, and
    /// the reason is told.
    pub fn new(file: Keyring, kept: Option<&[u8]>) -> (Self, Option<RefusedKeyring>) {
        let anchor = file.version();
        let alone = Self { keyring: file, anchor, chain: None };
        let Some(kept) = kept else { return (alone, None) };
        let chain = match SignedKeyring::parse(kept) {
            Ok(chain) => chain,
            Err(refused) => return (alone, Some(refused)),
        };
        match alone.take(&chain) {
            // Also what came before the file: others may still need to be led to where it is.
            Ok(Some(standing)) => (Self { chain: Some(chain), ..standing }, None),
            Ok(None) => (Self { chain: Some(chain), ..alone }, None),
            Err(RefusedKeyring::Rollback { offered, standing }) if offered < standing => {
                (Self { chain: Some(chain), ..alone }, None)
            }
            Err(refused) => (alone, Some(refused)),
        }
    }

    /// Whose signatures count.
    pub fn keyring(&self) -> &Keyring {
        &self.keyring
    }

    /// What leads from the file to it: to keep, and to lead others. None if the file is all there ever was.
    pub fn chain(&self) -> Option<&SignedKeyring> {
        self.chain.as_ref()
    }

    /// The one that stands after `offered`, if that counts; none if it stands already.
    pub fn take(&self, offered: &SignedKeyring) -> Result<Option<Self>, RefusedKeyring> {
        let (claimed, standing) = (offered.reference(), self.keyring.reference());
        if claimed == standing {
            return Ok(None);
        }
        if claimed.version <= standing.version {
            return Err(RefusedKeyring::Rollback { offered: claimed.version, standing: standing.version });
        }
        let mut links = self.chain.as_ref().map_or(Vec::new(), |chain| chain.links.clone());
        let mut keyring = self.keyring.clone();
        for link in &offered.links {
            if link.version > keyring.version() {
                keyring = link.verify(&keyring)?;
                links.push(link.clone());
            }
        }
        let mut chain = SignedKeyring { links };
        // From before the file: not needed here any more.
        while chain.is_too_long() && chain.links[0].version <= self.anchor {
            chain.links.remove(0);
        }
        if chain.is_too_long() {
            return Err(RefusedKeyring::TooLong);
        }
        Ok(Some(Self { keyring, anchor: self.anchor, chain: Some(chain) }))
    }
}

impl SignedKeyring {
    /// An unsigned keyring, introduced by nobody yet.
    pub fn draft(keyring: &Keyring) -> Self {
        let document = keyring.to_toml().into_bytes();
        Self { links: vec![Link { version: keyring.version(), document, signatures: Vec::new() }] }
    }

    /// Adds the signature of a person with a root key to the newest. Signing twice is signing once.
    pub fn sign(&mut self, key: &SigningKey) {
        let link = self.newest_mut();
        let bytes = link.bytes_to_sign();
        signature::add(&mut link.signatures, Role::Root, key, &bytes);
    }

    /// What it claims to be, unverified. The digest is that of the exact document that is signed.
    pub fn reference(&self) -> KeyringRef {
        let Link { version, document, .. } = self.newest();
        KeyringRef { version: *version, digest: Digest::of(document) }
    }

    /// The newest, unverified: for people to see what they would sign.
    pub fn claims(&self) -> Result<Keyring, RefusedKeyring> {
        self.newest().read()
    }

    /// Who has signed the newest with a root key of `keyring`, if the signature is good.
    pub fn signed_by(&self, keyring: &Keyring) -> Vec<Person> {
        let newest = self.newest();
        let good = newest.signatures.iter().filter(|signature| newest.is_good(signature));
        people(good, keyring).into_iter().collect()
    }

    /// Reads what [`Self::to_bytes`] wrote; bounded by [`KEYRING_LIMIT`].
    pub fn parse(bytes: &[u8]) -> Result<Self, RefusedKeyring> {
        if bytes.len() > KEYRING_LIMIT {
            let cause = format!("it has {} bytes, at most {KEYRING_LIMIT} are allowed", bytes.len());
            return Err(unreadable(cause));
        }
        let offered = format_of(bytes).map_err(unreadable)?;
        if offered != FORMAT {
            return Err(unreadable(format!("it has format {offered}, this program knows {FORMAT}")));
        }
        let Envelope { keyrings, .. } = serde_json::from_slice(bytes).map_err(unreadable)?;
        if !(1..=MOST_LINKS).contains(&keyrings.len()) {
            return Err(unreadable(format!("{} keyrings, 1 to {MOST_LINKS} are allowed", keyrings.len())));
        }
        let links = keyrings.into_iter().map(|written| {
            Ok(Link {
                version: written.version,
                document: STANDARD.decode(written.document).map_err(unreadable)?,
                signatures: signature::read_all(&written.signatures, MOST_SIGNATURES).map_err(unreadable)?,
            })
        });
        Ok(Self { links: links.collect::<Result<_, _>>()? })
    }

    /// As it travels, and lies on disks.
    pub fn to_bytes(&self) -> Vec<u8> {
        let written = |link: &Link| WrittenLink {
            version: link.version,
            document: STANDARD.encode(&link.document),
            signatures: link.signatures.iter().map(WrittenSignature::of).collect(),
        };
        message::to_bytes(&Envelope { format: FORMAT, keyrings: self.links.iter().map(written).collect() })
    }

    fn is_too_long(&self) -> bool {
        self.links.len() > MOST_LINKS || self.to_bytes().len() > KEYRING_LIMIT
    }

    fn newest(&self) -> &Link {
        self.links.last().expect("there is always one")
    }

    fn newest_mut(&mut self) -> &mut Link {
        self.links.last_mut().expect("there is always one")
    }
}

impl Link {
    /// Whether it may come after `standing`. Nothing of it is read before those who stand have signed.
    fn verify(&self, standing: &Keyring) -> Result<Keyring, RefusedKeyring> {
        let version = self.version;
        if standing.root_threshold() == 0 {
            return Err(RefusedKeyring::NoRoot { standing: standing.version() });
        }
        if let Some(forged) = self.signatures.iter().find(|signature| !self.is_good(signature)) {
            return Err(RefusedKeyring::BadSignature { version, key: forged.key.id() });
        }
        let threshold = |of: &Keyring, needed: usize| {
            let people: Vec<_> = people(&self.signatures, of).into_iter().collect();
            if people.len() >= needed {
                return Ok(());
            }
            let signed = if people.is_empty() { "nobody".to_owned() } else { people.join(", ") };
            Err(RefusedKeyring::MissingSignature { version, of: of.version(), needed, signed })
        };
        threshold(standing, standing.root_threshold())?;
        let keyring = self.read()?;
        // With no root keys there is nobody whose word it takes, and nobody to introduce another.
        threshold(&keyring, keyring.root_threshold())?;
        let known = |signature: &&Signature| {
            [standing, &keyring].iter().any(|keyring| keyring.find(Role::Root, &signature.key).is_some())
        };
        match self.signatures.iter().find(|signature| !known(signature)) {
            Some(stranger) => Err(RefusedKeyring::UnknownKey {
                version,
                standing: standing.version(),
                key: stranger.key.id(),
            }),
            None => Ok(keyring),
        }
    }

    /// Exactly as this program writes it, so that a keyring has one digest.
    fn read(&self) -> Result<Keyring, RefusedKeyring> {
        let text = str::from_utf8(&self.document).map_err(unreadable)?;
        let keyring = Keyring::parse("keyring", text).map_err(unreadable)?;
        if keyring.version() != self.version {
            let inside = keyring.version();
            return Err(unreadable(format!("version {inside} is said to be version {}", self.version)));
        }
        if keyring.to_toml().as_bytes() != self.document {
            return Err(unreadable("it is not written as it should be"));
        }
        Ok(keyring)
    }

    fn is_good(&self, signature: &Signature) -> bool {
        signature.role == Role::Root && signature.key.verifies(&self.bytes_to_sign(), &signature.bytes)
    }

    /// The first line keeps it apart from everything else that is ever signed.
    fn bytes_to_sign(&self) -> Vec<u8> {
        [format!("gatesign/1 keyring {}\n", Role::Root).as_bytes(), &self.document].concat()
    }
}

/// Whose root keys these are: two keys of one person are one word.
fn people<'a>(signatures: impl IntoIterator<Item = &'a Signature>, keyring: &Keyring) -> BTreeSet<Person> {
    let known = signatures.into_iter().filter_map(|signature| keyring.find(Role::Root, &signature.key));
    known.map(|key| key.person.clone()).collect()
}

#[derive(Serialize, Deserialize)]
struct Envelope {
    format: u32,
    keyrings: Vec<WrittenLink>,
}

#[derive(Serialize, Deserialize)]
struct WrittenLink {
    version: u64,
    document: String,
    signatures: Vec<WrittenSignature>,
}

fn unreadable(cause: impl std::fmt::Display) -> RefusedKeyring {
    RefusedKeyring::Unreadable { cause: shortened(&cause.to_string(), SENTENCE).to_owned() }
}

#[cfg(test)]
mod tests;
