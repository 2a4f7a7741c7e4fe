//! The access file of a person at the command line: which controller, and with which key as what.

use std::{
    env, fs, io,
    path::{Path, PathBuf},
};

use protocol::Role;
use serde::Deserialize;

/// How a person reaches the controller.
#[derive(Debug)]
pub(crate) struct Access {
    /// The controller's address: `http://127.0.0.1:8080`.
    pub(crate) controller: String,
    /// The keys that this person signs with; a person has one, the demo plays two.
    pub(crate) signers: Vec<Signer>,
}

/// A key and what it is for.
#[derive(Debug, Clone)]
pub(crate) struct Signer {
    pub(crate) role: Role,
    pub(crate) key: PathBuf,
}

/// Why there is no access.
#[derive(Debug, thiserror::Error)]
pub(crate) enum NoAccess {
    #[error("there is no access file: looked at {}; start the demo, or name one with --access FILE", .0.display())]
    NotThere(PathBuf),
    #[error("access file `{file}` cannot be read")]
    Unreadable {
        file: PathBuf,
        #[source]
        cause: io::Error,
    },
    #[error("access file `{file}`: {cause}")]
    Syntax { file: PathBuf, cause: Box<toml::de::Error> },
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct WrittenAccess {
    controller: String,
    #[serde(default)]
    sign: Vec<WrittenSigner>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct WrittenSigner {
    role: Role,
    key: PathBuf,
}

impl Access {
    /// Reads the file given, or the usual one.
    pub(crate) fn read(given: Option<&Path>) -> Result<Self, NoAccess> {
        let file = given.map_or_else(usual_file, Path::to_owned);
        let text = match fs::read_to_string(&file) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Err(NoAccess::NotThere(file)),
            Err(cause) => return Err(NoAccess::Unreadable { file, cause }),
        };
        let written: WrittenAccess = toml::from_str(&text)
            .map_err(|cause| NoAccess::Syntax { file: file.clone(), cause: Box::new(cause) })?;
        let folder = file.parent().unwrap_or(Path::new("."));
        let signers = written
            .sign
            .into_iter()
            .map(|WrittenSigner { role, key }| Signer { role, key: folder.join(key) })
            .collect();
        Ok(Self { controller: written.controller.trim_end_matches('/').to_owned(), signers })
    }
}

/// `$GATESIGN_ACCESS`, the user's own access file, or that of a running demo.
fn usual_file() -> PathBuf {
    if let Some(file) = env::var_os("GATESIGN_ACCESS") {
        return file.into();
    }
    let own = state_folder().join("access.toml");
    let demo = demo_access_file();
    if !own.exists() && demo.exists() { demo } else { own }
}

/// Where a running demo leaves its access file, so that the command line finds it.
pub fn demo_access_file() -> PathBuf {
    state_folder().join("demo.toml")
}

fn state_folder() -> PathBuf {
    let home = || env::var_os("HOME").map_or_else(env::temp_dir, PathBuf::from).join(".local/state");
    env::var_os("XDG_STATE_HOME").map_or_else(home, PathBuf::from).join("gatesign")
}
