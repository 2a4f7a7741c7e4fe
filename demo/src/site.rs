//! The demo's folder: keys, passwords and configurations of a controller and two gates, made on the spot.

use std::{
    fs::{self, OpenOptions},
    io::{self, Write},
    net::SocketAddr,
    os::unix::fs::OpenOptionsExt,
    path::{Path, PathBuf},
};

use anyhow::Context;
use jiff::{Timestamp, tz::TimeZone};
use playlists::{Digest, MadeClock, Screen};
use protocol::{Key, Role, SigningKey};

use crate::samples;

/// The folder, ready to start from.
pub struct Site {
    /// Where it is.
    pub folder: PathBuf,
    /// The screens of the sample gates.
    pub screens: Vec<Screen>,
    /// The console's address: `http://127.0.0.1:8080`.
    pub console: String,
    /// By which clock everything goes, if not by the system's.
    pub made_clock: Option<MadeClock>,
}

/// Where each of the programs keeps what it does, in its own folder.
const DATA: &str = "data";

/// And where by a made clock. Such a time has no past: what was published in one is no floor, neither for the next one
/// nor for the system's clock. So it is emptied at every start.
const MADE_DATA: &str = "made-data";

/// A client that reads everything at the broker: for looking on with any MQTT client.
pub(crate) const READER: &str = "reader";

impl Site {
    /// Lays the folder out; keys that are there already are kept.
    pub fn lay_out(
        folder: &Path,
        console: SocketAddr,
        broker: SocketAddr,
        made_clock: Option<MadeClock>,
    ) -> anyhow::Result<Self> {
        fs::create_dir_all(folder).with_context(|| format!("making the folder {}", folder.display()))?;
        // Absolute, so that the access file means the same from everywhere.
        let folder = folder.canonicalize().with_context(|| format!("finding {}", folder.display()))?;
        samples::write(&folder.join("samples"))?;
        let gates = samples::gates()?;
        let site = Self {
            folder,
            screens: gates.screens.into_values().collect(),
            console: format!("http://{console}"),
            made_clock,
        };
        site.keys()?;
        site.controller(console, broker)?;
        for screen in &site.screens {
            site.gate(screen, broker)?;
        }
        site.access()?;
        Ok(site)
    }

    /// Lets the command line find this controller by itself.
    pub(crate) fn register(&self) -> anyhow::Result<()> {
        let file = controller::demo_access_file();
        let write = || {
            fs::create_dir_all(file.parent().unwrap_or(Path::new(".")))?;
            fs::copy(self.path("access.toml"), &file)
        };
        write().with_context(|| format!("writing {}", file.display()))?;
        Ok(())
    }

    /// Takes that back, unless another demo has taken the place.
    pub(crate) fn unregister(&self) {
        let file = controller::demo_access_file();
        let ours = fs::read(self.path("access.toml")).ok();
        if ours.is_some() && fs::read(&file).ok() == ours {
            let _ = fs::remove_file(file);
        }
    }

    /// A moment by the gates' clock.
    pub(crate) fn local(&self, moment: Timestamp) -> String {
        let zone = self.screens.first().map_or(TimeZone::UTC, |screen| screen.gate.time_zone.clone());
        zone.to_datetime(moment).strftime("%Y-%m-%d %H:%M:%S").to_string()
    }

    /// A file's path in the folder.
    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    /// The keys of people, the controller's own of the clock, and the keyring that trusts them. One root key is enough to try
    /// with; real ones are held by three people.
    fn keys(&self) -> anyhow::Result<()> {
        fs::create_dir_all(self.path("keys")).context("making the folder for keys")?;
        let mut keyring = "root-threshold = 1\n\n".to_owned();
        let holders = [
            ("demo-author", Role::Author),
            ("demo-approver", Role::Approver),
            ("demo-duty", Role::Duty),
            ("demo-controller", Role::Clock),
            ("demo-root", Role::Root),
        ];
        for (person, role) in holders {
            let pem = self.secret(&format!("keys/{role}.key"), || {
                Ok(SigningKey::from_seed(&random()?).to_pem().to_string())
            })?;
            let key = SigningKey::from_pem(&pem).with_context(|| format!("reading the {role}'s key"))?;
            keyring += &Key { person: person.to_owned(), role, public: key.public() }.to_toml();
        }
        self.write("keyring.toml", &keyring)
    }

