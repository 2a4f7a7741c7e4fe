//! One connection, from the first packet to the last.
//!
//! `EventLoop::poll` must not be cancelled and started again: what it was about to send would be lost. Every future
//! here that polls runs until its phase is over; whoever drops one earlier drops the connection, too.

use std::{convert::Infallible, time::Duration};

use protocol::{MESSAGE_LIMIT, Topic};
use rumqttc::{
    AsyncClient, ConnectionError, EventLoop, MqttOptions, NetworkOptions, Packet, Publish, SubscribeFilter,
    SubscribeReasonCode,
};
use tokio::{
    select,
    sync::mpsc,
    time::{Instant, timeout},
};
use tokio_util::sync::CancellationToken;

use crate::{
    Event, Outgoing,
    session::{Ends, drop_all},
    settings::qos,
};

/// Requests that wait in the client library.
const REQUESTS: usize = 16;

/// For connecting, for a flush, and for the answer to a subscription. Long, because links at the border are slow.
const NETWORK_TIMEOUT: Duration = Duration::from_secs(10);

/// A program that takes no event for so long is stuck, perhaps waiting for us to take a message. The connection
/// would die of it anyway.
const STUCK: Duration = Duration::from_secs(10);

/// For the last messages, and for the broker to hang up.
const GOOD_BYE: Duration = Duration::from_secs(3);

/// Topics in one packet: few enough for any broker's packet limit, many enough for a controller of many gates.
const TOPICS_AT_ONCE: usize = 500;

/// Causes are for people and logs.
const MOST_CAUSE: usize = 300;

/// How a connection ended.
pub(crate) enum Ended {
    /// By us.
    Closed,
    /// By anything else.
    Lost {
        cause: String,
        /// How long it was open: not at all if it never came so far.
        lasted: Duration,
    },
}

/// Why a connection ends, in words.
type Cause = String;

pub(crate) async fn run(options: &MqttOptions, topics: &[Topic], ends: &mut Ends) -> Ended {
    let Ends { events, outgoing, closing } = ends;
    let (client, mut eventloop) = AsyncClient::new(options.clone(), REQUESTS);
    let mut network = NetworkOptions::new();
    network.set_connection_timeout(NETWORK_TIMEOUT.as_secs());
    network.set_tcp_nodelay(true);
    eventloop.set_network_options(network);

    let opened = select! {
        biased;
        () = events.closed() => return Ended::Closed,
        () = closing.cancelled() => return Ended::Closed,
        never = drop_all(outgoing) => match never {},
        opened = open(&client, &mut eventloop, topics, events) => opened,
    };
    if let Err(cause) = opened {
        return Ended::Lost { cause, lasted: Duration::ZERO };
    }
    let since = Instant::now();
    let cause = select! {
        biased;
        () = events.closed() => return Ended::Closed,
        () = write(&client, outgoing, closing) => return Ended::Closed,
        cause = read(&mut eventloop, events) => cause,
    };
    // After our good-bye the broker hangs up.
    if closing.is_cancelled() { Ended::Closed } else { Ended::Lost { cause, lasted: since.elapsed() } }
}

/// Connects and subscribes. It is done only when the broker has confirmed all subscriptions.
async fn open(
    client: &AsyncClient,
    eventloop: &mut EventLoop,
    topics: &[Topic],
    events: &mpsc::Sender<Event>,
) -> Result<(), Cause> {
    // The first event is the broker's consent, or there is none.
    poll(eventloop).await?;
    for topics in topics.chunks(TOPICS_AT_ONCE) {
        let filters = topics.iter().map(|topic| SubscribeFilter::new(topic.to_string(), qos(topic)));
        client.try_subscribe_many(filters).map_err(|cause| cause.to_string())?;
        timeout(NETWORK_TIMEOUT, confirmation(eventloop, topics, events))
            .await
            .map_err(|_| "the broker did not confirm the subscriptions in time".to_owned())??;
    }
    Ok(())
}

