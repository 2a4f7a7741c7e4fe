//! Topics: one type for both directions.

use std::fmt;

use playlists::ScreenId;

/// What all topics begin with: the system and the version of its way of speaking.
pub const PREFIX: &str = "gatesign/1/";

/// A topic of the system. Written `gatesign/1/<screen>/<what>`, but for the one that is for all screens.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Topic {
    /// Controller to all agents, retained: the keyrings that came after the one in the file, up to the one that counts.
    Keyring,
    /// Controller to agent, retained: the complete signed bundle.
    Desired(ScreenId),
    /// Controller to agent, retained: the last order to cut the screen off, or to lift that.
    Cutoff(ScreenId),
    /// Controller to agent, never retained.
    Command(ScreenId),
    /// Agent's presence, retained; also its last will.
    Link(ScreenId),
    /// Agent, retained: what the panel shows.
    OnAir(ScreenId),
    /// Agent, retained: facts about the agent, with age.
    Health(ScreenId),
    /// Agent: the frame presented, while somebody looks.
    Frame(ScreenId),
    /// Agent: what became of a command.
    Ack(ScreenId),
    /// Agent: what time is it?
    TimeAsked(ScreenId),
    /// Controller to agent, never retained: the signed answer to that question and no other.
    TimeTold(ScreenId),
}

/// A topic on which nothing of ours is said.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{value}` is not a topic: {rule}")]
pub struct UnknownTopic {
    /// What was given, shortened.
    pub value: String,
    /// The rule that it breaks.
    pub rule: String,
}

impl Topic {
    /// Reads a topic exactly as [`fmt::Display`] writes it.
    pub fn parse(value: &str) -> Result<Self, UnknownTopic> {
        let unknown =
            |rule: &str| UnknownTopic { value: value.chars().take(100).collect(), rule: rule.to_owned() };
        let rest = value.strip_prefix(PREFIX).ok_or_else(|| unknown("it begins with `gatesign/1/`"))?;
        if rest == "keyring" {
            return Ok(Self::Keyring);
        }
        let (screen, word) =
            rest.split_once('/').ok_or_else(|| unknown("a screen is followed by what is said"))?;
        let screen = ScreenId::parse(screen).map_err(|bad| unknown(&format!("{} {}", bad.kind, bad.rule)))?;
        match word {
            "desired" => Ok(Self::Desired(screen)),
            "cutoff" => Ok(Self::Cutoff(screen)),
            "command" => Ok(Self::Command(screen)),
            "link" => Ok(Self::Link(screen)),
            "on-air" => Ok(Self::OnAir(screen)),
            "health" => Ok(Self::Health(screen)),
            "frame" => Ok(Self::Frame(screen)),
            "ack" => Ok(Self::Ack(screen)),
            "time/asked" => Ok(Self::TimeAsked(screen)),
            "time/told" => Ok(Self::TimeTold(screen)),
            _ => Err(unknown(
                "the last word is desired, cutoff, command, link, on-air, health, frame, ack, time/asked or time/told",
            )),
        }
    }

    /// What the agent of `screen` may read, and subscribes to.
    pub fn of_agent_to_read(screen: &ScreenId) -> [Self; 5] {
        [
            // First: what else arrives is held against it.
            Self::Keyring,
            Self::Desired(screen.clone()),
            Self::Cutoff(screen.clone()),
            Self::Command(screen.clone()),
            Self::TimeTold(screen.clone()),
        ]
    }

    /// What the agent of `screen` may write; the controller subscribes to these.
    pub fn of_agent_to_write(screen: &ScreenId) -> [Self; 6] {
        [
            Self::Link(screen.clone()),
            Self::OnAir(screen.clone()),
            Self::Health(screen.clone()),
            Self::Frame(screen.clone()),
            Self::Ack(screen.clone()),
            Self::TimeAsked(screen.clone()),
        ]
    }

    /// Whether the agent of `screen` may subscribe to this.
    pub fn may_be_read_by(&self, screen: &ScreenId) -> bool {
        self.screen().is_none_or(|own| own == screen) && !self.from_agent()
    }

