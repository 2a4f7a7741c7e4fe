//! The world around a gate: what happens to its power, its clocks, its link and its bundles, and when.

mod clocks;
mod messages;
mod power;
mod wall;

use std::collections::BinaryHeap;

use bytes::Bytes;
use protocol::RefusedBundle;

use crate::state::{Candidate, Event};

use super::{
    Score,
    dice::Dice,
    gate::{Agent, Built, Disk, Shown},
    machine::{DAY, HOUR, MILLI, MINUTE, Machine, SECOND},
    publisher::Publisher,
    truth::Truth,
};

/// The agent's loop looks at its clock every ten seconds. Here as often only after something has happened to it.
const LOOP: i64 = 10 * MINUTE;
const SOON: i64 = 10 * SECOND;

/// While dated content waits for the controller's answer.
const UNTRUSTED: i64 = 30 * SECOND;

/// The panel's task presents at least so often, and looks at its clock then.
const PRESENTED: i64 = SECOND;

/// What happens.
enum What {
    Cut,
    Boot,
    Start,
    Restart,
    Sleep,
    NtpComes,
    NtpGoes,
    NtpPolls,
    NtpErrs,
    Hand,
    HandBack(i64, bool),
    LinkComes,
    LinkGoes,
    Publish,
    Arrives(Bytes),
    Replay,
    Answer(Bytes),
    Rehearsed(Candidate),
    Written,
    Tick,
    Panel,
}

/// What outlives what: a message its connection, a task its agent.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Of {
    World,
    Ntp(u64),
    Agent(u64),
    Link(u64),
}

struct Entry {
    at: i64,
    number: u64,
    of: Of,
    what: What,
}

pub(super) struct World {
    machine: Machine,
    /// What happens to the gate, whatever it does.
    dice: Dice,
    /// How long and how well what it does takes.
    luck: Dice,
    gate: Built,
    publisher: Publisher,
    /// What the broker keeps for the gate, and what it kept once.
    desired: Option<Bytes>,
    old: Vec<Bytes>,
    old_answers: Vec<Bytes>,
    disk: Disk,
    agent: Option<Agent>,
    shown: Option<Shown>,
    judged: i64,
    truth: Truth,
    confirmed: Option<u64>,
    started: i64,
    /// When the panel's task draws again, and when the agent's loop has its next turn.
    panel: i64,
    loops: i64,
    queue: BinaryHeap<Entry>,
    number: u64,
    ntp: Option<u64>,
    agents: u64,
    link: Option<u64>,
    score: Score,
}

/// Which gate it is.
#[derive(Debug, Clone, Copy)]
pub(super) struct Site {
    pub(super) seed: u64,
    pub(super) battery: bool,
    pub(super) time_zone: &'static str,
    pub(super) gate: Built,
}

/// 2026-12-01T00:00:00Z.
const BEGINS: i64 = 1_796_083_200 * SECOND;

impl World {
    pub(super) fn new(site: Site) -> Self {
        let mut dice = Dice::new(site.seed);
        let machine = Machine::new(BEGINS, site.battery, &mut dice);
        let mut world = Self {
            machine,
            dice,
            luck: Dice::new(!site.seed),
            gate: site.gate,
            publisher: Publisher::new(site.time_zone),
            desired: None,
            old: Vec::new(),
            old_answers: Vec::new(),
            disk: Disk::default(),
            agent: None,
            shown: None,
            judged: BEGINS,
            truth: Truth::of(None, BEGINS / MILLI),
            confirmed: None,
            started: BEGINS,
            panel: i64::MAX,
            loops: i64::MAX,
            queue: BinaryHeap::new(),
            number: 0,
            ntp: None,
            agents: 0,
            link: None,
            score: Score::default(),
        };
        world.after(0, Of::World, What::Publish);
        world.after(MINUTE, Of::World, What::Boot);
        world.after(2 * MINUTE, Of::World, What::LinkComes);
        world.after(3 * MINUTE, Of::World, What::NtpComes);
        for what in [What::Hand, What::Restart, What::Sleep, What::Replay, What::NtpErrs] {
            world.about(5 * DAY, what);
        }
        world
    }

