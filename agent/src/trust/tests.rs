//! The judge in tables: what happens at a gate, and whom it believes then.

use super::*;

/// What happens. Only `Wait` takes time; by true time, which the gate does not know, it is 2027 at the beginning.
#[derive(Debug, Clone, Copy)]
enum What {
    Look,
    Wait(i64),
    /// Asleep: the clock that nobody sets runs on, as the wall clock does.
    Sleep(i64),
    /// Somebody sets the system's clock: by so many milliseconds, or to a moment.
    Set(i64),
    SetTo(&'static str),
    /// NTP sets it to so many milliseconds beside the truth.
    Ntp(i64),
    /// The controller's word, so many milliseconds beside the truth, so long on its way.
    Told(i64, i64),
    Floor(&'static str),
    /// The agent starts again, after a power cut of so many milliseconds, or at once; what it knew is on its disk.
    Restart,
    Cut(i64),
}

use What::{Cut, Floor, Look as Now, Ntp, Restart, Set, SetTo, Sleep, Told as Says, Wait};

const SECOND: i64 = 1000;
const HOUR: i64 = 3600 * SECOND;
const DAY: i64 = 24 * HOUR;

fn at(text: &str) -> i64 {
    text.parse::<Timestamp>().unwrap().as_millisecond()
}

struct Gate {
    judge: Judge,
    true_ms: i64,
    elapsed_ms: i64,
    wall_ms: i64,
    set_ms: Option<i64>,
}

impl Gate {
    /// Just switched on, with a clock that is so many milliseconds beside the truth.
    fn new(wrong_ms: i64, battery: bool) -> Self {
        let true_ms = at("2027-01-01T00:00:00Z");
        let floor = Some("2026-12-31T20:00:00Z".parse().unwrap());
        let judge = Judge::new(floor, battery, false);
        Self { judge, true_ms, elapsed_ms: 5000, wall_ms: true_ms + wrong_ms, set_ms: None }
    }

    fn passes(&mut self, ms: i64) {
        self.true_ms += ms;
        self.elapsed_ms += ms;
        self.wall_ms += ms;
    }

    fn happens(&mut self, what: What) {
        match what {
            Now => {}
            Wait(ms) | Sleep(ms) => self.passes(ms),
            Set(ms) => self.wall_ms += ms,
            SetTo(moment) => self.wall_ms = at(moment),
            Ntp(wrong_ms) => {
                self.wall_ms = self.true_ms + wrong_ms;
                self.set_ms = Some(self.wall_ms);
            }
            Says(wrong_ms, trip_ms) => {
                let asked = duration(self.elapsed_ms);
                // All of the way was the way there: the worst that can be.
                self.passes(trip_ms);
                let at = moment(self.true_ms + wrong_ms);
                self.judge.told(Told { at, asked, heard: duration(self.elapsed_ms) });
            }
            Floor(to) => self.judge.raise_floor(moment(at(to))),
            Restart => self.restarts(),
            Cut(ms) => {
                self.passes(ms);
                self.restarts();
                (self.elapsed_ms, self.set_ms) = (5000, None);
            }
        }
    }

    fn restarts(&mut self) {
        let last = self.looks();
        self.judge = Judge::new(Some(last.floor), self.judge.battery, last.doubted);
    }

    fn looks(&mut self) -> Reading {
        let elapsed = duration(self.elapsed_ms);
        let look = Look { wall_ms: self.wall_ms, elapsed, took: Duration::ZERO, set_ms: self.set_ms };
        self.judge.look(&look)
    }
}

fn duration(ms: i64) -> Duration {
    Duration::from_millis(ms.try_into().unwrap())
}

/// What happens, and then: who is believed, and by how many milliseconds that is beside the truth. It does not matter
/// of those who are not believed.
#[track_caller]
fn follow(mut gate: Gate, story: &[(What, &str)]) -> Reading {
    gate.looks();
    for (n, (what, expected)) in story.iter().enumerate() {
        gate.happens(*what);
        let reading = gate.looks();
        let wrong_ms = reading.now.as_millisecond() - gate.true_ms;
        let source = reading.source.as_str();
        let said = match reading.trust {
            Trust::Trusted => format!("{source} {wrong_ms}"),
            Trust::Untrusted => source.to_owned(),
        };
        assert_eq!(said, *expected, "{n}: {what:?}");
    }
    gate.looks()
}

#[track_caller]
fn check(wrong_ms: i64, story: &[(What, &str)]) -> Reading {
    follow(Gate::new(wrong_ms, true), story)
}

#[track_caller]
fn check_without_battery(wrong_ms: i64, story: &[(What, &str)]) {
    follow(Gate::new(wrong_ms, false), story);
}

fn to(moment: &str) -> i64 {
    at(moment) - at("2027-01-01T00:00:00Z")
}

#[test]
fn a_battery_is_believed_within_what_is_plausible() {
    check(0, &[(Now, "system 0"), (Wait(DAY), "system 0")]);
    check(-4 * HOUR, &[(Now, "system -14400000")]);
    check(-4 * HOUR - 61 * SECOND, &[(Now, "behind-floor"), (Wait(SECOND), "behind-floor")]);
    check(to("1970-01-01T00:05:00Z"), &[(Now, "behind-floor"), (Wait(DAY), "behind-floor")]);
    // A day behind: it does not become right by going on.
    check(-DAY, &[(Now, "behind-floor"), (Wait(DAY), "behind-floor"), (Sleep(30 * DAY), "behind-floor")]);
    check(to("2099-01-01T00:00:00Z"), &[(Now, "implausible"), (Wait(DAY), "implausible")]);
    check(0, &[(Floor("2027-01-01T00:01:00Z"), "system 0"), (Floor("2027-01-01T00:01:01Z"), "behind-floor")]);
    check(0, &[(Floor("2020-01-01T00:00:00Z"), "system 0")]);
    // A floor never outruns a clock that goes, whatever its crystal: NTP is heard after years.
    check(
        0,
        &[(Wait(3000 * DAY), "system 0"), (Floor("2035-03-19T23:59:00Z"), "system 0"), (Ntp(0), "ntp 0")],
    );
}

#[test]
fn without_a_battery_somebody_else_must_say() {
    check_without_battery(-HOUR, &[(Now, "no-battery"), (Wait(DAY), "no-battery"), (Ntp(0), "ntp 0")]);
    check_without_battery(-HOUR, &[(Says(0, 0), "controller 0"), (Wait(DAY), "controller 0")]);
    // What NTP has set goes on after it.
    check_without_battery(-HOUR, &[(Ntp(0), "ntp 0"), (Wait(DAY), "system 0")]);
}

#[test]
fn ntp_may_set_the_clock_as_it_likes() {
    for wrong in [1, -1].into_iter().flat_map(|sign| [SECOND, HOUR, 3 * HOUR].map(|ms| sign * ms)) {
        let story = [(Now, &*format!("system {wrong}")), (Ntp(0), "ntp 0"), (Wait(HOUR), "ntp 0")];
        check(wrong, &story);
    }
    let stepped = check(HOUR, &[(Ntp(0), "ntp 0"), (Wait(HOUR), "ntp 0"), (Ntp(1500), "ntp 1500")]);
    assert_eq!((stepped.steps, stepped.last_step_ms), (1, Some(-HOUR)), "a second is none");
    check(to("1970-01-01T00:00:10Z"), &[(Now, "behind-floor"), (Ntp(0), "ntp 0")]);
    check(to("2099-01-01T00:00:00Z"), &[(Now, "implausible"), (Ntp(0), "ntp 0")]);
    check(0, &[(Ntp(to("2099-01-01T00:00:00Z")), "implausible"), (Ntp(0), "ntp 0")]);
}

#[test]
fn a_clock_that_somebody_sets_is_not_believed_until_it_is_borne_out() {
    for step in [2 * SECOND, -2 * SECOND, HOUR, -HOUR, DAY, 365 * DAY] {
        let stepped = check(0, &[(Wait(HOUR), "system 0"), (Set(step), "stepped"), (Wait(DAY), "stepped")]);
        assert_eq!((stepped.steps, stepped.last_step_ms), (1, Some(step)));
        assert_eq!(stepped.now.duration_since(stepped.since).as_secs(), DAY / SECOND);
        check(0, &[(Set(step), "stepped"), (Set(-step), "system 0")]);
        check(0, &[(Set(step), "stepped"), (Wait(HOUR), "stepped"), (Ntp(0), "ntp 0")]);
        check(0, &[(Set(step), "stepped"), (Says(0, 0), "controller 0")]);
        check(0, &[(Says(0, 0), "controller 0"), (Set(step), "controller 0")]);
        // NTP's mark is from before the step: it does not speak for it.
        check(0, &[(Ntp(0), "ntp 0"), (Set(step), "stepped"), (Wait(SECOND), "stepped"), (Ntp(0), "ntp 0")]);
    }
    let small = check(0, &[(Set(1999), "system 1999")]);
    assert_eq!(small.steps, 0);
    check(0, &[(Set(1500), "system 1500"), (Set(1500), "stepped")]);
    // However little each time, and although NTP's mark is fresh.
    check(0, &[(Ntp(0), "ntp 0"), (Set(1500), "ntp 1500"), (Set(1500), "stepped"), (Ntp(0), "ntp 0")]);
    // The controller's word is not so exact that it could bear the step out, and NTP's mark is still the old one.
    let slow = [(Says(0, 2200), "controller 1100"), (Ntp(0), "ntp 0"), (Set(2900), "controller 1100")];
    check(0, &[&slow[..], &[(Now, "controller 1100")]].concat());
    // A box whose clock came late, and one that was put right by hand.
    check(to("1970-01-01T00:00:10Z"), &[(SetTo("2027-01-01T00:00:00Z"), "system 0"), (Set(DAY), "stepped")]);
    check(
        0,
        &[(SetTo("1970-01-01T00:00:00Z"), "behind-floor"), (SetTo("2099-01-01T00:00:00Z"), "implausible")],
    );
}

#[test]
fn what_was_found_wrong_is_no_better_after_a_new_start() {
    for again in [Restart, Cut(HOUR)] {
        for step in [5 * 60 * SECOND, -HOUR, DAY, 40 * DAY] {
            check(
                0,
                &[(Set(step), "stepped"), (again, "stepped"), (Wait(DAY), "stepped"), (Ntp(0), "ntp 0")],
            );
            check(0, &[(Set(step), "stepped"), (again, "stepped"), (again, "stepped")]);
            // The controller has been believed in its place, and is not heard after the cut.
            check(0, &[(Says(0, 0), "controller 0"), (Set(step), "controller 0"), (again, "stepped")]);
            // NTP's mark is from before.
            let marked = [(Ntp(0), "ntp 0"), (Set(step), "stepped"), (again, "stepped")];
            check(0, &[&marked[..], &[(Wait(HOUR), "stepped"), (Ntp(0), "ntp 0")]].concat());
            // Whoever has borne it out is remembered.
            let put_right = [(Set(step), "stepped"), (again, "stepped"), (Ntp(0), "ntp 0")];
            check(0, &[&put_right[..], &[(Cut(HOUR), "system 0")]].concat());
            let put_back = [(Set(step), "stepped"), (Set(-step), "system 0"), (again, "system 0")];
            check(0, &put_back);
            check(
                0,
                &[
                    (Set(step), "stepped"),
                    (again, "stepped"),
                    (Set(-step), "stepped"),
                    (Says(0, 0), "controller 0"),
                    (again, "system 0"),
                ],
            );
        }
        check(-HOUR, &[(Says(0, 0), "controller 0"), (again, "stepped")]);
        check(
            -DAY,
            &[(Now, "behind-floor"), (again, "behind-floor"), (SetTo("2027-01-01T09:00:00Z"), "stepped")],
        );
        // That the controller has borne it out is no excuse for what is done to it later.
        check(
            to("1970-01-01T00:00:00Z"),
            &[
                (Says(0, 0), "controller 0"),
                (SetTo("2027-01-01T00:00:00Z"), "controller 0"),
                (Set(-5 * 60 * SECOND), "controller 0"),
                (again, "stepped"),
            ],
        );
        // Put right by hand, and the controller says so, too: it is right for longer than the controller is heard.
        check(
            0,
            &[
                (Set(-5 * 60 * SECOND), "stepped"),
                (Says(0, 0), "controller 0"),
                (Set(5 * 60 * SECOND + SECOND), "controller 0"),
                (Wait(30 * DAY), "controller 0"),
                (again, "system 1000"),
            ],
        );
        // What a crystal can do in weeks is no reason.
        check(-5 * 60 * SECOND, &[(Says(0, 0), "controller 0"), (again, "system -300000")]);
        check_without_battery(-HOUR, &[(Now, "no-battery"), (again, "no-battery"), (Ntp(0), "ntp 0")]);
    }
}

#[test]
fn sleep_is_no_step() {
    let slept = check(
        0,
        &[(Sleep(8 * HOUR), "system 0"), (Says(0, 0), "controller 0"), (Sleep(DAY), "controller 0")],
    );
    assert_eq!(slept.steps, 0);
}

#[test]
fn a_slow_look_is_no_step() {
    let mut gate = Gate::new(0, true);
    gate.looks();
    gate.passes(5000);
    let look = Look {
        wall_ms: gate.wall_ms - 5000,
        elapsed: duration(gate.elapsed_ms),
        took: duration(5000),
        set_ms: None,
    };
    assert_eq!(gate.judge.look(&look).source, Source::System);
    assert_eq!(gate.looks().steps, 0);
}

#[test]
fn ntp_that_is_no_longer_heard_keeps_nothing() {
    check(0, &[(Ntp(0), "ntp 0"), (Wait(3 * HOUR - 1), "ntp 0"), (Wait(1), "system 0"), (Ntp(0), "ntp 0")]);
    let since = check(0, &[(Ntp(0), "ntp 0"), (Wait(DAY), "system 0")]);
    assert_eq!(since.error_ms, Some(8640), "the crystal's");
    let since = check(0, &[(Ntp(0), "ntp 0"), (Wait(2 * HOUR), "ntp 0"), (Wait(2 * HOUR), "system 0")]);
    assert_eq!(since.error_ms, Some(1440), "from when NTP set it, not from when that was found too long ago");
    // A mark from another time is none.
    check(0, &[(Ntp(0), "ntp 0"), (Set(-HOUR), "stepped")]);
}

#[test]
fn of_two_that_disagree_ntp_is_right_and_the_battery_is_not() {
    let both = check(HOUR, &[(Says(0, 0), "controller 0"), (Ntp(3 * SECOND), "ntp 3000")]);
    assert_eq!(both.offset_ms, Some(3 * SECOND));
    let lost = check(0, &[(Ntp(0), "ntp 0"), (Says(HOUR, 0), "ntp 0"), (Wait(DAY), "controller 3600000")]);
    assert_eq!(lost.offset_ms, Some(-HOUR));
    let battery = check(-HOUR, &[(Says(0, 0), "controller 0")]);
    assert_eq!((battery.offset_ms, battery.error_ms), (Some(-HOUR), Some(1)));
    check(
        to("1970-01-01T00:00:00Z"),
        &[(Now, "behind-floor"), (Says(0, 0), "controller 0"), (Wait(DAY), "controller 0")],
    );
    check(to("2099-01-01T00:00:00Z"), &[(Says(0, 0), "controller 0")]);
}

#[test]
fn the_controller_is_believed_as_far_as_its_answer_was_quick() {
    let slow = check(0, &[(Says(0, 8 * SECOND), "controller 4000")]);
    assert_eq!(slow.error_ms, Some(4001));
    // A slow answer takes nothing from a quick one, until the crystal has.
    let quick = check(0, &[(Says(0, 100), "controller 50"), (Says(0, 8 * SECOND), "controller 50")]);
    assert_eq!(quick.error_ms, Some(51));
    check(
        0,
        &[
            (Says(0, SECOND), "controller 500"),
            (Wait(DAY), "controller 500"),
            (Says(0, 100), "controller 50"),
        ],
    );
    // Its clock was set: what it said before is void.
    check(0, &[(Says(HOUR, 0), "controller 3600000"), (Says(0, 0), "controller 0")]);
}

#[test]
fn the_controller_cannot_say_what_cannot_be() {
    check(0, &[(Says(-5 * HOUR, 0), "system 0"), (Says(3651 * DAY, 0), "system 0")]);
    check(
        HOUR,
        &[(Set(DAY), "stepped"), (Says(-DAY, 0), "stepped"), (Says(-HOUR, 0), "controller -3600000")],
    );
    // The floor has overtaken it.
    check(0, &[(Says(-HOUR, 0), "controller -3600000"), (Floor("2027-01-01T00:00:30Z"), "system 0")]);
}

#[test]
fn says_since_when() {
    let mut gate = Gate::new(to("1970-01-01T00:00:00Z"), true);
    gate.looks();
    gate.passes(HOUR);
    gate.looks();
    gate.happens(Says(0, 0));
    assert_eq!(gate.looks().since.to_string(), "2027-01-01T01:00:00Z");
    gate.passes(HOUR);
    gate.happens(Ntp(0));
    let health = gate.looks().health();
    assert_eq!(health.since.unwrap().to_string(), "2027-01-01T01:00:00Z", "trusted all the time");
    assert_eq!((health.source.as_str(), health.offset_ms, health.error_ms), ("ntp", Some(0), None));
}