async fn confirmation(
    eventloop: &mut EventLoop,
    topics: &[Topic],
    events: &mpsc::Sender<Event>,
) -> Result<(), Cause> {
    let mut asked = None;
    loop {
        match poll(eventloop).await? {
            rumqttc::Event::Outgoing(rumqttc::Outgoing::Subscribe(id)) => asked = Some(id),
            rumqttc::Event::Incoming(Packet::Publish(publish)) => forward(publish, events).await?,
            rumqttc::Event::Incoming(Packet::SubAck(answer)) => {
                if asked != Some(answer.pkid) || answer.return_codes.len() != topics.len() {
                    return Err("the broker confirmed subscriptions that nobody asked for".to_owned());
                }
                let refused = |code: &SubscribeReasonCode| *code == SubscribeReasonCode::Failure;
                return match answer.return_codes.iter().position(refused) {
                    None => Ok(()),
                    Some(n) => Err(format!("the broker refused the subscription to `{}`", topics[n])),
                };
            }
            rumqttc::Event::Outgoing(_) | rumqttc::Event::Incoming(_) => {}
        }
    }
}

/// Tells the program what comes in, until the connection is lost.
async fn read(eventloop: &mut EventLoop, events: &mpsc::Sender<Event>) -> Cause {
    let lost: Result<Infallible, Cause> = async {
        deliver(Event::Connected, events).await?;
        loop {
            if let rumqttc::Event::Incoming(Packet::Publish(publish)) = poll(eventloop).await? {
                forward(publish, events).await?;
            }
        }
    }
    .await;
    match lost {
        Ok(never) => match never {},
        Err(cause) => cause,
    }
}

/// Says what the program has to say, and good-bye when it is told to. May wait as long as it likes: the event loop
/// is polled beside it, not by it.
async fn write(client: &AsyncClient, outgoing: &mut mpsc::Receiver<Outgoing>, closing: &CancellationToken) {
    loop {
        select! {
            biased;
            () = closing.cancelled() => break,
            Some(message) = outgoing.recv() => publish(client, message).await,
        }
    }
    let good_bye = async {
        // As many as there are now: others may go on talking.
        for _ in 0..outgoing.len() {
            if let Ok(message) = outgoing.try_recv() {
                publish(client, message).await;
            }
        }
        if client.disconnect().await.is_ok() {
            std::future::pending::<()>().await;
        }
    };
    // The broker hangs up, or the time is over.
    let _ = timeout(GOOD_BYE, good_bye).await;
}

async fn publish(client: &AsyncClient, Outgoing { topic, payload }: Outgoing) {
    if payload.len() > MESSAGE_LIMIT {
        let bytes = payload.len();
        tracing::error!(%topic, bytes, "a message is too large to be sent, and is dropped");
        return;
    }
    // It fails only when the event loop is gone, and then so is the connection.
    let _ = client.publish_bytes(topic.to_string(), qos(&topic), topic.retained(), payload).await;
}

async fn forward(publish: Publish, events: &mpsc::Sender<Event>) -> Result<(), Cause> {
    match Topic::parse(&publish.topic) {
        Ok(topic) => deliver(Event::Message { topic, payload: publish.payload }, events).await,
        Err(unknown) => {
            tracing::warn!(%unknown, "a message on a topic that nobody subscribed to is dropped");
            Ok(())
        }
    }
}

async fn deliver(event: Event, events: &mpsc::Sender<Event>) -> Result<(), Cause> {
    match timeout(STUCK, events.send(event)).await {
        Ok(Ok(())) => Ok(()),
        Ok(Err(_)) => Err("nobody listens any more".to_owned()),
        Err(_) => Err("the program did not take what came in".to_owned()),
    }
}

async fn poll(eventloop: &mut EventLoop) -> Result<rumqttc::Event, Cause> {
    eventloop.poll().await.map_err(|cause| match cause {
        ConnectionError::ConnectionRefused(code) => format!("the broker refused the connection: {code:?}"),
        // It would print the whole packet.
        ConnectionError::NotConnAck(_) => {
            "the broker answered with something else than its consent".to_owned()
        }
        ConnectionError::NetworkTimeout => "the broker did not answer in time".to_owned(),
        other => other.to_string().chars().take(MOST_CAUSE).collect(),
    })
}
