//! Cutting screens off: by one person, at once, through power cuts, and back only by two.

use std::{fs, time::Duration};

use playlists::{Gates, ScreenId};
use protocol::{Cut, Cutoff, FORMAT, Role, SignedCutoff, SigningKey, Standing, Topic};
use render::Frame;
use serde_json::Value;
use system_tests::{Town, screen};

use crate::{
    PROGRAM,
    refusals::{Intruder, count},
};

/// Of the dark wall of a gate.
pub(crate) fn black(town: &Town, gate: &str) -> String {
    let text = fs::read_to_string(town.sample("gates.toml")).unwrap();
    let gates = Gates::parse("gates.toml", &text).unwrap();
    Frame::filled(gates.screens[&ScreenId::parse(gate).unwrap()].size, [0; 3]).digest().to_string()
}

fn is_dark(town: &Town, status: &Value, gate: &str) -> bool {
    let on_air = &screen(status, gate)["on_air"];
    on_air["why"] == "blackout" && on_air["frame"]["digest"] == *black(town, gate)
}

/// The command line with only some of the demo's keys.
fn hold_keys(town: &Town, roles: &[&str]) {
    let keys: String = roles
        .iter()
        .map(|role| {
            let key = town.site.path(&format!("keys/{role}.key"));
            format!("[[sign]]\nrole = '{role}'\nkey = '{}'\n", key.display())
        })
        .collect();
    fs::write(town.site.path("access.toml"), format!("controller = \"{}\"\n{keys}", town.site.console))
        .unwrap();
}

fn key(town: &Town, role: Role) -> SigningKey {
    SigningKey::from_pem(&fs::read_to_string(town.site.path(&format!("keys/{role}.key"))).unwrap()).unwrap()
}

#[test]
fn one_person_makes_a_wall_dark_and_two_light_it_again() {
    let mut town = Town::on_air(PROGRAM, "blackout");
    let [gate, other] = [0, 1].map(|n| town.gates()[n].clone());
    hold_keys(&town, &["duty"]);
    let run = town.cli(&["blackout", &gate, "--reason", "chữ lạ trên màn hình", "--json"]);
    assert_eq!(run.code, 0, "{run:?}");
    let one = run.json()["screens"][0].clone();
    assert_eq!(one["outcome"], "followed", "{one:#}");
    assert!(one["milliseconds"].as_f64() < Some(2000.0), "{one:#}");
    // Sooner than the next health report would be due.
    let status = town.until_within(Duration::from_secs(8), "it is dark and said to be", |status| {
        is_dark(&town, status, &gate) && screen(status, &gate)["cutoff"]["followed"] == true
    });
    assert_eq!(screen(&status, &gate)["problems"][0], "cut-off");
    assert_eq!(screen(&status, &gate)["cutoff"]["reason"], "chữ lạ trên màn hình");
    assert!(screen(&status, &other)["on_air"]["item"].is_string(), "the other wall goes on");

    // Not even after a power cut, without anybody to ask, is it lit for a moment.
    let boot = screen(&status, &gate)["connection"]["boot"].clone();
    town.kill(&gate);
    town.kill("controller");
    town.start(&gate);
    town.start("controller");
    let status = town.until("it is dark again", |status| {
        // Not what the broker kept of the start before.
        let connection = &screen(status, &gate)["connection"];
        let said = town.log(&gate).rsplit("agent started").next().unwrap().contains("on air item=");
        connection["state"] == "online" && connection["boot"] != boot && said && is_dark(&town, status, &gate)
    });
    assert_eq!(screen(&status, &gate)["cutoff"]["cut"], "blackout", "the controller remembers it, too");
    let log = town.log(&gate);
    let said: Vec<_> = log.rsplit("agent started").next().unwrap().split("on air item=").skip(1).collect();
    assert!(!said.is_empty() && said.iter().all(|what| what.starts_with("\"nothing\"")), "it was lit: {log}");

    // One person cannot lift it, nor does new content.
    let alone = town.cli(&["lift", &gate]);
    assert_eq!(alone.code, 7, "{alone:?}");
    assert!(alone.err.contains("two people") || alone.out.contains("two people"), "{alone:?}");
    hold_keys(&town, &["author", "approver"]);
    town.cli(&["publish", &town.sample("tet.toml"), "--to", &gate]);
    assert!(is_dark(&town, &town.status(), &gate));

    // Two do, on two machines.
    hold_keys(&town, &["duty"]);
    let folder = town.site.path("orders").display().to_string();
    let draft = town.cli(&["lift", &gate, "--draft", &folder, "--json"]);
    assert_eq!(draft.code, 0, "{draft:?}");
    let file = draft.json()["screens"][0]["draft"].as_str().unwrap().to_owned();
    let approver = town.site.path("keys/approver.key").display().to_string();
    assert_eq!(town.cli(&["sign", &file, "--role", "author", "--key", &approver]).code, 2);
    assert_eq!(town.cli(&["blackout", &file]).code, 2, "it says something else");
    assert_eq!(town.cli(&["sign", &file, "--role", "approver", "--key", &approver]).code, 0);
    let lifted = town.cli(&["lift", &file]);
    assert_eq!(lifted.code, 0, "{lifted:?}");
    let status =
        town.until("the content is back", |status| screen(status, &gate)["on_air"]["item"].is_string());
    assert_ne!(screen(&status, &gate)["problems"][0], "cut-off");

    // The gate's name alone, on all of them.
    let pages = town.cli(&["safe-page", "--all"]);
    assert_eq!(pages.code, 0, "{pages:?}");
    let status = town.status();
    for gate in [&gate, &other] {
        let on_air = &screen(&status, gate)["on_air"];
        assert_eq!((&on_air["why"], &on_air["item"]), (&"safe-page".into(), &Value::Null), "{gate}");
    }
}

