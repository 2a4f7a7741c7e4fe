//! What is said between controller and agent: topics, messages and signed bundles. Pure: bytes in, answers out.

mod bundle;
mod cutoff;
mod document;
mod envelope;
mod ids;
mod keyring;
mod keys;
mod message;
mod refused;
mod signature;
mod signed_keyring;
mod time;
mod topic;
mod verify;
mod wire;

pub use bundle::{Bundle, SignedBundle};
pub use cutoff::{Cut, Cutoff, RefusedCutoff, SignedCutoff, Standing};
pub use document::{Contents, FontFile, TextFile};
pub use ids::{BootId, CommandId, Nonce};
pub use keyring::{Key, Keyring, KeyringRef, Person};
pub use keys::{BadKey, BadSecretKey, PublicKey, Role, SigningKey};
pub use message::{
    Ack, AckState, BadMessage, BundleRef, ClockHealth, Command, FramePicture, FrameRef, Health, LastRefusal,
    Link, LinkState, OnAir, OutputHealth, Refusals, StorageHealth, StorageState, Verb,
};
pub use refused::RefusedBundle;
pub use signed_keyring::{RefusedKeyring, SignedKeyring, StandingKeyring};
pub use time::{TimeAsked, TimeTold, UnsignedTime};
pub use topic::{PREFIX, Topic, UnknownTopic};
pub use verify::{Expected, OnAirBundle};

/// The version of all messages and documents that this crate writes.
pub const FORMAT: u32 = 1;

/// The most bytes that a signed bundle may have, pictures included.
pub const BUNDLE_LIMIT: usize = 256 * 1024;

/// The most bytes that a keyring may have as it travels, with those that it takes to introduce it.
pub const KEYRING_LIMIT: usize = 256 * 1024;

/// The most bytes that any message may have: a frame of a large screen as PNG, with room.
pub const MESSAGE_LIMIT: usize = 4 * 1024 * 1024;
