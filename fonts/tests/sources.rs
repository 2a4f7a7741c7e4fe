//! The folder, `SOURCES.toml` and what is compiled in are the same.

use std::{collections::BTreeSet, fs, path::Path};

use fonts::FACES;
use serde::Deserialize;
use sha2::{Digest, Sha256};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Sources {
    face: Vec<Source>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Source {
    file: String,
    name: String,
    family: String,
    version: String,
    package: String,
    path: String,
    /// The script of this folder that cuts it out of the package's file.
    made_by: Option<String>,
    licence: String,
    sha256: String,
}

fn folder() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn sources() -> Vec<Source> {
    let text = fs::read_to_string(folder().join("SOURCES.toml")).expect("the list is there");
    toml::from_str::<Sources>(&text).expect("the list is well written").face
}

#[test]
fn the_folder_holds_the_listed_files_and_their_licence() {
    let mut listed: BTreeSet<String> = sources().into_iter().map(|source| source.file).collect();
    listed.insert("OFL.txt".to_owned());
    let found: BTreeSet<String> = fs::read_dir(folder().join("files"))
        .expect("the folder is there")
        .map(|entry| entry.expect("can be listed").file_name().into_string().expect("plain names"))
        .collect();
    assert_eq!(found, listed);
}

#[test]
fn what_is_compiled_in_is_what_is_listed() {
    let sources = sources();
    let listed: Vec<_> =
        sources.iter().map(|s| (s.file.as_str(), s.family.as_str(), s.sha256.as_str())).collect();
    let compiled: Vec<_> = FACES.iter().map(|face| (face.file, face.family, face.sha256)).collect();
    assert_eq!(compiled, listed);
    for face in FACES {
        let digest: String = Sha256::digest(face.bytes).iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!(digest, face.sha256, "{}", face.file);
    }
}

#[test]
fn every_source_names_its_origin_and_a_licence_that_allows_shipping() {
    for source in sources() {
        assert_eq!(source.licence, "OFL-1.1", "{}", source.file);
        match &source.made_by {
            Some(script) => assert!(folder().join(script).is_file(), "{}", source.file),
            None => assert!(source.path.ends_with(&source.file), "{}", source.file),
        }
        assert!(source.name.starts_with(&source.family), "{}", source.file);
        assert!(source.package.starts_with("fonts-noto-c"), "{}", source.file);
        assert!(source.version.starts_with(['2', '3']), "{}", source.file);
    }
}
