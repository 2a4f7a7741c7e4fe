//! The demo as a newcomer runs it.

use std::{
    io::{BufRead, BufReader, Read},
    path::PathBuf,
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

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

    #[track_caller]
    fn leaves_nothing(&self) {
        let begun = Instant::now();
        while !processes_naming(&self.folder).is_empty() {
            assert!(begun.elapsed() < SOON, "left: {:?}", processes_naming(&self.folder));
            thread::sleep(Duration::from_millis(20));
        }
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

#[test]
fn shows_both_gates_and_stops_by_itself() {
    let mut demo = Demo::start("demo-for", &["--for", "10s"]);
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
    let mut demo = Demo::start("demo-killed", &[]);
    demo.said_until("console");
    demo.child.kill().unwrap();
    demo.child.wait().unwrap();
    demo.leaves_nothing();
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
