//! The controller's configuration file: whoever holds a [`Config`] can serve.

use std::{
    fs,
    net::SocketAddr,
    path::{Path, PathBuf},
};

use mqtt::{BrokerKeys, Settings};
use playlists::Gates;
use protocol::{Keyring, Role, SigningKey};
use written::{Entry, InvalidFile, Report, Table, Told, read_file};

use crate::broker::{CONTROLLER, Clients};

/// What the controller serves with.
pub(crate) struct Config {
    /// Its own folder; nothing else writes there.
    pub(crate) data: PathBuf,
    /// The gates file, as written and as read.
    pub(crate) gates_text: String,
    pub(crate) gates: Gates,
    /// Whose signatures count.
    pub(crate) keyring: Keyring,
    /// With which it tells the gates what time it is; without it, it does not.
    pub(crate) clock_key: Option<SigningKey>,
    /// Where the console listens.
    pub(crate) listen: SocketAddr,
    pub(crate) broker: BrokerChoice,
}

/// Which broker carries the messages.
pub(crate) enum BrokerChoice {
    /// Our own, in this process.
    Embedded { listen: SocketAddr, clients: Clients },
    /// Any other.
    External(Box<Settings>),
}

const BROKER: BrokerKeys = BrokerKeys {
    url: "broker",
    user: "broker-user",
    password_file: "broker-password-file",
    ca: "broker-ca",
    certificate: "broker-certificate",
    key: "broker-key",
};

impl Config {
    /// Reads `file` and the files that it names.
    pub(crate) fn read(file: &Path) -> Result<Self, InvalidFile> {
        read_file(file, fs::read_to_string, read)
    }
}

fn read(report: &mut Report<'_>, mut root: Table<'_>) -> Result<Config, Told> {
    let data =
        root.require(report, "data", "the controller's own folder").and_then(|entry| entry.path(report));
    let gates = root.require(report, "gates", "the file of the gates and their screens").and_then(|entry| {
        entry.parse_file(report, fs::read_to_string, |name, text| {
            Gates::parse(name, text).map(|gates| (text.to_owned(), gates))
        })
    });
    let keyring = root
        .require(report, "keyring", "the file of the keys that the gates trust")
        .and_then(|entry| entry.parse_file(report, fs::read_to_string, Keyring::parse));
    let clock_key = root.take("clock-key").map(|entry| read_clock_key(report, &entry, keyring.as_ref().ok()));
    // The console has no sign-in yet: whoever can reach it, sees it.
    let listen = root
        .require(report, "listen", "where the console listens, such as \"127.0.0.1:8080\"")
        .and_then(|entry| read_loopback(report, &entry));
    let broker = read_broker(report, &mut root);
    root.finish(report)?;

    let (gates_text, gates) = gates?;
    Ok(Config {
        data: data?,
        gates_text,
        gates,
        keyring: keyring?,
        clock_key: clock_key.transpose()?,
        listen: listen?,
        broker: broker?,
    })
}

fn read_broker(report: &mut Report<'_>, root: &mut Table<'_>) -> Result<BrokerChoice, Told> {
    const RULE: &str = "either `broker` or a table [embedded]";
    let external = BROKER.read(report, root, CONTROLLER);
    let embedded = root.take("embedded");
    match (external?, embedded) {
        (Some(settings), None) => Ok(BrokerChoice::External(Box::new(settings))),
        (None, Some(embedded)) => {
            let table = embedded.table(report, "[embedded] with listen and clients")?;
            read_embedded(report, table)
        }
        (Some(_), Some(embedded)) => Err(embedded.misplaced(report, RULE)),
        (None, None) => Err(root.missing(report, BROKER.url, format!("is missing: {RULE}"))),
    }
}

fn read_embedded(report: &mut Report<'_>, mut table: Table<'_>) -> Result<BrokerChoice, Told> {
    // Without TLS of its own, nobody outside this machine may talk to it.
    let listen = table
        .require(report, "listen", "where the broker listens, such as \"127.0.0.1:1883\"")
        .and_then(|entry| read_loopback(report, &entry));
    let clients = table
        .require(report, "clients", "the file of those who may connect")
        .and_then(|entry| entry.parse_file(report, fs::read_to_string, Clients::parse));
    table.finish(report)?;
    Ok(BrokerChoice::Embedded { listen: listen?, clients: clients? })
}

/// A key that the gates do not know would tell them nothing.
fn read_clock_key(
    report: &mut Report<'_>,
    entry: &Entry<'_>,
    keyring: Option<&Keyring>,
) -> Result<SigningKey, Told> {
    let pem = entry.file(report, fs::read_to_string)?;
    match SigningKey::from_pem(&pem) {
        Err(bad) => Err(entry.wrong(report, bad.to_string())),
        Ok(key) if keyring.is_some_and(|known| known.find(Role::Clock, &key.public()).is_none()) => {
            let rule = format!("the keyring has no key {} with the role clock", key.public().id());
            Err(entry.wrong(report, rule))
        }
        Ok(key) => Ok(key),
    }
}

fn read_loopback(report: &mut Report<'_>, entry: &Entry<'_>) -> Result<SocketAddr, Told> {
    entry.parse(report, |written| match written.parse::<SocketAddr>() {
        Ok(address) if address.ip().is_loopback() => Ok(address),
        Ok(_) => Err("only a loopback address, such as 127.0.0.1, is allowed"),
        Err(_) => Err("is an address with a port, such as 127.0.0.1:8080"),
    })
}

#[cfg(test)]
mod tests;
