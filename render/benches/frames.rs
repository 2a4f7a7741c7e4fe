//! What frames cost beside copying them: every figure with its floor, in the same run.
//!
//! `cargo bench -p render`. Times are medians; take the ratios seriously and the times loosely.

#[path = "../tests/support/mod.rs"]
mod support;

use std::{
    hint::black_box,
    time::{Duration, Instant},
};

use jiff::Timestamp;
use playlists::{Item, Layout, Pictures, Programme, Trust, Validity, decide};
use render::{Frame, Rectangle, Renderer};
use support::{item, playlist, screen};

/// Sixty characters.
const KHMER: &str = "សូមស្វាគមន៍មកកាន់ច្រកទ្វារព្រំដែនអន្តរជាតិហ័រលូ ម៉ោង ០៧:០០ ។";
const MIXED: &str = "Chào mừng quý khách đến cửa khẩu quốc tế Hoa Lư – Welcome – \
                     សូមស្វាគមន៍មកកាន់ច្រកទ្វារព្រំដែនអន្តរជាតិហ័រលូ";

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort_unstable();
    times[times.len() / 2]
}

/// The median of many turns of `work`, which gets the number of its turn.
fn time(turns: usize, mut work: impl FnMut(usize)) -> Duration {
    let once = |turn| {
        let start = Instant::now();
        work(turn);
        start.elapsed()
    };
    median((0..turns).map(once).collect())
}

fn row(what: &str, took: Duration, floor: Duration, of: &str) {
    let ratio = took.as_secs_f64() / floor.as_secs_f64();
    println!("{what:<58} {:>9.1} µs   {ratio:>6.2} × {of}", took.as_secs_f64() * 1e6);
}

fn start() -> Timestamp {
    "2026-01-01T00:00:00Z".parse().expect("a moment")
}

fn programme(width: u16, height: u16, layout: Layout, text: &str) -> Programme {
    let minute = Duration::from_secs(60);
    let item = Item { layout: Some(layout), duration: minute, ..item(&[("vi", text)]) };
    let validity = Validity { from: start(), until: start() + Duration::from_secs(86_400) };
    Programme { screen: screen(width, height), playlists: vec![playlist(&item)], validity }
}

/// Bytes that lie in `part` of `frame`.
fn bytes(part: &Rectangle) -> usize {
    usize::from(part.width) * usize::from(part.height) * 3
}

/// The least that a strip can cost: its rows are longer than the band's, so each is copied by itself.
fn copying_rows(band: &Rectangle) -> Duration {
    let (width, height) = (usize::from(band.width) * 3, usize::from(band.height));
    let stride = width * 2 + 3000;
    let (from, mut to) = (vec![7u8; stride * height], vec![9u8; width * height]);
    time(501, |turn| {
        let left = turn * 12 % 3000;
        let (from, to) = (black_box(&from), black_box(&mut to));
        for (from, to) in from.chunks_exact(stride).zip(to.chunks_exact_mut(width)) {
            to.copy_from_slice(&from[left..][..width]);
        }
    })
}

fn copying(bytes: usize) -> Duration {
    let (from, mut to) = (vec![7u8; bytes], vec![9u8; bytes]);
    time(501, |_| {
        black_box(&mut to).copy_from_slice(black_box(&from));
    })
}

/// A ticker in the middle of its way, twenty milliseconds a frame.
fn ticker(width: u16, height: u16) {
    let programme = programme(width, height, Layout::Ticker, MIXED);
    let pictures = Pictures::new();
    let mut renderer = Renderer::new();
    let mut panel = Frame::filled(programme.screen.size, [0; 3]);
    let at = |turn: usize| start() + Duration::from_millis(6000 + turn as u64 * 20);
    let mut band = None;
    for turn in 0..3 {
        let moment = renderer.at(&programme, &pictures, at(turn), Trust::Trusted);
        band = moment.changed.first().copied();
    }
    let band = band.expect("a ticker moves");
    let (floor, whole) = (copying(bytes(&band)), copying(panel.pixels().len()));
    let drawn = time(501, |turn| {
        black_box(renderer.at(&programme, &pictures, at(3 + turn), Trust::Trusted).frame);
    });
    let shown = time(501, |turn| {
        let moment = renderer.at(&programme, &pictures, at(504 + turn), Trust::Trusted);
        panel.follow(moment.frame, moment.changed);
    });
    let decided = time(501, |turn| {
        black_box(decide(&programme, at(turn), Trust::Trusted));
    });
    println!("\nticker {width}×{height}: a band of {} rows, {} kB", band.height, bytes(&band) / 1000);
    row("  copying the band", floor, floor, "the band");
    row("  copying it row by row out of a strip", copying_rows(&band), floor, "the band");
    row("  copying the frame", whole, floor, "the band");
    row("  deciding what is shown", decided, floor, "the band");
    row("  a frame drawn", drawn, floor, "the band");
    row("", drawn, whole, "the frame");
    row("  a frame drawn and taken over by a panel", shown, floor, "the band");
    row("", shown, whole, "the frame");
}

fn still(width: u16, height: u16) {
    let programme = programme(width, height, Layout::Rotate, MIXED);
    let pictures = Pictures::new();
    let mut renderer = Renderer::new();
    let whole = copying(usize::from(width) * usize::from(height) * 3);
    let first = time(1, |_| {
        black_box(renderer.at(&programme, &pictures, start(), Trust::Trusted).frame);
    });
    let again = time(501, |turn| {
        let now = start() + Duration::from_millis(1 + turn as u64);
        black_box(renderer.at(&programme, &pictures, now, Trust::Trusted).frame);
    });
    println!("\nstill text {width}×{height}");
    row("  the first frame of a fresh renderer", first, whole, "copying the frame");
    row("  the same again", again, whole, "copying the frame");
}

/// A line at a size that was not drawn before: shaped, fitted, rasterised, painted.
fn cold_line() {
    let item = item(&[("km", KHMER)]);
    let thing = (&item, Layout::Rotate, &["km"][..]);
    let pictures = Pictures::new();
    let mut renderer = Renderer::new();
    // Wide enough for one line; a row more each time is another size nearly each time.
    let heights = 40..140;
    let known = time(heights.len(), |turn| {
        let screen = screen(1600, heights.start + turn as u16);
        let frame = support::draw(&mut renderer, &screen, thing, &pictures, Duration::ZERO);
        black_box(frame.expect("it fits"));
    });
    let fresh = (0..51).map(|_| {
        let mut renderer = Renderer::new();
        time(1, |_| {
            let frame = support::draw(&mut renderer, &screen(1600, 80), thing, &pictures, Duration::ZERO);
            black_box(frame.expect("it fits"));
        })
    });
    let fresh = median(fresh.collect());
    let shaped = time(501, |_| {
        black_box(renderer.shape("km", KHMER));
    });
    println!("\na line of {} characters of Khmer on 1600 pixels", KHMER.chars().count());
    row("  shaped", shaped, shaped, "shaping");
    row("  shaped, fitted and drawn at a new size", known, shaped, "shaping");
    row("  the same with letters never seen", fresh, shaped, "shaping");
}

fn main() {
    // Not to be measured when only asked whether it runs.
    if std::env::args().any(|argument| argument == "--test") {
        return;
    }
    let fresh = time(21, |_| drop(black_box(Renderer::new())));
    println!("{:<58} {:>9.1} µs", "a fresh renderer", fresh.as_secs_f64() * 1e6);
    ticker(1920, 216);
    ticker(1920, 1080);
    ticker(192, 64);
    still(1920, 1080);
    still(192, 64);
    cold_line();
}
