//! The command line against a running operation.

use std::{
    fs,
    path::{Path, PathBuf},
};

use jiff::Timestamp;
use serde_json::Value;
use system_tests::{Town, screen};

use crate::PROGRAM;

#[test]
fn a_newcomer_sees_publishes_and_compares() {
    let mut town = Town::on_air(PROGRAM, "verbs");
    let gates = town.gates();

    // A frame is compared a moment after it was reported.
    let fine = |screen: &Value| screen["lamp"] == "fine" && screen["on_air"]["frame"]["equal"] == true;
    let status = town.until("all is fine, and the controller draws the same", |status| {
        let screens = status["screens"].as_array();
        screens.is_some_and(|screens| screens.len() == 2 && screens.iter().all(fine))
    });
    for gate in &gates {
        let screen = screen(&status, gate);
        assert_eq!(screen["connection"]["state"], "online");
        assert_eq!(screen["bundle"]["version"], 1);
        assert_eq!(screen["clock"]["trust"], "trusted");
        assert_eq!(screen["agent"]["version"], env!("CARGO_PKG_VERSION"));
        assert!(screen["agent"]["memory_bytes"].as_u64() > Some(1_000_000), "{screen:#}");
        let on_air = &screen["on_air"];
        assert!(on_air["item"].is_string() && on_air["since"].is_string(), "{on_air:#}");
        assert!(["rotation", "priority"].contains(&on_air["why"].as_str().unwrap()), "{on_air:#}");
        assert_eq!(on_air["frame"]["digest"].as_str().map(str::len), Some(64));
        assert!(on_air["frame"]["age_ms"].as_u64() < Some(60_000), "{on_air:#}");
    }
    let words = town.cli(&["status"]);
    assert_eq!(words.code, 0, "{words:?}");
    assert!(gates.iter().all(|gate| words.out.contains(gate)), "{words:?}");

    // The picture that the panel shows has the digest that it says.
    let picture = town.site.path("wall.png").display().to_string();
    let snapshot = town.cli(&["snapshot", &gates[1], "-o", &picture, "--json"]);
    assert_eq!(snapshot.code, 0, "{snapshot:?}");
    let frame = snapshot.json()["frame"].clone();
    assert!(fs::read(&picture).unwrap().starts_with(b"\x89PNG"));
    // Drawn here for the same moment, it is the same, bit for bit.
    let drawn = town.site.path("drawn.png").display().to_string();
    let at = frame["at"].as_str().unwrap();
    let rendered = town.cli(&["render", "--screen", &gates[1], "--at", at, "-o", &drawn, "--json"]).json();
    assert_eq!(rendered["digest"], frame["digest"]);
    assert_eq!(fs::read(&drawn).unwrap(), fs::read(&picture).unwrap());

    let published = town.cli(&["publish", &town.sample("tet.toml"), "--json"]);
    assert_eq!(published.code, 0, "{published:?}");
    for gate in &gates {
        let json = published.json();
        let one =
            json["screens"].as_array().unwrap().iter().find(|one| one["screen"] == **gate).unwrap().clone();
        assert_eq!((&one["outcome"], &one["version"]), (&"on-air".into(), &2.into()), "{one:#}");
        assert!(one["milliseconds"].as_f64() > Some(0.0), "{one:#}");
    }
    let now = town.cli(&["now", "--json"]).json();
    for screen in now["screens"].as_array().unwrap() {
        let item = screen["on_air"]["item"].as_str().unwrap();
        assert!(["nam-moi", "loi-chuc", "vui-tet"].contains(&item), "{now:#}");
    }

    // A gate that is off line is named, and gets it when it is back.
    town.kill(&gates[0]);
    let waiting = town.cli(&["publish", &town.sample("chao-mung.toml"), "--timeout", "2", "--json"]);
    assert_eq!(waiting.code, 3, "{waiting:?}");
    assert_eq!(outcome(&waiting.json(), &gates[0]), "waiting");
    assert_eq!(outcome(&waiting.json(), &gates[1]), "on-air");
    town.start(&gates[0]);
    town.until("it has arrived", |status| screen(status, &gates[0])["bundle"]["version"] == 3);
}

