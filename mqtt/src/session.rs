//! A session: connections one after the other, until somebody ends it.

use std::convert::Infallible;

use bytes::Bytes;
use protocol::Topic;
use rumqttc::MqttOptions;
use tokio::{select, sync::mpsc, time::sleep};
use tokio_util::sync::CancellationToken;

use crate::{
    BadSettings, Settings,
    connection::{self, Ended},
};

/// Events that wait for the program. When it is full, nothing more is read from the broker.
const EVENTS: usize = 256;

/// Messages that wait for the broker.
const OUTGOING: usize = 64;

/// A message on its way out. Topic decides quality of service and retention.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outgoing {
    /// Where.
    pub topic: Topic,
    /// What; at most [`protocol::MESSAGE_LIMIT`] bytes, or it is dropped and logged.
    pub payload: Bytes,
}

/// What happens on the session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// Connected and subscribed: publish the state anew.
    Connected,
    /// The connection is gone, or an attempt failed; the next is tried by itself.
    Disconnected {
        /// In words.
        cause: String,
    },
    /// A message on a subscribed topic. What is on a foreign topic is dropped and logged. Retained messages may
    /// come shortly before [`Event::Connected`].
    Message {
        /// Where.
        topic: Topic,
        /// What; unchecked.
        payload: Bytes,
    },
}

/// Both ends of a running session. What is sent while there is no connection is dropped: state is published
/// anew after [`Event::Connected`].
pub struct Session {
    /// What happens. Dropping it cuts the connection without a word, so that the broker publishes the will.
    pub events: mpsc::Receiver<Event>,
    /// What to say. May be cloned.
    pub outgoing: mpsc::Sender<Outgoing>,
    closing: CancellationToken,
}

/// The other ends, which the session's task holds.
pub(crate) struct Ends {
    pub(crate) events: mpsc::Sender<Event>,
    pub(crate) outgoing: mpsc::Receiver<Outgoing>,
    pub(crate) closing: CancellationToken,
}

/// Starts the session's task, so a tokio runtime must be running. It ends when [`Session::events`] is dropped.
pub fn connect(settings: Settings) -> Result<Session, BadSettings> {
    let options = settings.options()?;
    let closing = CancellationToken::new();
    let (to_program, events) = mpsc::channel(EVENTS);
    let (outgoing, from_program) = mpsc::channel(OUTGOING);
    let ends = Ends { events: to_program, outgoing: from_program, closing: closing.clone() };
    tokio::spawn(run(settings, options, ends));
    Ok(Session { events, outgoing, closing })
}

impl Session {
    /// Says good-bye: what was sent before is published, and the will is not. Takes a few seconds at most.
    pub async fn close(mut self) {
        self.closing.cancel();
        // Taken, so that a full channel does not hold the task up.
        while self.events.recv().await.is_some() {}
    }
}

async fn run(settings: Settings, options: MqttOptions, mut ends: Ends) {
    let mut failures = 0_u32;
    loop {
        let (cause, lasted) = match connection::run(&options, &settings.subscriptions, &mut ends).await {
            Ended::Closed => return,
            Ended::Lost { cause, lasted } => (cause, lasted),
        };
        // One that lived so long was not thrown out by a broker that accepts everybody first.
        if lasted >= settings.keep_alive {
            failures = 0;
        }
        // Without a random number only the spreading over time is worse.
        let random = getrandom::u32().unwrap_or(u32::MAX / 2);
        let wait = settings.backoff.delay(failures, random);
        failures = failures.saturating_add(1);

        let Ends { events, outgoing, closing } = &mut ends;
        select! {
            biased;
            () = events.closed() => return,
            () = closing.cancelled() => return,
            never = drop_all(outgoing) => match never {},
            () = async {
                // An error means that nobody listens any more, and `closed` says so, too.
                let _ = events.send(Event::Disconnected { cause }).await;
                sleep(wait).await;
            } => {}
        }
    }
}

/// Drops what is said to nobody, so that whoever says it is not held up.
pub(crate) async fn drop_all(outgoing: &mut mpsc::Receiver<Outgoing>) -> Infallible {
    while outgoing.recv().await.is_some() {}
    std::future::pending().await
}
