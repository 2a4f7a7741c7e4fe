//! The verbs of the command line, one file each.

pub(crate) mod acl;
pub(crate) mod at;
pub(crate) mod calendar;
pub(crate) mod check;
pub(crate) mod cutoff;
pub(crate) mod key;
pub(crate) mod keyring;
mod notes;
pub(crate) mod now;
mod programmes;
pub(crate) mod publish;
pub(crate) mod render;
pub(crate) mod sign;
pub(crate) mod snapshot;
pub(crate) mod status;
pub(crate) mod timeline;
pub(crate) mod withdraw;
