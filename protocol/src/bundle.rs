//! Signed bundles: everything one screen needs to decide by itself what to show. Signed by people, not servers.

use std::collections::BTreeMap;

use jiff::Timestamp;
use playlists::{Digest, ItemId, Picture, Pictures, Playlist, PlaylistPath, Programme, ScreenId, Withdrawn};

use crate::{
    BundleRef, Contents, Expected, FontFile, Keyring, RefusedBundle, Role, SigningKey, TextFile,
    document::{self, Document},
    envelope,
    signature::{self, Signature},
    verify,
};

/// A bundle as it travels and lies on disk. Nothing of it is believed yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedBundle {
    pub(crate) document: Vec<u8>,
    pub(crate) signatures: Vec<Signature>,
    /// By the digest that the envelope claims.
    pub(crate) assets: BTreeMap<Digest, Picture>,
}

/// A bundle that was verified. There is no other way to come by one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bundle {
    pub(crate) reference: BundleRef,
    pub(crate) created: Timestamp,
    pub(crate) programme: Programme,
    pub(crate) pictures: Pictures,
    pub(crate) fonts: Vec<FontFile>,
}

impl SignedBundle {
    /// An unsigned bundle.
    pub fn draft(contents: &Contents) -> Self {
        Self {
            document: document::write(contents),
            signatures: Vec::new(),
            assets: contents.pictures.values().map(|picture| (picture.digest(), picture.clone())).collect(),
        }
    }

    /// Reads what [`SignedBundle::to_bytes`] wrote; bounded by [`crate::BUNDLE_LIMIT`].
    pub fn parse(bytes: &[u8]) -> Result<Self, RefusedBundle> {
        envelope::parse(bytes)
    }

    /// As it travels.
    pub fn to_bytes(&self) -> Vec<u8> {
        envelope::write(self)
    }

    /// Adds a person's signature over the exact document. Signing twice is signing once.
    pub fn sign(&mut self, role: Role, key: &SigningKey) {
        let bytes = self.bytes_to_sign(role);
        signature::add(&mut self.signatures, role, key, &bytes);
    }

    /// What a signature is over: the role, so that an author's signature is not good as an approval, and the exact
    /// document.
    pub fn bytes_to_sign(&self, role: Role) -> Vec<u8> {
        [format!("gatesign/1 bundle {role}\n").as_bytes(), &self.document].concat()
    }

    /// By which it is known once it is verified.
    pub fn document_digest(&self) -> Digest {
        Digest::of(&self.document)
    }

    /// Which screen and version it claims to be, unverified: for messages and file names.
    pub fn claims(&self) -> Result<(ScreenId, u64), RefusedBundle> {
        Document::parse(&self.document).map(|document| (document.screen.id, document.version))
    }

    /// Which roles have signed, and who, if the signature is good and its key is in the keyring: for people to see
    /// how far a draft is.
    pub fn signed_by(&self, keyring: &Keyring) -> Vec<(Role, Option<String>)> {
        self.signatures
            .iter()
            .map(|signature| {
                let person = keyring
                    .find(signature.role, &signature.key)
                    .filter(|_| self.is_good(signature))
                    .map(|key| key.person.clone());
                (signature.role, person)
            })
            .collect()
    }

    /// The playlists and items that it claims to have, unverified.
    pub fn items(&self) -> Result<Vec<(PlaylistPath, Vec<ItemId>)>, RefusedBundle> {
        let document = Document::parse(&self.document)?;
        let items = |written: &TextFile| {
            let playlist = Playlist::parse(written.file.as_str(), &written.text)?;
            Ok((written.file.clone(), playlist.items.into_iter().map(|item| item.id).collect()))
        };
        document.playlists.iter().map(items).collect::<Result<_, _>>().map_err(RefusedBundle::Playlist)
    }

    /// The same without `withdrawn`, unsigned.
    pub fn withdrawing(
        &self,
        withdrawn: Withdrawn,
        version: u64,
        created: Timestamp,
    ) -> Result<Self, RefusedBundle> {
        let mut document = Document::parse(&self.document)?;
        document.withdrawn.push(withdrawn);
        document.withdrawn.sort_unstable();
        document.withdrawn.dedup();
        let pictures = verify::pictures(self, &document.pictures)?;
        Ok(Self::draft(&document.contents(version, created, pictures)))
    }

    /// Verifies everything; only then is there a [`Bundle`].
    pub fn verify(&self, expected: &Expected<'_>) -> Result<Bundle, RefusedBundle> {
        verify::verify(self, expected)
    }

    /// Whether those have signed it who must, by this keyring: nothing else of it is looked at.
    pub fn verify_signatures(&self, keyring: &Keyring) -> Result<(), RefusedBundle> {
        verify::check_signatures(self, keyring)
    }

    pub(crate) fn is_good(&self, signature: &Signature) -> bool {
        signature.key.verifies(&self.bytes_to_sign(signature.role), &signature.bytes)
    }
}

impl Bundle {
    /// Version and digest of the document.
    pub fn reference(&self) -> BundleRef {
        self.reference
    }

    /// When it was made.
    pub fn created(&self) -> Timestamp {
        self.created
    }

    /// What to show.
    pub fn programme(&self) -> &Programme {
        &self.programme
    }

    /// Its pictures.
    pub fn pictures(&self) -> &Pictures {
        &self.pictures
    }

    /// The fonts with which it was checked.
    pub fn fonts(&self) -> &[FontFile] {
        &self.fonts
    }
}

#[cfg(test)]
mod tests;
