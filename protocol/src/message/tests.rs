//! Messages: what is written is read again, and nothing that comes in can do harm.

use std::{fmt::Debug, panic::Location};

use super::*;
use crate::Cut;

const BOOT: &str = r#""boot":"00112233445566778899aabbccddeeff""#;
const DIGEST: &str = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

fn boot() -> BootId {
    BootId::parse("00112233445566778899aabbccddeeff").unwrap()
}

fn id() -> CommandId {
    CommandId::parse("ffeeddccbbaa99887766554433221100").unwrap()
}

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn digest() -> Digest {
    Digest::of(b"")
}

fn frame() -> FrameRef {
    FrameRef { digest: digest(), at: at("2026-11-24T01:00:00Z") }
}

fn link() -> Link {
    Link { format: FORMAT, state: LinkState::Online, boot: boot(), since: at("2026-11-24T01:00:00Z") }
}

fn on_air() -> OnAir {
    OnAir {
        format: FORMAT,
        boot: boot(),
        bundle: Some(BundleRef { version: 7, digest: digest() }),
        playlist: Some("Chào mừng".into()),
        item: Some("welcome".into()),
        language: "vi+km".into(),
        why: Why::Rotation,
        since: at("2026-11-24T01:00:00Z"),
        until: at("2026-11-24T01:00:08Z"),
        frame: frame(),
        trust: Trust::Trusted,
    }
}

fn health() -> Health {
    Health {
        format: FORMAT,
        boot: boot(),
        at: at("2026-11-24T01:00:00Z"),
        agent: "0.1.0".into(),
        uptime_ms: u64::MAX,
        memory_bytes: None,
        clock: ClockHealth {
            trust: Trust::Untrusted,
            source: "behind its floor".into(),
            floor: at("2026-01-01T00:00:00Z"),
            since: Some(at("2026-11-24T00:58:00Z")),
            offset_ms: Some(-1500),
            error_ms: None,
            steps: 1,
            last_step_ms: Some(-3_600_000),
        },
        bundle: None,
        cutoff: Some(Standing { number: 7, cut: Cut::Blackout }),
        keyring: Some(KeyringRef { version: 4, digest: digest() }),
        storage: Some(StorageHealth {
            state: StorageState::Full,
            since: at("2026-11-24T05:00:00Z"),
            detail: Some("no room".to_owned()),
            damaged: None,
            mended: 2,
        }),
        output: OutputHealth {
            kind: "simulator".into(),
            frames: 12,
            errors: 1,
            last_error: Some("the pipe is closed".into()),
            frame: Some(frame()),
            age_ms: Some(40),
        },
        refused: Refusals {
            total: 2,
            by_reason: BTreeMap::from([("rollback".into(), 2)]),
            last: Some(LastRefusal {
                reason: "rollback".into(),
                detail: "the bundle is version 6, version 7 was already on air".into(),
                at: at("2026-11-24T00:59:00Z"),
            }),
        },
        connections: 3,
    }
}

fn picture() -> FramePicture {
    FramePicture { format: FORMAT, boot: boot(), frame: frame(), png: vec![0x89, b'P', b'N', b'G', 0, 0xff] }
}

fn command(verb: Verb) -> Command {
    Command { format: FORMAT, id: id(), not_after: at("2026-11-24T01:00:10Z"), verb }
}

fn ack(state: AckState) -> Ack {
    Ack { format: FORMAT, id: id(), state, at: at("2026-11-24T01:00:01Z") }
}

