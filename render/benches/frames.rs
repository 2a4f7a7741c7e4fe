//! What frames cost beside copying them: every figure with its floor, in the same run.
//!
//! `cargo bench -p render`. Times are medians, with the mean in brackets; ratios and goals are of medians. Take the
//! ratios seriously and the times loosely. Ours is measured by the clock, one thread and one turn at a time: the median
//! leaves out turns that something else interrupted. Pango's is processor time by `getrusage` over fifty turns, because
//! a turn may be shorter than what that counts; the scheduler's count that a thread can read of itself moves in whole
//! ticks of four milliseconds.

mod peers;
#[path = "../tests/support/mod.rs"]
mod support;

use std::{
    collections::BTreeMap,
    hint::black_box,
    process::ExitCode,
    time::{Duration, Instant},
};

use jiff::Timestamp;
use peers::Pango;
use playlists::{Item, Layout, Pictures, Programme, Rules, Screen, Trust, Validity, View, decide};
use render::{Frame, Line, Rectangle, Renderer, Typesetter};
use support::{item, playlist, screen};

/// Sixty characters.
const KHMER: &str = "សូមស្វាគមន៍មកកាន់ច្រកទ្វារព្រំដែនអន្តរជាតិហ័រលូ ម៉ោង ០៧:០០ ។";
const MIXED: &str = "Chào mừng quý khách đến cửa khẩu quốc tế Hoa Lư – Welcome – \
                     សូមស្វាគមន៍មកកាន់ច្រកទ្វារព្រំដែនអន្តរជាតិហ័រលូ";

/// What many turns of a work took, in microseconds.
#[derive(Clone, Copy)]
struct Took {
    median: f64,
    mean: f64,
}

impl Took {
    fn of(mut times: Vec<Duration>) -> Self {
        times.sort_unstable();
        let micros = |time: Duration| time.as_secs_f64() * 1e6;
        let mean = micros(times.iter().sum()) / times.len() as f64;
        Self { median: micros(times[times.len() / 2]), mean }
    }

    /// What a peer has told of one of its works.
    fn told(told: &BTreeMap<String, f64>, work: &str) -> Self {
        Self { median: told[work], mean: told[&format!("{work}-mean")] }
    }
}

/// Many turns of `work`, which gets the number of its turn.
fn time(turns: usize, mut work: impl FnMut(usize)) -> Took {
    Took::of((0..turns).map(|turn| once(|| work(turn))).collect())
}

/// One turn of `work`.
fn once(work: impl FnOnce()) -> Duration {
    let start = Instant::now();
    work();
    start.elapsed()
}

fn row(what: &str, took: Took, floor: Took, of: &str) {
    let (ratio, mean) = (took.median / floor.median, format!("({:.1})", took.mean));
    println!("{what:<58} {:>9.1} µs {mean:>10}   {ratio:>6.2} × {of}", took.median);
}

fn start() -> Timestamp {
    "2026-01-01T00:00:00Z".parse().expect("a moment")
}

fn programme(width: u16, height: u16, layout: Layout, text: &str) -> Programme {
    let long = Duration::from_secs(120);
    let item = Item { layout: Some(layout), duration: long, ..item(&[("vi", text)]) };
    let validity = Validity { from: start(), until: start() + Duration::from_secs(86_400) };
    Programme::of_playlists(screen(width, height), validity, vec![playlist(&item)]).expect("it has no times")
}

/// Bytes that lie in `part` of `frame`.
fn bytes(part: &Rectangle) -> usize {
    usize::from(part.width) * usize::from(part.height) * 3
}

