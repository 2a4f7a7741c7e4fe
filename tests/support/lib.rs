//! A whole operation for the tests to break: a server, its gates, the command line; real processes on loopback.

#![expect(clippy::unwrap_used, reason = "what fails here fails the test that it supports")]

pub mod forge;

use std::{
    collections::BTreeMap,
    fs,
    io::{Read, Write},
    net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use demo::{EVERYDAY, Site};
use playlists::Digest;
use serde_json::Value;

/// The programs under test; set by whoever knows where they are.
#[derive(Debug, Clone)]
pub enum Program {
    /// All in one.
    Whole(&'static str),
    /// A folder with `agent` and `controller`, as they were built.
    Built(PathBuf),
}

impl From<&'static str> for Program {
    fn from(program: &'static str) -> Self {
        Self::Whole(program)
    }
}

impl Program {
    fn agent(&self) -> Command {
        match self {
            Self::Whole(program) => {
                let mut command = Command::new(program);
                command.arg("gate");
                command
            }
            Self::Built(folder) => Command::new(folder.join("agent")),
        }
    }

    /// As a server, or as a command line.
    fn controller(&self, kind: &str) -> Command {
        match self {
            Self::Whole(program) => {
                let mut command = Command::new(program);
                command.arg(kind);
                command
            }
            Self::Built(folder) => Command::new(folder.join("controller")),
        }
    }
}

/// How long something may take that is expected soon: generous, for slow machines.
pub const SOON: Duration = Duration::from_secs(20);

/// A client with the rights of a controller: whoever stole the broker's secrets.
pub const INTRUDER: &str = "intruder";

/// One controller and two gates.
pub struct Town {
    /// Its folder and addresses.
    pub site: Site,
    /// Where the broker listens.
    pub broker: SocketAddr,
    program: Program,
    running: BTreeMap<String, Child>,
}

/// What a run of the command line gave.
#[derive(Debug)]
pub struct Run {
    /// Exit code.
    pub code: i32,
    /// Standard output.
    pub out: String,
    /// Standard error.
    pub err: String,
}

impl Run {
    /// Its output as JSON.
    #[track_caller]
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.out).unwrap_or_else(|error| panic!("{error} in {self:?}"))
    }
}

impl Town {
    /// Everything is up, and the everyday samples are on air at both gates.
    #[track_caller]
    pub fn on_air(program: impl Into<Program>, name: &str) -> Self {
        let mut town = Self::silent(program, name);
        town.comes_on_air();
        town
    }

    /// Starts everything and publishes the everyday samples.
    #[track_caller]
    pub fn comes_on_air(&mut self) {
        self.start("controller");
        for gate in self.gates() {
            self.start(&gate);
        }
        self.until("the controller answers", |status| status["broker"]["connected"] == true);
        let published = self.cli(&["publish", &self.sample(EVERYDAY)]);
        assert_eq!(published.code, 0, "{published:?}");
    }

    /// Laid out, nothing started.
    pub fn silent(program: impl Into<Program>, name: &str) -> Self {
        let program = program.into();
        let folder = std::env::temp_dir().join(format!("gatesign-{name}-{}", std::process::id()));
        let _ = fs::remove_dir_all(&folder);
        let broker = free_address();
        let site = Site::lay_out(&folder, free_address(), broker, None).unwrap();
        let clients = site.path("controller/clients.toml");
        let digest = Digest::of(INTRUDER.as_bytes());
        let intruder =
            format!("[[client]]\nuser = '{INTRUDER}'\nrights = 'controller'\npassword-sha256 = '{digest}'\n");
        fs::write(&clients, fs::read_to_string(&clients).unwrap() + &intruder).unwrap();
        Self { site, broker, program, running: BTreeMap::new() }
    }

    /// The gates by their screens.
    pub fn gates(&self) -> Vec<String> {
        self.site.screens.iter().map(|screen| screen.id.to_string()).collect()
    }

    /// A sample's path.
    pub fn sample(&self, file: &str) -> String {
        self.site.path("samples").join(file).display().to_string()
    }

    /// Starts `controller` or a gate.
    pub fn start(&mut self, name: &str) {
        let log = fs::OpenOptions::new()
            .create(true)
            .append(true)
            .open(self.site.path(&format!("{name}.log")))
            .unwrap();
        let mut command;
        if name == "controller" {
            command = self.program.controller("server");
            command.args(["serve", "--config"]).arg(self.site.path("controller/controller.toml"));
        } else {
            command = self.program.agent();
            command.args(["run", "--config"]).arg(self.site.path(&format!("{name}/agent.toml")));
        }
        let child = command
            .env_remove("RUST_LOG")
            .stdin(Stdio::null())
            .stdout(log.try_clone().unwrap())
            .stderr(log)
            .spawn()
            .unwrap();
        self.running.insert(name.to_owned(), child);
    }

