//! Every file of the corpus, through the function that libFuzzer calls with it. What was once found is in it.

use std::{fs, path::Path};

#[track_caller]
fn check(target: &str, run: fn(&[u8])) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus").join(target);
    let mut tried = 0;
    for entry in fs::read_dir(&folder).expect("the corpus is there") {
        let path = entry.expect("it can be listed").path();
        let bytes = fs::read(&path).expect("it can be read");
        println!("{}", path.display());
        run(&bytes);
        run(&bytes[..bytes.len() / 2]);
        tried += 1;
    }
    assert!(tried >= 3, "only {tried} files in {}", folder.display());
}

#[test]
fn texts() {
    check("text", fuzz::text);
}

#[test]
fn pictures() {
    check("picture", fuzz::picture);
}

#[test]
fn playlists() {
    check("playlist", fuzz::playlist);
}

#[test]
fn bundles() {
    check("bundle", fuzz::bundle);
}

#[test]
fn messages() {
    check("message", fuzz::message);
}

#[test]
fn keyrings() {
    check("keyring", fuzz::keyring);
}
