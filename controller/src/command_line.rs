//! The verbs and what stands around them: options, output, exit codes.

use std::{
    ffi::OsString, fmt::Display, io::IsTerminal as _, path::PathBuf, process::ExitCode, time::Duration,
};

use anyhow::Context;
use clap::{Args, Parser, Subcommand};
use playlists::MadeClock;
use protocol::Cut;
use serde::Serialize;
use tokio_util::sync::CancellationToken;
use tracing_subscriber::{
    Layer as _, filter::Targets, layer::SubscriberExt as _, util::SubscriberInitExt as _,
};

use crate::{access::Access, client::Client, clock, failure, verbs};

#[derive(Parser)]
#[command(
    name = "controller",
    version,
    about = "Publishes signed bundles to the LED screens of border gates and says what is on air",
    after_help = "Exit codes: 0 fine, 1 failed, 2 usage, 3 degraded, 4 unreachable, 6 conflict, \
                  7 verification failed, 78 bad configuration"
)]
struct CommandLine {
    #[command(flatten)]
    options: Options,
    #[command(subcommand)]
    verb: Verb,
}

/// What all verbs understand.
#[derive(Args)]
pub(crate) struct Options {
    /// Answer in JSON: stable, with a version
    #[arg(long, global = true)]
    pub(crate) json: bool,
    /// Say nothing but mistakes
    #[arg(long, global = true)]
    quiet: bool,
    /// How long to wait for a gate, in seconds
    #[arg(long, global = true, value_name = "SECONDS", default_value_t = 10, value_parser = clap::value_parser!(u64).range(1..=120))]
    timeout: u64,
    /// Which controller, and which keys to sign with [default: gatesign/access.toml in the user's state folder]
    #[arg(long, global = true, value_name = "FILE")]
    access: Option<PathBuf>,
}

#[derive(Subcommand)]
enum Verb {
    /// Serve: broker, publishing, fleet, console
    Serve {
        /// The controller's configuration
        #[arg(long, value_name = "FILE", default_value = "/etc/gatesign/controller.toml")]
        config: PathBuf,
        /// By which clock, for the demo: the moment it stood at, its speed, and since when
        #[arg(long, value_name = "CLOCK", hide = true)]
        made_clock: Option<MadeClock>,
    },
    /// How the screens are
    Status(verbs::status::Arguments),
    /// What is on air, since when and why
    Now(verbs::now::Arguments),
    /// The picture that a panel shows now, read back from it
    Snapshot(verbs::snapshot::Arguments),
    /// What plays at a moment, past or future, until when, why, and why not the others
    At(verbs::at::Arguments),
    /// What takes turns on a screen from when until when
    Timeline(verbs::timeline::Arguments),
    /// The days of a year that schedules may name
    Calendar(verbs::calendar::Arguments),
    /// Find what is wrong in a schedule or in playlists before anybody signs them
    Check(verbs::check::Arguments),
    /// Draw what a screen shows at a moment, or an item, with the code of the wall
    Render(verbs::render::Arguments),
    /// Sign and publish playlists, or a bundle that was signed elsewhere
    Publish(verbs::publish::Arguments),
    /// Take a playlist or an item off the walls, at once
    Withdraw(verbs::withdraw::Arguments),
    /// Make screens dark, at once and until that is lifted: one duty officer signs
    Blackout(verbs::cutoff::Arguments),
    /// Show only the gate's name on screens, at once and until that is lifted: one duty officer signs
    SafePage(verbs::cutoff::Arguments),
    /// Let screens show their content again: two people sign, duty officers or approvers
    Lift(verbs::cutoff::Arguments),
    /// Which keys count, and another keyring's way to all gates: people with root keys sign it
    Keyring(verbs::keyring::Arguments),
    /// Add a person's signature to a bundle, to an order to cut off, or to a keyring
    Sign(verbs::sign::Arguments),
    /// Who may say and read what at a broker of one's own, as Mosquitto's `acl_file`
    Acl(verbs::acl::Arguments),
    /// Make a key: a person's, or the controller's own of the clock
    Key(verbs::key::Arguments),
}

impl Options {
    /// The person's access. From then on this program goes by the clock that the controller goes by.
    pub(crate) fn access(&self) -> anyhow::Result<Access> {
        let access = Access::read(self.access.as_deref())?;
        access.made_clock.into_iter().for_each(clock::make);
        Ok(access)
    }

    /// A client for that access.
    pub(crate) fn client(&self, access: &Access) -> Client {
        Client::new(access, Duration::from_secs(self.timeout))
    }

    /// Prints an answer: `value` for programs, `words` for people.
    pub(crate) fn answer(&self, value: &impl Serialize, words: impl Display) -> anyhow::Result<()> {
        if self.json {
            println!("{}", serde_json::to_string_pretty(value).context("writing JSON")?);
        } else if !self.quiet {
            println!("{}", words.to_string().trim_end());
        }
        Ok(())
    }
}

/// Runs the program with these arguments, the program's name first.
pub fn run_from(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    let CommandLine { options, verb } = match CommandLine::try_parse_from(arguments) {
        Ok(line) => line,
        Err(usage) => {
            // Help and version are answers, not faults.
            let code = if usage.use_stderr() { 2 } else { 0 };
            let _ = usage.print();
            return ExitCode::from(code);
        }
    };
    let result = match verb {
        Verb::Serve { config, made_clock } => serve(&config, made_clock).map(|()| ExitCode::SUCCESS),
        Verb::Status(arguments) => verbs::status::run(&options, &arguments),
        Verb::Now(arguments) => verbs::now::run(&options, &arguments),
        Verb::Snapshot(arguments) => verbs::snapshot::run(&options, &arguments),
        Verb::At(arguments) => verbs::at::run(&options, &arguments),
        Verb::Timeline(arguments) => verbs::timeline::run(&options, &arguments),
        Verb::Calendar(arguments) => verbs::calendar::run(&options, &arguments),
        Verb::Withdraw(arguments) => verbs::withdraw::run(&options, &arguments),
        Verb::Check(arguments) => verbs::check::run(&options, &arguments),
        Verb::Render(arguments) => verbs::render::run(&options, &arguments),
        Verb::Publish(arguments) => verbs::publish::run(&options, &arguments),
        Verb::Blackout(arguments) => verbs::cutoff::run(&options, Cut::Blackout, &arguments),
        Verb::SafePage(arguments) => verbs::cutoff::run(&options, Cut::SafePage, &arguments),
        Verb::Lift(arguments) => verbs::cutoff::run(&options, Cut::Lifted, &arguments),
        Verb::Keyring(arguments) => verbs::keyring::run(&options, &arguments),
        Verb::Sign(arguments) => verbs::sign::run(&options, &arguments),
        Verb::Acl(arguments) => verbs::acl::run(&options, &arguments),
        Verb::Key(arguments) => verbs::key::run(&options, &arguments),
    };
    result.unwrap_or_else(|failed| {
        eprintln!("controller: {failed:#}");
        failure::exit_code(&failed)
    })
}

fn serve(config: &std::path::Path, made_clock: Option<MadeClock>) -> anyhow::Result<()> {
    made_clock.into_iter().for_each(clock::make);
    // The embedded broker tells every connection at `info`: only its warnings are news.
    log("info,mqtt5=warn");
    let runtime =
        tokio::runtime::Builder::new_multi_thread().enable_all().build().context("starting the runtime")?;
    let result = runtime.block_on(async {
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
        crate::serve::serve(config, stop).await
    });
    runtime.shutdown_timeout(Duration::from_secs(1));
    result
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
