//! Keyrings that change while bundles and orders are on their way, with keys that are really signed with.

use protocol::{Cut, Key, Keyring, Role, SigningKey};

use super::{
    super::{
        Event, Floors, State,
        tests::{agent_with, bundle, bundle_by, counted, cutoff_by, health, key, noon},
    },
    *,
};

/// Whose author's key was stolen gets another one; `version` 1 is that of the file.
fn keyring(version: u64, author: &SigningKey, duty: &SigningKey) -> Keyring {
    let keys = Role::ALL.map(|role| {
        let public = match role {
            Role::Author => author.public(),
            Role::Duty => duty.public(),
            Role::Approver | Role::Clock | Role::Root => key(role).public(),
        };
        Key { person: format!("person-{role}"), role, public }.to_toml()
    });
    let text = format!("version = {version}\nroot-threshold = 1\n{}", keys.concat());
    Keyring::parse("keyring", &text).unwrap()
}

fn new_author() -> SigningKey {
    SigningKey::from_seed(&[70; 32])
}

fn new_duty() -> SigningKey {
    SigningKey::from_seed(&[71; 32])
}

fn introduced(keyring: &Keyring) -> SignedKeyring {
    let mut signed = SignedKeyring::draft(keyring);
    signed.sign(&key(Role::Root));
    signed
}

/// In which the author has another key, and so has the duty officer.
fn second() -> SignedKeyring {
    introduced(&keyring(2, &new_author(), &new_duty()))
}

fn bundle_of_new_author(version: u64) -> Bytes {
    bundle_by(version, &[(Role::Author, &new_author()), (Role::Approver, &key(Role::Approver))])
}

fn offered(keyring: &SignedKeyring) -> Event {
    Event::Keyring(keyring.to_bytes().into())
}

fn agent() -> State {
    agent_with(Floors::default())
}

impl State {
    /// A keyring all the way to the disk; what follows from it.
    #[track_caller]
    fn follows(&mut self, keyring: &SignedKeyring) -> Vec<Action> {
        let actions = self.handle(offered(keyring), &noon());
        let [Action::KeepKeyring(next)] = &actions[..] else { panic!("not taken up: {:?}", self.refused) };
        assert_ne!(self.keyring().version, next.keyring().version(), "it counts before it is kept");
        self.handle(Event::KeyringKept(next.clone()), &noon())
    }

    fn on_wall(&self) -> Option<u64> {
        assert_eq!(self.shown, self.wall.as_ref().map(|wall| wall.bundle.reference()));
        self.shown.map(|shown| shown.version)
    }
}

fn fallen_back(actions: &[Action]) -> Option<Option<u64>> {
    actions.iter().find_map(|action| match action {
        Action::FallBack(good) => Some(good.as_ref().map(|good| good.bundle.reference().version)),
        _ => None,
    })
}

#[test]
fn a_keyring_counts_once_it_is_kept_and_never_backwards() {
    let mut state = agent();
    assert_eq!(state.handle(Event::Keyring(Bytes::new()), &noon()), [], "a cleared topic revokes nothing");
    let actions = state.handle(offered(&second()), &noon());
    let [Action::KeepKeyring(next)] = &actions[..] else { panic!("{actions:?}") };
    assert_eq!(state.keyring().version, 1);
    // The broker says it again; the disk does not take it; the next report asks the disk again.
    assert_eq!(state.handle(offered(&second()), &noon()), []);
    assert!(health(&mut state, 10).contains(&Action::KeepKeyring(next.clone())));
    // An older one than that which is being written is not written over it.
    let other = introduced(&keyring(2, &new_author(), &key(Role::Duty)));
    assert_eq!(state.handle(offered(&other), &noon()), []);
    counted(&state, &[("keyring-rollback", 1)]);

    assert_eq!(state.handle(Event::KeyringKept(next.clone()), &noon()), []);
    assert_eq!((state.keyring().version, state.offered.is_none()), (2, true));
    assert_eq!(state.handle(offered(&second()), &noon()), [], "with every connection");
    assert_eq!(health(&mut state, 20), []);
    let forged = SignedKeyring::draft(&keyring(3, &new_author(), &new_duty()));
    assert_eq!(state.handle(offered(&forged), &noon()), []);
    assert_eq!(state.handle(Event::Keyring(Bytes::from_static(b"{")), &noon()), []);
    counted(&state, &[("keyring-missing-signature", 1), ("keyring-rollback", 1), ("keyring-unreadable", 1)]);
}

