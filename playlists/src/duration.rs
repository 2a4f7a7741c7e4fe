//! How long an item is shown, as people write it: `8s`, `1m`, `1m30s`.

use std::time::Duration;

/// Nobody reads faster.
pub(crate) const SHORTEST: Duration = Duration::from_secs(1);
/// Nobody waits longer for the next item.
const LONGEST: Duration = Duration::from_secs(600);

const RULE: &str =
    "a duration is 1s to 10m, in whole minutes and seconds, such as \"8s\", \"1m\" or \"1m30s\"";

/// Reads minutes, seconds or both; after minutes there are at most 59 seconds.
pub(crate) fn read(written: &str) -> Result<Duration, &'static str> {
    let seconds = match written.split_once('m') {
        None => number(written.strip_suffix('s').ok_or(RULE)?)?,
        Some((minutes, "")) => number(minutes)? * 60,
        Some((minutes, rest)) => {
            let seconds = number(rest.strip_suffix('s').ok_or(RULE)?)?;
            if seconds > 59 {
                return Err(RULE);
            }
            number(minutes)? * 60 + seconds
        }
    };
    let duration = Duration::from_secs(seconds);
    (SHORTEST..=LONGEST).contains(&duration).then_some(duration).ok_or(RULE)
}

fn number(digits: &str) -> Result<u64, &'static str> {
    if !(1..=4).contains(&digits.len()) || !digits.bytes().all(|digit| digit.is_ascii_digit()) {
        return Err(RULE);
    }
    digits.parse().map_err(|_| RULE)
}

#[cfg(test)]
mod tests {
    use super::read;

    #[track_caller]
    fn check(written: &str, seconds: Option<u64>) {
        assert_eq!(read(written).ok().map(|duration| duration.as_secs()), seconds, "{written}");
    }

    #[test]
    fn reads_minutes_and_seconds() {
        check("1s", Some(1));
        check("8s", Some(8));
        check("90s", Some(90));
        check("600s", Some(600));
        check("1m", Some(60));
        check("1m30s", Some(90));
        check("10m", Some(600));
        check("9m59s", Some(599));
        for wrong in [
            "",
            "s",
            "m",
            "8",
            "0s",
            "0m",
            "0m0s",
            "601s",
            "11m",
            "10m1s",
            "1m60s",
            "500ms",
            "1.5s",
            "-8s",
            "+8s",
            "8 s",
            "8S",
            "1h",
            "1m30",
            "m30s",
            "99999999999999999999s",
            "៨s",
            "1mms",
        ] {
            check(wrong, None);
        }
    }
}
