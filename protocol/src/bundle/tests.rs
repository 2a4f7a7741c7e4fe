//! Bundles: a good one passes, and every way of being bad is refused for its own reason.

use std::time::Duration;

use playlists::{
    AirTime, Arrangement, CalendarDays, Gate, Language, Opening, PicturePath, Place, PlaylistPath, Profile,
    Rules, Screen, ScreenSize, Trust, Validity, View,
};

use super::*;
use crate::{BUNDLE_LIMIT, OnAirBundle, TextFile};

mod damaged;

const PLAYLIST: &str = r#"
[playlist]
name = "Chào mừng"
languages = ["vi", "km"]

[[item]]
id = "welcome"
duration = "8s"
text.vi = "Xin chào"
text.km = "សួស្តី"

[[item]]
id = "map"
duration = "8s"
image = "images/map.png"
"#;

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn languages(codes: &[&str]) -> Vec<Language> {
    codes.iter().map(|code| Language::parse(code).unwrap()).collect()
}

fn author() -> SigningKey {
    SigningKey::from_seed(&[1; 32])
}

fn approver() -> SigningKey {
    SigningKey::from_seed(&[2; 32])
}

/// Somebody who has an author's key and an approver's key.
fn both(role: Role) -> SigningKey {
    SigningKey::from_seed(&[if role == Role::Author { 3 } else { 4 }; 32])
}

fn stranger() -> SigningKey {
    SigningKey::from_seed(&[5; 32])
}

fn keyring() -> Keyring {
    let entry = |person: &str, role: Role, key: &SigningKey| {
        format!("[[key]]\nperson = \"{person}\"\nrole = \"{role}\"\npublic = \"{}\"\n", key.public())
    };
    let text = [
        entry("author-1", Role::Author, &author()),
        entry("approver-1", Role::Approver, &approver()),
        entry("both-1", Role::Author, &both(Role::Author)),
        entry("both-1", Role::Approver, &both(Role::Approver)),
        // One key for both roles is one person, whatever the entries say.
        entry("approver-1", Role::Author, &approver()),
    ];
    Keyring::parse("keyring.toml", &text.concat()).unwrap()
}

fn font() -> FontFile {
    FontFile { file: "NotoSans-Regular.ttf".into(), sha256: Digest::of(b"font") }
}

fn contents() -> Contents {
    Contents {
        screen: Screen {
            id: ScreenId::parse("loc-ninh").unwrap(),
            gate: Gate {
                name: BTreeMap::from([(Language::parse("vi").unwrap(), "Lộc Ninh".to_owned())]),
                time_zone: Gate::zone("Asia/Ho_Chi_Minh").unwrap(),
                place: Some(Place::parse("11.8412 N, 106.5991 E").unwrap()),
                opening: vec![Opening::parse("07:00-17:00").unwrap()],
            },
            size: ScreenSize::new(960, 320).unwrap(),
            profile: Profile::Plaza,
            languages: languages(&["vi", "km"]),
            arrangement: Arrangement::Rotate,
            rules: Rules {
                ten_words: Duration::from_millis(3500),
                view: Some(View { pitch_um: 10_000, distance_mm: 40_000 }),
                vietnamese_first: false,
            },
            air_time: AirTime {
                shares: BTreeMap::from([(Language::parse("vi").unwrap(), 2)]),
                dwell: Duration::from_secs(5),
            },
            sync: Some("gate".to_owned()),
        },
        version: 7,
        created: at("2026-11-24T00:00:00Z"),
        validity: Validity { from: at("2026-11-24T00:00:00Z"), until: at("2026-12-24T00:00:00Z") },
        playlists: vec![TextFile {
            file: PlaylistPath::parse("welcome.toml").unwrap(),
            text: PLAYLIST.into(),
        }],
        schedule: None,
        calendars: CalendarDays::new(),
        withdrawn: Vec::new(),
        pictures: Pictures::from([(path(), Picture::new(b"png".as_slice()))]),
        fonts: vec![font()],
    }
}

fn path() -> PicturePath {
    PicturePath::parse("images/map.png").unwrap()
}

fn signed(contents: &Contents) -> SignedBundle {
    let mut bundle = SignedBundle::draft(contents);
    sign_well(&mut bundle);
    bundle
}

fn sign_well(bundle: &mut SignedBundle) {
    bundle.signatures.clear();
    bundle.sign(Role::Author, &author());
    bundle.sign(Role::Approver, &approver());
}