#[test]
fn what_is_not_signed_any_more_by_whom_it_should_be_goes_at_once() {
    let mut state = agent();
    state.takes(bundle(3));
    assert_eq!(fallen_back(&state.follows(&second())), Some(None), "there is nothing but the gate's name");
    assert_eq!(state.on_wall(), None);
    counted(&state, &[("unknown-key", 1)]);
    assert_eq!(state.handle(Event::Desired(bundle(4)), &noon()), [], "the thief comes back");
    // What was on air raised the floor: it stays, but for the same document, signed by others.
    assert_eq!(state.handle(Event::Desired(bundle_of_new_author(2)), &noon()), []);
    assert_eq!(state.refused.by_reason["rollback"], 1);
    state.takes(bundle_of_new_author(3));
    assert_eq!(state.on_wall(), Some(3));
}

#[test]
fn the_one_before_comes_back_if_it_still_counts() {
    let neither = [(Role::Author, &new_author()), (Role::Approver, &key(Role::Approver))];
    let two_authors = |version| {
        let keys = [
            (Role::Author, key(Role::Author).public()),
            (Role::Author, new_author().public()),
            (Role::Approver, key(Role::Approver).public()),
            (Role::Root, key(Role::Root).public()),
        ];
        let keys = keys
            .map(|(role, public)| Key { person: format!("{role} {}", public.id()), role, public }.to_toml());
        let text = format!("version = {version}\nroot-threshold = 1\n{}", keys.concat());
        introduced(&Keyring::parse("keyring", &text).unwrap())
    };
    let mut state = agent();
    assert_eq!(state.follows(&two_authors(2)), []);
    state.takes(bundle_by(4, &neither));
    state.takes(bundle(5));
    assert_eq!(state.handle(Event::Desired(bundle(5)), &noon()), []);
    // The first author goes, and the content of version 5 with that key.
    let actions = state.follows(&introduced(&keyring(3, &new_author(), &new_duty())));
    assert_eq!(fallen_back(&actions), Some(Some(4)));
    assert_eq!(state.on_wall(), Some(4));
    // And with another keyring, that stays.
    let actions = state.follows(&introduced(&keyring(4, &new_author(), &key(Role::Duty))));
    assert_eq!((fallen_back(&actions), state.on_wall()), (None, Some(4)));
}

#[test]
fn after_a_power_cut_the_same_is_on_the_wall() {
    let kept = StandingKeyring::new(keyring(1, &key(Role::Author), &key(Role::Duty)), None).0;
    let kept = kept.take(&second()).unwrap().unwrap().chain().unwrap().to_bytes();
    for (stored, on_wall) in [
        (vec![bundle_of_new_author(2), bundle(1)], Some(2)),
        (vec![bundle(2), bundle_of_new_author(1)], Some(1)),
        (vec![bundle(2), bundle(1)], None),
    ] {
        let mut state = agent();
        state.introduced(Some(&kept), &noon());
        let resumed = state.resume(&stored, &noon()).map(|shown| shown.bundle.reference().version);
        assert_eq!((resumed, state.on_wall(), state.keyring().version), (on_wall, on_wall, 2));
    }
    let mut state = agent();
    state.introduced(Some(&kept[1..]), &noon());
    assert_eq!(state.keyring().version, 1, "what is damaged does not count");
    counted(&state, &[("keyring-unreadable", 1)]);
}

#[test]
fn bundle_and_keyring_come_in_either_order() {
    let mut state = agent();
    state.takes(bundle(1));
    assert_eq!(state.handle(Event::Desired(bundle_of_new_author(2)), &noon()), []);
    counted(&state, &[("unknown-key", 1)]);
    assert_eq!(health(&mut state, 3600), [], "time alone brings no key");
    let actions = state.follows(&second());
    assert_eq!(fallen_back(&actions), Some(None));
    let Some(Action::Rehearse(candidate)) = actions.last() else { panic!("{actions:?}") };
    assert_eq!(candidate.bundle.reference().version, 2);

    let mut state = agent();
    state.takes(bundle(1));
    state.follows(&second());
    state.takes(bundle_of_new_author(2));
    assert_eq!(state.on_wall(), Some(2));
}

