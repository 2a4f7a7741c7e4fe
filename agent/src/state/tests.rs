//! The agent's state, event by event, with bundles that are really signed.

use playlists::{CalendarDays, Gates, PlaylistPath, ScreenId, Trust, Validity};
use protocol::{
    Ack, AckState, Command, Contents, Cutoff, Key, Role, SigningKey, StorageState, TextFile, TimeAsked,
    TimeTold, UnsignedTime, Verb,
};

use super::*;
use crate::trust::Source;

const GATES: &str = "[[gate]]\nname.vi = 'Cửa khẩu'\ntime-zone = 'Asia/Ho_Chi_Minh'\n\
                     [[gate.screen]]\nid = 'gate-one'\nsize = '192x64'\nprofile = 'plaza'\n\
                     languages = ['vi']\nlayout = 'rotate'\n";
const PLAYLIST: &str =
    "[playlist]\nname = 'Chào'\nlanguages = ['vi']\n[[item]]\nid = 'a'\nduration = '5s'\ntext.vi = 'Chào'\n";

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

pub(crate) fn noon() -> Reading {
    Reading {
        now: at("2026-11-24T05:00:00Z"),
        trust: Trust::Trusted,
        source: Source::System,
        floor: at("2026-11-01T00:00:00Z"),
        since: at("2026-11-24T04:00:00Z"),
        elapsed: Duration::from_secs(3600),
        offset_ms: None,
        error_ms: None,
        steps: 0,
        last_step_ms: None,
        doubted: false,
    }
}

fn screen() -> Screen {
    Gates::parse("gates", GATES).unwrap().screens.into_values().next().unwrap()
}

pub(crate) fn key(role: Role) -> SigningKey {
    SigningKey::from_seed(&[role as u8 + 1; 32])
}

pub(crate) fn bundle(version: u64) -> Bytes {
    let [author, approver] = Role::OF_BUNDLE.map(key);
    bundle_by(version, &[(Role::Author, &author), (Role::Approver, &approver)])
}

pub(crate) fn bundle_by(version: u64, signers: &[(Role, &SigningKey)]) -> Bytes {
    let mut bundle = SignedBundle::draft(&Contents {
        screen: screen(),
        version,
        created: at("2026-11-24T04:00:00Z"),
        validity: Validity { from: at("2026-11-24T04:00:00Z"), until: at("2027-11-24T04:00:00Z") },
        playlists: vec![TextFile { file: PlaylistPath::parse("a.toml").unwrap(), text: PLAYLIST.to_owned() }],
        schedule: None,
        calendars: CalendarDays::new(),
        withdrawn: Vec::new(),
        pictures: playlists::Pictures::new(),
        fonts: Vec::new(),
    });
    signers.iter().for_each(|(role, key)| bundle.sign(*role, key));
    bundle.to_bytes().into()
}

fn agent() -> State {
    agent_with(Floors::default())
}

pub(crate) fn agent_with(floors: Floors) -> State {
    let keys = Role::ALL
        .map(|role| Key { person: format!("person-{role}"), role, public: key(role).public() }.to_toml());
    let keyring = Keyring::parse("keyring", &format!("root-threshold = 1\n{}", keys.concat())).unwrap();
    State::new(screen(), keyring, Vec::new(), BootId::from_bytes([7; 16]), "0.1.0", floors)
}

impl State {
    fn gets(&mut self, event: Event) -> Vec<Action> {
        self.handle(event, &noon())
    }

    /// A bundle all the way to the wall.
    #[track_caller]
    pub(crate) fn takes(&mut self, bytes: Bytes) {
        let [Action::Rehearse(candidate)] = &self.gets(Event::Desired(bytes))[..] else {
            panic!("not taken up: {:?}", self.refused)
        };
        let rehearsed = Event::Rehearsed { candidate: candidate.clone(), result: Ok(()) };
        let [Action::Keep { candidate, floors }] = &self.gets(rehearsed)[..] else { panic!("not kept") };
        assert_eq!(floors.bundle, Some(candidate.bundle.reference()));
        let kept = Event::Kept { candidate: candidate.clone(), result: Ok(()) };
        let [Action::Show(bundle)] = &self.gets(kept)[..] else { panic!("not shown") };
        assert_eq!(*bundle, candidate.bundle);
    }
}

