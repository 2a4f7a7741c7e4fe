//! A session against a broker that misbehaves: what the program sees, and what the broker sees.

#![allow(clippy::unwrap_used, reason = "what fails here fails the test")]

mod support;

use std::time::Duration;

use bytes::Bytes;
use mqtt::{Backoff, Credentials, Event, Settings, connect};
use protocol::MESSAGE_LIMIT;
use support::{Broker, CONNACK, DISCONNECT, Packet, connected, disconnected, next, outgoing, soon, topic};

const DESIRED: &str = "gatesign/1/loc-ninh/desired";
const LINK: &str = "gatesign/1/loc-ninh/link";
const HEALTH: &str = "gatesign/1/loc-ninh/health";
const ACK: &str = "gatesign/1/loc-ninh/ack";

#[tokio::test]
async fn introduces_itself() {
    let broker = Broker::start().await;
    let mut session = connect(Settings {
        credentials: Some(Credentials { user: "gate".into(), password: "secret".into() }),
        will: Some(outgoing(LINK, "gone")),
        ..broker.settings()
    })
    .unwrap();
    let mut peer = broker.accept().await;
    let connect = peer.welcome().await;
    let expected = [
        b"\0\x04MQTT\x04".as_slice(),
        // User, password, will retained with QoS 1, clean session; keep-alive 10 s.
        &[0b1110_1110, 0, 10],
        b"\0\x08loc-ninh",
        b"\0\x18gatesign/1/loc-ninh/link\0\x04gone",
        b"\0\x04gate\0\x06secret",
    ];
    assert_eq!(connect.body, expected.concat());
    connected(&mut session).await;
}

#[tokio::test]
async fn carries_messages_both_ways() {
    let broker = Broker::start().await;
    let mut session = connect(broker.settings()).unwrap();
    let mut peer = broker.welcome().await;
    connected(&mut session).await;

    peer.publish("gatesign/1/loc-ninh/unheard", b"of").await;
    peer.publish("somewhere/else", b"entirely").await;
    peer.publish(DESIRED, b"bundle").await;
    let payload = Bytes::from_static(b"bundle");
    assert_eq!(next(&mut session).await, Event::Message { topic: topic(DESIRED), payload });
    let large = vec![7; 1_000_000];
    peer.publish(DESIRED, &large).await;
    let payload = Bytes::from(large);
    assert_eq!(next(&mut session).await, Event::Message { topic: topic(DESIRED), payload });

    // Flags: QoS in the middle, retain at the end.
    let said = [(LINK, "1", 0b011), (HEALTH, "2", 0b001), (ACK, "3", 0b010), (HEALTH, "4", 0b001)];
    for (topic, text, _) in said {
        soon(session.outgoing.send(outgoing(topic, text))).await.unwrap();
    }
    for (topic, text, flags) in said {
        assert_eq!(peer.message().await, (flags, topic.to_owned(), text.into()), "in order");
    }
}

#[tokio::test]
async fn drops_what_is_too_large_and_stays_connected() {
    let broker = Broker::start().await;
    let mut session = connect(broker.settings()).unwrap();
    let mut peer = broker.welcome().await;
    connected(&mut session).await;
    for payload in [vec![0; MESSAGE_LIMIT + 1], vec![1; MESSAGE_LIMIT]] {
        soon(session.outgoing.send(outgoing(HEALTH, payload))).await.unwrap();
    }
    assert_eq!(peer.message().await.2, vec![1; MESSAGE_LIMIT]);
}

#[tokio::test]
async fn subscribes_again_after_every_loss() {
    let broker = Broker::start().await;
    let mut session = connect(broker.settings()).unwrap();
    for n in 0..3 {
        let mut peer = broker.accept().await;
        assert_eq!(peer.packet().await.first, 0x10);
        peer.send(&CONNACK).await;
        let subscribe = peer.packet().await;
        let topics = b"\0\x1bgatesign/1/loc-ninh/desired\x01\0\x1bgatesign/1/loc-ninh/command\x01";
        assert_eq!(subscribe.body[2..], topics[..], "connection {n}");
        peer.confirm(&subscribe, &[1, 1]).await;
        connected(&mut session).await;
        soon(session.outgoing.send(outgoing(LINK, "online"))).await.unwrap();
        assert_eq!(peer.message().await.2, b"online");
        drop(peer);
        disconnected(&mut session).await;
    }
}

