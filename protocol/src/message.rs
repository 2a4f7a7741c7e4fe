//! The messages, as JSON with a version. Unknown fields are passed over, so that an old agent understands a new
//! controller.

use std::collections::BTreeMap;

use jiff::Timestamp;
use playlists::{Digest, Trust, Why};
use serde::{Deserialize, Serialize};

use crate::{
    BootId, CommandId, FORMAT, KeyringRef, MESSAGE_LIMIT, Standing,
    wire::{
        SENTENCE, WORD, format_of, read, read_base64, read_counts, read_some, shortened, write, write_base64,
        write_some,
    },
};

/// Presence of an agent; its last will has the same shape.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Link {
    /// [`FORMAT`].
    pub format: u32,
    /// Connected or not.
    pub state: LinkState,
    /// Of which start of the agent this is said.
    pub boot: BootId,
    /// By the agent's clock.
    pub since: Timestamp,
}

/// Whether the agent is connected to the broker.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum LinkState {
    /// It said so itself. A broker that crashed leaves this behind: hold it against the age of the last health.
    Online,
    /// It took its leave, or the broker lost it.
    Offline,
}

/// A bundle by version and by the digest of its document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct BundleRef {
    /// Grows with every bundle of a screen.
    pub version: u64,
    /// Of the signed document, not of the envelope around it.
    pub digest: Digest,
}

/// A presented frame.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct FrameRef {
    /// Of its pixels.
    pub digest: Digest,
    /// The moment for which it was drawn: whoever draws the same bundle for this moment gets this digest.
    pub at: Timestamp,
}

/// What the panel shows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OnAir {
    /// [`FORMAT`].
    pub format: u32,
    /// Of which start of the agent this is said.
    pub boot: BootId,
    /// Absent while the gate has none.
    pub bundle: Option<BundleRef>,
    /// The playlist's name; absent while the safe page is shown.
    #[serde(
        default,
        serialize_with = "write_some::<SENTENCE, _>",
        deserialize_with = "read_some::<SENTENCE, _>"
    )]
    pub playlist: Option<String>,
    /// Absent while the safe page is shown.
    #[serde(default, serialize_with = "write_some::<WORD, _>", deserialize_with = "read_some::<WORD, _>")]
    pub item: Option<String>,
    /// Languages on the screen: `vi`, or `vi+km` where they share it; empty for a picture without text.
    #[serde(serialize_with = "write::<WORD, _>", deserialize_with = "read::<WORD, _>")]
    pub language: String,
    /// Why this is shown.
    pub why: Why,
    /// The first moment of it.
    pub since: Timestamp,
    /// When the agent decides anew.
    pub until: Timestamp,
    /// The frame that the panel was given.
    pub frame: FrameRef,
    /// Whether the agent believes its clock.
    pub trust: Trust,
}

/// Facts about the agent.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Health {
    /// [`FORMAT`].
    pub format: u32,
    /// Of which start of the agent this is said.
    pub boot: BootId,
    /// By the agent's clock.
    pub at: Timestamp,
    /// The agent's version.
    #[serde(serialize_with = "write::<WORD, _>", deserialize_with = "read::<WORD, _>")]
    pub agent: String,
    /// Since the agent's start, by a clock that does not jump.
    pub uptime_ms: u64,
    /// Resident memory of the agent; `null` where it cannot be read.
    pub memory_bytes: Option<u64>,
    /// The clock.
    pub clock: ClockHealth,
    /// The bundle that is stored and decided by; `null` while there is none.
    pub bundle: Option<BundleRef>,
    /// The panel.
    pub output: OutputHealth,
    /// The last order to cut the screen off that was followed; absent if none ever was.
    #[serde(default)]
    pub cutoff: Option<Standing>,
    /// The keyring whose signatures count, and that outlives a power cut; absent from an agent that does not say.
    #[serde(default)]
    pub keyring: Option<KeyringRef>,
    /// The disk; absent from an agent that does not say.
    #[serde(default)]
    pub storage: Option<StorageHealth>,
    /// What was refused.
    pub refused: Refusals,
    /// How often it connected to the broker since its start.
    pub connections: u64,
}