#[track_caller]
pub(crate) fn counted(state: &State, reasons: &[(&str, u64)]) {
    let by_reason: Vec<_> = state.refused.by_reason.iter().map(|(reason, n)| (reason.as_str(), *n)).collect();
    assert_eq!(by_reason, reasons);
    assert_eq!(state.refused.total, reasons.iter().map(|(_, n)| n).sum::<u64>());
}

#[test]
fn a_bundle_is_rehearsed_and_kept_before_it_is_shown() {
    let mut state = agent();
    state.takes(bundle(1));
    state.takes(bundle(3));
    counted(&state, &[]);
}

#[test]
fn what_is_on_air_is_not_taken_up_again() {
    let mut state = agent();
    state.takes(bundle(2));
    assert_eq!(state.gets(Event::Desired(bundle(2))), []);
    assert_eq!(state.gets(Event::Desired(Bytes::new())), [], "a cleared topic asks for nothing");
    counted(&state, &[]);
}

#[test]
fn nothing_older_and_nothing_foreign_is_taken_up() {
    let mut state = agent();
    state.takes(bundle(2));
    assert_eq!(state.gets(Event::Desired(bundle(1))), []);
    assert_eq!(state.gets(Event::Desired(Bytes::from_static(b"{}"))), []);
    let mut forged = bundle(3).to_vec();
    let middle = forged.len() / 2;
    forged[middle] ^= 1;
    assert_eq!(state.gets(Event::Desired(forged.into())), []);
    assert_eq!(state.refused.total, 3);
    assert_eq!(state.refused.by_reason["rollback"], 1);
    state.takes(bundle(3));
}

fn cutoff(number: u64, cut: Cut, roles: &[Role]) -> Event {
    let keys: Vec<_> = roles.iter().map(|role| (*role, key(*role))).collect();
    let signers: Vec<_> = keys.iter().map(|(role, key)| (*role, key)).collect();
    cutoff_by(number, cut, &signers)
}

pub(crate) fn cutoff_by(number: u64, cut: Cut, signers: &[(Role, &SigningKey)]) -> Event {
    let (screen, at) = (screen().id, at("2026-11-24T05:00:00Z"));
    let standing = Standing { number, cut };
    let mut signed =
        SignedCutoff::draft(&Cutoff { format: FORMAT, screen, standing, at, reason: String::new() });
    signers.iter().for_each(|(role, key)| signed.sign(*role, key));
    Event::Cutoff(signed.to_bytes().into())
}

#[test]
fn an_order_to_cut_off_is_followed_once_and_kept() {
    let mut state = agent();
    state.takes(bundle(1));
    let black = || cutoff(4, Cut::Blackout, &[Role::Duty]);
    let standing = Standing { number: 4, cut: Cut::Blackout };
    assert_eq!(state.gets(black()), [Action::CutOff(Cut::Blackout), Action::KeepCutoff(standing)]);
    assert_eq!(state.gets(black()), [], "it comes again with every connection");
    assert_eq!(state.gets(Event::Cutoff(Bytes::new())), [], "a cleared topic lifts nothing");
    // Neither an old one, nor one person alone, brings the content back; nor does another bundle.
    assert_eq!(state.gets(cutoff(3, Cut::Lifted, &[Role::Duty, Role::Approver])), []);
    assert_eq!(state.gets(cutoff(5, Cut::Lifted, &[Role::Duty])), []);
    assert_eq!(state.gets(Event::Cutoff(Bytes::from_static(b"{"))), []);
    counted(&state, &[("cutoff-rollback", 1), ("cutoff-same-person", 1), ("cutoff-unreadable", 1)]);
    state.takes(bundle(2));
    assert_eq!(state.cutoff, Some(standing));

    // It is not said to be followed before a power cut cannot lift it any more; until then the disk is asked again.
    assert_eq!(state.cutoff_kept(), None);
    assert!(health(&mut state, 10).contains(&Action::KeepCutoff(standing)));
    state.gets(Event::CutoffKept(standing));
    assert_eq!(state.cutoff_kept(), Some(standing));
    assert_eq!(health(&mut state, 20), []);

    let [Action::CutOff(Cut::Lifted), Action::KeepCutoff(_)] =
        state.gets(cutoff(5, Cut::Lifted, &[Role::Duty, Role::Approver]))[..]
    else {
        panic!("not lifted: {:?}", state.refused)
    };
}

