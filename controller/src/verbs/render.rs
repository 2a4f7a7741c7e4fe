//! `render`: what a screen shows at a moment, or an item, drawn with the code of the wall.

use std::{fs, path::PathBuf, process::ExitCode, time::Duration};

use anyhow::Context;
use clap::Args;
use jiff::Timestamp;
use playlists::{ItemId, Language, Layout, Playlist, Screen, ScreenId, Shows, Trust, Why};
use protocol::FrameRef;
use render::{Frame, Renderer};
use serde::Serialize;

use super::programmes::published;
use crate::{
    clock,
    command_line::Options,
    compose::{Composition, chosen},
    failure::Usage,
};

#[derive(Args)]
pub(crate) struct Arguments {
    /// A playlist file; without it, what was published last is drawn
    #[arg(value_name = "PLAYLIST")]
    playlist: Option<PathBuf>,
    /// For which screen
    #[arg(long, value_name = "SCREEN", value_parser = ScreenId::parse)]
    screen: ScreenId,
    /// Where to put the PNG
    #[arg(short, long, value_name = "FILE")]
    output: PathBuf,
    /// At which moment, such as 2026-11-24T06:00:00+07:00 [default: now]
    #[arg(long, value_name = "TIME", conflicts_with = "playlist")]
    at: Option<Timestamp>,
    /// Which item of the playlist [default: the first]
    #[arg(long, value_name = "ITEM", requires = "playlist", value_parser = ItemId::parse)]
    item: Option<ItemId>,
    /// In which language, where they rotate [default: the screen's first]
    #[arg(long, value_name = "LANGUAGE", requires = "playlist", value_parser = Language::parse)]
    language: Option<Language>,
    /// So many seconds after it came on: for pages and tickers
    #[arg(long, value_name = "SECONDS", requires = "playlist", default_value_t = 0.0)]
    after: f64,
    /// The gates file with the screen [default: the controller's]
    #[arg(long, value_name = "FILE", requires = "playlist")]
    gates: Option<PathBuf>,
}

/// The JSON answer.
#[derive(Serialize)]
struct Answer<'a> {
    format: u32,
    screen: &'a ScreenId,
    item: Option<String>,
    language: String,
    #[serde(flatten)]
    moment: Option<Moment>,
    /// The SHA-256 of the picture's RGB bytes.
    digest: String,
    file: &'a PathBuf,
}

/// When it is on air: only for what was published.
#[derive(Serialize)]
struct Moment {
    version: u64,
    frame: FrameRef,
    since: Timestamp,
    until: Timestamp,
    why: Why,
}

pub(crate) fn run(options: &Options, arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let (frame, item, language, moment) = match &arguments.playlist {
        Some(file) => of_playlist(options, arguments, file)?,
        None => of_published(options, arguments)?,
    };
    let output = &arguments.output;
    fs::write(output, frame.to_png()).with_context(|| format!("writing {}", output.display()))?;
    let digest = frame.digest().to_string();
    let what = item.as_deref().unwrap_or("safe page");
    let words = format!("{}: {what} {language}, {digest}", output.display());
    let answer = Answer {
        format: protocol::FORMAT,
        screen: &arguments.screen,
        item,
        language,
        moment,
        digest,
        file: output,
    };
    options.answer(&answer, words)?;
    Ok(ExitCode::SUCCESS)
}

type Drawn = (Frame, Option<String>, String, Option<Moment>);

fn of_published(options: &Options, arguments: &Arguments) -> anyhow::Result<Drawn> {
    let gates = super::check::gates(options, None)?;
    let screen = chosen(&gates, std::slice::from_ref(&arguments.screen))?[0];
    let bundle = published(options, screen)?;
    let at = arguments.at.unwrap_or_else(clock::now);
    let mut renderer = Renderer::new();
    let moment = renderer.at(bundle.programme(), bundle.pictures(), at, Trust::Trusted);
    let (decision, frame) = (moment.decision, moment.frame.clone());
    let facts = Moment {
        version: bundle.reference().version,
        frame: FrameRef { digest: frame.digest(), at },
        since: decision.since,
        until: decision.until,
        why: decision.why,
    };
    let item = decision.item().map(|item| item.id.to_string());
    Ok((frame, item, decision.language_label(), Some(facts)))
}

fn of_playlist(options: &Options, arguments: &Arguments, file: &PathBuf) -> anyhow::Result<Drawn> {
    let gates = super::check::gates(options, arguments.gates.as_ref())?;
    let screen = chosen(&gates, std::slice::from_ref(&arguments.screen))?[0];
    let composition = Composition::read(std::slice::from_ref(file), None)?;
    let mut renderer = Renderer::new();
    composition.check(&[screen], &mut renderer)?;
    let (_, playlist) = composition.playlists().next().context("the playlist is empty")?;
    let shows = shows(screen, playlist, arguments)?;
    let after = Duration::try_from_secs_f64(arguments.after)
        .map_err(|_| Usage(format!("--after {}: not a time", arguments.after)))?;
    let frame = renderer.draw(screen, &shows, &composition.pictures(), clock::now(), after)?;
    let (item, language) = match &shows {
        Shows::Item { item, languages, .. } => {
            let languages: Vec<&str> = languages.iter().map(|language| language.as_str()).collect();
            (Some(item.id.to_string()), languages.join("+"))
        }
        Shows::SafePage => (None, String::new()),
    };
    Ok((frame, item, language, None))
}

fn shows<'a>(screen: &'a Screen, playlist: &'a Playlist, arguments: &Arguments) -> Result<Shows<'a>, Usage> {
    let item = match &arguments.item {
        None => playlist.items.first(),
        Some(id) => playlist.items.iter().find(|item| item.id == *id),
    };
    let item = item.ok_or_else(|| {
        let ids: Vec<&str> = playlist.items.iter().map(|item| item.id.as_str()).collect();
        Usage(format!("there is no such item; there are {}", ids.join(", ")))
    })?;
    let layout = screen.layout_of(item);
    let languages = match (layout, &arguments.language) {
        _ if item.texts.is_none() => Vec::new(),
        (Layout::Split | Layout::Stack, _) => screen.languages.iter().collect(),
        (Layout::Rotate | Layout::Ticker, None) => screen.languages.iter().take(1).collect(),
        (Layout::Rotate | Layout::Ticker, Some(wanted)) => {
            let shown = screen.languages.iter().find(|language| *language == wanted);
            vec![shown.ok_or_else(|| Usage(format!("screen `{}` does not show `{wanted}`", screen.id)))?]
        }
    };
    Ok(Shows::Item { playlist, item, layout, languages })
}
