//! Cutting a screen off: black, or the gate's name, instead of all content, until it is lifted.
//!
//! One duty officer cuts off, in a hurry and alone. To lift it takes two people, duty officers or approvers: whoever stole
//! one key can make a wall dark and cannot bring anything back. The last order is state, and complete: a broker keeps it
//! for a gate that is away, and a gate keeps it through power cuts. Its number only grows, so that no old one counts again.

use std::collections::BTreeSet;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use jiff::Timestamp;
use playlists::{Digest, ScreenId};
use serde::{Deserialize, Serialize};

use crate::{
    FORMAT, Keyring, Person, Role, SigningKey, message,
    signature::{self, MOST_SIGNATURES, Signature, WrittenSignature},
    wire::{SENTENCE, format_of, read, shortened, write},
};

/// The most bytes that an order to cut off may have.
const LIMIT: usize = 16 * 1024;

/// What a screen shows instead of its content.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Cut {
    /// Nothing.
    Blackout,
    /// The gate's name.
    SafePage,
    /// The content again.
    Lifted,
}

/// The last order that counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Standing {
    /// Grows with every order for a screen.
    pub number: u64,
    /// What it says.
    pub cut: Cut,
}

/// An order, as people sign it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cutoff {
    /// [`FORMAT`].
    pub format: u32,
    /// For which screen.
    pub screen: ScreenId,
    /// Its number and what it says.
    #[serde(flatten)]
    pub standing: Standing,
    /// When it was made, by the clock of whoever made it: for people, and for nothing else.
    pub at: Timestamp,
    /// Why, for the audit trail.
    #[serde(serialize_with = "write::<SENTENCE, _>", deserialize_with = "read::<SENTENCE, _>")]
    pub reason: String,
}

/// An order as it travels. Nothing of it is believed yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedCutoff {
    document: Vec<u8>,
    signatures: Vec<Signature>,
}

/// Why an order does not count.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RefusedCutoff {
    /// Not what this program writes.
    #[error("the order to cut off cannot be read: {cause}")]
    Unreadable {
        /// What does not fit.
        cause: String,
    },
    /// Forged or damaged.
    #[error("the {role}'s signature by key {key} on the order to cut off is not good")]
    BadSignature {
        /// As what it was signed.
        role: Role,
        /// The beginning of the key.
        key: String,
    },
    /// The keyring is out of date, or it is somebody else's.
    #[error("the order to cut off is signed by key {key}, which this keyring does not trust as {role}")]
    UnknownKey {
        /// As what it was signed.
        role: Role,
        /// The beginning of the key.
        key: String,
    },
    /// No duty officer has signed.
    #[error("no duty officer has signed the order to cut off")]
    NoDutyOfficer,
    /// To bring content back takes more.
    #[error("to lift it takes two people, duty officers or approvers; {signed} signed")]
    TwoPeople {
        /// Who did.
        signed: String,
    },
    /// For another screen.
    #[error("the order to cut off is for screen `{offered}`, this is `{screen}`")]
    WrongScreen {
        /// For which it is.
        offered: ScreenId,
        /// Which this is.
        screen: ScreenId,
    },
    /// An old one again, or a second one with the same number.
    #[error("the order to cut off has number {offered}, number {known} was followed already")]
    Overtaken {
        /// Its number.
        offered: u64,
        /// The last one that counted.
        known: u64,
    },
}

impl RefusedCutoff {
    /// A stable word for reports.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Unreadable { .. } => "cutoff-unreadable",
            Self::BadSignature { .. } => "cutoff-bad-signature",
            Self::UnknownKey { .. } => "cutoff-unknown-key",
            Self::NoDutyOfficer => "cutoff-missing-signature",
            Self::TwoPeople { .. } => "cutoff-same-person",
            Self::WrongScreen { .. } => "cutoff-wrong-screen",
            Self::Overtaken { .. } => "cutoff-rollback",
        }
    }
}

impl SignedCutoff {
    /// An unsigned order.
    pub fn draft(cutoff: &Cutoff) -> Self {
        Self { document: message::to_bytes(cutoff), signatures: Vec::new() }
    }

    /// Adds a person's signature. Signing twice is signing once.
    pub fn sign(&mut self, role: Role, key: &SigningKey) {
        let bytes = self.bytes_to_sign(role);
        signature::add(&mut self.signatures, role, key, &bytes);
    }

    /// Of the exact document that is signed.
    pub fn document_digest(&self) -> Digest {
        Digest::of(&self.document)
    }

    /// What it says, unverified: for messages and file names.
    pub fn claims(&self) -> Result<Cutoff, RefusedCutoff> {
        match format_of(&self.document).map_err(unreadable)? {
            FORMAT => serde_json::from_slice(&self.document).map_err(unreadable),
            offered => Err(unreadable(format!("it has format {offered}, this program knows {FORMAT}"))),
        }
    }