/// The clock, and why it is believed or not.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClockHealth {
    /// Whether it is believed.
    pub trust: Trust,
    /// `ntp` (the system says that it is synchronised), `controller` (signed by it), `system` (plausible), or the
    /// reason for distrust.
    #[serde(serialize_with = "write::<SENTENCE, _>", deserialize_with = "read::<SENTENCE, _>")]
    pub source: String,
    /// The clock is not believed below this.
    pub floor: Timestamp,
    /// Since when it is believed, or not, by the agent's clock.
    #[serde(default)]
    pub since: Option<Timestamp>,
    /// By how many milliseconds the system's clock is ahead of the controller's, if that is known.
    #[serde(default)]
    pub offset_ms: Option<i64>,
    /// By how much the agent's time may be wrong, if that is known.
    #[serde(default)]
    pub error_ms: Option<u64>,
    /// How often the system's clock was set since the agent's start.
    #[serde(default)]
    pub steps: u64,
    /// By how much it was set the last time.
    #[serde(default)]
    pub last_step_ms: Option<i64>,
}

/// The panel.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OutputHealth {
    /// `simulator`, `png`, …
    #[serde(serialize_with = "write::<WORD, _>", deserialize_with = "read::<WORD, _>")]
    pub kind: String,
    /// Frames presented since the agent's start.
    pub frames: u64,
    /// Frames that the panel did not take, since the agent's start.
    pub errors: u64,
    /// The last of these errors, in words.
    #[serde(
        default,
        serialize_with = "write_some::<SENTENCE, _>",
        deserialize_with = "read_some::<SENTENCE, _>"
    )]
    pub last_error: Option<String>,
    /// The last frame presented.
    pub frame: Option<FrameRef>,
    /// How long ago the panel last took a frame, also an unchanged one.
    pub age_ms: Option<u64>,
}

/// The disk that the agent keeps its content on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StorageHealth {
    /// In one word.
    pub state: StorageState,
    /// Since when, by the agent's clock.
    pub since: Timestamp,
    /// What failed last, in words.
    #[serde(
        default,
        serialize_with = "write_some::<SENTENCE, _>",
        deserialize_with = "read_some::<SENTENCE, _>"
    )]
    pub detail: Option<String>,
    /// Files that are damaged and could not be mended, between commas.
    #[serde(
        default,
        serialize_with = "write_some::<SENTENCE, _>",
        deserialize_with = "read_some::<SENTENCE, _>"
    )]
    pub damaged: Option<String>,
    /// How many damaged files were mended since the agent's start.
    #[serde(default)]
    pub mended: u64,
}

/// A disk in one word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum StorageState {
    /// It takes what it is given, and has what it was given.
    Fine,
    /// It takes everything, and has lost something that could not be mended.
    Damaged,
    /// There is no room.
    Full,
    /// It takes nothing.
    ReadOnly,
    /// It fails otherwise.
    Failing,
}

/// What was refused since the agent's start.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refusals {
    /// All of them.
    pub total: u64,
    /// By [`crate::RefusedBundle::code`].
    #[serde(deserialize_with = "read_counts")]
    pub by_reason: BTreeMap<String, u64>,
    /// The last one.
    pub last: Option<LastRefusal>,
}

/// The last refusal, in words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LastRefusal {
    /// As in [`Refusals::by_reason`].
    #[serde(serialize_with = "write::<WORD, _>", deserialize_with = "read::<WORD, _>")]
    pub reason: String,
    /// A sentence for people.
    #[serde(serialize_with = "write::<SENTENCE, _>", deserialize_with = "read::<SENTENCE, _>")]
    pub detail: String,
    /// By the agent's clock.
    pub at: Timestamp,
}

