//! One per screen: it verifies bundles, keeps them, decides alone what to show, draws it, presents it and reports.
//!
//! [`run`] is the whole agent; what stands around it (broker, disk, panel) may fail without stopping it.

mod clock;
mod command_line;
mod config;
mod run;
mod shelf;
mod state;
mod store;
mod tasks;
mod trust;
mod way;
#[cfg(test)]
mod years;

pub use command_line::run_from;
pub use run::{AgentFailed, run};
