//! The access file of a person at the command line: which controller, and with which key as what.

use std::{
    env, fs, io,
    path::{Path, PathBuf},
};

use playlists::MadeClock;
use protocol::Role;
use written::{Mistakes, Report, Table, Told, all, read_toml};

/// How a person reaches the controller.
#[derive(Debug)]
pub(crate) struct Access {
    /// The controller's address: `http://127.0.0.1:8080`.
    pub(crate) controller: String,
    /// The keys that this person signs with; a person has one, the demo plays two.
    pub(crate) signers: Vec<Signer>,
    /// By which clock the controller goes, if that is a made one: only a demo's is.
    pub(crate) made_clock: Option<MadeClock>,
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
    #[error("there are mistakes in the access file:\n{0}")]
    Mistakes(#[from] Mistakes),
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
        Ok(read_toml(&file.display().to_string(), &text, read)?)
    }
}

fn read(report: &mut Report<'_>, mut root: Table<'_>) -> Result<Access, Told> {
    let controller = root
        .require(report, "controller", "its address, such as \"http://127.0.0.1:8080\"")
        .and_then(|entry| entry.string(report));
    let signers = root.take("sign").map(|entry| {
        all(entry.list(report, "is a list of keys to sign with, each under [[sign]]")?, |entry| {
            let table = entry.table(report, "is a key to sign with, under [[sign]]")?;
            read_signer(report, table)
        })
    });
    let made_clock = root.take("made-clock").map(|entry| entry.parse(report, str::parse)).transpose();
    root.finish(report)?;
    let controller = controller?.trim_end_matches('/').to_owned();
    Ok(Access { controller, signers: signers.transpose()?.unwrap_or_default(), made_clock: made_clock? })
}

fn read_signer(report: &mut Report<'_>, mut table: Table<'_>) -> Result<Signer, Told> {
    let role = table
        .require(report, "role", "what the key is for: author, approver or duty")
        .and_then(|entry| Role::read(report, &entry, &Role::OF_PEOPLE));
    let key = table.require(report, "key", "the file of the secret key").and_then(|entry| entry.path(report));
    table.finish(report)?;
    Ok(Signer { role: role?, key: key? })
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_whom_to_ask_and_what_to_sign_with() {
        let text = "controller = 'http://127.0.0.1:8080/'\n[[sign]]\nrole = 'author'\nkey = 'my.key'";
        let access = read_toml("state/access.toml", text, read).unwrap();
        assert_eq!(access.controller, "http://127.0.0.1:8080");
        let [Signer { role, key }] = &access.signers[..] else { panic!("one key is written") };
        assert_eq!((*role, key.as_path()), (Role::Author, Path::new("state/my.key")));
        let least = read_toml("a.toml", "controller = 'x'", read).unwrap();
        assert!(least.signers.is_empty() && least.made_clock.is_none());
        let clock = "2026-12-01T06:00:00Z 600x since 2026-11-27T11:30:00Z";
        let text = format!("controller = 'x'\nmade-clock = '{clock}'");
        let access = read_toml("a.toml", &text, read).unwrap();
        assert_eq!(access.made_clock.map(|made| made.to_string()).as_deref(), Some(clock));
    }

    #[test]
    fn tells_all_mistakes_at_once() {
        let text = "controler = 'x'\nmade-clock = '6 o'\n[[sign]]\nrole = 'boss'\nkey = 1\n[[sign]]";
        let told = read_toml("a.toml", text, read).unwrap_err().to_string();
        let expected = [
            "a.toml:1:1: controller: is missing: its address, such as \"http://127.0.0.1:8080\"",
            "a.toml:1:1: controler: `x`: is an unknown key; did you mean `controller`?",
            "a.toml:2:14: made-clock: `6 o`: a made clock is a moment, its speed and a real moment: \
             \"2026-12-01T06:00:00Z 600x since 2026-11-27T11:30:00Z\"",
            "a.toml:4:8: sign[1].role: `boss`: is one of author, approver, duty",
            "a.toml:5:7: sign[1].key: `1`: is written in quotes",
            "a.toml:6:1: sign[2].role: is missing: what the key is for: author, approver or duty",
            "a.toml:6:1: sign[2].key: is missing: the file of the secret key",
        ];
        assert_eq!(told.lines().collect::<Vec<_>>(), expected);
    }
}
