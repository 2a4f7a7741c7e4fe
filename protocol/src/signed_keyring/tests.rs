//! Who may introduce a keyring, how a gate catches up, and what is refused.

use super::*;
use crate::Key;

fn key(seed: u8) -> SigningKey {
    SigningKey::from_seed(&[seed; 32])
}

/// With author and approver, and roots by seed; each is a person of its own, but 20 and 21 are one.
fn keyring(version: u64, threshold: usize, roots: &[u8]) -> Keyring {
    let people = [("author".to_owned(), Role::Author, 1), ("approver".to_owned(), Role::Approver, 2)];
    let root = |seed: &u8| (format!("root-{}", if *seed == 21 { 20 } else { *seed }), Role::Root, *seed);
    let keys = people
        .into_iter()
        .chain(roots.iter().map(root))
        .map(|(person, role, seed)| Key { person, role, public: key(seed).public() }.to_toml());
    let threshold = if roots.is_empty() { String::new() } else { format!("root-threshold = {threshold}\n") };
    let text = format!("version = {version}\n{threshold}{}", keys.collect::<String>());
    Keyring::parse("keyring", &text).unwrap()
}

fn signed(keyring: &Keyring, signers: &[u8]) -> SignedKeyring {
    let mut signed = SignedKeyring::draft(keyring);
    signers.iter().for_each(|seed| signed.sign(&key(*seed)));
    signed
}

fn file(keyring: Keyring) -> StandingKeyring {
    StandingKeyring::new(keyring, None).0
}

/// What becomes of `offered` after `standing`: the version that then stands, or why not.
#[track_caller]
fn check(standing: &StandingKeyring, offered: &SignedKeyring, expected: &str) {
    let offered = SignedKeyring::parse(&offered.to_bytes()).unwrap();
    let told = match standing.take(&offered) {
        Ok(Some(next)) => next.keyring().version().to_string(),
        Ok(None) => "stands".to_owned(),
        Err(refused) => refused.code().to_owned(),
    };
    assert_eq!(told, expected);
}

#[test]
fn so_many_as_stand_and_so_many_of_its_own_introduce_it() {
    let standing = file(keyring(1, 2, &[11, 12, 13]));
    let next = |signers: &[u8]| signed(&keyring(2, 2, &[12, 14, 15]), signers);
    let missing = "keyring-missing-signature";
    check(&standing, &next(&[11, 12, 14]), "2");
    check(&standing, &next(&[11, 13, 14, 15]), "2");
    check(&standing, &next(&[11, 12]), missing);
    check(&standing, &next(&[12, 14]), missing);
    check(&standing, &next(&[14, 15]), missing);
    check(&standing, &next(&[12, 14, 15]), missing);
    check(&standing, &next(&[11, 11, 14, 15]), missing);
    check(&standing, &next(&[1, 2]), missing);
    check(&standing, &next(&[]), missing);
    // Who is root of neither has no business on it, not even beside those who are.
    check(&standing, &next(&[11, 12, 14, 99]), "keyring-unknown-key");
    check(&standing, &next(&[11, 12, 14, 1]), "keyring-unknown-key");
}

#[test]
fn two_keys_of_one_person_are_one_word() {
    let standing = file(keyring(1, 2, &[12, 20, 21]));
    check(&standing, &signed(&keyring(2, 1, &[20]), &[20, 21]), "keyring-missing-signature");
    check(&standing, &signed(&keyring(2, 1, &[20]), &[20, 12]), "2");
    let standing = file(keyring(1, 1, &[12]));
    check(&standing, &signed(&keyring(2, 2, &[12, 20, 21]), &[12, 20]), "2");
    check(&standing, &signed(&keyring(2, 2, &[13, 20, 21]), &[12, 20, 21]), "keyring-missing-signature");
}

#[test]
fn without_root_keys_only_the_file_changes_it() {
    let standing = file(keyring(1, 0, &[]));
    check(&standing, &signed(&keyring(2, 1, &[11]), &[11]), "keyring-no-root");
    check(&standing, &signed(&keyring(2, 0, &[]), &[]), "keyring-no-root");
    // And roots may go for good.
    check(&file(keyring(1, 1, &[11])), &signed(&keyring(2, 0, &[]), &[11]), "2");
}

#[test]
fn never_backwards() {
    let standing = file(keyring(5, 1, &[11]));
    check(&standing, &signed(&keyring(5, 1, &[11]), &[11]), "stands");
    check(&standing, &signed(&keyring(5, 1, &[11]), &[]), "stands");
    check(&standing, &signed(&keyring(5, 1, &[11, 12]), &[11]), "keyring-rollback");
    check(&standing, &signed(&keyring(4, 1, &[11]), &[11]), "keyring-rollback");
    check(&standing, &signed(&keyring(9, 1, &[11]), &[11]), "9");
}

/// From the first file: the roots of each are others than those before but one.
fn years(last: u64) -> StandingKeyring {
    (2..=last).fold(file(keyring(1, 1, &[100])), |standing, version| {
        let seed = 99 + u8::try_from(version).unwrap();
        let next = signed(&keyring(version, 1, &[seed]), &[seed - 1, seed]);
        standing.take(&next).unwrap().unwrap()
    })
}