    /// What it says, if it counts for `screen` after the order that was followed last.
    pub fn verify(
        &self,
        keyring: &Keyring,
        screen: &ScreenId,
        last: Option<Standing>,
    ) -> Result<Cutoff, RefusedCutoff> {
        let signers = self.signers(keyring)?;
        // Nothing is read that nobody signed.
        if signers.is_empty() {
            return Err(RefusedCutoff::NoDutyOfficer);
        }
        let cutoff = self.claims()?;
        if cutoff.screen != *screen {
            return Err(RefusedCutoff::WrongScreen { offered: cutoff.screen, screen: screen.clone() });
        }
        match cutoff.standing.cut {
            Cut::Blackout | Cut::SafePage => {
                if !signers.iter().any(|(role, _)| *role == Role::Duty) {
                    return Err(RefusedCutoff::NoDutyOfficer);
                }
            }
            Cut::Lifted => {
                let people: BTreeSet<_> = signers.iter().map(|(_, person)| person.as_str()).collect();
                if people.len() < 2 {
                    let signed = people.into_iter().collect();
                    return Err(RefusedCutoff::TwoPeople { signed });
                }
            }
        }
        match last {
            Some(last) if cutoff.standing.number <= last.number && cutoff.standing != last => {
                Err(RefusedCutoff::Overtaken { offered: cutoff.standing.number, known: last.number })
            }
            Some(_) | None => Ok(cutoff),
        }
    }

    /// Who signed it, if all signatures are good: for the audit trail.
    pub fn signed_by(&self, keyring: &Keyring) -> Vec<Person> {
        self.signers(keyring).unwrap_or_default().into_iter().map(|(_, person)| person).collect()
    }

    /// Everybody who signed as somebody who may. All signatures must be good.
    fn signers(&self, keyring: &Keyring) -> Result<Vec<(Role, Person)>, RefusedCutoff> {
        let signer = |signature: &Signature| {
            let (role, key) = (signature.role, signature.key.id());
            if !signature.key.verifies(&self.bytes_to_sign(role), &signature.bytes) {
                return Err(RefusedCutoff::BadSignature { role, key });
            }
            let known = Role::OF_CUTOFF.contains(&role).then(|| keyring.find(role, &signature.key)).flatten();
            let known = known.ok_or(RefusedCutoff::UnknownKey { role, key })?;
            Ok((role, known.person.clone()))
        };
        self.signatures.iter().map(signer).collect()
    }

    /// The first line keeps it apart from everything else that is ever signed.
    fn bytes_to_sign(&self, role: Role) -> Vec<u8> {
        [format!("gatesign/1 cutoff {role}\n").as_bytes(), &self.document].concat()
    }

    /// Reads what [`Self::to_bytes`] wrote.
    pub fn parse(bytes: &[u8]) -> Result<Self, RefusedCutoff> {
        if bytes.len() > LIMIT {
            return Err(unreadable(format!("it has {} bytes, at most {LIMIT} are allowed", bytes.len())));
        }
        let offered = format_of(bytes).map_err(unreadable)?;
        if offered != FORMAT {
            return Err(unreadable(format!("it has format {offered}, this program knows {FORMAT}")));
        }
        let Envelope { document, signatures, .. } = serde_json::from_slice(bytes).map_err(unreadable)?;
        Ok(Self {
            document: STANDARD.decode(document).map_err(unreadable)?,
            signatures: signature::read_all(&signatures, MOST_SIGNATURES).map_err(unreadable)?,
        })
    }

    /// As it travels.
    pub fn to_bytes(&self) -> Vec<u8> {
        message::to_bytes(&Envelope {
            format: FORMAT,
            document: STANDARD.encode(&self.document),
            signatures: self.signatures.iter().map(WrittenSignature::of).collect(),
        })
    }
}

#[derive(Serialize, Deserialize)]
struct Envelope {
    format: u32,
    document: String,
    signatures: Vec<WrittenSignature>,
}

