//! A broker written by hand: it speaks just enough MQTT 3.1.1, does only what a test tells it, and misbehaves on
//! command.

#![allow(dead_code, unreachable_pub, reason = "each test file uses a part of it")]
#![allow(clippy::unwrap_used, reason = "what fails here fails the test")]

pub mod certificates;

use std::{future::Future, time::Duration};

use bytes::Bytes;
use mqtt::{Backoff, BrokerUrl, Event, Outgoing, Session, Settings};
use protocol::Topic;
use tokio::{
    io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
};

/// Far more than anything takes here: only a hanging test meets it.
const PATIENCE: Duration = Duration::from_secs(20);

pub const CONNACK: [u8; 4] = [0x20, 2, 0, 0];
pub const DISCONNECT: [u8; 2] = [0xe0, 0];

/// Waits for something that must happen.
#[track_caller]
pub fn soon<T>(what: impl Future<Output = T>) -> impl Future<Output = T> {
    let caller = std::panic::Location::caller();
    async move {
        match tokio::time::timeout(PATIENCE, what).await {
            Ok(done) => done,
            Err(_) => panic!("{caller}: nothing happened"),
        }
    }
}

pub fn topic(text: &str) -> Topic {
    Topic::parse(text).unwrap()
}

pub fn outgoing(topic_text: &str, payload: impl Into<Bytes>) -> Outgoing {
    Outgoing { topic: topic(topic_text), payload: payload.into() }
}

pub struct Broker {
    listener: TcpListener,
}

impl Broker {
    pub async fn start() -> Self {
        Self::start_on(0).await
    }

    pub async fn start_on(port: u16) -> Self {
        Self { listener: TcpListener::bind(("127.0.0.1", port)).await.unwrap() }
    }

    pub fn port(&self) -> u16 {
        self.listener.local_addr().unwrap().port()
    }

    /// An agent's settings for this broker, with no long waits.
    pub fn settings(&self) -> Settings {
        let url = BrokerUrl::parse(&format!("mqtt://127.0.0.1:{}", self.port())).unwrap();
        Settings {
            subscriptions: vec![topic("gatesign/1/loc-ninh/desired"), topic("gatesign/1/loc-ninh/command")],
            backoff: Backoff { first: Duration::from_millis(10), longest: Duration::from_millis(20) },
            ..Settings::new(url, "loc-ninh")
        }
    }

    pub async fn accept(&self) -> Peer<TcpStream> {
        Peer { stream: soon(self.listener.accept()).await.unwrap().0 }
    }

    /// Takes the next connection and does what a broker should, until the client is subscribed.
    pub async fn welcome(&self) -> Peer<TcpStream> {
        let mut peer = self.accept().await;
        peer.welcome().await;
        peer
    }
}

/// A client, as the broker sees it.
pub struct Peer<S> {
    pub stream: S,
}

#[derive(Debug, PartialEq, Eq)]
pub struct Packet {
    /// Kind and flags.
    pub first: u8,
    pub body: Vec<u8>,
}

impl<S: AsyncRead + AsyncWrite + Unpin> Peer<S> {
    /// Returns the CONNECT packet.
    pub async fn welcome(&mut self) -> Packet {
        let connect = self.packet().await;
        assert_eq!(connect.first, 0x10, "CONNECT comes first");
        self.send(&CONNACK).await;
        let subscribe = self.packet().await;
        assert_eq!(subscribe.first, 0x82, "then SUBSCRIBE");
        self.confirm(&subscribe, &[1, 1]).await;
        connect
    }

    pub async fn confirm(&mut self, subscribe: &Packet, codes: &[u8]) {
        let mut suback = vec![0x90, u8::try_from(codes.len() + 2).unwrap()];
        suback.extend(&subscribe.body[..2]);
        suback.extend(codes);
        self.send(&suback).await;
    }

    pub async fn send(&mut self, bytes: &[u8]) {
        soon(self.stream.write_all(bytes)).await.unwrap();
        soon(self.stream.flush()).await.unwrap();
    }

    /// QoS 0.
    pub async fn publish(&mut self, topic: &str, payload: &[u8]) {
        let length = 2 + topic.len() + payload.len();
        let mut packet = vec![0x30, u8::try_from(length & 0x7f).unwrap() | 0x80];
        packet
            .extend([u8::try_from(length >> 7 & 0x7f).unwrap() | 0x80, u8::try_from(length >> 14).unwrap()]);
        packet.extend(u16::try_from(topic.len()).unwrap().to_be_bytes());
        packet.extend(topic.as_bytes());
        packet.extend(payload);
        self.send(&packet).await;
    }

    pub async fn packet(&mut self) -> Packet {
        soon(self.try_packet()).await.expect("a packet, but the client hung up")
    }

    /// The next packet, or `None` when the client has hung up.
    pub async fn try_packet(&mut self) -> Option<Packet> {
        let first = self.stream.read_u8().await.ok()?;
        let (mut length, mut shift) = (0, 0);
        loop {
            let byte = usize::from(self.stream.read_u8().await.ok()?);
            length |= (byte & 0x7f) << shift;
            shift += 7;
            if byte & 0x80 == 0 {
                break;
            }
        }
        let mut body = vec![0; length];
        self.stream.read_exact(&mut body).await.ok()?;
        Some(Packet { first, body })
    }

    /// The next message, acknowledged if it asks for it: flags, topic, payload.
    pub async fn message(&mut self) -> (u8, String, Vec<u8>) {
        let Packet { first, body } = self.packet().await;
        assert_eq!(first >> 4, 3, "a message");
        let (length, rest) = body.split_at(2);
        let (topic, rest) = rest.split_at(usize::from(u16::from_be_bytes([length[0], length[1]])));
        let topic = String::from_utf8(topic.to_vec()).unwrap();
        if first & 0b110 == 0 {
            return (first & 0xf, topic, rest.to_vec());
        }
        let (id, payload) = rest.split_at(2);
        self.send(&[0x40, 2, id[0], id[1]]).await;
        (first & 0xf, topic, payload.to_vec())
    }

    pub async fn hung_up(&mut self) {
        assert_eq!(soon(self.try_packet()).await, None);
    }
}

#[track_caller]
pub fn next(session: &mut Session) -> impl Future<Output = Event> {
    let event = soon(session.events.recv());
    async { event.await.expect("the session goes on") }
}

#[track_caller]
pub fn connected(session: &mut Session) -> impl Future<Output = ()> {
    let event = next(session);
    async { assert_eq!(event.await, Event::Connected) }
}

/// The cause of the disconnection that must come next.
#[track_caller]
pub fn disconnected(session: &mut Session) -> impl Future<Output = String> {
    let event = next(session);
    async {
        match event.await {
            Event::Disconnected { cause } => cause,
            other => panic!("still connected: {other:?}"),
        }
    }
}
