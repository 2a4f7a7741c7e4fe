//! The owner of all that the controller knows and has published. Others ask it by message.

mod cutting;
mod publishing;
mod trusting;
mod views;

pub(crate) use cutting::NotOrdered;
pub(crate) use trusting::NotIntroduced;
pub(crate) use views::{Album, NotPublished, OnAirAfter, Picture, Publication, Request, Views};

use std::{
    collections::BTreeMap,
    sync::Arc,
    time::{Duration, Instant},
};

use bytes::Bytes;
use jiff::Timestamp;
use mqtt::{Outgoing, Session};
use playlists::{ScreenId, Trust};
use protocol::{
    AckState, Bundle, BundleRef, Command, CommandId, FORMAT, FontFile, FramePicture, Keyring, Nonce, OnAir,
    OnAirBundle, SigningKey, StandingKeyring, TimeTold, Topic, Verb,
};
use tokio::sync::{mpsc, oneshot, watch};
use tokio::time::MissedTickBehavior;
use tokio_util::sync::CancellationToken;
use tracing::{info, warn};

use super::studio;
use crate::{
    clock,
    compose::fonts,
    fleet::{Fleet, Notice},
    status::{BrokerStatus, FleetStatus},
    store::Store,
};

/// How many pictures of a wall are kept: somebody may still fetch the last but one.
const ALBUM: usize = 8;

/// How many requests may wait.
const REQUESTS: usize = 64;

/// A gate is told for so long that somebody looks, and told again before that ends.
const WATCH: Duration = Duration::from_secs(30);

/// How long a gate may take to act on a command.
const COMMAND_LIFE: jiff::SignedDuration = jiff::SignedDuration::from_secs(20);

/// The status is said anew at least this often: ages change.
const STATUS_EVERY: Duration = Duration::from_secs(5);

/// Everything that the task needs.
pub(crate) struct Setup {
    pub(crate) fleet: Fleet,
    pub(crate) store: Store,
    pub(crate) keyring: StandingKeyring,
    /// With which gates are told what time it is.
    pub(crate) clock_key: Option<SigningKey>,
    pub(crate) session: Session,
    pub(crate) studio: mpsc::Sender<studio::Order>,
    pub(crate) broker: BrokerStatus,
}

/// Starts the task; it ends on `stop`.
pub(crate) fn start(setup: Setup, stop: CancellationToken) -> (Views, tokio::task::JoinHandle<()>) {
    let Setup { mut fleet, store, keyring, clock_key, session, studio, broker } = setup;
    fleet.trust(keyring.keyring().reference());
    let (keyring_view, trusted) = watch::channel(Arc::new(keyring.keyring().clone()));
    let (requests, asked) = mpsc::channel(REQUESTS);
    let (status, status_view) =
        watch::channel(Arc::new(FleetStatus::of(&fleet, broker.clone(), clock::now())));
    let (album, pictures) = watch::channel(Arc::new(Album::default()));
    let mut owner = Owner {
        fleet,
        store,
        keyring,
        clock_key,
        fonts: fonts(),
        outgoing: session.outgoing.clone(),
        studio,
        broker,
        requests: requests.clone(),
        status,
        album,
        keyring_view,
        published: BTreeMap::new(),
        orders: BTreeMap::new(),
        waiting: Vec::new(),
        unfollowed: Vec::new(),
        unled: Vec::new(),
        snapshots: Vec::new(),
        watched: None,
    };
    owner.load();
    owner.load_orders();
    let task = tokio::spawn(owner.run(session, asked, stop));
    (Views { requests, status: status_view, pictures, keyring: trusted }, task)
}

struct Owner {
    fleet: Fleet,
    store: Store,
    keyring: StandingKeyring,
    clock_key: Option<SigningKey>,
    fonts: Vec<FontFile>,
    outgoing: mpsc::Sender<Outgoing>,
    studio: mpsc::Sender<studio::Order>,
    broker: BrokerStatus,
    requests: mpsc::Sender<Request>,
    status: watch::Sender<Arc<FleetStatus>>,
    album: watch::Sender<Arc<Album>>,
    keyring_view: watch::Sender<Arc<Keyring>>,
    /// What was published last for each screen.
    published: BTreeMap<ScreenId, (Bytes, Arc<Bundle>)>,
    /// The last order to cut off for each screen.
    orders: BTreeMap<ScreenId, Bytes>,
    /// Publications that no gate has confirmed yet.
    waiting: Vec<Unconfirmed>,
    /// Orders to cut off that no wall shows yet.
    unfollowed: Vec<cutting::Unfollowed>,
    /// Keyrings that not all gates follow yet.
    unled: Vec<trusting::Unled>,
    /// Snapshots by command; a picture that comes after the command is the answer.
    snapshots: Vec<Snapshot>,
    /// When the gates were last told that somebody looks.
    watched: Option<Instant>,
}

