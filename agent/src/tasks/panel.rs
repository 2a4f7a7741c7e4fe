//! The one who draws and presents, on a thread of its own: nothing else may delay a frame.
//!
//! It asks the schedule at every change, presents at least once a second, and says what the panel shows.

use std::{
    io,
    sync::{Arc, mpsc},
    thread,
    time::{Duration, Instant},
};

use jiff::{SignedDuration, Timestamp};
use outputs::Output;
use playlists::{Decision, Pictures, Programme, Screen, Why};
use protocol::{
    BootId, Bundle, CommandId, Cut, FORMAT, FramePicture, FrameRef, OnAir, OutputHealth, RefusedBundle,
};
use render::{Frame, Renderer, Shelf};
use tokio::sync::{mpsc::Sender, watch};
use tracing::{error, info};

use crate::{
    clock::{Clock, Reading},
    state::{Candidate, Event},
};

/// What the panel's task is asked for.
pub(crate) enum Order {
    Rehearse(Candidate),
    /// Without a bundle, the gate's name.
    Show(Option<Arc<Bundle>>),
    CutOff(Cut),
    TakePicture(CommandId),
    Watch(Duration),
    Stop,
}

/// How many orders may wait.
const ORDERS: usize = 64;

/// A still frame is presented again this often: a panel that lost power in between shows it again.
const KEEP_ALIVE: Duration = Duration::from_secs(1);

/// Those who watch get a changed frame at most this often.
const PICTURE_STEP: Duration = Duration::from_millis(200);

/// How the panel is, at every moment.
#[derive(Debug, Clone)]
pub(crate) struct Facts {
    kind: &'static str,
    frames: u64,
    errors: u64,
    last_error: Option<String>,
    frame: Option<FrameRef>,
    presented: Option<Instant>,
}

impl Facts {
    /// Of a panel that has not shown anything yet.
    fn of(kind: &'static str) -> Self {
        Self { kind, frames: 0, errors: 0, last_error: None, frame: None, presented: None }
    }

    /// As it is reported.
    pub(crate) fn health(&self) -> OutputHealth {
        OutputHealth {
            kind: self.kind.to_owned(),
            frames: self.frames,
            errors: self.errors,
            last_error: self.last_error.clone(),
            frame: self.frame,
            age_ms: self.presented.map(|at| u64::try_from(at.elapsed().as_millis()).unwrap_or(u64::MAX)),
        }
    }
}

/// The running task.
pub(crate) struct Panel {
    pub(crate) orders: mpsc::SyncSender<Order>,
    pub(crate) facts: watch::Receiver<Facts>,
    pub(crate) thread: thread::JoinHandle<()>,
}

/// What the task begins with.
pub(crate) struct Setup {
    pub(crate) screen: Screen,
    /// What is shown from the first frame on; without it, the gate's name.
    pub(crate) first: Option<Arc<Bundle>>,
    /// What is shown instead, from the first frame on.
    pub(crate) cut: Cut,
    pub(crate) output: Box<dyn Output>,
    /// For scaled pictures.
    pub(crate) shelf: Box<dyn Shelf>,
    pub(crate) clock: Clock,
    pub(crate) boot: BootId,
    pub(crate) events: Sender<Event>,
}

/// Starts the thread. It ends on [`Order::Stop`].
pub(crate) fn start(setup: Setup) -> io::Result<Panel> {
    let (orders, todo) = mpsc::sync_channel(ORDERS);
    let (facts, watched) = watch::channel(Facts::of(setup.output.kind()));
    // The fonts take longest to load: on the thread, while the rest of the agent starts.
    let run = move || Task::new(setup, facts).run(&todo);
    let thread = thread::Builder::new().name("panel".to_owned()).spawn(run)?;
    Ok(Panel { orders, facts: watched, thread })
}

struct Task {
    renderer: Renderer,
    output: Box<dyn Output>,
    clock: Clock,
    boot: BootId,
    events: Sender<Event>,
    facts: watch::Sender<Facts>,
    /// Whether the panel has taken the frame before this one, so that it needs only what changed.
    follows: bool,
    /// By which a gate without a bundle decides: its name is shown.
    nothing_yet: Programme,
    bundle: Option<Arc<Bundle>>,
    /// The last one of which every item could be drawn.
    rehearsed: Option<Arc<Bundle>>,
    cut: Cut,
    /// Since when; none if nothing was presented since.
    cut_since: Option<Timestamp>,
    /// A dark frame, while one is needed: a large one takes as much memory as all else.
    black: Option<Frame>,
    /// The last report of what is on air.
    said: Option<OnAir>,
    /// Until when what is shown is to be shown; none if there is something new.
    shown_until: Option<Timestamp>,
    watched_until: Option<Instant>,
    /// The moment that the presented frame was drawn for.
    drawn_for: Timestamp,
    /// The last picture sent to those who watch, and when.
    pictured: Option<(playlists::Digest, Instant)>,
}