#[test]
fn what_cannot_be_drawn_or_kept_is_refused_and_may_come_again() {
    let mut state = agent();
    state.takes(bundle(1));
    let [Action::Rehearse(candidate)] = &state.gets(Event::Desired(bundle(2)))[..] else { panic!() };
    let undrawable = RefusedBundle::Undrawable { item: "a".to_owned(), cause: "too long".to_owned() };
    let result = Err(undrawable);
    assert_eq!(state.gets(Event::Rehearsed { candidate: candidate.clone(), result }), []);
    counted(&state, &[("undrawable", 1)]);

    let [Action::Rehearse(candidate)] = &state.gets(Event::Desired(bundle(2)))[..] else { panic!() };
    state.gets(Event::Rehearsed { candidate: candidate.clone(), result: Ok(()) });
    let result = Err(RefusedBundle::Storage { cause: "no space".to_owned() });
    assert_eq!(state.gets(Event::Kept { candidate: candidate.clone(), result }), []);
    counted(&state, &[("storage", 1), ("undrawable", 1)]);
    state.takes(bundle(2));
}

pub(crate) fn health(state: &mut State, seconds: u64) -> Vec<Action> {
    let output = OutputHealth {
        kind: "fake".to_owned(),
        frames: 1,
        errors: 0,
        last_error: None,
        frame: None,
        age_ms: None,
    };
    let event = Event::HealthDue { uptime: Duration::ZERO, memory_bytes: None, output };
    let now = at("2026-11-24T05:00:00Z") + jiff::SignedDuration::from_secs(seconds as i64);
    let clock = Reading { elapsed: noon().elapsed + Duration::from_secs(seconds), now, ..noon() };
    state.handle(event, &clock)
}

#[test]
fn what_a_full_disk_refused_is_tried_again_by_itself() {
    let mut state = agent();
    state.takes(bundle(1));
    let [Action::Rehearse(candidate)] = &state.gets(Event::Desired(bundle(2)))[..] else { panic!() };
    let candidate = candidate.clone();
    let full = || Event::Kept {
        candidate: candidate.clone(),
        result: Err(RefusedBundle::Storage { cause: "no space".to_owned() }),
    };
    let rehearses = |actions: &[Action]| actions.iter().any(|action| matches!(action, Action::Rehearse(_)));
    // Ten seconds, twenty, forty, and so on: a broken disk is not worn out.
    let mut tried = Vec::new();
    state.gets(full());
    for second in (5..2000).step_by(5) {
        if rehearses(&health(&mut state, second)) {
            tried.push(second);
            let elapsed = noon().elapsed + Duration::from_secs(second);
            state.handle(full(), &Reading { elapsed, ..noon() });
        }
    }
    assert_eq!(tried, [10, 30, 70, 150, 310, 630, 1230, 1830]);

    // Then there is room; and what is on air is not tried again.
    assert!(rehearses(&health(&mut state, 2600)));
    let [Action::Keep { .. }] =
        &state.gets(Event::Rehearsed { candidate: candidate.clone(), result: Ok(()) })[..]
    else {
        panic!("not kept")
    };
    let [Action::Show(_)] = &state.gets(Event::Kept { candidate, result: Ok(()) })[..] else {
        panic!("not shown")
    };
    assert!(!rehearses(&health(&mut state, 9000)));
}

/// A gate whose clock is some seconds slow gets it before it is valid.
#[test]
fn what_is_not_valid_yet_is_tried_again_and_refused_once() {
    let mut state = agent();
    let early = Reading { now: at("2026-11-24T03:59:57Z"), ..noon() };
    assert_eq!(state.handle(Event::Desired(bundle(1)), &early), []);
    counted(&state, &[("not-yet-valid", 1)]);
    let later = Reading { elapsed: early.elapsed + Duration::from_secs(20), ..early };
    assert_eq!(state.try_again(&later), [], "its clock stands still");
    counted(&state, &[("not-yet-valid", 1)]);
    let [Action::Rehearse(_)] = &health(&mut state, 60)[..] else { panic!("not tried again") };
}

#[test]
fn a_newer_bundle_overtakes_one_that_is_being_rehearsed() {
    let mut state = agent();
    let [Action::Rehearse(first)] = &state.gets(Event::Desired(bundle(1)))[..] else { panic!() };
    let [Action::Rehearse(_)] = &state.gets(Event::Desired(bundle(2)))[..] else { panic!() };
    assert_eq!(state.gets(Event::Rehearsed { candidate: first.clone(), result: Ok(()) }), []);
}