/// Asked beforehand, the timeline names what a gate then says it shows; what is withdrawn goes at once.
#[test]
fn what_plays_is_known_before_and_what_is_withdrawn_goes_at_once() {
    let town = Town::on_air(PROGRAM, "schedule");
    let gate = &town.gates()[1];
    let timeline = town.cli(&["timeline", gate, "--plays", "--json"]).json();
    let plays = timeline["plays"].as_array().unwrap();
    let moment = |value: &Value| value.as_str().unwrap().parse::<Timestamp>().unwrap();
    assert!(plays.len() > 1000, "a day has many slots: {}", plays.len());
    assert!(plays.windows(2).all(|pair| pair[0]["until"] == pair[1]["from"]), "without a gap");
    let on_air = town.cli(&["now", gate, "--json"]).json()["screens"][0]["on_air"].clone();
    let since = moment(&on_air["since"]);
    let play =
        plays.iter().find(|play| moment(&play["from"]) <= since && since < moment(&play["until"])).unwrap();
    assert_eq!((&play["item"], &play["language"]), (&on_air["item"], &on_air["language"]), "{on_air:#}");

    let at =
        town.cli(&["at", on_air["since"].as_str().unwrap(), gate, "--json"]).json()["screens"][0].clone();
    assert_eq!((&at["item"], &at["why"]), (&on_air["item"], &on_air["why"]), "{at:#}");
    let others = at["not"].as_array().unwrap();
    assert!(others.iter().any(|not| not["reason"] == "not-its-turn"), "{at:#}");

    let (playlist, item) = (sample_of(play["playlist"].as_str().unwrap()), play["item"].as_str().unwrap());
    let withdrawn = town.cli(&["withdraw", &playlist, item, "--from", gate, "--json"]);
    assert_eq!(withdrawn.code, 0, "{withdrawn:?}");
    assert_eq!(withdrawn.json()["screens"][0]["withdrawn"], true, "{withdrawn:?}");
    let after = town.cli(&["now", gate, "--json"]).json()["screens"][0]["on_air"]["item"].clone();
    assert_ne!(after, *item);
    let at = town.cli(&["at", "now", gate, "--json"]).json()["screens"][0].clone();
    let gone = at["not"].as_array().unwrap().iter().find(|not| not["item"] == *item).unwrap().clone();
    assert_eq!(gone["reason"], "withdrawn");
    // What was never there cannot be taken off.
    assert_eq!(town.cli(&["withdraw", "khong-co.toml"]).code, 2);
}

/// The office enters the days that were decided for next year, and a fair of its own; a gate goes by both.
#[test]
fn days_of_ones_own_are_for_schedules_to_name() {
    let town = Town::on_air(PROGRAM, "calendars");
    let gate = &town.gates()[1];
    let write = |file: &str, text: &str| fs::write(town.site.path("samples").join(file), text).unwrap();
    write(
        "tet-2027.toml",
        "calendar = { id = 'tet', name.vi = 'Tết' }\nyear.2027.days = ['2027-02-03..2027-02-04']\n",
    );
    write("fair.toml", "calendar = { id = 'fair', name.vi = 'Hội chợ' }\nyear.2027.days = ['2027-03-01']\n");
    let schedule = |calendars: &str| {
        format!(
            "[schedule]\nname = 'Lịch'\ndefault = 'chao-mung.toml'\ncalendars = [{calendars}]\n\
             [[rule]]\nplaylist = 'tet.toml'\ndays = ['tet', 'fair']\n"
        )
    };
    write("own.toml", &schedule("'tet-2027.toml', 'fair.toml'"));
    let own = town.sample("own.toml");
    assert_eq!(town.cli(&["publish", &own]).code, 0);
    for (day, playlist) in [
        ("2027-02-02", "chao-mung.toml"),
        ("2027-02-03", "tet.toml"),
        ("2027-02-05", "chao-mung.toml"),
        ("2027-03-01", "tet.toml"),
        ("2028-01-25", "tet.toml"),
    ] {
        let at = town.cli(&["at", &format!("{day} 12:00"), gate, "--of", &own, "--json"]).json();
        let plays = sample_of(at["screens"][0]["playlist"].as_str().unwrap());
        assert_eq!(plays, playlist, "{day}: {at:#}");
    }
    let listed = town.cli(&["calendar", &own, "--year", "2027", "--today", "2026-11-27", "--json"]).json();
    let has = |calendar: &str, first: &str| {
        let day =
            |day: &Value| day["calendar"] == calendar && day["first"] == first && day["confirmed"] == true;
        listed["days"].as_array().unwrap().iter().any(day)
    };
    assert!(has("tet", "2027-02-03") && has("fair", "2027-03-01"), "{listed:#}");
    let reminded = |id: &str| listed["missing"].as_array().unwrap().iter().any(|one| one["calendar"] == id);
    assert!(!reminded("tet") && reminded("pchum-ben"), "{listed:#}");

    write("wrong.toml", "calendar = { id = 'fair', name.vi = 'Hội chợ' }\nyear.2027.days = ['2027-02-30']\n");
    for (calendars, expected) in [
        ("'absent.toml'", "samples/absent.toml: cannot be read"),
        ("'wrong.toml'", "wrong.toml:2:19: year.2027.days[1]: `2027-02-30`: there is no day 2027-02-30"),
        ("'tet-2027.toml', 'fair.toml', 'le/fair.toml'", "another file has the calendar `fair`, too"),
        ("'tet-2027.toml'", "calendar `fair`"),
    ] {
        let folder = town.site.path("samples/le");
        fs::create_dir_all(&folder).unwrap();
        fs::copy(town.site.path("samples/fair.toml"), folder.join("fair.toml")).unwrap();
        write("own.toml", &schedule(calendars));
        let refused = town.cli(&["check", &own]);
        assert_eq!(refused.code, 7, "{refused:?}");
        assert!(refused.err.contains(expected), "{calendars}: {}", refused.err);
    }
}

