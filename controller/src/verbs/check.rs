//! `check`: what is wrong in a schedule or in playlists, before anybody signs them.

use std::{fs, path::PathBuf, process::ExitCode};

use anyhow::Context;
use clap::Args;
use jiff::{Timestamp, tz::TimeZone};
use playlists::{Gates, ScreenId, Validity};
use render::Renderer;
use serde::Serialize;

use super::{
    notes::{Note, notes},
    programmes::Said,
};
use crate::{
    clock,
    command_line::Options,
    compose::{Composition, Fault, Unpublishable, chosen},
    failure,
};

#[derive(Args)]
pub(crate) struct Arguments {
    /// A schedule, which names its playlists, or playlist files
    #[arg(required = true, value_name = "FILE")]
    playlists: Vec<PathBuf>,
    /// The gates file with the screens to check against [default: the controller's]
    #[arg(long, value_name = "FILE")]
    gates: Option<PathBuf>,
    /// Only for this screen; may be given more than once
    #[arg(long = "to", value_name = "SCREEN", value_parser = ScreenId::parse)]
    screens: Vec<ScreenId>,
    /// From which day on a schedule is looked through, for a year [default: today]
    #[arg(long, value_name = "TIME", value_parser = Said::parse)]
    today: Option<Said>,
}

/// The JSON answer.
#[derive(Serialize)]
struct Answer<'a> {
    format: u32,
    fine: bool,
    faults: &'a [Fault],
    /// What its author should know, and may have meant.
    notes: &'a [Note],
}

/// Whatever a schedule is valid for.
const ALWAYS: Validity = Validity { from: Timestamp::MIN, until: Timestamp::MAX };

pub(crate) fn run(options: &Options, arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let gates = gates(options, arguments.gates.as_ref())?;
    let screens = chosen(&gates, &arguments.screens)?;
    let checked = Composition::read(&arguments.playlists, None)
        .and_then(|composition| composition.check(&screens, &mut Renderer::new()).map(|()| composition))
        .and_then(|composition| {
            // Playlists alone have no times to be looked at, and who publishes them says when an emergency ends.
            let scheduled = if composition.has_schedule() { &screens[..] } else { &[] };
            let programmes = composition.programmes(&gates, scheduled, ALWAYS)?;
            Ok((composition, programmes))
        });
    match checked {
        Ok((composition, programmes)) => {
            let today = arguments.today.map_or_else(clock::now, |today| today.timestamp(&TimeZone::UTC));
            let notes = |programme| notes(programme, composition.almanac(), today);
            let notes: Vec<Note> = programmes.iter().flat_map(notes).collect();
            let mut words = String::new();
            for (file, playlist) in composition.playlists() {
                let languages: Vec<&str> =
                    playlist.languages.iter().map(|language| language.as_str()).collect();
                let (count, file) = (playlist.items.len(), file.display());
                words += &format!("{file}: fine, {count} items in {}\n", languages.join(", "));
            }
            let ids: Vec<&str> = screens.iter().map(|screen| screen.id.as_str()).collect();
            words += &format!("every item can be drawn on {}\n", ids.join(", "));
            for Note { screen, words: note, .. } in &notes {
                words += &format!("▲ {screen}: {note}\n");
            }
            let answer = Answer { format: protocol::FORMAT, fine: true, faults: &[], notes: &notes };
            options.answer(&answer, words)?;
            Ok(ExitCode::SUCCESS)
        }
        Err(Unpublishable(faults)) if options.json => {
            let answer = Answer { format: protocol::FORMAT, fine: false, faults: &faults, notes: &[] };
            options.answer(&answer, "")?;
            Ok(failure::exit_code(&Unpublishable(faults).into()))
        }
        Err(unpublishable) => Err(unpublishable.into()),
    }
}

/// The gates file given, or the controller's.
pub(super) fn gates(options: &Options, given: Option<&PathBuf>) -> anyhow::Result<Gates> {
    match given {
        Some(file) => {
            let text = fs::read_to_string(file).with_context(|| format!("reading {}", file.display()))?;
            parse_gates(&file.display().to_string(), &text)
        }
        None => {
            let access =
                options.access().context("the screens are not known: name a file with --gates FILE")?;
            parse_gates(&access.controller, &options.client(&access).gates()?)
        }
    }
}

/// The screens of a gates file that came from `name`.
pub(super) fn parse_gates(name: &str, text: &str) -> anyhow::Result<Gates> {
    Gates::parse(name, text)
        .map_err(|mistakes| Unpublishable(mistakes.0.into_iter().map(Fault::Mistake).collect()).into())
}
