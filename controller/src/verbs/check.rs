//! `check`: what is wrong in playlists, before anybody signs them.

use std::{fs, path::PathBuf, process::ExitCode};

use anyhow::Context;
use clap::Args;
use playlists::{Gates, ScreenId};
use render::Renderer;
use serde::Serialize;

use crate::{
    command_line::Options,
    compose::{Composition, Fault, Unpublishable, chosen},
    failure,
};

#[derive(Args)]
pub(crate) struct Arguments {
    /// Playlist files
    #[arg(required = true, value_name = "PLAYLIST")]
    playlists: Vec<PathBuf>,
    /// The gates file with the screens to check against [default: the controller's]
    #[arg(long, value_name = "FILE")]
    gates: Option<PathBuf>,
    /// Only for this screen; may be given more than once
    #[arg(long = "to", value_name = "SCREEN", value_parser = ScreenId::parse)]
    screens: Vec<ScreenId>,
}

/// The JSON answer.
#[derive(Serialize)]
struct Answer<'a> {
    format: u32,
    fine: bool,
    faults: &'a [Fault],
}

pub(crate) fn run(options: &Options, arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let gates = gates(options, arguments.gates.as_ref())?;
    let screens = chosen(&gates, &arguments.screens)?;
    let checked = Composition::read(&arguments.playlists, None)
        .and_then(|composition| composition.check(&screens, &mut Renderer::new()).map(|()| composition));
    match checked {
        Ok(composition) => {
            let mut words = String::new();
            for (file, playlist) in composition.playlists() {
                let languages: Vec<&str> =
                    playlist.languages.iter().map(|language| language.as_str()).collect();
                let (count, file) = (playlist.items.len(), file.display());
                words += &format!("{file}: fine, {count} items in {}\n", languages.join(", "));
            }
            let ids: Vec<&str> = screens.iter().map(|screen| screen.id.as_str()).collect();
            words += &format!("every item can be drawn on {}", ids.join(", "));
            options.answer(&Answer { format: protocol::FORMAT, fine: true, faults: &[] }, words)?;
            Ok(ExitCode::SUCCESS)
        }
        Err(Unpublishable(faults)) if options.json => {
            options.answer(&Answer { format: protocol::FORMAT, fine: false, faults: &faults }, "")?;
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
