//! What `cargo run --release` starts: a controller with its broker and two gates, each a process of its own.

use std::process::ExitCode;

fn main() -> ExitCode {
    demo::run_from(std::env::args_os())
}
