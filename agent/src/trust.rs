//! Whether the clock can be believed, as a pure state machine: what was read goes in, what to believe comes out.
//!
//! Four sources, in this order: the system's clock while NTP keeps it (`ntp`), the signed word of the controller
//! (`controller`), the system's clock as it came from the battery (`system`), else nobody, with the reason why. The
//! wall clock is held against one that nobody sets and that runs on while the machine sleeps: if they part, somebody has
//! set the wall clock, and unless it was NTP or the controller bears it out, it is not believed until one of them does,
//! or until it is back where it was. What was known to be wrong is still so after a new start and after a power cut.
//!
//! Who can lie: NTP is not signed, and whoever has the controller's key of the clock can tell any time. Both can move a
//! gate only forwards of its floor, and by less than [`LEAP_MS`]. The floor then follows, and a true clock is behind it:
//! after such a theft the gate's `floors.json` is to be removed by hand.

use std::time::Duration;

use jiff::Timestamp;
use playlists::Trust;
use protocol::ClockHealth;

/// No release runs before this one was made: 2026-11-01T00:00:00Z.
const MADE_MS: i64 = 1_793_491_200_000;

/// The floor rises with the time that has passed since it was laid, less a hundredth: no clock that goes at all is off by
/// more, and a floor that overtakes the truth would shut out who knows it.
const FLOOR_LAG: i64 = 100;

/// A clock this far above the floor is taken for a broken one, not for a gate that slept so long.
const LEAP_MS: i64 = 10 * 365 * 24 * 3_600_000;

/// Clocks of people and of gates are apart by some seconds; what is that little behind the floor is not broken.
const SLACK_MS: i64 = 60_000;

/// Two clocks that part by so much have parted because somebody set one: slewing moves both alike, a leap second is
/// half of this, and the schedule begins no slot that is shorter. What is less adds up until it is this much.
pub(crate) const STEP_MS: i64 = 2_000;

/// Two months of a bad crystal. Who is further from the controller's clock was set wrong.
const DRIFTED_MS: i64 = 10 * 60_000;

/// The time service asks at least every 2048 s. If it has had no answer for so long, it is not kept any more.
const STALE_MS: i64 = 3 * 3_600_000;

/// A cheap crystal in the sun and in the cold, in parts of a million: 8.6 s a day.
pub(crate) const DRIFT_PPM: i64 = 100;

/// What was read, all at one moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Look {
    /// The system's clock, in milliseconds since 1970.
    pub(crate) wall_ms: i64,
    /// A clock that nobody sets, from any beginning.
    pub(crate) elapsed: Duration,
    /// How long it took to read both: so far apart they may be.
    pub(crate) took: Duration,
    /// When NTP last set the system's clock, by that clock.
    pub(crate) set_ms: Option<i64>,
}

/// A controller's answer: what time it was there, between the question and the answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Told {
    pub(crate) at: Timestamp,
    /// By the clock that nobody sets.
    pub(crate) asked: Duration,
    pub(crate) heard: Duration,
}

/// Who says what time it is, or why nobody does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Source {
    Ntp,
    Controller,
    System,
    /// Without a battery the system's clock goes on after a power cut where it stopped.
    NoBattery,
    /// Somebody set it, and nobody bears it out.
    Stepped,
    BehindFloor,
    Implausible,
    /// Not the time at all: somebody made this clock, to see what plays by it.
    Made,
}

/// What to believe.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Reading {
    /// In whole milliseconds, so that what is said on the wire is exactly what was drawn for.
    pub(crate) now: Timestamp,
    /// Whether dates count.
    pub(crate) trust: Trust,
    /// Who says so, or why not.
    pub(crate) source: Source,
    /// Below this the clock is not believed.
    pub(crate) floor: Timestamp,
    /// Since when it is trusted, or not, by `now`.
    pub(crate) since: Timestamp,
    /// By the clock that nobody sets.
    pub(crate) elapsed: Duration,
    /// By how much the system's clock is ahead of the controller's.
    pub(crate) offset_ms: Option<i64>,
    /// By how much `now` may be wrong, as far as it can be known.
    pub(crate) error_ms: Option<u64>,
    /// How often the system's clock was set.
    pub(crate) steps: u64,
    /// By how much the last time.
    pub(crate) last_step_ms: Option<i64>,
    /// Whether the system's clock is known to be wrong, whoever is believed in its place.
    pub(crate) doubted: bool,
}

