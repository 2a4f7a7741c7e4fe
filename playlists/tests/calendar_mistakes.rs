//! The mistakes of a calendar file, and what people are told: `file:line:column: key: value: rule`.

use playlists::Calendar;

const CALENDAR: &str = r#"[calendar]
id = "fair"
name.vi = "Hội chợ"
name.en = "Fair"

[year.2026]
days = ["2025-12-31..2026-01-02", "2026-09-02"]

[year.2027]
days = ["2027-09-01..2027-09-03"]
confirmed = false
"#;

/// A good calendar in which `good` was replaced by `bad`.
#[track_caller]
fn check(good: &str, bad: &str, expected: &str) {
    assert_eq!(CALENDAR.matches(good).count(), 1, "{good}");
    let parsed = Calendar::parse("c.toml", &CALENDAR.replace(good, bad));
    assert_eq!(parsed.expect_err("a mistake").to_string(), expected);
}

#[test]
fn a_good_file_is_good() {
    let calendar = Calendar::parse("c.toml", CALENDAR).expect("no mistake");
    assert_eq!(calendar.id.as_str(), "fair");
    let names = calendar.name.iter().map(|(language, name)| (language.as_str(), name.as_str()));
    assert_eq!(names.collect::<Vec<_>>(), [("en", "Fair"), ("vi", "Hội chợ")]);
    let years = calendar.years.iter().map(|(year, days)| {
        let written: Vec<_> = days.days.iter().map(ToString::to_string).collect();
        (*year, written.join(" "), days.confirmed)
    });
    assert_eq!(
        years.collect::<Vec<_>>(),
        [
            (2026, "2025-12-31..2026-01-02 2026-09-02".to_owned(), true),
            (2027, "2027-09-01..2027-09-03".to_owned(), false)
        ]
    );
}

#[test]
fn every_mistake_is_told_with_its_place() {
    check(
        CALENDAR,
        "",
        &[
            "c.toml:1:1: calendar: is missing: the file begins with [calendar]",
            "c.toml:1:1: year: is missing: the file has at least one year, such as [year.2026]",
        ]
        .join("\n"),
    );
    check(
        r#"id = "fair""#,
        r#"id = "Hội chợ""#,
        "c.toml:2:6: calendar.id: `Hội chợ`: a calendar id has 1 to 32 of a-z, 0-9 and `-`",
    );
    check(
        "id = \"fair\"\n",
        "",
        r#"c.toml:1:1: calendar.id: is missing: how schedules name it, such as "khmer-new-year""#,
    );
    check(
        "name.vi = \"Hội chợ\"\nname.en = \"Fair\"\n",
        "",
        r#"c.toml:1:1: calendar.name: is missing: the calendar's name by language, such as name.vi = "…""#,
    );
    check(
        "name.vi = \"Hội chợ\"\nname.en = \"Fair\"\n",
        "name = {}\n",
        "c.toml:3:8: calendar.name.vi: is missing: a calendar has a name",
    );
    check(r#"name.vi = "Hội chợ""#, r#"name.Viet = """#, &[
            "c.toml:3:13: calendar.name.Viet: a language is an ISO 639 code of 2 or 3 small letters, such as vi, en, km",
            "c.toml:3:13: calendar.name.Viet: a name is one line of 1 to 100 characters",
        ].join("\n"));
    check(
        "confirmed = false",
        "confirmed = \"no\"",
        "c.toml:11:13: year.2027.confirmed: `no`: is true or false, without quotes",
    );
    check(
        "confirmed = false",
        "confirm = false",
        "c.toml:11:1: year.2027.confirm: `false`: is an unknown key; did you mean `confirmed`?",
    );
    check(
        "[year.2027]",
        "[year.2026]",
        &[
            "c.toml:9:7: `[year.2026]`: is not TOML: duplicate key",
            r#"c.toml:10:1: `days = ["2027-09-01..2027-09-03"]`: is not TOML: duplicate key"#,
        ]
        .join("\n"),
    );
    check(
        "[year.2027]",
        "[year.27]",
        "c.toml:9:1: year.27: `[year.27]`: is not under a year of 1900 to 2199, such as [year.2026]",
    );
    check(
        "[year.2027]",
        "[year.next]",
        "c.toml:9:1: year.next: `[year.next]`: is not under a year of 1900 to 2199, such as [year.2026]",
    );
    check(
        "[year.2027]",
        "[year.2028]",
        "c.toml:10:9: year.2028.days[1]: `2027-09-01..2027-09-03`: days of 2028 lie in it, or at most 15 days before or after",
    );
    check(
        "[year.2027]",
        "[years.2027]",
        "c.toml:9:2: years: `years`: is an unknown key; did you mean `year`?",
    );
    check(
        r#"["2027-09-01..2027-09-03"]"#,
        r#""2027-09-01..2027-09-03""#,
        r#"c.toml:10:8: year.2027.days: `2027-09-01..2027-09-03`: is a list of at least one day, such as ["2026-09-01..2026-09-02", "2026-12-24"]"#,
    );
    check(
        r#"["2027-09-01..2027-09-03"]"#,
        "[]",
        r#"c.toml:10:8: year.2027.days: `[]`: is a list of at least one day, such as ["2026-09-01..2026-09-02", "2026-12-24"]"#,
    );
    check(
        r#"["2027-09-01..2027-09-03"]"#,
        "[2027-09-01]",
        "c.toml:10:9: year.2027.days[1]: `2027-09-01`: is written in quotes",
    );
    check(r#"["2027-09-01..2027-09-03"]"#, r#"["2027-02-30", "2027-09-03..2027-09-01", "1/9/2027"]"#, &[
            "c.toml:10:9: year.2027.days[1]: `2027-02-30`: there is no day 2027-02-30",
            "c.toml:10:23: year.2027.days[2]: `2027-09-03..2027-09-01`: the last day is not before the first",
            "c.toml:10:49: year.2027.days[3]: `1/9/2027`: days are written YYYY-MM-DD, or YYYY-MM-DD..YYYY-MM-DD from the first to the last",
        ].join("\n"));
    check(
        r#""2026-09-02""#,
        r#""2026-01-02""#,
        "c.toml:7:35: year.2026.days[2]: `2026-01-02`: days are in order and none twice, but before these stands 2025-12-31..2026-01-02",
    );
    check(
        r#""2026-09-02""#,
        r#""2025-12-30""#,
        "c.toml:7:35: year.2026.days[2]: `2025-12-30`: days are in order and none twice, but before these stands 2025-12-31..2026-01-02",
    );
    check(
        r#""2026-09-02""#,
        r#""2027-01-16""#,
        "c.toml:7:35: year.2026.days[2]: `2027-01-16`: days of 2026 lie in it, or at most 15 days before or after",
    );
    check(
        r#""2025-12-31.."#,
        r#""2025-12-16.."#,
        "c.toml:7:9: year.2026.days[1]: `2025-12-16..2026-01-02`: days of 2026 lie in it, or at most 15 days before or after",
    );
    check(
        r#"["2027-09-01..2027-09-03"]"#,
        r#"["2026-12-31", "2026-12-31"]"#,
        "c.toml:10:23: year.2027.days[2]: `2026-12-31`: days are in order and none twice, but before these stands 2026-12-31",
    );
}