impl Task {
    fn new(setup: Setup, facts: watch::Sender<Facts>) -> Self {
        let Setup { screen, first, cut, output, shelf, clock, boot, events } = setup;
        Self {
            renderer: Renderer::with_shelf(shelf),
            output,
            clock,
            boot,
            events,
            facts,
            follows: false,
            black: None,
            nothing_yet: Programme::empty(screen),
            bundle: first,
            rehearsed: None,
            cut,
            cut_since: None,
            said: None,
            shown_until: None,
            watched_until: None,
            drawn_for: Timestamp::UNIX_EPOCH,
            pictured: None,
        }
    }

    fn run(mut self, todo: &mpsc::Receiver<Order>) {
        loop {
            let wait = self.turn();
            let goes_on = match todo.recv_timeout(wait) {
                Ok(order) => self.obey(order),
                Err(mpsc::RecvTimeoutError::Disconnected) => false,
                Err(mpsc::RecvTimeoutError::Timeout) => true,
            };
            if !goes_on {
                return;
            }
        }
    }

    /// Whether there is anything more to do.
    fn obey(&mut self, order: Order) -> bool {
        match order {
            Order::Rehearse(candidate) => self.rehearse(candidate),
            Order::Show(bundle) => {
                self.bundle = bundle;
                self.shown_until = None;
            }
            Order::CutOff(cut) => {
                (self.cut, self.cut_since, self.shown_until) = (cut, None, None);
                self.black = None;
                // What the renderer drew last is not what the panel has.
                self.follows = false;
            }
            Order::TakePicture(id) => self.take_picture(Some(id)),
            Order::Watch(time) => {
                self.watched_until = Some(Instant::now() + time);
                self.pictured = None;
            }
            Order::Stop => return false,
        }
        true
    }

    /// Presents what is to be shown now and says for how long nothing changes.
    fn turn(&mut self) -> Duration {
        let reading = self.clock.read_for_panel(self.shown_until);
        let bundle = self.bundle.clone();
        let nothing = Pictures::new();
        let (programme, pictures) = match (&bundle, self.cut) {
            (Some(bundle), Cut::Lifted) => (bundle.programme(), bundle.pictures()),
            (None, Cut::Lifted) | (_, Cut::Blackout | Cut::SafePage) => (&self.nothing_yet, &nothing),
        };
        let mut moment = self.renderer.at(programme, pictures, reading.now, reading.trust);
        if self.cut == Cut::Blackout {
            let size = self.nothing_yet.screen().size;
            moment.frame = self.black.get_or_insert_with(|| Frame::filled(size, [0; 3]));
            self.follows = false;
        }
        let next_change = moment.next_change;
        self.shown_until = Some(moment.decision.until);
        let mut on_air = on_air(&self.boot, bundle.as_deref(), self.cut, &moment.decision, &reading);
        match (self.cut, &self.said) {
            (Cut::Blackout | Cut::SafePage, _) => {
                on_air.since = *self.cut_since.get_or_insert(reading.now);
                on_air.until = Timestamp::MAX;
            }
            (Cut::Lifted, Some(said)) => stays_on(said, &mut on_air),
            (Cut::Lifted, None) => {}
        }
        let news = self.said.as_ref().is_none_or(|said| !same(said, &on_air));
        let whole = [moment.frame.whole()];
        let changed = if self.follows { moment.changed } else { &whole };

        let taken = self.output.present(moment.frame, changed);
        self.follows = taken.is_ok();
        // The digest of a large frame costs milliseconds: it is taken when something else comes on air, not for
        // every step of a ticker.
        if news && taken.is_ok() {
            on_air.frame.digest = moment.frame.digest();
        }
        match taken {
            Ok(()) => self.presented(news.then_some(on_air), &reading),
            Err(failed) => self.failed(&failed),
        }
        let watching = self.watched_until.is_some_and(|until| Instant::now() < until);
        if watching {
            self.take_picture(None);
        }
        wait(self.clock.until(next_change, &reading))
    }

