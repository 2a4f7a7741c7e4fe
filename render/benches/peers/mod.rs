//! Pango and cairo, asked for the same work by a small program in C.

use std::{
    collections::BTreeMap,
    env, fs,
    path::{Path, PathBuf},
    process::Command,
};

/// The program, built, and the fonts that it sees: ours, and no others.
pub(crate) struct Pango {
    program: PathBuf,
    fonts: PathBuf,
}

impl Pango {
    /// Builds it. `None`, said loudly, where the library or a C compiler is missing.
    pub(crate) fn build() -> Option<Self> {
        let here = Path::new(env!("CARGO_MANIFEST_DIR"));
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("pango");
        fs::create_dir_all(&folder).expect("the build's folder can be written");
        let (program, fonts) = (folder.join("pango"), folder.join("fonts.conf"));
        let flags = Command::new("pkg-config").args(["--cflags", "--libs", "pangocairo"]).output().ok();
        let Some(flags) = flags.filter(|answer| answer.status.success()) else {
            println!("\n!!! Pango/Cairo is not installed (libpango1.0-dev): not compared !!!");
            return None;
        };
        let flags = String::from_utf8_lossy(&flags.stdout);
        let mut compiler = Command::new("cc");
        compiler.arg("-O2").arg(here.join("benches/peers/pango.c")).arg("-o").arg(&program);
        let built = compiler.args(flags.split_whitespace()).status();
        if !built.is_ok_and(|status| status.success()) {
            println!("\n!!! benches/peers/pango.c could not be built: not compared !!!");
            return None;
        }
        let files = here.join("../fonts/files");
        let written = format!(
            "<?xml version=\"1.0\"?><!DOCTYPE fontconfig SYSTEM \"urn:fontconfig:fonts.dtd\">\
             <fontconfig><dir>{}</dir><cachedir>{}</cachedir></fontconfig>",
            files.display(),
            folder.join("cache").display()
        );
        fs::write(&fonts, written).expect("the build's folder can be written");
        Some(Self { program, fonts })
    }

    /// What the program answers to `words`: microseconds, or rows, by name.
    pub(crate) fn ask(&self, words: &[&str]) -> BTreeMap<String, f64> {
        let answer = Command::new(&self.program).args(words).env("FONTCONFIG_FILE", &self.fonts).output();
        let answer = answer.expect("it was just built");
        assert!(answer.status.success(), "{words:?}: {}", String::from_utf8_lossy(&answer.stderr));
        let told = String::from_utf8_lossy(&answer.stdout);
        let pair = |line: &str| {
            let (name, value) = line.split_once(' ')?;
            Some((name.to_owned(), value.parse().ok()?))
        };
        told.lines().filter_map(pair).collect()
    }
}

/// Whether a missing peer is a fault.
pub(crate) fn must_be_there() -> bool {
    env::var_os("CI").is_some()
}
