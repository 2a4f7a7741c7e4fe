//! How the gates are, as the console and `status --json` tell it. Stable; new fields may come, none go.

use std::collections::BTreeMap;

use jiff::Timestamp;
use playlists::{Language, ScreenId, Trust, Why};
use protocol::{
    BundleRef, ClockHealth, Cut, FrameRef, KeyringRef, Refusals, Standing, StorageHealth, StorageState,
};
use serde::{Deserialize, Serialize};

use crate::fleet::{Fleet, Known, Presence};

/// The whole fleet.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct FleetStatus {
    pub(crate) format: u32,
    pub(crate) at: Timestamp,
    /// The controller's version.
    pub(crate) controller: String,
    pub(crate) broker: BrokerStatus,
    /// The keyring whose signatures count.
    #[serde(default)]
    pub(crate) keyring: Option<KeyringRef>,
    pub(crate) screens: Vec<ScreenStatus>,
}

/// The controller's own connection to the broker.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct BrokerStatus {
    /// `embedded` or `external`.
    pub(crate) kind: String,
    pub(crate) address: String,
    pub(crate) connected: bool,
}

/// One screen.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct ScreenStatus {
    pub(crate) screen: ScreenId,
    /// The gate's name by language.
    pub(crate) gate: BTreeMap<Language, String>,
    pub(crate) size: Size,
    pub(crate) languages: Vec<Language>,
    pub(crate) time_zone: String,
    pub(crate) lamp: Lamp,
    /// Why the lamp is not `fine`, the gravest first.
    pub(crate) problems: Vec<Problem>,
    pub(crate) connection: Connection,
    /// On air, as the gate reports.
    pub(crate) bundle: Option<BundleRef>,
    /// Published last.
    pub(crate) wanted: Option<BundleRef>,
    pub(crate) on_air: Option<OnAirStatus>,
    pub(crate) clock: Option<ClockHealth>,
    pub(crate) agent: Option<AgentStatus>,
    pub(crate) refused: Refusals,
    /// The last order to cut the screen off, or to lift that; absent if there never was one.
    #[serde(default)]
    pub(crate) cutoff: Option<CutoffStatus>,
    /// The keyring that the gate follows; absent if it does not say.
    #[serde(default)]
    pub(crate) keyring: Option<KeyringRef>,
    /// How old the last health report is.
    pub(crate) health_age_ms: Option<u64>,
}

/// In LED pixels.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Size {
    pub(crate) width: u16,
    pub(crate) height: u16,
}

/// The whole state of a screen in one word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Lamp {
    Fine,
    Attention,
    Fault,
}

/// What is wrong; in the order of gravity.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Problem {
    /// The gate's frame is not what this controller draws for the same moment.
    FrameDiffers,
    /// The panel does not take frames.
    OutputErrors,
    Offline,
    Silent,
    NeverSeen,
    /// Somebody on duty has cut it off: no content is shown.
    CutOff,
    /// The gate's name is shown instead of content.
    SafePage,
    /// The published bundle is not the one on air.
    NotOnAirYet,
    ClockUntrusted,
    /// The gate's disk takes nothing more, or has lost something; the screen goes on.
    Storage,
    /// The gate follows another keyring than the one that counts here: an older one, or another file.
    KeyringDiffers,
    /// A bundle was refused since the agent's start.
    RefusedBundle,
}

/// Whether the gate is there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Connection {
    /// `online`, `offline`, `silent`, `never-seen`.
    pub(crate) state: String,
    pub(crate) since: Option<Timestamp>,
    pub(crate) boot: Option<String>,
}

/// An order to cut a screen off, or to lift that.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct CutoffStatus {
    #[serde(flatten)]
    pub(crate) standing: Standing,
    /// When it was made, by the clock of whoever made it.
    pub(crate) at: Timestamp,
    pub(crate) reason: String,
    /// Whether the gate says that it follows it.
    pub(crate) followed: bool,
}

