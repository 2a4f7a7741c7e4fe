//! `timeline`: what takes turns on a screen from when until when; as a table, as JSON, as a picture.

use std::{fmt::Write, fs, path::PathBuf, process::ExitCode};

use anyhow::Context;
use clap::Args;
use jiff::Timestamp;
use playlists::{Playlist, Programme, ScreenId, Shows, Stretch, Why, plays, timeline};
use serde::Serialize;

use super::programmes::{Said, Source, span};
use crate::{chart, command_line::Options};

#[derive(Args)]
pub(crate) struct Arguments {
    /// On which screen
    #[arg(value_name = "SCREEN", value_parser = ScreenId::parse)]
    screen: ScreenId,
    /// From when: "2026-12-01 07:30" by the gate's clock, or with its zone [default: today's midnight]
    #[arg(long, value_name = "TIME", value_parser = Said::parse)]
    from: Option<Said>,
    /// Until when [default: a day later]
    #[arg(long, value_name = "TIME", value_parser = Said::parse)]
    to: Option<Said>,
    /// Every single slot instead of who takes turns
    #[arg(long)]
    plays: bool,
    /// Draw it into this SVG file, too
    #[arg(short, long, value_name = "FILE", conflicts_with = "plays")]
    output: Option<PathBuf>,
    #[command(flatten)]
    source: Source,
}

/// The JSON answer.
#[derive(Serialize)]
struct Answer {
    format: u32,
    screen: ScreenId,
    from: Timestamp,
    until: Timestamp,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    stretches: Vec<OneStretch>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    plays: Vec<OnePlay>,
}

#[derive(Serialize)]
struct OneStretch {
    from: Timestamp,
    until: Timestamp,
    why: Why,
    playlists: Vec<String>,
    priority: Vec<String>,
    gap: bool,
    conflict: bool,
}

#[derive(Serialize)]
struct OnePlay {
    from: Timestamp,
    until: Timestamp,
    playlist: String,
    item: String,
    language: String,
    why: Why,
}

pub(crate) fn run(options: &Options, arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let programmes = arguments.source.programmes(options, std::slice::from_ref(&arguments.screen))?;
    let programme = programmes.first().context("the screen has no programme")?;
    let zone = &programme.screen().gate.time_zone;
    let [from, until] = span(arguments.from, arguments.to, zone)?;
    let mut answer = Answer {
        format: protocol::FORMAT,
        screen: arguments.screen.clone(),
        from,
        until,
        stretches: Vec::new(),
        plays: Vec::new(),
    };
    let words = if arguments.plays {
        answer.plays = all_plays(programme, from, until);
        plays_in_words(programme, &answer.plays)
    } else {
        let stretches = timeline(programme, from, until);
        if let Some(file) = &arguments.output {
            let picture = chart::draw(programme.screen(), &stretches);
            fs::write(file, picture).with_context(|| format!("writing {}", file.display()))?;
        }
        answer.stretches = stretches.iter().map(one_stretch).collect();
        in_words(programme, &stretches)
    };
    options.answer(&answer, words)?;
    Ok(ExitCode::SUCCESS)
}

fn all_plays(programme: &Programme, from: Timestamp, until: Timestamp) -> Vec<OnePlay> {
    let play = |play: playlists::Play<'_>| {
        let Shows::Item { playlist, item, ref languages, .. } = play.shows else { return None };
        let languages: Vec<&str> = languages.iter().map(|language| language.as_str()).collect();
        Some(OnePlay {
            from: play.from,
            until: play.until,
            playlist: playlist.name.clone(),
            item: item.id.to_string(),
            language: languages.join("+"),
            why: play.why,
        })
    };
    plays(programme, from, until).filter_map(play).collect()
}

fn names(playlists: &[&Playlist]) -> Vec<String> {
    playlists.iter().map(|playlist| playlist.name.clone()).collect()
}

fn one_stretch(stretch: &Stretch<'_>) -> OneStretch {
    OneStretch {
        from: stretch.from,
        until: stretch.until,
        why: stretch.why,
        playlists: names(&stretch.playlists),
        priority: names(&stretch.priority),
        gap: stretch.is_gap(),
        conflict: stretch.is_conflict(),
    }
}

fn in_words(programme: &Programme, stretches: &[Stretch<'_>]) -> String {
    let zone = &programme.screen().gate.time_zone;
    let local = |moment: Timestamp| zone.to_datetime(moment).strftime("%a %Y-%m-%d %H:%M:%S").to_string();
    let mut out = format!("{:<24} {:<24} {}\n", "from", "until", "plays");
    for stretch in stretches {
        let _ = writeln!(out, "{:<24} {:<24} {}", local(stretch.from), local(stretch.until), what(stretch));
    }
    out
}

/// What takes turns, in words.
pub(crate) fn what(stretch: &Stretch<'_>) -> String {
    let playlists = names(&stretch.playlists).join(", ");
    let priority = names(&stretch.priority).join(", ");
    let conflict = if stretch.is_conflict() { "  ▲ they compete" } else { "" };
    match stretch.why {
        Why::Emergency => format!("EMERGENCY: {playlists}{conflict}"),
        Why::Rotation | Why::Priority => match (priority.is_empty(), playlists.is_empty()) {
            (true, _) => playlists,
            (false, true) => format!("priority: {priority}{conflict}"),
            (false, false) => format!("priority: {priority}; {playlists}{conflict}"),
        },
        Why::Default => format!("default: {playlists}"),
        Why::NothingAtThisHour => "the gate's name: nothing may play".to_owned(),
        Why::OutsideValidity | Why::NoBundle => "the gate's name: the bundle is not valid".to_owned(),
        Why::Blackout | Why::SafePage => "cut off".to_owned(),
    }
}

fn plays_in_words(programme: &Programme, plays: &[OnePlay]) -> String {
    let zone = &programme.screen().gate.time_zone;
    let local = |moment: Timestamp| zone.to_datetime(moment).strftime("%Y-%m-%d %H:%M:%S%.3f").to_string();
    let mut out = String::new();
    for OnePlay { from, until, playlist, item, language, .. } in plays {
        let _ = writeln!(out, "{}  {}  {playlist} / {item} {language}", local(*from), local(*until));
    }
    out
}
