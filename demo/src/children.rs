//! Processes of the demo: started, watched, and stopped with it whatever happens.

use std::{
    fs::File,
    io::{self, Read},
    path::{Path, PathBuf},
    process::{Child, Command, ExitStatus, Stdio},
    thread,
    time::{Duration, Instant},
};

use anyhow::Context;
use signal_hook::{consts::SIGTERM, low_level};

/// How long a child may take to stop by itself.
const GRACE: Duration = Duration::from_secs(8);

/// The first argument of a child; a role follows.
pub(crate) const CHILD: &str = "child";

/// One process.
pub(crate) struct Process {
    pub(crate) name: String,
    pub(crate) log: PathBuf,
    child: Child,
}

impl Process {
    /// Starts this program again with other arguments; what it says goes to `log`.
    pub(crate) fn start(name: &str, arguments: &[&str], log: &Path) -> anyhow::Result<Self> {
        let program = std::env::current_exe().context("finding this program")?;
        let out = File::create(log).with_context(|| format!("writing {}", log.display()))?;
        let child = Command::new(program)
            .arg(CHILD)
            .args(arguments)
            // As an agent is to run: what decoding a picture took is given back at once.
            .envs(["MALLOC_MMAP_THRESHOLD_", "MALLOC_TRIM_THRESHOLD_"].map(|name| (name, "262144")))
            // The pipe is never written to. It ends when this process does, however that happens.
            .stdin(Stdio::piped())
            .stdout(out.try_clone().context("sharing the log")?)
            .stderr(out)
            .spawn()
            .with_context(|| format!("starting {name}"))?;
        Ok(Self { name: name.to_owned(), log: log.to_owned(), child })
    }

    /// How it ended, if it has.
    pub(crate) fn ended(&mut self) -> io::Result<Option<ExitStatus>> {
        self.child.try_wait()
    }

    /// The end of its pipe tells a child to stop.
    fn ask_to_stop(&mut self) {
        drop(self.child.stdin.take());
    }
}

/// Stops them all, and leaves none.
pub(crate) fn stop(mut processes: Vec<Process>) {
    processes.retain_mut(|process| matches!(process.ended(), Ok(None)));
    processes.iter_mut().for_each(Process::ask_to_stop);
    let deadline = Instant::now() + GRACE;
    for mut process in processes {
        while matches!(process.ended(), Ok(None)) && Instant::now() < deadline {
            thread::sleep(Duration::from_millis(20));
        }
        let _ = process.child.kill();
        let _ = process.child.wait();
    }
}

/// In a child: stop when the demo says so, or is gone, even if it was killed.
pub(crate) fn end_with_parent() {
    let watch = || {
        let mut nothing = [0; 64];
        while matches!(io::stdin().read(&mut nothing), Ok(read) if read > 0) {}
        let _ = low_level::raise(SIGTERM);
        thread::sleep(GRACE);
        std::process::exit(1);
    };
    if let Err(cause) = thread::Builder::new().name("parent".to_owned()).spawn(watch) {
        eprintln!("the parent cannot be watched: {cause}");
    }
}
