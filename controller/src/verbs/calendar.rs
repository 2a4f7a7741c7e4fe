//! `calendar`: the days of a year that schedules may name, and what is missing of the next.

use std::{fmt::Write, path::PathBuf, process::ExitCode};

use clap::Args;
use jiff::{civil::Date, tz::TimeZone};
use playlists::{Calendar, LunarDate, MissingYear};
use serde::Serialize;

use crate::{clock, command_line::Options, compose::Almanac};

#[derive(Args)]
pub(crate) struct Arguments {
    /// A schedule, for the calendars that it names besides those that travel with the program
    #[arg(value_name = "SCHEDULE")]
    schedule: Option<PathBuf>,
    /// Which year [default: this one]
    #[arg(long, value_parser = clap::value_parser!(i16).range(1900..=2199))]
    year: Option<i16>,
    /// Which day it is for the reminder of the next year [default: today]
    #[arg(long, value_name = "DATE")]
    today: Option<Date>,
}

/// The JSON answer.
#[derive(Serialize)]
struct Answer {
    format: u32,
    year: i16,
    days: Vec<One>,
    missing: Vec<Missing>,
}

#[derive(Serialize)]
struct One {
    first: Date,
    last: Date,
    /// Of the first day: day and month.
    lunar: Option<String>,
    calendar: String,
    name: String,
    confirmed: bool,
}

#[derive(Serialize)]
struct Missing {
    calendar: String,
    year: i16,
    /// `absent`, or `unconfirmed`: by rule, the decision is not known.
    what: &'static str,
}

pub(crate) fn run(options: &Options, arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let today = arguments.today.unwrap_or_else(|| TimeZone::UTC.to_datetime(clock::now()).date());
    let year = arguments.year.unwrap_or(today.year());
    let almanac = arguments.schedule.as_deref().map_or_else(|| Ok(Almanac::shipped()), Almanac::of)?;
    let mut days = Vec::new();
    for calendar in almanac.calendars() {
        let Some(of_year) = calendar.years.get(&year) else { continue };
        days.extend(of_year.days.iter().map(|days| One {
            first: days.first(),
            last: days.last(),
            lunar: LunarDate::of(days.first()).map(in_words),
            calendar: calendar.id.to_string(),
            name: calendar.name.values().next_back().cloned().unwrap_or_default(),
            confirmed: of_year.confirmed,
        }));
    }
    days.sort_by_key(|day| (day.first, day.calendar.clone()));
    let missing = missing(almanac.calendars(), today);
    let words = words(year, &days, &missing);
    options.answer(&Answer { format: protocol::FORMAT, year, days, missing }, words)?;
    Ok(ExitCode::SUCCESS)
}

fn missing(calendars: &[Calendar], today: Date) -> Vec<Missing> {
    let of = |calendar: &Calendar| {
        let (year, what) = match calendar.missing_next_year(today)? {
            MissingYear::Absent(year) => (year, "absent"),
            MissingYear::Unconfirmed(year) => (year, "unconfirmed"),
        };
        Some(Missing { calendar: calendar.id.to_string(), year, what })
    };
    calendars.iter().filter_map(of).collect()
}

fn in_words(date: LunarDate) -> String {
    let leap = if date.leap { " leap" } else { "" };
    format!("{:02}-{:02}{leap}", date.month, date.day)
}

fn words(year: i16, days: &[One], missing: &[Missing]) -> String {
    let mut out = format!("{year}\n");
    for One { first, last, lunar, calendar, name, confirmed } in days {
        let span = if first == last { first.to_string() } else { format!("{first}..{last}") };
        let lunar = lunar.as_deref().map_or_else(String::new, |lunar| format!("lunar {lunar}"));
        let confirmed = if *confirmed { "" } else { "  (to be confirmed)" };
        let weekday = first.strftime("%a");
        let _ = writeln!(out, "  {weekday} {span:<23} {lunar:<16} {calendar:<22} {name}{confirmed}");
    }
    for Missing { calendar, year, what } in missing {
        let what = match *what {
            "absent" => "is missing",
            _ => "is only reckoned: its official days are to be confirmed",
        };
        let _ = writeln!(out, "▲ {calendar}: {year} {what}");
    }
    out
}
