//! The system against programs that we did not write. Ignored by default: they may not be installed; `.ci/run`
//! installs them, and there a missing one is a failure.

use std::{
    fs,
    io::Write,
    path::Path,
    process::{Child, Command, Stdio},
};

use playlists::Language;
use serde_json::Value;
use system_tests::{INTRUDER, Town, free_address, screen};

use crate::{
    PROGRAM,
    refusals::{garbage, gate_refuses_them_all},
};

/// Publishes with Mosquitto's client, retained as a controller would.
fn mosquitto_pub(town: &Town, topic: &str, payload: &[u8]) {
    assert!(mosquitto_tries(town, topic, payload), "the broker does not take it");
}

/// Whether the broker took it.
fn mosquitto_tries(town: &Town, topic: &str, payload: &[u8]) -> bool {
    let file = town.site.path("payload");
    fs::write(&file, payload).unwrap();
    let port = town.broker.port().to_string();
    let status = Command::new("mosquitto_pub")
        .args(["-h", "127.0.0.1", "-p", &port, "-u", INTRUDER, "-P", INTRUDER, "-i", "mosquitto"])
        .args(["-q", "1", "-r", "-t", topic, "-f"])
        .arg(&file)
        .status()
        .expect("mosquitto_pub is not installed");
    status.success()
}

#[test]
#[ignore = "needs mosquitto_pub"]
fn a_gate_refuses_bad_bundles_from_mosquitto_pub() {
    let town = Town::on_air(PROGRAM, "peers-refusals");
    gate_refuses_them_all(&town, |gate, bundle| {
        mosquitto_pub(&town, &format!("gatesign/1/{gate}/desired"), bundle);
    });
}

#[test]
#[ignore = "needs mosquitto_pub"]
fn garbage_from_mosquitto_pub_stops_nobody() {
    let mut town = Town::on_air(PROGRAM, "peers-garbage");
    let gate = town.gates().remove(0);
    for payload in garbage() {
        for what in ["desired", "command"] {
            mosquitto_pub(&town, &format!("gatesign/1/{gate}/{what}"), &payload);
        }
    }
    // Larger than any message may be: the broker takes no more than a gate does.
    let huge = vec![b'x'; 2 * protocol::MESSAGE_LIMIT];
    assert!(!mosquitto_tries(&town, &format!("gatesign/1/{gate}/desired"), &huge));
    let published = town.cli(&["publish", &town.sample("tet.toml")]);
    assert_eq!(published.code, 0, "{published:?}");
    for name in [gate.as_str(), "controller"] {
        assert!(town.lives(name), "{name} has ended\n{}", town.logs());
    }
}

/// Garbage in a gate's name: the controller must bear it. The gate's own password is stolen for it.
#[test]
#[ignore = "needs mosquitto_pub"]
fn garbage_in_a_gates_name_does_not_stop_the_controller() {
    let mut town = Town::on_air(PROGRAM, "peers-gate-garbage");
    let gate = town.gates().remove(0);
    town.kill(&gate);
    let password = fs::read_to_string(town.site.path(&format!("passwords/{gate}"))).unwrap();
    let port = town.broker.port().to_string();
    for payload in garbage() {
        let file = town.site.path("payload");
        fs::write(&file, &payload).unwrap();
        for what in ["link", "on-air", "health", "frame", "ack"] {
            let status = Command::new("mosquitto_pub")
                .args(["-h", "127.0.0.1", "-p", &port, "-u", &gate, "-P", &password, "-i", &gate, "-q", "1"])
                .args(["-t", &format!("gatesign/1/{gate}/{what}"), "-f"])
                .arg(&file)
                .status()
                .expect("mosquitto_pub is not installed");
            assert!(status.success(), "{status}");
        }
    }
    town.start(&gate);
    town.until("the gate is back", |status| screen(status, &gate)["lamp"] == "fine");
    assert!(town.lives("controller"), "{}", town.logs());
}