/// What is remembered between two looks.
#[derive(Debug)]
pub(crate) struct Judge {
    /// Whether the system's clock runs on without power.
    battery: bool,
    /// As it was when it was laid, and since when that is.
    floor_ms: i64,
    floor_since_ms: Option<i64>,
    looked_ms: i64,
    /// The controller's time at the moment of its arrival.
    told: Option<Estimate>,
    /// The system's clock when it was last believed.
    held: Option<Held>,
    /// When NTP set it last.
    kept: Option<i64>,
    /// By how much the two clocks differ, as of the last step.
    anchor_ms: Option<i64>,
    steps: u64,
    last_step_ms: Option<i64>,
    since: Option<(Trust, i64)>,
    /// Whether the system's clock is known to be wrong.
    doubted: bool,
    /// If it was so from the start, NTP's mark of then: it is from before that, and does not speak for it.
    disproved: Option<Option<i64>>,
}

#[derive(Debug, Clone, Copy)]
struct Estimate {
    at_ms: i64,
    elapsed_ms: i64,
    error_ms: i64,
}

#[derive(Debug, Clone, Copy)]
struct Held {
    offset_ms: i64,
    set_ms: Option<i64>,
    /// Whether it was NTP's mark that spoke for it.
    by_ntp: bool,
}

impl Judge {
    /// One that has not looked yet, and believes nothing below `floor`; nor the system's clock, if it was `doubted` when
    /// the last one looked.
    pub(crate) fn new(floor: Option<Timestamp>, battery: bool, doubted: bool) -> Self {
        let floor_ms = floor.map_or(MADE_MS, |floor| floor.as_millisecond().max(MADE_MS));
        let (told, held, kept, anchor_ms, last_step_ms, since) = (None, None, None, None, None, None);
        Self {
            battery,
            floor_ms,
            floor_since_ms: None,
            looked_ms: 0,
            told,
            held,
            kept,
            anchor_ms,
            steps: 0,
            last_step_ms,
            since,
            doubted,
            disproved: None,
        }
    }

    /// Below this the clock is not believed.
    pub(crate) fn floor(&self) -> Timestamp {
        moment(self.floor_ms)
    }

    /// Whether the system's clock is known to be wrong.
    pub(crate) fn doubted(&self) -> bool {
        self.doubted
    }

    /// Moves the floor up; never down.
    pub(crate) fn raise_floor(&mut self, to: Timestamp) {
        if self.risen_ms(self.looked_ms) < to.as_millisecond() {
            (self.floor_ms, self.floor_since_ms) = (to.as_millisecond(), None);
        }
    }

    /// Takes the controller's word, already verified, if it is possible at all. Whether it was taken.
    pub(crate) fn told(&mut self, told: Told) -> bool {
        let half_ms = millis(told.heard.saturating_sub(told.asked)) / 2;
        let new = Estimate {
            at_ms: told.at.as_millisecond() + half_ms,
            elapsed_ms: millis(told.heard),
            error_ms: half_ms + 1,
        };
        if self.plausible(new.at_ms, new.elapsed_ms).is_err() {
            return false;
        }
        // An answer over a slow link is no better than what is known from a fast one; if they exclude each other, the
        // controller's clock was set.
        let better = self.told.map(|old| old.later(new.elapsed_ms)).filter(|old| {
            old.error_ms <= new.error_ms && (old.at_ms - new.at_ms).abs() <= old.error_ms + new.error_ms
        });
        if better.is_none() {
            self.told = Some(new);
        }
        true
    }