#[tokio::test]
async fn forgets_what_was_said_to_nobody() {
    let broker = Broker::start().await;
    let (settings, port) = (broker.settings(), broker.port());
    drop(broker);
    let mut session = connect(settings).unwrap();
    disconnected(&mut session).await;
    for n in 0..1000 {
        soon(session.outgoing.send(outgoing(LINK, format!("old {n}")))).await.unwrap();
    }
    let broker = Broker::start_on(port).await;
    let mut peer = broker.welcome().await;
    while next(&mut session).await != Event::Connected {}
    soon(session.outgoing.send(outgoing(LINK, "new"))).await.unwrap();
    assert_eq!(peer.message().await.2, b"new");
}

#[tokio::test]
async fn forgets_what_was_said_to_a_broker_that_did_not_answer_yet() {
    let broker = Broker::start().await;
    let mut session = connect(broker.settings()).unwrap();
    let mut peer = broker.accept().await;
    peer.packet().await;
    for n in 0..1000 {
        soon(session.outgoing.send(outgoing(LINK, format!("old {n}")))).await.unwrap();
    }
    peer.send(&CONNACK).await;
    let subscribe = peer.packet().await;
    peer.confirm(&subscribe, &[1, 1]).await;
    connected(&mut session).await;
    soon(session.outgoing.send(outgoing(LINK, "new"))).await.unwrap();
    assert_eq!(peer.message().await.2, b"new");
}

#[tokio::test]
async fn a_broker_that_acknowledges_nothing_holds_nobody_up_for_ever() {
    let broker = Broker::start().await;
    let mut session = connect(broker.settings()).unwrap();
    let mut peer = broker.welcome().await;
    connected(&mut session).await;
    let say = session.outgoing.clone();
    let talker = tokio::spawn(async move {
        for n in 0..500 {
            say.send(outgoing(LINK, format!("{n}"))).await.unwrap();
        }
    });
    for _ in 0..100 {
        assert_eq!(peer.packet().await.first, 0x33);
    }
    drop(peer);
    disconnected(&mut session).await;
    soon(talker).await.unwrap();
}

#[tokio::test]
async fn takes_what_comes_before_the_confirmation() {
    let broker = Broker::start().await;
    let mut session = connect(broker.settings()).unwrap();
    let mut peer = broker.accept().await;
    peer.packet().await;
    peer.send(&CONNACK).await;
    let subscribe = peer.packet().await;
    peer.publish(DESIRED, b"retained").await;
    let payload = Bytes::from_static(b"retained");
    assert_eq!(next(&mut session).await, Event::Message { topic: topic(DESIRED), payload });
    peer.confirm(&subscribe, &[1, 0]).await;
    connected(&mut session).await;
}

#[tokio::test]
async fn without_subscriptions_consent_is_enough() {
    let broker = Broker::start().await;
    let mut session = connect(Settings { subscriptions: Vec::new(), ..broker.settings() }).unwrap();
    let mut peer = broker.accept().await;
    peer.packet().await;
    peer.send(&CONNACK).await;
    connected(&mut session).await;
}

#[tokio::test]
async fn subscribes_for_many_gates_in_several_packets() {
    let broker = Broker::start().await;
    let subscriptions: Vec<_> = (0..1200).map(|n| topic(&format!("gatesign/1/gate-{n}/link"))).collect();
    let mut session = connect(Settings { subscriptions, ..broker.settings() }).unwrap();
    let mut peer = broker.accept().await;
    peer.packet().await;
    peer.send(&CONNACK).await;
    for topics in [500_u16, 500, 200] {
        let Packet { body, .. } = peer.packet().await;
        let length = topics + 2;
        let mut suback =
            vec![0x90, u8::try_from(length & 0x7f).unwrap() | 0x80, u8::try_from(length >> 7).unwrap()];
        suback.extend(&body[..2]);
        suback.extend(vec![1; topics.into()]);
        peer.send(&suback).await;
    }
    connected(&mut session).await;
}

