//! The link: bundles, what the agent's loop says, and the controller's answers.

use std::time::Duration;

use bytes::Bytes;
use playlists::Trust;
use protocol::{Health, Nonce, Role, TimeAsked, TimeTold, Topic};

use super::{LOOP, Of, PRESENTED, UNTRUSTED, What, World};
use crate::{
    state::{Action, Event},
    years::{
        gate::Order,
        machine::{DAY, HOUR, LATE, MILLI, SECOND},
        publisher::key,
        truth::moment,
    },
};

impl World {
    pub(super) fn publishes(&mut self) {
        let now = self.machine.now;
        let withdrawn =
            if self.dice.happens(25) { self.publisher.withdraws(now, &mut self.dice) } else { None };
        let emergency = self.dice.happens(12);
        let bundle = match withdrawn {
            Some(bundle) => {
                self.score.withdrawals += 1;
                bundle
            }
            None => self.publisher.publishes(now, emergency, &mut self.dice),
        };
        let bytes = Bytes::from(bundle.to_bytes());
        if let Some(old) = self.desired.replace(bytes) {
            if self.old.len() == 20 {
                self.old.remove(0);
            }
            self.old.push(old);
        }
        self.score.published += 1;
        self.delivers();
        let mean = self.dice.one_of(&[2 * HOUR, 3 * DAY, 4 * DAY, 6 * DAY]);
        self.about(mean, What::Publish);
    }

    pub(super) fn connects(&mut self) {
        if self.link.is_some() && self.agent.is_some() {
            self.number += 1;
            self.link = Some(self.number);
            self.takes(Event::Connected);
            self.turns();
            self.delivers();
        }
    }

    pub(super) fn delivers(&mut self) {
        if let (Some(link), Some(desired)) = (self.link, self.desired.clone()) {
            let wait = self.luck.between(20 * MILLI, 3 * SECOND);
            self.after(wait, Of::Link(link), What::Arrives(desired));
        }
    }

    /// A turn of the agent's loop.
    pub(super) fn turns(&mut self) {
        let Some(agent) = &mut self.agent else { return };
        let uptime = Duration::from_nanos((self.machine.now - self.started).try_into().unwrap());
        let health = agent.health(uptime);
        self.takes(health);
        let Some(agent) = &mut self.agent else { return };
        let reading = agent.reads(&self.machine.look());
        if agent.state.asks_time(&reading) {
            let nonce = Nonce::from_bytes(self.luck.bytes());
            self.takes(Event::AskTime(nonce));
        }
        let waits = reading.trust == Trust::Untrusted && self.link.is_some();
        self.loops = self.machine.now + if waits { UNTRUSTED } else { LOOP };
    }

    /// Gives an event to the agent, and does what it wants.
    pub(super) fn takes(&mut self, event: Event) {
        let Some(agent) = &mut self.agent else { return };
        let reading = agent.reads(&self.machine.look());
        let refused = agent.state.refusals().total;
        let actions = agent.state.handle(event, &reading);
        self.score.refused_bundles += agent.state.refusals().total - refused;
        for action in actions {
            self.does(action);
        }
    }

    pub(super) fn does(&mut self, action: Action) {
        let Some(agent) = &mut self.agent else { return };
        let of = Of::Agent(self.agents);
        match action {
            Action::Publish { topic: Topic::TimeAsked(_), payload } => self.is_asked(&payload),
            Action::Publish { topic: Topic::Health(_), payload } => {
                let says = Health::parse(&payload).unwrap().bundle;
                let shown = agent.bundle.as_ref().map(|bundle| bundle.reference());
                assert_eq!(says, shown, "what the gate confirms is what its wall shows");
                self.confirmed = self.version();
            }
            Action::Rehearse(candidate) => {
                let wait = self.luck.between(10 * MILLI, 2 * SECOND);
                self.after(wait, of, What::Rehearsed(candidate));
            }
            Action::Keep { candidate, floors } => self.orders(Order::Keep { candidate, floors }),
            Action::KeepFloors(floors) => self.orders(Order::Floors(floors)),
            Action::BelieveTime(told) => {
                if agent.judge().told(told) {
                    self.score.answers += 1;
                } else {
                    self.score.refused_answers += 1;
                }
                self.after(self.machine.now % PRESENTED, of, What::Panel);
            }
            Action::RefuseTime(_) => self.score.refused_answers += 1,
            Action::Show(bundle) => {
                self.score.bundles += 1;
                agent.judge().raise_floor(bundle.created());
                self.judges();
                if let Some(agent) = &mut self.agent {
                    agent.bundle = Some(bundle);
                }
                self.shows();
            }
            Action::Publish { .. }
            | Action::CutOff(_)
            | Action::KeepCutoff(_)
            // Nobody introduces another keyring in these years.
            | Action::KeepKeyring(_)
            | Action::FallBack(_)
            | Action::TakePicture(_)
            | Action::Watch(_) => {}
        }
    }

    pub(super) fn orders(&mut self, order: Order) {
        let Some(agent) = &mut self.agent else { return };
        agent.orders.push_back(order);
        let wait = i64::try_from(agent.orders.len()).unwrap() * self.luck.between(5 * MILLI, 800 * MILLI);
        self.after(wait, Of::Agent(self.agents), What::Written);
    }

    /// The controller answers: soon, late, never, what somebody kept, or by a clock that is wrong.
    pub(super) fn is_asked(&mut self, question: &Bytes) {
        let Some(link) = self.link else { return };
        let nonce = TimeAsked::parse(question).unwrap().nonce;
        let [there, back] = match self.luck.between(0, 100) {
            0..2 => return,
            2..6 => [0, 0].map(|_| self.luck.between(SECOND, 9 * SECOND)),
            _ => [0, 0].map(|_| self.luck.between(2 * MILLI, 300 * MILLI)),
        };
        if self.luck.happens(3) && !self.old_answers.is_empty() {
            let old = self.old_answers.remove(0);
            self.after(there, Of::Link(link), What::Answer(old));
        }
        let clock = match self.luck.between(0, 100) {
            0 => 0,
            1 => LATE,
            2 => self.machine.now - 2 * DAY,
            _ => self.machine.now + there + self.luck.between(-50 * MILLI, 50 * MILLI),
        };
        let told = TimeTold::sign(&self.publisher.screen.id, nonce, moment(clock / MILLI), &key(Role::Clock));
        let told = Bytes::from(told.to_bytes());
        if self.old_answers.len() < 5 {
            self.old_answers.push(told.clone());
        }
        self.after(there + back, Of::Link(link), What::Answer(told));
    }
}
