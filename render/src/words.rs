//! What the clock and the calendar say, in the words of a language.
//!
//! Vietnamese, English, Khmer, Chinese and Korean have their words, as in the Unicode CLDR; a language without them has
//! numbers alone, in the order of most of the world: day, month, year.

use std::time::Duration;

use jiff::civil::{Date, Time};
use playlists::LunarDate;

/// From Sunday on.
const VI_DAYS: [&str; 7] = ["Chủ Nhật", "Thứ Hai", "Thứ Ba", "Thứ Tư", "Thứ Năm", "Thứ Sáu", "Thứ Bảy"];
const EN_DAYS: [&str; 7] = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];
const KM_DAYS: [&str; 7] = ["អាទិត្យ", "ច័ន្ទ", "អង្គារ", "ពុធ", "ព្រហស្បតិ៍", "សុក្រ", "សៅរ៍"];
const ZH_DAYS: [&str; 7] = ["日", "一", "二", "三", "四", "五", "六"];
const KO_DAYS: [&str; 7] = ["일", "월", "화", "수", "목", "금", "토"];

const EN_MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];
const KM_MONTHS: [&str; 12] =
    ["មករា", "កុម្ភៈ", "មីនា", "មេសា", "ឧសភា", "មិថុនា", "កក្កដា", "សីហា", "កញ្ញា", "តុលា", "វិច្ឆិកា", "ធ្នូ"];

/// A date in full.
pub(crate) fn long_date(language: &str, date: Date) -> String {
    let weekday = usize::from(date.weekday().to_sunday_zero_offset().unsigned_abs());
    let month = usize::from(date.month().unsigned_abs()) - 1;
    let (y, m, d) = (date.year(), date.month(), date.day());
    let words = match language {
        "vi" => format!("{}, {d}/{m}/{y}", VI_DAYS[weekday]),
        "en" => format!("{}, {d} {} {y}", EN_DAYS[weekday], EN_MONTHS[month]),
        "km" => format!("ថ្ងៃ{} ទី{d} ខែ{} ឆ្នាំ{y}", KM_DAYS[weekday], KM_MONTHS[month]),
        "zh" => format!("{y}年{m}月{d}日 星期{}", ZH_DAYS[weekday]),
        "ko" => format!("{y}년 {m}월 {d}일 {}요일", KO_DAYS[weekday]),
        _ => format!("{d}/{m}/{y}"),
    };
    digits(language, words)
}

/// The same in numbers.
pub(crate) fn short_date(language: &str, date: Date) -> String {
    let (y, m, d) = (date.year(), date.month(), date.day());
    match language {
        "zh" | "ko" => format!("{y}-{m:02}-{d:02}"),
        _ => digits(language, format!("{d}/{m}/{y}")),
    }
}

/// A date of the lunar calendar, as it stands beside the other: only Vietnamese has it.
pub(crate) fn lunar_date(language: &str, date: Date) -> Option<String> {
    let LunarDate { month, leap, day, .. } = LunarDate::of(date).filter(|_| language == "vi")?;
    let leap = if leap { " nhuận" } else { "" };
    Some(format!("{day}/{month}{leap} âm lịch"))
}

/// Hours and minutes.
pub(crate) fn time(language: &str, time: Time) -> String {
    digits(language, format!("{:02}:{:02}", time.hour(), time.minute()))
}

/// How long it is still: days, if there are any, hours and minutes, and seconds if they are asked for.
pub(crate) fn remaining(language: &str, left: Duration, with_seconds: bool) -> String {
    let seconds = left.as_secs();
    let days = seconds / 86_400;
    let in_words = match language {
        "vi" => Some(format!("{days} ngày")),
        "en" => Some(format!("{days} {}", if days == 1 { "day" } else { "days" })),
        "km" => Some(format!("{days} ថ្ងៃ")),
        "zh" => Some(format!("{days} 天")),
        "ko" => Some(format!("{days}일")),
        _ => None,
    };
    let in_words = in_words.filter(|_| days > 0);
    let hours = if in_words.is_some() { seconds / 3600 % 24 } else { seconds / 3600 };
    let mut words = in_words.map(|days| days + "  ").unwrap_or_default();
    words += &format!("{hours:02}:{:02}", seconds / 60 % 60);
    if with_seconds {
        words += &format!(":{:02}", seconds % 60);
    }
    digits(language, words)
}

/// Khmer has digits of its own.
fn digits(language: &str, words: String) -> String {
    let khmer = |c: char| c.to_digit(10).and_then(|digit| char::from_u32(0x17e0 + digit)).unwrap_or(c);
    if language == "km" { words.chars().map(khmer).collect() } else { words }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use jiff::civil::date;

    use super::{long_date, lunar_date, remaining, short_date, time};

    #[track_caller]
    fn check(language: &str, long: &str, short: &str, clock: &str) {
        let day = date(2026, 11, 4);
        assert_eq!(long_date(language, day), long);
        assert_eq!(short_date(language, day), short);
        assert_eq!(time(language, jiff::civil::time(7, 5, 59, 0)), clock);
    }

    #[test]
    fn every_language_has_its_own_dates() {
        check("vi", "Thứ Tư, 4/11/2026", "4/11/2026", "07:05");
        check("en", "Wednesday, 4 November 2026", "4/11/2026", "07:05");
        check("km", "ថ្ងៃពុធ ទី៤ ខែវិច្ឆិកា ឆ្នាំ២០២៦", "៤/១១/២០២៦", "០៧:០៥");
        check("zh", "2026年11月4日 星期三", "2026-11-04", "07:05");
        check("ko", "2026년 11월 4일 수요일", "2026-11-04", "07:05");
        check("lo", "4/11/2026", "4/11/2026", "07:05");
    }

    #[test]
    fn only_vietnamese_has_a_lunar_date() {
        assert_eq!(lunar_date("vi", date(2027, 2, 6)).as_deref(), Some("1/1 âm lịch"));
        assert_eq!(lunar_date("vi", date(2025, 7, 25)).as_deref(), Some("1/6 nhuận âm lịch"));
        assert_eq!(lunar_date("en", date(2027, 2, 6)), None);
        assert_eq!(lunar_date("vi", date(1999, 1, 1)), None);
    }

    #[track_caller]
    fn check_remaining(language: &str, seconds: u64, expected: &str) {
        assert_eq!(remaining(language, Duration::from_secs(seconds), true), expected);
    }

    #[test]
    fn what_remains_is_days_hours_minutes_and_seconds() {
        check_remaining("vi", 0, "00:00:00");
        check_remaining("vi", 59, "00:00:59");
        check_remaining("vi", 86_399, "23:59:59");
        check_remaining("vi", 86_400, "1 ngày  00:00:00");
        check_remaining("en", 86_400, "1 day  00:00:00");
        check_remaining("en", 200_000, "2 days  07:33:20");
        check_remaining("km", 200_000, "២ ថ្ងៃ  ០៧:៣៣:២០");
        check_remaining("lo", 200_000, "55:33:20");
        assert_eq!(remaining("vi", Duration::from_secs(86_399), false), "23:59");
    }
}
