//! What is on air at a moment, until when and why.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod support;

use jiff::{SignedDuration, Timestamp, ToSpan as _, civil::DateTime};
use playlists::{Decision, Programme, Reason, Shows, Trust, Why, decide};
use support::{ROUND_THE_CLOCK, programme};

/// A local time at the programme's gate.
fn at(programme: &Programme, local: &str) -> Timestamp {
    let local: DateTime = local.parse().unwrap();
    programme.screen.gate.time_zone.to_timestamp(local).unwrap()
}

/// An item or `-`, its language, when to ask again, and why.
fn in_words(programme: &Programme, decision: &Decision<'_>) -> String {
    let local = decision.until.to_zoned(programme.screen.gate.time_zone.clone());
    let item = decision.item().map_or("-", |item| item.id.as_str());
    format!("{item} {} until {} {:?}", decision.language_label(), local.strftime("%d %T"), decision.why)
}

#[track_caller]
fn check_with(programme: &Programme, trust: Trust, moment: &str, expected: &str) {
    let now = at(programme, moment);
    let decision = decide(programme, now, trust);
    assert!(decision.since <= now && now < decision.until, "{moment}: {decision:?}");
    assert_eq!(in_words(programme, &decision), expected, "{moment}");
}

#[track_caller]
fn check(programme: &Programme, moment: &str, expected: &str) {
    check_with(programme, Trust::Trusted, moment, expected);
}

#[test]
fn hours_are_half_open_and_may_run_past_midnight() {
    let programme = programme(
        "Asia/Ho_Chi_Minh",
        ["2026-03-02T00:00:00", "2026-03-05T00:00:00"],
        &[
            "
            [playlist]
            name = 'day'
            languages = ['vi']
            hours = '06:00-18:00'
            [[item]]
            id = 'day'
            duration = '10m'
            text.vi = 'Ngày'
            ",
            "
            [playlist]
            name = 'night'
            languages = ['vi']
            [[item]]
            id = 'night'
            duration = '10m'
            hours = '22:00-05:00'
            text.vi = 'Đêm'
            ",
        ],
    );
    check(&programme, "2026-03-02T00:00:00", "night vi until 02 00:10:00 Rotation");
    check(&programme, "2026-03-02T04:59:59", "night vi until 02 05:00:00 Rotation");
    check(&programme, "2026-03-02T05:00:00", "-  until 02 06:00:00 NothingAtThisHour");
    check(&programme, "2026-03-02T05:59:59", "-  until 02 06:00:00 NothingAtThisHour");
    check(&programme, "2026-03-02T06:00:00", "day vi until 02 06:10:00 Rotation");
    check(&programme, "2026-03-02T17:59:59", "day vi until 02 18:00:00 Rotation");
    check(&programme, "2026-03-02T18:00:00", "-  until 02 22:00:00 NothingAtThisHour");
    check(&programme, "2026-03-02T21:59:59", "-  until 02 22:00:00 NothingAtThisHour");
    check(&programme, "2026-03-02T22:00:00", "night vi until 02 22:10:00 Rotation");
    check(&programme, "2026-03-02T23:59:59", "night vi until 03 00:00:00 Rotation");
    check(&programme, "2026-03-03T00:00:00", "night vi until 03 00:10:00 Rotation");
}

#[test]
fn nothing_is_shown_outside_validity() {
    let programme =
        programme("Asia/Ho_Chi_Minh", ["2026-03-02T07:00:00", "2026-03-02T07:01:00"], &[ROUND_THE_CLOCK]);
    check(&programme, "2026-02-20T07:00:00", "-  until 21 07:00:00 OutsideValidity");
    check(&programme, "2026-03-02T06:59:59", "-  until 02 07:00:00 OutsideValidity");
    check(&programme, "2026-03-02T07:00:00", "welcome vi until 02 07:00:08 Rotation");
    check(&programme, "2026-03-02T07:00:59", "map  until 02 07:01:00 Rotation");
    check(&programme, "2026-03-02T07:01:00", "-  until 03 07:01:00 OutsideValidity");
    check(&programme, "2026-03-09T07:01:00", "-  until 10 07:01:00 OutsideValidity");
    // A clock that is not trusted cannot tell.
    check_with(&programme, Trust::Untrusted, "2026-03-02T06:59:59", "map  until 02 07:00:00 Rotation");
    check_with(&programme, Trust::Untrusted, "2026-03-02T07:01:02", "welcome vi until 02 07:01:08 Rotation");
    check_with(&programme, Trust::Untrusted, "1970-01-01T08:00:00", "welcome vi until 01 08:00:08 Rotation");
}

