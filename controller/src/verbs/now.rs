//! `now`: what is on air, since when and why.

use std::process::ExitCode;

use clap::Args;
use playlists::ScreenId;
use serde::Serialize;

use super::status::{of_screen, on_air};
use crate::{command_line::Options, failure::DEGRADED, status::OnAirStatus};

#[derive(Args)]
pub(crate) struct Arguments {
    /// Only this screen
    #[arg(value_parser = ScreenId::parse)]
    screen: Option<ScreenId>,
}

/// The JSON answer.
#[derive(Serialize)]
struct Answer<'a> {
    format: u32,
    screens: Vec<One<'a>>,
}

#[derive(Serialize)]
struct One<'a> {
    screen: &'a ScreenId,
    /// `online`, `offline`, `silent`, `never-seen`: what an absent gate shows is what it showed last.
    connection: &'a str,
    on_air: Option<&'a OnAirStatus>,
}

pub(crate) fn run(options: &Options, arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let access = options.access()?;
    let status = of_screen(options.client(&access).status()?, arguments.screen.as_ref())?;
    let mut lines = Vec::new();
    let mut all_there = true;
    for screen in &status.screens {
        let there = screen.connection.state == "online";
        all_there &= there && screen.on_air.is_some();
        let state = if there { String::new() } else { format!(" [{}]", screen.connection.state) };
        lines.push(format!("{}{state}: {}", screen.screen, on_air(screen)));
    }
    let answer = Answer {
        format: protocol::FORMAT,
        screens: status
            .screens
            .iter()
            .map(|status| One {
                screen: &status.screen,
                connection: &status.connection.state,
                on_air: status.on_air.as_ref(),
            })
            .collect(),
    };
    options.answer(&answer, lines.join("\n"))?;
    Ok(if all_there { ExitCode::SUCCESS } else { ExitCode::from(DEGRADED) })
}
