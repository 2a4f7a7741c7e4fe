//! Pulled plugs: killed agents, killed brokers, an absent world.

use std::{
    fs,
    io::Write,
    path::Path,
    process::Command,
    thread,
    time::{Duration, Instant},
};

use serde_json::Value;
use system_tests::{Run, SOON, Town, screen};

use crate::PROGRAM;

fn frame_matches_render(town: &Town, gate: &str) -> bool {
    let status = town.status();
    let frame = &screen(&status, gate)["on_air"]["frame"];
    let (Some(at), Some(digest)) = (frame["at"].as_str(), frame["digest"].as_str()) else { return false };
    let file = town.site.path("drawn.png").display().to_string();
    let drawn: Run = town.cli(&["render", "--screen", gate, "--at", at, "-o", &file, "--json"]);
    assert_eq!(drawn.code, 0, "{drawn:?}");
    drawn.json()["digest"] == digest
}

#[test]
fn a_killed_agent_is_reported_and_comes_back_alone() {
    let mut town = Town::on_air(PROGRAM, "killed-agent");
    let gate = town.gates().remove(0);
    let before = screen(&town.status(), &gate)["bundle"].clone();
    assert!(frame_matches_render(&town, &gate), "the wall shows what the controller draws");

    town.kill(&gate);
    let status =
        town.until_within(Duration::from_secs(10), "the gate is off line by its last will", |status| {
            screen(status, &gate)["connection"]["state"] == "offline"
        });
    assert_eq!(screen(&status, &gate)["lamp"], "fault");
    assert_eq!(screen(&status, &gate)["problems"][0], "offline");

    // No controller, no broker: the wall shows its last good bundle all the same, here into a file.
    town.kill("controller");
    let safe_pages = |town: &Town| town.log(&gate).matches("safe page").count();
    let safe_pages_before = safe_pages(&town);
    let config = town.site.path(&format!("{gate}/agent.toml"));
    let wall = town.site.path("wall.png");
    let text = fs::read_to_string(&config).unwrap();
    fs::write(&config, text.replace("kind = \"simulator\"", &format!("kind = \"png\"\nfile = {wall:?}")))
        .unwrap();
    town.start(&gate);
    waits_for(&wall);
    let first = fs::read(&wall).unwrap();
    assert!(first.starts_with(b"\x89PNG"), "half a picture");
    assert!(town.lives(&gate));
    assert_eq!(safe_pages(&town), safe_pages_before, "not even for a moment is the content gone");

    town.start("controller");
    let status = town.until("the gate is back", |status| {
        screen(status, &gate)["connection"]["state"] == "online" && screen(status, &gate)["bundle"] == before
    });
    assert_eq!(screen(&status, &gate)["wanted"], before, "what was published is still wanted");
}

#[test]
fn a_broker_restart_loses_nothing() {
    let mut town = Town::on_air(PROGRAM, "broker-restart");
    let boots = |status: &Value| -> Vec<Value> {
        ["bundle", "connection"]
            .iter()
            .flat_map(|key| {
                status["screens"].as_array().unwrap().iter().map(|screen| match *key {
                    "connection" => screen["connection"]["boot"].clone(),
                    key => screen[key].clone(),
                })
            })
            .collect()
    };
    let before = boots(&town.status());
    town.kill("controller");
    town.start("controller");
    let gates = town.gates();
    let after = town.until_within(Duration::from_secs(5), "both gates are back", |status| {
        gates.iter().all(|gate| {
            screen(status, gate)["connection"]["state"] == "online"
                && screen(status, gate)["on_air"].is_object()
                && screen(status, gate)["lamp"] == "fine"
        })
    });
    assert_eq!(boots(&after), before, "the same agents, the same bundles");
    assert!(gates.iter().all(|gate| town.lives(gate)));
}

#[test]
fn without_a_bundle_the_gates_name_is_shown() {
    let mut town = Town::silent(PROGRAM, "no-bundle");
    town.start("controller");
    let gate = town.gates().remove(0);
    town.start(&gate);
    let status = town.until("the safe page is on", |status| screen(status, &gate)["on_air"].is_object());
    let screen = screen(&status, &gate);
    assert_eq!(screen["on_air"]["why"], "no-bundle");
    assert_eq!(screen["on_air"]["item"], Value::Null);
    assert_eq!(screen["lamp"], "attention");
}

