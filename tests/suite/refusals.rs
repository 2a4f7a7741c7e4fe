//! What a gate, a controller and the command line refuse, each tried from outside against running processes.

use std::{fs, time::Duration};

use mqtt::{BrokerUrl, Credentials, Event, Outgoing, Settings};
use playlists::ScreenId;
use protocol::Topic;
use serde_json::Value;
use system_tests::{INTRUDER, SOON, Town, forge::Forge, screen};

use crate::PROGRAM;

/// Every bundle that must be refused, with the reason.
pub(crate) fn bad_bundles(town: &Town, gate: &str) -> Vec<(&'static str, Vec<u8>)> {
    let good = || Forge::of(town, gate);
    let changed = |change: &dyn Fn(&mut Value)| {
        let mut forge = good();
        change(&mut forge.document);
        forge.signed()
    };
    vec![
        ("bad-signature", good().changed_after_signing()),
        ("missing-signature", good().signed_once()),
        ("same-person", good().signed_twice_by_one()),
        ("unknown-key", good().signed_by_strangers()),
        ("digest-mismatch", good().with_another_picture()),
        ("rollback", changed(&|document| document["version"] = 1.into())),
        (
            "expired",
            changed(&|document| {
                document["valid"]["from"] = "2020-01-01T00:00:00Z".into();
                document["valid"]["until"] = "2020-02-01T00:00:00Z".into();
            }),
        ),
        (
            "not-yet-valid",
            changed(&|document| {
                document["valid"]["from"] = "2090-01-01T00:00:00Z".into();
                document["valid"]["until"] = "2090-02-01T00:00:00Z".into();
            }),
        ),
        ("wrong-screen", changed(&|document| document["screen"]["id"] = "elsewhere".into())),
        ("wrong-size", changed(&|document| document["screen"]["width"] = 64.into())),
        ("other-font", changed(&|document| document["fonts"][0]["sha256"] = "0".repeat(64).into())),
        ("playlist", changed(&|document| document["playlists"][0]["text"] = "[playlist]\nname = 1\n".into())),
        (
            "undrawable",
            changed(&|document| {
                let text = document["playlists"][0]["text"].as_str().unwrap();
                document["playlists"][0]["text"] = text.replace("Kính chào", "Kính 漢 chào").into();
            }),
        ),
    ]
}