/// The same operation with Mosquitto as its broker, by configuration alone.
#[test]
#[ignore = "needs mosquitto"]
fn mosquitto_serves_as_the_broker() {
    let mut town = Town::silent(PROGRAM, "peers-broker");
    let broker = Mosquitto::start(&town);
    let port = broker.port;
    let config = town.site.path("controller/controller.toml");
    let text = fs::read_to_string(&config).unwrap();
    let (head, _) = text.split_once("[embedded]").unwrap();
    fs::write(&config, format!("broker = \"mqtt://127.0.0.1:{port}\"\n{head}")).unwrap();
    for gate in town.gates() {
        let config = town.site.path(&format!("{gate}/agent.toml"));
        let text = fs::read_to_string(&config).unwrap();
        let text = text.replace(&format!("mqtt://{}", town.broker), &format!("mqtt://127.0.0.1:{port}"));
        fs::write(&config, text).unwrap();
        town.start(&gate);
    }
    town.start("controller");
    town.until("the controller is connected", |status| status["broker"]["connected"] == true);
    let published = town.cli(&["publish", &town.sample("chao-mung.toml"), "--json"]);
    assert_eq!(published.code, 0, "{published:?}");

    let gate = town.gates().remove(0);
    town.kill(&gate);
    town.until("the last will was published", |status| {
        screen(status, &gate)["connection"]["state"] == "offline"
    });
    town.start(&gate);
    town.until("the gate is back", |status| screen(status, &gate)["lamp"] == "fine");
}

struct Mosquitto {
    child: Child,
    port: u16,
}

impl Mosquitto {
    fn start(town: &Town) -> Self {
        let port = free_address().port();
        let config = town.site.path("mosquitto.conf");
        let mut file = fs::File::create(&config).unwrap();
        writeln!(file, "listener {port} 127.0.0.1\nallow_anonymous true").unwrap();
        let program =
            if fs::exists("/usr/sbin/mosquitto").unwrap() { "/usr/sbin/mosquitto" } else { "mosquitto" };
        let child = Command::new(program)
            .arg("-c")
            .arg(&config)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("mosquitto is not installed");
        Self { child, port }
    }
}

impl Drop for Mosquitto {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The Khmer of the samples, glyph by glyph as HarfBuzz shapes it.
#[test]
#[ignore = "needs hb-shape"]
fn khmer_samples_have_the_glyphs_of_harfbuzz() {
    let font = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fonts/files/NotoSansKhmer-Bold.ttf");
    let mut renderer = render::Renderer::new();
    let (playlists, _) = crate::golden::read();
    let khmer = Language::parse("km").unwrap();
    let mut compared = 0;
    for item in playlists.iter().flat_map(|(_, playlist, _)| &playlist.items) {
        let Some(text) = item.texts.as_ref().and_then(|texts| texts.get(&khmer)) else { continue };
        for line in text.lines() {
            let ours = renderer.shape("km", line);
            // Lines with letters of another font are compared run by run in `render`'s own tests.
            if ours.iter().any(|glyph| glyph.file != "NotoSansKhmer-Bold.ttf") {
                continue;
            }
            let shaped = Command::new("hb-shape")
                .args(["--font-size=1000", "--output-format=json", "--no-glyph-names", "--language=km"])
                .arg(format!("--text={line}"))
                .arg(&font)
                .output()
                .expect("hb-shape is not installed");
            assert!(shaped.status.success(), "{shaped:?}");
            let theirs: Vec<Value> = serde_json::from_slice(&shaped.stdout).unwrap();
            let theirs: Vec<u64> = theirs.iter().map(|glyph| glyph["g"].as_u64().unwrap()).collect();
            let ours: Vec<u64> = ours.iter().map(|glyph| glyph.id.into()).collect();
            assert_eq!(ours, theirs, "{line}");
            compared += 1;
        }
    }
    assert!(compared >= 12, "only {compared} lines could be compared");
}
