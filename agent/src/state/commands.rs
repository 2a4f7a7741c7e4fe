//! What the controller asks for that changes nothing on the wall: each command once, in time, and acknowledged. Pure.

use std::time::Duration;

use protocol::{Ack, AckState, Command, CommandId, FORMAT, FramePicture, Topic, Verb};

use super::{Action, State};
use crate::clock::Reading;

/// How many command ids are remembered so that none is done twice.
const REMEMBERED_COMMANDS: usize = 256;

impl State {
    pub(super) fn command(&mut self, bytes: &[u8], clock: &Reading) -> Vec<Action> {
        let command = match Command::parse(bytes) {
            Ok(command) => command,
            // Whoever sent it cannot be answered: it has no id.
            Err(_) => return Vec::new(),
        };
        self.done.retain(|(not_after, _)| clock.now <= *not_after);
        let mark = (command.not_after, command.id.to_string());
        if self.done.contains(&mark) {
            return Vec::new();
        }
        if command.not_after < clock.now {
            let reason = format!("it was to be done before {}, it is {}", command.not_after, clock.now);
            return self.ack(command.id, AckState::Refused { reason }, clock);
        }
        if self.done.len() == REMEMBERED_COMMANDS {
            let reason = format!("more than {REMEMBERED_COMMANDS} commands at once");
            return self.ack(command.id, AckState::Refused { reason }, clock);
        }
        self.done.insert(mark);
        match command.verb {
            Verb::Snapshot => vec![Action::TakePicture(command.id)],
            Verb::Watch { seconds } => {
                let mut actions = vec![Action::Watch(Duration::from_secs(seconds.into()))];
                actions.extend(self.ack(command.id, AckState::Done, clock));
                actions
            }
        }
    }

    pub(super) fn picture(
        &self,
        picture: &FramePicture,
        answers: Option<CommandId>,
        clock: &Reading,
    ) -> Vec<Action> {
        let mut actions = self.publish(Topic::Frame(self.screen.id.clone()), picture.to_bytes());
        if let Some(id) = answers {
            actions.extend(self.ack(id, AckState::Done, clock));
        }
        actions
    }

    fn ack(&self, id: CommandId, state: AckState, clock: &Reading) -> Vec<Action> {
        let ack = Ack { format: FORMAT, id, state, at: clock.now };
        self.publish(Topic::Ack(self.screen.id.clone()), ack.to_bytes())
    }
}
