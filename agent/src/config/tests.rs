//! Good and bad configurations, and what people are told: `file:line:column: key: value: rule`.

use super::*;

const CONFIG: &str = "\
screen = 'wall'
size = '960x320'
data = 'data'
keyring = 'keys.toml'

[gate]
name.vi = 'Cửa khẩu'
name.en = 'Gate'
languages = ['vi', 'en']
time-zone = 'Asia/Ho_Chi_Minh'

[broker]
url = 'mqtt://127.0.0.1:1883'
user = 'wall'
password-file = 'password'

[output]
kind = 'simulator'
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

/// A folder with a configuration and what it names. It goes with the test.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let folder = std::env::temp_dir().join(format!("gatesign-agent-{name}-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        for (name, text) in [
            ("keys.toml", KEYS),
            ("bad-keys.toml", &KEYS.replace("approver", "boss").replace("person = 'a'\n", "")),
            ("password", "secret\n"),
        ] {
            fs::write(folder.join(name), text).unwrap();
        }
        Self(folder)
    }

    fn read(&self, text: &str) -> Result<Config, InvalidFile> {
        let file = self.0.join("agent.toml");
        fs::write(&file, text).unwrap();
        Config::read(&file)
    }

    /// What is told of a good configuration in which each `good` was replaced by its `bad`.
    #[track_caller]
    fn check(&self, changes: &[(&str, &str)], expected: &[&str]) {
        let text = changes.iter().fold(CONFIG.to_owned(), |text, (good, bad)| {
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
fn a_good_configuration_is_read() {
    let folder = Folder::new("good");
    let config = folder.read(CONFIG).unwrap();
    assert_eq!((config.screen.id.as_str(), config.screen.size.to_string().as_str()), ("wall", "960×320"));
    assert_eq!(config.screen.languages, ["vi", "en"].map(|code| Language::parse(code).unwrap()));
    assert_eq!(config.data, folder.0.join("data"));
    assert_eq!(config.keyring.keys().len(), 2);
    assert_eq!((config.broker.client_id.as_str(), config.broker.broker.port()), ("wall", 1883));
    assert_eq!(config.broker.credentials.unwrap().password, "secret");
    assert_eq!(config.output, OutputKind::Simulator);
    assert!(config.battery_clock);
    let without = CONFIG.replace("[gate]", "battery-clock = false\n[gate]");
    assert!(!folder.read(&without).unwrap().battery_clock);

    let png = CONFIG.replace("'simulator'", "'png'\nfile = 'wall.png'");
    assert_eq!(folder.read(&png).unwrap().output, OutputKind::Png { file: folder.0.join("wall.png") });
}

#[test]
fn a_file_that_is_not_there_is_named() {
    let invalid = Config::read(Path::new("nowhere/agent.toml")).map(drop).unwrap_err();
    assert_eq!(invalid.to_string(), "`nowhere/agent.toml` cannot be read");
}

#[test]
fn all_mistakes_are_told_at_once() {
    Folder::new("all").check(
        &[
            ("screen = 'wall'", "screem = 'wall'"),
            ("960x320", "960*320"),
            ("'data'", "7"),
            ("keys.toml", "absent.toml"),
            ("name.en = 'Gate'\n", ""),
            ("Asia/Ho_Chi_Minh", "Asia/Hanoi"),
            ("mqtt://127.0.0.1:1883", "http://127.0.0.1"),
            ("user = 'wall'\n", ""),
            ("kind = 'simulator'", "kind = 'led'\ncolour = 1"),
        ],
        &[
            "agent.toml:1:1: screen: is missing: the screen's id in the gates file, such as \"gate-1\"",
            "agent.toml:1:1: screem: `wall`: is an unknown key; did you mean `screen`?",
            "agent.toml:2:8: size: `960*320`: a size is width x height in LED pixels, such as \"960x320\", each side 8 to 4096, together at most 4096x2160",
            "agent.toml:3:8: data: `7`: is written in quotes",
            "agent.toml:4:11: keyring: `absent.toml`: cannot be read: No such file or directory (os error 2)",
            "agent.toml:7:1: gate.name.en: is missing: a screen of this gate shows en",
            "agent.toml:9:13: gate.time-zone: `Asia/Hanoi`: is a time zone by its IANA name, such as \"Asia/Ho_Chi_Minh\"",
            "agent.toml:12:7: broker.url: `http://127.0.0.1`: `mqtt://host:port`, or `mqtts://host:port` with TLS",
            "agent.toml:13:17: broker.password-file: `password`: goes with `user`, which is not written",
            "agent.toml:16:8: output.kind: `led`: is one of simulator, png",
            "agent.toml:17:1: output.colour: `1`: is an unknown key; known are: kind, file",
        ],
    );
}

#[test]
fn a_clock_has_a_battery_or_not() {
    Folder::new("battery").check(
        &[("[gate]", "battery-clock = 'no'\n[gate]")],
        &["agent.toml:6:17: battery-clock: `no`: is true or false, without quotes"],
    );
}

#[test]
fn mistakes_of_the_keyring_are_told_with_their_own_lines() {
    Folder::new("keyring").check(
        &[("keys.toml", "bad-keys.toml"), ("'simulator'", "'png'")],
        &[
            "agent.toml:17:1: output.file: is missing: where the picture is written",
            "bad-keys.toml:1:1: key[1].person: is missing: whose key it is",
            "bad-keys.toml:6:8: key[2].role: `boss`: is one of author, approver, duty, clock, root",
        ],
    );
}

#[test]
fn tables_are_missed_and_files_must_be_toml() {
    let folder = Folder::new("tables");
    folder.check(
        &[(CONFIG, "screen = 'wall'\nsize = '64x32'\ndata = '.'\nkeyring = 'keys.toml'\nbroker = 1\n")],
        &[
            "agent.toml:1:1: gate: is missing: [gate] with name, languages and time-zone",
            "agent.toml:1:1: output: is missing: [output] with kind, \"simulator\" or \"png\"",
            "agent.toml:5:10: broker: `1`: [broker] with url, and what it takes to be let in",
        ],
    );
    folder.check(
        &[("url = 'mqtt://127.0.0.1:1883'\nuser = 'wall'\npassword-file = 'password'\n", "")],
        &["agent.toml:12:1: broker.url: is missing: such as \"mqtts://broker.example\""],
    );
    folder.check(
        &[("kind = 'simulator'", "kind = 'simulator'\nfile = 'wall.png'")],
        &["agent.toml:19:8: output.file: `wall.png`: only the output png writes a file"],
    );
    folder.check(
        // Nobody is told what goes with what while a line cannot be read: it may be in that line.
        &[("'960x320'", "960x320"), ("user = 'wall'\n", ""), ("'vi', 'en'", "'vi', 'English'")],
        &[
            "agent.toml:2:8: `size = 960x320`: is not TOML: string values must be quoted, expected literal string",
            "agent.toml:9:20: gate.languages[2]: `English`: a language is an ISO 639 code of 2 or 3 small letters, such as vi, en, km",
        ],
    );
}
