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
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use tracing::{error, warn};
use written::{Mistakes, Report, Table, Told, all, read_toml};

/// The controller's own name at its broker.
pub(crate) const CONTROLLER: &str = "controller";

/// What a client may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
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

const RIGHTS: [(&str, Rights); 3] =
    [("agent", Rights::Agent), ("reader", Rights::Reader), ("controller", Rights::Controller)];

impl Clients {
    /// Reads a clients file. `file` only names it in mistakes; all mistakes are told at once.
    pub(crate) fn parse(file: &str, text: &str) -> Result<Self, Mistakes> {
        read_toml(file, text, read)
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
    pub(crate) fn may_publish(&self, user: &str, topic: &str) -> bool {
        let Ok(topic) = Topic::parse(topic) else { return false };
        match self.0.get(user) {
            Some((_, Rights::Agent)) => ScreenId::parse(user).is_ok_and(|own| topic.may_be_written_by(&own)),
            Some((_, Rights::Controller)) => !topic.from_agent(),
            Some((_, Rights::Reader)) | None => false,
        }
    }

    /// Whether a client that is logged in as `user` may read what `filter` matches.
    pub(crate) fn may_subscribe(&self, user: &str, filter: &str) -> bool {
        match self.0.get(user) {
            Some((_, Rights::Agent)) => ScreenId::parse(user)
                .is_ok_and(|own| Topic::parse(filter).is_ok_and(|topic| topic.may_be_read_by(&own))),
            Some((_, Rights::Reader | Rights::Controller)) => true,
            None => false,
        }
    }
}

fn read(report: &mut Report<'_>, mut root: Table<'_>) -> Result<Clients, Told> {
    let mut clients = BTreeMap::new();
    let read = root
        .require(report, "client", "the file has at least one [[client]]")
        .and_then(|entry| entry.list(report, "is a list of clients, each under [[client]]"))
        .and_then(|entries| {
            all(entries, |entry| {
                let table = entry.table(report, "is a client, under [[client]]")?;
                read_client(report, table, &mut clients)
            })
        });
    root.finish(report)?;
    read.map(|_| Clients(clients))
}

fn read_client(
    report: &mut Report<'_>,
    mut table: Table<'_>,
    clients: &mut BTreeMap<String, (Digest, Rights)>,
) -> Result<(), Told> {
    let rights = table
        .require(report, "rights", "agent, reader or controller")
        .and_then(|entry| entry.choose(report, &RIGHTS));
    let digest = table
        .require(report, "password-sha256", "the SHA-256 of the password, as 64 hexadecimal digits")
        .and_then(|entry| {
            // What is no digest may be the password.
            let rule = "is not 64 hexadecimal digits";
            Digest::parse(entry.string(report)?).ok_or_else(|| entry.wrong_shown_as(report, "", rule))
        });
    let user = table.require(report, "user", "the client's name").and_then(|entry| {
        let user = entry.string(report)?;
        if matches!(rights, Ok(Rights::Agent)) && ScreenId::parse(user).is_err() {
            let rule = "an agent is named as its screen: 1 to 32 of a-z, 0-9 and `-`";
            return Err(entry.wrong(report, rule));
        }
        if user == CONTROLLER || clients.contains_key(user) {
            return Err(entry.wrong(report, "the name is taken"));
        }
        Ok(user.to_owned())
    });
    table.finish(report)?;
    clients.insert(user?, (digest?, rights?));
    Ok(())
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
        Clients::parse(
            "clients.toml",
            &format!(
                "[[client]]\nuser = 'loc-ninh'\nrights = 'agent'\npassword-sha256 = '{digest}'\n\
             [[client]]\nuser = 'wall-watcher'\nrights = 'reader'\npassword-sha256 = '{digest}'\n"
            ),
        )
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
        check("loc-ninh", "gatesign/1/loc-ninh/time/asked", true, false);
        check("loc-ninh", "gatesign/1/loc-ninh/time/told", false, true);
        check("loc-ninh", "gatesign/1/bu-dop/time/asked", false, false);
        check("loc-ninh", "gatesign/1/bu-dop/time/told", false, false);
        check("loc-ninh", "gatesign/1/bu-dop/on-air", false, false);
        check("loc-ninh", "gatesign/1/bu-dop/desired", false, false);
        check("loc-ninh", "gatesign/1/+/desired", false, false);
        check("loc-ninh", "gatesign/1/keyring", false, true);
        check("wall-watcher", "gatesign/1/keyring", false, true);
        check(CONTROLLER, "gatesign/1/keyring", true, true);
        check("loc-ninh", "#", false, false);
        check("wall-watcher", "gatesign/1/loc-ninh/desired", false, true);
        check("wall-watcher", "gatesign/1/wall-watcher/on-air", false, true);
        check(CONTROLLER, "gatesign/1/loc-ninh/desired", true, true);
        check(CONTROLLER, "gatesign/1/loc-ninh/on-air", false, true);
        check(CONTROLLER, "gatesign/1/loc-ninh/time/told", true, true);
        check(CONTROLLER, "gatesign/1/loc-ninh/time/asked", false, true);
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
        let digest = Digest::of(b"secret").to_string();
        let text = format!(
            "colour = 1
[[client]]
user = 'Lộc Ninh'
rights = 'agent'
password-sha256 = '{digest}'
[[client]]
user = 'controller'
rights = 'owner'
password-sha256 = 'secret'
[[client]]
user = 'wall'
right = 'reader'
password = 'secret'
[[client]]
user = 'wall'
rights = 'reader'
password-sha256 = '{digest}'
[[client]]
user = 'wall'
rights = 'agent'
password-sha256 = '{digest}'"
        );
        let expected = [
            "c.toml:1:1: colour: `1`: is an unknown key; known are: client",
            "c.toml:3:8: client[1].user: `Lộc Ninh`: an agent is named as its screen: 1 to 32 of a-z, 0-9 and `-`",
            "c.toml:7:8: client[2].user: `controller`: the name is taken",
            "c.toml:8:10: client[2].rights: `owner`: is one of agent, reader, controller",
            "c.toml:9:19: client[2].password-sha256: is not 64 hexadecimal digits",
            "c.toml:10:1: client[3].rights: is missing: agent, reader or controller",
            "c.toml:10:1: client[3].password-sha256: is missing: the SHA-256 of the password, as 64 hexadecimal digits",
            "c.toml:12:1: client[3].right: `reader`: is an unknown key; did you mean `rights`?",
            "c.toml:13:1: client[3].password: is an unknown key; known are: rights, password-sha256, user",
            "c.toml:19:8: client[5].user: `wall`: the name is taken",
        ];
        let told = Clients::parse("c.toml", &text).unwrap_err().to_string();
        assert_eq!(told.lines().collect::<Vec<_>>(), expected);
        let told = Clients::parse("c.toml", "").unwrap_err().to_string();
        assert_eq!(told, "c.toml:1:1: client: is missing: the file has at least one [[client]]");
    }
}
