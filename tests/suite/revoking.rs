//! Keys that come and go: introduced by people with root keys, followed by every gate, and by nobody else's word.

use std::{fs, path::Path};

use playlists::ScreenId;
use protocol::{Key, Keyring, Role, SignedKeyring, SigningKey, Topic};
use serde_json::Value;
use system_tests::{Town, forge::Forge, screen};

use crate::{
    PROGRAM,
    cutting::black,
    refusals::{Intruder, count},
};

/// Root keys by number.
fn root(number: u8) -> SigningKey {
    SigningKey::from_seed(&[100 + number; 32])
}

fn public(town: &Town, role: Role) -> String {
    SigningKey::from_pem(&read(town, &format!("keys/{role}.key"))).unwrap().public().to_string()
}

/// A keyring as the town's, with other roots, of whom two are needed; `author` in the place of the town's.
fn keyring(town: &Town, version: u64, roots: &[u8], author: Option<&SigningKey>) -> Keyring {
    let file = Keyring::parse("keyring.toml", &read(town, "keyring.toml")).unwrap();
    let people = file.keys().iter().filter(|key| key.role != Role::Root).map(|key| match author {
        Some(author) if key.role == Role::Author => Key { public: author.public(), ..key.clone() },
        Some(_) | None => key.clone(),
    });
    let roots = roots.iter().map(|number| {
        let public = root(*number).public();
        Key { person: format!("root-{number}"), role: Role::Root, public }
    });
    let keys: String = people.chain(roots).map(|key| key.to_toml()).collect();
    let text = format!("version = {version}\nroot-threshold = 2\n{keys}");
    Keyring::parse("keyring.toml", &text).unwrap()
}

/// With roots 1, 2 and 3.
fn town(name: &str) -> Town {
    let mut town = Town::silent(PROGRAM, name);
    let first = keyring(&town, 1, &[1, 2, 3], None);
    fs::write(town.site.path("keyring.toml"), first.to_toml()).unwrap();
    for number in 1..=3 {
        fs::write(town.site.path(&format!("root-{number}.key")), root(number).to_pem().as_str()).unwrap();
    }
    town.comes_on_air();
    town
}

fn signed(keyring: &Keyring, roots: &[u8]) -> SignedKeyring {
    let mut signed = SignedKeyring::draft(keyring);
    roots.iter().for_each(|number| signed.sign(&root(*number)));
    signed
}

/// Sends a keyring to the gates, as an operator does.
#[track_caller]
fn publishes(town: &Town, keyring: &SignedKeyring, expected: i32) -> Value {
    let file = town.site.path(&format!("outbox-{}.keyring", keyring.reference().version));
    fs::write(&file, keyring.to_bytes()).unwrap();
    let run = town.cli(&["keyring", "publish", &file.display().to_string(), "--let-content-fall", "--json"]);
    assert_eq!(run.code, expected, "{run:?}");
    run.json()
}

fn version(status: &Value, gate: &str) -> Option<u64> {
    screen(status, gate)["keyring"]["version"].as_u64()
}

fn shows_something(town: &Town, status: &Value, gate: &str) -> bool {
    let digest = screen(status, gate)["on_air"]["frame"]["digest"].as_str();
    digest.is_some() && digest != Some(&black(town, gate))
}

fn path(path: &Path) -> String {
    path.display().to_string()
}

