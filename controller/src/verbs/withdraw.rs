//! `withdraw`: takes a playlist or an item off the walls, and says so when the gates have confirmed it.

use std::process::ExitCode;

use anyhow::Context;
use clap::Args;
use playlists::{ItemId, PlaylistPath, ScreenId, Withdrawn};
use protocol::SignedBundle;
use serde::Serialize;

use super::publish::{next_version, send, sign};
use crate::{
    client::Unanswered,
    clock,
    command_line::Options,
    compose::chosen,
    failure::{self, DEGRADED, Usage},
    routes::Published,
};

#[derive(Args)]
pub(crate) struct Arguments {
    /// Which playlist, by its file, such as chao-mung.toml
    #[arg(value_name = "PLAYLIST", value_parser = PlaylistPath::parse)]
    playlist: PlaylistPath,
    /// Only this item of it
    #[arg(value_name = "ITEM", value_parser = ItemId::parse)]
    item: Option<ItemId>,
    /// Only from this screen; may be given more than once
    #[arg(long = "from", value_name = "SCREEN", value_parser = ScreenId::parse)]
    screens: Vec<ScreenId>,
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
    version: u64,
    /// Whether the gate has confirmed that it shows the bundle without it.
    withdrawn: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    milliseconds: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    detail: Option<String>,
}

pub(crate) fn run(options: &Options, arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let access = options.access()?;
    let client = options.client(&access);
    let gates = super::check::gates(options, None)?;
    let status = client.status()?;
    let withdrawn = Withdrawn { playlist: arguments.playlist.clone(), item: arguments.item.clone() };
    let mut bundles = Vec::new();
    for screen in chosen(&gates, &arguments.screens)? {
        let published = match client.bundle(&screen.id) {
            Ok(bytes) => {
                SignedBundle::parse(&bytes).with_context(|| format!("reading the bundle of {}", screen.id))?
            }
            Err(Unanswered::Refused { status: 404, .. }) => continue,
            Err(failed) => return Err(failed.into()),
        };
        let known = published.items()?;
        let is_there = known.iter().any(|(playlist, items)| {
            *playlist == withdrawn.playlist && withdrawn.item.as_ref().is_none_or(|item| items.contains(item))
        });
        // Another screen may have it.
        if is_there {
            let version = next_version(&status, screen);
            let mut bundle = published.withdrawing(withdrawn.clone(), version, clock::now())?;
            sign(&access, &mut bundle)?;
            bundles.push(bundle);
        }
    }
    let what = match &withdrawn.item {
        Some(item) => format!("`{item}` of {}", withdrawn.playlist),
        None => withdrawn.playlist.to_string(),
    };
    if bundles.is_empty() {
        return Err(
            Usage(format!("{what}: no screen that was asked for has that in what was published")).into()
        );
    }
    let mut answer = Answer { format: protocol::FORMAT, screens: Vec::new() };
    let mut words = String::new();
    let mut exit = ExitCode::SUCCESS;
    for (screen, version, sent) in send(&client, &bundles)? {
        let (confirmed, milliseconds, detail) = match sent {
            Ok(Published::OnAir { milliseconds }) => {
                words += &format!(
                    "{screen}: {what} is withdrawn, confirmed by the gate after {milliseconds:.0} ms\n"
                );
                (true, Some(milliseconds), None)
            }
            Ok(Published::Waiting) => {
                exit = ExitCode::from(DEGRADED);
                words += &format!("{screen}: {what} is NOT YET withdrawn: the gate has not confirmed it\n");
                (false, None, None)
            }
            Err(failed) => {
                let detail = failed.to_string();
                words += &format!("{screen}: {what} is NOT withdrawn: {detail}\n");
                exit = failure::exit_code(&failed.into());
                (false, None, Some(detail))
            }
        };
        answer.screens.push(One { screen, version, withdrawn: confirmed, milliseconds, detail });
    }
    options.answer(&answer, words)?;
    Ok(exit)
}
