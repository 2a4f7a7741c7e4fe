//! `publish`: playlists become bundles, are signed with the keys at hand and go out; or a bundle that was signed
//! elsewhere goes out as it is. Nothing goes out if anything is wrong.

use std::{
    fs,
    path::{Path, PathBuf},
    process::ExitCode,
};

use anyhow::Context;
use clap::Args;
use jiff::{SignedDuration, Timestamp};
use playlists::{LocalMoment, Screen, ScreenId, Validity};
use protocol::{Role, SignedBundle};
use render::Renderer;
use serde::Serialize;

use super::sign::{read_bundle, read_key};
use crate::{
    access::{Access, Signer},
    client::{Client, Unanswered, all_at_once},
    clock,
    command_line::Options,
    compose::{Composition, Plan, chosen},
    failure::{self, DEGRADED, Usage},
    routes::Published,
    status::FleetStatus,
};

#[derive(Args)]
pub(crate) struct Arguments {
    /// A schedule, which names its playlists; or playlist files, which play always; or bundles that are signed already
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// Only to this screen; may be given more than once
    #[arg(long = "to", value_name = "SCREEN", value_parser = ScreenId::parse)]
    screens: Vec<ScreenId>,
    /// For how many days the content is valid
    #[arg(long, value_name = "DAYS", default_value_t = 365, value_parser = clap::value_parser!(u16).range(1..=3660))]
    days: u16,
    /// Until when playlists play that are named without a schedule, by the gate's clock, such as "2026-12-01 18:00"; an
    /// emergency needs it
    #[arg(long, value_name = "MOMENT", value_parser = LocalMoment::parse)]
    until: Option<LocalMoment>,
    /// Do not publish: write the bundles here, signed with the keys at hand, for others to sign
    #[arg(long, value_name = "FOLDER")]
    draft: Option<PathBuf>,
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
    #[serde(flatten)]
    result: Outcome,
}

#[derive(Serialize)]
#[serde(untagged)]
enum Outcome {
    Published(Published),
    Draft { draft: PathBuf },
    Failed { reason: String, detail: String },
}

pub(crate) fn run(options: &Options, arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let access = options.access()?;
    let client = options.client(&access);
    let bundles = if arguments.files.iter().all(|file| is_bundle(file)) {
        arguments.files.iter().map(|file| read_bundle(file)).collect::<Result<_, _>>()?
    } else if arguments.files.iter().any(|file| is_bundle(file)) {
        return Err(Usage("name either playlists or bundles, not both".to_owned()).into());
    } else {
        bundles(&client, &access, arguments)?
    };
    match &arguments.draft {
        Some(folder) => draft(options, folder, &bundles),
        None => publish(options, &client, &bundles),
    }
}

/// Reads, checks, drafts and signs. Nothing has gone out when this fails.
fn bundles(client: &Client, access: &Access, arguments: &Arguments) -> anyhow::Result<Vec<SignedBundle>> {
    let gates = super::check::parse_gates(&access.controller, &client.gates()?)?;
    let screens = chosen(&gates, &arguments.screens)?;
    let composition = Composition::read(&arguments.files, arguments.until)?;
    composition.check(&screens, &mut Renderer::new())?;
    let status = client.status()?;
    let now = clock::now();
    let validity = validity(now, arguments.days);
    composition.programmes(&gates, &screens, validity)?;
    screens
        .into_iter()
        .map(|screen| {
            let plan = Plan { version: next_version(&status, screen), created: now, validity };
            let mut bundle = composition.draft(screen, &plan)?;
            sign(access, &mut bundle)?;
            Ok(bundle)
        })
        .collect()
}

/// With the keys at hand.
pub(super) fn sign(access: &Access, bundle: &mut SignedBundle) -> anyhow::Result<()> {
    for Signer { role, key } in &access.signers {
        if Role::OF_BUNDLE.contains(role) {
            bundle.sign(*role, &read_key(key)?);
        }
    }
    Ok(())
}

/// Above everything that was published or is on air.
pub(super) fn next_version(status: &FleetStatus, screen: &Screen) -> u64 {
    let known = status.screen(&screen.id).into_iter().flat_map(|status| [status.wanted, status.bundle]);
    known.flatten().map(|bundle| bundle.version).max().unwrap_or(0) + 1
}

fn validity(now: Timestamp, days: u16) -> Validity {
    Validity { from: now, until: now + SignedDuration::from_hours(24 * i64::from(days)) }
}

fn draft(options: &Options, folder: &Path, bundles: &[SignedBundle]) -> anyhow::Result<ExitCode> {
    fs::create_dir_all(folder).with_context(|| format!("making the folder {}", folder.display()))?;
    let mut answer = Answer { format: protocol::FORMAT, screens: Vec::new() };
    let mut words = String::new();
    for bundle in bundles {
        let (screen, version) = bundle.claims()?;
        let file = folder.join(format!("{screen}-{version}.bundle"));
        fs::write(&file, bundle.to_bytes()).with_context(|| format!("writing {}", file.display()))?;
        words += &format!("{}: version {version} for {screen}, not published\n", file.display());
        answer.screens.push(One { screen, version, result: Outcome::Draft { draft: file } });
    }
    options.answer(&answer, words)?;
    Ok(ExitCode::SUCCESS)
}

/// What became of a bundle.
pub(super) type Sent = (ScreenId, u64, Result<Published, Unanswered>);

/// To all gates at once; each answers by itself.
pub(super) fn send(client: &Client, bundles: &[SignedBundle]) -> anyhow::Result<Vec<Sent>> {
    all_at_once(bundles, |bundle| {
        let (screen, version) = bundle.claims()?;
        let published = client.publish(&screen, &bundle.to_bytes());
        Ok((screen, version, published))
    })
}

fn publish(options: &Options, client: &Client, bundles: &[SignedBundle]) -> anyhow::Result<ExitCode> {
    let results = send(client, bundles)?;
    let mut answer = Answer { format: protocol::FORMAT, screens: Vec::new() };
    let mut words = String::new();
    let mut exit = ExitCode::SUCCESS;
    for (screen, version, result) in results {
        words += &format!("{screen}: version {version} {}\n", sentence(&result));
        let result = match result {
            Ok(published) => {
                if matches!(published, Published::Waiting) {
                    exit = ExitCode::from(DEGRADED);
                }
                Outcome::Published(published)
            }
            Err(failed) => {
                let (reason, detail) = (failed.reason().to_owned(), failed.to_string());
                exit = failure::exit_code(&failed.into());
                Outcome::Failed { reason, detail }
            }
        };
        answer.screens.push(One { screen, version, result });
    }
    options.answer(&answer, words)?;
    Ok(exit)
}

fn sentence(result: &Result<Published, Unanswered>) -> String {
    match result {
        Ok(Published::OnAir { milliseconds }) => format!("is on air, {milliseconds:.0} ms after publishing"),
        Ok(Published::Waiting) => "is published; the gate has not confirmed it yet".to_owned(),
        Err(failed) => format!("is NOT published: {failed}"),
    }
}

fn is_bundle(file: &Path) -> bool {
    file.extension().is_some_and(|extension| extension == "bundle")
}