#[test]
fn a_stolen_key_is_revoked_at_every_gate() {
    let mut town = town("revoking");
    let [gate, other] = [0, 1].map(|n| town.gates()[n].clone());
    let thief = Forge::of(&town, &gate);

    // Another key for the author, beginning with the keyring that counts.
    let key = path(&town.site.path("author-2.key"));
    let new = town.cli(&["key", &key, "--json"]).json()["public"].as_str().unwrap().to_owned();
    let shown = town.cli(&["keyring", "show"]).out;
    let next = shown.replace(&public(&town, Role::Author), &new);
    let [standing, file] = ["standing.toml", "next.toml"].map(|name| town.site.path(name));
    fs::write(&standing, &shown).unwrap();
    fs::write(&file, &next).unwrap();
    let (standing, file) = (path(&standing), path(&file));
    assert_eq!(town.cli(&["keyring", "check", &file]).code, 6, "its version is not above");
    fs::write(&file, next.replace("version = 1", "version = 2")).unwrap();
    let check = town.cli(&["keyring", "check", &file]);
    assert_eq!(check.code, 3, "content would fall: {check:?}");
    for word in ["COMES  author", "GOES   author", "stays  approver", &new, "OFF THE WALL", &gate, &other] {
        assert!(check.out.contains(word), "no {word} in {}", check.out);
    }

    // Two people with root keys sign it, each seeing what it changes, on machines without any access.
    let outbox = path(&town.site.path("outbox"));
    let draft = town.cli(&["keyring", "draft", &file, "--to", &outbox, "--json"]);
    let draft = draft.json()["draft"].as_str().unwrap().to_owned();
    let roots = [1, 2].map(|number| path(&town.site.path(&format!("root-{number}.key"))));
    let sign = |more: &[&str]| town.cli(&[&["sign", &draft], more].concat());
    assert_eq!(sign(&["--role", "root", "--key", &roots[0]]).code, 2, "it has not seen the one that stands");
    assert_eq!(sign(&["--role", "approver", "--key", &roots[0], "--standing", &standing]).code, 2);
    let first = sign(&["--role", "root", "--key", &roots[0], "--standing", &standing]);
    assert!(first.code == 0 && first.out.contains("GOES   author"), "{first:?}");
    let alone = town.cli(&["keyring", "publish", &draft]);
    assert_eq!(alone.code, 7, "{alone:?}");
    assert_eq!(town.cli(&["keyring", "check", &draft]).code, 7);
    assert_eq!(sign(&["--role", "root", "--key", &roots[1], "--standing", &standing]).code, 0);
    let careful = town.cli(&["keyring", "publish", &draft]);
    assert!(careful.code == 6 && careful.err.contains(&gate) && careful.err.contains("--let-content-fall"));
    assert_eq!(version(&town.status(), &gate), Some(1), "nothing has gone out");
    let published = town.cli(&["keyring", "publish", &draft, "--let-content-fall", "--json"]);
    assert_eq!((published.code, &published.json()["outcome"]), (0, &"followed".into()), "{published:?}");

    // What was signed with the stolen key is off both walls, which are not black.
    for gate in [&gate, &other] {
        let status = town.until("the gate's name is shown", |status| {
            screen(status, gate)["on_air"]["why"] == "no-bundle" && version(status, gate) == Some(2)
        });
        assert!(shows_something(&town, &status, gate), "{gate}");
        assert_eq!(screen(&status, gate)["refused"]["last"]["reason"], "unknown-key");
    }
    // The thief has all rights at the broker, and the approver's key, too.
    let intruder = Intruder::at(&town);
    let before = count(&town.status(), &gate, "unknown-key");
    intruder.say(Topic::Desired(ScreenId::parse(&gate).unwrap()), &thief.signed());
    let status = town.until("the thief is refused", |status| count(status, &gate, "unknown-key") > before);
    assert_eq!(screen(&status, &gate)["on_air"]["why"], "no-bundle");

    // With the new key there is content again.
    let access = fs::read_to_string(town.site.path("access.toml")).unwrap();
    let access = access.replace(&path(&town.site.path("keys/author.key")), &key);
    fs::write(town.site.path("access.toml"), access).unwrap();
    let run = town.cli(&["publish", &town.sample("tet.toml")]);
    assert_eq!(run.code, 0, "{run:?}");
    let previous = town.site.path(&format!("{gate}/data/previous.bundle"));
    assert!(!previous.exists(), "what does not count is not kept as the one before");

    // A power cut, and nobody to ask: gate and controller know the new key, although their files do not.
    let boot = screen(&town.status(), &gate)["connection"]["boot"].clone();
    town.kill("controller");
    town.kill(&gate);
    town.start(&gate);
    town.start("controller");
    let status = town.until("the gate is back", |status| {
        let there = screen(status, &gate);
        let connection = &there["connection"];
        connection["boot"] != boot && connection["state"] == "online" && there["on_air"]["item"].is_string()
    });
    assert_eq!((version(&status, &gate), status["keyring"]["version"].as_u64()), (Some(2), Some(2)));
    assert!(
        !town.log(&gate).rsplit("agent started").next().unwrap().contains("was refused"),
        "{}",
        town.logs()
    );
    assert_eq!(town.cli(&["status"]).out.matches("keyring     version 2\n").count(), 2);
}

