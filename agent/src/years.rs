//! Years at a gate, simulated: power cuts, clocks that are set, bundles that change, and what was on the wall meanwhile.
//!
//! Judge, state, bundles, signatures and `decide` are the agent's own; only threads, files and the network are played.
//! The world knows the true time. What is on the wall is held against what `plays` says of the bundle that the gate has
//! confirmed:
//!
//! - *Wrong* is every millisecond in which a gate that trusts its clock shows what is not due at any moment within its
//!   tolerance of the true one. The tolerance is what the clock may be beside the truth, by who says what time it is:
//!   - `ntp`: a step that is too small to be one (`STEP_MS`, 2 s), and a crystal's drift since NTP set the clock, 1.1 s at
//!     most;
//!   - `controller`: the error that the judge states, and what NTP may slew meanwhile (0.4 s);
//!   - `system`: `STEP_MS`, and the error that the judge states; where it can state none, because only the battery speaks
//!     since the start, a crystal's drift since the battery's clock was last set by one who knew;
//!   - and for each of them 0.1 s, by which NTP and the controller may be wrong themselves.
//! - *Dated* is every millisecond in which a gate that does not trust its clock shows what has any times.
//!
//! Time counts while the machine runs: not in a power cut, nor in its sleep and the rest of the second in which the
//! panel's task was to look again. That task looks once a second; here it looks when something is to change, at ten minutes
//! at the latest, and just before and within a second after anything happens to a clock. The agent's loop has a turn every
//! ten minutes instead of seconds, and within ten seconds after that.
//!
//! What no gate can know does not happen here: an NTP server, a controller or a battery that is wrong, but neither behind
//! all that the gate has seen nor ten years ahead; and a clock that is set while no agent runs, or in the ten seconds before
//! the power goes. Whoever finds a wrong clock and sets it sets it right.

mod dice;
mod gate;
mod machine;
mod publisher;
mod truth;
mod world;

use std::{fmt, thread};

use self::{
    gate::Built,
    machine::DAY,
    world::{Site, World},
};

/// What came of it.
#[derive(Debug, Default)]
struct Score {
    looks: u64,
    /// How often something else came on the wall.
    changes: u64,
    cuts: u64,
    broken_batteries: u64,
    lost_files: u64,
    restarts: u64,
    sleeps: u64,
    steps: u64,
    published: u64,
    withdrawals: u64,
    bundles: u64,
    answers: u64,
    refused_answers: u64,
    refused_bundles: u64,
    trusted_ms: i64,
    /// Of that, on nobody's word but the battery's.
    battery_ms: i64,
    untrusted_ms: i64,
    tolerance_ms: i128,
    wrong_ms: i64,
    first_wrong: Option<String>,
    dated_ms: i64,
}

impl fmt::Display for Score {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let watched_ms = self.trusted_ms + self.untrusted_ms;
        let share = |ms: i64| 100.0 * ms as f64 / watched_ms as f64;
        write!(
            f,
            "{:.1} years lit, {} looks, {} changes, {} cuts ({} broken batteries, {} lost files), {} restarts, {} sleeps, \
             {} steps, {} bundles published ({} withdrawals), {} shown, {} refused, {} answers, {} refused; trusted {:.2} % \
             (battery alone {:.2} %), within {:.1} s on average; wrong {} ms, dated {} ms",
            watched_ms as f64 / (365.0 * 86_400_000.0),
            self.looks,
            self.changes,
            self.cuts,
            self.broken_batteries,
            self.lost_files,
            self.restarts,
            self.sleeps,
            self.steps,
            self.published,
            self.withdrawals,
            self.bundles,
            self.refused_bundles,
            self.answers,
            self.refused_answers,
            share(self.trusted_ms),
            share(self.battery_ms),
            self.tolerance_ms as f64 / self.trusted_ms as f64 / 1000.0,
            self.wrong_ms,
            self.dated_ms,
        )
    }
}

/// Every second one has a battery; every third one has summer time.
fn site(seed: u64, gate: Built) -> Site {
    let time_zone = if seed % 3 == 2 { "Europe/Berlin" } else { "Asia/Ho_Chi_Minh" };
    Site { seed, battery: seed.is_multiple_of(2), time_zone, gate }
}

/// Gates, each with its seed and the days that it lives. Two at a time, in the order given.
fn live(gates: &[(u64, i64)], built: Built) -> Vec<Score> {
    let live = |(seed, days): &(u64, i64)| {
        let score = World::new(site(*seed, built)).lives(days * DAY);
        println!("gate {seed}, {built:?}: {score}");
        score
    };
    let (first, others) = gates.split_at(1);
    thread::scope(|scope| {
        let others = scope.spawn(|| others.iter().map(live).collect::<Vec<_>>());
        let mut scores: Vec<_> = first.iter().map(live).collect();
        scores.extend(others.join().unwrap());
        scores
    })
}

/// Nothing wrong, nothing dated; and enough has happened for that to mean something.
#[track_caller]
fn check(gates: &[(u64, i64)]) {
    for (score, (seed, days)) in live(gates, Built::AsItIs).iter().zip(gates) {
        let at = format!("gate {seed}: {score}: {:?}", score.first_wrong);
        assert_eq!((score.wrong_ms, score.dated_ms), (0, 0), "{at}");
        let days = *days as u64;
        assert!(score.untrusted_ms < score.trusted_ms / 5 && 0 < score.untrusted_ms, "{at}");
        assert!(days * 86_400_000 / 2 < (score.trusted_ms + score.untrusted_ms) as u64, "{at}");
        assert!(days * 200 < score.changes && days / 40 < score.cuts && days / 20 < score.steps, "{at}");
        assert!(days / 10 < score.bundles && days < score.answers, "{at}");
    }
}

#[test]
fn months_pass_without_a_wrong_second() {
    check(&[(50, 60), (51, 60)]);
}

#[test]
fn a_gate_that_is_built_wrongly_is_found_out() {
    for score in live(&[(50, 60), (51, 60)], Built::Gullible) {
        assert!(60_000 < score.wrong_ms, "{score}");
        assert_eq!(score.untrusted_ms, 0);
    }
    for score in live(&[(50, 60), (51, 60)], Built::Careless) {
        assert!(60_000 < score.dated_ms, "{score}");
        assert_eq!(score.wrong_ms, 0);
    }
}

/// One gate through ten years without a break, and eight others, of all kinds, for one each.
#[test]
#[ignore = "half a minute when it is optimised, ten times as long when it is not"]
fn ten_years_pass_without_a_wrong_second() {
    let others = (3..11).map(|seed| (seed, 365));
    check(&std::iter::once((2, 3652)).chain(others).collect::<Vec<_>>());
}
