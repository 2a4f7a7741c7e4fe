//! The controller's configuration file: whoever holds a [`Config`] can serve.

use std::{
    fmt::Display,
    fs,
    net::SocketAddr,
    path::{Path, PathBuf},
};

use mqtt::{BadBrokerFile, BrokerFiles, Settings};
use playlists::Gates;
use protocol::Keyring;
use serde::Deserialize;

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

/// Why a configuration cannot be used.
#[derive(Debug, thiserror::Error)]
pub(crate) enum InvalidConfig {
    /// The file itself.
    #[error("configuration `{file}` cannot be read")]
    Unreadable {
        /// Which.
        file: PathBuf,
        /// Why.
        #[source]
        cause: std::io::Error,
    },
    /// Not TOML, an unknown key, a missing key or a wrong type.
    #[error("configuration `{file}`: {cause}")]
    Syntax {
        /// Which.
        file: PathBuf,
        /// Line, column and rule, as the TOML reader tells them.
        cause: Box<toml::de::Error>,
    },
    /// A value that breaks a rule.
    #[error("configuration `{file}`: {key} = `{value}`: {rule}")]
    Value {
        /// Which.
        file: PathBuf,
        /// Its key.
        key: String,
        /// What is written.
        value: String,
        /// What it breaks.
        rule: String,
    },
}

/// As people write it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct WrittenConfig {
    data: PathBuf,
    gates: PathBuf,
    keyring: PathBuf,
    listen: String,
    /// Absent: the embedded one.
    broker: Option<String>,
    broker_user: Option<String>,
    broker_password_file: Option<PathBuf>,
    broker_ca: Option<PathBuf>,
    broker_certificate: Option<PathBuf>,
    broker_key: Option<PathBuf>,
    embedded: Option<WrittenEmbedded>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct WrittenEmbedded {
    listen: String,
    clients: PathBuf,
}

impl Config {
    /// Reads `file` and the files that it names.
    pub(crate) fn read(file: &Path) -> Result<Self, InvalidConfig> {
        let text = fs::read_to_string(file)
            .map_err(|cause| InvalidConfig::Unreadable { file: file.to_owned(), cause })?;
        let written: WrittenConfig = toml::from_str(&text)
            .map_err(|cause| InvalidConfig::Syntax { file: file.to_owned(), cause: Box::new(cause) })?;
        Reader { file }.config(&written)
    }
}

/// Turns what is written into what is meant; knows the file for its complaints.
struct Reader<'a> {
    file: &'a Path,
}

impl Reader<'_> {
    fn config(&self, written: &WrittenConfig) -> Result<Config, InvalidConfig> {
        let named = |path: &Path| self.path(path).display().to_string();
        let gates_text = self.text("gates", &written.gates)?;
        let gates = Gates::parse(&named(&written.gates), &gates_text)
            .map_err(|mistakes| self.refuse("gates", &written.gates.display(), &mistakes))?;
        let keyring = Keyring::parse(&named(&written.keyring), &self.text("keyring", &written.keyring)?)
            .map_err(|bad| self.refuse("keyring", &written.keyring.display(), &bad))?;
        Ok(Config {
            data: self.path(&written.data),
            gates_text,
            gates,
            keyring,
            // The console has no sign-in yet: whoever can reach it, sees it.
            listen: self.loopback("listen", &written.listen)?,
            broker: self.broker(written)?,
        })
    }

    fn broker(&self, written: &WrittenConfig) -> Result<BrokerChoice, InvalidConfig> {
        match (&written.broker, &written.embedded) {
            (None, Some(embedded)) => Ok(BrokerChoice::Embedded {
                // Without TLS of its own, nobody outside this machine may talk to it.
                listen: self.loopback("embedded.listen", &embedded.listen)?,
                clients: Clients::parse(&self.text("embedded.clients", &embedded.clients)?)
                    .map_err(|bad| self.refuse("embedded.clients", &embedded.clients.display(), &bad))?,
            }),
            (Some(url), None) => {
                self.external(url, written).map(|settings| BrokerChoice::External(Box::new(settings)))
            }
            _ => Err(self.refuse("broker", "", "either `broker` or a table `[embedded]`")),
        }
    }

    fn external(&self, url: &str, written: &WrittenConfig) -> Result<Settings, InvalidConfig> {
        let files = BrokerFiles {
            url,
            user: written.broker_user.as_deref(),
            password_file: written.broker_password_file.as_deref(),
            ca: written.broker_ca.as_deref(),
            certificate: written.broker_certificate.as_deref(),
            key: written.broker_key.as_deref(),
        };
        let folder = self.path(Path::new(""));
        files.read(&folder, CONTROLLER).map_err(|BadBrokerFile { key, value, rule }| InvalidConfig::Value {
            file: self.file.to_owned(),
            key: if key == "url" { "broker".to_owned() } else { format!("broker-{key}") },
            value,
            rule,
        })
    }

    fn loopback(&self, key: &str, written: &str) -> Result<SocketAddr, InvalidConfig> {
        let address: SocketAddr = written
            .parse()
            .map_err(|_| self.refuse(key, written, "not an address with a port, such as 127.0.0.1:8080"))?;
        if address.ip().is_loopback() {
            Ok(address)
        } else {
            Err(self.refuse(key, written, "only a loopback address, such as 127.0.0.1, is allowed"))
        }
    }

    fn path(&self, written: &Path) -> PathBuf {
        self.file.parent().unwrap_or(Path::new(".")).join(written)
    }

    fn text(&self, key: &str, written: &Path) -> Result<String, InvalidConfig> {
        fs::read_to_string(self.path(written)).map_err(|cause| self.refuse(key, &written.display(), &cause))
    }

    fn refuse(
        &self,
        key: &str,
        value: &(impl Display + ?Sized),
        rule: &(impl Display + ?Sized),
    ) -> InvalidConfig {
        InvalidConfig::Value {
            file: self.file.to_owned(),
            key: key.to_owned(),
            value: value.to_string(),
            rule: rule.to_string(),
        }
    }
}
