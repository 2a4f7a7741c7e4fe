//! What the agent knows and decides, as a pure state machine: events in, actions out, time as an argument.
//!
//! A bundle comes on air in four steps, and whatever fails leaves the wall as it is: verified here, rehearsed by
//! the panel's task, kept by the disk's task, shown.

mod again;
mod asking;
mod commands;
mod disk;
mod keyrings;

pub(crate) use asking::RefusedTime;

use std::{collections::BTreeSet, sync::Arc, time::Duration};

use bytes::Bytes;
use jiff::Timestamp;
use playlists::Screen;
use protocol::{
    BootId, Bundle, BundleRef, CommandId, Cut, Expected, FORMAT, FontFile, FramePicture, Health, Keyring,
    LastRefusal, Link, LinkState, Nonce, OnAir, OnAirBundle, OutputHealth, Refusals, RefusedBundle,
    SignedBundle, SignedCutoff, Standing, StandingKeyring, Topic,
};

use self::{again::Again, asking::Asking};
use crate::{
    clock::Reading,
    store::{Condition, Floors},
    trust::Told,
};

/// A bundle on its way to the wall, with the bytes to keep.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Candidate {
    pub(crate) bytes: Bytes,
    pub(crate) bundle: Arc<Bundle>,
    /// The version of the keyring by which it was verified.
    pub(crate) keyring: u64,
}

/// What happens to the agent.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Event {
    Connected,
    Disconnected,
    Keyring(Bytes),
    Desired(Bytes),
    Cutoff(Bytes),
    Command(Bytes),
    /// Time to ask what time it is, if that is [due](State::asks_time).
    AskTime(Nonce),
    TimeTold(Bytes),
    /// The panel's task drew every item of a candidate.
    Rehearsed {
        candidate: Candidate,
        result: Result<(), RefusedBundle>,
    },
    /// The disk's task kept it, or could not.
    Kept {
        candidate: Candidate,
        result: Result<(), RefusedBundle>,
    },
    /// The disk is in another condition.
    Storage(Condition),
    /// The disk's task could not keep the floors.
    FloorsNotKept,
    /// The disk's task kept an order to cut off.
    CutoffKept(Standing),
    /// The disk's task kept a keyring.
    KeyringKept(Box<StandingKeyring>),
    /// The panel shows something else.
    OnAir(Box<OnAir>),
    /// A picture of the panel; for a command, or for those who watch.
    Picture {
        picture: Box<FramePicture>,
        answers: Option<CommandId>,
    },
    /// Time to say how the agent is.
    HealthDue {
        uptime: Duration,
        memory_bytes: Option<u64>,
        output: OutputHealth,
    },
}

/// What the agent does.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Action {
    Publish {
        topic: Topic,
        payload: Bytes,
    },
    Rehearse(Candidate),
    Keep {
        candidate: Candidate,
        floors: Floors,
    },
    KeepFloors(Floors),
    KeepCutoff(Standing),
    KeepKeyring(Box<StandingKeyring>),
    BelieveTime(Told),
    /// An answer that does not count.
    RefuseTime(RefusedTime),
    Show(Arc<Bundle>),
    /// In the place of what does not count any more, if there is anything: on the wall at once, and for the disk to keep.
    FallBack(Option<Candidate>),
    /// At once, whatever is on its way.
    CutOff(Cut),
    TakePicture(CommandId),
    Watch(Duration),
}

/// What the agent knows.
pub(crate) struct State {
    screen: Screen,
    keyring: StandingKeyring,
    /// The one that the disk is to keep, if there is one: only then it counts.
    offered: Option<Box<StandingKeyring>>,
    fonts: Vec<FontFile>,
    boot: BootId,
    agent: &'static str,
    floors: Floors,
    /// The disk has older ones.
    floors_due: bool,
    /// How the disk is, as soon as that is known, and since when.
    storage: Option<(Condition, Timestamp)>,
    /// The last order to cut the screen off that was followed.
    cutoff: Option<Standing>,
    /// The one that outlives a power cut: only then is it said to be followed.
    cutoff_kept: Option<Standing>,
    /// The newest document on its way to the wall, so that a repeated delivery is not taken up twice.
    candidate: Option<BundleRef>,
    again: Again,
    shown: Option<BundleRef>,
    /// What `shown` refers to, and the one before it: another keyring may take one down.
    wall: Option<Candidate>,
    before: Option<Bytes>,
    on_air: Option<Box<OnAir>>,
    refused: Refusals,
    connections: u64,
    connected: bool,
    done: BTreeSet<(Timestamp, String)>,
    asking: Asking,
}