#[test]
fn a_turn_goes_through_the_languages_of_the_screen() {
    let programme =
        programme("Asia/Ho_Chi_Minh", ["2026-03-02T07:00:00", "2026-03-03T07:00:00"], &[ROUND_THE_CLOCK]);
    check(&programme, "2026-03-02T07:00:07.999999999", "welcome vi until 02 07:00:08 Rotation");
    check(&programme, "2026-03-02T07:00:08", "welcome en until 02 07:00:16 Rotation");
    check(&programme, "2026-03-02T07:00:16", "welcome km until 02 07:00:24 Rotation");
    check(&programme, "2026-03-02T07:00:24", "rules vi+en+km until 02 07:00:34 Rotation");
    check(&programme, "2026-03-02T07:00:34", "news vi until 02 07:00:39 Rotation");
    check(&programme, "2026-03-02T07:00:48", "news km until 02 07:00:49 Rotation");
    check(&programme, "2026-03-02T07:00:49", "map  until 02 07:01:00 Rotation");
    check(&programme, "2026-03-02T07:01:00", "welcome vi until 02 07:01:08 Rotation");
}

fn of_level(level: &str, items: &[&str], hours: &str) -> String {
    let heading =
        format!("[playlist]\nname = '{level}'\nlanguages = ['vi', 'en']\nlevel = '{level}'\n{hours}\n");
    let item = |id: &&str| {
        format!(
            "[[item]]\nid = '{id}'\nduration = '10s'\nlayout = 'stack'\ntext = {{ vi = 'a', en = 'b' }}\n"
        )
    };
    heading + &items.iter().map(item).collect::<String>()
}

#[test]
fn priority_takes_every_other_turn() {
    let (normal, priority) =
        (of_level("normal", &["n1", "n2", "n3"], ""), of_level("priority", &["p1", "p2"], ""));
    let programme =
        programme("Asia/Ho_Chi_Minh", ["2026-03-02T07:00:00", "2026-03-03T07:00:00"], &[&normal, &priority]);
    let shown: Vec<_> = (0..8)
        .map(|turn| {
            let now = at(&programme, "2026-03-02T07:00:00") + (turn * 10).seconds();
            let decision = decide(&programme, now, Trust::Trusted);
            assert_eq!(decision.why == Why::Priority, turn % 2 == 0, "{decision:?}");
            decision.item().map(|item| item.id.to_string()).unwrap_or_default()
        })
        .collect();
    assert_eq!(shown, ["p1", "n1", "p2", "n2", "p1", "n3", "p1", "n1"]);
}

#[test]
fn an_emergency_silences_all_else_while_its_hours_last() {
    let programme = programme(
        "Asia/Ho_Chi_Minh",
        ["2026-03-02T07:00:00", "2026-03-03T07:00:00"],
        &[
            &of_level("normal", &["n1"], ""),
            &of_level("emergency", &["e1", "e2"], "hours = '08:00-09:00'"),
            &of_level("priority", &["p1"], "hours = '10:00-11:00'"),
        ],
    );
    check(&programme, "2026-03-02T07:59:59", "n1 vi+en until 02 08:00:00 Rotation");
    check(&programme, "2026-03-02T08:00:00", "e1 vi+en until 02 08:00:10 Emergency");
    check(&programme, "2026-03-02T08:59:59", "e2 vi+en until 02 09:00:00 Emergency");
    check(&programme, "2026-03-02T09:00:00", "n1 vi+en until 02 09:00:10 Rotation");
    check_with(&programme, Trust::Untrusted, "2026-03-02T08:00:00", "n1 vi+en until 02 08:00:10 Rotation");

    let reasons = |moment: &str, trust| -> Vec<(String, Reason)> {
        let decision = decide(&programme, at(&programme, moment), trust);
        decision.passed_over.iter().map(|passed| (passed.item.id.to_string(), passed.reason)).collect()
    };
    let passed = |id: &str, reason| (id.to_owned(), reason);
    assert_eq!(
        reasons("2026-03-02T08:00:00", Trust::Trusted),
        [
            passed("n1", Reason::EmergencyIsOn),
            passed("e2", Reason::NotItsTurn),
            passed("p1", Reason::OutsideHours)
        ]
    );
    assert_eq!(
        reasons("2026-03-02T10:00:00", Trust::Trusted),
        [
            passed("n1", Reason::NotItsTurn),
            passed("e1", Reason::OutsideHours),
            passed("e2", Reason::OutsideHours)
        ]
    );
    assert_eq!(
        reasons("2026-03-02T10:00:00", Trust::Untrusted),
        [
            passed("e1", Reason::ClockNotTrusted),
            passed("e2", Reason::ClockNotTrusted),
            passed("p1", Reason::ClockNotTrusted)
        ]
    );
    assert_eq!(reasons("2026-03-03T07:00:00", Trust::Trusted)[3], passed("p1", Reason::OutsideValidity));
}

