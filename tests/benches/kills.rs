//! A gate whose agent is killed (-9) again and again, at random moments of its updates: it always comes back with
//! what it showed before or something newer, whole, and how soon.
//!
//! `cargo bench -p system-tests --bench kills -- PROGRAMS KILLS`, where PROGRAMS is the folder of the built `agent` and
//! `controller`.

#![expect(clippy::unwrap_used, reason = "what fails here fails the whole run")]

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, ExitCode, Stdio},
    sync::{
        Mutex,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use jiff::Timestamp;
use playlists::{ScreenSize, Trust};
use protocol::{Expected, FontFile, Keyring, OnAirBundle, SignedBundle};
use render::Renderer;
use system_tests::{Program, SOON, Town, forge::Forge};

/// What the text says in the first bundle.
const NUMBER: &str = "1000";

/// So many texts; then they begin again. Between two looks at the wall there are fewer updates.
const TEXTS: u64 = 40;

/// At most this long lives an agent that has shown something.
const LIFE: Duration = Duration::from_millis(80);

/// And one that is killed while it starts.
const START: Duration = Duration::from_millis(20);

const PLAYLIST: &str = "[playlist]\nname = \"Số\"\nlanguages = [\"vi\", \"km\"]\n\n[[item]]\nid = \"so\"\nduration = \"10m\"\n\
                        layout = \"stack\"\ntext.vi = \"Số 1000\"\ntext.km = \"លេខ 1000\"\n";

/// The same at every run.
struct Random(u64);

impl Random {
    fn below(&mut self, most: Duration) -> Duration {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        most.mul_f64((self.0 >> 40) as f64 / (1u64 << 24) as f64)
    }
}

/// A bundle of that version, and its text.
fn bundle(forge: &Mutex<Forge>, version: u64) -> Vec<u8> {
    let mut forge = forge.lock().unwrap();
    forge.document["version"] = version.into();
    let text = PLAYLIST.replace(NUMBER, &(2000 + version % TEXTS).to_string());
    forge.document["playlists"][0]["text"] = text.into();
    forge.signed()
}

/// What the wall shows of it, as a picture.
fn picture(town: &Town, renderer: &mut Renderer, bytes: &[u8]) -> Vec<u8> {
    let screen = &town.site.screens[0];
    let keyring = fs::read_to_string(town.site.path("keyring.toml")).unwrap();
    let fonts: Vec<_> = render::font_files().into_iter().map(FontFile::from).collect();
    let expected = Expected {
        keyring: &Keyring::parse("keyring.toml", &keyring).unwrap(),
        screen: &screen.id,
        size: ScreenSize::new(screen.size.width(), screen.size.height()).unwrap(),
        fonts: &fonts,
        on_air: OnAirBundle::Nothing,
        now: Timestamp::now(),
        trust: Trust::Trusted,
    };
    let bundle = SignedBundle::parse(bytes).unwrap().verify(&expected).unwrap();
    renderer.at(bundle.programme(), bundle.pictures(), Timestamp::now(), Trust::Trusted).frame.to_png()
}

/// What came of all of it.
#[derive(Default)]
struct Told {
    times: Vec<Duration>,
    killed_early: usize,
    older: usize,
    foreign: usize,
    missing: usize,
}

fn waits_for(file: &Path) -> Option<Vec<u8>> {
    let begun = Instant::now();
    while begun.elapsed() < SOON {
        if let Ok(bytes) = fs::read(file) {
            return Some(bytes);
        }
        thread::sleep(Duration::from_micros(100));
    }
    None
}

fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1).filter(|argument| !argument.starts_with('-'));
    let (Some(programs), Some(kills)) = (arguments.next(), arguments.next()) else {
        eprintln!("kills: name the folder of the built programs, and how many kills there are to be");
        return ExitCode::from(2);
    };
    let (programs, kills) = (PathBuf::from(programs), kills.parse().unwrap());
    let mut town = Town::silent(Program::Built(programs.clone()), "kills");
    let gate = town.gates().remove(0);
    let wall = town.site.path("wall.png");
    let config = town.site.path(&format!("{gate}/agent.toml"));
    let text = fs::read_to_string(&config).unwrap();
    fs::write(&config, text.replace("kind = \"simulator\"", &format!("kind = \"png\"\nfile = {wall:?}")))
        .unwrap();
    let playlist = town.site.path("so.toml");
    fs::write(&playlist, PLAYLIST).unwrap();
    town.start("controller");
    town.start(&gate);
    town.until("the controller answers", |status| status["broker"]["connected"] == true);
    let published = town.cli(&["publish", &playlist.display().to_string(), "--to", &gate]);
    assert_eq!(published.code, 0, "{published:?}");

    let forge = Mutex::new(Forge::of(&town, &gate));
    let mut renderer = Renderer::new();
    let pictures: Vec<_> =
        (0..TEXTS).map(|text| picture(&town, &mut renderer, &bundle(&forge, TEXTS + text))).collect();
    // The highest version that somebody may have heard of.
    let sent = AtomicU64::new(TEXTS);
    let first = town.post(&gate, &bundle(&forge, TEXTS), SOON);
    assert!(first.contains("milliseconds"), "{first}");

    let mut random = Random(1);
    let mut told = Told::default();
    let stop = AtomicBool::new(false);
    let console = town.site.console.clone();
    thread::scope(|scope| {
        scope.spawn(|| {
            while !stop.load(Ordering::SeqCst) {
                let version = sent.load(Ordering::SeqCst) + 1;
                let bytes = bundle(&forge, version);
                sent.store(version, Ordering::SeqCst);
                system_tests::post(&console, &gate, &bytes, Duration::ZERO);
                thread::sleep(Duration::from_millis(10));
            }
        });
        // The version that the wall showed last.
        let mut shown = TEXTS;
        let mut look = |picture: &[u8]| {
            let text = pictures.iter().position(|known| known == picture).map(|text| text as u64);
            let newest = sent.load(Ordering::SeqCst);
            match (text, (shown..=newest).find(|version| Some(version % TEXTS) == text)) {
                (_, Some(version)) => shown = version,
                (Some(_), None) => told.older += 1,
                (None, None) => told.foreign += 1,
            }
        };
        for kill in 0..kills {
            let early = kill % 4 == 3;
            thread::sleep(random.below(if early { START } else { LIFE }));
            town.kill(&gate);
            if let Ok(picture) = fs::read(&wall) {
                look(&picture);
                fs::remove_file(&wall).unwrap();
            }
            let begun = Instant::now();
            town.start(&gate);
            if kill % 4 == 2 {
                // The next one is to come before it has shown anything.
                told.killed_early += 1;
            } else if let Some(picture) = waits_for(&wall) {
                told.times.push(begun.elapsed());
                look(&picture);
            } else {
                told.missing += 1;
            }
        }
        stop.store(true, Ordering::SeqCst);
    });
    report(&programs, kills, sent.load(Ordering::SeqCst) - TEXTS, told)
}

fn report(programs: &Path, kills: usize, updates: u64, mut told: Told) -> ExitCode {
    told.times.sort_unstable();
    let mut floor: Vec<_> = (0..51)
        .map(|_| {
            let begun = Instant::now();
            Command::new(programs.join("agent")).arg("--version").stdout(Stdio::null()).status().unwrap();
            begun.elapsed()
        })
        .collect();
    floor.sort_unstable();
    let ms = |time: Duration| time.as_secs_f64() * 1000.0;
    let (floor, median) = (floor[floor.len() / 2], told.times[told.times.len() / 2]);
    let Told { times, killed_early, older, foreign, missing } = told;
    println!("{kills} kills in {updates} updates, {killed_early} of them while the agent started");
    println!("older than before {older} · neither old nor new {foreign} · nothing shown {missing}");
    println!("starting a process that says its version   {:8.1} ms", ms(floor));
    println!(
        "from start to content: median              {:8.1} ms   {:.1} ×",
        ms(median),
        ms(median) / ms(floor)
    );
    println!("                       worst of {:<9} {:>11.1} ms", times.len(), ms(*times.last().unwrap()));
    if older + foreign + missing > 0 { ExitCode::FAILURE } else { ExitCode::SUCCESS }
}