impl State {
    /// The state of an agent that has just started.
    pub(crate) fn new(
        screen: Screen,
        keyring: Keyring,
        fonts: Vec<FontFile>,
        boot: BootId,
        agent: &'static str,
        floors: Floors,
    ) -> Self {
        Self {
            screen,
            keyring: StandingKeyring::new(keyring, None).0,
            offered: None,
            fonts,
            boot,
            agent,
            floors,
            floors_due: false,
            storage: None,
            cutoff: None,
            cutoff_kept: None,
            candidate: None,
            again: Again::default(),
            shown: None,
            wall: None,
            before: None,
            on_air: None,
            refused: Refusals::default(),
            connections: 0,
            connected: false,
            done: BTreeSet::new(),
            asking: Asking::default(),
        }
    }

    /// Which order to cut the screen off stands, from what lies on the disk; to be said before anything is shown.
    pub(crate) fn stands(&mut self, cutoff: Option<Standing>) -> Cut {
        (self.cutoff, self.cutoff_kept) = (cutoff, cutoff);
        cutoff.map_or(Cut::Lifted, |standing| standing.cut)
    }

    /// What to start with, from what lies on the disk, the one on air first.
    pub(crate) fn resume(&mut self, stored: &[Bytes], clock: &Reading) -> Option<Candidate> {
        for (n, bytes) in stored.iter().enumerate() {
            match self.verify_stored(bytes, clock) {
                Ok(bundle) => {
                    let reference = bundle.reference();
                    if self.floors.bundle.is_none_or(|floor| floor.version < reference.version) {
                        self.floors.bundle = Some(reference);
                    }
                    self.shown = Some(reference);
                    self.wall = Some(self.candidate(bytes.clone(), bundle));
                    self.before = stored.get(n + 1).cloned();
                    return self.wall.clone();
                }
                Err(refused) => self.refuse(&refused, clock),
            };
        }
        None
    }

    /// Takes an event and says what to do.
    pub(crate) fn handle(&mut self, event: Event, clock: &Reading) -> Vec<Action> {
        match event {
            Event::Connected => self.connected(clock),
            Event::Disconnected => {
                self.connected = false;
                Vec::new()
            }
            Event::Keyring(bytes) => self.keyring_offered(&bytes, clock),
            Event::KeyringKept(kept) => self.keyring_kept(&kept, clock),
            Event::Desired(bytes) => {
                self.again.forget();
                self.desired(bytes, clock)
            }
            Event::Cutoff(bytes) => self.cut_off(&bytes, clock),
            Event::Command(bytes) => self.command(&bytes, clock),
            Event::AskTime(nonce) => self.ask_time(nonce, clock),
            Event::TimeTold(bytes) => vec![self.told(&bytes, clock)],
            Event::Rehearsed { candidate, result } => {
                match result.and_then(|()| self.still_counts(&candidate)) {
                    Ok(()) => self.keep(candidate),
                    Err(refused) => self.drop_candidate(&candidate, &refused, clock),
                }
            }
            Event::Kept { candidate, result: Ok(()) } => match self.still_counts(&candidate) {
                Ok(()) => self.show(candidate),
                Err(refused) => {
                    self.drop_candidate(&candidate, &refused, clock);
                    // The disk takes it for what is on air.
                    vec![Action::FallBack(self.wall.clone())]
                }
            },
            Event::Kept { candidate, result: Err(refused) } => {
                self.drop_candidate(&candidate, &refused, clock)
            }
            Event::Storage(condition) => self.disk_is(condition, clock),
            Event::FloorsNotKept => self.floors_not_kept(),
            Event::CutoffKept(standing) => {
                self.cutoff_kept = Some(standing);
                Vec::new()
            }
            Event::OnAir(on_air) => {
                let publish = self.publish(Topic::OnAir(self.screen.id.clone()), on_air.to_bytes());
                self.on_air = Some(on_air);
                publish
            }
            Event::Picture { picture, answers } => self.picture(&picture, answers, clock),
            Event::HealthDue { uptime, memory_bytes, output } => {
                self.health(uptime, memory_bytes, output, clock)
            }
        }
    }

