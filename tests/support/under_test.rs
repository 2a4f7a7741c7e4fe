//! The whole system in one program, for the tests: the demo (which starts itself as controller and agents), the
//! command line as `cli …`, a server as `server …`, an agent as `gate …`.

use std::{ffi::OsString, process::ExitCode};

fn main() -> ExitCode {
    let arguments: Vec<OsString> = std::env::args_os().collect();
    let rest = arguments.iter().skip(1).cloned();
    match arguments.get(1).and_then(|first| first.to_str()) {
        Some("cli" | "server") => controller::run_from(rest),
        Some("gate") => agent::run_from(rest),
        _ => demo::run_from(arguments),
    }
}
