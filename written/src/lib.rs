//! What people write: TOML files, walked so that all mistakes are told at once. Pure.
//!
//! A reader asks a [`Table`] for its keys one by one and makes something of each [`Entry`]. Where it cannot, it tells
//! the [`Report`] and gets [`Told`] in return, goes on with the other keys, and gives up only at the end. What it never
//! asked for is an unknown key.
//!
//! ```
//! use written::{Mistakes, Report, Table, Told, read_toml};
//!
//! struct Lamp { name: String, watts: u16 }
//!
//! fn read(report: &mut Report<'_>, mut root: Table<'_>) -> Result<Lamp, Told> {
//!     let name = root.require(report, "name", "what people call it").and_then(|entry| entry.string(report));
//!     let watts = root
//!         .require(report, "watts", "such as \"40\"")
//!         .and_then(|entry| entry.parse(report, |written| written.parse().map_err(|_| "is a small number")));
//!     root.finish(report)?;
//!     Ok(Lamp { name: name?.to_owned(), watts: watts? })
//! }
//!
//! let mistakes = read_toml("lamp.toml", "nam = 'hall'\nwatts = 'many'", read).map(drop).unwrap_err();
//! assert_eq!(
//!     mistakes.to_string(),
//!     "lamp.toml:1:1: name: is missing: what people call it\n\
//!      lamp.toml:1:1: nam: `hall`: is an unknown key; did you mean `name`?\n\
//!      lamp.toml:2:9: watts: `many`: is a small number"
//! );
//! ```

mod file;
mod mistake;
mod report;
mod toml_walk;

pub use file::{InvalidFile, read_file};
pub use mistake::{Mistake, Mistakes};
pub use report::{Report, Told, all, read_toml};
pub use toml_walk::{Entry, Table};
