//! Why a bundle is refused.

use jiff::Timestamp;
use playlists::{Language, ScreenId};
use written::Mistakes;

use crate::{FORMAT, Role};

/// The variants are what somebody would do about them.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RefusedBundle {
    /// Not even an envelope, or what was signed is not a document.
    #[error("not a bundle: {cause}")]
    Unreadable {
        /// What and where.
        cause: String,
    },
    /// Made by a program that is newer than this one.
    #[error("the {what} has format {offered}, this program knows {FORMAT}")]
    OtherFormat {
        /// `bundle` or `document`.
        what: &'static str,
        /// The format that it has.
        offered: u32,
    },
    /// More bytes than travel.
    #[error("the bundle has {bytes} bytes, at most {limit} are allowed")]
    TooLarge {
        /// How many it has.
        bytes: usize,
        /// How many it may have.
        limit: usize,
    },
    /// More of something than any screen needs.
    #[error("the bundle has {count} {what}, at most {limit} are allowed")]
    TooMany {
        /// `signatures`, `playlists` or `pictures`.
        what: &'static str,
        /// How many it has.
        count: usize,
        /// How many it may have.
        limit: usize,
    },
    /// Forged or damaged.
    #[error("the {role} signature by key {key} is not good")]
    BadSignature {
        /// As which it claims to be signed.
        role: Role,
        /// The beginning of the key that it claims to be by.
        key: String,
    },
    /// Signed by somebody who may not, or the keyring is out of date.
    #[error("the {role} signature is by key {key}, which this keyring does not trust as {role}")]
    UnknownKey {
        /// As which it is signed.
        role: Role,
        /// The beginning of the key.
        key: String,
    },
    /// Somebody has yet to sign.
    #[error("the {role} signature is missing")]
    MissingSignature {
        /// Who.
        role: Role,
    },
    /// Two signatures, but not of two people.
    #[error("author and approver are the same: {person}")]
    SamePerson {
        /// Who.
        person: String,
    },
    /// Damaged, or exchanged after signing.
    #[error("{what} does not match its digest")]
    DigestMismatch {
        /// The picture, by its path.
        what: String,
    },
    /// A playlist needs what is not there.
    #[error("{what} is not in the bundle")]
    MissingAsset {
        /// The picture, by its path.
        what: String,
    },
    /// Sent to the wrong gate.
    #[error("the bundle is for screen `{offered}`, this is `{screen}`")]
    WrongScreen {
        /// For which it was made.
        offered: ScreenId,
        /// Which this is.
        screen: ScreenId,
    },
    /// Made for another panel.
    #[error("the bundle is for {offered} pixels, this screen has {size}")]
    WrongSize {
        /// For which it was made: `960×320`.
        offered: String,
        /// Which this is.
        size: String,
    },
    /// An older one, or another one under the same version.
    #[error("the bundle is version {offered}, version {on_air} was already on air")]
    Rollback {
        /// Its version.
        offered: u64,
        /// The highest one so far.
        on_air: u64,
    },
    /// Too late.
    #[error("the bundle is no longer valid since {until}")]
    Expired {
        /// The first moment at which it was not.
        until: Timestamp,
    },
    /// Too early.
    #[error("the bundle is valid from {from}, not yet")]
    NotYetValid {
        /// The first moment at which it is.
        from: Timestamp,
    },
    /// It would look different here.
    #[error("font `{file}` of the bundle is not the one that this agent has")]
    OtherFont {
        /// The font's file.
        file: String,
    },
    /// A playlist that `check` would refuse.
    #[error("a playlist of the bundle has mistakes:\n{0}")]
    Playlist(Mistakes),
    /// A schedule that `check` would refuse.
    #[error("the schedule of the bundle has mistakes:\n{0}")]
    Schedule(Mistakes),
    /// Schedule, playlists and screen do not go together.
    #[error("the schedule of the bundle cannot be kept: {cause}")]
    Unschedulable {
        /// All that is wrong.
        cause: String,
    },
    /// Some readers of this screen would be left out.
    #[error("playlist `{playlist}` lacks the language `{language}`, which the screen must show")]
    MissingLanguage {
        /// The playlist's name.
        playlist: String,
        /// The language that the screen must show.
        language: Language,
    },
    /// Found by drawing it before it goes on air.
    #[error("item `{item}` cannot be drawn: {cause}")]
    Undrawable {
        /// The item's id.
        item: String,
        /// What is wrong.
        cause: String,
    },
    /// Verified, but the disk did not take it.
    #[error("the bundle could not be stored: {cause}")]
    Storage {
        /// What the system says.
        cause: String,
    },
}

impl RefusedBundle {
    /// A stable word for counting, as in the health report: `bad-signature`.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Unreadable { .. } => "unreadable",
            Self::OtherFormat { .. } => "other-format",
            Self::TooLarge { .. } => "too-large",
            Self::TooMany { .. } => "too-many",
            Self::BadSignature { .. } => "bad-signature",
            Self::UnknownKey { .. } => "unknown-key",
            Self::MissingSignature { .. } => "missing-signature",
            Self::SamePerson { .. } => "same-person",
            Self::DigestMismatch { .. } => "digest-mismatch",
            Self::MissingAsset { .. } => "missing-asset",
            Self::WrongScreen { .. } => "wrong-screen",
            Self::WrongSize { .. } => "wrong-size",
            Self::Rollback { .. } => "rollback",
            Self::Expired { .. } => "expired",
            Self::NotYetValid { .. } => "not-yet-valid",
            Self::OtherFont { .. } => "other-font",
            Self::Playlist(_) => "playlist",
            Self::Schedule(_) => "schedule",
            Self::Unschedulable { .. } => "unschedulable",
            Self::MissingLanguage { .. } => "missing-language",
            Self::Undrawable { .. } => "undrawable",
            Self::Storage { .. } => "storage",
        }
    }
}