/// What is to stay may be signed anew before the keyring changes: nothing about it is new to the wall.
#[test]
fn the_same_document_signed_anew_stays_when_its_first_signer_goes() {
    let both = |version| {
        let mut text = keyring(version, &key(Role::Author), &key(Role::Duty)).to_toml();
        let public = new_author().public();
        text += &Key { person: "new".to_owned(), role: Role::Author, public }.to_toml();
        introduced(&Keyring::parse("keyring", &text).unwrap())
    };
    let mut state = agent();
    state.follows(&both(2));
    state.takes(bundle(1));
    assert_eq!(state.handle(Event::Desired(bundle_of_new_author(1)), &noon()), []);
    let actions = state.follows(&introduced(&keyring(3, &new_author(), &key(Role::Duty))));
    assert!(matches!(actions[..], [Action::Keep { .. }]), "{actions:?}");
    assert_eq!(state.on_wall(), Some(1));
    counted(&state, &[]);
}

#[test]
fn what_was_on_its_way_is_held_against_the_new_keyring() {
    // While the panel rehearses.
    let mut state = agent();
    let actions = state.handle(Event::Desired(bundle(1)), &noon());
    let [Action::Rehearse(candidate)] = &actions[..] else { panic!("{actions:?}") };
    assert_eq!(state.follows(&second()), []);
    let rehearsed = Event::Rehearsed { candidate: candidate.clone(), result: Ok(()) };
    assert_eq!(state.handle(rehearsed, &noon()), []);
    counted(&state, &[("unknown-key", 1)]);

    // While the disk writes.
    let mut state = agent();
    state.takes(bundle_by(1, &[(Role::Author, &key(Role::Author)), (Role::Approver, &key(Role::Approver))]));
    let actions = state.handle(Event::Desired(bundle(2)), &noon());
    let [Action::Rehearse(candidate)] = &actions[..] else { panic!("{actions:?}") };
    let rehearsed = Event::Rehearsed { candidate: candidate.clone(), result: Ok(()) };
    let actions = state.handle(rehearsed, &noon());
    let [Action::Keep { candidate, .. }] = &actions[..] else { panic!("{actions:?}") };
    assert_eq!(fallen_back(&state.follows(&second())), Some(None));
    let kept = Event::Kept { candidate: candidate.clone(), result: Ok(()) };
    assert_eq!(state.handle(kept, &noon()), [Action::FallBack(None)], "the disk is told that it is none");
    assert_eq!(state.on_wall(), None);

    // And what still counts goes on its way.
    let mut state = agent();
    let actions = state.handle(Event::Desired(bundle(1)), &noon());
    let [Action::Rehearse(candidate)] = &actions[..] else { panic!("{actions:?}") };
    state.follows(&introduced(&keyring(2, &key(Role::Author), &new_duty())));
    let rehearsed = Event::Rehearsed { candidate: candidate.clone(), result: Ok(()) };
    assert!(matches!(state.handle(rehearsed, &noon())[..], [Action::Keep { .. }]));
}

#[test]
fn a_dark_wall_stays_dark_and_a_new_officer_is_heard() {
    let mut state = agent();
    state.takes(bundle(1));
    let black = cutoff_by(4, Cut::Blackout, &[(Role::Duty, &key(Role::Duty))]);
    assert_eq!(state.handle(black, &noon()).first(), Some(&Action::CutOff(Cut::Blackout)));
    // The officer who gave the order goes; the order stays.
    let actions = state.follows(&second());
    assert!(!actions.iter().any(|action| matches!(action, Action::CutOff(_))), "{actions:?}");
    assert_eq!(state.cutoff.map(|standing| standing.cut), Some(Cut::Blackout));

    let mut state = agent();
    let black = || cutoff_by(4, Cut::Blackout, &[(Role::Duty, &new_duty())]);
    assert_eq!(state.handle(black(), &noon()), []);
    counted(&state, &[("cutoff-unknown-key", 1)]);
    assert_eq!(state.follows(&second()).first(), Some(&Action::CutOff(Cut::Blackout)));
}