/// A broker that sends this instead of what it should; the session must say why it is not connected and try again.
async fn check_refusal(after_subscribe: bool, answer: &[u8], says: &str) {
    let broker = Broker::start().await;
    let mut session = connect(broker.settings()).unwrap();
    for _ in 0..2 {
        let mut peer = broker.accept().await;
        peer.packet().await;
        if after_subscribe {
            peer.send(&CONNACK).await;
            let subscribe = peer.packet().await;
            // The id that it asked with comes where the answer has 0xff, 0xff.
            let mut answer = answer.to_vec();
            if answer[2..4] == [0xff, 0xff] {
                answer[2..4].copy_from_slice(&subscribe.body[..2]);
            }
            peer.send(&answer).await;
        } else {
            peer.send(answer).await;
        }
        let cause = disconnected(&mut session).await;
        assert!(cause.contains(says), "{cause}");
        peer.hung_up().await;
    }
}

#[tokio::test]
async fn says_why_the_broker_does_not_want_it() {
    check_refusal(false, &[0x20, 2, 0, 4], "refused the connection: BadUserNamePassword").await;
    check_refusal(false, &[0x20, 2, 0, 5], "refused the connection: NotAuthorized").await;
    check_refusal(false, &[0xd0, 0], "something else than its consent").await;
    let command = "refused the subscription to `gatesign/1/loc-ninh/command`";
    check_refusal(true, &[0x90, 4, 0xff, 0xff, 1, 0x80], command).await;
    let desired = "refused the subscription to `gatesign/1/loc-ninh/desired`";
    check_refusal(true, &[0x90, 4, 0xff, 0xff, 0x80, 0x80], desired).await;
    check_refusal(true, &[0x90, 3, 0xff, 0xff, 1], "nobody asked for").await;
    check_refusal(true, &[0x90, 4, 0x7f, 0x7f, 1, 1], "nobody asked for").await;
}

#[tokio::test]
async fn hangs_up_on_a_packet_above_the_limit() {
    let broker = Broker::start().await;
    let mut session = connect(broker.settings()).unwrap();
    // 256 MB announced, and one byte more than a message of the largest size needs.
    for announced in [[0x30, 0xff, 0xff, 0xff, 0x7f], [0x30, 0x81, 0x88, 0x80, 0x02]] {
        let mut peer = broker.welcome().await;
        connected(&mut session).await;
        peer.send(&announced).await;
        let cause = disconnected(&mut session).await;
        assert!(cause.contains("size limit exceeded"), "{cause}");
        peer.hung_up().await;
    }
}

#[tokio::test]
async fn survives_garbage() {
    let broker = Broker::start().await;
    let mut session = connect(broker.settings()).unwrap();
    let mut garbage: Vec<Vec<u8>> = vec![
        vec![0x00, 0x00],
        vec![0xf0, 0x00],
        vec![0x30, 0xff, 0xff, 0xff, 0xff, 0xff],
        // A topic longer than its packet, one that is not UTF-8, QoS 3, id 0.
        vec![0x30, 3, 0xff, 0xff, b'a'],
        vec![0x30, 4, 0, 2, 0xc3, 0x28],
        vec![0x36, 5, 0, 1, b'a', 0, 1],
        vec![0x32, 5, 0, 1, b'a', 0, 0],
        // Acknowledgements of what was never said, in every kind.
        vec![0x40, 2, 0, 1],
        vec![0x40, 2, 0xff, 0xff],
        vec![0x50, 2, 0, 0],
        vec![0x62, 2, 0, 9],
        vec![0x70, 2, 0, 100],
        // What only a client may say.
        vec![0x10, 12, 0, 4, b'M', b'Q', b'T', b'T', 4, 2, 0, 10, 0, 0],
        vec![0x82, 6, 0, 1, 0, 1, b'a', 0],
        CONNACK.to_vec(),
        vec![0xc0, 0],
        vec![0xe0, 0],
    ];
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    for _ in 0..60 {
        garbage.push(
            (0..64)
                .map(|_| {
                    state ^= state << 13;
                    state ^= state >> 7;
                    state ^= state << 17;
                    state.to_be_bytes()[0]
                })
                .collect(),
        );
    }
    for bytes in garbage {
        let mut peer = broker.welcome().await;
        connected(&mut session).await;
        peer.send(&bytes).await;
        // What looks like a packet that is still on its way ends here.
        drop(peer);
        while !matches!(next(&mut session).await, Event::Disconnected { .. }) {}

        let mut peer = broker.accept().await;
        peer.packet().await;
        peer.send(&bytes).await;
        drop(peer);
        disconnected(&mut session).await;
    }
    let mut peer = broker.welcome().await;
    connected(&mut session).await;
    peer.publish(DESIRED, b"fine").await;
    assert!(matches!(next(&mut session).await, Event::Message { .. }));
}

