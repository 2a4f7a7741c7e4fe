//! What a session needs to know before it starts, and what it refuses to start with.

use std::time::Duration;

use protocol::{MESSAGE_LIMIT, Topic};
use rumqttc::{LastWill, MqttOptions, QoS, TlsConfiguration, Transport};

use crate::{Backoff, BrokerUrl, Outgoing, TlsFiles, tls};

/// Room for what is around a message in its packet: the header and the topic.
const PACKET_LIMIT: usize = MESSAGE_LIMIT + 1024;

/// MQTT counts the length of names and wills in two bytes.
pub(crate) const MOST_BYTES: usize = 65_535;

/// Name and password at the broker.
#[derive(Clone)]
pub struct Credentials {
    /// The name.
    pub user: String,
    /// The password.
    pub password: String,
}

/// A session with a broker.
#[derive(Clone)]
pub struct Settings {
    /// Where it is.
    pub broker: BrokerUrl,
    /// Unique at the broker: of two clients with the same id it throws one out.
    pub client_id: String,
    /// Where the broker asks for them.
    pub credentials: Option<Credentials>,
    /// For `mqtts`, and only for that.
    pub tls: Option<TlsFiles>,
    /// What the broker says for us when it loses us.
    pub will: Option<Outgoing>,
    /// Exact topics.
    pub subscriptions: Vec<Topic>,
    /// A peer that is gone is noticed after twice this time.
    pub keep_alive: Duration,
    /// Between two attempts to connect.
    pub backoff: Backoff,
}

/// Settings with which no session starts.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadSettings {
    /// Without it nobody could say whether it is our broker.
    #[error("`{broker}` needs `tls.ca`: the certificates of those who may have signed the broker's")]
    MissingCa {
        /// The broker.
        broker: BrokerUrl,
    },
    /// Somebody wanted TLS and would not get it.
    #[error("`{broker}` does not use TLS, but certificates are given: write mqtts://")]
    NeedlessTls {
        /// The broker.
        broker: BrokerUrl,
    },
    /// A file that does not hold what it should.
    #[error("{what} is not a PEM file as expected: {cause}")]
    Pem {
        /// Which file.
        what: &'static str,
        /// What is wrong with it.
        cause: String,
    },
    /// Files that do not fit together, or certificates of an unknown kind.
    #[error("the certificates cannot be used: {cause}")]
    Tls {
        /// What is wrong with them.
        cause: String,
    },
    /// A value that MQTT cannot carry.
    #[error("{key} is {value}: {rule}")]
    OutOfBounds {
        /// Which.
        key: &'static str,
        /// What it is.
        value: String,
        /// The rule that it breaks.
        rule: &'static str,
    },
}

impl Settings {
    /// The usual: no credentials, no TLS, no will, nothing subscribed, keep-alive 10 s. Change what differs.
    pub fn new(broker: BrokerUrl, client_id: impl Into<String>) -> Self {
        Self {
            broker,
            client_id: client_id.into(),
            credentials: None,
            tls: None,
            will: None,
            subscriptions: Vec::new(),
            keep_alive: Duration::from_secs(10),
            backoff: Backoff::default(),
        }
    }

    /// What the client library wants to know; checked, because it takes the wrong thing silently, or panics.
    pub(crate) fn options(&self) -> Result<MqttOptions, BadSettings> {
        let fits = (1..=64).contains(&self.client_id.chars().count())
            && !self.client_id.chars().any(char::is_control);
        if !fits {
            let value = format!("`{}`", self.client_id.escape_debug());
            return Err(out_of_bounds("client_id", value, "1 to 64 characters, none of control"));
        }
        if !(1..=65_535).contains(&self.keep_alive.as_secs()) {
            return Err(out_of_bounds("keep_alive", format!("{:?}", self.keep_alive), "1 s to 65535 s"));
        }
        let mut options = MqttOptions::new(self.client_id.clone(), self.broker.host(), self.broker.port());
        options
            .set_keep_alive(self.keep_alive)
            .set_clean_session(true)
            .set_max_packet_size(PACKET_LIMIT, PACKET_LIMIT);
        if let Some(tls) = self.tls_configuration()? {
            options.set_transport(Transport::tls_with_config(tls));
        }
        if let Some(Credentials { user, password }) = &self.credentials {
            short("credentials.user", user.len())?;
            short("credentials.password", password.len())?;
            options.set_credentials(user, password);
        }
        if let Some(Outgoing { topic, payload }) = &self.will {
            short("will", payload.len())?;
            options.set_last_will(LastWill::new(
                topic.to_string(),
                payload.to_vec(),
                qos(topic),
                topic.retained(),
            ));
        }
        Ok(options)
    }

    fn tls_configuration(&self) -> Result<Option<TlsConfiguration>, BadSettings> {
        let broker = self.broker.clone();
        match (&self.tls, broker.tls()) {
            (None, false) => Ok(None),
            (Some(_), false) => Err(BadSettings::NeedlessTls { broker }),
            (Some(files), true) if !files.ca.is_empty() => {
                tls::config(files).map(|config| Some(TlsConfiguration::Rustls(config)))
            }
            (None | Some(_), true) => Err(BadSettings::MissingCa { broker }),
        }
    }
}

pub(crate) fn qos(topic: &Topic) -> QoS {
    if topic.at_least_once() { QoS::AtLeastOnce } else { QoS::AtMostOnce }
}

fn short(key: &'static str, bytes: usize) -> Result<(), BadSettings> {
    if bytes <= MOST_BYTES {
        return Ok(());
    }
    Err(out_of_bounds(key, format!("{bytes} bytes long"), "at most 65535 bytes"))
}

fn out_of_bounds(key: &'static str, value: String, rule: &'static str) -> BadSettings {
    BadSettings::OutOfBounds { key, value, rule }
}
