//! A person's signature beside what was signed, and how it is written.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde::{Deserialize, Serialize};

use crate::{PublicKey, Role, SigningKey};

/// Nobody needs more on one thing.
pub(crate) const MOST_SIGNATURES: usize = 8;

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Signature {
    pub(crate) role: Role,
    pub(crate) key: PublicKey,
    pub(crate) bytes: [u8; 64],
}

/// Adds a signature over `bytes`. Signing twice is signing once.
pub(crate) fn add(signatures: &mut Vec<Signature>, role: Role, key: &SigningKey, bytes: &[u8]) {
    let public = key.public();
    signatures.retain(|signature| (signature.role, signature.key) != (role, public));
    signatures.push(Signature { role, key: public, bytes: key.sign(bytes) });
}

/// Reads what is written beside a document, at most so many.
pub(crate) fn read_all(written: &[WrittenSignature], most: usize) -> Result<Vec<Signature>, String> {
    if written.len() > most {
        return Err(format!("{} signatures, at most {most}", written.len()));
    }
    written.iter().map(WrittenSignature::read).collect()
}

#[derive(Serialize, Deserialize)]
pub(crate) struct WrittenSignature {
    role: Role,
    key: String,
    signature: String,
}

impl WrittenSignature {
    pub(crate) fn of(signature: &Signature) -> Self {
        Self {
            role: signature.role,
            key: signature.key.to_string(),
            signature: STANDARD.encode(signature.bytes),
        }
    }

    /// What was written, or why it is none.
    pub(crate) fn read(&self) -> Result<Signature, String> {
        let bytes = STANDARD.decode(&self.signature).map_err(|cause| format!("not base64: {cause}"))?;
        Ok(Signature {
            role: self.role,
            key: PublicKey::parse(&self.key).map_err(|bad| bad.to_string())?,
            bytes: bytes.try_into().map_err(|_| "an Ed25519 signature has 64 bytes".to_owned())?,
        })
    }
}