    fn controller(&self, console: SocketAddr, broker: SocketAddr) -> anyhow::Result<()> {
        fs::create_dir_all(self.path("controller")).context("making the controller's folder")?;
        let agents = self.screens.iter().map(|screen| (screen.id.as_str(), "agent"));
        let mut clients = String::new();
        for (user, rights) in agents.chain([(READER, "reader")]) {
            let digest = Digest::of(self.password(user)?.as_bytes());
            clients += &format!(
                "[[client]]\nuser = \"{user}\"\nrights = \"{rights}\"\npassword-sha256 = \"{digest}\"\n\n"
            );
        }
        self.write("controller/clients.toml", &clients)?;
        let data = self.data("controller")?;
        self.write(
            "controller/controller.toml",
            &format!(
                "data = \"{data}\"\ngates = \"../samples/gates.toml\"\nkeyring = \"../keyring.toml\"\n\
                 listen = \"{console}\"\nclock-key = \"../keys/clock.key\"\n\n[embedded]\nlisten = \"{broker}\"\nclients = \"clients.toml\"\n"
            ),
        )
    }

    fn gate(&self, screen: &Screen, broker: SocketAddr) -> anyhow::Result<()> {
        let id = &screen.id;
        fs::create_dir_all(self.path(id.as_str())).with_context(|| format!("making the folder of {id}"))?;
        self.password(id.as_str())?;
        let data = self.data(id.as_str())?;
        let mut names = String::new();
        for (language, name) in &screen.gate.name {
            names += &format!("name.{language} = {}\n", toml::Value::from(name.as_str()));
        }
        let languages: Vec<&str> = screen.languages.iter().map(|language| language.as_str()).collect();
        let zone = screen.gate.time_zone.iana_name().unwrap_or("UTC");
        let size = format!("{}x{}", screen.size.width(), screen.size.height());
        self.write(
            &format!("{id}/agent.toml"),
            &format!(
                "screen = \"{id}\"\nsize = \"{size}\"\ndata = \"{data}\"\nkeyring = \"../keyring.toml\"\n\n\
                 [gate]\n{names}languages = {languages:?}\ntime-zone = \"{zone}\"\n\n\
                 [broker]\nurl = \"mqtt://{broker}\"\nuser = \"{id}\"\n\
                 password-file = \"../passwords/{id}\"\n\n[output]\nkind = \"simulator\"\n"
            ),
        )
    }

    /// The demo plays author and approver both; real people have one key each.
    fn access(&self) -> anyhow::Result<()> {
        let keys = Role::OF_PEOPLE.map(|role| {
            let key = toml::Value::from(self.path(&format!("keys/{role}.key")).display().to_string());
            format!("[[sign]]\nrole = \"{role}\"\nkey = {key}\n")
        });
        let made_clock = self.made_clock.map(|made| format!("made-clock = \"{made}\"\n"));
        let made_clock = made_clock.unwrap_or_default();
        let text = format!("controller = \"{}\"\n{made_clock}\n{}", self.console, keys.join("\n"));
        self.write("access.toml", &text)
    }

    /// The folder of a program's data.
    fn data(&self, program: &str) -> anyhow::Result<&'static str> {
        if self.made_clock.is_none() {
            return Ok(DATA);
        }
        let folder = self.path(program).join(MADE_DATA);
        match fs::remove_dir_all(&folder) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                Err(error).with_context(|| format!("emptying {}", folder.display()))
            }
            _ => Ok(MADE_DATA),
        }
    }

    fn password(&self, user: &str) -> anyhow::Result<String> {
        fs::create_dir_all(self.path("passwords")).context("making the folder for passwords")?;
        self.secret(&format!("passwords/{user}"), || Ok(Digest::of(&random()?).to_string()))
    }

    /// Reads a secret, or makes it: readable for its owner only.
    fn secret(&self, name: &str, make: impl Fn() -> anyhow::Result<String>) -> anyhow::Result<String> {
        let path = self.path(name);
        match OpenOptions::new().write(true).create_new(true).mode(0o600).open(&path) {
            Ok(mut file) => {
                let secret = make()?;
                file.write_all(secret.as_bytes()).with_context(|| format!("writing {}", path.display()))?;
                Ok(secret)
            }
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                fs::read_to_string(&path).with_context(|| format!("reading {}", path.display()))
            }
            Err(error) => Err(error).with_context(|| format!("making {}", path.display())),
        }
    }

    fn write(&self, name: &str, text: &str) -> anyhow::Result<()> {
        let path = self.path(name);
        fs::write(&path, text).with_context(|| format!("writing {}", path.display()))
    }
}

fn random() -> anyhow::Result<[u8; 32]> {
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes).map_err(io::Error::other).context("drawing a secret")?;
    Ok(bytes)
}
