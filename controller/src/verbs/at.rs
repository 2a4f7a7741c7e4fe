//! `at`: what plays at a moment, past or future, until when, why, and why not the others.

use std::{collections::BTreeMap, fmt::Write, process::ExitCode};

use clap::Args;
use jiff::Timestamp;
use playlists::{Decision, Programme, Reason, ScreenId, Trust, Why, decide};
use serde::Serialize;

use super::programmes::{Said, Source};
use crate::command_line::Options;

#[derive(Args)]
pub(crate) struct Arguments {
    /// When: now, "2026-12-01 07:30" by the gate's clock, or 2026-12-01T07:30:00+07:00
    #[arg(value_name = "TIME", value_parser = Said::parse)]
    time: Said,
    /// Only on this screen
    #[arg(value_name = "SCREEN", value_parser = ScreenId::parse)]
    screen: Option<ScreenId>,
    /// As by a clock that is not trusted
    #[arg(long)]
    untrusted: bool,
    #[command(flatten)]
    source: Source,
}

/// The JSON answer.
#[derive(Serialize)]
struct Answer {
    format: u32,
    screens: Vec<One>,
}

#[derive(Serialize)]
struct One {
    screen: ScreenId,
    at: Timestamp,
    playlist: Option<String>,
    /// None for the page with the gate's name.
    item: Option<String>,
    language: String,
    since: Timestamp,
    until: Timestamp,
    why: Why,
    not: Vec<Not>,
}

#[derive(Serialize)]
struct Not {
    playlist: String,
    item: String,
    reason: Reason,
}

pub(crate) fn run(options: &Options, arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let programmes = arguments.source.programmes(options, arguments.screen.as_slice())?;
    let trust = if arguments.untrusted { Trust::Untrusted } else { Trust::Trusted };
    let mut answer = Answer { format: protocol::FORMAT, screens: Vec::new() };
    let mut words = Vec::new();
    for programme in &programmes {
        let at = arguments.time.timestamp(&programme.screen().gate.time_zone);
        let decision = decide(programme, at, trust);
        words.push(in_words(programme, at, &decision));
        answer.screens.push(One {
            screen: programme.screen().id.clone(),
            at,
            playlist: decision.playlist().map(|playlist| playlist.name.clone()),
            item: decision.item().map(|item| item.id.to_string()),
            language: decision.language_label(),
            since: decision.since,
            until: decision.until,
            why: decision.why,
            not: (decision.passed_over.iter())
                .map(|passed| Not {
                    playlist: passed.playlist.name.clone(),
                    item: passed.item.id.to_string(),
                    reason: passed.reason,
                })
                .collect(),
        });
    }
    options.answer(&answer, words.join("\n"))?;
    Ok(ExitCode::SUCCESS)
}

fn in_words(programme: &Programme, at: Timestamp, decision: &Decision<'_>) -> String {
    let screen = programme.screen();
    let local = |moment: Timestamp| screen.gate.time_zone.to_datetime(moment);
    let mut out = String::new();
    let _ = writeln!(out, "{}, {}", screen.id, local(at).strftime("%Y-%m-%d %H:%M:%S"));
    let what = match (decision.playlist(), decision.item()) {
        (Some(playlist), Some(item)) => {
            let language = decision.language_label();
            let language = if language.is_empty() { language } else { format!(" in {language}") };
            format!("`{}` of {}{language}", item.id, playlist.name)
        }
        _ => "the gate's name".to_owned(),
    };
    let until = local(decision.until);
    let until = if until.date() == local(at).date() {
        until.strftime("%H:%M:%S%.f")
    } else {
        until.strftime("%Y-%m-%d %H:%M:%S%.f")
    };
    let _ = writeln!(out, "  {what}, until {until}: {}", why(decision.why));
    // Where all items of a playlist have the same reason, it is said once.
    let mut of_playlist: Vec<(&str, BTreeMap<Reason, Vec<&str>>)> = Vec::new();
    for passed in &decision.passed_over {
        let name = passed.playlist.name.as_str();
        if of_playlist.last().is_none_or(|(last, _)| *last != name) {
            of_playlist.push((name, BTreeMap::new()));
        }
        if let Some((_, reasons)) = of_playlist.last_mut() {
            reasons.entry(passed.reason).or_default().push(passed.item.id.as_str());
        }
    }
    for (name, reasons) in of_playlist {
        let all = reasons.len() == 1 && decision.playlist().is_none_or(|playlist| playlist.name != name);
        for (reason, items) in reasons {
            let items = if all { String::new() } else { format!(" ({})", items.join(", ")) };
            let _ = writeln!(out, "  not {name}{items}: {}", reason_in_words(reason));
        }
    }
    out
}

/// Why something is shown.
pub(super) fn why(why: Why) -> &'static str {
    match why {
        Why::Emergency => "an emergency is on",
        Why::Priority => "priority has its turn",
        Why::Rotation => "it has its turn",
        Why::Default => "nothing else may play, so the default does",
        Why::NothingAtThisHour => "nothing may play at this hour",
        Why::OutsideValidity => "the bundle is not valid then",
        Why::NoBundle => "the gate has no bundle",
        Why::Blackout => "somebody on duty has made the screen dark",
        Why::SafePage => "somebody on duty has cut the screen off",
    }
}

/// Why something is not shown.
pub(super) fn reason_in_words(reason: Reason) -> &'static str {
    match reason {
        Reason::NotItsTurn => "waits for its turn",
        Reason::EmergencyIsOn => "an emergency is on",
        Reason::OutsideHours => "not at this hour",
        Reason::OtherDay => "not on this day",
        Reason::ExcludedDay => "this day is excepted",
        Reason::NotYet => "has not begun yet",
        Reason::Over => "is over",
        Reason::CountdownOver => "what it counts down to has come",
        Reason::ClockNotTrusted => "the clock is not trusted",
        Reason::OutsideValidity => "the bundle is not valid then",
        Reason::NoLanguageOfScreen => "has none of the screen's languages",
        Reason::StandsBy => "is the default, and something else may play",
        Reason::NoRule => "no rule of this screen names it",
        Reason::Withdrawn => "was taken off",
    }
}
