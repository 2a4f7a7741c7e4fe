//! The box: its crystal, the system's clock, the battery's clock, and who sets them.

use std::{f64::consts::TAU, time::Duration};

use crate::trust::{DRIFT_PPM, Look};

use super::dice::Dice;

/// Nanoseconds, as all times of the simulated world.
pub(super) const MILLI: i64 = 1_000_000;
pub(super) const SECOND: i64 = 1_000 * MILLI;
pub(super) const MINUTE: i64 = 60 * SECOND;
pub(super) const HOUR: i64 = 60 * MINUTE;
pub(super) const DAY: i64 = 24 * HOUR;

/// 2099-01-01T00:00:00Z, where a dead battery's clock may begin.
pub(super) const LATE: i64 = 4_070_908_800 * SECOND;

/// timesyncd slews what is less, and sets what is more.
pub(super) const SLEWED: i64 = 400 * MILLI;

/// How far a crystal goes astray by its making, and how much more in a day's heat, in parts of a billion.
const MADE: i64 = 80_000;
const WARMED: f64 = 19_000.0;

pub(super) struct Machine {
    /// The true time, since 1970. Nobody at the gate knows it.
    pub(super) now: i64,
    elapsed: i64,
    pub(super) clock: i64,
    /// NTP's mark.
    pub(super) set_ms: Option<i64>,
    /// What NTP has still to slew.
    slewing: i64,
    pub(super) battery: bool,
    crystal_ppb: i64,
    battery_ppb: i64,
    /// The battery's clock is ahead of the truth by so much, as of `battery_seen`.
    battery_wrong: i64,
    battery_seen: i64,
    /// When it was set by one who knew.
    battery_right: i64,
}

/// What a battery's clock does in a power cut.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Battery {
    RunsOn,
    Leaps(i64),
    Begins(i64),
}

impl Machine {
    pub(super) fn new(now: i64, battery: bool, dice: &mut Dice) -> Self {
        Self {
            now,
            elapsed: 0,
            clock: now,
            set_ms: None,
            slewing: 0,
            battery,
            crystal_ppb: dice.between(-MADE, MADE),
            battery_ppb: dice.between(-MADE, MADE),
            battery_wrong: 0,
            battery_seen: now,
            battery_right: now,
        }
    }

    /// Time passes until the true time is `until`. With power or without it; the battery's clock is counted apart.
    pub(super) fn passes(&mut self, until: i64) {
        let passed = until - self.now;
        let warmth = (self.now.rem_euclid(DAY) as f64 / DAY as f64 * TAU).sin();
        let ppb = self.crystal_ppb + (WARMED * warmth) as i64;
        let most = passed / 2_000;
        let slewed = self.slewing.clamp(-most, most);
        self.slewing -= slewed;
        let ticked = passed + part(passed, ppb) + slewed;
        self.now = until;
        self.elapsed += ticked;
        self.clock += ticked;
    }

    /// When so much has passed by its own clocks.
    pub(super) fn after(&self, ticked: i64) -> i64 {
        self.now + ticked - part(ticked, self.crystal_ppb)
    }

    pub(super) fn look(&self) -> Look {
        Look {
            wall_ms: self.clock.div_euclid(MILLI),
            elapsed: Duration::from_nanos(self.elapsed.try_into().unwrap()),
            took: Duration::from_micros(2),
            set_ms: self.set_ms,
        }
    }

    /// How far the system's clock is from the truth.
    pub(super) fn wrong(&self) -> i64 {
        self.clock - self.now
    }

    /// NTP says that it is `wrong` beside the truth. The kernel then sets the battery's clock, too.
    pub(super) fn ntp_says(&mut self, wrong: i64) {
        let missing = wrong - self.wrong();
        if missing.abs() < SLEWED {
            self.slewing = missing;
        } else {
            self.clock += missing;
            self.slewing = 0;
        }
        self.set_ms = Some(self.clock.div_euclid(MILLI));
        self.set_battery();
        self.battery_right = self.now;
    }

    /// Somebody sets the system's clock, and with `timedatectl` the battery's, too.
    pub(super) fn is_set(&mut self, clock: i64, battery_too: bool) {
        self.clock = clock;
        if battery_too {
            self.set_battery();
        }
    }

    /// Whoever has set it knew the time.
    pub(super) fn is_right(&mut self) {
        self.battery_right = self.now;
    }

    fn set_battery(&mut self) {
        (self.battery_wrong, self.battery_seen) = (self.wrong(), self.now);
    }

    /// Power is back after a cut that began when the system's clock stood where it stands.
    pub(super) fn starts(&mut self, battery: Battery, stopped: i64) {
        self.battery_wrong += part(self.now - self.battery_seen, self.battery_ppb);
        self.battery_seen = self.now;
        match battery {
            Battery::RunsOn => {}
            Battery::Leaps(by) => self.battery_wrong += by,
            Battery::Begins(at) => self.battery_wrong = at - self.now,
        }
        // Without a battery the last moment that was written down goes on.
        let leap = if let Battery::Leaps(by) = battery { by } else { 0 };
        self.clock = match (self.battery, battery) {
            (true, _) => self.now + self.battery_wrong,
            (false, Battery::Begins(at)) => at,
            (false, _) => stopped + leap,
        };
        self.elapsed = 9 * SECOND;
        self.set_ms = None;
        self.slewing = 0;
    }

    /// How far a battery's clock, that nobody has set wrong, can have gone astray.
    pub(super) fn astray(&self) -> i64 {
        part(self.now - self.battery_right, DRIFT_PPM * 1_000)
    }
}

fn part(of: i64, ppb: i64) -> i64 {
    i64::try_from(i128::from(of) * i128::from(ppb) / 1_000_000_000).unwrap()
}