#[test]
fn a_countdown_is_over_when_its_moment_comes() {
    let tet = "
        [playlist]
        name = 'tet'
        languages = ['vi']
        [[item]]
        id = 'tet'
        duration = '10m'
        countdown = '2026-03-02 08:03'
        text.vi = 'Sắp đến giờ'
        ";
    let validity = ["2026-03-02T07:00:00", "2026-03-03T07:00:00"];
    let programme = programme("Asia/Ho_Chi_Minh", validity, &[tet]);
    check(&programme, "2026-03-02T08:02:59", "tet vi until 02 08:03:00 Rotation");
    check(&programme, "2026-03-02T08:03:00", "-  until 03 07:00:00 NothingAtThisHour");
    check_with(&programme, Trust::Untrusted, "2026-03-02T08:00:00", "-  until 03 08:00:00 NothingAtThisHour");
    let reason =
        |moment: &str, trust| decide(&programme, at(&programme, moment), trust).passed_over[0].reason;
    assert_eq!(reason("2026-03-02T08:03:00", Trust::Trusted), Reason::CountdownOver);
    assert_eq!(reason("2026-03-02T08:00:00", Trust::Untrusted), Reason::ClockNotTrusted);
    let since = decide(&programme, at(&programme, "2026-03-02T09:00:00"), Trust::Trusted).since;
    assert_eq!(since, at(&programme, "2026-03-02T08:03:00"));
}

#[test]
fn only_languages_of_the_screen_are_shown() {
    let lao = ROUND_THE_CLOCK.replace("'vi', 'en', 'km'", "'en', 'lo', 'vi'").replace("text.km", "text.lo");
    let only_lao =
        "[playlist]\nname = 'lao'\nlanguages = ['lo']\n[[item]]\nid = 'lao'\nduration = '9s'\ntext.lo = 'ກ'";
    let validity = ["2026-03-02T07:00:00", "2026-03-03T07:00:00"];
    let programme = programme("Asia/Ho_Chi_Minh", validity, &[&lao, only_lao]);
    check(&programme, "2026-03-02T07:00:00", "welcome vi until 02 07:00:08 Rotation");
    check(&programme, "2026-03-02T07:00:08", "welcome en until 02 07:00:16 Rotation");
    check(&programme, "2026-03-02T07:00:16", "rules vi+en until 02 07:00:26 Rotation");
    let decision = decide(&programme, at(&programme, validity[0]), Trust::Trusted);
    assert_eq!(decision.passed_over.last().map(|passed| passed.reason), Some(Reason::NoLanguageOfScreen));
    let missing = programme.missing_languages();
    let missing: Vec<_> = missing.iter().map(|(name, language)| (*name, language.as_str())).collect();
    assert_eq!(missing, [("all day", "km"), ("lao", "vi"), ("lao", "en"), ("lao", "km")]);
}

#[test]
fn hours_follow_the_wall_clock_over_its_jumps() {
    let night = of_level("normal", &["night"], "hours = '01:30-02:30'");
    let zone = "Europe/Berlin";
    // From 02:00 to 03:00 there is no local time.
    let spring = programme(zone, ["2026-03-28T00:00:00", "2026-03-30T00:00:00"], &[&night]);
    check(&spring, "2026-03-29T01:29:59", "-  until 29 01:30:00 NothingAtThisHour");
    check(&spring, "2026-03-29T01:59:59", "night vi+en until 29 03:00:00 Rotation");
    check(&spring, "2026-03-29T03:00:00", "-  until 30 00:00:00 NothingAtThisHour");
    // From 02:00 to 03:00 it comes twice, and so do the hours; a local time is the first of the two here.
    let autumn = programme(zone, ["2026-10-24T00:00:00", "2026-10-26T00:00:00"], &[&night]);
    check(&autumn, "2026-10-25T02:29:59", "night vi+en until 25 02:30:00 Rotation");
    check(&autumn, "2026-10-25T02:30:00", "-  until 25 02:00:00 NothingAtThisHour");
    let second = at(&autumn, "2026-10-25T02:30:00") + 30.minutes();
    let decision = decide(&autumn, second, Trust::Trusted);
    assert_eq!(in_words(&autumn, &decision), "night vi+en until 25 02:00:10 Rotation");
    assert_eq!(decision.since, second);
}

#[test]
fn any_clock_and_any_programme_are_answered() {
    let mut programme =
        programme("America/New_York", ["2026-03-02T07:00:00", "2026-03-03T07:00:00"], &[ROUND_THE_CLOCK]);
    for trust in [Trust::Trusted, Trust::Untrusted] {
        for now in [Timestamp::MIN, Timestamp::UNIX_EPOCH, Timestamp::MAX] {
            programme.validity.from = Timestamp::MIN;
            programme.validity.until = Timestamp::MAX;
            let decision = decide(&programme, now, trust);
            assert!(decision.since <= now && now <= decision.until, "{decision:?}");
        }
    }
    programme.playlists.clear();
    let decision = decide(&programme, Timestamp::UNIX_EPOCH, Trust::Trusted);
    assert_eq!((decision.shows, decision.why), (Shows::SafePage, Why::NothingAtThisHour));
    assert_eq!(decision.until.duration_since(decision.since), SignedDuration::from_hours(48));
}
