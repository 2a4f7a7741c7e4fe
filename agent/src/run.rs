//! Wires the agent together and runs its one loop: events to the state, actions to the tasks.

use std::{
    collections::VecDeque,
    fs, io,
    path::Path,
    sync::mpsc::{SyncSender, TrySendError},
    time::{Duration, Instant},
};

use bytes::Bytes;
use mqtt::{Outgoing, Session, Settings};
use outputs::{Output, Png, Simulator};
use playlists::{MadeClock, Trust, Why};
use protocol::{BootId, BundleRef, FontFile, Nonce, RefusedBundle, Topic};
use tokio::{sync::mpsc, time::MissedTickBehavior};
use tokio_util::sync::CancellationToken;
use tracing::{info, warn};
use written::InvalidFile;

use crate::{
    clock::Clock,
    config::{Config, OutputKind},
    shelf::DiskShelf,
    state::{Action, Candidate, Event, State},
    store::Store,
    tasks::{disk, panel},
    way::Way,
};

/// How often the agent says how it is, if nothing happens.
const HEALTH_EVERY: Duration = Duration::from_secs(10);

/// How many events of panel and disk may wait.
const EVENTS: usize = 256;

/// How long a stopping agent waits to say good-bye.
const FAREWELL: Duration = Duration::from_secs(2);