#[test]
fn who_was_away_goes_through_all_that_was_missed() {
    let fifth = years(5);
    let chain = fifth.chain().unwrap();
    for version in 1..5 {
        check(&years(version), chain, "5");
    }
    check(&fifth, chain, "stands");
    check(&years(6), chain, "keyring-rollback");
    // Nobody who signed the fifth is known to the first.
    let mut alone = SignedKeyring { links: vec![chain.links[3].clone()] };
    check(&years(1), &alone, "keyring-missing-signature");
    check(&years(4), &alone, "5");
    alone.links.insert(0, chain.links[1].clone());
    check(&years(2), &alone, "keyring-missing-signature");
    // One bad step, and none is taken.
    let mut broken = chain.clone();
    broken.links[2].signatures.clear();
    check(&years(2), &broken, "keyring-missing-signature");
}

#[test]
fn what_was_kept_counts_if_the_file_leads_to_it() {
    let kept = years(4).chain().unwrap().to_bytes();
    let file = |version: u8| keyring(version.into(), 1, &[99 + version]);
    let (standing, refused) = StandingKeyring::new(file(1), Some(&kept));
    assert_eq!((&standing, refused), (&years(4), None));
    for version in [2, 3, 4] {
        let (standing, refused) = StandingKeyring::new(file(version), Some(&kept));
        assert_eq!((standing.keyring(), refused), (&file(4), None), "from {version}");
        assert!(standing.chain().is_some(), "others are still to be led to it");
    }
    // Somebody has put a newer file there; those who have the old one are led on as far as is known.
    let (standing, refused) = StandingKeyring::new(file(7), Some(&kept));
    assert_eq!((standing.keyring(), standing.chain(), refused), (&file(7), years(4).chain(), None));
    let next = signed(&keyring(8, 1, &[107]), &[106, 107]);
    let next = standing.take(&next).unwrap().unwrap();
    let versions: Vec<_> = next.chain().unwrap().links.iter().map(|link| link.version).collect();
    assert_eq!(versions, [2, 3, 4, 8]);
    assert_eq!(
        StandingKeyring::new(file(7), Some(&next.chain().unwrap().to_bytes())).0.keyring().version(),
        8
    );

    // Of somebody else, or damaged: the file counts.
    for (kept, reason) in [
        (kept.clone(), "keyring-missing-signature"),
        (kept[..kept.len() - 1].to_vec(), "keyring-unreadable"),
        (Vec::new(), "keyring-unreadable"),
    ] {
        let foreign = keyring(1, 1, &[55]);
        let (standing, refused) = StandingKeyring::new(foreign.clone(), Some(&kept));
        assert_eq!((standing.keyring(), refused.unwrap().code()), (&foreign, reason));
    }
}

#[test]
fn so_many_and_no_more() {
    let most = years(1 + u64::try_from(MOST_LINKS).unwrap());
    let seed = 100 + u8::try_from(MOST_LINKS).unwrap();
    let version = most.keyring().version() + 1;
    let next = signed(&keyring(version, 1, &[seed + 1]), &[seed, seed + 1]);
    check(&most, &next, "keyring-too-long");
    // With a newer file, what was before it can go.
    let kept = most.chain().unwrap().to_bytes();
    let (standing, _) = StandingKeyring::new(keyring(9, 1, &[108]), Some(&kept));
    check(&standing, &next, &version.to_string());
    assert_eq!(standing.take(&next).unwrap().unwrap().chain().unwrap().links.len(), MOST_LINKS);
    assert!(kept.len() < KEYRING_LIMIT);
}

#[test]
fn no_bit_of_it_can_be_turned() {
    let standing = file(keyring(1, 1, &[11]));
    let good = keyring(2, 1, &[12]);
    let bytes = signed(&good, &[11, 12]).to_bytes();
    for n in 0..bytes.len() * 8 {
        let mut turned = bytes.clone();
        turned[n / 8] ^= 1 << (n % 8);
        if let Ok(turned) = SignedKeyring::parse(&turned)
            && let Ok(Some(next)) = standing.take(&turned)
        {
            assert_eq!(next.keyring(), &good, "bit {n}");
        }
    }
    for end in 0..bytes.len() {
        assert!(SignedKeyring::parse(&bytes[..end]).is_err(), "cut at {end}");
    }
    assert!(SignedKeyring::parse(&vec![b' '; KEYRING_LIMIT + 1]).is_err());
    assert!(SignedKeyring::parse(br#"{"format":1,"keyrings":[]}"#).is_err());
}

#[test]
fn what_is_not_written_as_it_should_be_does_not_count() {
    let standing = file(keyring(1, 1, &[11]));
    let signed_as = |version: u64, document: String| {
        let mut signed = SignedKeyring {
            links: vec![Link { version, document: document.into_bytes(), signatures: Vec::new() }],
        };
        signed.sign(&key(11));
        signed
    };
    let text = keyring(2, 1, &[11]).to_toml();
    check(&standing, &signed_as(2, text.clone()), "2");
    check(&standing, &signed_as(3, text.clone()), "keyring-unreadable");
    check(&standing, &signed_as(2, format!("# of the department\n{text}")), "keyring-unreadable");
    check(&standing, &signed_as(2, "version = 2".to_owned()), "keyring-unreadable");
    // Another role's signature is none, whoever gave it.
    let mut wrong = signed_as(2, text);
    wrong.links[0].signatures[0].role = Role::Approver;
    check(&standing, &wrong, "keyring-bad-signature");
}

#[test]
fn says_who_signed_a_draft() {
    let (standing, next) = (keyring(1, 2, &[11, 12]), keyring(2, 1, &[12]));
    let draft = signed(&next, &[12, 99]);
    assert_eq!(
        (draft.signed_by(&standing), draft.signed_by(&next)),
        (vec!["root-12".into()], vec!["root-12".into()])
    );
    assert_eq!((draft.claims().unwrap(), draft.reference()), (next.clone(), next.reference()));
}