/// The wire is a promise to agents in the field: the exact text is part of it.
#[track_caller]
fn check<T: PartialEq + Debug>(
    message: &T,
    write: fn(&T) -> Vec<u8>,
    parse: fn(&[u8]) -> Result<T, BadMessage>,
    written: &str,
) {
    assert_eq!(String::from_utf8(write(message)).unwrap(), written);
    assert_eq!(parse(written.as_bytes()).as_ref(), Ok(message));
    let newer = written.replacen(r#"{"format":1,"#, r#"{"format":1,"later":{"deep":[1,null]},"#, 1);
    assert_eq!(parse(newer.as_bytes()).as_ref(), Ok(message), "a new field is passed over");
    for format in [0, 2, u32::MAX] {
        let other = written.replacen(r#"{"format":1,"#, &format!(r#"{{"format":{format},"#), 1);
        match parse(other.as_bytes()) {
            Err(BadMessage::OtherFormat { offered, .. }) => assert_eq!(offered, format),
            unexpected => panic!("format {format}: {unexpected:?}"),
        }
    }
    batter(written.as_bytes(), write, parse);
}

/// Damages a message in every way that comes to mind. Whatever still passes must be a message that can be written
/// and read again.
#[track_caller]
fn batter<T: PartialEq + Debug>(
    whole: &[u8],
    write: fn(&T) -> Vec<u8>,
    parse: fn(&[u8]) -> Result<T, BadMessage>,
) {
    let caller = Location::caller();
    let try_it = |bytes: &[u8]| {
        if let Ok(message) = parse(bytes) {
            assert_eq!(parse(&write(&message)).as_ref(), Ok(&message), "{caller}: {bytes:?}");
        }
    };
    for end in 0..whole.len() {
        assert!(parse(&whole[..end]).is_err(), "{caller}: cut at {end}");
    }
    for n in 0..whole.len() * 8 {
        let mut bytes = whole.to_vec();
        bytes[n / 8] ^= 1 << (n % 8);
        try_it(&bytes);
    }
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    let mut random = move |below: usize| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        usize::try_from(state % below as u64).unwrap()
    };
    for _ in 0..2000 {
        let mut bytes = whole.to_vec();
        for _ in 0..=random(4) {
            let (from, to) = (random(bytes.len()), random(bytes.len()));
            let piece = bytes[from.min(to)..from.max(to)].to_vec();
            match random(3) {
                0 => bytes[from] = u8::try_from(random(256)).unwrap(),
                1 => drop(bytes.splice(to..to, piece)),
                _ => drop(bytes.drain(from.min(to)..from.max(to).min(bytes.len() - 1))),
            }
        }
        try_it(&bytes);
    }
}

#[test]
fn every_message_both_ways() {
    check(
        &link(),
        Link::to_bytes,
        Link::parse,
        &format!(r#"{{"format":1,"state":"online",{BOOT},"since":"2026-11-24T01:00:00Z"}}"#),
    );
    let frame = format!(r#""frame":{{"digest":"{DIGEST}","at":"2026-11-24T01:00:00Z"}}"#);
    check(
        &on_air(),
        OnAir::to_bytes,
        OnAir::parse,
        &format!(
            r#"{{"format":1,{BOOT},"bundle":{{"version":7,"digest":"{DIGEST}"}},"playlist":"Chào mừng","item":"welcome","language":"vi+km","why":"rotation","since":"2026-11-24T01:00:00Z","until":"2026-11-24T01:00:08Z",{frame},"trust":"trusted"}}"#
        ),
    );
    check(
        &health(),
        Health::to_bytes,
        Health::parse,
        &format!(
            r#"{{"format":1,{BOOT},"at":"2026-11-24T01:00:00Z","agent":"0.1.0","uptime_ms":18446744073709551615,"memory_bytes":null,"clock":{{"trust":"untrusted","source":"behind its floor","floor":"2026-01-01T00:00:00Z","since":"2026-11-24T00:58:00Z","offset_ms":-1500,"error_ms":null,"steps":1,"last_step_ms":-3600000}},"bundle":null,"output":{{"kind":"simulator","frames":12,"errors":1,"last_error":"the pipe is closed",{frame},"age_ms":40}},"cutoff":{{"number":7,"cut":"blackout"}},"keyring":{{"version":4,"digest":"{DIGEST}"}},"storage":{{"state":"full","since":"2026-11-24T05:00:00Z","detail":"no room","damaged":null,"mended":2}},"refused":{{"total":2,"by_reason":{{"rollback":2}},"last":{{"reason":"rollback","detail":"the bundle is version 6, version 7 was already on air","at":"2026-11-24T00:59:00Z"}}}},"connections":3}}"#
        ),
    );
    check(
        &picture(),
        FramePicture::to_bytes,
        FramePicture::parse,
        &format!(r#"{{"format":1,{BOOT},{frame},"png":"iVBORwD/"}}"#),
    );
    let command_id = r#""id":"ffeeddccbbaa99887766554433221100""#;
    let commands = [
        (Verb::Snapshot, r#""verb":"snapshot""#),
        (Verb::Watch { seconds: 30 }, r#""verb":"watch","seconds":30"#),
    ];
    for (verb, written) in commands {
        check(
            &command(verb),
            Command::to_bytes,
            Command::parse,
            &format!(r#"{{"format":1,{command_id},"not_after":"2026-11-24T01:00:10Z",{written}}}"#),
        );
    }
    let refused = AckState::Refused { reason: "too late".into() };
    let states =
        [(AckState::Done, r#""state":"done""#), (refused, r#""state":"refused","reason":"too late""#)];
    for (state, written) in states {
        check(
            &ack(state),
            Ack::to_bytes,
            Ack::parse,
            &format!(r#"{{"format":1,{command_id},{written},"at":"2026-11-24T01:00:01Z"}}"#),
        );
    }
}

#[test]
fn what_may_be_absent_may_be_left_out() {
    let text = String::from_utf8(on_air().to_bytes()).unwrap();
    let text = text.replace(r#""playlist":"Chào mừng","item":"welcome","#, "");
    assert_eq!(OnAir::parse(text.as_bytes()), Ok(OnAir { playlist: None, item: None, ..on_air() }));

    // As the first agents said it.
    let text = String::from_utf8(health().to_bytes()).unwrap();
    let (before, after) = text.split_once(r#","since":"2026-11-24T00:58:00Z""#).unwrap();
    let (_, after) = after.split_once('}').unwrap();
    let first = Health::parse(format!("{before}}}{after}").as_bytes()).unwrap();
    let unsaid = ClockHealth { since: None, offset_ms: None, steps: 0, last_step_ms: None, ..health().clock };
    assert_eq!(first, Health { clock: unsaid, ..health() });
}

#[track_caller]
fn check_refused(bytes: &[u8], says: &str) {
    let refused = Health::parse(bytes).unwrap_err().to_string();
    assert!(refused.contains(says), "{refused}");
    assert!(refused.len() < 5000, "the refusal of a long message is short, not {} bytes", refused.len());
}

#[test]
fn refuses_what_is_no_message() {
    let whole = String::from_utf8(health().to_bytes()).unwrap();
    let with = |from: &str, to: &str| {
        assert!(whole.contains(from), "{from}");
        whole.replace(from, to).into_bytes()
    };
    check_refused(b"", "health message cannot be read");
    check_refused(b"null", "cannot be read");
    check_refused(b"\xff\xfe\x00", "cannot be read");
    check_refused(b"{}", "missing field `format`");
    check_refused(br#"{"format":"1"}"#, "invalid type");
    check_refused(br#"{"format":-1}"#, "invalid value");
    check_refused(br#"{"format":1e999999}"#, "number out of range");
    check_refused(br#"{"format":1}"#, "missing field `boot`");
    check_refused("[".repeat(200_000).as_bytes(), "cannot be read");
    check_refused(r#"{"format":1,"a":"#.repeat(50_000).as_bytes(), "cannot be read");
    let nested = format!(r#"{{"format":1,"a":{}{}}}"#, "[".repeat(100_000), "]".repeat(100_000));
    let refused = Command::parse(nested.as_bytes()).unwrap_err().to_string();
    assert!(refused.contains("recursion limit"), "{refused}");
    check_refused(&vec![b' '; MESSAGE_LIMIT + 1], "has 4194305 bytes");
    check_refused(&vec![b' '; MESSAGE_LIMIT], "cannot be read");
    check_refused(&with("18446744073709551615", "18446744073709551616"), "cannot be read");
    check_refused(&with("18446744073709551615", "-1"), "cannot be read");
    check_refused(&with("18446744073709551615", "1.5"), "cannot be read");
    check_refused(&with("2026-11-24T01:00:00Z", "12026-11-24T01:00:00Z"), "cannot be read");
    check_refused(&with("00112233445566778899aabbccddeeff", "0011"), "is not a boot id");
    check_refused(&with("untrusted", &"a".repeat(3_000_000)), "unknown variant");
    check_refused(&with("simulator", &"a".repeat(65)), "has 65 characters, at most 64");
    check_refused(&with("the pipe is closed", &"អ".repeat(1001)), "has 1001 characters, at most 1000");
    let many: Vec<_> = (0..65).map(|n| format!(r#""reason-{n}":1"#)).collect();
    check_refused(&with(r#""rollback":2"#, &many.join(",")), "65 entries");
    check_refused(&with(r#""rollback":2"#, &format!(r#""{}":2"#, "a".repeat(65))), "has 65 characters");
}

#[test]
fn writes_too_long_a_text_shortened() {
    let mut long = health();
    long.agent = "ស".repeat(65);
    long.output.last_error = Some("ស".repeat(5000));
    let read = Health::parse(&long.to_bytes()).unwrap();
    assert_eq!(read.agent, "ស".repeat(WORD));
    assert_eq!(read.output.last_error, Some("ស".repeat(SENTENCE)));
}