#[test]
fn at_the_start_the_first_good_bundle_on_disk_is_shown() {
    let mut state = agent();
    let stored = [Bytes::from_static(b"torn"), bundle(4), bundle(3)];
    assert_eq!(state.resume(&stored, &noon()).unwrap().bundle.reference().version, 4);
    counted(&state, &[("unreadable", 1)]);
    assert_eq!(state.gets(Event::Desired(bundle(3))), []);
    counted(&state, &[("rollback", 1), ("unreadable", 1)]);
    assert_eq!(agent().resume(&[], &noon()), None);
}

#[test]
fn a_command_is_done_once_and_in_time() {
    let mut state = agent();
    state.gets(Event::Connected);
    let id = CommandId::from_bytes([1; 16]);
    let order = |not_after: &str, verb| {
        let command = Command { format: FORMAT, id, not_after: at(not_after), verb };
        Event::Command(command.to_bytes().into())
    };
    let in_time = "2026-11-24T05:00:10Z";
    assert_eq!(state.gets(order(in_time, Verb::Snapshot)), [Action::TakePicture(id)]);
    assert_eq!(state.gets(order(in_time, Verb::Snapshot)), [], "not twice");

    let late = state.gets(order("2026-11-24T04:59:59Z", Verb::Watch { seconds: 30 }));
    let [Action::Publish { topic: Topic::Ack(_), payload }] = &late[..] else { panic!("{late:?}") };
    let ack = Ack::parse(payload).unwrap();
    assert!(matches!(ack.state, AckState::Refused { .. }), "{ack:?}");
    assert_eq!(state.gets(Event::Command(Bytes::from_static(b"\xff"))), []);
}

#[test]
fn after_every_connection_the_state_is_said_anew() {
    let mut state = agent();
    let on_air = OnAir {
        format: FORMAT,
        boot: BootId::from_bytes([7; 16]),
        bundle: None,
        playlist: None,
        item: None,
        language: String::new(),
        why: playlists::Why::NoBundle,
        since: noon().now,
        until: noon().now,
        frame: protocol::FrameRef { digest: playlists::Digest::of(b""), at: noon().now },
        trust: Trust::Trusted,
    };
    assert_eq!(state.gets(Event::OnAir(Box::new(on_air))), [], "nobody to say it to");
    for _ in 0..2 {
        let said = state.gets(Event::Connected);
        let topics: Vec<String> = said
            .iter()
            .map(|action| match action {
                Action::Publish { topic, .. } => topic.to_string(),
                other => panic!("{other:?}"),
            })
            .collect();
        assert_eq!(topics, ["gatesign/1/gate-one/link", "gatesign/1/gate-one/on-air"]);
        state.gets(Event::Disconnected);
    }
    assert_eq!(state.connections, 2);
}

/// Noon, so many seconds later by the clock that nobody sets.
fn after(seconds: u64, source: Source) -> Reading {
    let elapsed = noon().elapsed + Duration::from_secs(seconds);
    let trust = if source == Source::Stepped { Trust::Untrusted } else { Trust::Trusted };
    Reading { elapsed, trust, source, ..noon() }
}

/// An agent that has just asked.
fn asking(nonce: u8) -> State {
    let mut state = agent();
    state.gets(Event::Connected);
    asks(&mut state, nonce);
    state
}

#[track_caller]
fn asks(state: &mut State, nonce: u8) {
    let nonce = Nonce::from_bytes([nonce; 16]);
    let [Action::Publish { topic: Topic::TimeAsked(_), payload }] = &state.gets(Event::AskTime(nonce))[..]
    else {
        panic!("not asked")
    };
    assert_eq!(TimeAsked::parse(payload).unwrap().nonce, nonce);
}

fn answer(nonce: u8, role: Role) -> Event {
    let nonce = Nonce::from_bytes([nonce; 16]);
    let told = TimeTold::sign(&screen().id, nonce, at("2026-11-24T05:00:03Z"), &key(role));
    Event::TimeTold(told.to_bytes().into())
}

