//! Keys of people: what they sign with, and how both halves are written.

use std::fmt;

use ed25519_dalek::{
    self as ed25519, Signer as _,
    pkcs8::{DecodePrivateKey as _, EncodePrivateKey as _, KeypairBytes, spki::der},
};
use serde::{Deserialize, Serialize};
use written::{Entry, Report, Told};

/// What a key is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Role {
    /// Wrote it.
    Author,
    /// Released it.
    Approver,
    /// Cuts a screen off when something is wrong with it.
    Duty,
    /// Tells the gates what time it is: the controller's own, of no person.
    Clock,
    /// Says whose keys count, and nothing else.
    Root,
}

/// An Ed25519 public key, written as 64 hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct PublicKey(ed25519::VerifyingKey);

/// A person's secret key. The file is PKCS#8 PEM, as `openssl genpkey -algorithm ed25519` writes it. The memory is
/// wiped when it is dropped.
pub struct SigningKey(ed25519::SigningKey);

/// What is not a public key.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{value}` is not a public key: {rule}")]
pub struct BadKey {
    /// What was written, shortened.
    pub value: String,
    /// The rule that it breaks.
    pub rule: &'static str,
}

/// What is not a secret key. What was written is not repeated: it may be a secret.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not a secret key, which is an Ed25519 key in a PKCS#8 PEM file: {cause}")]
pub struct BadSecretKey {
    /// What does not fit.
    pub cause: String,
}

impl Role {
    /// A bundle needs both.
    pub const OF_BUNDLE: [Self; 2] = [Self::Author, Self::Approver];

    /// Those who may have a say in cutting a screen off.
    pub const OF_CUTOFF: [Self; 2] = [Self::Duty, Self::Approver];

    /// Those of people who have a say in what walls show.
    pub const OF_PEOPLE: [Self; 3] = [Self::Author, Self::Approver, Self::Duty];

    /// All that a keyring may name.
    pub const ALL: [Self; 5] = [Self::Author, Self::Approver, Self::Duty, Self::Clock, Self::Root];

    /// As it is written everywhere.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Author => "author",
            Self::Approver => "approver",
            Self::Duty => "duty",
            Self::Clock => "clock",
            Self::Root => "root",
        }
    }

    /// Reads the one of `among` that is written there.
    pub fn read(report: &mut Report<'_>, entry: &Entry<'_>, among: &[Self]) -> Result<Self, Told> {
        let among: Vec<_> = among.iter().map(|role| (role.as_str(), *role)).collect();
        entry.choose(report, &among)
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl PublicKey {
    /// Reads 64 hexadecimal digits.
    pub fn parse(hex: &str) -> Result<Self, BadKey> {
        let bad = |rule| BadKey { value: hex.chars().take(70).collect(), rule };
        let bytes = hex_bytes(hex).ok_or_else(|| bad("64 hexadecimal digits"))?;
        let key =
            ed25519::VerifyingKey::from_bytes(&bytes).map_err(|_| bad("no Ed25519 key has these digits"))?;
        // With such a key one signature would be good for many documents.
        if key.is_weak() { Err(bad("this key is weak")) } else { Ok(Self(key)) }
    }

    /// The first 16 digits: enough for people and logs to tell keys apart.
    pub fn id(&self) -> String {
        self.to_string().chars().take(16).collect()
    }

    /// Whether `signature` over exactly these bytes is by this key.
    pub(crate) fn verifies(&self, message: &[u8], signature: &[u8; 64]) -> bool {
        self.0.verify_strict(message, &ed25519::Signature::from_bytes(signature)).is_ok()
    }
}

impl fmt::Display for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.as_bytes().iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PublicKey({self})")
    }
}

impl SigningKey {
    /// From 32 bytes that nobody can guess.
    pub fn from_seed(seed: &[u8; 32]) -> Self {
        Self(ed25519::SigningKey::from_bytes(seed))
    }

    /// Reads a PKCS#8 PEM file.
    pub fn from_pem(text: &str) -> Result<Self, BadSecretKey> {
        ed25519::SigningKey::from_pkcs8_pem(text)
            .map(Self)
            .map_err(|cause| BadSecretKey { cause: cause.to_string() })
    }

    /// Writes a PKCS#8 PEM file, to the byte as `openssl` does: without the public key, which follows from the
    /// secret one.
    pub fn to_pem(&self) -> der::zeroize::Zeroizing<String> {
        KeypairBytes { secret_key: self.0.to_bytes(), public_key: None }
            .to_pkcs8_pem(der::pem::LineEnding::LF)
            .expect("32 bytes always fit")
    }

    /// The half that everybody may know.
    pub fn public(&self) -> PublicKey {
        PublicKey(self.0.verifying_key())
    }

