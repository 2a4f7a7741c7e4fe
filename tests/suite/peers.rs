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
    broker.serves(&mut town, "");
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

/// The same with names, passwords, and the rights that the controller writes for it; and what somebody can do who holds
/// the password of one gate.
#[test]
#[ignore = "needs mosquitto, mosquitto_passwd and mosquitto_pub"]
fn mosquitto_keeps_a_gate_from_speaking_for_another() {
    let mut town = Town::silent(PROGRAM, "peers-acl");
    let acl = town.cli(&["acl", &town.sample("gates.toml"), "--reader", "reader"]);
    assert_eq!(acl.code, 0, "{acl:?}");
    fs::write(town.site.path("mosquitto.acl"), &acl.out).unwrap();
    for twice in [town.gates().remove(0), "controller".to_owned()] {
        assert_eq!(town.cli(&["acl", &town.sample("gates.toml"), "--reader", &twice]).code, 2, "{twice}");
    }
    fs::write(town.site.path("passwords/controller"), "a long one of the controller").unwrap();
    let folder = town.site.path("passwords");
    let password = |user: &str| fs::read_to_string(folder.join(user)).unwrap();
    let passwords = town.site.path("mosquitto.passwords");
    fs::write(&passwords, "").unwrap();
    let users = [town.gates(), vec!["controller".to_owned(), "reader".to_owned()]].concat();
    for user in &users {
        let made =
            Command::new("mosquitto_passwd").arg("-b").arg(&passwords).args([user, &password(user)]).status();
        assert!(made.expect("mosquitto_passwd is not installed").success());
    }
    // As it is shipped, but on loopback, without TLS and with other folders.
    let shipped = Path::new(env!("CARGO_MANIFEST_DIR")).join("../controller/packaging/mosquitto.conf");
    let here = town.site.folder.display().to_string();
    let rules = fs::read_to_string(shipped)
        .unwrap()
        .lines()
        .filter(|line| !["listener", "certfile", "keyfile"].iter().any(|tls| line.starts_with(tls)))
        .map(|line| line.replace("/etc/gatesign", &here).replace("/var/lib/mosquitto", &here) + "\n")
        .collect::<String>();
    let broker = Mosquitto::with(&town, &rules);
    let login = "broker-user = \"controller\"\nbroker-password-file = \"../passwords/controller\"\n";
    broker.serves(&mut town, login);
    let published = town.cli(&["publish", &town.sample("chao-mung.toml"), "--json"]);
    assert_eq!(published.code, 0, "{published:?}\n{}", town.logs());
    let keyring = town.status()["keyring"].clone();
    let [thief, victim] = [&town.gates()[0], &town.gates()[1]].map(String::clone);
    let says = |user: &str, topic: &str, payload: &str| {
        let port = broker.port.to_string();
        let said = Command::new("mosquitto_pub")
            .args(["-h", "127.0.0.1", "-p", &port, "-u", user, "-P", &password(user), "-i", "a-thief"])
            .args(["-q", "1", "-r", "-t", topic, "-m", payload])
            .status();
        // What is not allowed is acknowledged and thrown away, as MQTT 3.1.1 has it.
        assert!(said.expect("mosquitto_pub is not installed").success());
    };
    let hears = |user: &str, topic: &str| -> String {
        let port = broker.port.to_string();
        let heard = Command::new("mosquitto_sub")
            .args(["-h", "127.0.0.1", "-p", &port, "-u", user, "-P", &password(user), "-i", "a-listener"])
            .args(["-q", "1", "-W", "1", "-C", "1", "-t", topic])
            .output();
        String::from_utf8(heard.expect("mosquitto_sub is not installed").stdout).unwrap()
    };
    // The box is stolen, and its password.
    town.kill(&thief);
    town.until("its last will is said", |status| screen(status, &thief)["connection"]["state"] == "offline");
    let link = |state: &str, of: &str| {
        let boot = screen(&town.status(), of)["connection"]["boot"].clone();
        format!(r#"{{"format":1,"state":"{state}","boot":{boot},"since":"2026-01-01T00:00:00Z"}}"#)
    };
    says(&thief, &format!("gatesign/1/{victim}/link"), &link("offline", &victim));
    for topic in [
        &format!("gatesign/1/{victim}/desired"),
        &format!("gatesign/1/{thief}/desired"),
        "gatesign/1/keyring",
    ] {
        says(&thief, topic, "garbage");
    }
    // Its own report goes through: so everything before it was looked at.
    says(&thief, &format!("gatesign/1/{thief}/link"), &link("online", &thief));
    let status = town.until("the thief's own word counts", |status| {
        screen(status, &thief)["connection"]["state"] != "offline"
    });
    assert_eq!(screen(&status, &victim)["connection"]["state"], "online", "{status:#}");
    assert_eq!((&screen(&status, &victim)["refused"]["total"], &status["keyring"]), (&0.into(), &keyring));
    assert_eq!(screen(&status, &thief)["refused"]["total"], 0, "{status:#}");

    assert_eq!(hears(&thief, &format!("gatesign/1/{victim}/desired")), "", "another gate's content");
    assert_eq!(hears(&thief, &format!("gatesign/1/{victim}/on-air")), "", "another gate's report");
    assert!(hears(&thief, &format!("gatesign/1/{thief}/desired")).contains("signatures"), "its own content");
    assert!(hears("reader", &format!("gatesign/1/{victim}/on-air")).contains("bundle"));
    says("reader", &format!("gatesign/1/{victim}/desired"), "garbage");
    // And the controller's word does arrive.
    town.kill("controller");
    says("controller", &format!("gatesign/1/{victim}/desired"), "garbage");
    town.start("controller");
    town.until("the gate refuses it", |status| screen(status, &victim)["refused"]["total"] == 1);
}

struct Mosquitto {
    child: Child,
    port: u16,
}

impl Mosquitto {
    fn start(town: &Town) -> Self {
        Self::with(town, "allow_anonymous true")
    }

    /// Everything goes over it.
    fn serves(&self, town: &mut Town, login: &str) {
        let port = self.port;
        let config = town.site.path("controller/controller.toml");
        let text = fs::read_to_string(&config).unwrap();
        let (head, _) = text.split_once("[embedded]").unwrap();
        fs::write(&config, format!("broker = \"mqtt://127.0.0.1:{port}\"\n{login}{head}")).unwrap();
        for gate in town.gates() {
            let config = town.site.path(&format!("{gate}/agent.toml"));
            let text = fs::read_to_string(&config).unwrap();
            let text = text.replace(&format!("mqtt://{}", town.broker), &format!("mqtt://127.0.0.1:{port}"));
            fs::write(&config, text).unwrap();
            town.start(&gate);
        }
        town.start("controller");
        town.until("the controller is connected", |status| status["broker"]["connected"] == true);
    }

    fn with(town: &Town, rules: &str) -> Self {
        let port = free_address().port();
        let config = town.site.path("mosquitto.conf");
        let mut file = fs::File::create(&config).unwrap();
        // Started by root, it would become a user who may not read this folder.
        writeln!(file, "user root\nlistener {port} 127.0.0.1\n{rules}").unwrap();
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