/// What the panel shows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct OnAirStatus {
    pub(crate) playlist: Option<String>,
    pub(crate) item: Option<String>,
    pub(crate) language: String,
    pub(crate) since: Timestamp,
    pub(crate) until: Timestamp,
    pub(crate) why: Why,
    pub(crate) frame: FrameStatus,
}

/// The frame presented.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct FrameStatus {
    #[serde(flatten)]
    pub(crate) frame: FrameRef,
    /// How long ago the panel last took a frame.
    pub(crate) age_ms: Option<u64>,
    /// Whether this controller draws the same for the same moment; `null` while not compared.
    pub(crate) equal: Option<bool>,
}

/// The agent and its box.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct AgentStatus {
    pub(crate) version: String,
    pub(crate) uptime_ms: u64,
    pub(crate) memory_bytes: Option<u64>,
    /// How often it connected since its start.
    pub(crate) connections: u64,
    pub(crate) output: OutputStatus,
    /// The disk; `null` from an agent that does not say.
    #[serde(default)]
    pub(crate) storage: Option<StorageHealth>,
}

/// The panel.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct OutputStatus {
    pub(crate) kind: String,
    pub(crate) frames: u64,
    pub(crate) errors: u64,
    pub(crate) last_error: Option<String>,
}

impl FleetStatus {
    /// As it is at `now`.
    pub(crate) fn of(fleet: &Fleet, broker: BrokerStatus, now: Timestamp) -> Self {
        Self {
            format: protocol::FORMAT,
            at: now,
            controller: env!("CARGO_PKG_VERSION").to_owned(),
            broker,
            keyring: fleet.keyring(),
            screens: fleet.screens().map(|known| ScreenStatus::of(known, fleet.keyring(), now)).collect(),
        }
    }

    /// One of its screens.
    pub(crate) fn screen(&self, id: &ScreenId) -> Option<&ScreenStatus> {
        self.screens.iter().find(|status| status.screen == *id)
    }
}

impl ScreenStatus {
    fn of(known: &Known, keyring: Option<KeyringRef>, now: Timestamp) -> Self {
        let presence = known.presence(now);
        let problems = problems(known, keyring, presence);
        let health = known.health.as_ref();
        let health_age = health.map(|health| age_ms(health.at, now));
        let (state, since) = match presence {
            Presence::NeverSeen => ("never-seen", None),
            Presence::Online { since } => ("online", Some(since)),
            Presence::Offline { since } => ("offline", Some(since)),
            Presence::Silent { since } => ("silent", Some(since)),
        };
        let screen = &known.screen;
        Self {
            screen: screen.id.clone(),
            gate: screen.gate.name.clone(),
            size: Size { width: screen.size.width(), height: screen.size.height() },
            languages: screen.languages.clone(),
            time_zone: screen.gate.time_zone.iana_name().unwrap_or("UTC").to_owned(),
            lamp: problems.iter().map(|problem| problem.lamp()).max().unwrap_or(Lamp::Fine),
            problems,
            connection: Connection {
                state: state.to_owned(),
                since,
                boot: known.link.as_ref().map(|link| link.what.boot.to_string()),
            },
            bundle: known.on_air.as_ref().and_then(|on_air| on_air.what.bundle),
            wanted: known.wanted,
            on_air: known.on_air.as_ref().map(|on_air| {
                let presented_ago = health.and_then(|health| health.what.output.age_ms);
                // The younger of the two: the report itself, or the panel's last frame as of the last health.
                let report_age = age_ms(on_air.at, now);
                let age = match (presented_ago, health_age) {
                    (Some(ago), Some(age)) => report_age.min(ago + age),
                    _ => report_age,
                };
                let on_air = &on_air.what;
                OnAirStatus {
                    playlist: on_air.playlist.clone(),
                    item: on_air.item.clone(),
                    language: on_air.language.clone(),
                    since: on_air.since,
                    until: on_air.until,
                    why: on_air.why,
                    frame: FrameStatus { frame: on_air.frame, age_ms: Some(age), equal: known.frame_equal },
                }
            }),
            clock: health.map(|health| health.what.clock.clone()),
            agent: health.map(|health| AgentStatus {
                version: health.what.agent.clone(),
                uptime_ms: health.what.uptime_ms,
                memory_bytes: health.what.memory_bytes,
                connections: health.what.connections,
                output: OutputStatus {
                    kind: health.what.output.kind.clone(),
                    frames: health.what.output.frames,
                    errors: health.what.output.errors,
                    last_error: health.what.output.last_error.clone(),
                },
                storage: health.what.storage.clone(),
            }),
            refused: health.map(|health| health.what.refused.clone()).unwrap_or_default(),
            cutoff: known.ordered.as_ref().map(|ordered| CutoffStatus {
                standing: ordered.standing,
                at: ordered.at,
                reason: ordered.reason.clone(),
                followed: health.is_some_and(|health| health.what.cutoff == Some(ordered.standing)),
            }),
            keyring: known.keyring(),
            health_age_ms: health_age,
        }
    }
}

