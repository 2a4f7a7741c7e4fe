//! Power cuts, starts and sleep.

use protocol::BootId;

use super::{Of, PRESENTED, What, World};
use crate::years::{
    gate::Agent,
    machine::{Battery, DAY, HOUR, LATE, MINUTE, SECOND},
};

impl World {
    pub(super) fn cut(&mut self) {
        self.judges();
        self.score.cuts += 1;
        let written = self.dice.between(0, 4);
        if let Some(agent) = &mut self.agent {
            agent.is_cut(&mut self.disk, written);
        }
        self.ends();
        self.ntp = self.ntp.map(|_| 0);
        let off = self.dice.one_of(&[SECOND, MINUTE, HOUR, 10 * HOUR]);
        let off = self.dice.wait(off).min(14 * HOUR) + 20 * SECOND;
        let stopped = self.machine.clock;
        self.machine.now += off;
        let battery = match self.dice.between(0, 100) {
            0..10 => Battery::Begins(0),
            10..20 => Battery::Begins(LATE),
            // With a battery, a clock that is ahead of all that the gate has seen is as good as a true one.
            20..30 => Battery::Leaps(-DAY),
            30..35 if !self.machine.battery => Battery::Leaps(DAY),
            _ => Battery::RunsOn,
        };
        if battery != Battery::RunsOn {
            self.score.broken_batteries += 1;
        }
        self.machine.starts(battery, stopped);
        if self.dice.happens(4)
            && let Some(current) = &mut self.disk.current
        {
            // A card that has lost a sector.
            *current = current.slice(..current.len() / 2);
            self.confirmed = None;
            self.score.lost_files += 1;
        }
        self.after(0, Of::World, What::Boot);
    }

    pub(super) fn ends(&mut self) {
        (self.agent, self.shown, self.panel, self.loops) = (None, None, i64::MAX, i64::MAX);
    }

    pub(super) fn boots(&mut self) {
        let wait = self.dice.between(5 * SECOND, 40 * SECOND);
        self.after(wait, Of::World, What::Start);
        self.about(11 * DAY, What::Cut);
        self.number += 1;
        self.ntp = self.ntp.map(|_| self.number);
        if let Some(ntp) = self.ntp {
            let polls = self.dice.between(10 * SECOND, 2 * MINUTE);
            self.after(polls, Of::Ntp(ntp), What::NtpPolls);
        }
    }

    /// The agent's process starts, whether the machine did or not.
    pub(super) fn starts(&mut self) {
        self.judges();
        self.ends();
        self.agents += 1;
        self.started = self.machine.now;
        let boot = BootId::from_bytes(self.luck.bytes());
        let agent = Agent::starts(self.gate, &self.publisher, &self.disk, &self.machine, boot);
        self.agent = Some(agent);
        self.shows();
        assert!(self.confirmed <= self.version(), "a confirmed bundle is lost");
        self.connects();
        self.turns();
    }

    pub(super) fn version(&self) -> Option<u64> {
        self.agent.as_ref()?.bundle.as_ref().map(|bundle| bundle.reference().version)
    }

    pub(super) fn sleeps(&mut self) {
        self.judges();
        let mean = self.dice.one_of(&[MINUTE, HOUR, 8 * HOUR]);
        let slept = self.dice.wait(mean).min(DAY);
        self.machine.passes(self.machine.now + slept);
        self.score.sleeps += 1;
        // Nobody draws in a machine that sleeps, nor in the rest of a second in which it was to wait.
        self.judged = self.machine.now;
        if self.agent.is_some() {
            self.machine.passes(self.machine.now + self.luck.between(0, PRESENTED));
            self.judged = self.machine.now;
            self.panel = self.machine.now;
        }
        self.about(30 * DAY, What::Sleep);
    }
}
