//! Bundles that were damaged on the way.

use super::*;

#[track_caller]
fn check_envelope(bytes: &[u8], expected: &str) {
    let refused = SignedBundle::parse(bytes).unwrap_err();
    let told = format!("{}: {refused}", refused.code());
    assert!(told.starts_with(expected), "{told}");
    assert!(told.len() < 5000, "{} bytes about a long input", told.len());
}

#[test]
fn refuses_what_is_no_envelope() {
    let whole = String::from_utf8(signed(&contents()).to_bytes()).unwrap();
    check_envelope(b"", "unreadable: not a bundle: format: EOF");
    check_envelope(&[0xff; 100], "unreadable: ");
    check_envelope("[".repeat(200_000).as_bytes(), "unreadable: ");
    check_envelope(br#"{"format":1}"#, "unreadable: not a bundle: envelope: missing field `document`");
    check_envelope(whole.replacen(":1", ":2", 1).as_bytes(), "other-format: the bundle has format 2");
    check_envelope(&vec![b' '; BUNDLE_LIMIT + 1], "too-large: the bundle has 262145 bytes, at most 262144");
    check_envelope(
        whole.replace("approver", "admin").as_bytes(),
        "unreadable: not a bundle: envelope: unknown variant `admin`",
    );
    let key = author().public().to_string();
    check_envelope(whole.replace(&key, &key[1..]).as_bytes(), "unreadable: not a bundle: signatures: ");
    check_envelope(
        whole.replace(r#""signature":""#, r#""signature":"AAAA"#).as_bytes(),
        "unreadable: not a bundle: signatures: an Ed25519",
    );
    check_envelope(
        whole.replace(r#""document":""#, r#""document":"*"#).as_bytes(),
        "unreadable: not a bundle: document: not base64",
    );
    check_envelope(
        whole.replace(r#""assets":{""#, r#""assets":{"x"#).as_bytes(),
        "unreadable: not a bundle: envelope: ",
    );
    let mut many = signed(&contents());
    many.signatures = vec![many.signatures[0].clone(); 9];
    check_envelope(&many.to_bytes(), "too-many: the bundle has 9 signatures, at most 8");
    for end in 0..whole.len() {
        check_envelope(&whole.as_bytes()[..end], "unreadable: ");
    }
}

#[test]
fn no_bit_can_be_changed() {
    let good = signed(&contents());
    let bytes = good.to_bytes();
    let verified = verify(&good, |_| {}).unwrap();
    for n in 0..bytes.len() * 8 {
        let mut changed = bytes.clone();
        changed[n / 8] ^= 1 << (n % 8);
        if let Ok(bundle) = SignedBundle::parse(&changed).and_then(|bundle| verify(&bundle, |_| {})) {
            assert_eq!(bundle, verified, "bit {n}");
        }
    }
}
