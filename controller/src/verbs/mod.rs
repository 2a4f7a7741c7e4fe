//! The verbs of the command line, one file each.

pub(crate) mod check;
pub(crate) mod key;
pub(crate) mod now;
pub(crate) mod publish;
pub(crate) mod render;
pub(crate) mod sign;
pub(crate) mod snapshot;
pub(crate) mod status;
