//! How a bundle travels and lies on disk: JSON around the exact bytes of the document.

use std::collections::BTreeMap;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use playlists::{Digest, Picture};
use serde::{Deserialize, Serialize};

use crate::{
    BUNDLE_LIMIT, FORMAT, RefusedBundle, SignedBundle,
    document::{few, unreadable},
    signature::{MOST_SIGNATURES, WrittenSignature},
    wire::format_of,
};

const MOST_ASSETS: usize = 256;

#[derive(Serialize, Deserialize)]
struct Envelope {
    format: u32,
    document: String,
    signatures: Vec<WrittenSignature>,
    assets: BTreeMap<Digest, String>,
}

pub(crate) fn write(bundle: &SignedBundle) -> Vec<u8> {
    let envelope = Envelope {
        format: FORMAT,
        document: STANDARD.encode(&bundle.document),
        signatures: bundle.signatures.iter().map(WrittenSignature::of).collect(),
        assets: bundle
            .assets
            .iter()
            .map(|(digest, picture)| (*digest, STANDARD.encode(picture.bytes())))
            .collect(),
    };
    serde_json::to_vec(&envelope).expect("strings, numbers and tables with names are JSON")
}

pub(crate) fn parse(bytes: &[u8]) -> Result<SignedBundle, RefusedBundle> {
    within_limit(bytes)?;
    match format_of(bytes).map_err(|cause| unreadable("format", cause))? {
        FORMAT => {}
        offered => return Err(RefusedBundle::OtherFormat { what: "bundle", offered }),
    }
    let envelope: Envelope = serde_json::from_slice(bytes).map_err(|cause| unreadable("envelope", cause))?;
    few("signatures", envelope.signatures.len(), MOST_SIGNATURES)?;
    few("pictures", envelope.assets.len(), MOST_ASSETS)?;
    Ok(SignedBundle {
        document: decode("document", &envelope.document)?,
        signatures: envelope
            .signatures
            .iter()
            .map(|written| written.read().map_err(|cause| unreadable("signatures", cause)))
            .collect::<Result<_, _>>()?,
        assets: envelope
            .assets
            .into_iter()
            // The digest is only claimed here, and verified later: whose picture it is, only the document knows.
            .map(|(claimed, bytes)| Ok((claimed, Picture::new(decode("assets", &bytes)?))))
            .collect::<Result<_, RefusedBundle>>()?,
    })
}

pub(crate) fn within_limit(bytes: &[u8]) -> Result<(), RefusedBundle> {
    match bytes.len() {
        0..=BUNDLE_LIMIT => Ok(()),
        bytes => Err(RefusedBundle::TooLarge { bytes, limit: BUNDLE_LIMIT }),
    }
}

fn decode(place: &str, text: &str) -> Result<Vec<u8>, RefusedBundle> {
    STANDARD.decode(text).map_err(|cause| unreadable(place, format!("not base64: {cause}")))
}
