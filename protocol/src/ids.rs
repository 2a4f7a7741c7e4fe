//! Ids drawn at random by somebody else: this crate only writes and reads them.

use std::fmt;

use playlists::BadId;
use serde::{Deserialize, Serialize};

macro_rules! random_id {
    ($(#[$doc:meta])* $name:ident, $kind:literal) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(u128);

        impl $name {
            /// From 16 random bytes.
            pub fn from_bytes(bytes: [u8; 16]) -> Self {
                Self(u128::from_be_bytes(bytes))
            }

            /// Reads 32 small hexadecimal digits.
            pub fn parse(value: &str) -> Result<Self, BadId> {
                let bad = || BadId {
                    value: value.chars().take(64).collect(),
                    kind: $kind,
                    rule: "has 32 of 0-9 and a-f",
                };
                let digits = |b: u8| matches!(b, b'0'..=b'9' | b'a'..=b'f');
                if value.len() != 32 || !value.bytes().all(digits) {
                    return Err(bad());
                }
                u128::from_str_radix(value, 16).map(Self).map_err(|_| bad())
            }
        }

        impl TryFrom<String> for $name {
            type Error = BadId;
            fn try_from(value: String) -> Result<Self, BadId> {
                Self::parse(&value)
            }
        }

        impl From<$name> for String {
            fn from(id: $name) -> Self {
                id.to_string()
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{:032x}", self.0)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{}({self})", stringify!($name))
            }
        }
    };
}

random_id!(
    /// One start of an agent: 32 hexadecimal digits, drawn at random.
    BootId,
    "a boot id"
);
random_id!(
    /// A command's id: 32 hexadecimal digits, drawn at random.
    CommandId,
    "a command id"
);
random_id!(
    /// By which an agent knows the answer to its own question: 32 hexadecimal digits, drawn at random.
    Nonce,
    "a nonce"
);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn writes_and_reads_the_same() {
        for bytes in [[0; 16], [0xff; 16], *b"0123456789abcdef"] {
            let id = BootId::from_bytes(bytes);
            assert_eq!(BootId::parse(&id.to_string()), Ok(id));
        }
        let written = "00112233445566778899aabbccddeeff";
        assert_eq!(CommandId::parse(written).unwrap().to_string(), written);
    }

    #[test]
    fn refuses_everything_else() {
        let long = "0".repeat(33);
        let wide = "é".repeat(16);
        for wrong in
            ["", "0", &long, &wide, "+0112233445566778899aabbccddeeff", "00112233445566778899AABBCCDDEEFF"]
        {
            assert!(BootId::parse(wrong).is_err(), "{wrong}");
        }
    }
}