/// Garbage of every size; none of it may stop anybody.
pub(crate) fn garbage() -> Vec<Vec<u8>> {
    let mut all: Vec<Vec<u8>> =
        [1, 100, 65_536, protocol::BUNDLE_LIMIT, protocol::BUNDLE_LIMIT + 1, 3_000_000]
            .iter()
            .map(|&size| (0..size).map(|n| (n * 7919 % 251) as u8).collect())
            .collect();
    all.push(b"{".repeat(100_000));
    all.push(b"[".repeat(100_000));
    all.push(br#"{"format":1}"#.to_vec());
    all.push(br#"{"format":99999999999999999999999999}"#.to_vec());
    all.push("\u{feff}{\"format\":\"១\"}".as_bytes().to_vec());
    all
}

pub(crate) fn count(status: &Value, gate: &str, reason: &str) -> u64 {
    screen(status, gate)["refused"]["by_reason"][reason].as_u64().unwrap_or(0)
}

/// Speaks to the broker with stolen rights.
pub(crate) struct Intruder {
    runtime: tokio::runtime::Runtime,
    session: mqtt::Session,
}

impl Intruder {
    pub(crate) fn at(town: &Town) -> Self {
        let runtime =
            tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        let url = BrokerUrl::parse(&format!("mqtt://{}", town.broker)).unwrap();
        let credentials = Some(Credentials { user: INTRUDER.to_owned(), password: INTRUDER.to_owned() });
        let session = runtime.block_on(async {
            let mut session =
                mqtt::connect(Settings { credentials, ..Settings::new(url, INTRUDER) }).unwrap();
            let connected = tokio::time::timeout(SOON, session.events.recv()).await.unwrap();
            assert_eq!(connected, Some(Event::Connected));
            session
        });
        Self { runtime, session }
    }

    pub(crate) fn say(&self, topic: Topic, payload: &[u8]) {
        let message = Outgoing { topic, payload: payload.to_vec().into() };
        self.runtime.block_on(self.session.outgoing.send(message)).unwrap();
    }
}

/// Sends every bad bundle to a gate and waits until it has counted each with its reason.
pub(crate) fn gate_refuses_them_all(town: &Town, send: impl Fn(&str, &[u8])) {
    let gate = town.gates().remove(0);
    let before = screen(&town.status(), &gate)["bundle"].clone();
    for (reason, bundle) in bad_bundles(town, &gate) {
        let counted = count(&town.status(), &gate, reason);
        send(&gate, &bundle);
        let status =
            town.until(&format!("refused as {reason}"), |status| count(status, &gate, reason) > counted);
        let screen = screen(&status, &gate);
        assert_eq!(screen["refused"]["last"]["reason"], reason);
        assert_eq!(screen["bundle"], before, "{reason}: what is on air stays");
        assert_ne!(screen["on_air"]["item"], Value::Null, "{reason}: what is on air stays");
    }
}

#[test]
fn a_gate_refuses_bad_bundles_and_its_picture_stays() {
    let town = Town::on_air(PROGRAM, "refusals");
    let intruder = Intruder::at(&town);
    gate_refuses_them_all(&town, |gate, bundle| {
        intruder.say(Topic::Desired(ScreenId::parse(gate).unwrap()), bundle);
    });
}

#[test]
fn garbage_stops_neither_gate_nor_controller() {
    let mut town = Town::on_air(PROGRAM, "garbage");
    let intruder = Intruder::at(&town);
    let gate = town.gates().remove(0);
    let id = ScreenId::parse(&gate).unwrap();
    for payload in garbage() {
        intruder.say(Topic::Desired(id.clone()), &payload);
        intruder.say(Topic::Command(id.clone()), &payload);
    }
    let expected = garbage().len() as u64;
    let status = town.until("all garbage is counted", |status| {
        screen(status, &gate)["refused"]["total"].as_u64() >= Some(expected)
    });
    assert_eq!(screen(&status, &gate)["connection"]["state"], "online");
    let good = town.cli(&["publish", &town.sample("tet.toml")]);
    assert_eq!(good.code, 0, "what is good still arrives: {good:?}");
    for name in [gate.as_str(), "controller"] {
        assert!(town.lives(name), "{name} has ended\n{}", town.logs());
    }
}

#[test]
fn the_controller_publishes_nothing_that_is_bad() {
    let town = Town::on_air(PROGRAM, "controller-refuses");
    let gate = town.gates().remove(0);
    let before = town.published(&gate);
    for (reason, bundle) in bad_bundles(&town, &gate) {
        // The command line asks the bundle which screen it is for.
        if reason == "wrong-screen" {
            continue;
        }
        let file = town.site.path("bad.bundle");
        fs::write(&file, bundle).unwrap();
        let run = town.cli(&["publish", "--json", &file.display().to_string()]);
        let expected = if reason == "rollback" { 6 } else { 7 };
        assert_eq!(run.code, expected, "{reason}: {run:?}");
        assert_eq!(run.json()["screens"][0]["reason"], reason, "{run:?}");
        assert_eq!(town.published(&gate), before, "{reason}");
    }
}

#[test]
fn mistakes_in_playlists_are_told_all_at_once_and_nothing_is_published() {
    let town = Town::on_air(PROGRAM, "mistakes");
    let gate = town.gates().remove(0);
    let before = town.published(&gate);
    let samples = town.site.path("samples");
    let write = |name: &str, text: &str| {
        fs::write(samples.join(name), text).unwrap();
        town.sample(name)
    };
    let head = "[playlist]\nname = \"Thử\"\nlanguages = [\"vi\", \"en\", \"km\"]\n\n[[item]]\nid = \"thu\"\n";
    let texts = "text.vi = \"Chào\"\ntext.en = \"Hello\"\ntext.km = \"សួស្តី\"\n";

    let many =
        write("many.toml", &format!("{head}duration = \"25h\"\ncolour = \"red\"\ntext.vi = \"Chào\"\n"));
    let unknown = write("unknown.toml", &format!("{head}duration = \"5s\"\ntexts = 1\n{texts}"));
    let glyph = write("glyph.toml", &format!("{head}duration = \"5s\"\n{texts}").replace("Chào", "Chào 漢"));
    fs::write(samples.join("images/broken.png"), b"\x89PNG\r\n\x1a\nnot really").unwrap();
    let broken =
        write("broken.toml", &format!("{head}duration = \"5s\"\nimage = \"images/broken.png\"\n{texts}"));
    let absent =
        write("absent.toml", &format!("{head}duration = \"5s\"\nimage = \"images/absent.png\"\n{texts}"));

    for (file, expected) in [
        (&many, &["many.toml:7:12", "`25h`", "many.toml:8:10", "`red`", "text.en", "text.km"][..]),
        (&unknown, &["unknown.toml:8:1", "texts"]),
        (&glyph, &["glyph.toml", "`thu`", "U+6F22"]),
        (&broken, &["broken.toml", "images/broken.png"]),
        (&absent, &["absent.toml", "images/absent.png"]),
    ] {
        for verb in ["check", "publish"] {
            let run = town.cli(&[verb, file]);
            assert_eq!(run.code, 7, "{verb}: {run:?}");
            for word in expected {
                assert!(run.err.contains(word), "{verb}: no {word} in {}", run.err);
            }
        }
    }
    assert_eq!(town.published(&gate), before);
    let json = town.cli(&["check", "--json", &many]).json();
    let first = &json["faults"][0];
    assert_eq!((&first["line"], &first["column"]), (&7.into(), &12.into()), "{json:#}");
}

/// A gate may speak only for itself.
#[test]
fn no_gate_speaks_for_another() {
    let town = Town::on_air(PROGRAM, "rights");
    let [one, other] = [0, 1].map(|n| town.gates().remove(n));
    let before = screen(&town.status(), &other)["bundle"].clone();
    let password = fs::read_to_string(town.site.path(&format!("passwords/{one}"))).unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let other_id = ScreenId::parse(&other).unwrap();
    let url = BrokerUrl::parse(&format!("mqtt://{}", town.broker)).unwrap();
    runtime.block_on(async {
        let credentials = Some(Credentials { user: one.clone(), password });
        let settings = Settings {
            credentials,
            subscriptions: vec![Topic::Desired(other_id.clone())],
            ..Settings::new(url, one.as_str())
        };
        let mut session = mqtt::connect(settings).unwrap();
        let refused = tokio::time::timeout(Duration::from_secs(10), session.events.recv()).await.unwrap();
        assert!(matches!(refused, Some(Event::Disconnected { .. })), "{refused:?}");
    });
    assert_eq!(screen(&town.status(), &other)["bundle"], before);
}
