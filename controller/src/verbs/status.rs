//! `status`: how the screens are.

use std::{fmt::Write, process::ExitCode};

use clap::Args;
use jiff::tz::TimeZone;
use playlists::{Gate, ScreenId, Why};
use protocol::{StorageHealth, StorageState};

use crate::{
    command_line::Options,
    failure::{DEGRADED, Usage},
    status::{FleetStatus, Lamp, ScreenStatus},
};

#[derive(Args)]
pub(crate) struct Arguments {
    /// Only this screen
    #[arg(value_parser = ScreenId::parse)]
    screen: Option<ScreenId>,
}

/// Whom a gate's clock believes, or why nobody: as the gate says it, and in words. A newer agent may know others.
pub(crate) const SOURCES: [(&str, &str); 8] = [
    ("ntp", "NTP keeps it"),
    ("controller", "the controller has told it"),
    ("system", "the box's own clock, on its battery"),
    ("no-battery", "the box has no battery, and nobody has told it the time"),
    ("stepped", "somebody has set it, and nobody bears it out"),
    ("behind-floor", "it is earlier than what is known for certain"),
    ("implausible", "it is years later than what is known"),
    ("made", "it is a made one, to look on"),
];

pub(crate) fn run(options: &Options, arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let access = options.access()?;
    let status = of_screen(options.client(&access).status()?, arguments.screen.as_ref())?;
    let fine = status.broker.connected && status.screens.iter().all(|screen| screen.lamp == Lamp::Fine);
    options.answer(&status, words(&status))?;
    Ok(if fine { ExitCode::SUCCESS } else { ExitCode::from(DEGRADED) })
}

/// The status with only the screen that was asked for.
pub(super) fn of_screen(mut status: FleetStatus, screen: Option<&ScreenId>) -> Result<FleetStatus, Usage> {
    if let Some(id) = screen {
        if status.screen(id).is_none() {
            let known: Vec<String> = status.screens.iter().map(|status| status.screen.to_string()).collect();
            return Err(Usage(format!("there is no screen `{id}`; there are {}", known.join(", "))));
        }
        status.screens.retain(|status| status.screen == *id);
    }
    Ok(status)
}

fn words(status: &FleetStatus) -> String {
    let mut out = String::new();
    let broker = &status.broker;
    let connected = if broker.connected { "connected" } else { "NOT CONNECTED" };
    let _ = writeln!(out, "broker: {} {}, {connected}", broker.kind, broker.address);
    for screen in &status.screens {
        let _ = writeln!(out, "\n{}", of_one(screen, status));
    }
    out
}

fn of_one(status: &ScreenStatus, fleet: &FleetStatus) -> String {
    let mut out = String::new();
    let lamp = match status.lamp {
        Lamp::Fine => "● fine",
        Lamp::Attention => "▲ attention",
        Lamp::Fault => "■ fault",
    };
    let name = status.languages.first().and_then(|language| status.gate.get(language));
    let size = status.size;
    let _ = writeln!(
        out,
        "{}  {lamp}  {}, {}×{}",
        status.screen,
        name.map_or("", String::as_str),
        size.width,
        size.height
    );
    if !status.problems.is_empty() {
        let problems: Vec<String> = status.problems.iter().map(word).collect();
        let _ = writeln!(out, "  problems    {}", problems.join(", "));
    }
    let since = status.connection.since.map(|since| format!(", since {}", local(since, status)));
    let _ = writeln!(out, "  connection  {}{}", status.connection.state, since.unwrap_or_default());
    let _ = writeln!(out, "  on air      {}", on_air(status));
    if let Some(on_air) = &status.on_air {
        let age = on_air.frame.age_ms.map_or_else(|| "unknown".to_owned(), |ms| format!("{ms} ms"));
        let equal = match on_air.frame.equal {
            Some(true) => ", drawn here it is the same",
            Some(false) => ", DRAWN HERE IT IS ANOTHER",
            None => "",
        };
        let _ =
            writeln!(out, "  frame       {:.12}…, {age} old{equal}", on_air.frame.frame.digest.to_string());
    }
    if let (Some(clock), Some(agent)) = (&status.clock, &status.agent) {
        let memory = agent
            .memory_bytes
            .map_or_else(|| "memory unknown".to_owned(), |bytes| format!("{} KiB", bytes / 1024));
        let whom = SOURCES.iter().find(|(source, _)| *source == clock.source);
        let whom = whom.map_or_else(String::new, |(_, whom)| format!(": {whom}"));
        let _ = writeln!(out, "  clock       {} ({}){whom}", word(&clock.trust), clock.source);
        let uptime = agent.uptime_ms / 1000;
        let _ =
            writeln!(out, "  agent       {}, up {uptime} s, {memory}, {}", agent.version, agent.output.kind);
        if let Some(storage) = &agent.storage {
            let _ = writeln!(out, "  disk        {}", disk(storage, status));
        }
    }
    if let Some(keyring) = super::keyring::followed(status, fleet) {
        let _ = writeln!(out, "  keyring     {keyring}");
    }
    if let Some(cutoff) = &status.cutoff {
        let followed = if cutoff.followed { "" } else { ", NOT YET confirmed by the gate" };
        let reason = if cutoff.reason.is_empty() { String::new() } else { format!(": {}", cutoff.reason) };
        let _ = writeln!(out, "  ordered     {}{followed}{reason}", word(&cutoff.standing.cut));
    }
    if let Some(last) = &status.refused.last {
        let _ = writeln!(out, "  refused     {} so far, last: {}", status.refused.total, last.detail);
    }
    out.trim_end().to_owned()
}

fn disk(storage: &StorageHealth, status: &ScreenStatus) -> String {
    let mut words = word(&storage.state);
    if storage.state != StorageState::Fine {
        words += &format!(", since {}", local(storage.since, status));
    }
    words.extend(storage.detail.iter().map(|detail| format!(", {detail}")));
    words.extend(storage.damaged.iter().map(|files| format!(", damaged: {files}")));
    if storage.mended > 0 {
        words += &format!(", {} damaged files were mended", storage.mended);
    }
    words
}

/// What is on air, in one sentence.
pub(super) fn on_air(status: &ScreenStatus) -> String {
    let Some(on_air) = &status.on_air else { return "nothing reported yet".to_owned() };
    let what = match (&on_air.item, &on_air.playlist) {
        (Some(item), Some(playlist)) => format!("{item} of “{playlist}”"),
        _ if on_air.why == Why::Blackout => "NOTHING, it is dark".to_owned(),
        _ => "the gate's name (safe page)".to_owned(),
    };
    let language =
        if on_air.language.is_empty() { String::new() } else { format!(" in {}", on_air.language) };
    let bundle = status.bundle.map_or_else(String::new, |bundle| format!(", bundle {}", bundle.version));
    let since = local(on_air.since, status);
    format!("{what}{language}, since {since}, because: {}{bundle}", word(&on_air.why))
}

/// A time of day at the gate.
fn local(moment: jiff::Timestamp, status: &ScreenStatus) -> String {
    let zone = Gate::zone(&status.time_zone).unwrap_or(TimeZone::UTC);
    moment.to_zoned(zone).strftime("%H:%M:%S").to_string()
}

/// The stable word for a value: as in the JSON.
pub(super) fn word(value: &impl serde::Serialize) -> String {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(word)) => word,
        _ => String::new(),
    }
}
