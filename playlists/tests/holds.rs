//! A decision holds until it is to be asked again, also where the laws have found that it did not.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

#[allow(dead_code, reason = "every test file uses a part of it")]
mod support;

use jiff::{SignedDuration, Timestamp};
use playlists::{Trust, decide};

const ZONE: &str = "Asia/Ho_Chi_Minh";
const YEAR: [&str; 2] = ["2026-01-01T00:00", "2026-12-31T00:00"];

/// A playlist with one item, which has these times.
fn playlist(times: &str) -> String {
    format!(
        "[playlist]\nname = 'a'\nlanguages = ['vi', 'en', 'km']\n[[item]]\nid = 'a'\nduration = '5s'\nimage = 'a.png'\n{times}"
    )
}

/// The same answer at all moments from `since` until `until`.
#[track_caller]
fn check(times: &str, at: &str, trust: Trust) {
    let programme = support::programme(ZONE, YEAR, &[&playlist(times)]);
    let at: Timestamp = at.parse().expect("a moment");
    let decision = decide(&programme, at, trust);
    assert!(decision.since <= at && at < decision.until, "{} {at} {}", decision.since, decision.until);
    let quarter = decision.until.duration_since(decision.since) / 4;
    for probe in
        (0..4).map(|n| decision.since + quarter * n).chain([decision.until - SignedDuration::from_millis(1)])
    {
        assert_eq!(decide(&programme, probe, trust), decision, "at {probe}");
    }
}

#[test]
fn outside_the_validity() {
    check("", "2025-11-21T09:25:07.488Z", Trust::Trusted);
    check("", "2025-12-31T09:25:07.488Z", Trust::Trusted);
    check("", "2027-01-01T09:25:07.488Z", Trust::Trusted);
}

#[test]
fn on_another_day_on_which_its_last_moment_comes() {
    check("weekdays = 'wed'\nuntil = '2026-02-17 02:46'", "2026-02-17T04:00:00Z", Trust::Trusted);
    check("weekdays = 'wed'\nfrom = '2026-02-17 02:46'", "2026-02-17T04:00:00Z", Trust::Trusted);
    check("hours = '07:00-08:00'\nuntil = '2026-02-17 02:46'", "2026-02-16T20:00:00Z", Trust::Trusted);
}

#[test]
fn at_the_ends_of_time() {
    check("", "9999-12-30T21:00:00Z", Trust::Untrusted);
    check("", "-009999-01-02T02:59:59Z", Trust::Untrusted);
}