/// Whoever has one root key, all keys but root keys, and all rights at the broker.
#[test]
fn nobody_says_who_may_speak_with_one_root_key_and_a_stolen_broker() {
    let town = town("root-thief");
    let gate = town.gates().remove(0);
    let second = signed(&keyring(&town, 2, &[1, 2, 3], None), &[1, 2]);
    publishes(&town, &second, 0);
    publishes(&town, &signed(&keyring(&town, 3, &[1, 2, 3], None), &[2, 3]), 0);
    let thief = SigningKey::from_seed(&[9; 32]);
    let next = |roots: &[u8]| keyring(&town, 4, roots, Some(&thief));
    let mut forged: Value = serde_json::from_slice(&signed(&next(&[1, 2, 3]), &[1, 2]).to_bytes()).unwrap();
    let other: Value = serde_json::from_slice(&signed(&next(&[1, 9]), &[1, 2]).to_bytes()).unwrap();
    forged["keyrings"][0]["signatures"] = other["keyrings"][0]["signatures"].clone();
    let mut officer = signed(&next(&[1, 2, 3]), &[1]);
    officer.sign(&SigningKey::from_pem(&read(&town, "keys/duty.key")).unwrap());
    let before = screen(&town.status(), &gate)["on_air"]["frame"]["digest"].clone();
    assert!(before.is_string());
    let intruder = Intruder::at(&town);
    for (reason, keyring) in [
        ("keyring-missing-signature", signed(&next(&[1, 2, 3]), &[1]).to_bytes()),
        ("keyring-missing-signature", signed(&next(&[7, 8, 9]), &[1, 7, 8, 9]).to_bytes()),
        ("keyring-missing-signature", officer.to_bytes()),
        ("keyring-unknown-key", signed(&next(&[1, 2, 3]), &[1, 2, 9]).to_bytes()),
        ("keyring-bad-signature", forged.to_string().into_bytes()),
        ("keyring-rollback", second.to_bytes()),
        ("keyring-rollback", signed(&keyring(&town, 3, &[1, 2, 3], Some(&thief)), &[1, 2]).to_bytes()),
        ("keyring-unreadable", br#"{"format":1,"keyrings":[]}"#.to_vec()),
        ("keyring-unreadable", vec![b'['; protocol::KEYRING_LIMIT + 1]),
    ] {
        let counted = count(&town.status(), &gate, reason);
        intruder.say(Topic::Keyring, &keyring);
        let what = format!("refused as {reason}");
        let status = town.until(&what, |status| count(status, &gate, reason) > counted);
        assert_eq!(version(&status, &gate), Some(3), "{reason}");
        assert!(screen(&status, &gate)["on_air"]["item"].is_string(), "{reason}: what is on air stays");
    }
    intruder.say(Topic::Keyring, b"");
    assert_eq!(version(&town.status(), &gate), Some(3), "a cleared topic revokes nothing");
    // Nor does the controller send such a one out.
    let file = path(&town.site.path("thief.keyring"));
    fs::write(&file, signed(&next(&[1, 2, 3]), &[1]).to_bytes()).unwrap();
    assert_eq!(town.cli(&["keyring", "publish", &file, "--let-content-fall"]).code, 7);
    fs::write(&file, second.to_bytes()).unwrap();
    assert_eq!(town.cli(&["keyring", "publish", &file]).code, 6);
}

/// Whose roots are all others by now; and somebody keeps the keyrings from it.
#[test]
fn a_gate_that_was_away_is_led_through_all_keyrings_and_seen_to_lag_until_then() {
    let mut town = town("away");
    let [gate, other] = [0, 1].map(|n| town.gates()[n].clone());
    town.kill(&gate);
    town.until("it is away", |status| screen(status, &gate)["connection"]["state"] == "offline");
    let steps: [(u64, &[u8], &[u8]); 3] =
        [(2, &[2, 3, 4], &[1, 2, 3]), (3, &[3, 4, 5], &[2, 3, 4]), (4, &[4, 5, 6], &[3, 4, 5])];
    let mut last = None;
    for (version, roots, signers) in steps {
        let next = signed(&keyring(&town, version, roots, None), signers);
        assert_eq!(publishes(&town, &next, 3)["lag"], Value::from(vec![gate.clone()]));
        last = Some(next);
    }
    let status = town.until("the other follows", |status| version(status, &other) == Some(4));
    assert_eq!(screen(&status, &gate)["problems"][1], "keyring-differs", "{status:#}");

    // A hostile broker withholds them: the wall goes on, and the gate is seen to lag.
    let intruder = Intruder::at(&town);
    intruder.say(Topic::Keyring, b"");
    // The broker does one after the other: who has heard this starts after that.
    intruder.say(Topic::Cutoff(ScreenId::parse(&other).unwrap()), b"garbage");
    town.until("the broker has done it", |status| screen(status, &other)["refused"]["total"] == 1);
    let boot = screen(&status, &gate)["connection"]["boot"].clone();
    town.start(&gate);
    let status = town.until("it is back and lags", |status| {
        let there = screen(status, &gate);
        let back = there["connection"]["boot"] != boot && there["connection"]["state"] == "online";
        back && there["problems"][0] == "keyring-differs" && version(status, &gate) == Some(1)
    });
    assert!(shows_something(&town, &status, &gate));
    // Said again, by whoever sees that.
    let said = publishes(&town, &last.unwrap(), 0);
    assert_eq!((&said["outcome"], &said["lag"]), (&"followed".into(), &Value::Array(Vec::new())));
    let status = town.until("it follows", |status| version(status, &gate) == Some(4));
    assert!(screen(&status, &gate)["on_air"]["item"].is_string());
}

fn read(town: &Town, name: &str) -> String {
    fs::read_to_string(town.site.path(name)).unwrap()
}