#[tokio::test]
async fn dropping_cuts_without_a_word() {
    let broker = Broker::start().await;
    let mut session = connect(broker.settings()).unwrap();
    let mut peer = broker.welcome().await;
    connected(&mut session).await;
    drop(session);
    peer.hung_up().await;
}

#[tokio::test]
async fn is_dropped_even_while_the_program_takes_nothing() {
    let broker = Broker::start().await;
    let session = connect(broker.settings()).unwrap();
    let mut peer = broker.welcome().await;
    // More than the session and the library keep: what is left waits in the socket.
    for _ in 0..2000 {
        peer.publish(DESIRED, b"flood").await;
    }
    drop(session);
    peer.hung_up().await;
}

#[tokio::test]
async fn holds_nobody_up_while_it_waits_and_ends_at_once() {
    let broker = Broker::start().await;
    let hour = Duration::from_secs(3600);
    let settings = Settings { backoff: Backoff { first: hour, longest: hour }, ..broker.settings() };
    drop(broker);
    let mut session = connect(settings).unwrap();
    disconnected(&mut session).await;
    for _ in 0..1000 {
        soon(session.outgoing.send(outgoing(LINK, "nobody hears it"))).await.unwrap();
    }
    soon(session.close()).await;
}

#[tokio::test]
async fn says_good_bye_after_the_last_message() {
    let broker = Broker::start().await;
    let mut session = connect(broker.settings()).unwrap();
    let mut peer = broker.welcome().await;
    connected(&mut session).await;
    for n in 0..20 {
        soon(session.outgoing.send(outgoing(LINK, format!("{n}")))).await.unwrap();
    }
    let others = session.outgoing.clone();
    let closing = tokio::spawn(session.close());
    for n in 0..20 {
        assert_eq!(peer.message().await.2, format!("{n}").into_bytes());
    }
    assert_eq!(peer.packet().await, Packet { first: DISCONNECT[0], body: Vec::new() });
    drop(peer);
    soon(closing).await.unwrap();
    assert!(others.send(outgoing(LINK, "too late")).await.is_err());
}

#[tokio::test]
async fn does_not_wait_for_a_broker_that_does_not_hang_up() {
    let broker = Broker::start().await;
    let mut session = connect(broker.settings()).unwrap();
    let mut peer = broker.welcome().await;
    connected(&mut session).await;
    soon(session.close()).await;
    assert_eq!(peer.packet().await.first, DISCONNECT[0]);
    peer.hung_up().await;
}

#[track_caller]
fn check_settings(change: impl FnOnce(&mut Settings), says: &str) {
    let url = mqtt::BrokerUrl::parse("mqtt://broker").unwrap();
    let mut settings = Settings::new(url, "loc-ninh");
    change(&mut settings);
    let Err(bad) = connect(settings) else { panic!("connects, but should not: {says}") };
    assert!(bad.to_string().starts_with(says), "{bad}");
}

#[tokio::test]
async fn refuses_settings_that_mqtt_cannot_carry() {
    check_settings(|s| s.client_id.clear(), "client_id is ``: 1 to 64");
    check_settings(|s| s.client_id = "a\nb".into(), r"client_id is `a\nb`: 1 to 64");
    check_settings(|s| s.client_id = "អ".repeat(65), "client_id is `អ");
    check_settings(|s| s.keep_alive = Duration::ZERO, "keep_alive is 0ns: 1 s to 65535 s");
    check_settings(|s| s.keep_alive = Duration::from_secs(65_536), "keep_alive is 65536s");
    check_settings(|s| s.will = Some(outgoing(LINK, vec![0; 65_536])), "will is 65536 bytes long");
    let password = "a".repeat(65_536);
    let credentials = Credentials { user: "gate".into(), password };
    check_settings(|s| s.credentials = Some(credentials), "credentials.password is 65536 bytes long");
}