/// The frame that the panel was given, as a picture.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FramePicture {
    /// [`FORMAT`].
    pub format: u32,
    /// Of which start of the agent this is said.
    pub boot: BootId,
    /// Which frame it is.
    pub frame: FrameRef,
    /// PNG, in base64 on the wire.
    #[serde(serialize_with = "write_base64", deserialize_with = "read_base64")]
    pub png: Vec<u8>,
}

/// An order to an agent. Never retained, never done after `not_after`, never done twice.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Command {
    /// [`FORMAT`].
    pub format: u32,
    /// By which it is acknowledged, and known if it comes again.
    pub id: CommandId,
    /// By the controller's clock.
    pub not_after: Timestamp,
    /// What to do.
    #[serde(flatten)]
    pub verb: Verb,
}

/// What an agent can be told. Nothing here changes the wall.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "verb", rename_all = "kebab-case")]
pub enum Verb {
    /// Send the frame presented now.
    Snapshot,
    /// Send every changed frame for so long: somebody looks.
    Watch {
        /// From the moment at which the command arrives.
        seconds: u16,
    },
}

/// What became of a command.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ack {
    /// [`FORMAT`].
    pub format: u32,
    /// The command's.
    pub id: CommandId,
    /// Done, or why not.
    #[serde(flatten)]
    pub state: AckState,
    /// By the agent's clock.
    pub at: Timestamp,
}

/// Done, or why not.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "kebab-case")]
pub enum AckState {
    /// The agent did it.
    Done,
    /// The agent did not.
    Refused {
        /// A sentence for people.
        #[serde(serialize_with = "write::<SENTENCE, _>", deserialize_with = "read::<SENTENCE, _>")]
        reason: String,
    },
}

/// A message that cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadMessage {
    /// Too large to be looked at.
    #[error("the {what} message has {bytes} bytes, at most {MESSAGE_LIMIT} are allowed")]
    TooLarge {
        /// The last word of its topic.
        what: &'static str,
        /// How large it is.
        bytes: usize,
    },
    /// Whoever sent it is newer than this program, or it is none of ours.
    #[error("the {what} message has format {offered}, this program knows {FORMAT}")]
    OtherFormat {
        /// The last word of its topic.
        what: &'static str,
        /// What it says that it is.
        offered: u32,
    },
    /// Not JSON, or something is missing, of the wrong kind or too long.
    #[error("the {what} message cannot be read: {cause}")]
    Malformed {
        /// The last word of its topic.
        what: &'static str,
        /// What and where.
        cause: String,
    },
}

macro_rules! message {
    ($name:ident, $what:literal) => {
        impl $name {
            /// Reads what [`Self::to_bytes`] wrote; bounded by [`MESSAGE_LIMIT`].
            pub fn parse(bytes: &[u8]) -> Result<Self, BadMessage> {
                parse($what, bytes)
            }

            /// As it travels.
            pub fn to_bytes(&self) -> Vec<u8> {
                to_bytes(self)
            }
        }
    };
}

message!(Link, "link");
message!(OnAir, "on-air");
message!(Health, "health");
message!(FramePicture, "frame");
message!(Command, "command");
message!(Ack, "ack");

pub(crate) fn to_bytes(message: &impl Serialize) -> Vec<u8> {
    serde_json::to_vec(message).expect("strings, numbers and tables with names are JSON")
}

pub(crate) fn parse<'a, T: Deserialize<'a>>(what: &'static str, bytes: &'a [u8]) -> Result<T, BadMessage> {
    if bytes.len() > MESSAGE_LIMIT {
        return Err(BadMessage::TooLarge { what, bytes: bytes.len() });
    }
    // The cause quotes the message, which may be long.
    let malformed = |cause: serde_json::Error| BadMessage::Malformed {
        what,
        cause: shortened(&cause.to_string(), SENTENCE).to_owned(),
    };
    match format_of(bytes).map_err(malformed)? {
        FORMAT => serde_json::from_slice(bytes).map_err(malformed),
        offered => Err(BadMessage::OtherFormat { what, offered }),
    }
}

#[cfg(test)]
mod tests;
