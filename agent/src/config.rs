//! The agent's configuration file: whoever holds a [`Config`] can start.

use std::{
    collections::BTreeMap,
    fmt::Display,
    fs,
    path::{Path, PathBuf},
};

use mqtt::{BadBrokerFile, BrokerFiles, Settings};
use playlists::{Arrangement, Gate, Language, Profile, Screen, ScreenId, ScreenSize};
use protocol::Keyring;
use serde::Deserialize;

/// What the agent runs with.
pub(crate) struct Config {
    /// The screen it serves, with what the safe page needs while the gate has no bundle.
    pub(crate) screen: Screen,
    /// Its own folder; nothing else writes there.
    pub(crate) data: PathBuf,
    /// Whose signatures count.
    pub(crate) keyring: Keyring,
    /// Where to report; will and subscriptions come with the run.
    pub(crate) broker: Settings,
    /// The panel.
    pub(crate) output: OutputKind,
}

/// Which panel hangs on this box.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum OutputKind {
    Simulator,
    Png { file: PathBuf },
}

/// Why a configuration cannot be used. Paths are as written, from the configuration's folder.
#[derive(Debug, thiserror::Error)]
pub enum InvalidConfig {
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
    screen: String,
    size: String,
    data: PathBuf,
    keyring: PathBuf,
    gate: WrittenGate,
    broker: WrittenBroker,
    output: WrittenOutput,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct WrittenGate {
    name: BTreeMap<String, String>,
    languages: Vec<String>,
    time_zone: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct WrittenBroker {
    url: String,
    user: Option<String>,
    password_file: Option<PathBuf>,
    ca: Option<PathBuf>,
    certificate: Option<PathBuf>,
    key: Option<PathBuf>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", tag = "kind")]
enum WrittenOutput {
    Simulator,
    Png { file: PathBuf },
}

impl Config {
    /// Reads `file` and the files that it names.
    pub(crate) fn read(file: &Path) -> Result<Self, InvalidConfig> {
        let text = fs::read_to_string(file)
            .map_err(|cause| InvalidConfig::Unreadable { file: file.to_owned(), cause })?;
        let written: WrittenConfig = toml::from_str(&text)
            .map_err(|cause| InvalidConfig::Syntax { file: file.to_owned(), cause: Box::new(cause) })?;
        Reader { file }.config(written)
    }
}

/// Turns what is written into what is meant; knows the file for its complaints.
struct Reader<'a> {
    file: &'a Path,
}

impl Reader<'_> {
    fn config(&self, written: WrittenConfig) -> Result<Config, InvalidConfig> {
        let keyring_file = self.path(&written.keyring);
        let keyring_text = self.text("keyring", &written.keyring)?;
        let keyring = Keyring::parse(&keyring_file.display().to_string(), &keyring_text)
            .map_err(|bad| self.refuse("keyring", &written.keyring.display(), &bad))?;
        Ok(Config {
            screen: self.screen(&written)?,
            data: self.path(&written.data),
            keyring,
            broker: self.broker(&written.broker, &written.screen)?,
            output: match written.output {
                WrittenOutput::Simulator => OutputKind::Simulator,
                WrittenOutput::Png { file } => OutputKind::Png { file: self.path(&file) },
            },
        })
    }

    fn screen(&self, written: &WrittenConfig) -> Result<Screen, InvalidConfig> {
        let language = |key, code: &str| Language::parse(code).map_err(|bad| self.refuse(key, code, &bad));
        let mut languages = Vec::new();
        for code in &written.gate.languages {
            languages.push(language("gate.languages", code)?);
        }
        if languages.is_empty() {
            return Err(self.refuse("gate.languages", "[]", "at least one language"));
        }
        let mut name = BTreeMap::new();
        for (code, text) in &written.gate.name {
            name.insert(language("gate.name", code)?, text.clone());
        }
        if let Some(missing) = languages.iter().find(|language| !name.contains_key(language)) {
            return Err(self.refuse("gate.name", "", &format!("the name in `{missing}` is missing")));
        }
        let zone = &written.gate.time_zone;
        Ok(Screen {
            id: ScreenId::parse(&written.screen)
                .map_err(|bad| self.refuse("screen", &written.screen, &bad))?,
            gate: Gate {
                name,
                time_zone: Gate::zone(zone).ok_or_else(|| {
                    self.refuse("gate.time-zone", zone, "not an IANA time zone, such as Asia/Ho_Chi_Minh")
                })?,
            },
            size: ScreenSize::parse(&written.size).map_err(|bad| self.refuse("size", &written.size, &bad))?,
            profile: Profile::Plaza,
            languages,
            arrangement: Arrangement::Stack,
        })
    }

    fn broker(&self, written: &WrittenBroker, client_id: &str) -> Result<Settings, InvalidConfig> {
        let files = BrokerFiles {
            url: &written.url,
            user: written.user.as_deref(),
            password_file: written.password_file.as_deref(),
            ca: written.ca.as_deref(),
            certificate: written.certificate.as_deref(),
            key: written.key.as_deref(),
        };
        let folder = self.path(Path::new(""));
        files.read(&folder, client_id).map_err(|BadBrokerFile { key, value, rule }| InvalidConfig::Value {
            file: self.file.to_owned(),
            key: format!("broker.{key}"),
            value,
            rule,
        })
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
