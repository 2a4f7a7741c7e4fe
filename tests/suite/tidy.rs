//! The rules of the house, checked against the files: who may depend on whom, what is pure, how a file looks.

use std::{
    fs,
    path::{Path, PathBuf},
};

/// Who may depend on whom; nothing else.
const ROOMS: &[(&str, &[&str])] = &[
    ("written", &[]),
    ("fonts", &[]),
    ("playlists", &["written"]),
    ("protocol", &["written", "playlists"]),
    ("render", &["fonts", "playlists"]),
    ("mqtt", &["written", "protocol"]),
    ("outputs", &["render"]),
    ("agent", &["written", "playlists", "protocol", "render", "mqtt", "outputs"]),
    ("controller", &["written", "fonts", "playlists", "protocol", "render", "mqtt"]),
    ("demo", &["agent", "controller", "playlists", "protocol"]),
    ("tests", &["agent", "controller", "demo", "fonts", "mqtt", "playlists", "protocol", "render"]),
];

/// Read no clock, file, socket or environment, and start no thread.
const PURE: &[&str] = &[
    "written/src",
    "playlists/src",
    "fonts/src",
    "render/src",
    "protocol/src",
    "agent/src/state.rs",
    "agent/src/state/",
    "agent/src/trust.rs",
    "controller/src/agenda.rs",
    "controller/src/chart.rs",
    "controller/src/fleet.rs",
    "controller/src/status.rs",
];

const IMPURE: &[&str] = &[
    "std::fs",
    "std::net",
    "std::env",
    "std::io",
    "std::thread",
    "std::process",
    "std::time::Instant",
    "SystemTime",
    "Instant::now",
    "Timestamp::now",
    "Zoned::now",
    "TimeZone::system",
    "tokio::",
    "thread_local",
    "getrandom",
];

/// What only one room may name.
const FENCED: &[(&str, &str)] = &[
    ("rumqttc", "mqtt/"),
    ("mqtt5::", "controller/src/broker.rs"),
    ("unsafe {", "outputs/"),
    ("parley::", "render/"),
    ("fontdue::", "render/"),
    ("Timestamp::now", "clock.rs"),
    ("SystemTime", "clock.rs"),
];

/// Nobody may write these.
const FORBIDDEN: &[&str] = &["TlsConfiguration::Simple", "todo!(", "unimplemented!(", "dbg!("];

const LONGEST_FILE: usize = 400;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}

/// All Rust files of the workspace, by their path from its root, without build output.
fn files() -> Vec<(String, String)> {
    let mut found = Vec::new();
    for (room, _) in ROOMS {
        walk(&root().join(room), &mut found);
    }
    assert!(found.len() > 60, "only {} files were found", found.len());
    found
}

fn walk(folder: &Path, found: &mut Vec<(String, String)>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() && !path.ends_with("target") {
            walk(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let name = path.strip_prefix(root()).unwrap().display().to_string();
            found.push((name, fs::read_to_string(&path).unwrap()));
        }
    }
}

/// The code that ships: without unit tests, comments, and files that are tests.
fn shipped(name: &str, text: &str) -> Option<String> {
    if name.starts_with("tests/")
        || name.contains("/tests/")
        || name.contains("/examples/")
        || name.contains("/benches/")
        || name.ends_with("tests.rs")
    {
        return None;
    }
    let code = text.split("#[cfg(test)]").next().unwrap_or_default();
    let lines = code.lines().filter(|line| !line.trim_start().starts_with("//"));
    Some(lines.collect::<Vec<_>>().join("\n"))
}

#[track_caller]
fn none(faults: &[String]) {
    assert!(faults.is_empty(), "\n{}", faults.join("\n"));
}

#[test]
fn rooms_depend_only_on_whom_they_may() {
    let mut faults = Vec::new();
    for (room, allowed) in ROOMS {
        let manifest = fs::read_to_string(root().join(room).join("Cargo.toml")).unwrap();
        let manifest: toml::Table = manifest.parse().unwrap();
        let dependencies = manifest.get("dependencies").and_then(toml::Value::as_table);
        for name in dependencies.into_iter().flat_map(toml::Table::keys) {
            let ours = ROOMS.iter().any(|(room, _)| room == name);
            if ours && !allowed.contains(&name.as_str()) {
                faults.push(format!("{room} must not depend on {name}"));
            }
        }
    }
    none(&faults);
}

