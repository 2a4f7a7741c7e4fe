//! `keyring`: which keys count, what another keyring would change, and its way to the gates. People with root keys sign it with
//! `sign`, on machines of their own.

mod changes;

use std::{
    fs,
    path::{Path, PathBuf},
    process::ExitCode,
};

use anyhow::Context;
use clap::{Args, Subcommand};
use playlists::ScreenId;
use protocol::{FORMAT, Keyring, KeyringRef, RefusedKeyring, SignedBundle, SignedKeyring, StandingKeyring};
use serde::Serialize;

pub(super) use changes::Changes;

use crate::{
    client::{Client, Unanswered},
    command_line::Options,
    failure::DEGRADED,
    routes::Followed,
    status::{FleetStatus, ScreenStatus},
};

#[derive(Args)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    what: What,
}

#[derive(Subcommand)]
enum What {
    /// The keyring that counts, as a file to begin the next one from
    Show,
    /// What another keyring would change, whether it is signed, and which published content would go by it
    Check {
        /// The next keyring as a file, or as it was drafted and signed
        #[arg(value_name = "FILE")]
        file: PathBuf,
    },
    /// Make the next keyring of a file, for people with root keys to sign
    Draft {
        /// The next keyring; its version is above that of the one that counts
        #[arg(value_name = "FILE")]
        file: PathBuf,
        /// Where to write it
        #[arg(long, value_name = "FOLDER", default_value = ".")]
        to: PathBuf,
    },
    /// Send a signed keyring to all gates
    Publish {
        /// The keyring, signed
        #[arg(value_name = "FILE")]
        file: PathBuf,
        /// Also if content that is published would go off walls by it
        #[arg(long)]
        let_content_fall: bool,
    },
}

pub(crate) fn run(options: &Options, arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let client = options.client(&options.access()?);
    match &arguments.what {
        What::Show => show(options, &client),
        What::Check { file } => check(options, &client, file),
        What::Draft { file, to } => draft(options, &client, file, to),
        What::Publish { file, let_content_fall } => publish(options, &client, file, *let_content_fall),
    }
}

fn show(options: &Options, client: &Client) -> anyhow::Result<ExitCode> {
    #[derive(Serialize)]
    struct Answer {
        format: u32,
        #[serde(flatten)]
        keyring: KeyringRef,
        toml: String,
    }
    let keyring = standing(client)?;
    let toml = keyring.to_toml();
    options.answer(&Answer { format: FORMAT, keyring: keyring.reference(), toml: toml.clone() }, toml)?;
    Ok(ExitCode::SUCCESS)
}

fn check(options: &Options, client: &Client, file: &Path) -> anyhow::Result<ExitCode> {
    #[derive(Serialize)]
    struct Answer {
        format: u32,
        #[serde(flatten)]
        changes: Changes,
        /// Who has signed it so far; absent for a file that nobody signs.
        #[serde(skip_serializing_if = "Option::is_none")]
        signed_by: Option<Vec<String>>,
        /// Screens whose published content would go.
        falls: Vec<ScreenId>,
    }
    let standing = standing(client)?;
    let signed = if is_signed(file) { Some(read_signed(file)?) } else { None };
    let next = match &signed {
        Some(signed) => signed.claims().with_context(|| format!("keyring {}", file.display()))?,
        None => read_file(file)?,
    };
    is_above(&next, &standing)?;
    let changes = Changes::between(&standing, &next);
    let falls = falls(client, &next)?;
    let mut words = changes.to_string();
    words += &match &falls[..] {
        [] => "  all content that is published stays\n".to_owned(),
        screens => format!("  OFF THE WALL goes what is published for {}\n", words_of(screens)),
    };
    let signed_by = signed.as_ref().map(|signed| {
        let mut people = signed.signed_by(&standing);
        people.extend(signed.signed_by(&next));
        people.sort_unstable();
        people.dedup();
        people
    });
    if let Some(people) = &signed_by {
        let people = if people.is_empty() { "nobody yet".to_owned() } else { people.join(", ") };
        words += &format!("  signed by {people}\n");
    }
    let degraded = !falls.is_empty();
    options.answer(&Answer { format: FORMAT, changes, signed_by, falls }, words)?;
    if let Some(signed) = &signed {
        StandingKeyring::new(standing, None).0.take(signed)?;
    }
    Ok(if degraded { ExitCode::from(DEGRADED) } else { ExitCode::SUCCESS })
}

fn draft(options: &Options, client: &Client, file: &Path, folder: &Path) -> anyhow::Result<ExitCode> {
    #[derive(Serialize)]
    struct Answer {
        format: u32,
        #[serde(flatten)]
        changes: Changes,
        draft: PathBuf,
    }
    let (standing, next) = (standing(client)?, read_file(file)?);
    is_above(&next, &standing)?;
    fs::create_dir_all(folder).with_context(|| format!("making the folder {}", folder.display()))?;
    let draft = folder.join(format!("keyring-{}.keyring", next.version()));
    fs::write(&draft, SignedKeyring::draft(&next).to_bytes())
        .with_context(|| format!("writing {}", draft.display()))?;
    let changes = Changes::between(&standing, &next);
    let words = format!("{changes}{}: not signed, not published", draft.display());
    options.answer(&Answer { format: FORMAT, changes, draft }, words)?;
    Ok(ExitCode::SUCCESS)
}

