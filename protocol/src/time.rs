//! What time it is, asked by an agent and told by a controller.
//!
//! An answer is signed and belongs to one question, so nobody between the two can make one, change one or keep one for
//! later. What somebody can do is to hold it up on its way: the agent measures how long it waited, and the answer is
//! wrong by so much at most. Whoever has the key of the clock, which lies on the controller's machine, can tell any
//! time: an agent with NTP does not follow, one without goes as far as its floor and its sense of what is plausible
//! let it, so only forwards of what it has already seen.

use jiff::Timestamp;
use playlists::ScreenId;
use serde::{Deserialize, Serialize};

use crate::{
    BadMessage, FORMAT, Keyring, Nonce, PublicKey, Role, SigningKey, message,
    wire::{WORD, read, read_base64, write, write_base64},
};

/// An agent's question.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct TimeAsked {
    /// [`FORMAT`].
    pub format: u32,
    /// By which its answer is known.
    pub nonce: Nonce,
}

/// The answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TimeTold {
    /// [`FORMAT`].
    pub format: u32,
    /// Of the question.
    pub nonce: Nonce,
    /// By the controller's clock when it answered, in whole milliseconds.
    pub at: Timestamp,
    #[serde(serialize_with = "write::<WORD, _>", deserialize_with = "read::<WORD, _>")]
    key: String,
    #[serde(serialize_with = "write_base64", deserialize_with = "read_base64")]
    signature: Vec<u8>,
}

/// An answer that nobody signed who may.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum UnsignedTime {
    /// The keyring is out of date, or it is somebody else's.
    #[error("the time is signed by key {key}, which this keyring does not trust as clock")]
    UnknownKey {
        /// The beginning of the key.
        key: String,
    },
    /// Forged or damaged, or meant for another screen or another question.
    #[error("the signature of the time by key {key} is not good")]
    BadSignature {
        /// The beginning of the key.
        key: String,
    },
}

impl TimeAsked {
    /// Reads what [`Self::to_bytes`] wrote.
    pub fn parse(bytes: &[u8]) -> Result<Self, BadMessage> {
        message::parse("time/asked", bytes)
    }

    /// As it travels.
    pub fn to_bytes(&self) -> Vec<u8> {
        message::to_bytes(self)
    }
}

impl TimeTold {
    /// The answer to the question of a screen.
    pub fn sign(screen: &ScreenId, nonce: Nonce, at: Timestamp, key: &SigningKey) -> Self {
        let signature = key.sign(&bytes_to_sign(screen, nonce, at)).to_vec();
        Self { format: FORMAT, nonce, at, key: key.public().to_string(), signature }
    }

    /// Whether a clock of the keyring says so, to this screen and this question.
    pub fn verify(&self, screen: &ScreenId, keyring: &Keyring) -> Result<(), UnsignedTime> {
        let key = || self.key.chars().take(16).collect();
        let public = PublicKey::parse(&self.key)
            .ok()
            .filter(|public| keyring.find(Role::Clock, public).is_some())
            .ok_or_else(|| UnsignedTime::UnknownKey { key: key() })?;
        let signed = bytes_to_sign(screen, self.nonce, self.at);
        let good = |signature: &[u8; 64]| public.verifies(&signed, signature);
        if self.signature.as_slice().try_into().is_ok_and(good) {
            Ok(())
        } else {
            Err(UnsignedTime::BadSignature { key: key() })
        }
    }

    /// Reads what [`Self::to_bytes`] wrote.
    pub fn parse(bytes: &[u8]) -> Result<Self, BadMessage> {
        message::parse("time/told", bytes)
    }

    /// As it travels.
    pub fn to_bytes(&self) -> Vec<u8> {
        message::to_bytes(self)
    }
}

/// The first line keeps it apart from everything else that is ever signed.
fn bytes_to_sign(screen: &ScreenId, nonce: Nonce, at: Timestamp) -> Vec<u8> {
    format!("gatesign/1 time\n{screen}\n{nonce}\n{}", at.as_millisecond()).into_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Key;

    fn key(seed: u8) -> SigningKey {
        SigningKey::from_seed(&[seed; 32])
    }

    fn keyring() -> Keyring {
        let roles = [(1, Role::Author), (2, Role::Approver), (3, Role::Clock)];
        let keys = roles.map(|(seed, role)| {
            Key { person: format!("{role}"), role, public: key(seed).public() }.to_toml()
        });
        Keyring::parse("keyring", &keys.concat()).unwrap()
    }

    fn screen(id: &str) -> ScreenId {
        ScreenId::parse(id).unwrap()
    }

    fn told(seed: u8) -> TimeTold {
        let at = "2026-11-24T06:00:00.123Z".parse().unwrap();
        TimeTold::sign(&screen("loc-ninh"), Nonce::from_bytes([7; 16]), at, &key(seed))
    }

    #[track_caller]
    fn check(told: &TimeTold, to: &str, expected: &str) {
        let verified = told.verify(&screen(to), &keyring());
        assert_eq!(verified.map_or_else(|refused| refused.to_string(), |()| "good".to_owned()), expected);
    }

    #[test]
    fn only_the_clock_tells_and_only_whom_it_answers() {
        check(&told(3), "loc-ninh", "good");
        let bad = format!("the signature of the time by key {} is not good", key(3).public().id());
        check(&told(3), "bu-dop", &bad);
        check(&TimeTold { nonce: Nonce::from_bytes([8; 16]), ..told(3) }, "loc-ninh", &bad);
        let later = told(3).at + jiff::SignedDuration::from_millis(1);
        check(&TimeTold { at: later, ..told(3) }, "loc-ninh", &bad);
        check(&TimeTold { signature: Vec::new(), ..told(3) }, "loc-ninh", &bad);
        check(&TimeTold { signature: told(1).signature, ..told(3) }, "loc-ninh", &bad);
        let mut flipped = told(3);
        flipped.signature[10] ^= 1;
        check(&flipped, "loc-ninh", &bad);
        for stranger in [1, 2, 4] {
            let key = key(stranger).public().id();
            let unknown =
                format!("the time is signed by key {key}, which this keyring does not trust as clock");
            check(&told(stranger), "loc-ninh", &unknown);
        }
        let nobody = TimeTold { key: "ខ្មែរ".to_owned(), ..told(3) };
        check(
            &nobody,
            "loc-ninh",
            "the time is signed by key ខ្មែរ, which this keyring does not trust as clock",
        );
    }

    #[test]
    fn travels_whole() {
        let asked = TimeAsked { format: FORMAT, nonce: Nonce::from_bytes([7; 16]) };
        let written = r#"{"format":1,"nonce":"07070707070707070707070707070707"}"#;
        assert_eq!(String::from_utf8(asked.to_bytes()).unwrap(), written);
        assert_eq!(TimeAsked::parse(written.as_bytes()), Ok(asked));

        let bytes = told(3).to_bytes();
        assert_eq!(TimeTold::parse(&bytes), Ok(told(3)));
        for end in 0..bytes.len() {
            assert!(TimeTold::parse(&bytes[..end]).is_err(), "cut at {end}");
        }
        // No bit of it can be turned and the answer still be good and another one.
        for n in 0..bytes.len() * 8 {
            let mut turned = bytes.clone();
            turned[n / 8] ^= 1 << (n % 8);
            if let Ok(turned) = TimeTold::parse(&turned)
                && turned.verify(&screen("loc-ninh"), &keyring()).is_ok()
            {
                let same = (turned.nonce, turned.at.as_millisecond());
                assert_eq!(same, (told(3).nonce, told(3).at.as_millisecond()), "bit {n}");
            }
        }
    }
}