    pub(crate) fn sign(&self, message: &[u8]) -> [u8; 64] {
        self.0.sign(message).to_bytes()
    }
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SigningKey(of {})", self.public().id())
    }
}

fn hex_bytes(hex: &str) -> Option<[u8; 32]> {
    // The same digits as those of a digest.
    playlists::Digest::parse(hex).map(|digest| *digest.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    // Made by OpenSSL 3.0: `genpkey -algorithm ed25519`, `pkey -text`, `pkeyutl -sign -rawin`.
    const PEM: &str = "-----BEGIN PRIVATE KEY-----\n\
        MC4CAQAwBQYDK2VwBCIEIDhH5ElA1DkLjhZZzCm73Ptj5d76v7gwG4DseyC0IucV\n\
        -----END PRIVATE KEY-----\n";
    const SEED: &str = "3847e44940d4390b8e1659cc29bbdcfb63e5defabfb8301b80ec7b20b422e715";
    const PUBLIC: &str = "42b2935959755e965b40f7b687346327d8389a731324ea4aaa87250f67bd57da";
    const MESSAGE: &[u8] = b"gatesign/1 bundle author\n{\"format\":1}";
    const SIGNATURE: &str =
        "V0ogdzHJ5LiVoPl1OVV1BtLWcw08fcDaUX7C10i6dtu1mdI9nXZIATevHUupeVFjNzDwsewh4XBwGd4w6lt6CA==";

    fn signature() -> [u8; 64] {
        use base64::{Engine as _, engine::general_purpose::STANDARD};
        STANDARD.decode(SIGNATURE).unwrap().try_into().unwrap()
    }

    #[test]
    fn agrees_with_openssl_to_the_byte() {
        let key = SigningKey::from_pem(PEM).unwrap();
        assert_eq!(key.to_pem().as_str(), PEM);
        assert_eq!(key.public().to_string(), PUBLIC);
        assert_eq!(key.public().id(), &PUBLIC[..16]);
        assert_eq!(key.sign(MESSAGE), signature());
        assert!(PublicKey::parse(PUBLIC).unwrap().verifies(MESSAGE, &signature()));
        let from_seed = SigningKey::from_seed(&hex_bytes(SEED).unwrap());
        assert_eq!(from_seed.to_pem().as_str(), PEM);
    }

    #[test]
    fn one_bit_makes_a_signature_bad() {
        let public = PublicKey::parse(PUBLIC).unwrap();
        for n in 0..64 * 8 {
            let mut wrong = signature();
            wrong[n / 8] ^= 1 << (n % 8);
            assert!(!public.verifies(MESSAGE, &wrong), "bit {n}");
        }
        assert!(!public.verifies(&MESSAGE[1..], &signature()));
    }

    #[test]
    fn shows_no_secret() {
        let key = SigningKey::from_pem(PEM).unwrap();
        assert_eq!(format!("{key:?}"), format!("SigningKey(of {})", &PUBLIC[..16]));
        let told = SigningKey::from_pem(&PEM.replace("MC4C", "MC5C")).unwrap_err().to_string();
        assert!(!told.contains("OEfkSUDU") && !told.contains("IDhH5ElA"), "{told}");
    }

    #[track_caller]
    fn check_refused(hex: &str, rule: &str) {
        let refused = PublicKey::parse(hex).unwrap_err().to_string();
        assert!(refused.ends_with(rule) && refused.len() < 400, "{refused}");
    }

    #[test]
    fn refuses_what_is_not_a_public_key() {
        check_refused("", "64 hexadecimal digits");
        check_refused(&PUBLIC[1..], "64 hexadecimal digits");
        check_refused(&"អ".repeat(1000), "64 hexadecimal digits");
        check_refused(&format!("02{}", "0".repeat(62)), "no Ed25519 key has these digits");
        check_refused(&format!("01{}", "0".repeat(62)), "this key is weak");
        check_refused(&"0".repeat(64), "this key is weak");
    }

    #[test]
    fn refuses_what_is_not_a_secret_key() {
        // An X25519 key, also by OpenSSL.
        let other = "-----BEGIN PRIVATE KEY-----\n\
            MC4CAQAwBQYDK2VuBCIEIPBgmKx09xJ9bzRzTLZK2j5MnWXbCdacw6TaQSfc2JZH\n\
            -----END PRIVATE KEY-----\n";
        let truncated = &PEM[..70];
        for wrong in ["", "MC4CAQAwBQYDK2Vw", other, truncated, &PEM.replace("PRIVATE", "PUBLIC")] {
            assert!(SigningKey::from_pem(wrong).is_err(), "{wrong}");
        }
    }
}
