//! The only crate that names the MQTT client: one disposable connection after the other, with our own backoff.
//!
//! The client library reconnects by itself, but does not subscribe again, keeps what was never sent for a time when
//! it means nothing any more, and can get stuck for good. So a connection is never repaired: it is thrown away with
//! everything that belongs to it, and the next one starts from nothing, subscribes, and asks for the state anew.

mod backoff;
mod connection;
mod files;
mod session;
mod settings;
mod tls;
mod url;

pub use backoff::Backoff;
pub use files::BrokerKeys;
pub use session::{Event, Outgoing, Session, connect};
pub use settings::{BadSettings, Credentials, Settings};
pub use tls::TlsFiles;
pub use url::{BadBrokerUrl, BrokerUrl};
