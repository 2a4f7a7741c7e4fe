//! The agent's verbs: `run` and `check`.

use std::{ffi::OsString, io::IsTerminal as _, path::PathBuf, process::ExitCode};

use anyhow::Context;
use clap::{Parser, Subcommand};
use playlists::MadeClock;
use tokio_util::sync::CancellationToken;
use tracing_subscriber::{
    Layer as _, filter::Targets, layer::SubscriberExt as _, util::SubscriberInitExt as _,
};

use crate::{AgentFailed, config::Config};

/// Bad configuration, as in sysexits.h.
const EXIT_CONFIG: u8 = 78;

#[derive(Parser)]
#[command(
    name = "agent",
    version,
    about = "Shows signed bundles on one LED screen and reports what is on air"
)]
struct CommandLine {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Subcommand)]
enum Verb {
    /// Serve the screen until stopped
    Run {
        /// The agent's configuration
        #[arg(long, value_name = "FILE", default_value = "/etc/gatesign/agent.toml")]
        config: PathBuf,
        /// By which clock, for the demo: the moment it stood at, its speed, and since when
        #[arg(long, value_name = "CLOCK", hide = true)]
        made_clock: Option<MadeClock>,
    },
    /// Read the configuration and everything it names, and say what is wrong
    Check {
        /// The agent's configuration
        #[arg(long, value_name = "FILE", default_value = "/etc/gatesign/agent.toml")]
        config: PathBuf,
    },
}

/// Runs the program with these arguments, the program's name first.
pub fn run_from(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    let line = match CommandLine::try_parse_from(arguments) {
        Ok(line) => line,
        Err(usage) => {
            // Help and version are answers, not faults.
            let code = if usage.use_stderr() { 2 } else { 0 };
            let _ = usage.print();
            return ExitCode::from(code);
        }
    };
    match line.verb {
        Verb::Run { config, made_clock } => {
            log("info");
            finish(serve(&config, made_clock))
        }
        Verb::Check { config } => match Config::read(&config) {
            Ok(valid) => {
                println!(
                    "{}: fine, for screen {} ({})",
                    config.display(),
                    valid.screen.id,
                    valid.screen.size
                );
                ExitCode::SUCCESS
            }
            Err(invalid) => finish(Err(AgentFailed::Config(invalid).into())),
        },
    }
}

fn serve(config: &std::path::Path, made_clock: Option<MadeClock>) -> anyhow::Result<()> {
    let runtime =
        tokio::runtime::Builder::new_current_thread().enable_all().build().context("starting the runtime")?;
    runtime.block_on(async {
        let stop = CancellationToken::new();
        let asked = stop.clone();
        let mut terminate = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate())
            .context("listening for SIGTERM")?;
        tokio::spawn(async move {
            tokio::select! {
                _ = terminate.recv() => {}
                _ = tokio::signal::ctrl_c() => {}
            }
            asked.cancel();
        });
        Ok(crate::run(config, made_clock, stop).await?)
    })
}

fn finish(result: anyhow::Result<()>) -> ExitCode {
    let Err(failed) = result else { return ExitCode::SUCCESS };
    eprintln!("agent: {failed:#}");
    match failed.downcast_ref::<AgentFailed>() {
        Some(AgentFailed::Config(_)) => ExitCode::from(EXIT_CONFIG),
        _ => ExitCode::FAILURE,
    }
}

/// Logs to standard error: what `RUST_LOG` says, or else `usual`.
fn log(usual: &str) {
    let chosen = std::env::var("RUST_LOG").ok().and_then(|levels| levels.parse::<Targets>().ok());
    let levels = chosen.or_else(|| usual.parse().ok()).unwrap_or_default();
    let lines = tracing_subscriber::fmt::layer()
        .with_ansi(std::io::stderr().is_terminal())
        .with_writer(std::io::stderr)
        .with_filter(levels);
    tracing_subscriber::registry().with(lines).init();
}
