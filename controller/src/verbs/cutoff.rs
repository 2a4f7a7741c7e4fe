//! `blackout`, `safe-page`, `lift`: cutting screens off, and back. One duty officer cuts off; two people lift it.

use std::{
    fs,
    path::{Path, PathBuf},
    process::ExitCode,
};

use anyhow::Context;
use clap::Args;
use playlists::ScreenId;
use protocol::{Cut, Cutoff, FORMAT, Role, SignedCutoff, Standing};
use serde::Serialize;

use super::sign::read_key;
use crate::{
    access::{Access, Signer},
    client::{Client, all_at_once},
    clock,
    command_line::Options,
    compose::chosen,
    failure::{self, DEGRADED, Usage},
    routes::Followed,
    status::FleetStatus,
};

#[derive(Args)]
pub(crate) struct Arguments {
    /// Which screens; or orders that are signed already, as `--draft` wrote them
    #[arg(value_name = "SCREEN", required_unless_present = "all")]
    targets: Vec<String>,
    /// All screens
    #[arg(long, conflicts_with = "targets")]
    all: bool,
    /// Why, for the audit trail
    #[arg(long, value_name = "TEXT", default_value = "")]
    reason: String,
    /// Do not send: write the orders here, signed with the keys at hand, for others to sign
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
    number: u64,
    #[serde(flatten)]
    result: Outcome,
}

#[derive(Serialize)]
#[serde(untagged)]
enum Outcome {
    Sent(Followed),
    Draft { draft: PathBuf },
    Failed { reason: String, detail: String },
}

pub(crate) fn run(options: &Options, cut: Cut, arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let access = options.access()?;
    let client = options.client(&access);
    let is_order = |target: &String| Path::new(target).extension().is_some_and(|kind| kind == "cutoff");
    let orders = if !arguments.all && arguments.targets.iter().all(is_order) {
        arguments.targets.iter().map(|file| read_order(Path::new(file), cut)).collect::<Result<_, _>>()?
    } else {
        new_orders(options, &client, &access, (cut, arguments))?
    };
    match &arguments.draft {
        Some(folder) => draft(options, folder, &orders),
        None => send(options, &client, &orders),
    }
}

/// One for each screen, signed with the keys at hand.
fn new_orders(
    options: &Options,
    client: &Client,
    access: &Access,
    (cut, arguments): (Cut, &Arguments),
) -> anyhow::Result<Vec<SignedCutoff>> {
    let gates = super::check::gates(options, None)?;
    let wanted =
        arguments.targets.iter().map(|target| ScreenId::parse(target)).collect::<Result<Vec<_>, _>>();
    let screens = chosen(&gates, &wanted.map_err(|bad| Usage(bad.to_string()))?)?;
    let status = client.status()?;
    screens
        .into_iter()
        .map(|screen| {
            let mut order = SignedCutoff::draft(&Cutoff {
                format: FORMAT,
                screen: screen.id.clone(),
                standing: Standing { number: next_number(&status, &screen.id), cut },
                at: clock::now(),
                reason: arguments.reason.clone(),
            });
            for Signer { role, key } in access.signers.iter().filter(|signer| signs(cut, signer.role)) {
                order.sign(*role, &read_key(key)?);
            }
            Ok(order)
        })
        .collect()
}

/// Whose word it takes.
fn signs(cut: Cut, role: Role) -> bool {
    match cut {
        Cut::Blackout | Cut::SafePage => role == Role::Duty,
        Cut::Lifted => Role::OF_CUTOFF.contains(&role),
    }
}

/// Above the last one, and above any that a controller may have forgotten.
fn next_number(status: &FleetStatus, screen: &ScreenId) -> u64 {
    let last = status.screen(screen).and_then(|status| status.cutoff.as_ref());
    let last = last.map_or(0, |cutoff| cutoff.standing.number);
    let now = u64::try_from(clock::now().as_second()).unwrap_or(0);
    now.max(last.saturating_add(1))
}

/// An order from its file, unverified; it must say what was called for.
fn read_order(file: &Path, cut: Cut) -> anyhow::Result<SignedCutoff> {
    let order = super::sign::read_cutoff(file)?;
    let said = order.claims().with_context(|| format!("order {}", file.display()))?.standing.cut;
    if said != cut {
        return Err(Usage(format!("{} says {}, not {}", file.display(), word(said), word(cut))).into());
    }
    Ok(order)
}

fn draft(options: &Options, folder: &Path, orders: &[SignedCutoff]) -> anyhow::Result<ExitCode> {
    fs::create_dir_all(folder).with_context(|| format!("making the folder {}", folder.display()))?;
    let mut answer = Answer { format: FORMAT, screens: Vec::new() };
    let mut words = String::new();
    for order in orders {
        let Cutoff { screen, standing, .. } = order.claims()?;
        let file = folder.join(format!("{screen}-{}.cutoff", standing.number));
        fs::write(&file, order.to_bytes()).with_context(|| format!("writing {}", file.display()))?;
        words += &format!("{}: {} for {screen}, not sent\n", file.display(), word(standing.cut));
        answer.screens.push(One { screen, number: standing.number, result: Outcome::Draft { draft: file } });
    }
    options.answer(&answer, words)?;
    Ok(ExitCode::SUCCESS)
}

/// To all gates at once; each answers by itself.
fn send(options: &Options, client: &Client, orders: &[SignedCutoff]) -> anyhow::Result<ExitCode> {
    let results = all_at_once(orders, |order| {
        let cutoff = order.claims()?;
        let followed = client.cut_off(&cutoff.screen, &order.to_bytes());
        Ok((cutoff, followed))
    })?;
    let mut answer = Answer { format: FORMAT, screens: Vec::new() };
    let mut words = String::new();
    let mut exit = ExitCode::SUCCESS;
    for (Cutoff { screen, standing, .. }, result) in results {
        let what = word(standing.cut);
        let result = match result {
            Ok(followed) => {
                words += &match &followed {
                    Followed::Followed { milliseconds } => {
                        format!("{screen}: {what}, confirmed by the gate after {milliseconds:.0} ms\n")
                    }
                    Followed::Waiting => {
                        exit = ExitCode::from(DEGRADED);
                        format!("{screen}: {what} is ordered; the gate has NOT YET confirmed it\n")
                    }
                };
                Outcome::Sent(followed)
            }
            Err(failed) => {
                let detail = failed.to_string();
                words += &format!("{screen}: NOT {what}: {detail}\n");
                let reason = failed.reason().to_owned();
                exit = failure::exit_code(&failed.into());
                Outcome::Failed { reason, detail }
            }
        };
        answer.screens.push(One { screen, number: standing.number, result });
    }
    options.answer(&answer, words)?;
    Ok(exit)
}

fn word(cut: Cut) -> &'static str {
    match cut {
        Cut::Blackout => "dark",
        Cut::SafePage => "on the gate's name alone",
        Cut::Lifted => "showing its content again",
    }
}
