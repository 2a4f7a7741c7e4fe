//! The gate: the agent's own judge and state, its disk, and its wall. What `run` wires with threads is called here.

use std::{collections::VecDeque, sync::Arc, time::Duration};

use bytes::Bytes;
use playlists::{Decision, Programme, Trust, decide};
use protocol::{BootId, Bundle, OutputHealth, RefusedBundle};

use crate::{
    clock::Reading,
    state::{Candidate, Event, State},
    store::Floors,
    trust::{Judge, Look, STEP_MS, Source},
};

use super::{
    machine::Machine,
    publisher::{ALWAYS, Publisher, keyring},
    truth::Content,
};

/// How the gate is built; the wrong ways show that the simulation finds what it is there to find.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Built {
    AsItIs,
    /// It believes the system's clock, whatever it says.
    Gullible,
    /// It knows that the clock is wrong, and shows dated content all the same.
    Careless,
}

/// The agent, from its start to its end.
pub(super) struct Agent {
    built: Built,
    judge: Judge,
    pub(super) state: State,
    nothing_yet: Programme,
    pub(super) bundle: Option<Arc<Bundle>>,
    /// The bytes of the bundle on air, which the disk's task keeps as the one before.
    stored: Option<Bytes>,
    pub(super) orders: VecDeque<Order>,
}

/// What the disk has still to do.
pub(super) enum Order {
    Keep { candidate: Candidate, floors: Floors },
    Floors(Floors),
}

/// What lies on the disk, written in the order of `store.rs`.
#[derive(Default)]
pub(super) struct Disk {
    pub(super) current: Option<Bytes>,
    previous: Option<Bytes>,
    floors: Vec<u8>,
}

/// What the wall shows, and by which reading.
#[derive(Debug, Clone, Copy)]
pub(super) struct Shown {
    pub(super) content: Content,
    pub(super) is_dated: bool,
    pub(super) reading: Reading,
    pub(super) tolerance_ms: i64,
    /// When the panel asks again, by the gate's own clocks.
    pub(super) lasts: Duration,
}

impl Agent {
    /// As `run` starts it.
    pub(super) fn starts(
        built: Built,
        publisher: &Publisher,
        disk: &Disk,
        machine: &Machine,
        boot: BootId,
    ) -> Self {
        let floors: Floors = serde_json::from_slice(&disk.floors).unwrap_or_default();
        let judge = Judge::new(floors.time, machine.battery, floors.doubted);
        let state = State::new(publisher.screen.clone(), keyring(), Vec::new(), boot, "0.1.0", floors);
        let nothing_yet = Programme::empty(publisher.screen.clone());
        let orders = VecDeque::new();
        let mut agent = Self { built, judge, state, nothing_yet, bundle: None, stored: None, orders };
        let stored: Vec<_> = disk.current.iter().chain(&disk.previous).cloned().collect();
        let reading = agent.reads(&machine.look());
        if let Some(Candidate { bytes, bundle, .. }) = agent.state.resume(&stored, &reading) {
            agent.judge.raise_floor(bundle.created());
            (agent.stored, agent.bundle) = (Some(bytes), Some(bundle));
        }
        agent
    }

    pub(super) fn reads(&mut self, look: &Look) -> Reading {
        let reading = self.judge.look(look);
        match self.built {
            Built::AsItIs | Built::Careless => reading,
            Built::Gullible => Reading {
                now: super::truth::moment(look.wall_ms),
                trust: Trust::Trusted,
                source: Source::System,
                error_ms: None,
                ..reading
            },
        }
    }

    pub(super) fn judge(&mut self) -> &mut Judge {
        &mut self.judge
    }

    /// What the panel's task draws now.
    pub(super) fn draws(&mut self, machine: &Machine) -> Shown {
        let look = machine.look();
        let reading = self.reads(&look);
        let programme = self.bundle.as_ref().map_or(&self.nothing_yet, |bundle| bundle.programme());
        let trust = if self.built == Built::Careless { Trust::Trusted } else { reading.trust };
        let decision = decide(programme, reading.now, trust);
        let lasts = decision.until.duration_since(reading.now).try_into().unwrap_or_default();
        Shown {
            content: Content::of(&decision.shows),
            is_dated: is_dated(&decision),
            reading,
            tolerance_ms: tolerance_ms(&reading, &look, machine),
            lasts,
        }
    }

    pub(super) fn health(&self, uptime: Duration) -> Event {
        let output = OutputHealth {
            kind: "simulated".to_owned(),
            frames: 0,
            errors: 0,
            last_error: None,
            frame: None,
            age_ms: None,
        };
        Event::HealthDue { uptime, memory_bytes: None, output }
    }

    /// Carries out the disk's oldest order.
    pub(super) fn writes(&mut self, disk: &mut Disk, fails: bool) -> Option<Event> {
        match self.orders.pop_front()? {
            Order::Floors(floors) => {
                disk.keep_floors(&floors);
                None
            }
            Order::Keep { candidate, .. } if fails => {
                let full = RefusedBundle::Storage { cause: "no space".to_owned() };
                Some(Event::Kept { candidate, result: Err(full) })
            }
            Order::Keep { candidate, floors } => {
                disk.keep(&candidate.bytes, self.stored.as_ref(), &floors, 3);
                self.stored = Some(candidate.bytes.clone());
                Some(Event::Kept { candidate, result: Ok(()) })
            }
        }
    }

    /// The power goes while the disk is at its oldest order: of three files so many are written.
    pub(super) fn is_cut(&mut self, disk: &mut Disk, written: i64) {
        match self.orders.pop_front() {
            Some(Order::Keep { candidate, floors }) => {
                disk.keep(&candidate.bytes, self.stored.as_ref(), &floors, written);
            }
            Some(Order::Floors(_)) | None => {}
        }
    }
}

impl Disk {
    fn keep(&mut self, bundle: &Bytes, on_air: Option<&Bytes>, floors: &Floors, written: i64) {
        if let Some(on_air) = on_air.filter(|on_air| *on_air != bundle && 0 < written) {
            self.previous = Some(on_air.clone());
        }
        if 1 < written {
            self.keep_floors(floors);
        }
        if 2 < written {
            self.current = Some(bundle.clone());
        }
    }

    fn keep_floors(&mut self, floors: &Floors) {
        self.floors = serde_json::to_vec(floors).unwrap();
    }
}

fn is_dated(decision: &Decision<'_>) -> bool {
    decision.item().is_some_and(|item| !item.id.as_str().starts_with(ALWAYS))
}

/// What NTP and the controller's own clock may be wrong by, and a hop on the way to the system's clock.
const SERVED_MS: i64 = 100;

/// By how much the clock of one who is believed may be beside the truth. Of one who is not it does not matter.
fn tolerance_ms(reading: &Reading, look: &Look, machine: &Machine) -> i64 {
    let stated_ms = reading.error_ms.map(|ms| i64::try_from(ms).unwrap());
    SERVED_MS
        + match reading.source {
            Source::Ntp => STEP_MS + drift_ms(look.wall_ms - look.set_ms.unwrap()),
            Source::Controller => stated_ms.unwrap() + super::machine::SLEWED / super::machine::MILLI,
            Source::System => STEP_MS + stated_ms.unwrap_or(machine.astray() / super::machine::MILLI),
            Source::NoBattery
            | Source::Stepped
            | Source::BehindFloor
            | Source::Implausible
            | Source::Made => 0,
        }
}

fn drift_ms(passed_ms: i64) -> i64 {
    passed_ms.max(0) * crate::trust::DRIFT_PPM / 1_000_000
}
