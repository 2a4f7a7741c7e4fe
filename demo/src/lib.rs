//! The whole of gatesign on one machine, to be looked at: an embedded broker, a controller with its console on
//! loopback, two gates with simulated panels; keys and passwords made on the spot; samples signed and published.
//!
//! Nothing here is needed on a real gate.

mod children;
mod clock;
mod samples;
mod show;
mod site;

pub use samples::EVERYDAY;
pub use site::Site;

use std::{ffi::OsString, path::PathBuf, process::ExitCode};

use clap::Parser;
use clock::Beginning;
use jiff::SignedDuration;
use playlists::Speed;

#[derive(Parser)]
#[command(
    name = "demo",
    version,
    about = "Shows the whole system on this machine: broker, controller, console and two gates",
    after_help = "`demo agent …` and `demo controller …` are the two programs themselves. Everything listens on loopback only. Keys and passwords are made on the spot, in the data folder."
)]
struct CommandLine {
    /// Stop by itself after this time, such as 60s or 5m
    #[arg(long = "for", value_name = "TIME", value_parser = time)]
    time: Option<SignedDuration>,
    /// Where the console listens [default: 8080, or any free port]
    #[arg(long, value_name = "PORT")]
    port: Option<u16>,
    /// Begin at this moment, by the gates' clock, such as "2026-12-01 06:00"; nothing of it is kept for the next start
    #[arg(long, value_name = "MOMENT", value_parser = Beginning::parse)]
    at: Option<Beginning>,
    /// Let the clock go so many times as fast, 1x to 3600x: at 600x a day is over in 144 s; a large wall on a slow machine
    /// may pass items over if it goes faster
    #[arg(long, value_name = "SPEED")]
    speed: Option<Speed>,
    /// Where everything is kept; what was published before is shown again
    #[arg(long, value_name = "DIR", default_value = "demo-data")]
    data: PathBuf,
}

/// Runs the program with these arguments, the program's name first. The demo starts itself again as controller
/// and as agents, so that each is a process of its own: both programs are in it, by the names of their crates.
pub fn run_from(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    let mut arguments: Vec<OsString> = arguments.into_iter().collect();
    if arguments.get(1).is_some_and(|first| first == children::CHILD) {
        children::end_with_parent();
        arguments.remove(1);
    }
    match arguments.get(1).and_then(|role| role.to_str()) {
        Some("agent") => return agent::run_from(arguments.into_iter().skip(1)),
        Some("controller") => return controller::run_from(arguments.into_iter().skip(1)),
        _ => {}
    }
    let CommandLine { time, port, at, speed, data } = match CommandLine::try_parse_from(arguments) {
        Ok(line) => line,
        Err(usage) => {
            let code = if usage.use_stderr() { 2 } else { 0 };
            let _ = usage.print();
            return ExitCode::from(code);
        }
    };
    match show::run(&data, port, time, at, speed) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failed) => {
            eprintln!("demo: {failed:#}");
            ExitCode::FAILURE
        }
    }
}

fn time(text: &str) -> Result<SignedDuration, String> {
    match text.parse::<SignedDuration>() {
        Ok(time) if time.is_positive() => Ok(time),
        _ => Err("a time such as 60s or 5m".to_owned()),
    }
}
