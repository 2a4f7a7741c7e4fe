//! The bytes of pictures that playlists name, each with its digest. Undecoded: drawing is `render`'s.

use std::{collections::BTreeMap, fmt, sync::Arc};

use serde::{Deserialize, Serialize};

use crate::{BadId, Digest};

/// The path of a picture relative to its playlist file, with `/`, never outside that folder.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct PicturePath(String);

impl PicturePath {
    /// Takes `written` if it stays below the playlist's folder on every system, whatever its separators are.
    pub fn parse(written: &str) -> Result<Self, BadId> {
        let foreign = |character: char| character.is_control() || matches!(character, '\\' | ':');
        let inside = |part: &str| !matches!(part, "" | "." | "..");
        if written.len() <= 200 && !written.contains(foreign) && written.split('/').all(inside) {
            return Ok(Self(written.to_owned()));
        }
        Err(BadId {
            value: written.chars().take(64).collect(),
            kind: "a picture path",
            rule: "is relative to the playlist's folder and stays below it, such as images/map.png, with `/` and \
                   without `..`, `\\` and `:`, at most 200 bytes",
        })
    }

    /// The path as written.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for PicturePath {
    type Error = BadId;
    fn try_from(written: String) -> Result<Self, BadId> {
        Self::parse(&written)
    }
}

impl From<PicturePath> for String {
    fn from(path: PicturePath) -> Self {
        path.0
    }
}

impl fmt::Display for PicturePath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// One picture file: its bytes and their digest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Picture {
    bytes: Arc<[u8]>,
    digest: Digest,
}

impl Picture {
    /// Takes the bytes and digests them.
    pub fn new(bytes: impl Into<Arc<[u8]>>) -> Self {
        let bytes = bytes.into();
        let digest = Digest::of(&bytes);
        Self { bytes, digest }
    }

    /// The file's bytes.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Their digest.
    pub fn digest(&self) -> Digest {
        self.digest
    }
}

/// Pictures by the path that the playlist names them with.
pub type Pictures = BTreeMap<PicturePath, Picture>;

#[cfg(test)]
mod tests {
    use super::PicturePath;

    #[track_caller]
    fn check(written: &str, fine: bool) {
        assert_eq!(PicturePath::parse(written).is_ok(), fine, "{written:?}");
    }

    #[test]
    fn never_leaves_the_folder() {
        for fine in ["map.png", "images/map.png", "ảnh/bản đồ.png", "a/.../b", &"a".repeat(200)] {
            check(fine, true);
        }
        for wrong in [
            "",
            ".",
            "..",
            "/map.png",
            "images/",
            "images//map.png",
            "./map.png",
            "images/../map.png",
            "../map.png",
            "images\\map.png",
            "C:map.png",
            "images/map.png\0",
            "a\nb",
            &"a".repeat(201),
        ] {
            check(wrong, false);
        }
    }
}
