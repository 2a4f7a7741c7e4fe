//! How a verb ends: the exit codes, and the failures that have one of their own.

use std::process::ExitCode;

use protocol::RefusedKeyring;
use written::{InvalidFile, Mistakes};

use crate::{access::NoAccess, client::Unanswered, compose::Unpublishable};

/// Done, but something is not as it should be: a gate is off line, a lamp is not green.
pub(crate) const DEGRADED: u8 = 3;
const FAILED: u8 = 1;
const USAGE: u8 = 2;
const UNREACHABLE: u8 = 4;
const CONFLICT: u8 = 6;
const VERIFICATION: u8 = 7;
const CONFIG: u8 = 78;

/// A mistake in how a verb was called, found after the arguments were read.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub(crate) struct Usage(pub(crate) String);

/// The exit code of a failure.
pub(crate) fn exit_code(failure: &anyhow::Error) -> ExitCode {
    let code = if failure.is::<Usage>() {
        USAGE
    } else if failure.is::<InvalidFile>() {
        CONFIG
    } else if let Some(no_access) = failure.downcast_ref::<NoAccess>() {
        if matches!(no_access, NoAccess::NotThere(_)) { UNREACHABLE } else { CONFIG }
    } else if failure.is::<Unpublishable>() || failure.is::<Mistakes>() {
        VERIFICATION
    } else if let Some(refused) = failure.downcast_ref::<RefusedKeyring>() {
        if matches!(refused, RefusedKeyring::Rollback { .. }) { CONFLICT } else { VERIFICATION }
    } else {
        match failure.downcast_ref::<Unanswered>() {
            Some(Unanswered::Unreachable { .. }) => UNREACHABLE,
            Some(Unanswered::Refused { status: 409, .. }) => CONFLICT,
            Some(Unanswered::Refused { status: 422, .. }) => VERIFICATION,
            Some(Unanswered::Refused { status: 504, .. }) => UNREACHABLE,
            _ => FAILED,
        }
    };
    ExitCode::from(code)
}