/// What the gate expects, changed by `change`.
fn verify(bundle: &SignedBundle, change: impl FnOnce(&mut Expected<'_>)) -> Result<Bundle, RefusedBundle> {
    let (keyring, screen, fonts) = (keyring(), ScreenId::parse("loc-ninh").unwrap(), [font()]);
    let mut expected = Expected {
        keyring: &keyring,
        screen: &screen,
        size: ScreenSize::new(960, 320).unwrap(),
        fonts: &fonts,
        on_air: OnAirBundle::Nothing,
        now: at("2026-11-24T01:00:00Z"),
        trust: Trust::Trusted,
    };
    change(&mut expected);
    bundle.verify(&expected)
}

#[test]
fn a_good_bundle_passes_with_all_that_was_put_in() {
    let contents = contents();
    let travelled = SignedBundle::parse(&signed(&contents).to_bytes()).unwrap();
    assert_eq!(travelled, signed(&contents), "signing and writing are the same every time");
    assert_eq!(travelled.claims(), Ok((contents.screen.id.clone(), 7)));

    let bundle = verify(&travelled, |_| {}).unwrap();
    assert_eq!(bundle.reference(), BundleRef { version: 7, digest: travelled.document_digest() });
    assert_eq!(bundle.created(), contents.created);
    assert_eq!(*bundle.programme().screen(), contents.screen);
    assert_eq!(bundle.programme().validity(), contents.validity);
    assert_eq!(bundle.programme().playlists()[0].name, "Chào mừng");
    assert_eq!(bundle.pictures(), &contents.pictures);
    assert_eq!(bundle.fonts(), contents.fonts);
}

#[test]
fn what_is_signed_is_the_role_and_the_exact_document() {
    let bundle = signed(&contents());
    let text = String::from_utf8(bundle.bytes_to_sign(Role::Approver)).unwrap();
    assert_eq!(text.lines().next(), Some("gatesign/1 bundle approver"));
    let document = text.split_once('\n').unwrap().1;
    assert_eq!(Digest::of(document.as_bytes()), bundle.document_digest());
    assert!(document.starts_with(
        r#"{"format":1,"screen":{"id":"loc-ninh","gate":{"vi":"Lộc Ninh"},"time_zone":"Asia/Ho_Chi_Minh","place":{"latitude":118412,"longitude":1065991},"open":["07:00-17:00"],"width":960,"height":320,"profile":"plaza","languages":["vi","km"],"layout":"rotate","rules":{"ten_words_ms":3500,"view":{"pitch_um":10000,"distance_mm":40000},"vietnamese_first":false},"language_share":{"vi":2},"dwell_ms":5000,"sync":"gate"},"version":7,"created":"2026-11-24T00:00:00Z","valid":{"from":"2026-11-24T00:00:00Z","until":"2026-12-24T00:00:00Z"},"schedule":null,"playlists":[{"file":"welcome.toml","text":"#
    ), "{document}");
}

#[test]
fn says_how_far_a_draft_is() {
    let mut bundle = SignedBundle::draft(&contents());
    assert_eq!(bundle.signed_by(&keyring()), []);
    bundle.sign(Role::Author, &author());
    bundle.sign(Role::Author, &author());
    bundle.sign(Role::Approver, &stranger());
    let who = [(Role::Author, Some("author-1".to_owned())), (Role::Approver, None)];
    assert_eq!(bundle.signed_by(&keyring()), who);
    bundle.document.push(b' ');
    assert_eq!(bundle.signed_by(&keyring())[0], (Role::Author, None), "no longer what was signed");
}

#[track_caller]
fn check_signatures(signatures: &[(Role, SigningKey)], expected: &str) {
    let mut bundle = SignedBundle::draft(&contents());
    for (role, key) in signatures {
        bundle.sign(*role, key);
    }
    let outcome = verify(&bundle, |_| {}).map_or_else(|refused| refused.to_string(), |_| "good".to_owned());
    assert_eq!(outcome, expected);
}

#[test]
fn two_people_must_have_signed() {
    use Role::{Approver, Author};
    check_signatures(&[(Author, author()), (Approver, approver())], "good");
    check_signatures(&[(Approver, approver()), (Author, author())], "good");
    check_signatures(&[], "the author signature is missing");
    check_signatures(&[(Author, author())], "the approver signature is missing");
    check_signatures(&[(Approver, approver())], "the author signature is missing");
    check_signatures(
        &[(Author, approver()), (Approver, approver())],
        "author and approver are the same: approver-1",
    );
    let person = [(Author, both(Author)), (Approver, both(Approver))];
    check_signatures(&person, "author and approver are the same: both-1");
    check_signatures(&[(Author, both(Author)), (Approver, both(Approver)), (Approver, approver())], "good");
    let unknown = |role, key: SigningKey| {
        let id = key.public().id();
        format!("the {role} signature is by key {id}, which this keyring does not trust as {role}")
    };
    check_signatures(&[(Author, stranger()), (Approver, approver())], &unknown(Author, stranger()));
    let one_key = "author and approver are the same: author-1";
    check_signatures(&[(Author, author()), (Approver, author())], one_key);
    check_signatures(&[(Approver, author()), (Author, author())], one_key);
    check_signatures(&[(Author, stranger()), (Approver, stranger())], &unknown(Author, stranger()));
    check_signatures(&[(Author, author()), (Approver, both(Author))], &unknown(Approver, both(Author)));
    check_signatures(
        &[(Author, author()), (Approver, approver()), (Approver, stranger())],
        &unknown(Approver, stranger()),
    );
}

#[test]
fn a_signature_is_good_for_its_role_and_document_only() {
    let mut bundle = signed(&contents());
    bundle.signatures[1].role = Role::Author;
    assert_eq!(verify(&bundle, |_| {}).unwrap_err().code(), "bad-signature");

    let mut bundle = signed(&contents());
    bundle.document = signed(&Contents { version: 8, ..contents() }).document;
    assert_eq!(verify(&bundle, |_| {}).unwrap_err().code(), "bad-signature");

    let mut bundle = signed(&contents());
    bundle.signatures[0].key = stranger().public();
    assert_eq!(verify(&bundle, |_| {}).unwrap_err().code(), "bad-signature", "before it is looked up");
}

/// A bundle that is signed well, but its contents are wrong.
#[track_caller]
fn check_contents(change: impl FnOnce(&mut Contents), expected: &str) {
    let mut contents = contents();
    change(&mut contents);
    check_refused(&signed(&contents), |_| {}, expected);
}

/// `expected` is `code: beginning of the sentence`.
#[track_caller]
fn check_refused(bundle: &SignedBundle, change: impl FnOnce(&mut Expected<'_>), expected: &str) {
    let refused = verify(bundle, change).unwrap_err();
    let told = format!("{}: {refused}", refused.code());
    assert!(told.starts_with(expected), "{told}");
}

#[test]
fn refuses_wrong_contents() {
    check_contents(
        |c| c.screen.id = ScreenId::parse("bu-dop").unwrap(),
        "wrong-screen: the bundle is for screen `bu-dop`, this is `loc-ninh`",
    );
    check_contents(
        |c| c.screen.size = ScreenSize::new(512, 256).unwrap(),
        "wrong-size: the bundle is for 512×256 pixels, this screen has 960×320",
    );
    check_contents(
        |c| c.fonts[0].sha256 = Digest::of(b"another"),
        "other-font: font `NotoSans-Regular.ttf` of the bundle",
    );
    check_contents(
        |c| c.playlists[0].text = "[playlist]".into(),
        "playlist: a playlist of the bundle has mistakes:\nwelcome.toml:1:",
    );
    check_contents(
        |c| c.screen.languages = languages(&["vi", "en", "km"]),
        "missing-language: playlist `Chào mừng` lacks the language `en`",
    );
    check_contents(|c| c.pictures.clear(), "missing-asset: picture `images/map.png` is not in the bundle");
    check_contents(|c| c.playlists.clear(), "unreadable: not a bundle: playlists: at least one");
    check_contents(
        |c| c.screen.languages.clear(),
        "unreadable: not a bundle: screen.languages: at least one",
    );
    check_contents(
        |c| c.screen.languages = languages(&["vi", "vi"]),
        "unreadable: not a bundle: screen.languages: `vi` is named twice",
    );
    check_contents(
        |c| c.validity.until = c.validity.from,
        "unreadable: not a bundle: valid: until is not after from",
    );
    check_contents(
        |c| c.playlists = vec![c.playlists[0].clone(); 65],
        "too-many: the bundle has 65 playlists, at most 64",
    );
    let pictures = |n: usize| {
        let path = |n| PicturePath::parse(&format!("images/{n}.png")).unwrap();
        (0..n).map(|n| (path(n), Picture::new(b"png".as_slice()))).collect::<Pictures>()
    };
    check_contents(|c| c.pictures = pictures(257), "too-many: the bundle has 257 pictures, at most 256");
    check_contents(
        |c| drop(c.pictures.insert(path(), Picture::new(vec![0; BUNDLE_LIMIT]))),
        "too-large: the bundle has ",
    );
}

#[test]
fn refuses_what_does_not_fit_the_moment() {
    let bundle = signed(&contents());
    let now = |text: &'static str| move |expected: &mut Expected<'_>| expected.now = at(text);
    check_refused(
        &bundle,
        now("2026-11-23T23:59:59.999999999Z"),
        "not-yet-valid: the bundle is valid from 2026-11-24T00:00:00Z, not yet",
    );
    check_refused(
        &bundle,
        now("2026-12-24T00:00:00Z"),
        "expired: the bundle is no longer valid since 2026-12-24T00:00:00Z",
    );
    for fine in ["2026-11-24T00:00:00Z", "2026-12-23T23:59:59.999999999Z"] {
        assert!(verify(&bundle, now(fine)).is_ok(), "{fine}");
    }
    for unknown in ["1970-01-01T00:00:00Z", "2038-01-19T03:14:08Z"] {
        let untrusted = |expected: &mut Expected<'_>| {
            expected.now = at(unknown);
            expected.trust = Trust::Untrusted;
        };
        assert!(verify(&bundle, untrusted).is_ok(), "a clock that is not trusted refuses nothing");
    }
}

#[test]
fn never_goes_back() {
    let bundle = signed(&contents());
    let digest = bundle.document_digest();
    let on_air = |version, digest| {
        move |expected: &mut Expected<'_>| {
            expected.on_air = OnAirBundle::AtLeast(BundleRef { version, digest });
        }
    };
    check_refused(
        &bundle,
        on_air(8, digest),
        "rollback: the bundle is version 7, version 8 was already on air",
    );
    let another = Digest::of(b"another document");
    check_refused(
        &bundle,
        on_air(7, another),
        "rollback: the bundle is version 7, version 7 was already on air",
    );
    assert!(verify(&bundle, on_air(7, digest)).is_ok(), "the very same again");
    assert!(verify(&bundle, on_air(6, another)).is_ok());
}