    /// What to leave at the broker for the case that the connection dies.
    pub(crate) fn last_will(&self, clock: &Reading) -> (Topic, Bytes) {
        self.link(LinkState::Offline, clock.now)
    }

    /// What was refused so far: a change is worth a health report at once.
    pub(crate) fn refusals(&self) -> &Refusals {
        &self.refused
    }

    /// The last order to cut the screen off that was followed, and kept: a change is worth a report, too.
    pub(crate) fn cutoff_kept(&self) -> Option<Standing> {
        self.cutoff_kept
    }

    /// Whether the controller is to be asked what time it is.
    pub(crate) fn asks_time(&self, clock: &Reading) -> bool {
        self.connected && self.asking.due(clock)
    }

    fn connected(&mut self, clock: &Reading) -> Vec<Action> {
        self.connections += 1;
        self.connected = true;
        self.asking.anew();
        let (topic, payload) = self.link(LinkState::Online, clock.now);
        let mut actions = vec![Action::Publish { topic, payload }];
        if let Some(on_air) = &self.on_air {
            actions.extend(self.publish(Topic::OnAir(self.screen.id.clone()), on_air.to_bytes()));
        }
        actions
    }

    fn ask_time(&mut self, nonce: Nonce, clock: &Reading) -> Vec<Action> {
        let asked = self.asking.ask(nonce, clock);
        self.publish(Topic::TimeAsked(self.screen.id.clone()), asked.to_bytes())
    }

    fn told(&mut self, bytes: &[u8], clock: &Reading) -> Action {
        match self.asking.answered(bytes, &self.screen.id, self.keyring.keyring(), clock) {
            Ok(told) => Action::BelieveTime(told),
            Err(refused) => Action::RefuseTime(refused),
        }
    }

    fn desired(&mut self, bytes: Bytes, clock: &Reading) -> Vec<Action> {
        // An empty retained message is how a topic is cleared: it asks for nothing.
        if bytes.is_empty() {
            return Vec::new();
        }
        let verified = SignedBundle::parse(&bytes).and_then(|signed| signed.verify(&self.expected(clock)));
        match verified {
            Ok(bundle) => {
                let reference = bundle.reference();
                if [self.shown, self.candidate].contains(&Some(reference)) {
                    self.signed_anew(reference, &bytes);
                    return Vec::new();
                }
                self.candidate = Some(reference);
                vec![Action::Rehearse(self.candidate(bytes, bundle))]
            }
            Err(refused) => {
                self.again.later(&refused, &bytes, clock.elapsed);
                self.refuse(&refused, clock)
            }
        }
    }

    fn drop_candidate(
        &mut self,
        candidate: &Candidate,
        refused: &RefusedBundle,
        clock: &Reading,
    ) -> Vec<Action> {
        if self.candidate == Some(candidate.bundle.reference()) {
            self.candidate = None;
            self.again.later(refused, &candidate.bytes, clock.elapsed);
        }
        self.refuse(refused, clock)
    }

    fn try_again(&mut self, clock: &Reading) -> Vec<Action> {
        self.again.due(clock.elapsed).map_or(Vec::new(), |bytes| self.desired_again(bytes, clock))
    }

    /// What was refused, now that its reason may have passed. The same refusal is no news.
    fn desired_again(&mut self, bytes: Bytes, clock: &Reading) -> Vec<Action> {
        let known = self.refused.clone();
        let actions = self.desired(bytes, clock);
        if actions.is_empty() {
            self.refused = known;
        }
        actions
    }

