//! What is done with strangers' bytes: one function a target. libFuzzer calls them, and so does a plain test with
//! every file of the corpus.

mod wall;

pub use wall::{picture, text};

use playlists::{Calendar, Gates, Playlist, Schedule, ScreenId, ScreenSize, Trust};
use protocol::{Expected, Key, Keyring, OnAirBundle, Role, SignedBundle, SigningKey};

/// A file that a person wrote, read as all that it may be: read or refused, and mistakes can be told.
pub fn playlist(bytes: &[u8]) {
    let written = String::from_utf8_lossy(bytes);
    let mistakes = [
        Playlist::parse("playlist.toml", &written).err(),
        Gates::parse("gates.toml", &written).err(),
        Schedule::parse("schedule.toml", &written).err(),
        Calendar::parse("calendar.toml", &written).err(),
    ];
    assert!(mistakes.iter().flatten().all(|mistakes| !mistakes.to_string().is_empty()));
}

/// A bundle from the network. Nobody that is trusted has signed it, so it may not be accepted; what is read
/// can be written, and read again. Then it is signed, so that all that is looked at afterwards is tried as well.
pub fn bundle(bytes: &[u8]) {
    let Ok(mut signed) = SignedBundle::parse(bytes) else { return };
    let written = signed.to_bytes();
    let again = SignedBundle::parse(&written).map(|signed| signed.to_bytes());
    assert_eq!(again.ok(), Some(written), "what was written is read as something else");
    let people = [("an", Role::Author, [7; 32]), ("binh", Role::Approver, [9; 32])]
        .map(|(person, role, seed)| (person.to_owned(), role, SigningKey::from_seed(&seed)));
    let key = |(person, role, key): &(String, Role, SigningKey)| {
        Key { person: person.clone(), role: *role, public: key.public() }.to_toml()
    };
    let keyring: String = people.iter().map(key).collect::<Vec<_>>().join("\n");
    let keyring = Keyring::parse("keyring.toml", &keyring).expect("two people's keys");
    let expected = Expected {
        keyring: &keyring,
        screen: &ScreenId::parse("wall").expect("an id"),
        size: ScreenSize::new(192, 64).expect("a size"),
        fonts: &[],
        on_air: OnAirBundle::Nothing,
        now: jiff::Timestamp::UNIX_EPOCH,
        trust: Trust::Trusted,
    };
    assert!(signed.verify(&expected).is_err(), "nobody's signature was believed");
    for (_, role, key) in &people {
        signed.sign(*role, key);
    }
    let _ = (signed.claims(), signed.verify(&expected));
}
