//! Good and bad configurations, and what people are told: `file:line:column: key: value: rule`.

use protocol::Key;

use super::*;

const CONFIG: &str = "\
data = 'data'
gates = 'gates.toml'
keyring = 'keys.toml'
listen = '127.0.0.1:8080'

[embedded]
listen = '[::1]:1883'
clients = 'clients.toml'
";

const EXTERNAL: &str = "\
data = 'data'
gates = 'gates.toml'
keyring = 'keys.toml'
listen = '127.0.0.1:8080'
broker = 'mqtt://broker'
broker-user = 'controller'
broker-password-file = 'password'
";

const KEYS: &str = "\
[[key]]
person = 'a'
role = 'author'
public = '42b2935959755e965b40f7b687346327d8389a731324ea4aaa87250f67bd57da'
[[key]]
person = 'b'
role = 'approver'
public = '19bf44096984cdfe8541bac167dc3b96c85086aa30b6b6cb0c5c38ad703166e1'
";

const GATES: &str = "\
[[gate]]
name.vi = 'Cửa khẩu'
time-zone = 'Asia/Ho_Chi_Minh'
[[gate.screen]]
id = 'wall'
size = '960x320'
profile = 'plaza'
languages = ['vi']
layout = 'rotate'
";

const CLIENTS: &str = "\
[[client]]
user = 'wall'
rights = 'agent'
password-sha256 = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'
";

/// The clock's, and one that no keyring names.
fn clock_keys() -> [SigningKey; 2] {
    [3, 4].map(|seed| SigningKey::from_seed(&[seed; 32]))
}

