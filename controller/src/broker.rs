//! The embedded MQTT broker, and who may say and read what on it. The only file that names the broker's crate.

use std::{
    collections::BTreeMap, future::Future, net::SocketAddr, path::Path, pin::Pin, sync::Arc, time::Duration,
};

use mqtt5::broker::{
    BrokerConfig, MqttBroker,
    auth::{AuthProvider, AuthResult},
    config::StorageConfig,
};
use mqtt5::{packet::connect::ConnectPacket, protocol::v5::reason_codes::ReasonCode};
use playlists::{Digest, ScreenId};
use protocol::Topic;
use serde::Deserialize;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use tracing::{error, warn};

/// The controller's own name at its broker.
pub(crate) const CONTROLLER: &str = "controller";

/// What a client may do.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Rights {
    /// The agent of the screen that is named as the client is.
    Agent,
    /// Reads everything, says nothing.
    Reader,
    /// Reads and says everything that a controller does.
    Controller,
}

/// Who may connect. Passwords are random and long, so their plain SHA-256 is kept.
#[derive(Debug, Clone, Default)]
pub(crate) struct Clients(BTreeMap<String, (Digest, Rights)>);

/// A clients file that cannot be used.
#[derive(Debug, thiserror::Error)]
pub(crate) enum BadClients {
    #[error("{0}")]
    Syntax(#[from] toml::de::Error),
    #[error("client `{user}`: {rule}")]
    Client { user: String, rule: &'static str },
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenClients {
    client: Vec<WrittenClient>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct WrittenClient {
    user: String,
    rights: Rights,
    password_sha256: String,
}

impl Clients {
    /// Reads a clients file.
    pub(crate) fn parse(text: &str) -> Result<Self, BadClients> {
        let written: WrittenClients = toml::from_str(text)?;
        let mut clients = Self::default();
        for WrittenClient { user, rights, password_sha256 } in written.client {
            let bad = |rule| BadClients::Client { user: user.clone(), rule };
            let digest = Digest::parse(&password_sha256)
                .ok_or_else(|| bad("`password-sha256` is not 64 hexadecimal digits"))?;
            if rights == Rights::Agent && ScreenId::parse(&user).is_err() {
                return Err(bad("an agent is named as its screen: 1 to 32 of a-z, 0-9 and `-`"));
            }
            if user == CONTROLLER || clients.0.insert(user.clone(), (digest, rights)).is_some() {
                return Err(bad("the name is taken"));
            }
        }
        Ok(clients)
    }

    /// Adds the controller itself, with a password that only this process knows.
    pub(crate) fn with_controller(mut self, password: &str) -> Self {
        self.0.insert(CONTROLLER.to_owned(), (Digest::of(password.as_bytes()), Rights::Controller));
        self
    }

    fn rights(&self, user: &str, password: &[u8]) -> Option<&Rights> {
        let (digest, rights) = self.0.get(user)?;
        (*digest == Digest::of(password)).then_some(rights)
    }

    /// Whether a client that is logged in as `user` may say something on `topic`.
    fn may_publish(&self, user: &str, topic: &str) -> bool {
        let Ok(topic) = Topic::parse(topic) else { return false };
        match self.0.get(user) {
            Some((_, Rights::Agent)) => topic.from_agent() && topic.screen().as_str() == user,
            Some((_, Rights::Controller)) => !topic.from_agent(),
            Some((_, Rights::Reader)) | None => false,
        }
    }

    /// Whether a client that is logged in as `user` may read what `filter` matches.
    fn may_subscribe(&self, user: &str, filter: &str) -> bool {
        match self.0.get(user) {
            Some((_, Rights::Agent)) => {
                Topic::parse(filter).is_ok_and(|topic| !topic.from_agent() && topic.screen().as_str() == user)
            }
            Some((_, Rights::Reader | Rights::Controller)) => true,
            None => false,
        }
    }
}

type Answer<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

impl AuthProvider for Clients {
    fn authenticate<'a>(
        &'a self,
        connect: &'a ConnectPacket,
        client_addr: SocketAddr,
    ) -> Answer<'a, mqtt5::error::Result<AuthResult>> {
        let user = connect.username.as_deref().unwrap_or_default();
        let password = connect.password.as_deref().unwrap_or_default();
        let result = match self.rights(user, password) {
            None => Err((ReasonCode::BadUsernameOrPassword, "unknown name or wrong password")),
            // Otherwise one gate could throw another off by taking its client id.
            Some(Rights::Agent) if connect.client_id != user => {
                Err((ReasonCode::ClientIdentifierNotValid, "an agent's client id is its name"))
            }
            // The broker publishes a last will in the client's name: it needs the same right.
            Some(_) if connect.will.as_ref().is_some_and(|will| !self.may_publish(user, &will.topic)) => {
                Err((ReasonCode::NotAuthorized, "no right to leave this last will"))
            }
            Some(_) => Ok(AuthResult::success_with_user(user)),
        };
        let result = result.unwrap_or_else(|(code, why)| {
            warn!(%client_addr, user, why, "a client was refused at the broker");
            AuthResult::fail(code)
        });
        Box::pin(async move { Ok(result) })
    }

    fn authorize_publish<'a>(
        &'a self,
        _client_id: &str,
        user_id: Option<&'a str>,
        topic: &'a str,
    ) -> Answer<'a, bool> {
        let may = user_id.is_some_and(|user| self.may_publish(user, topic));
        if !may {
            warn!(user = user_id.unwrap_or_default(), topic, "a client may not say this");
        }
        Box::pin(async move { may })
    }

