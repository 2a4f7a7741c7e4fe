//! `key`: makes a key, a person's or the controller's own of the clock. The file stays with its owner; only the public
//! part goes into keyrings.

use std::{
    fs::OpenOptions,
    io::{self, Write},
    os::unix::fs::OpenOptionsExt,
    path::PathBuf,
    process::ExitCode,
};

use anyhow::Context;
use clap::Args;
use protocol::SigningKey;
use serde::Serialize;

use crate::command_line::Options;

#[derive(Args)]
pub(crate) struct Arguments {
    /// Where to put the secret key; must not exist yet
    #[arg(value_name = "FILE")]
    file: PathBuf,
}

/// The JSON answer.
#[derive(Serialize)]
struct Answer<'a> {
    format: u32,
    file: &'a PathBuf,
    public: String,
}

pub(crate) fn run(options: &Options, arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let file = &arguments.file;
    let mut seed = [0; 32];
    getrandom::fill(&mut seed).map_err(io::Error::other).context("drawing a key")?;
    let key = SigningKey::from_seed(&seed);
    // Only for its owner, and never over another key.
    OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(file)
        .and_then(|mut out| {
            out.write_all(key.to_pem().as_bytes())?;
            out.sync_all()
        })
        .with_context(|| format!("writing {}", file.display()))?;
    let public = key.public().to_string();
    let words = format!("{}: secret, keep it\npublic = \"{public}\"", file.display());
    options.answer(&Answer { format: protocol::FORMAT, file, public }, words)?;
    Ok(ExitCode::SUCCESS)
}
