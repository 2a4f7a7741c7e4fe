//! What the controller knows of the gates, as a pure state: messages in, changes out, time as an argument.
//!
//! Every fact is kept with the moment at which it arrived by the controller's clock: a gate's clock may be wrong.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use playlists::{Digest, Gates, Screen, ScreenId, Speed};
use protocol::{
    Ack, AckState, BundleRef, CommandId, Cutoff, FramePicture, Health, KeyringRef, Link, LinkState, Nonce,
    OnAir, TimeAsked, Topic,
};

/// Reports come every ten seconds; a gate that missed three is silent.
const SILENT_AFTER: SignedDuration = SignedDuration::from_secs(35);

/// All gates.
pub(crate) struct Fleet {
    screens: BTreeMap<ScreenId, Known>,
    /// The keyring that counts.
    keyring: Option<KeyringRef>,
}

/// What is known of one screen.
pub(crate) struct Known {
    pub(crate) screen: Screen,
    pub(crate) link: Option<Received<Link>>,
    pub(crate) on_air: Option<Received<OnAir>>,
    pub(crate) health: Option<Received<Health>>,
    /// What was published for it last.
    pub(crate) wanted: Option<BundleRef>,
    /// The last order to cut it off, or to lift that.
    pub(crate) ordered: Option<Cutoff>,
    /// Whether drawing the same bundle for the same moment gave the reported digest; none while not checked.
    pub(crate) frame_equal: Option<bool>,
    silent_after: SignedDuration,
}

/// Something with the moment of its arrival.
#[derive(Debug, Clone)]
pub(crate) struct Received<T> {
    pub(crate) what: T,
    pub(crate) at: Timestamp,
}

/// What a message means to the rest of the controller.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Notice {
    /// The status of a screen is another one.
    Changed,
    /// A gate says what it shows: to confirm publications, and to be checked by drawing the same.
    OnAir { screen: ScreenId, on_air: Box<OnAir> },
    /// A picture of a wall.
    Picture { screen: ScreenId, picture: Box<FramePicture> },
    /// A command was answered.
    Acknowledged { id: CommandId, state: AckState },
    /// A gate asks what time it is.
    TimeAsked { screen: ScreenId, nonce: Nonce },
    /// A gate's message that cannot be used; what was known stays.
    Unusable { topic: Topic, cause: String },
}

/// Whether a gate can be believed to be there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Presence {
    NeverSeen,
    Online {
        since: Timestamp,
    },
    Offline {
        since: Timestamp,
    },
    /// The broker says that it is there, but it does not report.
    Silent {
        since: Timestamp,
    },
}

impl Fleet {
    /// Of which nothing is known yet. Their reports come in real time; `speed` is that of the clock by which they are
    /// found to be late.
    pub(crate) fn new(gates: Gates, speed: Speed) -> Self {
        let known = |screen| Known {
            screen,
            link: None,
            on_air: None,
            health: None,
            wanted: None,
            ordered: None,
            frame_equal: None,
            silent_after: speed.made(SILENT_AFTER),
        };
        let screens = gates.screens.into_iter().map(|(id, screen)| (id, known(screen))).collect();
        Self { screens, keyring: None }
    }

    /// All screens, by id.
    pub(crate) fn screens(&self) -> impl Iterator<Item = &Known> {
        self.screens.values()
    }

    /// One screen.
    pub(crate) fn screen(&self, id: &ScreenId) -> Option<&Known> {
        self.screens.get(id)
    }

    /// Remembers what was published.
    pub(crate) fn want(&mut self, id: &ScreenId, bundle: BundleRef) {
        if let Some(known) = self.screens.get_mut(id) {
            known.wanted = Some(bundle);
        }
    }

    /// Remembers which keyring counts.
    pub(crate) fn trust(&mut self, keyring: KeyringRef) {
        self.keyring = Some(keyring);
    }

    /// The keyring that counts.
    pub(crate) fn keyring(&self) -> Option<KeyringRef> {
        self.keyring
    }

    /// Whether all gates that are there say that they follow it.
    pub(crate) fn all_there_follow(&self, now: Timestamp) -> bool {
        let there = self.screens().filter(|known| matches!(known.presence(now), Presence::Online { .. }));
        there.into_iter().all(|known| known.keyring() == self.keyring)
    }

    /// Remembers what was ordered.
    pub(crate) fn order(&mut self, id: &ScreenId, cutoff: Cutoff) {
        if let Some(known) = self.screens.get_mut(id) {
            known.ordered = Some(cutoff);
        }
    }

