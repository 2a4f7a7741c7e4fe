//! The program of the operation: the server and its command line.

use std::process::ExitCode;

fn main() -> ExitCode {
    controller::run_from(std::env::args_os())
}