/// A publication that waits for its gate.
struct Unconfirmed {
    screen: ScreenId,
    bundle: BundleRef,
    begun: Instant,
    /// When it went out.
    said: Instant,
    answer: oneshot::Sender<Result<OnAirAfter, NotPublished>>,
}

/// A picture that somebody waits for.
struct Snapshot {
    screen: ScreenId,
    command: CommandId,
    answer: oneshot::Sender<Option<FramePicture>>,
}

impl Owner {
    /// What was published before this start. What cannot be verified any more is not published again.
    fn load(&mut self) {
        let ids: Vec<ScreenId> = self.fleet.screens().map(|known| known.screen.id.clone()).collect();
        for id in ids {
            let loaded = match self.store.published(&id) {
                Ok(Some(bytes)) => {
                    // Also of one that does not count any more: its gate takes nothing below it.
                    if let Some(reference) = publishing::claimed(&bytes) {
                        self.fleet.want(&id, reference);
                    }
                    self.verify(&id, &bytes, OnAirBundle::Nothing, Trust::Untrusted)
                        .map(|bundle| (Bytes::from(bytes), bundle))
                }
                Ok(None) => continue,
                Err(cause) => Err(NotPublished::Storage(cause)),
            };
            match loaded {
                Ok(loaded) => drop(self.published.insert(id, loaded)),
                Err(cause) => warn!(screen = %id, %cause, "the last published bundle cannot be used"),
            }
        }
    }

