//! `sign`: adds a person's signature to a bundle, to an order to cut off or to a keyring, on any machine, with a key that
//! never leaves it.

use std::{
    fs,
    path::{Path, PathBuf},
    process::ExitCode,
};

use anyhow::Context;
use clap::Args;
use protocol::{Role, SignedBundle, SignedCutoff, SigningKey};
use serde::Serialize;

use super::keyring::{Changes, is_signed, read_file, read_signed};
use crate::{command_line::Options, failure::Usage};

#[derive(Args)]
pub(crate) struct Arguments {
    /// Bundles, orders to cut off or keyrings, as they were drafted; each is rewritten with the signature added
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// Sign as what
    #[arg(long, value_parser = role)]
    role: Role,
    /// The person's secret key [default: the access file's key for the role]
    #[arg(long, value_name = "FILE")]
    key: Option<PathBuf>,
    /// The keyring that stands, from a source that you trust: what a new one changes is told by it, before it is signed
    #[arg(long, value_name = "FILE")]
    standing: Option<PathBuf>,
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
    /// None if it is for all.
    screen: Option<String>,
    /// Of a bundle or a keyring, or the number of an order.
    version: u64,
    /// Of the exact document that is signed.
    digest: String,
    #[serde(flatten, skip_serializing_if = "Option::is_none")]
    changes: Option<Changes>,
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
        let kind = Kind::of(path);
        if !kind.signers().contains(&role) {
            let roles: Vec<_> = kind.signers().iter().map(|role| role.as_str()).collect();
            return Err(Usage(format!("{} is signed as {}", path.display(), roles.join(" or "))).into());
        }
        let (bytes, signed) = match kind {
            Kind::Bundle => sign_bundle(path, role, &key),
            Kind::Order => sign_order(path, role, &key),
            Kind::Keyring => sign_keyring(path, arguments.standing.as_deref(), &key),
        }?;
        fs::write(path, bytes).with_context(|| format!("writing {}", path.display()))?;
        if let Some(changes) = &signed.changes {
            words += &changes.to_string();
        }
        words += &format!(
            "{}: signed as {role} for {}, version {}, {}\n",
            path.display(),
            signed.screen.as_deref().unwrap_or("all screens"),
            signed.version,
            signed.digest
        );
        answer.signed.push(signed);
    }
    options.answer(&answer, words)?;
    Ok(ExitCode::SUCCESS)
}

/// What is signed, by the ending of its file.
#[derive(Clone, Copy)]
enum Kind {
    Bundle,
    Order,
    Keyring,
}

impl Kind {
    fn of(path: &Path) -> Self {
        match path.extension().and_then(|ending| ending.to_str()) {
            Some("cutoff") => Self::Order,
            Some("keyring") => Self::Keyring,
            Some(_) | None => Self::Bundle,
        }
    }

    fn signers(self) -> &'static [Role] {
        match self {
            Self::Bundle => &Role::OF_BUNDLE,
            Self::Order => &Role::OF_CUTOFF,
            Self::Keyring => &[Role::Root],
        }
    }
}

fn sign_bundle(path: &Path, role: Role, key: &SigningKey) -> anyhow::Result<(Vec<u8>, Signed)> {
    let mut bundle = read_bundle(path)?;
    bundle.sign(role, key);
    let (screen, version) = bundle.claims().with_context(|| format!("reading {}", path.display()))?;
    let digest = bundle.document_digest().to_string();
    let screen = Some(screen.to_string());
    Ok((bundle.to_bytes(), Signed { file: path.to_owned(), screen, version, digest, changes: None }))
}

fn sign_order(path: &Path, role: Role, key: &SigningKey) -> anyhow::Result<(Vec<u8>, Signed)> {
    let mut order = read_cutoff(path)?;
    order.sign(role, key);
    let cutoff = order.claims().with_context(|| format!("reading {}", path.display()))?;
    let (screen, version) = (Some(cutoff.screen.to_string()), cutoff.standing.number);
    let digest = order.document_digest().to_string();
    Ok((order.to_bytes(), Signed { file: path.to_owned(), screen, version, digest, changes: None }))
}

/// Nobody signs who may speak from now on without seeing what that changes.
fn sign_keyring(path: &Path, standing: Option<&Path>, key: &SigningKey) -> anyhow::Result<(Vec<u8>, Signed)> {
    let standing = standing.ok_or_else(|| {
        Usage("name the keyring that stands with --standing FILE, to see what this one changes".to_owned())
    })?;
    let standing = if is_signed(standing) {
        read_signed(standing)?.claims().with_context(|| format!("keyring {}", standing.display()))?
    } else {
        read_file(standing)?
    };
    let mut keyring = read_signed(path)?;
    keyring.sign(key);
    let next = keyring.claims().with_context(|| format!("keyring {}", path.display()))?;
    let changes = Some(Changes::between(&standing, &next));
    let (version, digest) = (next.version(), keyring.reference().digest.to_string());
    Ok((keyring.to_bytes(), Signed { file: path.to_owned(), screen: None, version, digest, changes }))
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
    let known = Role::OF_PEOPLE.into_iter().chain([Role::Root]).find(|role| role.as_str() == text);
    known.ok_or_else(|| format!("`{text}` is neither author, approver, duty nor root"))
}