/// What a window costs that is copied out of a strip: its rows are longer than the band's, so each is copied by itself.
fn copying_rows(band: &Rectangle) -> Took {
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

fn copying(bytes: usize) -> Took {
    let (from, mut to) = (vec![7u8; bytes], vec![9u8; bytes]);
    time(501, |_| {
        black_box(&mut to).copy_from_slice(black_box(&from));
    })
}

/// A wall whose ticker has letters of about `size`, and what it runs with.
struct Running {
    programme: Programme,
    size: u16,
    /// Pixels in twenty milliseconds.
    step: f64,
    band: Rectangle,
}

impl Running {
    /// No text asks for a size: it is what its box gives. A larger box is taken until it is `wanted`, or the lines
    /// of `text` are made more until that is the largest for which a strip may be kept.
    fn new(width: u16, heights: &[u16], wanted: u16, text: &str) -> Self {
        let mut typesetter = Typesetter::default();
        let mut lit = |size| lit_rows(&typesetter.line("vi", text, size).expect("a short line"));
        let sizes: Vec<_> = (10..=wanted + 12).map(|size| (size, lit(size))).collect();
        let tried = heights.iter().map(|height| {
            let programme = programme(width, *height, Layout::Ticker, text);
            let mut renderer = Renderer::new();
            let mut band = None;
            for turn in 0..2 {
                let moment = renderer.at(&programme, &Pictures::new(), at(turn), Trust::Trusted);
                band = moment.changed.first().copied();
            }
            let band = band.expect("a ticker moves");
            let fits = |(_, rows): &&(u16, usize)| *rows <= usize::from(band.height);
            let size = sizes.iter().rev().find(fits).map_or(10, |(size, _)| *size);
            // As in `ticker.rs`: five hundredths of an em, in thirds of a pixel, or in whole pixels from 80 on.
            let step = if size < 80 { f64::from(size * 3 / 20) / 3.0 } else { f64::from(size / 20) };
            Self { programme, size, step, band }
        });
        tried.min_by_key(|one| one.size.abs_diff(wanted)).expect("a height was named")
    }
}

/// Rows that have ink.
fn lit_rows(line: &Line) -> usize {
    line.light.chunks_exact(line.width as usize).filter(|row| row.iter().any(|light| *light > 0)).count()
}

fn at(turn: usize) -> Timestamp {
    start() + Duration::from_millis(6000 + turn as u64 * 20)
}

/// A ticker in the middle of its way, twenty milliseconds a frame. It is to cost so many times less than Pango's over a
/// picture, and to keep near the `floors`. Returns whether it does.
fn ticker(name: &str, running: &Running, pango: Option<&Pango>, (goal, floors): (f64, bool)) -> bool {
    let Running { programme, size, step, band } = running;
    let pictures = Pictures::new();
    let mut renderer = Renderer::new();
    let mut panel = Frame::filled(programme.screen().size, [0; 3]);
    (0..3).for_each(|turn| drop(renderer.at(programme, &pictures, at(turn), Trust::Trusted)));
    let (floor, whole) = (copying(bytes(band)), copying(panel.pixels().len()));
    let rows = copying_rows(band);
    let drawn = time(501, |turn| {
        black_box(renderer.at(programme, &pictures, at(3 + turn), Trust::Trusted).frame);
    });
    let shown = time(501, |turn| {
        let moment = renderer.at(programme, &pictures, at(504 + turn), Trust::Trusted);
        panel.follow(moment.frame, moment.changed);
    });
    let decided = time(501, |turn| {
        black_box(decide(programme, at(turn), Trust::Trusted));
    });
    let (width, height) = (programme.screen().size.width(), programme.screen().size.height());
    println!(
        "\n{name}: {width}×{height}, letters of {size} px, {step:.2} px a frame, a band of {} rows, {} kB",
        band.height,
        bytes(band) / 1000
    );
    row("  copying the band", floor, floor, "the band");
    row("  copying it row by row out of a strip", rows, floor, "the band");
    row("  copying the frame", whole, floor, "the band");
    row("  deciding what is shown", decided, floor, "the band");
    row("  a frame drawn", drawn, floor, "the band");
    row("", drawn, rows, "the band row by row");
    row("", drawn, whole, "the frame");
    row("  a frame drawn and taken over by a panel", shown, floor, "the band");
    let copies =
        [("the band, at most 1.2", drawn, floor, 1.2), ("the frame, at most 0.2", drawn, whole, 0.2)];
    let mut kept = !floors || goals(name, &copies);
    let Some(pango) = pango else { return kept };
    let [width, height, size, step] =
        [width.into(), height.into(), (*size).into(), *step].map(|n: f64| n.to_string());
    let told = pango.ask(&["ticker", &width, &height, &size, &step, &text_of(programme)]);
    println!("  Pango/Cairo, a strip of {} rows drawn once:", told["rows"]);
    for (way, what) in [
        ("copied", "  its window copied"),
        ("blended", "  its window laid over a picture in the band"),
        ("repainted", "  its window laid over a picture, all painted anew"),
        ("between-pixels", "  its window between pixels over a picture in the band"),
    ] {
        let took = Took::told(&told, way);
        row(what, took, drawn, "ours");
        if way == "blended" {
            kept &=
                goals(name, &[("Pango's over a picture, at most 1 of that many", drawn, took, 1.0 / goal)]);
        }
    }
    kept
}

fn text_of(programme: &Programme) -> String {
    let texts = programme.playlists()[0].items[0].texts.as_ref().expect("it has a text");
    texts.iter().map(|(_, text)| text).collect()
}

/// Says which goals are kept.
fn goals(name: &str, wanted: &[(&str, Took, Took, f64)]) -> bool {
    let mut all = true;
    for (what, took, of, most) in wanted {
        let ratio = took.median / of.median;
        let verdict = if ratio <= *most { "kept" } else { "NOT KEPT" };
        println!("  goal {name}: {ratio:.3} of {what} ({most:.3}): {verdict}");
        all &= ratio <= *most;
    }
    all
}

/// A line at sizes that were not drawn before, beside Pango's: shaped, rasterised and painted on a picture that is
/// about as large as it.
fn cold_line(pango: Option<&Pango>) {
    let item = item(&[("km", KHMER)]);
    let pictures = Pictures::new();
    let draw = |renderer: &mut Renderer, wall: &Screen| {
        let thing = (&item, Layout::Rotate, &["km"][..]);
        support::draw(renderer, wall, thing, &pictures, Duration::ZERO).expect("it fits")
    };
    let mut typesetter = Typesetter::default();
    // Smaller ones may stand larger on a small screen.
    let lines: Vec<_> =
        (33..=63).map(|size| (size, typesetter.line("km", KHMER, size).expect("a short line"))).collect();
    // Pango is told the size. So is ours: nobody could read a smaller one from so far, and the wall is too low for
    // a larger one.
    let told = lines.iter().map(|(size, line)| {
        let view = View { pitch_um: 1_600_000u32.div_ceil((*size).into()), distance_mm: 214_200 };
        let rules = Rules { view: Some(view), ..Rules::default() };
        Screen { rules, ..screen(line.width as u16, size * 2) }
    });
    // Walls are told none: the largest is looked for.
    let fitted = lines.iter().map(|(size, line)| screen(line.width as u16, (size * 100).div_ceil(45)));
    let [told, fitted]: [Vec<_>; 2] = [told.collect(), fitted.collect()];
    for walls in [&told, &fitted] {
        for (wall, (size, line)) in walls.iter().zip(&lines) {
            let frame = draw(&mut Renderer::new(), wall);
            let ground = frame.pixels()[..3].to_vec();
            let rows = frame.pixels().chunks_exact(usize::from(wall.size.width()) * 3);
            let lit = rows.filter(|row| row.chunks_exact(3).any(|pixel| pixel != ground)).count();
            assert_eq!(lit, lit_rows(line), "it is not drawn at {size} px");
        }
    }
    let new_sizes = |walls: &[Screen]| {
        let mut renderer = Renderer::new();
        // Its letters are known, at no size that follows.
        draw(&mut renderer, &screen(1600, 64));
        time(walls.len(), |turn| drop(black_box(draw(&mut renderer, &walls[turn]))))
    };
    let new_letters = (0..fitted.len()).map(|turn| {
        let mut renderer = Renderer::new();
        let start = Instant::now();
        black_box(draw(&mut renderer, &fitted[turn]));
        start.elapsed()
    });
    let (told, new_letters) = (new_sizes(&told), Took::of(new_letters.collect()));
    let mut renderer = Renderer::new();
    let shaped = time(501, |_| drop(black_box(renderer.shape("km", KHMER))));
    println!("\na line of {} characters of Khmer, at sizes from 33 to 63 px", KHMER.chars().count());
    row("  shaped", shaped, shaped, "shaping");
    row("  shaped and drawn at a new size", told, shaped, "shaping");
    row("  shaped, fitted and drawn at a new size", new_sizes(&fitted), shaped, "shaping");
    row("  the same with letters never seen", new_letters, shaped, "shaping");
    let Some(pango) = pango else { return };
    let answer = pango.ask(&["line", "32", "63", KHMER]);
    row("  shaped and drawn at a new size by Pango/Cairo", Took::told(&answer, "line"), told, "ours");
}

/// The same line on a strip of a ticker, its letters known but at no size that is drawn: all that is between a text and
/// its pixels, and nothing else.
fn cold_strip(pango: Option<&Pango>) {
    let strip = |typesetter: &mut Typesetter, size| {
        drop(black_box(typesetter.strip("km", KHMER, size, [[255, 220, 60], [0, 24, 60]])));
    };
    let known = || {
        let mut typesetter = Typesetter::default();
        strip(&mut typesetter, 32);
        typesetter
    };
    let sizes = (0..21).flat_map(|_| {
        let mut typesetter = known();
        (33..=63).map(move |size| once(|| strip(&mut typesetter, size)))
    });
    let sizes = Took::of(sizes.collect());
    let one_size = (0..201).map(|_| {
        let mut typesetter = known();
        once(|| strip(&mut typesetter, 48))
    });
    let one_size = Took::of(one_size.collect());
    let mut typesetter = known();
    let again = time(501, |_| strip(&mut typesetter, 32));
    println!(
        "\nthe same line from text to the strip of a ticker: shaped, rasterised and painted, and nothing else"
    );
    row("  at new sizes from 33 to 63 px", sizes, sizes, "itself");
    row("  at 48 px, new", one_size, sizes, "all sizes");
    row("  at 32 px, known", again, sizes, "all sizes");
    let Some(pango) = pango else { return };
    let told = Took::told(&pango.ask(&["line", "32", "63", KHMER]), "line");
    row("  at new sizes by Pango/Cairo", told, sizes, "ours");
}

/// A page of fourteen lines, beside Pango's.
fn page(pango: Option<&Pango>) {
    let (pictures, mut renderer) = (Pictures::new(), Renderer::new());
    // Another one in between, so that it is laid out and drawn anew.
    let page = |text: &str| vec![text; 14].join("\n");
    let items = [page(MIXED), page("Welcome")].map(|text| item(&[("vi", &text)]));
    let screen = screen(1920, 1080);
    let drawn = (0..21).map(|_| {
        let mut draw = |item| {
            let thing = (item, Layout::Rotate, &["vi"][..]);
            let frame = support::draw(&mut renderer, &screen, thing, &pictures, Duration::ZERO);
            black_box(frame.expect("it fits"));
        };
        draw(&items[1]);
        let start = Instant::now();
        draw(&items[0]);
        start.elapsed()
    });
    let drawn = Took::of(drawn.collect());
    let whole = copying(usize::from(screen.size.width()) * usize::from(screen.size.height()) * 3);
    println!("\n14 lines of three scripts on 1920×1080");
    row("  shaped, fitted and drawn", drawn, whole, "copying the frame");
    let Some(pango) = pango else { return };
    let told = pango.ask(&["page", "1920", "1080", "14", "30", MIXED]);
    row("  by Pango/Cairo, set before and only drawn", Took::told(&told, "page"), drawn, "ours");
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

fn main() -> ExitCode {
    // Not to be measured when only asked whether it runs.
    if std::env::args().any(|argument| argument == "--test") {
        return ExitCode::SUCCESS;
    }
    let pango = Pango::build();
    let fresh = time(21, |_| drop(black_box(Renderer::new())));
    println!("{:<58} {:>9.1} µs", "a fresh renderer", fresh.median);
    // At 1080 rows a text is as large as its strip may be, so a long one has the letters that are wanted.
    let long = format!("{MIXED} – {MIXED} – Welcome to the gate – ");
    let mut kept = ticker("W1", &Running::new(1920, &[1080], 96, &long), pango.as_ref(), (6.0, true));
    kept &= ticker("W1s", &Running::new(192, &[64], 40, MIXED), pango.as_ref(), (1.5, false));
    let heights: Vec<u16> = (64..160).step_by(4).collect();
    kept &= ticker("W1s at 40 px", &Running::new(192, &heights, 40, MIXED), pango.as_ref(), (1.5, false));
    still(1920, 1080);
    still(192, 64);
    cold_line(pango.as_ref());
    cold_strip(pango.as_ref());
    page(pango.as_ref());
    println!(
        "\n{}",
        if kept { "all goals of the tickers are kept" } else { "NOT ALL GOALS OF THE TICKERS ARE KEPT" }
    );
    if pango.is_none() && peers::must_be_there() { ExitCode::FAILURE } else { ExitCode::SUCCESS }
}