/// Whoever has all rights at the broker, and one duty officer's key, can make it dark, and never light.
#[test]
fn nobody_lights_a_dark_wall_with_a_stolen_broker_and_a_stolen_key() {
    let town = Town::on_air(PROGRAM, "dark-stays");
    let [gate, other] = [0, 1].map(|n| town.gates()[n].clone());
    let id = ScreenId::parse(&gate).unwrap();
    let published =
        |name: &str| fs::read(town.site.path(&format!("controller/data/published/{name}.cutoff"))).unwrap();
    assert_eq!(town.cli(&["blackout", &gate]).code, 0);
    assert_eq!(town.cli(&["lift", &gate]).code, 0);
    let old_lift = published(&gate);
    assert_eq!(town.cli(&["blackout", &gate]).code, 0);
    let last = SignedCutoff::parse(&published(&gate)).unwrap().claims().unwrap().standing.number;

    let order = |screen: &str, number, signers: &[(Role, &SigningKey)]| {
        let mut order = SignedCutoff::draft(&Cutoff {
            format: FORMAT,
            screen: ScreenId::parse(screen).unwrap(),
            standing: Standing { number, cut: Cut::Lifted },
            at: "2026-11-27T06:00:00Z".parse().unwrap(),
            reason: String::new(),
        });
        signers.iter().for_each(|(role, key)| order.sign(*role, key));
        order.to_bytes()
    };
    let (duty, stranger) = (key(&town, Role::Duty), SigningKey::from_seed(&[9; 32]));
    let approver = key(&town, Role::Approver);
    let both = [(Role::Duty, &duty), (Role::Approver, &approver)];
    let mut forged = order(&gate, last + 1, &both);
    let middle = forged.len() / 2;
    forged[middle] ^= 1;
    let intruder = Intruder::at(&town);
    for (reason, order) in [
        ("cutoff-rollback", old_lift),
        ("cutoff-same-person", order(&gate, last + 1, &[(Role::Duty, &duty)])),
        ("cutoff-unknown-key", order(&gate, last + 1, &[(Role::Duty, &duty), (Role::Duty, &stranger)])),
        ("cutoff-unknown-key", order(&gate, last + 1, &[(Role::Duty, &duty), (Role::Author, &approver)])),
        ("cutoff-missing-signature", order(&gate, last + 1, &[])),
        ("cutoff-wrong-screen", order(&other, last + 1, &both)),
        ("cutoff-unreadable", b"{\"format\":1}".to_vec()),
    ] {
        let before = count(&town.status(), &gate, reason);
        intruder.say(Topic::Cutoff(id.clone()), &order);
        let what = format!("refused as {reason}");
        let status = town.until(&what, |status| count(status, &gate, reason) > before);
        assert!(is_dark(&town, &status, &gate), "{reason}");
    }
    let total = screen(&town.status(), &gate)["refused"]["total"].as_u64().unwrap();
    intruder.say(Topic::Cutoff(id.clone()), &forged);
    let status = town.until("damage is refused", |status| {
        screen(status, &gate)["refused"]["total"].as_u64() > Some(total)
    });
    assert!(is_dark(&town, &status, &gate));
    intruder.say(Topic::Cutoff(id), b"");
    assert!(is_dark(&town, &town.status(), &gate), "a cleared topic lifts nothing");
}
