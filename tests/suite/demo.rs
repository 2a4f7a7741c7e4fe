//! The demo as a newcomer runs it.

use std::{
    io::{BufRead, BufReader, Read},
    path::PathBuf,
    process::{Child, Command, Stdio},
    sync::{Mutex, MutexGuard, PoisonError},
    thread,
    time::{Duration, Instant},
};

use jiff::Timestamp;
use serde_json::Value;
use system_tests::{SOON, processes_naming};

use crate::PROGRAM;

struct Demo {
    child: Child,
    lines: BufReader<std::process::ChildStdout>,
    folder: PathBuf,
}

impl Demo {
    fn start(name: &str, arguments: &[&str]) -> Self {
        let folder = std::env::temp_dir().join(format!("gatesign-{name}-{}", std::process::id()));
        let _ = std::fs::remove_dir_all(&folder);
        Self::start_in(folder, arguments)
    }

    fn start_in(folder: PathBuf, arguments: &[&str]) -> Self {
        let mut child = Command::new(PROGRAM)
            .args(["--port", "0", "--data"])
            .arg(&folder)
            .args(arguments)
            .env("XDG_STATE_HOME", folder.join("state"))
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap());
        Self { child, lines, folder }
    }

    /// What it says until a line contains `mark`.
    #[track_caller]
    fn said_until(&mut self, mark: &str) -> String {
        let mut said = String::new();
        while !said.contains(mark) {
            assert!(self.lines.read_line(&mut said).unwrap() > 0, "it never said {mark:?}: {said}");
        }
        said
    }

    /// The JSON answer of the command line in a second terminal.
    #[track_caller]
    fn asked(&self, arguments: &[&str]) -> Value {
        let output = Command::new(PROGRAM)
            .args(["cli", "--json"])
            .args(arguments)
            .env("XDG_STATE_HOME", self.folder.join("state"))
            .env_remove("GATESIGN_ACCESS")
            .output()
            .unwrap();
        assert!(output.status.success(), "{output:?}");
        serde_json::from_slice(&output.stdout).unwrap()
    }

    /// Kills it, as a power cut does, and waits until nothing of it runs.
    #[track_caller]
    fn ends(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
        let begun = Instant::now();
        while !processes_naming(&self.folder).is_empty() {
            assert!(begun.elapsed() < SOON, "left: {:?}", processes_naming(&self.folder));
            thread::sleep(Duration::from_millis(20));
        }
    }

    #[track_caller]
    fn leaves_nothing(&mut self) {
        self.ends();
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

/// A demo keeps a small machine busy until it is on air: one after the other.
fn alone() -> MutexGuard<'static, ()> {
    static ALONE: Mutex<()> = Mutex::new(());
    ALONE.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Drop for Demo {
    fn drop(&mut self) {
        // After a test that failed; the folder stays, to be looked at.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn shows_both_gates_and_stops_by_itself() {
    let _alone = alone();
    let mut demo = Demo::start("demo-for", &["--for", "20s"]);
    let said = demo.said_until("Stop with Ctrl-C");
    assert!(said.contains("http://127.0.0.1:"), "{said}");
    assert_eq!(said.matches("on air after").count(), 2, "{said}");
    assert!(demo.folder.join("state/gatesign/demo.toml").exists(), "the command line finds no demo");

    let mut rest = String::new();
    demo.lines.read_to_string(&mut rest).unwrap();
    assert!(demo.child.wait().unwrap().success(), "{rest}");
    assert!(!demo.folder.join("state/gatesign/demo.toml").exists(), "its access file is left");
    demo.leaves_nothing();
}

#[test]
fn killed_it_leaves_no_process() {
    let _alone = alone();
    let mut demo = Demo::start("demo-killed", &[]);
    demo.said_until("console");
    demo.leaves_nothing();
}

/// A day that was made up must not be held against the real one, nor against another made-up one.
#[test]
fn a_made_clock_leaves_no_trace_in_the_next_run() {
    let _alone = alone();
    let clocks = |demo: &Demo| {
        let status = demo.asked(&["status"]);
        let screens = status["screens"].as_array().unwrap().clone();
        let clock = |screen: &Value| {
            format!("{} {}", screen["clock"]["trust"], screen["clock"]["source"]).replace('"', "")
        };
        let at: Timestamp = status["at"].as_str().unwrap().parse().unwrap();
        (at, screens.iter().map(clock).collect::<Vec<_>>())
    };
    let made = |at: &str| ["--at", at, "--speed", "60x"].map(str::to_owned);
    let mut demo = Demo::start("demo-made", &made("2031-01-23 12:00").each_ref().map(String::as_str));
    let said = demo.said_until("Stop with Ctrl-C");
    assert!(said.contains("a made one: it began at 2031-01-23 12:00:00, 60x"), "{said}");
    let (at, sources) = clocks(&demo);
    assert_eq!(sources, ["trusted made", "trusted made"]);
    let (first, last) = ("2031-01-23T05:00:00Z".parse().unwrap(), "2031-01-24T05:00:00Z".parse().unwrap());
    assert!(first < at && at < last, "{at}");
    // A person in a second terminal publishes by that clock, too.
    let tet = demo.folder.join("samples/tet.toml").display().to_string();
    let published = demo.asked(&["publish", &tet]);
    assert_eq!(published["screens"][1]["outcome"], "on-air", "{published}");
    let plays = demo.asked(&["at", "now", "loc-ninh"]);
    let now: Timestamp = plays["screens"][0]["at"].as_str().unwrap().parse().unwrap();
    assert!(at < now && now < last, "{plays}");
    assert_eq!(plays["screens"][0]["playlist"], "Chúc mừng năm mới", "{plays}");
    demo.ends();

    // The same folder, by the system's clock: it is as if it were new.
    let mut demo = Demo::start_in(demo.folder.clone(), &[]);
    let said = demo.said_until("Stop with Ctrl-C");
    assert!(!said.contains("clock"), "{said}");
    let (at, sources) = clocks(&demo);
    assert!(at < first, "{at}");
    assert!(
        sources
            .iter()
            .all(|source| ["trusted system", "trusted ntp", "trusted controller"].contains(&source.as_str())),
        "{sources:?}"
    );
    demo.ends();

    // And at an earlier made moment than the first.
    let mut demo =
        Demo::start_in(demo.folder.clone(), &made("2026-12-01 06:00").each_ref().map(String::as_str));
    demo.said_until("Stop with Ctrl-C");
    let plays = demo.asked(&["at", "now", "loc-ninh"]);
    assert_ne!(plays["screens"][0]["playlist"], "Chúc mừng năm mới", "{plays}");
    assert_eq!(clocks(&demo).1, ["trusted made", "trusted made"]);
    demo.leaves_nothing();
}

#[test]
fn a_clock_that_cannot_be_made_is_named() {
    for (arguments, said) in [
        (["--at", "2026-02-30 06:00"], "is a moment of the years 2000 to 2099 by the gates' clock"),
        (["--speed", "0x"], "a speed is 1x to 3600x"),
    ] {
        let output = Command::new(PROGRAM).args(arguments).output().unwrap();
        assert_eq!(output.status.code(), Some(2));
        let told = String::from_utf8(output.stderr).unwrap();
        assert!(told.contains(said), "{told}");
    }
}

#[test]
fn a_port_that_is_taken_is_named() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    let folder = std::env::temp_dir().join(format!("gatesign-port-{}", std::process::id()));
    let output = Command::new(PROGRAM).args(["--port", &port, "--data"]).arg(&folder).output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(said.contains(&format!("port {port} cannot be used")), "{said}");
}