    /// Whether the agent of `screen` may publish on this, also as its last will.
    pub fn may_be_written_by(&self, screen: &ScreenId) -> bool {
        self.screen().is_none_or(|own| own == screen) && self.from_agent()
    }

    /// The screen that it is about; none if it is about all.
    pub fn screen(&self) -> Option<&ScreenId> {
        match self {
            Self::Keyring => None,
            Self::Desired(screen)
            | Self::Cutoff(screen)
            | Self::Command(screen)
            | Self::Link(screen)
            | Self::OnAir(screen)
            | Self::Health(screen)
            | Self::Frame(screen)
            | Self::Ack(screen)
            | Self::TimeAsked(screen)
            | Self::TimeTold(screen) => Some(screen),
        }
    }

    /// Whether the broker keeps the last message: it is state, and complete. A command never is, or it would be
    /// done again at every connect, and an old time is no time.
    pub fn retained(&self) -> bool {
        match self {
            Self::Keyring
            | Self::Desired(_)
            | Self::Cutoff(_)
            | Self::Link(_)
            | Self::OnAir(_)
            | Self::Health(_) => true,
            Self::Command(_) | Self::Frame(_) | Self::Ack(_) | Self::TimeAsked(_) | Self::TimeTold(_) => {
                false
            }
        }
    }

    /// Whether a message is sent again until it is acknowledged. The others are soon followed by a newer one.
    pub fn at_least_once(&self) -> bool {
        match self {
            Self::Keyring
            | Self::Desired(_)
            | Self::Cutoff(_)
            | Self::Command(_)
            | Self::Link(_)
            | Self::OnAir(_)
            | Self::Ack(_)
            | Self::TimeAsked(_)
            | Self::TimeTold(_) => true,
            Self::Health(_) | Self::Frame(_) => false,
        }
    }

    /// Whether the agent says it; else the controller does.
    pub fn from_agent(&self) -> bool {
        match self {
            Self::Keyring | Self::Desired(_) | Self::Cutoff(_) | Self::Command(_) | Self::TimeTold(_) => {
                false
            }
            Self::Link(_)
            | Self::OnAir(_)
            | Self::Health(_)
            | Self::Frame(_)
            | Self::Ack(_)
            | Self::TimeAsked(_) => true,
        }
    }

    fn word(&self) -> &'static str {
        match self {
            Self::Keyring => "keyring",
            Self::Desired(_) => "desired",
            Self::Cutoff(_) => "cutoff",
            Self::Command(_) => "command",
            Self::Link(_) => "link",
            Self::OnAir(_) => "on-air",
            Self::Health(_) => "health",
            Self::Frame(_) => "frame",
            Self::Ack(_) => "ack",
            Self::TimeAsked(_) => "time/asked",
            Self::TimeTold(_) => "time/told",
        }
    }
}

