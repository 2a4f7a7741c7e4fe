//! What a moment says has changed: enough for a panel that keeps its frame, and nothing that needs memory.

mod support;

use std::{
    alloc::{GlobalAlloc, Layout as Block, System},
    cell::Cell,
    time::Duration,
};

use image::RgbImage;
use jiff::Timestamp;
use playlists::{Fit, Item, ItemId, Layout, Pictures, Programme, ScreenSize, Trust, Validity, decide};
use render::{Frame, Rectangle, Renderer};
use support::{item, picture, pictures, playlist, screen};

/// Counts what each thread asks for.
struct Counting;

thread_local! {
    static ASKED: Cell<u64> = const { Cell::new(0) };
}

#[expect(unsafe_code, reason = "an allocator cannot be written without")]
// SAFETY: all is passed on to the system's allocator as it came.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, block: Block) -> *mut u8 {
        ASKED.set(ASKED.get() + 1);
        // SAFETY: as the caller promises.
        unsafe { System.alloc(block) }
    }

    unsafe fn dealloc(&self, at: *mut u8, block: Block) {
        // SAFETY: as the caller promises.
        unsafe { System.dealloc(at, block) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// How often `work` asks for memory.
fn asked<T>(work: impl FnOnce() -> T) -> (T, u64) {
    let before = ASKED.get();
    let done = work();
    (done, ASKED.get() - before)
}

const WELCOME: [(&str, &str); 3] = [
    ("vi", "Chào mừng quý khách đến cửa khẩu quốc tế Hoa Lư"),
    ("en", "Welcome to Hoa Lư International Border Gate"),
    ("km", "សូមស្វាគមន៍មកកាន់ ច្រកទ្វារព្រំដែន អន្តរជាតិហ័រលូ"),
];

fn start() -> Timestamp {
    "2026-01-01T00:00:00Z".parse().expect("a moment")
}

/// Every layout, with a picture and without.
fn programme(size: (u16, u16)) -> (Programme, Pictures) {
    let image = RgbImage::from_fn(60, 40, |x, y| image::Rgb([x as u8 * 4, y as u8 * 6, 128]));
    let mut file = std::io::Cursor::new(Vec::new());
    image.write_to(&mut file, image::ImageFormat::Png).expect("a vector takes it");
    let layouts = [Layout::Rotate, Layout::Ticker, Layout::Split, Layout::Stack];
    let items = layouts.into_iter().flat_map(|layout| [(layout, false), (layout, true)]);
    let items = items.enumerate().map(|(n, (layout, with_picture))| Item {
        id: ItemId::parse(&format!("item-{n}")).expect("an id"),
        layout: Some(layout),
        figure: picture("a.png", Fit::Contain).filter(|_| with_picture),
        ..item(&WELCOME)
    });
    let mut playlist = playlist(&item(&WELCOME));
    playlist.items = items.collect();
    let validity = Validity { from: start(), until: start() + Duration::from_secs(86_400) };
    let programme =
        Programme::of_playlists(screen(size.0, size.1), validity, vec![playlist]).expect("it has no times");
    (programme, pictures("a.png", file.into_inner()))
}

/// Numbers as good as random ones, the same every time.
fn scattered(seed: u64) -> impl Iterator<Item = u64> {
    std::iter::successors(Some(seed), |n| Some(n.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1)))
        .skip(1)
        .map(|n| n >> 33)
}

/// Follows a renderer through `moments`, in milliseconds, with nothing but what it says has changed.
#[track_caller]
fn check(size: (u16, u16), moments: impl Iterator<Item = u64>) {
    let (programme, pictures) = programme(size);
    let mut renderer = Renderer::new();
    let mut panel = Frame::filled(programme.screen().size, [1, 2, 3]);
    let (mut nothing, mut parts) = (0, 0);
    for (n, millis) in moments.enumerate() {
        let now = start() + Duration::from_millis(millis);
        let moment = renderer.at(&programme, &pictures, now, Trust::Trusted);
        panel.follow(moment.frame, moment.changed);
        assert!(panel == *moment.frame, "{size:?} at {millis} ms: more has changed than was told");
        match moment.changed {
            [] => nothing += 1,
            [only] if *only == moment.frame.whole() => {}
            _ => parts += 1,
        }
        // What was drawn before has no part in it. A fresh renderer is slow, so only now and then.
        if n % 23 == 0 {
            let mut fresh = Renderer::new();
            let alone = fresh.at(&programme, &pictures, now, Trust::Trusted);
            assert!(panel == *alone.frame, "{size:?} at {millis} ms: it depends on what was drawn before");
            assert_eq!(alone.changed, [alone.frame.whole()]);
        }
    }
    assert!(nothing > 10 && parts > 10, "{size:?}: {nothing} stills and {parts} parts show little");
}

#[test]
fn the_changed_parts_make_the_frame() {
    for size in [(192, 64), (128, 32), (96, 192), (320, 128)] {
        // Step by step through a round of all items and languages; a still is asked for again and again.
        check(size, (0..3500).map(|step| step * 40));
    }
    // To and fro: a moment is what it is, whatever came before.
    let mut base = 0;
    let near = scattered(7).map(move |n| {
        base = if n % 8 == 0 { n % 140_000 } else { base };
        base + n % 700
    });
    check((192, 64), near.take(2000));
}

#[test]
fn other_work_of_the_renderer_has_no_part_in_what_changed() {
    let (programme, pictures) = programme((192, 64));
    let mut renderer = Renderer::new();
    let at = |renderer: &mut Renderer, millis| {
        let now = start() + Duration::from_millis(millis);
        renderer.at(&programme, &pictures, now, Trust::Trusted).changed.to_vec()
    };
    let whole = Rectangle { x: 0, y: 0, width: 192, height: 64 };
    assert_eq!(at(&mut renderer, 0), [whole]);
    let other = screen(320, 128);
    assert_eq!(renderer.check(&other, &programme.playlists()[0].items[1], &pictures), []);
    let thing = (&programme.playlists()[0].items[1], Layout::Ticker, &["km"][..]);
    support::draw(&mut renderer, &other, thing, &pictures, Duration::from_secs(3)).expect("it can be drawn");
    assert_eq!(at(&mut renderer, 20), []);
    let larger = Programme::of_playlists(other, programme.validity(), programme.playlists().to_vec())
        .expect("it has no times");
    let moment = renderer.at(&larger, &pictures, start(), Trust::Trusted);
    assert_eq!(moment.frame.size(), ScreenSize::new(320, 128).expect("a size"));
    assert_eq!(moment.changed, [moment.frame.whole()]);
    assert_eq!(at(&mut renderer, 0), [whole]);
}

/// After the first frame of an item, its stills and its steps need no memory but what it takes to decide.
#[test]
fn a_frame_asks_for_no_memory() {
    let (programme, pictures) = programme((192, 64));
    let mut renderer = Renderer::new();
    let mut panel = Frame::filled(programme.screen().size, [0; 3]);
    let (mut stills, mut steps) = (0, 0);
    for step in 0..7000 {
        let now = start() + Duration::from_millis(step * 20);
        let (_, deciding) = asked(|| decide(&programme, now, Trust::Trusted));
        let (moment, all) = asked(|| {
            let moment = renderer.at(&programme, &pictures, now, Trust::Trusted);
            panel.follow(moment.frame, moment.changed);
            moment
        });
        match moment.changed {
            [] => stills += 1,
            [only] if *only == moment.frame.whole() => continue,
            _ if moment.decision.item().is_none_or(|item| item.layout != Some(Layout::Ticker)) => continue,
            _ => steps += 1,
        }
        assert_eq!(all, deciding, "at step {step}");
    }
    assert!(stills > 1000 && steps > 500, "{stills} stills and {steps} steps show little");
}
