//! The agent's configuration file: whoever holds a [`Config`] can start.

use std::{
    fs,
    path::{Path, PathBuf},
};

use mqtt::{BrokerKeys, Settings};
use playlists::{AirTime, Arrangement, Gate, Language, Profile, Rules, Screen, ScreenId, ScreenSize};
use protocol::Keyring;
use written::{InvalidFile, Report, Table, Told, read_file};

/// What the agent runs with.
pub(crate) struct Config {
    /// The screen it serves, with what the safe page needs while the gate has no bundle.
    pub(crate) screen: Screen,
    /// Its own folder; nothing else writes there.
    pub(crate) data: PathBuf,
    /// Whose signatures count.
    pub(crate) keyring: Keyring,
    /// Whether the box's clock runs on without power.
    pub(crate) battery_clock: bool,
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

/// In the table `[broker]`.
const BROKER: BrokerKeys = BrokerKeys {
    url: "url",
    user: "user",
    password_file: "password-file",
    ca: "ca",
    certificate: "certificate",
    key: "key",
};

impl Config {
    /// Reads `file` and the files that it names.
    pub(crate) fn read(file: &Path) -> Result<Self, InvalidFile> {
        read_file(file, fs::read_to_string, read)
    }
}

fn read(report: &mut Report<'_>, mut root: Table<'_>) -> Result<Config, Told> {
    let id = root
        .require(report, "screen", "the screen's id in the gates file, such as \"gate-1\"")
        .and_then(|entry| ScreenId::read(report, &entry));
    let size = root
        .require(report, "size", "LED pixels, such as \"960x320\"")
        .and_then(|entry| entry.parse(report, ScreenSize::parse));
    let data = root.require(report, "data", "the agent's own folder").and_then(|entry| entry.path(report));
    let keyring = root
        .require(report, "keyring", "the file of the keys that this gate trusts")
        .and_then(|entry| entry.parse_file(report, fs::read_to_string, Keyring::parse));
    let battery_clock = root.take("battery-clock").map_or(Ok(true), |entry| entry.boolean(report));
    let rule = "[gate] with name, languages and time-zone";
    let gate = root
        .require(report, "gate", rule)
        .and_then(|entry| entry.table(report, rule))
        .and_then(|table| read_gate(report, table));
    // Without a screen nothing comes of the settings.
    let client_id = id.as_ref().map_or("", ScreenId::as_str);
    let rule = "[broker] with url, and what it takes to be let in";
    let broker = root
        .require(report, "broker", rule)
        .and_then(|entry| entry.table(report, rule))
        .and_then(|table| read_broker(report, table, client_id));
    let rule = "[output] with kind, \"simulator\" or \"png\"";
    let output = root
        .require(report, "output", rule)
        .and_then(|entry| entry.table(report, rule))
        .and_then(|table| read_output(report, table));
    root.finish(report)?;

    let (gate, languages) = gate?;
    let screen = Screen {
        id: id?,
        gate,
        size: size?,
        profile: Profile::Plaza,
        languages,
        arrangement: Arrangement::Stack,
        rules: Rules::default(),
        air_time: AirTime::default(),
        sync: None,
    };
    Ok(Config {
        screen,
        data: data?,
        keyring: keyring?,
        battery_clock: battery_clock?,
        broker: broker?,
        output: output?,
    })
}

fn read_gate(report: &mut Report<'_>, mut table: Table<'_>) -> Result<(Gate, Vec<Language>), Told> {
    let languages = table
        .require(report, "languages", "what the screen shows, in its order, such as [\"vi\", \"en\", \"km\"]")
        .and_then(|entry| Language::read_list(report, &entry));
    let gate = Gate::read(report, &mut table, languages.iter().flatten());
    table.finish(report)?;
    Ok((gate?, languages?))
}

fn read_broker(report: &mut Report<'_>, mut table: Table<'_>, client_id: &str) -> Result<Settings, Told> {
    let settings = match BROKER.read(report, &mut table, client_id) {
        Ok(None) => Err(table.missing(report, BROKER.url, "is missing: such as \"mqtts://broker.example\"")),
        Ok(Some(settings)) => Ok(settings),
        Err(told) => Err(told),
    };
    table.finish(report)?;
    settings
}

fn read_output(report: &mut Report<'_>, mut table: Table<'_>) -> Result<OutputKind, Told> {
    #[derive(Clone, Copy, PartialEq, Eq)]
    enum Kind {
        Simulator,
        Png,
    }
    let kind = table
        .require(report, "kind", "simulator or png")
        .and_then(|entry| entry.choose(report, &[("simulator", Kind::Simulator), ("png", Kind::Png)]));
    let file = table.take("file");
    let output = kind.and_then(|kind| match (kind, file) {
        (Kind::Simulator, None) => Ok(OutputKind::Simulator),
        (Kind::Simulator, Some(file)) => Err(file.misplaced(report, "only the output png writes a file")),
        (Kind::Png, Some(file)) => Ok(OutputKind::Png { file: file.path(report)? }),
        (Kind::Png, None) => Err(table.missing(report, "file", "is missing: where the picture is written")),
    });
    table.finish(report)?;
    output
}

#[cfg(test)]
mod tests;