#[test]
fn refuses_pictures_that_were_not_signed() {
    let mut bundle = signed(&contents());
    let digest = *bundle.assets.keys().next().unwrap();
    bundle.assets.insert(digest, Picture::new(b"PNG".as_slice()));
    check_refused(&bundle, |_| {}, "digest-mismatch: picture `images/map.png` does not match its digest");
    bundle.assets.clear();
    check_refused(&bundle, |_| {}, "missing-asset: picture `images/map.png` is not in the bundle");

    let mut bundle = signed(&contents());
    change_document(&mut bundle, r#""bytes":3"#, r#""bytes":4"#);
    check_refused(&bundle, |_| {}, "digest-mismatch: picture `images/map.png`");
}

/// Signed well, but by people whose tool wrote something else.
fn change_document(bundle: &mut SignedBundle, from: &str, to: &str) {
    let text = String::from_utf8(bundle.document.clone()).unwrap();
    assert!(text.contains(from), "{text}");
    bundle.document = text.replace(from, to).into_bytes();
    sign_well(bundle);
}

#[test]
fn reads_only_documents_of_its_format() {
    let check = |from: &str, to: &str, expected: &str| {
        let mut bundle = signed(&contents());
        change_document(&mut bundle, from, to);
        check_refused(&bundle, |_| {}, expected);
    };
    check(
        r#"{"format":1"#,
        r#"{"format":2"#,
        "other-format: the document has format 2, this program knows 1",
    );
    check(
        "Asia/Ho_Chi_Minh",
        "Asia/Nowhere",
        "unreadable: not a bundle: screen.time_zone: there is no `Asia/Nowhere`",
    );
    check("Asia/Ho_Chi_Minh", "../../etc/passwd", "unreadable: not a bundle: screen.time_zone");
    check(r#""width":960"#, r#""width":0"#, "unreadable: not a bundle: screen: ");
    check(r#""width":960"#, r#""width":70000"#, "unreadable: not a bundle: document: ");
    check("images/map.png", "../map.png", "unreadable: not a bundle: document: ");
    check(r#""version":7,"#, "", "unreadable: not a bundle: document: missing field `version`");
    let listed = r#""pictures":["#;
    let again =
        format!(r#"{listed}{{"path":"images/map.png","sha256":"{}","bytes":3}},"#, Digest::of(b"png"));
    check(listed, &again, "unreadable: not a bundle: pictures: `images/map.png` is listed twice");

    let mut bundle = signed(&contents());
    change_document(&mut bundle, r#"{"format":1"#, r#"{"format":1,"later":{"a":[]}"#);
    assert!(verify(&bundle, |_| {}).is_ok(), "a new field is passed over");
}