#[test]
fn members_are_the_rooms() {
    let manifest: toml::Table = fs::read_to_string(root().join("Cargo.toml")).unwrap().parse().unwrap();
    let members = manifest["workspace"]["members"].as_array().unwrap();
    let mut members: Vec<&str> = members.iter().map(|member| member.as_str().unwrap()).collect();
    let mut rooms: Vec<&str> = ROOMS.iter().map(|(room, _)| *room).collect();
    members.sort_unstable();
    rooms.sort_unstable();
    assert_eq!(members, rooms);
}

#[test]
fn pure_rooms_read_nothing_of_the_world() {
    let mut faults = Vec::new();
    let mut looked_at = 0;
    for (name, text) in files() {
        let Some(code) = shipped(&name, &text) else { continue };
        if !PURE.iter().any(|pure| name.starts_with(pure)) {
            continue;
        }
        looked_at += 1;
        for word in IMPURE.iter().filter(|word| code.contains(**word)) {
            // A cursor over bytes in memory is no file.
            if *word == "std::io"
                && code.matches("std::io").count() == code.matches("std::io::Cursor").count()
            {
                continue;
            }
            faults.push(format!("{name} is pure and names {word}"));
        }
    }
    assert!(looked_at > 25, "only {looked_at} pure files were found");
    none(&faults);
}

#[test]
fn fenced_things_stay_in_their_room() {
    let mut faults = Vec::new();
    for (word, fence) in FENCED {
        let mut inside = 0;
        for (name, text) in files() {
            let Some(code) = shipped(&name, &text) else { continue };
            if code.contains(word) {
                if name.contains(fence) {
                    inside += 1;
                } else {
                    faults.push(format!("{name} names {word}, which only {fence} may"));
                }
            }
        }
        // Something that nobody names needs no fence: then this row is out of date. `outputs` may be without.
        assert!(inside > 0 || *word == "unsafe {" || *word == "SystemTime", "nobody names {word}");
    }
    none(&faults);
}

#[test]
fn files_open_with_a_sentence_and_stay_short() {
    let mut faults = Vec::new();
    for (name, text) in files() {
        if !text.starts_with("//! ") {
            faults.push(format!("{name} does not open with `//!` and a sentence"));
        }
        let Some(code) = shipped(&name, &text) else { continue };
        let lines = code.lines().filter(|line| !line.trim().is_empty()).count();
        if lines > LONGEST_FILE {
            faults.push(format!("{name} has {lines} lines of code, at most {LONGEST_FILE}"));
        }
        for word in FORBIDDEN.iter().filter(|word| code.contains(**word)) {
            faults.push(format!("{name} names {word}"));
        }
    }
    none(&faults);
}

/// Names of gates, provinces and agencies are data. They change by decree.
#[test]
fn no_place_is_named_in_code() {
    let places =
        ["loc-ninh", "bu-dop", "Lộc Ninh", "Bù Đốp", "Hoa Lư", "Hoàng Diệu", "Bình Phước", "Đồng Nai"];
    let mut faults = Vec::new();
    for (name, text) in files() {
        let Some(code) = shipped(&name, &text) else { continue };
        for place in places.iter().filter(|place| code.contains(**place)) {
            faults.push(format!("{name} names {place}"));
        }
    }
    none(&faults);
}

/// Whoever is said to be shown something is shown it by a test that is there.
#[test]
fn the_threat_model_names_tests_that_are_there() {
    let text = fs::read_to_string(root().join("docs/threat-model.md")).unwrap();
    let named: Vec<(&str, &str)> = text.split('`').filter_map(|word| word.split_once("::")).collect();
    let missing = |(module, test): &&(&str, &str)| {
        let file = fs::read_to_string(root().join(format!("tests/suite/{module}.rs"))).unwrap_or_default();
        !file.contains(&format!("]\nfn {test}()"))
    };
    let faults: Vec<_> =
        named.iter().filter(missing).map(|(module, test)| format!("{module}::{test}")).collect();
    assert!(named.len() > 10, "only {} tests are named", named.len());
    none(&faults);
}

/// Every dependency is named once, in the root.
#[test]
fn versions_are_named_in_the_root_only() {
    let mut faults = Vec::new();
    for (room, _) in ROOMS {
        let manifest = fs::read_to_string(root().join(room).join("Cargo.toml")).unwrap();
        let manifest: toml::Table = manifest.parse().unwrap();
        for kind in ["dependencies", "dev-dependencies", "build-dependencies"] {
            for (name, value) in manifest.get(kind).and_then(toml::Value::as_table).into_iter().flatten() {
                if value.get("workspace").is_none() {
                    faults.push(format!("{room}: {name} names its version itself"));
                }
            }
        }
        if manifest.get("lints").is_none() {
            faults.push(format!("{room} does not take the lints of the workspace"));
        }
    }
    none(&faults);
}