/// A folder with a configuration and what it names. It goes with the test.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let folder = std::env::temp_dir().join(format!("gatesign-controller-{name}-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        let [clock, stranger] = clock_keys();
        let known = Key { person: "máy chủ".to_owned(), role: Role::Clock, public: clock.public() };
        for (name, text) in [
            ("keys.toml", &*format!("{KEYS}{}", known.to_toml())),
            ("clock.key", &clock.to_pem()),
            ("stranger.key", &stranger.to_pem()),
            ("gates.toml", GATES),
            ("clients.toml", CLIENTS),
            ("password", "secret\n"),
            ("bad-keys.toml", &KEYS.replace("approver", "boss")),
            ("bad-gates.toml", &GATES.replace("960x320", "1x1").replace("plaza", "square")),
            ("bad-clients.toml", &CLIENTS.replace("agent", "king")),
        ] {
            fs::write(folder.join(name), text).unwrap();
        }
        Self(folder)
    }

    fn read(&self, text: &str) -> Result<Config, InvalidFile> {
        let file = self.0.join("controller.toml");
        fs::write(&file, text).unwrap();
        Config::read(&file)
    }

    /// What is told of the configuration `of` in which each `good` was replaced by its `bad`.
    #[track_caller]
    fn check(&self, of: &str, changes: &[(&str, &str)], expected: &[&str]) {
        let text = changes.iter().fold(of.to_owned(), |text, (good, bad)| {
            assert_eq!(text.matches(good).count(), 1, "{good}");
            text.replace(good, bad)
        });
        let Err(InvalidFile::Mistakes(mistakes)) = self.read(&text) else { panic!("no mistake is told") };
        let told = mistakes.to_string().replace(&format!("{}/", self.0.display()), "");
        assert_eq!(told.lines().collect::<Vec<_>>(), expected);
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

#[test]
fn good_configurations_are_read() {
    let folder = Folder::new("good");
    let config = folder.read(CONFIG).unwrap();
    assert_eq!(config.data, folder.0.join("data"));
    assert_eq!((config.gates_text.as_str(), config.gates.screens.len()), (GATES, 1));
    assert_eq!(config.keyring.keys().len(), 3);
    assert!(config.clock_key.is_none());
    let tells = folder.read(&CONFIG.replace("\n[emb", "clock-key = 'clock.key'\n[emb")).unwrap().clock_key;
    assert_eq!(tells.unwrap().public(), clock_keys()[0].public());
    assert_eq!(config.listen.to_string(), "127.0.0.1:8080");
    assert!(matches!(config.broker, BrokerChoice::Embedded { listen, .. } if listen.port() == 1883));

    let BrokerChoice::External(settings) = folder.read(EXTERNAL).unwrap().broker else {
        panic!("the broker is another")
    };
    assert_eq!((settings.client_id.as_str(), settings.broker.host()), (CONTROLLER, "broker"));
    assert_eq!(settings.credentials.unwrap().password, "secret");
}

#[test]
fn all_mistakes_are_told_at_once() {
    let folder = Folder::new("all");
    folder.check(
        CONFIG,
        &[
            ("data = 'data'", "date = 'data'"),
            ("gates.toml", "absent.toml"),
            ("'keys.toml'", "['keys.toml']"),
            ("127.0.0.1:8080", "0.0.0.0:8080"),
            ("[::1]:1883", "localhost"),
            ("clients = 'clients.toml'", "client = 'clients.toml'"),
        ],
        &[
            "controller.toml:1:1: data: is missing: the controller's own folder",
            "controller.toml:1:1: date: `data`: is an unknown key; did you mean `data`?",
            "controller.toml:2:9: gates: `absent.toml`: cannot be read: No such file or directory (os error 2)",
            "controller.toml:3:11: keyring: `['keys.toml']`: is written in quotes",
            "controller.toml:4:10: listen: `0.0.0.0:8080`: only a loopback address, such as 127.0.0.1, is allowed",
            "controller.toml:6:1: embedded.clients: is missing: the file of those who may connect",
            "controller.toml:7:10: embedded.listen: `localhost`: is an address with a port, such as 127.0.0.1:8080",
            "controller.toml:8:1: embedded.client: `clients.toml`: is an unknown key; did you mean `clients`?",
        ],
    );
    folder.check(
        EXTERNAL,
        &[
            ("mqtt://broker", "mqtt://gate:secret@broker"),
            ("'password'", "'absent'"),
            ("broker-user = 'controller'\n", "broker-key = 'key.pem'\n"),
        ],
        &[
            "controller.toml:5:10: broker: `…@broker`: name and password do not belong here, others would see them",
            "controller.toml:6:14: broker-key: `key.pem`: goes with `broker-certificate`, which is not written",
            "controller.toml:6:14: broker-key: `key.pem`: cannot be read: No such file or directory (os error 2)",
            "controller.toml:7:24: broker-password-file: `absent`: goes with `broker-user`, which is not written",
            "controller.toml:7:24: broker-password-file: `absent`: cannot be read: No such file or directory (os error 2)",
        ],
    );
}

#[test]
fn mistakes_of_named_files_are_told_with_their_own_lines() {
    Folder::new("named").check(
        CONFIG,
        &[
            ("gates.toml", "bad-gates.toml"),
            ("keys.toml", "bad-keys.toml"),
            ("clients.toml", "bad-clients.toml"),
            ("127.0.0.1:8080", "8080"),
        ],
        &[
            "controller.toml:4:10: listen: `8080`: is an address with a port, such as 127.0.0.1:8080",
            "bad-gates.toml:6:8: gate[1].screen[1].size: `1x1`: a size is width x height in LED pixels, such as \"960x320\", each side 8 to 4096, together at most 4096x2160",
            "bad-gates.toml:7:11: gate[1].screen[1].profile: `square`: is one of road, plaza",
            "bad-keys.toml:7:8: key[2].role: `boss`: is one of author, approver, duty, clock, root",
            "bad-clients.toml:3:10: client[1].rights: `king`: is one of agent, reader, controller",
        ],
    );
}

#[test]
fn the_key_of_the_clock_is_one_that_the_gates_know() {
    let folder = Folder::new("clock");
    let with = |key: &'static str| [("\n[embedded]", key)];
    let stranger = clock_keys()[1].public().id();
    folder.check(
        CONFIG,
        &with("clock-key = 'stranger.key'\n[embedded]"),
        &[&format!(
            "controller.toml:5:13: clock-key: `stranger.key`: the keyring has no key {stranger} with the role clock"
        )],
    );
    folder.check(
        CONFIG,
        &with("clock-key = 'keys.toml'\n[embedded]"),
        &["controller.toml:5:13: clock-key: `keys.toml`: not a secret key, which is an Ed25519 key in a PKCS#8 PEM file: PKCS#8 ASN.1 error: PEM error: PEM preamble contains invalid data (NUL byte)"],
    );
}

#[test]
fn one_broker_is_named() {
    let folder = Folder::new("broker");
    folder.check(
        EXTERNAL,
        &[("broker = 'mqtt://broker'\nbroker-user = 'controller'\nbroker-password-file = 'password'\n", "")],
        &["controller.toml:1:1: broker: is missing: either `broker` or a table [embedded]"],
    );
    folder.check(
        CONFIG,
        &[("\n[embedded]", "broker = 'mqtt://broker'\n[embedded]")],
        &["controller.toml:6:1: embedded: `[embedded]`: either `broker` or a table [embedded]"],
    );
    folder.check(
        CONFIG,
        &[("\n[embedded]", "broker-user = 'controller'\n[embedded]")],
        &["controller.toml:5:15: broker-user: `controller`: goes with `broker`, which is not written"],
    );
}
