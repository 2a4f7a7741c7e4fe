//! How parts of a message are written: texts of bounded length and bytes in base64.
//!
//! A text that is too long is shortened when it is written, because an agent must be able to report whatever went
//! wrong, and refused when it is read, because whoever wrote it did not keep to the rule.

use std::collections::BTreeMap;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};

/// The most characters of a name or a word.
pub(crate) const WORD: usize = 64;

/// The most characters of a sentence that says what happened.
pub(crate) const SENTENCE: usize = 1000;

/// The most entries of a table.
const ENTRIES: usize = 64;

/// The format that a message or document says that it has. It comes first: of another one not even the rest has to
/// be as we think.
pub(crate) fn format_of(bytes: &[u8]) -> Result<u32, serde_json::Error> {
    #[derive(Deserialize)]
    struct Version {
        format: u32,
    }
    serde_json::from_slice(bytes).map(|Version { format }| format)
}

pub(crate) fn write<const MOST: usize, S: Serializer>(text: &str, to: S) -> Result<S::Ok, S::Error> {
    to.serialize_str(shortened(text, MOST))
}

pub(crate) fn read<'de, const MOST: usize, D: Deserializer<'de>>(from: D) -> Result<String, D::Error> {
    within(String::deserialize(from)?, MOST)
}

pub(crate) fn write_some<const MOST: usize, S: Serializer>(
    text: &Option<String>,
    to: S,
) -> Result<S::Ok, S::Error> {
    text.as_deref().map(|text| shortened(text, MOST)).serialize(to)
}

pub(crate) fn read_some<'de, const MOST: usize, D: Deserializer<'de>>(
    from: D,
) -> Result<Option<String>, D::Error> {
    Option::<String>::deserialize(from)?.map(|text| within(text, MOST)).transpose()
}

pub(crate) fn read_counts<'de, D: Deserializer<'de>>(from: D) -> Result<BTreeMap<String, u64>, D::Error> {
    let counts = BTreeMap::<String, u64>::deserialize(from)?;
    if counts.len() > ENTRIES {
        return Err(D::Error::custom(format!("{} entries, at most {ENTRIES} are allowed", counts.len())));
    }
    counts.into_iter().map(|(word, count)| Ok((within(word, WORD)?, count))).collect()
}

pub(crate) fn write_base64<S: Serializer>(bytes: &[u8], to: S) -> Result<S::Ok, S::Error> {
    to.serialize_str(&STANDARD.encode(bytes))
}

pub(crate) fn read_base64<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<u8>, D::Error> {
    STANDARD
        .decode(String::deserialize(from)?)
        .map_err(|cause| D::Error::custom(format!("not base64: {cause}")))
}

fn within<E: serde::de::Error>(text: String, most: usize) -> Result<String, E> {
    let length = text.chars().count();
    if length <= most {
        return Ok(text);
    }
    let beginning = shortened(&text, 40);
    Err(E::custom(format!("`{beginning}…` has {length} characters, at most {most} are allowed")))
}

/// The beginning of `text`, at most so many characters.
pub(crate) fn shortened(text: &str, most: usize) -> &str {
    text.char_indices().nth(most).map_or(text, |(end, _)| &text[..end])
}
