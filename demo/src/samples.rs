//! The sample playlists, compiled in: the demo needs nothing but itself.

use std::{fs, path::Path};

use anyhow::Context;
use playlists::Gates;

const GATES: &str = include_str!("../../playlists/samples/gates.toml");

/// The gates, read.
pub(crate) fn gates() -> anyhow::Result<Gates> {
    Gates::parse("gates.toml", GATES).context("the sample gates file")
}

/// What is on air from the start: a schedule, which names its playlists.
pub const EVERYDAY: &str = "lich-phat.toml";

macro_rules! files {
    ($($name:literal),* $(,)?) => {
        &[$(($name, include_bytes!(concat!("../../playlists/samples/", $name)))),*]
    };
}

const FILES: &[(&str, &[u8])] = files![
    "gates.toml",
    "lich-phat.toml",
    "chao-mung.toml",
    "gio-lam-viec.toml",
    "hai-quan-y-te.toml",
    "an-toan-giao-thong.toml",
    "dau-tu-hang-hoa.toml",
    "tet.toml",
    "khan-cap.toml",
    "bo-cuc.toml",
    "ngon-ngu.toml",
    "images/cong-chao.png",
    "images/dac-san.png",
    "images/giam-toc.png",
    "images/hoa-mai.png",
    "images/loi-nay.gif",
    "images/rua-tay.png",
    "images/rung-cao-su.png",
];

/// Writes them all into `folder`.
pub(crate) fn write(folder: &Path) -> anyhow::Result<()> {
    let write = || {
        fs::create_dir_all(folder.join("images"))?;
        FILES.iter().try_for_each(|(name, bytes)| fs::write(folder.join(name), bytes))
    };
    write().with_context(|| format!("writing the samples into {}", folder.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_sample_is_here() {
        let samples = Path::new(env!("CARGO_MANIFEST_DIR")).join("../playlists/samples");
        let mut files = 0;
        for (folder, prefix) in [(samples.clone(), ""), (samples.join("images"), "images/")] {
            for entry in fs::read_dir(folder).unwrap() {
                let name = format!("{prefix}{}", entry.unwrap().file_name().to_string_lossy());
                if [".toml", ".png", ".gif"].iter().any(|kind| name.ends_with(kind)) {
                    assert!(FILES.iter().any(|(file, _)| *file == name), "{name} is missing");
                    files += 1;
                }
            }
        }
        assert_eq!(files, FILES.len());
        assert!(FILES.iter().any(|(file, _)| *file == EVERYDAY));
    }
}