    fn cut_off(&mut self, bytes: &[u8], clock: &Reading) -> Vec<Action> {
        if bytes.is_empty() {
            return Vec::new();
        }
        self.again.forget_order();
        let last = self.cutoff;
        let verified = SignedCutoff::parse(bytes)
            .and_then(|signed| signed.verify(self.keyring.keyring(), &self.screen.id, last))
            .map(|cutoff| cutoff.standing);
        match verified {
            Ok(standing) if last == Some(standing) => Vec::new(),
            Ok(standing) => {
                self.cutoff = Some(standing);
                // The wall first: if the disk cannot keep it, the broker does.
                vec![Action::CutOff(standing.cut), Action::KeepCutoff(standing)]
            }
            Err(refused) => {
                self.again.order_later(&refused, bytes);
                self.count(refused.code(), refused.to_string(), clock)
            }
        }
    }

    fn keep(&mut self, candidate: Candidate) -> Vec<Action> {
        // Overtaken by a newer one while it was rehearsed.
        if self.candidate != Some(candidate.bundle.reference()) {
            return Vec::new();
        }
        let created = candidate.bundle.created();
        self.floors.bundle = Some(candidate.bundle.reference());
        self.floors.time = Some(self.floors.time.map_or(created, |time| time.max(created)));
        vec![Action::Keep { candidate, floors: self.floors }]
    }

    fn show(&mut self, candidate: Candidate) -> Vec<Action> {
        let (bundle, reference) = (candidate.bundle.clone(), candidate.bundle.reference());
        if self.candidate == Some(reference) {
            self.candidate = None;
            self.again.forget();
        }
        if let Some(wall) = self.wall.take().filter(|wall| wall.bytes != candidate.bytes) {
            self.before = Some(wall.bytes);
        }
        (self.shown, self.wall) = (Some(reference), Some(candidate));
        vec![Action::Show(bundle)]
    }

    fn refuse(&mut self, refused: &RefusedBundle, clock: &Reading) -> Vec<Action> {
        self.count(refused.code(), refused.to_string(), clock)
    }

    fn count(&mut self, reason: &str, detail: String, clock: &Reading) -> Vec<Action> {
        self.refused.total += 1;
        *self.refused.by_reason.entry(reason.to_owned()).or_default() += 1;
        self.refused.last = Some(LastRefusal { reason: reason.to_owned(), detail, at: clock.now });
        Vec::new()
    }

    fn health(
        &mut self,
        uptime: Duration,
        memory_bytes: Option<u64>,
        output: OutputHealth,
        clock: &Reading,
    ) -> Vec<Action> {
        let health = Health {
            format: FORMAT,
            boot: self.boot,
            at: clock.now,
            agent: self.agent.to_owned(),
            uptime_ms: u64::try_from(uptime.as_millis()).unwrap_or(u64::MAX),
            memory_bytes,
            clock: clock.health(),
            bundle: self.shown,
            output,
            cutoff: self.cutoff_kept,
            keyring: Some(self.keyring()),
            storage: self.storage_health(),
            refused: self.refused.clone(),
            connections: self.connections,
        };
        let mut actions = self.publish(Topic::Health(self.screen.id.clone()), health.to_bytes());
        actions.extend(self.keep_floors(clock));
        actions.extend(self.try_again(clock));
        // The disk could not, or has not yet.
        let unkept = self.cutoff.filter(|_| self.cutoff != self.cutoff_kept);
        actions.extend(unkept.map(Action::KeepCutoff));
        actions.extend(self.offered.clone().map(Action::KeepKeyring));
        actions
    }

    fn expected<'a>(&'a self, clock: &Reading) -> Expected<'a> {
        Expected {
            keyring: self.keyring.keyring(),
            screen: &self.screen.id,
            size: self.screen.size,
            fonts: &self.fonts,
            on_air: self.floors.bundle.map_or(OnAirBundle::Nothing, OnAirBundle::AtLeast),
            now: clock.now,
            trust: clock.trust,
        }
    }

    fn link(&self, state: LinkState, since: Timestamp) -> (Topic, Bytes) {
        let link = Link { format: FORMAT, state, boot: self.boot, since };
        (Topic::Link(self.screen.id.clone()), link.to_bytes().into())
    }

    /// Only while connected: at the next connection all state is said anew.
    fn publish(&self, topic: Topic, payload: Vec<u8>) -> Vec<Action> {
        if self.connected { vec![Action::Publish { topic, payload: payload.into() }] } else { Vec::new() }
    }
}

#[cfg(test)]
pub(crate) mod tests;