    /// Judges what was read.
    pub(crate) fn look(&mut self, look: &Look) -> Reading {
        let elapsed_ms = millis(look.elapsed);
        self.looked_ms = elapsed_ms;
        self.floor_since_ms.get_or_insert(elapsed_ms);
        if self.doubted && self.since.is_none() {
            self.disproved = Some(look.set_ms);
        }
        let offset_ms = look.wall_ms - elapsed_ms;
        let allowed_ms = STEP_MS + millis(look.took);
        let anchor_ms = *self.anchor_ms.get_or_insert(offset_ms);
        if (offset_ms - anchor_ms).abs() >= allowed_ms {
            self.anchor_ms = Some(offset_ms);
            self.steps += 1;
            self.last_step_ms = Some(offset_ms - anchor_ms);
        }

        let told = self.told.map(|told| told.later(elapsed_ms));
        let (source, now_ms, error_ms) = self.choose(look, offset_ms, allowed_ms, told);
        match source {
            // A mark speaks once: whoever sets the clock by a little, again and again, is not covered by it.
            Source::Ntp if self.held.is_none_or(|held| held.set_ms != look.set_ms) => {
                self.held = Some(Held { offset_ms, set_ms: look.set_ms, by_ntp: true });
                let since_set_ms = look.set_ms.map_or(0, |set| (look.wall_ms - set).max(0));
                self.kept = Some(elapsed_ms - since_set_ms);
                self.anchor_ms = Some(offset_ms);
            }
            Source::Ntp => {}
            Source::System => {
                self.held.get_or_insert(Held { offset_ms, set_ms: look.set_ms, by_ntp: false });
            }
            // Whoever moves it from where the controller bears it out has set it.
            Source::Controller
                if (self.held.is_none() || self.has_moved(offset_ms, allowed_ms))
                    && told.is_some_and(|told| told.bears_out(look.wall_ms, allowed_ms)) =>
            {
                self.held = Some(Held { offset_ms, set_ms: look.set_ms, by_ntp: false });
            }
            Source::Controller
            | Source::NoBattery
            | Source::Stepped
            | Source::BehindFloor
            | Source::Implausible
            | Source::Made => {}
        }
        self.doubted = self.doubts(source, look.wall_ms, offset_ms, allowed_ms, told);
        if !self.doubted {
            self.disproved = None;
        }
        let trust = source.trust();
        let (_, since_ms) =
            *self.since.insert(self.since.filter(|(was, _)| *was == trust).unwrap_or((trust, elapsed_ms)));
        Reading {
            now: moment(now_ms),
            trust,
            source,
            floor: moment(self.risen_ms(elapsed_ms)),
            since: moment(now_ms - (elapsed_ms - since_ms)),
            elapsed: look.elapsed,
            offset_ms: told.map(|told| look.wall_ms - told.at_ms),
            error_ms: error_ms.and_then(|ms| u64::try_from(ms).ok()),
            steps: self.steps,
            last_step_ms: self.last_step_ms,
            doubted: self.doubted,
        }
    }

    /// Whether the system's clock is known to be wrong. A power cut or a new start makes it no better: the battery's
    /// clock may have been set with it.
    fn doubts(
        &self,
        source: Source,
        wall_ms: i64,
        offset_ms: i64,
        allowed_ms: i64,
        told: Option<Estimate>,
    ) -> bool {
        match (source, told) {
            (Source::Ntp | Source::System, _) => false,
            (Source::Controller, Some(told)) => {
                // In between it may have drifted, if nobody was seen to set it.
                let is_set = self.doubted || self.has_moved(offset_ms, allowed_ms);
                DRIFTED_MS <= told.apart_ms(wall_ms) || !told.bears_out(wall_ms, allowed_ms) && is_set
            }
            (Source::Controller | Source::NoBattery | Source::Made, _) => self.doubted,
            (Source::Stepped | Source::BehindFloor | Source::Implausible, _) => true,
        }
    }

    fn has_moved(&self, offset_ms: i64, allowed_ms: i64) -> bool {
        self.held.is_some_and(|held| (offset_ms - held.offset_ms).abs() >= allowed_ms)
    }