fn unreadable(cause: impl std::fmt::Display) -> RefusedCutoff {
    RefusedCutoff::Unreadable { cause: shortened(&cause.to_string(), SENTENCE).to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Key;

    fn key(seed: u8) -> SigningKey {
        SigningKey::from_seed(&[seed; 32])
    }

    /// By seed: 1 the author, 2 the approver, 3 and 4 duty officers; 5 is duty officer and approver in one person.
    fn keyring() -> Keyring {
        let keys = [
            ("author", Role::Author, 1),
            ("approver", Role::Approver, 2),
            ("duty-1", Role::Duty, 3),
            ("duty-2", Role::Duty, 4),
            ("both", Role::Duty, 5),
            ("both", Role::Approver, 5),
            ("clock", Role::Clock, 6),
        ];
        let keys = keys.map(|(person, role, seed)| {
            Key { person: person.to_owned(), role, public: key(seed).public() }.to_toml()
        });
        Keyring::parse("keyring", &keys.concat()).unwrap()
    }

    fn screen(id: &str) -> ScreenId {
        ScreenId::parse(id).unwrap()
    }

    fn order(cut: Cut, number: u64, signers: &[(Role, u8)]) -> SignedCutoff {
        let at = "2026-11-27T06:00:00Z".parse().unwrap();
        let standing = Standing { number, cut };
        let cutoff =
            Cutoff {
                format: FORMAT, screen: screen("loc-ninh"), standing, at, reason: "chữ lạ".to_owned()
            };
        let mut signed = SignedCutoff::draft(&cutoff);
        signers.iter().for_each(|(role, seed)| signed.sign(*role, &key(*seed)));
        signed
    }

    #[track_caller]
    fn check(signed: &SignedCutoff, to: &str, last: Option<(u64, Cut)>, expected: &str) {
        let last = last.map(|(number, cut)| Standing { number, cut });
        let verified = SignedCutoff::parse(&signed.to_bytes()).unwrap().verify(&keyring(), &screen(to), last);
        let told = verified.map_or_else(|refused| refused.code(), |_| "good");
        assert_eq!(told, expected);
    }

    #[test]
    fn one_duty_officer_cuts_off_and_nobody_else_does() {
        for cut in [Cut::Blackout, Cut::SafePage] {
            check(&order(cut, 1, &[(Role::Duty, 3)]), "loc-ninh", None, "good");
            check(&order(cut, 1, &[]), "loc-ninh", None, "cutoff-missing-signature");
            check(&order(cut, 1, &[(Role::Approver, 2)]), "loc-ninh", None, "cutoff-missing-signature");
            for (role, seed) in
                [(Role::Author, 1), (Role::Clock, 6), (Role::Duty, 2), (Role::Duty, 7), (Role::Approver, 3)]
            {
                check(&order(cut, 1, &[(role, seed)]), "loc-ninh", None, "cutoff-unknown-key");
                let beside = order(cut, 1, &[(Role::Duty, 3), (role, seed)]);
                check(&beside, "loc-ninh", None, "cutoff-unknown-key");
            }
        }
    }

    #[test]
    fn two_people_lift_it() {
        let lift = |signers: &[(Role, u8)]| order(Cut::Lifted, 2, signers);
        let last = Some((1, Cut::Blackout));
        check(&lift(&[(Role::Duty, 3), (Role::Duty, 4)]), "loc-ninh", last, "good");
        check(&lift(&[(Role::Duty, 3), (Role::Approver, 2)]), "loc-ninh", last, "good");
        check(&lift(&[(Role::Approver, 2), (Role::Approver, 5)]), "loc-ninh", last, "good");
        check(&lift(&[(Role::Duty, 3)]), "loc-ninh", last, "cutoff-same-person");
        check(&lift(&[(Role::Duty, 3), (Role::Duty, 3)]), "loc-ninh", last, "cutoff-same-person");
        check(&lift(&[(Role::Duty, 5), (Role::Approver, 5)]), "loc-ninh", last, "cutoff-same-person");
        check(&lift(&[(Role::Duty, 3), (Role::Author, 1)]), "loc-ninh", last, "cutoff-unknown-key");
        check(&lift(&[]), "loc-ninh", last, "cutoff-missing-signature");
    }

    #[test]
    fn only_for_its_screen_and_never_again() {
        let black = order(Cut::Blackout, 5, &[(Role::Duty, 3)]);
        check(&black, "bu-dop", None, "cutoff-wrong-screen");
        check(&black, "loc-ninh", Some((4, Cut::Lifted)), "good");
        // The same one again, as a broker delivers it at every connection.
        check(&black, "loc-ninh", Some((5, Cut::Blackout)), "good");
        check(&black, "loc-ninh", Some((5, Cut::Lifted)), "cutoff-rollback");
        check(&black, "loc-ninh", Some((6, Cut::Lifted)), "cutoff-rollback");
    }

    #[test]
    fn no_bit_of_it_can_be_turned() {
        let bytes = order(Cut::Blackout, 5, &[(Role::Duty, 3)]).to_bytes();
        let good = SignedCutoff::parse(&bytes).unwrap().claims().unwrap();
        for n in 0..bytes.len() * 8 {
            let mut turned = bytes.clone();
            turned[n / 8] ^= 1 << (n % 8);
            if let Ok(turned) = SignedCutoff::parse(&turned)
                && let Ok(cutoff) = turned.verify(&keyring(), &screen("loc-ninh"), None)
            {
                assert_eq!(cutoff, good, "bit {n}");
            }
        }
        for end in 0..bytes.len() {
            assert!(SignedCutoff::parse(&bytes[..end]).is_err(), "cut at {end}");
        }
        assert!(SignedCutoff::parse(&vec![b' '; LIMIT + 1]).is_err());
    }

    #[test]
    fn a_signature_for_one_thing_is_good_for_no_other() {
        let mut other = order(Cut::SafePage, 5, &[]);
        other.signatures = order(Cut::Blackout, 5, &[(Role::Duty, 3)]).signatures;
        check(&other, "loc-ninh", None, "cutoff-bad-signature");
    }
}
