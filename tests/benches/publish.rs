//! From the signature to the wall: a thousand publications one after the other, over the embedded broker on this machine,
//! and which part of the way takes how long. What programs and disk cannot do without is measured in the same run.
//!
//! `cargo bench -p system-tests --bench publish -- PROGRAMS PUBLICATIONS`, where PROGRAMS is the folder of the built
//! `agent` and `controller`.

#![expect(clippy::unwrap_used, reason = "what fails here fails the whole run")]

use std::{
    collections::BTreeMap,
    fs::{self, File},
    io::Write,
    path::Path,
    process::ExitCode,
    time::{Duration, Instant},
};

use system_tests::{Program, SOON, Town, forge::Forge};

/// Where 99 of 100 publications are to be on the wall.
const GOAL_MS: f64 = 30.0;

/// A machine that builds something beside this may be so much slower, and a disk that others write to takes what it takes;
/// beyond that it is our fault.
const BOUND: f64 = 4.0;

/// How often something is written for good on the way, and half as often again.
const WRITES: f64 = 8.0;

/// Times in milliseconds.
#[derive(Default)]
struct Times(Vec<f64>);

impl Times {
    fn at(&mut self, percent: usize) -> f64 {
        self.0.sort_unstable_by(f64::total_cmp);
        self.0[(self.0.len() - 1) * percent / 100]
    }

    fn row(&mut self, what: &str) {
        println!("{what:<56} {:>8.2} ms {:>8.2} ms", self.at(50), self.at(99));
    }

    fn push(&mut self, time: Duration) {
        self.0.push(time.as_secs_f64() * 1000.0);
    }
}

/// What a log says in lines with these words: by version, the fields.
fn told(log: &str, words: &str) -> BTreeMap<u64, BTreeMap<String, f64>> {
    let lines = log.lines().filter(|line| line.contains(words));
    let fields = lines.map(|line| {
        let pairs = line.split_whitespace().filter_map(|word| word.split_once('='));
        pairs.filter_map(|(name, value)| Some((name.to_owned(), value.parse().ok()?))).collect()
    });
    fields.map(|fields: BTreeMap<String, f64>| (fields["version"] as u64, fields)).collect()
}

/// What it takes on this disk to write so many bytes so that they outlive a power cut.
fn writing(folder: &Path, bytes: &[u8], turns: usize) -> Times {
    let mut times = Times::default();
    for _ in 0..turns {
        let begun = Instant::now();
        let unfinished = folder.join("floor.new");
        let mut file = File::create(&unfinished).unwrap();
        file.write_all(bytes).unwrap();
        file.sync_all().unwrap();
        fs::rename(&unfinished, folder.join("floor")).unwrap();
        File::open(folder).unwrap().sync_all().unwrap();
        times.push(begun.elapsed());
    }
    times
}

fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1).filter(|argument| !argument.starts_with('-'));
    let (Some(programs), Some(publications)) = (arguments.next(), arguments.next()) else {
        eprintln!(
            "publish: name the folder of the built programs, and how many publications there are to be"
        );
        return ExitCode::from(2);
    };
    let publications: usize = publications.parse().unwrap();
    let town = Town::on_air(Program::Built(programs.into()), "publish");
    let gate = town.gates().remove(0);
    let mut forge = Forge::of(&town, &gate);
    let first = forge.document["version"].as_u64().unwrap();
    let bytes = forge.signed();
    let mut signing = Times::default();
    let mut whole = Times::default();
    let playlist = forge.document["playlists"][0]["text"].as_str().unwrap().to_owned();
    for version in (first..).take(publications) {
        forge.document["version"] = version.into();
        // As when somebody has corrected a text.
        let corrected = playlist.replace("Kính chào", &format!("Kính chào {}", version % 100));
        assert_ne!(corrected, playlist, "nothing was corrected");
        forge.document["playlists"][0]["text"] = corrected.into();
        let begun = Instant::now();
        let bytes = forge.signed();
        signing.push(begun.elapsed());
        let begun = Instant::now();
        let answer = town.post(&gate, &bytes, SOON);
        whole.push(begun.elapsed());
        assert!(answer.contains("milliseconds"), "{answer}");
    }
    let published = told(&town.log("controller"), "bundle published");
    let shown = told(&town.log("controller"), "the gate shows it");
    let mut at_gate = told(&town.log(&gate), "the bundle is on the wall");
    at_gate.retain(|version, _| *version >= first);
    let size = bytes.len() / 1024;
    println!("{publications} publications of {size} KiB, each with a text corrected, one after the other");
    println!("{:<56} {:>11} {:>11}", "", "half", "99 of 100");
    signing.row("signed by two people (by a slow build of this programme)");
    let row = |what: &str, of: &dyn Fn(u64) -> f64| {
        let mut times = Times(at_gate.keys().map(|version| of(*version)).collect());
        times.row(what);
        times
    };
    row("the controller verifies", &|version| published[&version]["verify_ms"]);
    row("       draws what is new", &|version| published[&version]["draw_ms"]);
    row("       keeps it on the disk", &|version| published[&version]["keep_ms"]);
    let gate_ms = |version: u64| -> f64 {
        ["verify_ms", "draw_ms", "keep_ms", "show_ms"].iter().map(|step| at_gate[&version][*step]).sum()
    };
    row("the broker, there and back", &|version| shown[&version]["gate_ms"] - gate_ms(version));
    row("the agent verifies", &|version| at_gate[&version]["verify_ms"]);
    row("       draws what is new", &|version| at_gate[&version]["draw_ms"]);
    row("       keeps it on the disk", &|version| at_gate[&version]["keep_ms"]);
    row("       shows it", &|version| at_gate[&version]["show_ms"]);
    let mut all =
        row("from the controller's door to its news of the wall", &|version| shown[&version]["whole_ms"]);
    whole.row("the same with the request and its answer");
    let mut floor = writing(&town.site.folder, &bytes, 101);
    floor.row("floor: the bundle written for good, once");
    let (p99, slow_disk, floor) = (all.at(99), floor.at(99), floor.at(50));
    println!("{} were told of by the gate", at_gate.len());
    println!(
        "half take {:.1} × the floor; it is written three times for good, and the floors once",
        all.at(50) / floor
    );
    println!(
        "goal: 99 of 100 within {GOAL_MS} ms: {p99:.1} ms, {}",
        if p99 <= GOAL_MS { "kept" } else { "NOT KEPT" }
    );
    let too_slow = p99 > GOAL_MS * BOUND + slow_disk * WRITES;
    if at_gate.len() < publications * 9 / 10 || too_slow { ExitCode::FAILURE } else { ExitCode::SUCCESS }
}