/// What the agent makes of an answer that comes so many seconds after its question.
#[track_caller]
fn check_told(state: &mut State, answer: Event, seconds: u64, expected: Result<(), &str>) {
    match (&state.handle(answer, &after(seconds, Source::System))[..], expected) {
        ([Action::BelieveTime(told)], Ok(())) => {
            assert_eq!(told.at, at("2026-11-24T05:00:03Z"));
            assert_eq!(
                (told.asked, told.heard),
                (noon().elapsed, noon().elapsed + Duration::from_secs(seconds))
            );
        }
        ([Action::RefuseTime(refused)], Err(why)) => {
            let told = refused.to_string();
            assert!(told.contains(why), "{told}");
        }
        (actions, expected) => panic!("{actions:?} instead of {expected:?}"),
    }
}

#[test]
fn only_the_answer_to_the_last_question_counts_once_and_soon() {
    let clock = |nonce| answer(nonce, Role::Clock);
    check_told(&mut asking(1), clock(1), 0, Ok(()));
    check_told(&mut asking(1), clock(1), 10, Ok(()));
    check_told(&mut asking(1), clock(1), 11, Err("came after 11s"));
    check_told(&mut asking(1), clock(2), 1, Err("answers no question"));
    check_told(&mut asking(1), Event::TimeTold(Bytes::new()), 1, Err("cannot be read"));
    check_told(&mut agent(), clock(1), 1, Err("answers no question"));

    // Kept by the broker for later, and again.
    let mut state = asking(1);
    check_told(&mut state, clock(1), 1, Ok(()));
    check_told(&mut state, clock(1), 1, Err("answers no question"));
    asks(&mut state, 2);
    check_told(&mut state, clock(1), 1, Err("answers no question"));
    check_told(&mut state, clock(2), 1, Ok(()));
    // Asked over a connection that is gone.
    let mut state = asking(1);
    state.gets(Event::Disconnected);
    state.gets(Event::Connected);
    check_told(&mut state, clock(1), 1, Err("answers no question"));

    // Nobody else can answer, nor keep the controller from answering.
    let mut state = asking(1);
    check_told(&mut state, answer(1, Role::Author), 1, Err("does not trust as clock"));
    let elsewhere = ScreenId::parse("elsewhere").unwrap();
    let other = TimeTold::sign(&elsewhere, Nonce::from_bytes([1; 16]), noon().now, &key(Role::Clock));
    let bad = UnsignedTime::BadSignature { key: key(Role::Clock).public().id() }.to_string();
    check_told(&mut state, Event::TimeTold(other.to_bytes().into()), 1, Err(&bad));
    check_told(&mut state, clock(1), 1, Ok(()));
}

#[test]
fn asks_at_every_connection_and_the_oftener_the_less_it_knows() {
    let mut state = agent();
    assert!(!state.asks_time(&noon()), "nobody to ask");
    state.gets(Event::Connected);
    assert!(state.asks_time(&noon()));
    assert!(!state.asks_time(&after(86_400, Source::Made)), "nobody knows better");
    asks(&mut state, 1);
    for (source, seconds) in [
        (Source::Stepped, 30),
        (Source::System, 15 * 60),
        (Source::Controller, 4 * 3600),
        (Source::Ntp, 4 * 3600),
    ] {
        assert!(!state.asks_time(&after(seconds - 1, source)), "{source:?}");
        assert!(state.asks_time(&after(seconds, source)), "{source:?}");
    }
    state.gets(Event::Connected);
    assert!(state.asks_time(&noon()));
}

#[test]
fn only_what_somebody_else_vouches_for_becomes_a_floor() {
    let mut state = agent();
    state.gets(Event::Connected);
    let mut floor = |source, now: &str| kept_floor(&mut state, &Reading { now: at(now), ..after(0, source) });
    assert_eq!(floor(Source::System, "2026-11-24T05:00:00Z"), None);
    assert_eq!(floor(Source::Stepped, "2026-11-24T05:00:00Z"), None);
    assert_eq!(floor(Source::Made, "2026-11-24T05:00:00Z"), None, "it was never really so late");
    let kept = |text: &str| Some(text.to_owned());
    assert_eq!(floor(Source::Controller, "2026-11-24T05:00:00Z"), kept("2026-11-24T05:00:00Z"));
    assert_eq!(floor(Source::Ntp, "2026-11-24T10:59:59Z"), None, "the card is spared");
    assert_eq!(floor(Source::Ntp, "2026-11-24T11:00:00Z"), kept("2026-11-24T11:00:00Z"));
    assert_eq!(floor(Source::Ntp, "2026-11-23T11:00:00Z"), None, "never back");
}