    /// Lets so much time pass.
    pub(super) fn lives(mut self, span: i64) -> Score {
        let end = self.machine.now + span;
        loop {
            let next = self.queue.peek().map_or(i64::MAX, |entry| entry.at);
            if end <= next.min(self.panel).min(self.loops) {
                break;
            }
            if self.panel <= next.min(self.loops) {
                self.machine.passes(self.panel.max(self.machine.now));
                self.draws();
                continue;
            }
            if self.loops <= next {
                self.machine.passes(self.loops.max(self.machine.now));
                self.turns();
                continue;
            }
            let Entry { at, of, what, .. } = self.queue.pop().unwrap();
            if !self.lasts(of) {
                continue;
            }
            self.machine.passes(at.max(self.machine.now));
            self.happens(what);
        }
        self.judges();
        self.score
    }

    fn lasts(&self, of: Of) -> bool {
        match of {
            Of::World => true,
            Of::Ntp(number) => self.ntp == Some(number),
            Of::Agent(number) => self.agent.is_some() && self.agents == number,
            Of::Link(number) => self.agent.is_some() && self.link == Some(number),
        }
    }

    fn after(&mut self, wait: i64, of: Of, what: What) {
        self.number += 1;
        self.queue.push(Entry { at: self.machine.now + wait, number: self.number, of, what });
    }

    fn about(&mut self, mean: i64, what: What) {
        let wait = self.dice.wait(mean);
        self.after(wait, Of::World, what);
    }

    fn happens(&mut self, what: What) {
        match what {
            What::Cut => self.cut(),
            What::Boot => self.boots(),
            What::Start => self.starts(),
            What::Restart => {
                if let Some(agent) = &mut self.agent {
                    agent.is_cut(&mut self.disk, self.dice.between(0, 4));
                    self.score.restarts += 1;
                    self.starts();
                }
                self.about(25 * DAY, What::Restart);
            }
            What::Sleep => self.sleeps(),
            What::NtpComes | What::NtpGoes | What::NtpPolls | What::NtpErrs => self.ntp(&what),
            What::Hand => self.hand(),
            What::HandBack(by, battery_too) => {
                let clock = self.machine.clock + by;
                self.sets(clock, battery_too);
            }
            What::LinkComes => {
                self.number += 1;
                self.link = Some(self.number);
                self.about(9 * DAY, What::LinkGoes);
                self.connects();
            }
            What::LinkGoes => {
                self.link = None;
                self.takes(Event::Disconnected);
                let mean = self.dice.one_of(&[MINUTE, HOUR, 2 * DAY, 12 * DAY]);
                self.about(mean, What::LinkComes);
            }
            What::Publish => self.publishes(),
            What::Arrives(bytes) => self.takes(Event::Desired(bytes)),
            What::Replay => {
                if let (Some(link), false) = (self.link, self.old.is_empty()) {
                    let old = self.dice.between(0, self.old.len().try_into().unwrap());
                    let old = self.old[usize::try_from(old).unwrap()].clone();
                    self.after(MILLI, Of::Link(link), What::Arrives(old));
                }
                self.about(20 * DAY, What::Replay);
            }
            What::Answer(bytes) => self.takes(Event::TimeTold(bytes)),
            What::Rehearsed(candidate) => {
                let undrawable =
                    RefusedBundle::Undrawable { item: "a".to_owned(), cause: "memory".to_owned() };
                let result = if self.luck.happens(2) { Err(undrawable) } else { Ok(()) };
                self.takes(Event::Rehearsed { candidate, result });
            }
            What::Written => {
                let fails = self.luck.happens(1);
                let done = self.agent.as_mut().and_then(|agent| agent.writes(&mut self.disk, fails));
                if let Some(event) = done {
                    self.takes(event);
                }
            }
            What::Tick => self.loops = self.loops.min(self.machine.now),
            What::Panel => self.panel = self.panel.min(self.machine.now),
        }
    }
}

impl PartialEq for Entry {
    fn eq(&self, other: &Self) -> bool {
        self.number == other.number
    }
}

impl Eq for Entry {}

impl PartialOrd for Entry {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

/// The earliest is the greatest: it stands on top of the heap.
impl Ord for Entry {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        (other.at, other.number).cmp(&(self.at, self.number))
    }
}
