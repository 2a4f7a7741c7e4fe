//! Bundles as an intruder, or a careless person, would make them: from a good one, changed in one place.

use std::fs;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use protocol::{Role, SignedBundle, SigningKey};
use serde_json::Value;

use crate::Town;

/// A bundle taken apart.
pub struct Forge {
    envelope: Value,
    /// The document, to be changed.
    pub document: Value,
    author: SigningKey,
    approver: SigningKey,
}

impl Forge {
    /// Takes the bundle apart that was published last for `screen`; it would be the next version.
    pub fn of(town: &Town, screen: &str) -> Self {
        let envelope: Value = serde_json::from_slice(&town.published(screen)).unwrap();
        let document = STANDARD.decode(envelope["document"].as_str().unwrap()).unwrap();
        let mut document: Value = serde_json::from_slice(&document).unwrap();
        document["version"] = (document["version"].as_u64().unwrap() + 1).into();
        let key = |role: Role| {
            let pem = fs::read_to_string(town.site.path(&format!("keys/{role}.key"))).unwrap();
            SigningKey::from_pem(&pem).unwrap()
        };
        Self { envelope, document, author: key(Role::Author), approver: key(Role::Approver) }
    }

    /// The bundle with the document as it is now, unsigned.
    pub fn unsigned(&self) -> SignedBundle {
        let mut envelope = self.envelope.clone();
        envelope["document"] = STANDARD.encode(self.document.to_string()).into();
        envelope["signatures"] = Value::Array(Vec::new());
        SignedBundle::parse(envelope.to_string().as_bytes()).unwrap()
    }

    /// Signed by whom it should be.
    pub fn signed(&self) -> Vec<u8> {
        let mut bundle = self.unsigned();
        bundle.sign(Role::Author, &self.author);
        bundle.sign(Role::Approver, &self.approver);
        bundle.to_bytes()
    }

    /// Signed by the author only.
    pub fn signed_once(&self) -> Vec<u8> {
        let mut bundle = self.unsigned();
        bundle.sign(Role::Author, &self.author);
        bundle.to_bytes()
    }

    /// Signed twice by the author, once in the approver's place.
    pub fn signed_twice_by_one(&self) -> Vec<u8> {
        let mut bundle = self.unsigned();
        bundle.sign(Role::Author, &self.author);
        bundle.sign(Role::Approver, &self.author);
        bundle.to_bytes()
    }

    /// Signed by keys that nobody here trusts.
    pub fn signed_by_strangers(&self) -> Vec<u8> {
        let mut bundle = self.unsigned();
        bundle.sign(Role::Author, &SigningKey::from_seed(&[1; 32]));
        bundle.sign(Role::Approver, &SigningKey::from_seed(&[2; 32]));
        bundle.to_bytes()
    }

    /// Signed, and then one word of the document changed.
    pub fn changed_after_signing(&self) -> Vec<u8> {
        let mut envelope: Value = serde_json::from_slice(&self.signed()).unwrap();
        let mut changed = self.document.clone();
        changed["playlists"][0]["text"] =
            changed["playlists"][0]["text"].as_str().unwrap().replace("Kính chào", "Kinh chao").into();
        assert_ne!(changed, self.document, "nothing was changed");
        envelope["document"] = STANDARD.encode(changed.to_string()).into();
        envelope.to_string().into_bytes()
    }

    /// Signed, and then a picture exchanged.
    pub fn with_another_picture(&self) -> Vec<u8> {
        let mut envelope: Value = serde_json::from_slice(&self.signed()).unwrap();
        let assets = envelope["assets"].as_object_mut().unwrap();
        let other = assets.values().next_back().unwrap().clone();
        let first = assets.values_mut().next().unwrap();
        assert_ne!(*first, other, "there is only one picture");
        *first = other;
        envelope.to_string().into_bytes()
    }
}