    async fn run(
        mut self,
        mut session: Session,
        mut asked: mpsc::Receiver<Request>,
        stop: CancellationToken,
    ) {
        let mut tick = tokio::time::interval(STATUS_EVERY);
        tick.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            tokio::select! {
                biased;
                () = stop.cancelled() => break,
                event = session.events.recv() => match event {
                    Some(event) => self.heard(event),
                    None => break,
                },
                request = asked.recv() => match request {
                    Some(request) => self.answer(request),
                    None => break,
                },
                _ = tick.tick() => self.tick(),
            }
        }
        session.close().await;
    }

    fn heard(&mut self, event: mqtt::Event) {
        match event {
            mqtt::Event::Connected => {
                info!("connected to the broker");
                self.broker.connected = true;
                self.watched = None;
                // First whose word counts, then what is to be dark: it must not be lit meanwhile.
                self.say_keyring();
                self.repeat_orders();
                self.republish();
                self.tick();
            }
            mqtt::Event::Disconnected { cause } => {
                warn!(cause, "not connected to the broker");
                self.broker.connected = false;
                self.say_status();
            }
            mqtt::Event::Message { topic, payload } => {
                for notice in self.fleet.heard(&topic, &payload, clock::now()) {
                    self.noticed(notice);
                }
            }
        }
    }

    fn noticed(&mut self, notice: Notice) {
        match notice {
            Notice::Changed => {
                self.led();
                self.say_status();
            }
            Notice::OnAir { screen, on_air } => self.on_air(screen, &on_air),
            Notice::Picture { screen, picture } => self.pictured(screen, *picture),
            Notice::Acknowledged { id, state: AckState::Refused { reason } } => {
                warn!(command = %id, reason, "a gate refused a command");
                self.snapshots.retain(|snapshot| snapshot.command != id);
            }
            Notice::Acknowledged { state: AckState::Done, .. } => {}
            Notice::TimeAsked { screen, nonce } => self.tell_time(screen, nonce),
            Notice::Unusable { topic, cause } => warn!(%topic, cause, "a gate's message cannot be used"),
        }
    }

    fn on_air(&mut self, screen: ScreenId, on_air: &OnAir) {
        let confirmed =
            |waiting: &mut Unconfirmed| waiting.screen == screen && on_air.bundle == Some(waiting.bundle);
        for waiting in self.waiting.extract_if(.., confirmed) {
            let [whole, gate] = [waiting.begun, waiting.said].map(|since| since.elapsed());
            let [whole_ms, gate_ms] = [whole, gate].map(|time| time.as_micros() as f64 / 1000.0);
            info!(%screen, version = waiting.bundle.version, gate_ms, whole_ms, "the gate shows it");
            let _ = waiting.answer.send(Ok(OnAirAfter(whole)));
        }
        self.followed(&screen, on_air);
        self.compare(screen, on_air);
    }

    fn pictured(&mut self, screen: ScreenId, picture: FramePicture) {
        for snapshot in self.snapshots.extract_if(.., |snapshot| snapshot.screen == screen) {
            let _ = snapshot.answer.send(Some(picture.clone()));
        }
        let mut album = Album::clone(&self.album.borrow());
        let pictures = album.0.entry(screen).or_default();
        if pictures.back().is_none_or(|last| last.digest != picture.frame.digest) {
            pictures.push_back(Picture {
                digest: picture.frame.digest,
                at: picture.frame.at,
                png: picture.png.into(),
            });
            if pictures.len() > ALBUM {
                pictures.pop_front();
            }
            self.album.send_replace(Arc::new(album));
        }
    }

    fn answer(&mut self, request: Request) {
        match request {
            Request::Publish { screen, bytes, answer } => self.publish(screen, bytes, answer),
            Request::CutOff { screen, bytes, answer } => self.cut_off(screen, &bytes, answer),
            Request::Introduce { bytes, let_content_fall, answer } => {
                self.introduce(&bytes, let_content_fall, answer);
            }
            Request::Rehearsed(publication, result) => self.rehearsed(*publication, result),
            Request::Published { screen, answer } => {
                let _ = answer.send(self.published.get(&screen).cloned());
            }
            Request::Snapshot { screen, answer } => self.snapshot(screen, answer),
            Request::SomebodyLooks => {
                self.watched = None;
                self.watch();
            }
            Request::Compared { screen, reported, drawn } => {
                if reported != drawn {
                    warn!(%screen, %reported, %drawn, "a gate shows another frame than this controller draws");
                }
                self.fleet.compared(&screen, reported, drawn);
                self.say_status();
            }
        }
    }

    fn snapshot(&mut self, screen: ScreenId, answer: oneshot::Sender<Option<FramePicture>>) {
        let Some(command) = self.command(&screen, Verb::Snapshot) else { return };
        // Whoever asked has gone away after its time-out.
        self.snapshots.retain(|snapshot| !snapshot.answer.is_closed());
        self.snapshots.push(Snapshot { screen, command, answer });
    }

    fn tick(&mut self) {
        self.waiting.retain(|waiting| !waiting.answer.is_closed());
        self.tidy_orders();
        self.tidy_keyrings();
        self.led();
        self.watch();
        self.say_status();
    }

    /// Tells the gates that somebody looks, while somebody does: one view is the server's own.
    fn watch(&mut self) {
        let looked_at = self.album.receiver_count() > 1;
        if !looked_at || self.watched.is_some_and(|at| at.elapsed() < WATCH / 2) {
            return;
        }
        let ids: Vec<ScreenId> = self.fleet.screens().map(|known| known.screen.id.clone()).collect();
        for id in ids {
            let seconds = u16::try_from(WATCH.as_secs()).unwrap_or(u16::MAX);
            self.command(&id, Verb::Watch { seconds });
        }
        self.watched = Some(Instant::now());
    }

    fn command(&self, screen: &ScreenId, verb: Verb) -> Option<CommandId> {
        self.fleet.screen(screen)?;
        let mut bytes = [0; 16];
        getrandom::fill(&mut bytes).ok()?;
        let id = CommandId::from_bytes(bytes);
        let life = clock::speed().made(COMMAND_LIFE);
        let not_after = clock::now().checked_add(life).unwrap_or(Timestamp::MAX);
        let command = Command { format: FORMAT, id, not_after, verb };
        self.say(Topic::Command(screen.clone()), command.to_bytes().into());
        Some(id)
    }

    /// A controller without a key of the clock stays silent: its word would not count.
    fn tell_time(&self, screen: ScreenId, nonce: Nonce) {
        if let Some(key) = &self.clock_key {
            let told = TimeTold::sign(&screen, nonce, clock::now(), key);
            self.say(Topic::TimeTold(screen), told.to_bytes().into());
        }
    }

    fn say(&self, topic: Topic, payload: Bytes) {
        if let Err(left_out) = self.outgoing.try_send(Outgoing { topic, payload }) {
            warn!(topic = %left_out.into_inner().topic, "the broker is too slow, a message was left out");
        }
    }

    fn say_status(&self) {
        self.status.send_replace(Arc::new(FleetStatus::of(&self.fleet, self.broker.clone(), clock::now())));
    }
}
