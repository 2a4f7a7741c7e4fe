//! `snapshot`: the picture that a panel shows now, read back from it by the agent.

use std::{fs, path::PathBuf, process::ExitCode};

use anyhow::Context;
use clap::Args;
use playlists::ScreenId;
use protocol::FrameRef;
use serde::Serialize;

use crate::command_line::Options;

#[derive(Args)]
pub(crate) struct Arguments {
    /// Which screen
    #[arg(value_parser = ScreenId::parse)]
    screen: ScreenId,
    /// Where to put the PNG
    #[arg(short, long, value_name = "FILE")]
    output: PathBuf,
}

/// The JSON answer.
#[derive(Serialize)]
struct Answer<'a> {
    format: u32,
    screen: &'a ScreenId,
    /// The SHA-256 of the picture's RGB bytes, and the moment it was drawn for.
    frame: FrameRef,
    file: &'a PathBuf,
}

pub(crate) fn run(options: &Options, arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let access = options.access()?;
    let Arguments { screen, output } = arguments;
    let picture = options.client(&access).snapshot(screen)?;
    fs::write(output, &picture.png).with_context(|| format!("writing {}", output.display()))?;
    let answer = Answer { format: protocol::FORMAT, screen, frame: picture.frame, file: output };
    let words = format!("{}: {} drawn for {}", output.display(), picture.frame.digest, picture.frame.at);
    options.answer(&answer, words)?;
    Ok(ExitCode::SUCCESS)
}