fn publish(
    options: &Options,
    client: &Client,
    file: &Path,
    let_content_fall: bool,
) -> anyhow::Result<ExitCode> {
    #[derive(Serialize)]
    struct Answer {
        format: u32,
        #[serde(flatten)]
        result: Followed,
        keyring: KeyringRef,
        /// Gates that follow another one still.
        lag: Vec<ScreenId>,
    }
    let signed = read_signed(file)?;
    let result = client.introduce(&signed.to_bytes(), let_content_fall).map_err(|failed| match failed {
        Unanswered::Refused { status, reason, detail } if reason == "content-would-fall" => {
            let way = "sign and publish it anew first, or say --let-content-fall";
            Unanswered::Refused { status, reason, detail: format!("{detail}; {way}") }
        }
        failed => failed,
    })?;
    let (keyring, status) = (signed.reference(), client.status()?);
    let mut words = match &result {
        Followed::Followed { milliseconds } => {
            format!(
                "version {} counts; all gates that are there follow it after {milliseconds:.0} ms\n",
                keyring.version
            )
        }
        Followed::Waiting => {
            format!("version {} counts; NOT all gates that are there follow it yet\n", keyring.version)
        }
    };
    let lag: Vec<_> = status.screens.iter().filter(|screen| screen.keyring != Some(keyring)).collect();
    words += &lag.iter().map(|screen| lagging(screen)).collect::<String>();
    let lag: Vec<_> = lag.iter().map(|screen| screen.screen.clone()).collect();
    let exit = if lag.is_empty() { ExitCode::SUCCESS } else { ExitCode::from(DEGRADED) };
    options.answer(&Answer { format: FORMAT, result, keyring, lag }, words)?;
    Ok(exit)
}

fn lagging(screen: &ScreenStatus) -> String {
    let has = screen.keyring.map_or("another".to_owned(), |keyring| format!("version {}", keyring.version));
    format!("{}: still follows {has}, it is {}\n", screen.screen, screen.connection.state)
}

/// How a gate stands to the keyring that counts, for the status.
pub(super) fn followed(screen: &ScreenStatus, fleet: &FleetStatus) -> Option<String> {
    let (follows, counts) = (screen.keyring?, fleet.keyring?);
    Some(if follows == counts {
        format!("version {}", follows.version)
    } else if follows.version == counts.version {
        format!("version {}, but ANOTHER than the one here", follows.version)
    } else {
        format!("version {}, NOT the one that counts here: {}", follows.version, counts.version)
    })
}

/// Those whose published content the next keyring does not allow.
fn falls(client: &Client, next: &Keyring) -> anyhow::Result<Vec<ScreenId>> {
    let mut falls = Vec::new();
    for screen in client.status()?.screens {
        match client.bundle(&screen.screen) {
            Ok(bytes) => {
                let bundle = SignedBundle::parse(&bytes)
                    .with_context(|| format!("reading the bundle of {}", screen.screen))?;
                if bundle.verify_signatures(next).is_err() {
                    falls.push(screen.screen);
                }
            }
            Err(Unanswered::Refused { status: 404, .. }) => {}
            Err(failed) => return Err(failed.into()),
        }
    }
    Ok(falls)
}

fn is_above(next: &Keyring, standing: &Keyring) -> Result<(), RefusedKeyring> {
    let (offered, standing) = (next.version(), standing.version());
    if offered > standing { Ok(()) } else { Err(RefusedKeyring::Rollback { offered, standing }) }
}

fn standing(client: &Client) -> anyhow::Result<Keyring> {
    Ok(Keyring::parse("the controller's keyring", &client.keyring()?)?)
}

pub(super) fn is_signed(file: &Path) -> bool {
    file.extension().is_some_and(|kind| kind == "keyring")
}

/// A keyring as people write it.
pub(super) fn read_file(file: &Path) -> anyhow::Result<Keyring> {
    let text = fs::read_to_string(file).with_context(|| format!("reading {}", file.display()))?;
    Ok(Keyring::parse(&file.display().to_string(), &text)?)
}

/// A signed keyring from its file, unverified.
pub(super) fn read_signed(file: &Path) -> anyhow::Result<SignedKeyring> {
    let bytes = fs::read(file).with_context(|| format!("reading {}", file.display()))?;
    SignedKeyring::parse(&bytes).with_context(|| format!("keyring {}", file.display()))
}

fn words_of(screens: &[ScreenId]) -> String {
    screens.iter().map(ScreenId::as_str).collect::<Vec<_>>().join(", ")
}
