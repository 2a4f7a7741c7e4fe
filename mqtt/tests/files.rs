//! What a configuration says about a broker: every mistake lands on its key.

#![allow(clippy::unwrap_used, reason = "what fails here fails the test")]

mod support;

use std::{fs, path::PathBuf};

use mqtt::{BrokerKeys, Settings, connect};
use support::certificates::Authority;
use written::{Mistakes, read_toml};

const KEYS: BrokerKeys = BrokerKeys {
    url: "broker",
    user: "user",
    password_file: "password-file",
    ca: "ca",
    certificate: "certificate",
    key: "key",
};

/// A folder with the files that a configuration may name. It goes with the test.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let folder = std::env::temp_dir().join(format!("gatesign-broker-{name}-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        let (authority, other) = (Authority::new("ours"), Authority::new("other"));
        let (gate, stranger) = (authority.gate(), other.gate());
        for (name, text) in [
            ("ca.pem", authority.pem.as_str()),
            ("gate.pem", &gate.certificate),
            ("gate.key", &gate.key),
            ("stranger.key", &stranger.key),
            ("password", "secret\n"),
            ("huge", &"x".repeat(65_536)),
        ] {
            fs::write(folder.join(name), text).unwrap();
        }
        Self(folder)
    }

    fn read(&self, text: &str) -> Result<Option<Settings>, Mistakes> {
        read_toml(&self.0.join("b.toml").display().to_string(), text, |report, mut root| {
            let settings = KEYS.read(report, &mut root, "gate");
            root.finish(report)?;
            settings
        })
    }

    #[track_caller]
    fn check(&self, text: &str, expected: &[&str]) {
        let mistakes = self.read(text).map(|settings| settings.is_some()).unwrap_err().to_string();
        let folder = format!("{}/", self.0.display());
        assert_eq!(mistakes.replace(&folder, "").lines().collect::<Vec<_>>(), expected);
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

#[tokio::test]
async fn what_is_right_is_read() {
    let folder = Folder::new("right");
    assert!(folder.read("").unwrap().is_none());

    let settings = folder.read("broker = 'mqtt://127.0.0.1'").unwrap().unwrap();
    assert_eq!(settings.client_id, "gate");
    assert!(settings.credentials.is_none() && settings.tls.is_none());

    let settings = folder
        .read(
            "broker = 'mqtts://127.0.0.1'\nuser = 'u'\npassword-file = 'password'\n\
             ca = 'ca.pem'\ncertificate = 'gate.pem'\nkey = 'gate.key'",
        )
        .unwrap()
        .unwrap();
    let credentials = settings.credentials.as_ref().unwrap();
    assert_eq!((credentials.user.as_str(), credentials.password.as_str()), ("u", "secret"));
    assert!(settings.tls.as_ref().unwrap().client.is_some());
    assert!(connect(settings).is_ok(), "what is no mistake can be used");
}

#[test]
fn what_is_wrong_is_told_at_its_key() {
    let folder = Folder::new("wrong");
    folder.check(
        "broker = 'mqtt://gate:secret@broker'",
        &["b.toml:1:10: broker: `…@broker`: name and password do not belong here, others would see them"],
    );
    folder.check(
        "password = 'secret'\nbroker = 'mqtt://b'",
        &["b.toml:1:1: password: is an unknown key; known are: broker, user, password-file, ca, certificate, key"],
    );
    folder.check(
        "user = 'u'\nca = 'ca.pem'",
        &[
            "b.toml:1:8: user: `u`: goes with `broker`, which is not written",
            "b.toml:2:6: ca: `ca.pem`: goes with `broker`, which is not written",
        ],
    );
    folder.check(
        "broker = 'mqtt://b'\nuser = 'u'",
        &["b.toml:2:8: user: `u`: goes with `password-file`, which is not written"],
    );
    folder.check(
        "broker = 'mqtt://b'\npassword-file = 'absent'",
        &[
            "b.toml:2:17: password-file: `absent`: goes with `user`, which is not written",
            "b.toml:2:17: password-file: `absent`: cannot be read: No such file or directory (os error 2)",
        ],
    );
    folder.check(
        "broker = 'mqtt://b'\nuser = 'u'\npassword-file = 'huge'",
        &["b.toml:3:17: password-file: `huge`: has at most 65535 bytes"],
    );
    folder.check(
        "broker = 'mqtts://b'",
        &["b.toml:1:1: ca: is missing: who may have signed the broker's certificate"],
    );
    folder.check(
        "broker = 'mqtt://b'\nca = 'ca.pem'\ncertificate = 'gate.pem'",
        &[
            "b.toml:2:6: ca: `ca.pem`: is for TLS, so `broker` must begin with mqtts://",
            "b.toml:3:15: certificate: `gate.pem`: is for TLS, so `broker` must begin with mqtts://",
        ],
    );
    folder.check(
        "broker = 'mqtts://b'\nca = 'absent'\ncertificate = 'password'\nkey = 'gate.pem'",
        &[
            "b.toml:2:6: ca: `absent`: cannot be read: No such file or directory (os error 2)",
            "b.toml:3:15: certificate: `password`: is not a PEM file as expected: no items found",
            "b.toml:4:7: key: `gate.pem`: is not a PEM file as expected: no items found",
        ],
    );
    folder.check(
        "broker = 'b'\ncertificate = 'gate.pem'",
        &[
            "b.toml:1:1: ca: is missing: who may have signed the broker's certificate",
            "b.toml:1:10: broker: `b`: `mqtt://host:port`, or `mqtts://host:port` with TLS",
            "b.toml:2:15: certificate: `gate.pem`: goes with `key`, which is not written",
        ],
    );
    folder.check(
        "broker = 'mqtts://b'\nca = 'ca.pem'\ncertificate = 'gate.pem'\nkey = 'stranger.key'",
        &["b.toml:4:7: key: `stranger.key`: the certificates cannot be used: keys may not be consistent: KeyMismatch"],
    );
}
