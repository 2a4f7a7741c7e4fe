//! One per operation: it publishes signed bundles, watches the gates and serves the console. The command line for
//! operators and technicians is here too; it talks to the server over HTTP.
//!
//! The server cannot put a word on a wall: what it publishes carries the signatures of two people, and the gates
//! verify them.

mod access;
mod agenda;
mod broker;
mod chart;
mod client;
mod clock;
mod command_line;
mod compose;
mod config;
mod failure;
mod fleet;
mod routes;
mod serve;
mod status;
mod store;
mod tasks;
mod verbs;

pub use access::demo_access_file;
pub use command_line::run_from;