#[test]
fn the_floor_that_has_risen_is_kept_whoever_says_what_time_it_is() {
    let mut state = agent();
    let risen = |floor: &str| Reading { floor: at(floor), ..after(0, Source::System) };
    assert_eq!(kept_floor(&mut state, &risen("2026-11-24T05:00:00Z")), None, "nobody has laid one yet");
    let laid = after(0, Source::Controller);
    assert_eq!(kept_floor(&mut state, &laid), Some("2026-11-24T05:00:00Z".to_owned()));
    assert_eq!(kept_floor(&mut state, &risen("2026-11-24T10:59:59Z")), None);
    let kept = kept_floor(&mut state, &risen("2026-11-24T11:00:00Z"));
    assert_eq!(kept, Some("2026-11-24T11:00:00Z".to_owned()));
}

#[test]
fn a_doubt_is_kept_once_and_taken_back_once() {
    let mut state = agent();
    let reading = |doubted| Reading { doubted, ..after(0, Source::Stepped) };
    let mut doubt = |doubted| kept_floors(&mut state, &reading(doubted)).map(|floors| floors.doubted);
    assert_eq!([doubt(false), doubt(true), doubt(true)], [None, Some(true), None]);
    assert_eq!([doubt(false), doubt(false)], [Some(false), None]);
}

#[test]
fn floors_that_the_disk_did_not_take_are_kept_at_the_next_turn() {
    let mut state = agent();
    let reading = after(0, Source::Controller);
    assert!(kept_floor(&mut state, &reading).is_some());
    assert_eq!(kept_floor(&mut state, &reading), None);
    state.gets(Event::FloorsNotKept);
    assert_eq!(kept_floor(&mut state, &reading), Some("2026-11-24T05:00:00Z".to_owned()));
    assert_eq!(kept_floor(&mut state, &reading), None);
}

#[test]
fn says_how_the_disk_is_and_since_when() {
    let mut state = agent();
    state.gets(Event::Connected);
    let mut told = |second: i64, condition: Option<&Condition>| {
        let now = at("2026-11-24T05:00:00Z") + jiff::SignedDuration::from_secs(second);
        if let Some(condition) = condition {
            state.handle(Event::Storage(condition.clone()), &Reading { now, ..noon() });
        }
        let report = health(&mut state, 0).into_iter().find_map(|action| match action {
            Action::Publish { topic: Topic::Health(_), payload } => Some(Health::parse(&payload).unwrap()),
            _ => None,
        });
        let storage = report.unwrap().storage?;
        Some((storage.state, storage.since.to_string(), storage.damaged))
    };
    assert_eq!(told(0, None), None, "not known is not fine");
    let fine = Condition::default();
    let said = |state, second: u8, damaged: Option<&str>| {
        Some((state, format!("2026-11-24T05:00:0{second}Z"), damaged.map(ToOwned::to_owned)))
    };
    assert_eq!(told(1, Some(&fine)), said(StorageState::Fine, 1, None));
    let lost = Condition { damaged: ["floors.json"].into(), ..Condition::default() };
    assert_eq!(told(2, Some(&lost)), said(StorageState::Damaged, 2, Some("floors.json")));
    let more = Condition { damaged: ["floors.json", "cutoff.json"].into(), ..Condition::default() };
    assert_eq!(told(3, Some(&more)), said(StorageState::Damaged, 2, Some("cutoff.json, floors.json")));
    assert_eq!(told(4, Some(&fine)), said(StorageState::Fine, 4, None));
}

/// What a turn of the loop writes as time floor.
fn kept_floor(state: &mut State, reading: &Reading) -> Option<String> {
    kept_floors(state, reading).map(|floors| floors.time.unwrap().to_string())
}

fn kept_floors(state: &mut State, reading: &Reading) -> Option<Floors> {
    let output = OutputHealth {
        kind: "fake".to_owned(),
        frames: 0,
        errors: 0,
        last_error: None,
        frame: None,
        age_ms: None,
    };
    let due = Event::HealthDue { uptime: Duration::ZERO, memory_bytes: None, output };
    state.handle(due, reading).into_iter().find_map(|action| match action {
        Action::KeepFloors(floors) => Some(floors),
        _ => None,
    })
}
