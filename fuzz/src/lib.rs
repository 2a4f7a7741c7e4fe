//! What is done with strangers' bytes: one function a target. libFuzzer calls them, and so does a plain test with
//! every file of the corpus.

mod wall;

pub use wall::{picture, text};

use playlists::{Calendar, Gates, Playlist, Schedule, ScreenId, ScreenSize, Trust};
use protocol::{
    Ack, Command, Expected, FramePicture, Health, Key, Keyring, Link, OnAir, OnAirBundle, Role, SignedBundle,
    SignedCutoff, SignedKeyring, SigningKey, StandingKeyring, TimeAsked, TimeTold, Topic,
};

/// A file that a person wrote, read as all that it may be: read or refused, and mistakes can be told.
pub fn playlist(bytes: &[u8]) {
    let written = String::from_utf8_lossy(bytes);
    let mistakes = [
        Playlist::parse("playlist.toml", &written).err(),
        Gates::parse("gates.toml", &written).err(),
        Schedule::parse("schedule.toml", &written).err(),
        Calendar::parse("calendar.toml", &written).err(),
        Keyring::parse("keyring.toml", &written).err(),
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
    let keyring = everybody();
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
    for role in Role::OF_BUNDLE {
        signed.sign(role, &key(role));
    }
    let _ = (signed.claims(), signed.verify(&expected));
}

/// A message from the network, read as all that it may be. What is read can be written, and read again; nothing counts that
/// nobody has signed.
pub fn message(bytes: &[u8]) {
    /// What is read of `$bytes` as `$kind`, if it is one.
    macro_rules! read {
        ($($kind:ty),*) => {
            $(if let Ok(read) = <$kind>::parse(bytes) {
                assert_eq!(<$kind>::parse(&read.to_bytes()).as_ref(), Ok(&read), "it is written as another one");
            })*
        };
    }
    read!(Link, OnAir, Health, FramePicture, Command, Ack, TimeAsked, TimeTold, SignedCutoff);
    let (keyring, screen) = (everybody(), ScreenId::parse("wall").expect("an id"));
    if let Ok(told) = TimeTold::parse(bytes) {
        assert!(told.verify(&screen, &keyring).is_err(), "nobody's time was believed");
    }
    if let Ok(mut order) = SignedCutoff::parse(bytes) {
        assert!(order.verify(&keyring, &screen, None).is_err(), "nobody's order was followed");
        order.sign(Role::Duty, &key(Role::Duty));
        let _ = (order.claims(), order.verify(&keyring, &screen, None));
    }
    let topic = String::from_utf8_lossy(bytes);
    if let Ok(read) = Topic::parse(&topic) {
        assert_eq!(read.to_string(), topic, "a topic is written in one way only");
    }
}

/// A keyring from the network, or from a disk. What is read can be written, and read again; none counts that the holder of
/// the root key has not signed. Then that is done, so that all that is looked at afterwards is tried as well: what then
/// counts is newer, can be kept, and is led to again.
pub fn keyring(bytes: &[u8]) {
    let Ok(mut offered) = SignedKeyring::parse(bytes) else { return };
    let written = offered.to_bytes();
    assert_eq!(SignedKeyring::parse(&written).as_ref(), Ok(&offered), "it is written as another one");
    let file = everybody();
    let (standing, _) = StandingKeyring::new(file.clone(), None);
    let signed = offered.signed_by(&file);
    match standing.take(&offered) {
        Ok(Some(_)) => panic!("nobody's keyring counts"),
        Ok(None) => assert_eq!(offered.reference(), file.reference()),
        Err(refused) => assert!(!refused.to_string().is_empty() && signed.is_empty()),
    }
    offered.sign(&key(Role::Root));
    let claimed = offered.claims();
    if let Ok(Some(next)) = standing.take(&offered) {
        assert!(next.keyring().version() > file.version(), "it goes backwards");
        assert_eq!(claimed.as_ref(), Ok(next.keyring()));
        let kept = next.chain().map(SignedKeyring::to_bytes);
        assert_eq!(StandingKeyring::new(file, kept.as_deref()), (next, None), "what was kept is another one");
    }
}

fn key(role: Role) -> SigningKey {
    SigningKey::from_seed(&[role as u8 + 7; 32])
}

fn everybody() -> Keyring {
    let key = |role: Role| Key { person: role.to_string(), role, public: key(role).public() }.to_toml();
    let text = format!("root-threshold = 1\n{}", Role::ALL.map(key).join("\n"));
    Keyring::parse("keyring.toml", &text).expect("everybody's key")
}
