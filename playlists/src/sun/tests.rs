//! Sunrises and sunsets that are known, and what must be the same everywhere.

use jiff::{ToSpan as _, civil::Date};

use super::{Day, FIRST, SunTable, days_between};
use crate::{Gate, Place};

fn table(place: &str, zone: &str) -> SunTable {
    SunTable::of(Place::parse(place).unwrap(), &Gate::zone(zone).unwrap())
}

#[track_caller]
fn check(table: &SunTable, date: &str, expected: &str) {
    let date: Date = date.parse().unwrap();
    let [sunrise, sunset] = [table.sunrise(date), table.sunset(date)].map(|time| time.strftime("%H:%M"));
    assert_eq!(format!("{sunrise}-{sunset}"), expected, "{date}");
}

#[test]
fn at_a_gate() {
    // Published are 05:30 (and 55 s) to 18:20 and 06:08 (and 45 s) to 17:34.
    let loc_ninh = table("11.8412 N, 106.5991 E", "Asia/Ho_Chi_Minh");
    check(&loc_ninh, "2026-06-21", "05:31-18:20");
    check(&loc_ninh, "2026-12-21", "06:09-17:34");
    check(&loc_ninh, "2026-03-20", "05:58-18:04");
    check(&loc_ninh, "2028-02-29", "06:09-18:03");
    check(&loc_ninh, "2100-06-21", "05:31-18:20");
}

#[test]
fn by_the_offset_of_the_day() {
    let paris = table("48.8566 N, 2.3522 E", "Europe/Paris");
    check(&paris, "2026-03-28", "06:37-19:15");
    check(&paris, "2026-03-29", "07:35-20:17");
    check(&paris, "2026-06-21", "05:47-21:58");
    let sydney = table("33.8688 S, 151.2093 E", "Australia/Sydney");
    check(&sydney, "2026-06-21", "07:00-16:54");
    check(&sydney, "2026-12-21", "05:41-20:05");
    // Its clocks are a day ahead of the sun.
    let kiritimati = table("1.87 N, 157.43 W", "Pacific/Kiritimati");
    check(&kiritimati, "2026-06-21", "06:25-18:39");
}

#[test]
fn at_the_ends_of_all_dates() {
    let kiritimati = table("1.87 N, 157.43 W", "Pacific/Kiritimati");
    for date in [Date::MIN, Date::MAX] {
        assert!(kiritimati.sunrise(date) < kiritimati.sunset(date), "{date}");
    }
}

/// The sun of a day is that of a table made for its very year, but for a few seconds.
#[test]
fn one_year_stands_for_all() {
    let place = Place::parse("60 N, 106.5991 E").unwrap();
    let table = SunTable::of(place, &Gate::zone("Asia/Ho_Chi_Minh").unwrap());
    let mut farthest = 0;
    for years in -15..=15 {
        for passed in (0..365).step_by(5) {
            // 2035-03-20 and the days around it, years before and after.
            let date = FIRST.saturating_add(years.years()).saturating_add(passed.days());
            let exact = Day::computed(place, days_between(FIRST, date));
            let close = [table.universal(date, |day| day.sunrise), table.universal(date, |day| day.sunset)];
            for (exact, close) in [exact.sunrise, exact.sunset].into_iter().zip(close) {
                farthest = farthest.max((i64::from(exact) - close).abs());
            }
        }
    }
    assert!(farthest <= 20, "{farthest} s");
}

/// Also on another processor: see `.ci/aarch64`.
#[test]
fn to_the_bit_on_every_machine() {
    let places = ["11.8412 N, 106.5991 E", "60 N, 10.7522 E", "60 S, 180 W", "0 N, 0 E"];
    let days = places.map(|place| SunTable::of(Place::parse(place).unwrap(), &jiff::tz::TimeZone::UTC).days);
    let seconds = days.iter().flatten().flat_map(|day| [day.sunrise, day.sunset]);
    let digest = seconds.fold(0_u64, |digest, second| {
        digest.rotate_left(5).wrapping_mul(0x0100_0000_01b3) ^ u64::from(second.cast_unsigned())
    });
    assert_eq!(digest, 6_462_068_722_498_822_440);
}
