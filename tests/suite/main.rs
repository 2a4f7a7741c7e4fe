//! What only the whole system can show, and the rules of the house.
//!
//! Tests that are ignored by default need programs that are not ours (Mosquitto's clients and broker, HarfBuzz);
//! `.ci/run` installs them and runs these tests too.

#![expect(clippy::unwrap_used, reason = "helpers of tests are tests")]

mod cutting;
mod demo;
mod faults;
mod gallery;
mod golden;
mod peers;
mod refusals;
mod revoking;
mod tidy;
mod verbs;

/// The whole system in one program.
const PROGRAM: &str = env!("CARGO_BIN_EXE_gatesign-under-test");