    fn presented(&mut self, news: Option<OnAir>, reading: &Reading) {
        self.drawn_for = reading.now;
        // If it cannot be said now, it is news again at the next turn.
        if let Some(on_air) = news
            && self.events.try_send(Event::OnAir(Box::new(on_air.clone()))).is_ok()
        {
            self.said = Some(on_air);
        }
        let shown = self.said.as_ref().map(|said| said.frame);
        self.facts.send_modify(|facts| {
            if facts.last_error.take().is_some() {
                info!("the panel takes frames again");
            }
            facts.frames += 1;
            facts.frame = shown;
            facts.presented = Some(Instant::now());
        });
    }

    fn failed(&mut self, failed: &outputs::OutputFailed) {
        let text = format!("{failed}: {}", failed.cause);
        self.facts.send_modify(|facts| {
            if facts.last_error.as_ref() != Some(&text) {
                error!("{text}");
            }
            facts.errors += 1;
            facts.last_error = Some(text);
        });
        // What is on the wall is not known any more: say it anew when it is.
        self.said = None;
    }

    /// Draws every item once, as it will be drawn on the wall, before it may go there.
    fn rehearse(&mut self, candidate: Candidate) {
        let bundle = &candidate.bundle;
        let before = self.rehearsed.as_deref().map(|before| (before.programme(), before.pictures()));
        let drawn = self.renderer.rehearse(bundle.programme(), bundle.pictures(), before);
        let result = drawn.map_err(|(item, cause)| RefusedBundle::Undrawable {
            item: item.id.to_string(),
            cause: cause.to_string(),
        });
        if result.is_ok() {
            self.rehearsed = Some(bundle.clone());
        }
        // The agent's loop never waits for this thread, so this cannot lock up. It fails only when all stops.
        let _ = self.events.blocking_send(Event::Rehearsed { candidate, result });
    }

    /// Sends what the panel shows, read back from the output: not what it was meant to show.
    fn take_picture(&mut self, answers: Option<CommandId>) {
        let Some(frame) = self.output.shown() else { return };
        if answers.is_none() && self.pictured.is_some_and(|(_, at)| at.elapsed() < PICTURE_STEP) {
            return;
        }
        let digest = frame.digest();
        if answers.is_none() && self.pictured.is_some_and(|(pictured, _)| pictured == digest) {
            return;
        }
        let picture = FramePicture {
            format: FORMAT,
            boot: self.boot,
            frame: FrameRef { digest, at: self.drawn_for },
            png: frame.to_png(),
        };
        if answers.is_none() {
            self.pictured = Some((digest, Instant::now()));
        }
        // A picture more or less: the next one follows.
        let _ = self.events.try_send(Event::Picture { picture: Box::new(picture), answers });
    }
}

/// Never longer than the panel may go without a frame, never so short that a fault makes a busy loop.
fn wait(until_change: SignedDuration) -> Duration {
    Duration::try_from(until_change).unwrap_or_default().clamp(Duration::from_millis(1), KEEP_ALIVE)
}

/// A safe page has no turns: it stays the same as long as its reason does.
fn stays_on(said: &OnAir, now: &mut OnAir) {
    if said.item.is_none() && now.item.is_none() && said.why == now.why && now.frame.at < said.until {
        (now.since, now.until) = (said.since, said.until);
    }
}

fn same(said: &OnAir, now: &OnAir) -> bool {
    OnAir { frame: now.frame, ..said.clone() } == *now
}

fn on_air(
    boot: &BootId,
    bundle: Option<&Bundle>,
    cut: Cut,
    decision: &Decision<'_>,
    reading: &Reading,
) -> OnAir {
    let why = match (cut, bundle) {
        (Cut::Blackout, _) => Why::Blackout,
        (Cut::SafePage, _) => Why::SafePage,
        (Cut::Lifted, None) => Why::NoBundle,
        (Cut::Lifted, Some(_)) => decision.why,
    };
    OnAir {
        format: FORMAT,
        boot: *boot,
        bundle: bundle.map(Bundle::reference),
        playlist: decision.playlist().map(|playlist| playlist.name.clone()),
        item: decision.item().map(|item| item.id.to_string()),
        language: decision.language_label(),
        why,
        since: decision.since,
        until: decision.until,
        // Filled in when it has been presented.
        frame: FrameRef { digest: playlists::Digest::of(b""), at: reading.now },
        trust: reading.trust,
    }
}

#[cfg(test)]
mod tests;