    /// Remembers what drawing the same gave, if the gate still shows that frame.
    pub(crate) fn compared(&mut self, id: &ScreenId, reported: Digest, drawn: Digest) {
        if let Some(known) = self.screens.get_mut(id)
            && known.on_air.as_ref().is_some_and(|on_air| on_air.what.frame.digest == reported)
        {
            known.frame_equal = Some(reported == drawn);
        }
    }

    /// Takes a gate's message.
    pub(crate) fn heard(&mut self, topic: &Topic, payload: &[u8], now: Timestamp) -> Vec<Notice> {
        let Some(screen) = topic.screen() else { return Vec::new() };
        let Some(known) = self.screens.get_mut(screen) else { return Vec::new() };
        match known.heard(screen.clone(), topic, payload, now) {
            Ok(notices) => notices,
            Err(cause) => vec![Notice::Unusable { topic: topic.clone(), cause: cause.to_string() }],
        }
    }
}

impl Known {
    fn heard(
        &mut self,
        screen: ScreenId,
        topic: &Topic,
        payload: &[u8],
        now: Timestamp,
    ) -> Result<Vec<Notice>, protocol::BadMessage> {
        // An empty retained message is how a topic is cleared: it says nothing.
        if payload.is_empty() {
            return Ok(Vec::new());
        }
        Ok(match topic {
            Topic::Link(_) => {
                self.link = Some(Received { what: Link::parse(payload)?, at: now });
                vec![Notice::Changed]
            }
            Topic::OnAir(_) => {
                let on_air = OnAir::parse(payload)?;
                self.on_air = Some(Received { what: on_air.clone(), at: now });
                self.frame_equal = None;
                vec![Notice::Changed, Notice::OnAir { screen, on_air: Box::new(on_air) }]
            }
            Topic::Health(_) => {
                self.health = Some(Received { what: Health::parse(payload)?, at: now });
                vec![Notice::Changed]
            }
            Topic::Frame(_) => {
                vec![Notice::Picture { screen, picture: Box::new(FramePicture::parse(payload)?) }]
            }
            Topic::Ack(_) => {
                let Ack { id, state, .. } = Ack::parse(payload)?;
                vec![Notice::Acknowledged { id, state }]
            }
            Topic::Keyring
            | Topic::Desired(_)
            | Topic::Cutoff(_)
            | Topic::Command(_)
            | Topic::TimeTold(_) => Vec::new(),
            Topic::TimeAsked(_) => {
                vec![Notice::TimeAsked { screen, nonce: TimeAsked::parse(payload)?.nonce }]
            }
        })
    }

    /// The keyring that the gate says it follows.
    pub(crate) fn keyring(&self) -> Option<KeyringRef> {
        self.health.as_ref().and_then(|health| health.what.keyring)
    }

    /// Presence is the link's state, the age of the last report and the same boot in both: a broker that crashed
    /// sends no last will, and a retained `online` may be an old one.
    pub(crate) fn presence(&self, now: Timestamp) -> Presence {
        let Some(link) = &self.link else { return Presence::NeverSeen };
        if link.what.state == LinkState::Offline {
            return Presence::Offline { since: link.at };
        }
        let last = self
            .health
            .iter()
            .filter(|health| health.what.boot == link.what.boot)
            .map(|health| health.at)
            .fold(link.at, Timestamp::max);
        if now.duration_since(last) > self.silent_after {
            Presence::Silent { since: last }
        } else {
            Presence::Online { since: link.at }
        }
    }
}

#[cfg(test)]
mod tests {
    use playlists::Gates;
    use protocol::{BootId, ClockHealth, OutputHealth, Refusals};

    use super::*;

    const GATES: &str = "[[gate]]\nname.vi = 'Cửa khẩu'\ntime-zone = 'Asia/Ho_Chi_Minh'\n\
                         [[gate.screen]]\nid = 'gate-one'\nsize = '192x64'\nprofile = 'plaza'\n\
                         languages = ['vi']\nlayout = 'rotate'\n";

    fn id() -> ScreenId {
        ScreenId::parse("gate-one").unwrap()
    }

    fn second(second: i64) -> Timestamp {
        Timestamp::from_second(1_800_000_000 + second).unwrap()
    }

    fn link(state: LinkState, boot: u8) -> (Topic, Vec<u8>) {
        // The gate's own clock is far off: it must not matter.
        let since = Timestamp::UNIX_EPOCH;
        let link = Link { format: protocol::FORMAT, state, boot: BootId::from_bytes([boot; 16]), since };
        (Topic::Link(id()), link.to_bytes())
    }

