//! `sign`: adds a person's signature to a bundle or to an order to cut off, on any machine, with a key that never leaves it.

use std::{
    fs,
    path::{Path, PathBuf},
    process::ExitCode,
};

use anyhow::Context;
use clap::Args;
use protocol::{Role, SignedBundle, SignedCutoff, SigningKey};
use serde::Serialize;

use crate::{command_line::Options, failure::Usage};

#[derive(Args)]
pub(crate) struct Arguments {
    /// Bundles, or orders to cut off, as `--draft` wrote them; each is rewritten with the signature added
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
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
    /// Of a bundle, or the number of an order.
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
    let (role, key) = (arguments.role, read_key(&file)?);
    let mut answer = Answer { format: protocol::FORMAT, signed: Vec::new() };
    let mut words = String::new();
    for path in &arguments.files {
        let is_order = path.extension().is_some_and(|kind| kind == "cutoff");
        let among = if is_order { Role::OF_CUTOFF } else { Role::OF_BUNDLE };
        if !among.contains(&role) {
            let [one, other] = among;
            return Err(Usage(format!("{} is signed as {one} or {other}", path.display())).into());
        }
        let (bytes, signed) =
            if is_order { sign_order(path, role, &key) } else { sign_bundle(path, role, &key) }?;
        fs::write(path, bytes).with_context(|| format!("writing {}", path.display()))?;
        words += &format!(
            "{}: signed as {role} for {}, version {}, {}\n",
            path.display(),
            signed.screen,
            signed.version,
            signed.digest
        );
        answer.signed.push(signed);
    }
    options.answer(&answer, words)?;
    Ok(ExitCode::SUCCESS)
}

fn sign_bundle(path: &Path, role: Role, key: &SigningKey) -> anyhow::Result<(Vec<u8>, Signed)> {
    let mut bundle = read_bundle(path)?;
    bundle.sign(role, key);
    let (screen, version) = bundle.claims().with_context(|| format!("reading {}", path.display()))?;
    let digest = bundle.document_digest().to_string();
    Ok((bundle.to_bytes(), Signed { file: path.to_owned(), screen: screen.to_string(), version, digest }))
}

fn sign_order(path: &Path, role: Role, key: &SigningKey) -> anyhow::Result<(Vec<u8>, Signed)> {
    let mut order = read_cutoff(path)?;
    order.sign(role, key);
    let cutoff = order.claims().with_context(|| format!("reading {}", path.display()))?;
    let (screen, version) = (cutoff.screen.to_string(), cutoff.standing.number);
    let digest = order.document_digest().to_string();
    Ok((order.to_bytes(), Signed { file: path.to_owned(), screen, version, digest }))
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

/// An order to cut off from its file, unverified.
pub(super) fn read_cutoff(file: &Path) -> anyhow::Result<SignedCutoff> {
    let bytes = fs::read(file).with_context(|| format!("reading {}", file.display()))?;
    SignedCutoff::parse(&bytes).with_context(|| format!("order {}", file.display()))
}

fn role(text: &str) -> Result<Role, String> {
    let known = Role::OF_PEOPLE.into_iter().find(|role| role.as_str() == text);
    known.ok_or_else(|| format!("`{text}` is neither author, approver nor duty"))
}
