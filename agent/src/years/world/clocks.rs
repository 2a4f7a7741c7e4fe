//! NTP, and people who set the clock.

use super::{Of, PRESENTED, SOON, What, World};
use crate::years::machine::{DAY, HOUR, LATE, MILLI, MINUTE, SECOND};

impl World {
    pub(super) fn ntp(&mut self, what: &What) {
        match what {
            What::NtpComes => {
                self.number += 1;
                self.ntp = Some(self.number);
                self.after(SECOND, Of::Ntp(self.number), What::NtpPolls);
                self.about(25 * DAY, What::NtpGoes);
            }
            What::NtpGoes => {
                self.ntp = None;
                let mean = self.dice.one_of(&[HOUR, 5 * HOUR, 3 * DAY, 30 * DAY]);
                self.about(mean, What::NtpComes);
            }
            What::NtpErrs => {
                // Two bad servers outvote a good one.
                if self.ntp.is_some() {
                    self.has_looked();
                    let clock = self.dice.one_of(&[0, LATE, self.machine.now - 2 * DAY]);
                    self.machine.ntp_says(clock - self.machine.now);
                    self.score.steps += 1;
                    self.is_disturbed();
                }
                self.about(200 * DAY, What::NtpErrs);
            }
            _ => {
                self.has_looked();
                let says = self.dice.between(-50 * MILLI, 50 * MILLI);
                if SECOND <= self.machine.wrong().abs() {
                    self.score.steps += 1;
                    self.machine.ntp_says(says);
                    self.is_disturbed();
                } else {
                    self.machine.ntp_says(says);
                }
                let wait = self.dice.one_of(&[64, 512, 1024, 2048]) * SECOND;
                let ntp = self.ntp.unwrap();
                self.after(wait, Of::Ntp(ntp), What::NtpPolls);
            }
        }
    }

    /// Somebody who may sets the clock: a little, several times, or far off; sometimes it is put back.
    pub(super) fn hand(&mut self) {
        let clock = self.machine.clock;
        match self.dice.between(0, 10) {
            // Before the agent has seen it right, nobody can tell that it was set.
            _ if self.agent.is_none() => {}
            // Whoever finds it wrong puts it right.
            _ if MINUTE < self.machine.wrong().abs() => {
                let by = self.dice.between(-800, 800) * MILLI;
                self.sets(self.machine.now + by, true);
                self.machine.is_right();
            }
            0..4 => {
                for nudge in 1..self.dice.between(2, 6) {
                    let by = self.dice.between(-1900, 1900) * MILLI;
                    let wait = nudge * self.dice.between(MINUTE, 9 * MINUTE);
                    self.after(wait, Of::Agent(self.agents), What::HandBack(by, false));
                }
            }
            4..9 => {
                let far = self.dice.one_of(&[3 * SECOND, 5 * MINUTE, HOUR, 7 * HOUR, DAY, 40 * DAY]);
                let by = self.dice.one_of(&[far, -far]);
                let battery_too = self.dice.happens(50);
                self.sets(clock + by, battery_too);
                if self.dice.happens(30) {
                    let wait = self.dice.between(MINUTE, 5 * HOUR);
                    self.after(wait, Of::Agent(self.agents), What::HandBack(-by, battery_too));
                }
            }
            _ => {
                let to = self.dice.one_of(&[0, LATE]);
                self.sets(to, true);
            }
        }
        self.about(16 * DAY, What::Hand);
    }

    pub(super) fn sets(&mut self, clock: i64, battery_too: bool) {
        self.has_looked();
        self.machine.is_set(clock, battery_too);
        self.score.steps += 1;
        self.is_disturbed();
    }

    /// The panel has looked within the last second; for speed it does so only before something happens to the clock.
    pub(super) fn has_looked(&mut self) {
        if self.agent.is_some() {
            self.draws();
        }
    }

    /// Panel and loop notice it when they look the next time.
    pub(super) fn is_disturbed(&mut self) {
        let agent = Of::Agent(self.agents);
        let panel = self.luck.between(0, PRESENTED);
        self.after(panel, agent, What::Panel);
        let tick = self.luck.between(0, SOON);
        self.after(tick, agent, What::Tick);
    }
}
