//! The panel's task, turn by turn, with a panel that fails on command.

use std::sync::{
    Mutex,
    atomic::{AtomicBool, Ordering},
};

use outputs::OutputFailed;
use playlists::Gates;
use render::{Frame, Rectangle};
use tokio::sync::mpsc::Receiver;

use super::*;

const GATES: &str = "[[gate]]\nname.vi = 'Cửa khẩu'\ntime-zone = 'Asia/Ho_Chi_Minh'\n\
                     [[gate.screen]]\nid = 'gate-one'\nsize = '192x64'\nprofile = 'plaza'\n\
                     languages = ['vi']\nlayout = 'rotate'\n";

/// A panel that can be unplugged.
#[derive(Clone, Default)]
struct Plug {
    out: Arc<AtomicBool>,
    taken: Arc<Mutex<u64>>,
}

struct FakePanel {
    plug: Plug,
    lit: Option<Frame>,
}

impl Output for FakePanel {
    fn kind(&self) -> &'static str {
        "fake"
    }

    fn present(&mut self, frame: &Frame, changed: &[Rectangle]) -> Result<(), OutputFailed> {
        if self.plug.out.load(Ordering::Relaxed) {
            self.lit = None;
            let cause = io::Error::new(io::ErrorKind::BrokenPipe, "no cable");
            return Err(OutputFailed { kind: "fake", what: "sending a frame".to_owned(), cause });
        }
        *self.plug.taken.lock().unwrap() += 1;
        if let Some(lit) = &mut self.lit {
            lit.follow(frame, changed);
            assert_eq!(lit, frame, "what changed was told");
        } else {
            assert_eq!(changed, [frame.whole()], "a panel that lost its frame gets all of it");
            self.lit = Some(frame.clone());
        }
        Ok(())
    }

    fn shown(&self) -> Option<&Frame> {
        self.lit.as_ref()
    }
}

fn task() -> (Task, Plug, Receiver<Event>, watch::Receiver<Facts>) {
    let screen = Gates::parse("gates", GATES).unwrap().screens.into_values().next().unwrap();
    let plug = Plug::default();
    let (events, heard) = tokio::sync::mpsc::channel(16);
    let output = Box::new(FakePanel { plug: plug.clone(), lit: None });
    let boot = BootId::from_bytes([1; 16]);
    let shelf = Box::new(crate::shelf::DiskShelf::new(&std::env::temp_dir().join("gatesign-no-pictures")));
    let clock = Clock::new(&crate::store::Floors::default(), true, None);
    let setup = Setup { screen, first: None, cut: Cut::Lifted, output, shelf, clock, boot, events };
    let (facts, watched) = watch::channel(Facts::of("fake"));
    (Task::new(setup, facts), plug, heard, watched)
}

fn said(heard: &mut Receiver<Event>) -> Vec<&'static str> {
    let mut said = Vec::new();
    while let Ok(event) = heard.try_recv() {
        said.push(match event {
            Event::OnAir(on_air) if on_air.why == Why::Blackout => "blackout",
            Event::OnAir(on_air) if on_air.why == Why::SafePage => "ordered safe page",
            Event::OnAir(on_air) if on_air.item.is_none() => "safe page",
            Event::OnAir(_) => "item",
            Event::Picture { answers: Some(_), .. } => "snapshot",
            Event::Picture { answers: None, .. } => "picture",
            _ => "else",
        });
    }
    said
}

#[test]
fn what_stays_the_same_is_said_once_and_presented_again() {
    let (mut task, plug, mut heard, facts) = task();
    for _ in 0..3 {
        assert_eq!(task.turn(), KEEP_ALIVE);
    }
    assert_eq!(said(&mut heard), ["safe page"]);
    assert_eq!(*plug.taken.lock().unwrap(), 3, "a panel that lost its frame gets it again");
    assert_eq!(facts.borrow().health().frames, 3);
}

#[test]
fn an_unplugged_panel_is_told_and_taken_up_again() {
    let (mut task, plug, mut heard, facts) = task();
    plug.out.store(true, Ordering::Relaxed);
    task.turn();
    task.turn();
    let health = facts.borrow().health();
    assert_eq!((health.errors, health.frames, health.frame), (2, 0, None));
    assert!(health.last_error.unwrap().contains("no cable"));
    assert_eq!(said(&mut heard), [""; 0], "nothing is on air that no panel shows");
    task.take_picture(Some(CommandId::from_bytes([2; 16])));
    assert_eq!(said(&mut heard), [""; 0], "there is no picture of a dark panel");

    plug.out.store(false, Ordering::Relaxed);
    task.turn();
    let health = facts.borrow().health();
    assert_eq!((health.errors, health.frames, health.last_error), (2, 1, None));
    assert_eq!(said(&mut heard), ["safe page"]);
    plug.out.store(true, Ordering::Relaxed);
    task.turn();
    plug.out.store(false, Ordering::Relaxed);
    task.turn();
    assert_eq!(said(&mut heard), ["safe page"], "after a gap it is said anew");
}

#[test]
fn an_order_to_cut_off_is_followed_with_the_next_frame() {
    let (mut task, _, mut heard, _) = task();
    let black = Frame::filled(task.nothing_yet.screen().size, [0; 3]);
    task.turn();
    let page = task.output.shown().cloned().unwrap();
    assert_ne!(page, black);
    for (cut, frame, words) in [
        (Cut::Blackout, &black, "blackout"),
        (Cut::SafePage, &page, "ordered safe page"),
        (Cut::Blackout, &black, "blackout"),
        (Cut::Lifted, &page, "safe page"),
    ] {
        said(&mut heard);
        let ordered = task.clock.read().now;
        assert!(task.obey(Order::CutOff(cut)));
        for _ in 0..3 {
            assert_eq!(task.turn(), KEEP_ALIVE);
            assert_eq!(task.output.shown(), Some(frame), "{cut:?}");
        }
        assert_eq!(said(&mut heard), [words], "said once");
        let told = task.said.as_ref().unwrap();
        assert_eq!(ordered <= told.since && told.until == Timestamp::MAX, cut != Cut::Lifted, "{told:?}");
    }
}

#[test]
fn those_who_watch_get_a_changed_picture_once() {
    let (mut task, _, mut heard, _) = task();
    task.turn();
    assert_eq!(said(&mut heard), ["safe page"]);
    task.watched_until = Some(Instant::now() + Duration::from_secs(60));
    task.turn();
    task.turn();
    assert_eq!(said(&mut heard), ["picture"]);
    task.take_picture(Some(CommandId::from_bytes([2; 16])));
    assert_eq!(said(&mut heard), ["snapshot"], "who asks gets one, changed or not");
}