    /// Kills it without a word, as a power cut does.
    pub fn kill(&mut self, name: &str) {
        let mut child = self.running.remove(name).unwrap();
        child.kill().unwrap();
        child.wait().unwrap();
    }

    /// Whether it is still running.
    pub fn lives(&mut self, name: &str) -> bool {
        self.running.get_mut(name).is_some_and(|child| matches!(child.try_wait(), Ok(None)))
    }

    /// Runs the command line against this town.
    pub fn cli(&self, arguments: &[&str]) -> Run {
        let output = self
            .program
            .controller("cli")
            .arg("--access")
            .arg(self.site.path("access.toml"))
            .args(arguments)
            .stdin(Stdio::null())
            .output()
            .unwrap();
        Run {
            code: output.status.code().unwrap_or(-1),
            out: String::from_utf8(output.stdout).unwrap(),
            err: String::from_utf8(output.stderr).unwrap(),
        }
    }

    /// `status --json`; null while nobody answers.
    pub fn status(&self) -> Value {
        serde_json::from_str(&self.cli(&["status", "--json"]).out).unwrap_or_default()
    }

    /// Waits until the status is as wanted.
    #[track_caller]
    pub fn until(&self, what: &str, wanted: impl Fn(&Value) -> bool) -> Value {
        self.until_within(SOON, what, wanted)
    }

    /// Waits so long until the status is as wanted.
    #[track_caller]
    pub fn until_within(&self, time: Duration, what: &str, wanted: impl Fn(&Value) -> bool) -> Value {
        let begun = Instant::now();
        loop {
            let status = self.status();
            if wanted(&status) {
                return status;
            }
            if begun.elapsed() > time {
                panic!("not after {time:?}: {what}\n{status:#}\n{}", self.logs());
            }
            thread::sleep(Duration::from_millis(20));
        }
    }

    /// The bundle published last for a screen, as it travels.
    pub fn published(&self, screen: &str) -> Vec<u8> {
        fs::read(self.site.path(&format!("controller/data/published/{screen}.bundle"))).unwrap()
    }

    /// Hands a bundle to the controller, see [`post`].
    pub fn post(&self, screen: &str, bundle: &[u8], wait: Duration) -> String {
        post(&self.site.console, screen, bundle, wait)
    }

    /// What all processes have said.
    pub fn logs(&self) -> String {
        let mut names = self.gates();
        names.push("controller".to_owned());
        names.iter().map(|name| format!("--- {name}\n{}", self.log(name))).collect()
    }

    /// What one process has said.
    pub fn log(&self, name: &str) -> String {
        fs::read_to_string(self.site.path(&format!("{name}.log"))).unwrap_or_default()
    }
}

impl Drop for Town {
    fn drop(&mut self) {
        for child in self.running.values_mut() {
            let _ = child.kill();
            let _ = child.wait();
        }
        if !thread::panicking() {
            let _ = fs::remove_dir_all(&self.site.folder);
        }
    }
}

/// One screen of a status.
pub fn screen<'a>(status: &'a Value, id: &str) -> &'a Value {
    let screens = status["screens"].as_array().map_or(&[][..], Vec::as_slice);
    screens.iter().find(|screen| screen["screen"] == id).unwrap_or(&Value::Null)
}

/// Hands a bundle to the controller at `console` as the command line does, and waits so long until it is on air. The answer.
pub fn post(console: &str, screen: &str, bundle: &[u8], wait: Duration) -> String {
    let address = console.trim_start_matches("http://");
    let path = format!("/api/screens/{screen}/bundle?wait_ms={}", wait.as_millis());
    let head = format!(
        "POST {path} HTTP/1.1\r\nhost: {address}\r\ncontent-length: {}\r\nconnection: close\r\n\r\n",
        bundle.len()
    );
    let mut link = TcpStream::connect(address).unwrap();
    link.write_all(&[head.as_bytes(), bundle].concat()).unwrap();
    let mut answer = String::new();
    link.read_to_string(&mut answer).unwrap();
    answer
}

/// An address that is free at this moment.
pub fn free_address() -> SocketAddr {
    TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap().local_addr().unwrap()
}

/// The processes whose command line names `path`.
pub fn processes_naming(path: &Path) -> Vec<PathBuf> {
    let name = path.display().to_string();
    let numbers = fs::read_dir("/proc").unwrap().filter_map(Result::ok);
    numbers
        .map(|entry| entry.path())
        .filter(|process| {
            let line = fs::read(process.join("cmdline")).unwrap_or_default();
            String::from_utf8_lossy(&line).contains(&name)
        })
        .collect()
}