    /// Who is believed, what time it is then, and how wrong that may be.
    fn choose(
        &self,
        look: &Look,
        offset_ms: i64,
        allowed_ms: i64,
        told: Option<Estimate>,
    ) -> (Source, i64, Option<i64>) {
        let elapsed_ms = millis(look.elapsed);
        let plausible = self.plausible(look.wall_ms, elapsed_ms);
        let moved = self.has_moved(offset_ms, allowed_ms);
        // Only a mark that NTP made after the step speaks for the step.
        let vouched = match self.held {
            Some(held) if held.set_ms == look.set_ms => held.by_ntp && !moved,
            Some(_) | None => self.disproved != Some(look.set_ms),
        };
        let fresh = look.set_ms.is_some_and(|set| (-STEP_MS..STALE_MS).contains(&(look.wall_ms - set)));
        if plausible.is_ok() && fresh && vouched {
            return (Source::Ntp, look.wall_ms, None);
        }
        if let Some(told) = told.filter(|told| self.plausible(told.at_ms, elapsed_ms).is_ok()) {
            return (Source::Controller, told.at_ms, Some(told.error_ms));
        }
        let source = match plausible {
            Err(source) => source,
            Ok(()) if moved || self.disproved.is_some() => Source::Stepped,
            Ok(()) if !self.battery && self.held.is_none() => Source::NoBattery,
            Ok(()) => Source::System,
        };
        let error_ms = self.kept.filter(|_| source == Source::System);
        (source, look.wall_ms, error_ms.map(|kept| drift(elapsed_ms - kept)))
    }

    /// The floor, as it is by now: a clock that is known to be behind does not become right by going on.
    fn risen_ms(&self, elapsed_ms: i64) -> i64 {
        let passed_ms = self.floor_since_ms.map_or(0, |since| (elapsed_ms - since).max(0));
        self.floor_ms.saturating_add(passed_ms - passed_ms / FLOOR_LAG)
    }

    fn plausible(&self, at_ms: i64, elapsed_ms: i64) -> Result<(), Source> {
        let floor_ms = self.risen_ms(elapsed_ms);
        if at_ms < floor_ms.saturating_sub(SLACK_MS) {
            Err(Source::BehindFloor)
        } else if at_ms >= floor_ms.saturating_add(LEAP_MS) {
            Err(Source::Implausible)
        } else {
            Ok(())
        }
    }
}

impl Estimate {
    fn later(self, elapsed_ms: i64) -> Self {
        let passed_ms = elapsed_ms - self.elapsed_ms;
        Self { at_ms: self.at_ms + passed_ms, elapsed_ms, error_ms: self.error_ms + drift(passed_ms) }
    }

    /// How far another clock is from it at least, both looked at now.
    fn apart_ms(self, wall_ms: i64) -> i64 {
        (wall_ms - self.at_ms).abs() - self.error_ms
    }

    /// Whether another clock is right for certain. An old word proves none right.
    fn bears_out(self, wall_ms: i64, allowed_ms: i64) -> bool {
        (wall_ms - self.at_ms).abs() + self.error_ms < allowed_ms
    }
}

impl Source {
    /// As it is reported.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Ntp => "ntp",
            Self::Controller => "controller",
            Self::System => "system",
            Self::NoBattery => "no-battery",
            Self::Stepped => "stepped",
            Self::BehindFloor => "behind-floor",
            Self::Implausible => "implausible",
            Self::Made => "made",
        }
    }

    /// Whether somebody outside this box says so: only then may it become a floor, or a battery's clock that is an
    /// hour fast would be believed for ever more than whoever knows better.
    pub(crate) fn vouched(self) -> bool {
        match self {
            Self::Ntp | Self::Controller => true,
            Self::System
            | Self::NoBattery
            | Self::Stepped
            | Self::BehindFloor
            | Self::Implausible
            | Self::Made => false,
        }
    }

    fn trust(self) -> Trust {
        match self {
            Self::Ntp | Self::Controller | Self::System | Self::Made => Trust::Trusted,
            Self::NoBattery | Self::Stepped | Self::BehindFloor | Self::Implausible => Trust::Untrusted,
        }
    }
}

impl Reading {
    /// As it is reported.
    pub(crate) fn health(&self) -> ClockHealth {
        ClockHealth {
            trust: self.trust,
            source: self.source.as_str().to_owned(),
            floor: self.floor,
            since: Some(self.since),
            offset_ms: self.offset_ms,
            error_ms: self.error_ms,
            steps: self.steps,
            last_step_ms: self.last_step_ms,
        }
    }
}

fn drift(passed_ms: i64) -> i64 {
    passed_ms.max(0).saturating_mul(DRIFT_PPM) / 1_000_000
}

fn millis(duration: Duration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)
}

fn moment(ms: i64) -> Timestamp {
    let limit = if ms < 0 { Timestamp::MIN } else { Timestamp::MAX };
    Timestamp::from_millisecond(ms).unwrap_or(limit)
}

#[cfg(test)]
mod tests;