#[test]
fn damage_on_disk_falls_back_to_the_bundle_before() {
    let mut town = Town::on_air(PROGRAM, "disk-damage");
    let gate = town.gates().remove(0);
    let first = screen(&town.status(), &gate)["bundle"].clone();
    let published = town.cli(&["publish", &town.sample("tet.toml"), "--to", &gate]);
    assert_eq!(published.code, 0, "{published:?}");
    town.kill(&gate);
    town.kill("controller");

    let current = town.site.path(&format!("{gate}/data/current.bundle"));
    let mut bytes = fs::read(&current).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 0x01;
    fs::write(&current, bytes).unwrap();
    // A controller that has nothing to say any more.
    fs::remove_dir_all(town.site.path("controller/data")).unwrap();
    town.start(&gate);
    town.start("controller");
    let status = town.until("the bundle before is on air", |status| screen(status, &gate)["bundle"] == first);
    assert_eq!(screen(&status, &gate)["refused"]["total"], 1, "{status:#}");
    let storage = &screen(&status, &gate)["agent"]["storage"];
    assert_eq!(storage["state"], "damaged", "{status:#}");
    assert_eq!(storage["damaged"], "current.bundle", "{status:#}");
    let problems = screen(&status, &gate)["problems"].as_array().unwrap();
    assert!(problems.contains(&"storage".into()), "{status:#}");
}

/// A disk of 600 kB under the data of a gate, until it is dropped.
struct SmallDisk(String);

impl SmallDisk {
    fn mount(folder: &Path) -> Self {
        let disk = Self(folder.display().to_string());
        disk.run("mount", &["-t", "tmpfs", "-o", "size=600k", "tmpfs"]);
        disk
    }

    fn run(&self, program: &str, arguments: &[&str]) {
        let done = Command::new(program).args(arguments).arg(&self.0).output().unwrap();
        assert!(done.status.success(), "{program} {arguments:?}, which only root may do: {done:?}");
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("--lazy").arg(&self.0).status();
    }
}

#[test]
#[ignore = "needs root, to mount a small disk"]
fn a_full_and_a_read_only_disk_are_named_and_the_newest_comes_on_air_afterwards() {
    let mut town = Town::silent(PROGRAM, "small-disk");
    let gate = town.gates().remove(0);
    let data = town.site.path(&format!("{gate}/data"));
    fs::create_dir_all(&data).unwrap();
    let disk = SmallDisk::mount(&data);
    town.comes_on_air();
    let storage = |status: &Value| screen(status, &gate)["agent"]["storage"]["state"].clone();
    town.until("the disk is fine", |status| storage(status) == "fine");

    // What a careless technician left on it.
    let rest = data.join("rest");
    let fill = || {
        let mut file = fs::File::create(&rest).unwrap();
        while file.write_all(&[7; 4096]).is_ok() {}
    };
    survives(&town, &gate, ("full", "tet.toml"), fill, || fs::remove_file(&rest).unwrap());
    let remount = |how: &str| disk.run("mount", &["-o", &format!("remount,{how}")]);
    survives(&town, &gate, ("read-only", "chao-mung.toml"), || remount("ro"), || remount("rw"));
}

/// What is published during a fault of the disk comes on air when that has ended.
#[track_caller]
fn survives(town: &Town, gate: &str, (named, sample): (&str, &str), begins: impl Fn(), ends: impl Fn()) {
    let storage = |status: &Value| screen(status, gate)["agent"]["storage"]["state"].clone();
    let before = screen(&town.status(), gate)["bundle"].clone();
    begins();
    let published = town.cli(&["publish", &town.sample(sample), "--to", gate, "--timeout", "1"]);
    assert_eq!(published.code, 3, "it waits: {published:?}");
    let status = town.until(named, |status| storage(status) == named);
    assert_eq!(screen(&status, gate)["bundle"], before, "the wall stays");
    assert_eq!(screen(&status, gate)["connection"]["state"], "online");
    ends();
    let status = town.until_within(Duration::from_secs(60), "the newest is on air by itself", |status| {
        let screen = screen(status, gate);
        storage(status) == "fine" && screen["bundle"] == screen["wanted"]
    });
    assert_ne!(screen(&status, gate)["bundle"], before);
}

#[track_caller]
fn waits_for(file: &Path) {
    let begun = Instant::now();
    while !file.exists() {
        assert!(begun.elapsed() < SOON, "{} never came", file.display());
        thread::sleep(Duration::from_millis(5));
    }
}