    fn authorize_subscribe<'a>(
        &'a self,
        _client_id: &str,
        user_id: Option<&'a str>,
        topic_filter: &'a str,
    ) -> Answer<'a, bool> {
        let may = user_id.is_some_and(|user| self.may_subscribe(user, topic_filter));
        if !may {
            warn!(user = user_id.unwrap_or_default(), topic_filter, "a client may not read this");
        }
        Box::pin(async move { may })
    }
}

/// A running broker.
pub(crate) struct Broker {
    /// Where it listens.
    pub(crate) address: SocketAddr,
    task: JoinHandle<()>,
}

impl Broker {
    /// Starts the broker; what it retains lies in `folder`.
    pub(crate) async fn start(
        listen: SocketAddr,
        folder: &Path,
        clients: Clients,
        stop: CancellationToken,
    ) -> mqtt5::error::Result<Self> {
        // A little more than the largest message: the packet has a head too.
        let packet_limit = protocol::MESSAGE_LIMIT + 1024;
        // `Clients` answers every CONNECT, also one without a name; the crate's own switch for anonymous clients
        // belongs to its password files.
        let config = BrokerConfig::default()
            .with_bind_address(listen)
            .with_max_clients(1000)
            .with_max_packet_size(packet_limit)
            .with_max_retained_messages(10_000)
            .with_max_retained_message_size(protocol::MESSAGE_LIMIT)
            .with_session_expiry(Duration::from_secs(3600))
            .with_sys_topics_enabled(false)
            .with_storage(
                StorageConfig::default()
                    .with_base_dir(folder.to_owned())
                    .with_max_queued_messages_per_client(1000)
                    .with_max_queued_bytes_per_client(4 * packet_limit),
            );
        let mut broker = MqttBroker::with_config(config).await?.with_auth_provider(Arc::new(clients));
        let address = broker.local_addr().unwrap_or(listen);
        let handle = broker.shutdown_handle();
        let task = tokio::spawn(async move {
            let mut stopped = std::pin::pin!(stop.cancelled());
            let mut running = std::pin::pin!(broker.run());
            let result = tokio::select! {
                () = &mut stopped => {
                    handle.shutdown();
                    running.await
                }
                result = &mut running => result,
            };
            if let Err(cause) = result {
                error!(%cause, "the embedded broker has ended");
            }
        });
        Ok(Self { address, task })
    }

    /// Waits for its end.
    pub(crate) async fn ended(&mut self) {
        let _ = (&mut self.task).await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn clients() -> Clients {
        let digest = Digest::of(b"secret");
        Clients::parse(&format!(
            "[[client]]\nuser = 'loc-ninh'\nrights = 'agent'\npassword-sha256 = '{digest}'\n\
             [[client]]\nuser = 'wall-watcher'\nrights = 'reader'\npassword-sha256 = '{digest}'\n"
        ))
        .unwrap()
        .with_controller("own")
    }

    #[track_caller]
    fn check(user: &str, topic: &str, publish: bool, subscribe: bool) {
        let clients = clients();
        assert_eq!(clients.may_publish(user, topic), publish, "{user} says {topic}");
        assert_eq!(clients.may_subscribe(user, topic), subscribe, "{user} reads {topic}");
    }

    #[test]
    fn everybody_has_exactly_its_rights() {
        check("loc-ninh", "gatesign/1/loc-ninh/on-air", true, false);
        check("loc-ninh", "gatesign/1/loc-ninh/health", true, false);
        check("loc-ninh", "gatesign/1/loc-ninh/desired", false, true);
        check("loc-ninh", "gatesign/1/loc-ninh/command", false, true);
        check("loc-ninh", "gatesign/1/bu-dop/on-air", false, false);
        check("loc-ninh", "gatesign/1/bu-dop/desired", false, false);
        check("loc-ninh", "gatesign/1/+/desired", false, false);
        check("loc-ninh", "#", false, false);
        check("wall-watcher", "gatesign/1/loc-ninh/desired", false, true);
        check("wall-watcher", "gatesign/1/wall-watcher/on-air", false, true);
        check(CONTROLLER, "gatesign/1/loc-ninh/desired", true, true);
        check(CONTROLLER, "gatesign/1/loc-ninh/on-air", false, true);
        check(CONTROLLER, "elsewhere", false, true);
        check("nobody", "gatesign/1/nobody/on-air", false, false);
        check("", "gatesign/1/loc-ninh/on-air", false, false);
    }

    #[test]
    fn passwords_count() {
        let clients = clients();
        assert_eq!(clients.rights("loc-ninh", b"secret"), Some(&Rights::Agent));
        assert_eq!(clients.rights("loc-ninh", b"Secret"), None);
        assert_eq!(clients.rights("loc-ninh", b""), None);
        assert_eq!(clients.rights("", b""), None);
        assert_eq!(clients.rights(CONTROLLER, b"own"), Some(&Rights::Controller));
    }

    #[test]
    fn bad_files_are_refused() {
        let digest = Digest::of(b"secret");
        let client = |user: &str, rights: &str, digest: &str| {
            format!("[[client]]\nuser = '{user}'\nrights = '{rights}'\npassword-sha256 = '{digest}'\n")
        };
        let good = client("loc-ninh", "agent", &digest.to_string());
        for (text, expected) in [
            (client("Lộc Ninh", "agent", &digest.to_string()), "named as its screen"),
            (client("controller", "reader", &digest.to_string()), "taken"),
            (format!("{good}{good}"), "taken"),
            (client("a", "reader", "secret"), "64 hexadecimal"),
            (client("a", "owner", &digest.to_string()), "unknown variant"),
            (format!("{good}colour = 1"), "unknown field"),
        ] {
            let error = Clients::parse(&text).unwrap_err().to_string();
            assert!(error.contains(expected), "{text}: {error}");
        }
    }
}