impl fmt::Display for Topic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.screen() {
            Some(screen) => write!(f, "{PREFIX}{screen}/{}", self.word()),
            None => write!(f, "{PREFIX}{}", self.word()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn gate(id: &str) -> ScreenId {
        ScreenId::parse(id).unwrap()
    }

    /// `facts` is `<from> <retained> <at least once>`.
    #[track_caller]
    fn check(make: fn(ScreenId) -> Topic, written: &str, facts: &str) {
        let topic = make(gate("loc-ninh"));
        assert_eq!(topic.to_string(), written);
        assert_eq!(Topic::parse(written), Ok(topic.clone()));
        let from = if topic.from_agent() { "agent" } else { "controller" };
        assert_eq!(format!("{from} {} {}", topic.retained(), topic.at_least_once()), facts);

        let own = gate("loc-ninh");
        assert_eq!(Topic::of_agent_to_read(&own).contains(&topic), topic.may_be_read_by(&own));
        assert_eq!(Topic::of_agent_to_write(&own).contains(&topic), topic.may_be_written_by(&own));
        assert_ne!(topic.may_be_read_by(&own), topic.may_be_written_by(&own));
        let other = gate("bu-dop");
        assert!(!topic.may_be_read_by(&other) && !topic.may_be_written_by(&other), "{topic}");
    }

    #[test]
    fn every_topic_both_ways() {
        check(Topic::Desired, "gatesign/1/loc-ninh/desired", "controller true true");
        check(Topic::Cutoff, "gatesign/1/loc-ninh/cutoff", "controller true true");
        check(Topic::Command, "gatesign/1/loc-ninh/command", "controller false true");
        check(Topic::Link, "gatesign/1/loc-ninh/link", "agent true true");
        check(Topic::OnAir, "gatesign/1/loc-ninh/on-air", "agent true true");
        check(Topic::Health, "gatesign/1/loc-ninh/health", "agent true false");
        check(Topic::Frame, "gatesign/1/loc-ninh/frame", "agent false false");
        check(Topic::Ack, "gatesign/1/loc-ninh/ack", "agent false true");
        check(Topic::TimeAsked, "gatesign/1/loc-ninh/time/asked", "agent false true");
        check(Topic::TimeTold, "gatesign/1/loc-ninh/time/told", "controller false true");
    }

    #[test]
    fn the_keyring_is_for_all_and_from_no_agent() {
        let topic = Topic::Keyring;
        assert_eq!(Topic::parse("gatesign/1/keyring"), Ok(topic.clone()));
        assert_eq!((topic.to_string().as_str(), topic.screen()), ("gatesign/1/keyring", None));
        assert!(topic.retained() && topic.at_least_once() && !topic.from_agent());
        for own in [gate("loc-ninh"), gate("keyring")] {
            assert!(topic.may_be_read_by(&own) && !topic.may_be_written_by(&own));
            assert!(Topic::of_agent_to_read(&own).contains(&topic));
        }
    }

    #[track_caller]
    fn check_refused(value: &str, rule: &str) {
        let refused = Topic::parse(value).unwrap_err();
        assert!(refused.rule.contains(rule), "{value:?}: {refused}");
        assert!(refused.value.chars().count() <= 100, "{value:?}: not shortened");
    }

    #[test]
    fn refuses_what_is_not_ours() {
        check_refused("", "begins with");
        check_refused("gatesign/1", "begins with");
        check_refused("gatesign/2/loc-ninh/link", "begins with");
        check_refused("/gatesign/1/loc-ninh/link", "begins with");
        check_refused("Gatesign/1/loc-ninh/link", "begins with");
        check_refused("$SYS/broker/uptime", "begins with");
        check_refused(&"é".repeat(70_000), "begins with");
        check_refused("gatesign/1/", "followed by");
        check_refused("gatesign/1/loc-ninh", "followed by");
        check_refused("gatesign/1//link", "1 to 32");
        check_refused("gatesign/1/+/link", "1 to 32");
        check_refused("gatesign/1/#/link", "1 to 32");
        check_refused("gatesign/1/Loc-Ninh/link", "1 to 32");
        check_refused("gatesign/1/lộc-ninh/link", "1 to 32");
        check_refused("gatesign/1/loc\0ninh/link", "1 to 32");
        check_refused(&format!("gatesign/1/{}/link", "a".repeat(33)), "1 to 32");
        check_refused("gatesign/1/loc-ninh/", "last word");
        check_refused("gatesign/1/loc-ninh/#", "last word");
        check_refused("gatesign/1/loc-ninh/links", "last word");
        check_refused("gatesign/1/loc-ninh/link/", "last word");
        check_refused("gatesign/1/loc-ninh/link ", "last word");
        check_refused("gatesign/1/loc-ninh/link\0", "last word");
        check_refused("gatesign/1/loc-ninh/on_air", "last word");
        check_refused("gatesign/1/loc-ninh/journal", "last word");
        check_refused("gatesign/1/a/loc-ninh/link", "last word");
        check_refused("gatesign/1/loc-ninh/time", "last word");
        check_refused("gatesign/1/loc-ninh/time/", "last word");
        check_refused("gatesign/1/loc-ninh/time/told/now", "last word");
    }
}