/// Why an agent could not start, or go on. Losing the broker, the clock or the panel is no reason.
#[derive(Debug, thiserror::Error)]
pub enum AgentFailed {
    /// Nothing can be done without it.
    #[error(transparent)]
    Config(#[from] InvalidFile),
    /// The folder cannot be used.
    #[error("the agent's folder `{folder}` cannot be used")]
    Folder {
        /// Which.
        folder: std::path::PathBuf,
        /// Why.
        #[source]
        cause: io::Error,
    },
    /// The system refused something that an agent cannot be without.
    #[error("{what}")]
    System {
        /// What was tried.
        what: &'static str,
        /// Why it failed.
        #[source]
        cause: io::Error,
    },
    /// The broker's address or certificates cannot be used.
    #[error("the broker's settings cannot be used")]
    Broker(#[from] mqtt::BadSettings),
    /// A thread is gone. The process ends, so that it is started anew.
    #[error("the {0} task has ended by itself")]
    TaskEnded(&'static str),
}

/// Runs the agent until `stop`, by the system's clock or by a made one.
pub async fn run(
    config: &Path,
    made_clock: Option<MadeClock>,
    stop: CancellationToken,
) -> Result<(), AgentFailed> {
    let started = Instant::now();
    let config = Config::read(config)?;
    let store = Store::open(&config.data)
        .map_err(|cause| AgentFailed::Folder { folder: config.data.clone(), cause })?;
    let floors = store.floors();
    let clock = Clock::new(&floors, config.battery_clock, made_clock);
    let boot = BootId::from_bytes(random()?);
    let fonts = render::font_files().into_iter().map(FontFile::from).collect();
    let screen = config.screen.id.clone();
    let mut state =
        State::new(config.screen.clone(), config.keyring, fonts, boot, env!("CARGO_PKG_VERSION"), floors);
    if let Some(made) = made_clock {
        warn!(%made, "the clock is a made one");
    }
    info!(%screen, size = %config.screen.size, version = env!("CARGO_PKG_VERSION"), "agent started");

    let keyring = store.keyring();
    state.introduced(keyring.as_deref(), &clock.read());
    store.judged_keyring(keyring.as_deref(), state.refusals().total > 0);
    if let Some(last) = &state.refusals().last {
        warn!(
            reason = last.reason,
            detail = last.detail,
            "the stored keyring was refused, that of the file counts"
        );
    }

    // The wall first, the world later: its first frame is already what it showed last.
    let refused = state.refusals().total;
    let bundles = store.bundles();
    let first = state.resume(&readable(&bundles), &clock.read());
    if let Some(last) = state.refusals().last.as_ref().filter(|_| state.refusals().total > refused) {
        warn!(reason = last.reason, detail = last.detail, "a stored bundle was refused");
    }
    if let Some(Candidate { bundle, .. }) = &first {
        info!(version = bundle.reference().version, "the stored bundle goes on air");
        clock.raise_floor(bundle.created());
    }
    let (events, heard) = mpsc::channel(EVENTS);
    let output: Box<dyn Output> = match &config.output {
        OutputKind::Simulator => Box::new(Simulator::default()),
        OutputKind::Png { file } => Box::new(Png::new(file)),
    };
    let (bytes, bundle) = first.map(|Candidate { bytes, bundle, .. }| (bytes, bundle)).unzip();
    let setup = panel::Setup {
        screen: config.screen,
        first: bundle,
        cut: state.stands(store.cutoff()),
        output,
        shelf: Box::new(DiskShelf::new(&config.data)),
        clock: clock.clone(),
        boot,
        events: events.clone(),
    };
    let panel = panel::start(setup)
        .map_err(|cause| AgentFailed::System { what: "starting the panel's thread", cause })?;
    // Not before the wall shows something.
    store.judged(&bundles, |stored| state.is_damaged(stored, &clock.read()));
    let (disk, disk_thread) = disk::start(store, bytes, events)
        .map_err(|cause| AgentFailed::System { what: "starting the disk's thread", cause })?;
    let mut agent = Agent { state, clock, started, panel, disk, way: Way::default() };

    let (will_topic, will) = agent.state.last_will(&agent.clock.read());
    let session = mqtt::connect(Settings {
        will: Some(Outgoing { topic: will_topic, payload: will }),
        subscriptions: Topic::of_agent_to_read(&screen).to_vec(),
        ..config.broker
    })?;
    let result = agent.serve(session, heard, &stop).await;
    let Agent { panel, disk, .. } = agent;
    drop(disk);
    let _ = panel.orders.send(panel::Order::Stop);
    let joined = tokio::task::spawn_blocking(move || (panel.thread.join(), disk_thread.join()));
    if tokio::time::timeout(FAREWELL, joined).await.is_err() {
        warn!("a thread did not stop in time");
    }
    info!("agent stopped");
    result
}

/// What lies on the disk, as far as it can be read.
fn readable(bundles: &[(&'static str, io::Result<Vec<u8>>)]) -> Vec<Bytes> {
    let readable = |(file, read): &(&str, io::Result<Vec<u8>>)| match read {
        Ok(bytes) => Some(bytes.clone().into()),
        Err(cause) => {
            warn!(file, %cause, "a stored bundle cannot be read");
            None
        }
    };
    bundles.iter().filter_map(readable).collect()
}

/// The agent at work.
struct Agent {
    state: State,
    clock: Clock,
    started: Instant,
    panel: panel::Panel,
    disk: SyncSender<disk::Order>,
    way: Way,
}

impl Agent {
    async fn serve(
        &mut self,
        mut session: Session,
        mut heard: mpsc::Receiver<Event>,
        stop: &CancellationToken,
    ) -> Result<(), AgentFailed> {
        let mut health = tokio::time::interval(HEALTH_EVERY);
        health.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let news = |state: &State, trust: Trust| {
            (state.refusals().total, state.cutoff_kept(), state.keyring(), state.storage().cloned(), trust)
        };
        let mut told = news(&self.state, self.clock.read().trust);
        loop {
            let event = tokio::select! {
                biased;
                () = stop.cancelled() => break,
                event = heard.recv() => event.ok_or(AgentFailed::TaskEnded("panel"))?,
                event = session.events.recv() => match event.ok_or(AgentFailed::TaskEnded("broker"))? {
                    mqtt::Event::Connected => {
                        info!("connected to the broker");
                        health.reset_immediately();
                        Event::Connected
                    }
                    mqtt::Event::Disconnected { cause } => {
                        warn!(cause, "not connected to the broker; the screen goes on by itself");
                        Event::Disconnected
                    }
                    mqtt::Event::Message { topic: Topic::Keyring, payload } => Event::Keyring(payload),
                    mqtt::Event::Message { topic: Topic::Desired(_), payload } => Event::Desired(payload),
                    mqtt::Event::Message { topic: Topic::Cutoff(_), payload } => Event::Cutoff(payload),
                    mqtt::Event::Message { topic: Topic::Command(_), payload } => Event::Command(payload),
                    mqtt::Event::Message { topic: Topic::TimeTold(_), payload } => Event::TimeTold(payload),
                    mqtt::Event::Message { .. } => continue,
                },
                _ = health.tick() => self.health(),
            };
            let mut outgoing = self.take(event)?;
            let reading = self.clock.read();
            if self.state.asks_time(&reading) {
                outgoing.extend(self.take(Event::AskTime(Nonce::from_bytes(random()?)))?);
            }
            if news(&self.state, reading.trust) != told {
                told = news(&self.state, reading.trust);
                health.reset_immediately();
            }
            for message in outgoing {
                // A full queue means a slow link; state is said anew after the next connection, and the next
                // health report is never far.
                if session.outgoing.try_send(message).is_err() {
                    warn!("the link is too slow, a report was left out");
                }
            }
        }
        let (topic, payload) = self.state.last_will(&self.clock.read());
        let _ = session.outgoing.try_send(Outgoing { topic, payload });
        if tokio::time::timeout(FAREWELL, session.close()).await.is_err() {
            warn!("the broker did not take the good-bye in time");
        }
        Ok(())
    }

    /// Gives an event to the state and carries out what it wants; what is to be said is returned.
    fn take(&mut self, event: Event) -> Result<Vec<Outgoing>, AgentFailed> {
        let refused = self.state.refusals().total;
        let mut outgoing = Vec::new();
        let mut events = VecDeque::from([event]);
        while let Some(event) = events.pop_front() {
            self.way.heard(&event, Instant::now());
            if let Event::OnAir(on_air) = &event {
                let none = if on_air.why == Why::Blackout { "nothing" } else { "safe page" };
                let item = on_air.item.as_deref().unwrap_or(none);
                info!(item, language = on_air.language, frame = %on_air.frame.digest, "on air");
            }
            let reading = self.clock.read();
            for action in self.state.handle(event, &reading) {
                if let Action::Rehearse(candidate) = &action {
                    self.way.verified(candidate, Instant::now());
                }
                match action {
                    Action::Publish { topic, payload } => outgoing.push(Outgoing { topic, payload }),
                    action => events.extend(self.order(action)?),
                }
            }
        }
        if self.state.refusals().total != refused
            && let Some(last) = &self.state.refusals().last
        {
            warn!(reason = last.reason, detail = last.detail, "refused, what is on air stays");
        }
        Ok(outgoing)
    }

    /// Hands an action to its task. What a busy task cannot take comes back as the event that it failed.
    fn order(&self, action: Action) -> Result<Option<Event>, AgentFailed> {
        let busy = |what: &str| RefusedBundle::Storage { cause: format!("the {what} is busy") };
        Ok(match action {
            Action::Publish { .. } => None,
            Action::Show(bundle) => {
                let BundleRef { version, digest } = bundle.reference();
                info!(version, %digest, "bundle goes on air");
                self.clock.raise_floor(bundle.created());
                match self.panel(panel::Order::Show(Some(bundle)))? {
                    None => None,
                    // It is on the disk: a new start shows it.
                    Some(_) => return Err(AgentFailed::TaskEnded("panel")),
                }
            }
            Action::FallBack(good) => {
                let version = good.as_ref().map(|good| good.bundle.reference().version);
                warn!(version, "another keyring counts: what is on air is what it allows");
                let (bytes, bundle) = good.map(|Candidate { bytes, bundle, .. }| (bytes, bundle)).unzip();
                self.disk(disk::Order::OnAir(bytes))?;
                match self.panel(panel::Order::Show(bundle))? {
                    None => None,
                    // A new start shows what the keyring on the disk allows.
                    Some(_) => return Err(AgentFailed::TaskEnded("panel")),
                }
            }
            Action::CutOff(cut) => {
                warn!(?cut, "the screen is cut off, or that is lifted, by order");
                match self.panel(panel::Order::CutOff(cut))? {
                    None => None,
                    // It is kept, or comes again with the next connection: a new start follows it.
                    Some(_) => return Err(AgentFailed::TaskEnded("panel")),
                }
            }
            Action::TakePicture(id) => {
                self.panel(panel::Order::TakePicture(id))?;
                None
            }
            Action::Watch(time) => {
                self.panel(panel::Order::Watch(time))?;
                None
            }
            Action::Rehearse(candidate) => match self.panel(panel::Order::Rehearse(candidate))? {
                Some(panel::Order::Rehearse(candidate)) => {
                    Some(Event::Rehearsed { candidate, result: Err(busy("panel")) })
                }
                _ => None,
            },
            Action::Keep { candidate, floors } => {
                match self.disk(disk::Order::Keep { candidate, floors })? {
                    Some(disk::Order::Keep { candidate, .. }) => {
                        Some(Event::Kept { candidate, result: Err(busy("disk")) })
                    }
                    _ => None,
                }
            }
            Action::BelieveTime(told) => {
                if !self.clock.told(told) {
                    warn!(at = %told.at, "the controller's time cannot be: it is below the floor, or far above it");
                }
                None
            }
            Action::RefuseTime(refused) => {
                warn!(%refused, "the controller's time does not count");
                None
            }
            Action::KeepCutoff(standing) => {
                self.disk(disk::Order::KeepCutoff(standing))?;
                None
            }
            Action::KeepKeyring(keyring) => {
                self.disk(disk::Order::KeepKeyring(keyring))?;
                None
            }
            Action::KeepFloors(floors) => {
                self.disk(disk::Order::KeepFloors(floors))?.map(|_| Event::FloorsNotKept)
            }
        })
    }

    fn panel(&self, order: panel::Order) -> Result<Option<panel::Order>, AgentFailed> {
        sent(self.panel.orders.try_send(order), "panel")
    }

    fn disk(&self, order: disk::Order) -> Result<Option<disk::Order>, AgentFailed> {
        sent(self.disk.try_send(order), "disk")
    }

    fn health(&self) -> Event {
        Event::HealthDue {
            uptime: self.started.elapsed(),
            memory_bytes: resident_memory(),
            output: self.panel.facts.borrow().health(),
        }
    }
}

/// The order that could not be taken, if the task is too busy.
fn sent<T>(result: Result<(), TrySendError<T>>, task: &'static str) -> Result<Option<T>, AgentFailed> {
    match result {
        Ok(()) => Ok(None),
        Err(TrySendError::Full(order)) => {
            warn!(task, "busy, an order was left out");
            Ok(Some(order))
        }
        Err(TrySendError::Disconnected(_)) => Err(AgentFailed::TaskEnded(task)),
    }
}

fn random() -> Result<[u8; 16], AgentFailed> {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes).map_err(|cause| AgentFailed::System {
        what: "drawing random bytes",
        cause: io::Error::other(cause),
    })?;
    Ok(bytes)
}

/// Resident memory as the kernel counts it; none where there is no such file.
fn resident_memory() -> Option<u64> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    line.trim().strip_suffix(" kB")?.trim().parse::<u64>().ok().map(|kib| kib * 1024)
}