impl Problem {
    fn lamp(self) -> Lamp {
        match self {
            Self::FrameDiffers | Self::OutputErrors | Self::Offline | Self::Silent | Self::NeverSeen => {
                Lamp::Fault
            }
            Self::CutOff
            | Self::SafePage
            | Self::NotOnAirYet
            | Self::ClockUntrusted
            | Self::Storage
            | Self::KeyringDiffers
            | Self::RefusedBundle => Lamp::Attention,
        }
    }
}

fn problems(known: &Known, keyring: Option<KeyringRef>, presence: Presence) -> Vec<Problem> {
    let on_air = known.on_air.as_ref().map(|on_air| &on_air.what);
    let health = known.health.as_ref().map(|health| &health.what);
    let there = matches!(presence, Presence::Online { .. });
    let mut problems = Vec::new();
    let mut say = |problem, holds: bool| {
        if holds {
            problems.push(problem);
        }
    };
    say(Problem::FrameDiffers, known.frame_equal == Some(false));
    say(Problem::OutputErrors, there && health.is_some_and(|health| health.output.last_error.is_some()));
    say(Problem::Offline, matches!(presence, Presence::Offline { .. }));
    say(Problem::Silent, matches!(presence, Presence::Silent { .. }));
    say(Problem::NeverSeen, presence == Presence::NeverSeen);
    let cut_off = on_air.is_some_and(|on_air| matches!(on_air.why, Why::Blackout | Why::SafePage));
    let ordered = known.ordered.as_ref().is_some_and(|ordered| ordered.standing.cut != Cut::Lifted);
    say(Problem::CutOff, cut_off || ordered);
    say(Problem::SafePage, there && !cut_off && on_air.is_some_and(|on_air| on_air.item.is_none()));
    say(
        Problem::NotOnAirYet,
        known.wanted.is_some_and(|wanted| on_air.and_then(|on_air| on_air.bundle) != Some(wanted)),
    );
    say(Problem::ClockUntrusted, health.is_some_and(|health| health.clock.trust == Trust::Untrusted));
    let storage = health.and_then(|health| health.storage.as_ref());
    say(Problem::Storage, storage.is_some_and(|storage| storage.state != StorageState::Fine));
    // An agent of old says nothing, and follows the file for ever.
    let of_old = keyring.is_none_or(|keyring| keyring.version == 1);
    let differs = known.keyring() != keyring && !(of_old && known.keyring().is_none());
    say(Problem::KeyringDiffers, health.is_some() && differs);
    say(Problem::RefusedBundle, health.is_some_and(|health| health.refused.total > 0));
    problems
}

fn age_ms(then: Timestamp, now: Timestamp) -> u64 {
    u64::try_from(now.duration_since(then).as_millis()).unwrap_or(0)
}
