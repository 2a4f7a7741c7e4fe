//! What others ask of the fleet's owner, and what they may look at.

use std::{
    collections::{BTreeMap, VecDeque},
    sync::Arc,
    time::{Duration, Instant},
};

use bytes::Bytes;
use jiff::Timestamp;
use playlists::{Digest, ScreenId};
use protocol::{Bundle, FramePicture, Keyring, RefusedBundle};
use tokio::sync::{mpsc, oneshot, watch};

use super::{NotIntroduced, NotOrdered};
use crate::status::FleetStatus;

/// What others ask of the fleet's owner.
pub(crate) enum Request {
    /// Publish a signed bundle for a screen; answered when the gate shows it.
    Publish { screen: ScreenId, bytes: Bytes, answer: oneshot::Sender<Result<OnAirAfter, NotPublished>> },
    /// Send out a signed order to cut a screen off, or to lift that; answered when the wall is as ordered.
    CutOff { screen: ScreenId, bytes: Bytes, answer: oneshot::Sender<Result<OnAirAfter, NotOrdered>> },
    /// Send out a signed keyring; answered when all gates that are there follow it.
    Introduce {
        bytes: Bytes,
        /// Also if published content does not count any more by it.
        let_content_fall: bool,
        answer: oneshot::Sender<Result<OnAirAfter, NotIntroduced>>,
    },
    /// A picture of what the panel shows now.
    Snapshot { screen: ScreenId, answer: oneshot::Sender<Option<FramePicture>> },
    /// What was published last, exactly as signed, and as it was verified.
    Published { screen: ScreenId, answer: oneshot::Sender<Option<(Bytes, Arc<Bundle>)>> },
    /// Somebody opened the console.
    SomebodyLooks,
    /// The studio drew what a gate said it shows.
    Compared { screen: ScreenId, reported: Digest, drawn: Digest },
    /// The studio rehearsed a bundle that is to be published.
    Rehearsed(Box<Publication>, Result<(), RefusedBundle>),
}

/// How long it took from the request to the gate's confirmation.
#[derive(Debug, Clone, Copy)]
pub(crate) struct OnAirAfter(pub(crate) Duration);

/// Why a bundle was not published.
#[derive(Debug, thiserror::Error)]
pub(crate) enum NotPublished {
    #[error("there is no screen `{0}`")]
    NoSuchScreen(ScreenId),
    #[error(transparent)]
    Refused(#[from] RefusedBundle),
    #[error("the bundle could not be stored")]
    Storage(#[source] std::io::Error),
    #[error("the studio does not answer")]
    Studio,
}

/// A verified bundle on its way out.
pub(crate) struct Publication {
    pub(super) screen: ScreenId,
    pub(super) bytes: Bytes,
    pub(super) bundle: Arc<Bundle>,
    pub(super) begun: Instant,
    /// When it was.
    pub(super) verified: Instant,
    pub(super) answer: oneshot::Sender<Result<OnAirAfter, NotPublished>>,
}

/// What everybody may look at.
#[derive(Clone)]
pub(crate) struct Views {
    pub(crate) requests: mpsc::Sender<Request>,
    pub(crate) status: watch::Receiver<Arc<FleetStatus>>,
    pub(crate) pictures: watch::Receiver<Arc<Album>>,
    /// Whose signatures count.
    pub(crate) keyring: watch::Receiver<Arc<Keyring>>,
}

/// The last pictures of each wall, the newest at the end.
#[derive(Default, Clone)]
pub(crate) struct Album(pub(crate) BTreeMap<ScreenId, VecDeque<Picture>>);

/// One of them.
#[derive(Clone)]
pub(crate) struct Picture {
    pub(crate) digest: Digest,
    pub(crate) at: Timestamp,
    pub(crate) png: Bytes,
}
