//! `sign`: adds a person's signature to a bundle, on any machine, with a key that never leaves it.

use std::{
    fs,
    path::{Path, PathBuf},
    process::ExitCode,
};

use anyhow::Context;
use clap::Args;
use protocol::{Role, SignedBundle, SigningKey};
use serde::Serialize;

use crate::{access::Signer, command_line::Options, failure::Usage};

#[derive(Args)]
pub(crate) struct Arguments {
    /// Bundles, as `publish --draft` wrote them; each is rewritten with the signature added
    #[arg(required = true, value_name = "BUNDLE")]
    bundles: Vec<PathBuf>,
    /// Sign as what
    #[arg(long, value_parser = role)]
    role: Role,
    /// The person's secret key [default: the access file's key for the role]
    #[arg(long, value_name = "FILE")]
    key: Option<PathBuf>,
}

/// The JSON answer.
#[derive(Serialize)]
struct Answer {
    format: u32,
    signed: Vec<Signed>,
}

#[derive(Serialize)]
struct Signed {
    file: PathBuf,
    screen: String,
    version: u64,
    /// Of the exact document that is signed.
    digest: String,
}

pub(crate) fn run(options: &Options, arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let file = match &arguments.key {
        Some(file) => file.clone(),
        None => {
            let signers = options.access()?.signers;
            let signer = signers.into_iter().find(|signer| signer.role == arguments.role);
            signer.ok_or_else(|| Usage("name your key with --key FILE".to_owned()))?.key
        }
    };
    let signer = Signer { role: arguments.role, key: file };
    let key = read_key(&signer.key)?;
    let mut answer = Answer { format: protocol::FORMAT, signed: Vec::new() };
    let mut words = String::new();
    for path in &arguments.bundles {
        let mut bundle = read_bundle(path)?;
        bundle.sign(signer.role, &key);
        let (screen, version) = bundle.claims().with_context(|| format!("reading {}", path.display()))?;
        fs::write(path, bundle.to_bytes()).with_context(|| format!("writing {}", path.display()))?;
        let digest = bundle.document_digest().to_string();
        words += &format!(
            "{}: signed as {} for {screen}, version {version}, {digest}\n",
            path.display(),
            signer.role
        );
        answer.signed.push(Signed { file: path.clone(), screen: screen.to_string(), version, digest });
    }
    options.answer(&answer, words)?;
    Ok(ExitCode::SUCCESS)
}

/// A secret key from its file.
pub(super) fn read_key(file: &Path) -> anyhow::Result<SigningKey> {
    let pem = fs::read_to_string(file).with_context(|| format!("reading the key {}", file.display()))?;
    SigningKey::from_pem(&pem).with_context(|| format!("key {}", file.display()))
}

/// A bundle from its file, unverified.
pub(super) fn read_bundle(file: &Path) -> anyhow::Result<SignedBundle> {
    let bytes = fs::read(file).with_context(|| format!("reading {}", file.display()))?;
    SignedBundle::parse(&bytes).with_context(|| format!("bundle {}", file.display()))
}

fn role(text: &str) -> Result<Role, String> {
    match text {
        "author" => Ok(Role::Author),
        "approver" => Ok(Role::Approver),
        other => Err(format!("`{other}` is neither author nor approver")),
    }
}
