//! The program at each screen.

use std::process::ExitCode;

fn main() -> ExitCode {
    agent::run_from(std::env::args_os())
}