/// The file of the sample with that name.
fn sample_of(name: &str) -> String {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../playlists/samples");
    let has_name = |path: &PathBuf| {
        path.extension().is_some_and(|kind| kind == "toml")
            && fs::read_to_string(path).unwrap().contains(&format!("name = \"{name}\""))
    };
    let file = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).find(has_name).unwrap();
    file.file_name().unwrap().to_string_lossy().into_owned()
}

/// Two people, two keys, two machines: the draft travels, the keys do not.
/// The agents ask, and the controller's word counts, unless NTP keeps their clocks.
#[test]
fn gates_are_told_the_time_and_a_technician_reads_by_whom() {
    let town = Town::on_air(PROGRAM, "verbs-clock");
    let told = |clock: &Value| ["controller", "ntp"].iter().any(|source| clock["source"] == *source);
    town.until("both gates are told the time", |status| {
        town.gates().iter().all(|gate| told(&screen(status, gate)["clock"]))
    });
    let words = town.cli(&["status"]);
    assert_eq!(words.code, 0, "{words:?}");
    let told = ["(controller): the controller has told it", "(ntp): NTP keeps it"];
    assert!(told.iter().any(|told| words.out.contains(told)), "{words:?}");
}

#[test]
fn two_people_sign_one_after_the_other() {
    let town = Town::on_air(PROGRAM, "two-people");
    let gate = town.gates().remove(0);
    let access = town.site.path("access.toml");
    let address = format!("controller = \"{}\"\n", town.site.console);
    fs::write(&access, &address).unwrap();

    let folder = town.site.path("drafts").display().to_string();
    let tet = town.sample("tet.toml");
    let run = town.cli(&["publish", &tet, "--to", &gate, "--draft", &folder, "--json"]);
    assert_eq!(run.code, 0, "{run:?}");
    let draft = run.json()["screens"][0]["draft"].as_str().unwrap().to_owned();
    let unsigned = town.cli(&["publish", &draft]);
    assert_eq!(unsigned.code, 7, "{unsigned:?}");

    for role in ["author", "approver"] {
        let key = town.site.path(&format!("keys/{role}.key")).display().to_string();
        let run = town.cli(&["sign", &draft, "--role", role, "--key", &key]);
        assert_eq!(run.code, 0, "{run:?}");
        let published = town.cli(&["publish", &draft]);
        assert_eq!(published.code, if role == "author" { 7 } else { 0 }, "{published:?}");
    }
    assert_eq!(screen(&town.status(), &gate)["bundle"]["version"], 2);
}

#[test]
fn wrong_calls_have_their_own_exit_codes() {
    let mut town = Town::silent(PROGRAM, "exit-codes");
    let unreachable = town.cli(&["status"]);
    assert_eq!(unreachable.code, 4, "{unreachable:?}");
    assert_eq!(town.cli(&["frobnicate"]).code, 2);
    assert_eq!(town.cli(&["--help"]).code, 0);

    town.start("controller");
    town.until("the controller answers", |status| status["broker"]["connected"] == true);
    let degraded = town.cli(&["status"]);
    assert_eq!(degraded.code, 3, "no gate was ever seen: {degraded:?}");
    let unknown = town.cli(&["status", "nowhere"]);
    assert_eq!(unknown.code, 2, "{unknown:?}");
    assert!(unknown.err.contains("there is no screen `nowhere`"), "{unknown:?}");
    let absent = town.cli(&["snapshot", &town.gates()[0], "-o", "/dev/null", "--timeout", "1"]);
    assert_eq!(absent.code, 4, "{absent:?}");

    for (program, bad, places) in [
        ("server", "data = 1\n", ["bad.toml:1:8: data: `1`:", "bad.toml:1:1: gates: is missing"]),
        (
            "gate",
            "screen = \"a\"\nshape = 1\n",
            ["bad.toml:2:1: shape: `1`:", "bad.toml:1:1: size: is missing"],
        ),
    ] {
        let file = town.site.path("bad.toml");
        fs::write(&file, bad).unwrap();
        let verb = if program == "server" { "serve" } else { "run" };
        let output = std::process::Command::new(PROGRAM)
            .args([program, verb, "--config"])
            .arg(&file)
            .output()
            .unwrap();
        let said = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(78), "{said}");
        assert!(places.iter().all(|place| said.contains(place)), "{said}");
    }
}

fn outcome<'a>(answer: &'a Value, gate: &str) -> &'a str {
    let screens = answer["screens"].as_array().unwrap();
    screens.iter().find(|one| one["screen"] == gate).unwrap()["outcome"].as_str().unwrap()
}