    fn health(boot: u8) -> (Topic, Vec<u8>) {
        let health = Health {
            format: protocol::FORMAT,
            boot: BootId::from_bytes([boot; 16]),
            at: Timestamp::UNIX_EPOCH,
            agent: "0.1.0".to_owned(),
            uptime_ms: 0,
            memory_bytes: None,
            clock: ClockHealth {
                trust: playlists::Trust::Trusted,
                source: "system".to_owned(),
                floor: Timestamp::UNIX_EPOCH,
                since: None,
                offset_ms: None,
                error_ms: None,
                steps: 0,
                last_step_ms: None,
            },
            bundle: None,
            cutoff: None,
            keyring: None,
            storage: None,
            output: OutputHealth {
                kind: "fake".to_owned(),
                frames: 0,
                errors: 0,
                last_error: None,
                frame: None,
                age_ms: None,
            },
            refused: Refusals::default(),
            connections: 1,
        };
        (Topic::Health(id()), health.to_bytes())
    }

    /// What is believed of the gate at a moment, after these messages, each with the second of its arrival.
    #[track_caller]
    fn check(heard: &[(i64, (Topic, Vec<u8>))], at: i64, expected: Presence) {
        check_at("1x", heard, at, expected);
    }

    /// By a clock of that speed.
    #[track_caller]
    fn check_at(speed: &str, heard: &[(i64, (Topic, Vec<u8>))], at: i64, expected: Presence) {
        let mut fleet = Fleet::new(Gates::parse("gates", GATES).unwrap(), speed.parse().unwrap());
        for (arrived, (topic, payload)) in heard {
            assert_eq!(fleet.heard(topic, payload, second(*arrived)), [Notice::Changed]);
        }
        assert_eq!(fleet.screen(&id()).unwrap().presence(second(at)), expected);
    }

    #[test]
    fn presence_is_link_and_age_and_boot() {
        let online = || link(LinkState::Online, 1);
        check(&[], 100, Presence::NeverSeen);
        check(&[(0, online())], 35, Presence::Online { since: second(0) });
        check(&[(0, online())], 36, Presence::Silent { since: second(0) });
        check(&[(0, online()), (30, health(1))], 65, Presence::Online { since: second(0) });
        check(&[(0, online()), (30, health(1))], 66, Presence::Silent { since: second(30) });
        // A report of an earlier start is no sign of life.
        check(&[(0, online()), (30, health(2))], 36, Presence::Silent { since: second(0) });
        check(&[(0, online()), (9, link(LinkState::Offline, 1))], 10, Presence::Offline { since: second(9) });
        // Reports do not come the faster for a clock that does.
        check_at("600x", &[(0, online())], 21_000, Presence::Online { since: second(0) });
        check_at("600x", &[(0, online())], 21_001, Presence::Silent { since: second(0) });
    }

    #[test]
    fn a_gate_that_is_there_is_waited_for() {
        let mut fleet = Fleet::new(Gates::parse("gates", GATES).unwrap(), Speed::REAL);
        let keyring = KeyringRef { version: 2, digest: Digest::of(b"2") };
        fleet.trust(keyring);
        assert!(fleet.all_there_follow(second(0)), "nobody is there");
        let (topic, online) = link(LinkState::Online, 1);
        fleet.heard(&topic, &online, second(0));
        assert!(!fleet.all_there_follow(second(0)), "it has not said anything");
        let (topic, health) = health(1);
        let mut health = Health::parse(&health).unwrap();
        health.keyring = Some(KeyringRef { version: 1, ..keyring });
        fleet.heard(&topic, &health.to_bytes(), second(1));
        assert!(!fleet.all_there_follow(second(1)));
        assert!(fleet.all_there_follow(second(99)), "it is silent");
        health.keyring = Some(keyring);
        fleet.heard(&topic, &health.to_bytes(), second(2));
        assert!(fleet.all_there_follow(second(2)));
    }

    #[test]
    fn what_cannot_be_read_changes_nothing() {
        let mut fleet = Fleet::new(Gates::parse("gates", GATES).unwrap(), Speed::REAL);
        let (topic, online) = link(LinkState::Online, 1);
        fleet.heard(&topic, &online, second(0));
        assert_eq!(fleet.heard(&topic, b"", second(1)), []);
        assert!(matches!(fleet.heard(&topic, b"{", second(2))[..], [Notice::Unusable { .. }]));
        let nowhere = Topic::Link(ScreenId::parse("nowhere").unwrap());
        assert_eq!(fleet.heard(&nowhere, &online, second(3)), []);
        assert_eq!(fleet.screen(&id()).unwrap().presence(second(4)), Presence::Online { since: second(0) });
    }
}
