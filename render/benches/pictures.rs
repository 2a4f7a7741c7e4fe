//! What it costs to show a picture file, beside Python's Pillow doing the same in the same run.
//!
//! `cargo bench -p render --bench pictures`. CPU time, not the clock's: medians of several turns. Linux only.

#[path = "../tests/support/mod.rs"]
mod support;

use std::{
    ffi::OsString,
    fs,
    hint::black_box,
    io::Cursor,
    path::{Path, PathBuf},
    process::Command,
    time::Duration,
};

use image::{DynamicImage, ImageFormat, Rgb, RgbImage, codecs::jpeg::JpegEncoder};
use playlists::{Fit, Item, Layout, Picture, Pictures, Playlist, Programme, Transition, Trust, Validity};
use render::Renderer;
use support::{SINCE, item, path, picture, pictures, playlist, screen};

/// The wall.
const WIDTH: u16 = 960;
const HEIGHT: u16 = 320;
const TURNS: usize = 9;

/// Decodes, cuts to cover and scales, as often as asked; prints the median of the process's CPU time and then of
/// that with `draft`, which lets libjpeg decode at a half or a quarter of the size.
const PILLOW: &str = r#"
import sys, time
from PIL import Image
def show(path, draft):
    image = Image.open(path)
    if draft: image.draft("RGB", (960, 720))
    image = image.convert("RGB")
    width, height = image.size
    seen = width * 320 / 960
    top = (height - seen) / 2
    return image.resize((960, 320), Image.Resampling.BICUBIC, box=(0, top, width, top + seen))
for draft in (False, True):
    times = []
    for _ in range(int(sys.argv[2]) + 1):
        start = time.process_time()
        show(sys.argv[1], draft)
        times.append(time.process_time() - start)
    print(sorted(times[1:])[len(times) // 2 - 1])
"#;

/// The slideshow in the same way: both pictures, and thirty frames of the one shining through the other.
const PILLOW_SLIDESHOW: &str = r#"
import sys, time
from PIL import Image
def show(path):
    image = Image.open(path).convert("RGB")
    width, height = image.size
    seen = width * 320 / 960
    top = (height - seen) / 2
    return image.resize((960, 320), Image.Resampling.BICUBIC, box=(0, top, width, top + seen))
def fade(pictures):
    for step in range(30):
        Image.blend(*pictures, (step + 1) / 31).tobytes()
first, later = [], []
for _ in range(int(sys.argv[3]) + 1):
    start = time.process_time()
    pictures = [show(path) for path in sys.argv[1:3]]
    fade(pictures)
    first.append(time.process_time() - start)
    start = time.process_time()
    fade(pictures)
    later.append(time.process_time() - start)
for times in (first, later):
    print(sorted(times[1:])[len(times) // 2 - 1])
"#;

/// Looks like a photograph to a decoder: soft slopes, edges, and the noise of a sensor.
fn photograph(width: u32, height: u32) -> RgbImage {
    let mut noise = 1u32;
    RgbImage::from_fn(width, height, |x, y| {
        noise = noise.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        let grain = (noise >> 28) as i32 - 8;
        let hill = if y * 3 > height + x / 4 % 300 { 60 } else { 0 };
        let slope = |a: u32, b: u32| (x * a / width + y * b / height) as i32;
        Rgb([slope(90, 60) + hill, slope(40, 110) + hill / 2, 150 - slope(70, 50)]
            .map(|value| (value + grain).clamp(0, 255) as u8))
    })
}

fn jpeg() -> Vec<u8> {
    let mut file = Vec::new();
    let encoder = JpegEncoder::new_with_quality(&mut file, 85);
    photograph(4000, 3000).write_with_encoder(encoder).expect("a vector takes it");
    file
}

fn png() -> Vec<u8> {
    let mut file = Cursor::new(Vec::new());
    DynamicImage::from(photograph(1920, 1080))
        .write_to(&mut file, ImageFormat::Png)
        .expect("a vector takes it");
    file.into_inner()
}

fn only_picture() -> Item {
    Item { texts: None, figure: picture("p", Fit::Cover), ..item(&[("en", "no text")]) }
}

fn show(renderer: &mut Renderer, pictures: &Pictures) {
    let (screen, item) = (screen(WIDTH, HEIGHT), only_picture());
    let thing = (&item, Layout::Rotate, &[][..]);
    black_box(support::draw(renderer, &screen, thing, pictures, Duration::ZERO).expect("it is drawn"));
}

/// What this thread has had of the processor.
fn used() -> Duration {
    // The kernel brings its sum up to date when a thread offers its turn.
    std::thread::yield_now();
    let sums = fs::read_to_string("/proc/thread-self/schedstat").expect("Linux counts a thread's time");
    let nanoseconds = sums.split(' ').next().and_then(|sum| sum.parse().ok());
    Duration::from_nanos(nanoseconds.expect("the first number is time on the processor"))
}

fn median(work: impl FnMut() -> Duration) -> Duration {
    let mut times: Vec<_> = std::iter::repeat_with(work).take(TURNS).collect();
    times.sort_unstable();
    times[TURNS / 2]
}

/// The first show on a fresh renderer, and a later one on the same.
fn ours(pictures: &Pictures) -> (Duration, Duration) {
    let first = median(|| {
        let mut renderer = Renderer::new();
        let start = used();
        show(&mut renderer, pictures);
        used() - start
    });
    let mut renderer = Renderer::new();
    show(&mut renderer, pictures);
    let later = median(|| {
        let start = used();
        for _ in 0..100 {
            show(&mut renderer, pictures);
        }
        (used() - start) / 100
    });
    (first, later)
}

/// Two pictures, one after the other, each fading in: when each comes on.
struct Slideshow {
    programme: Programme,
    pictures: Pictures,
}

impl Slideshow {
    fn new(files: [Vec<u8>; 2]) -> Self {
        let slide =
            |name| Item { figure: picture(name, Fit::Cover), transition: Transition::Fade, ..only_picture() };
        let items = vec![slide("a"), slide("b")];
        let playlist = Playlist { items, ..playlist(&only_picture()) };
        let validity = Validity { from: SINCE, until: SINCE + Duration::from_secs(86_400) };
        let programme = Programme::of_playlists(screen(WIDTH, HEIGHT), validity, vec![playlist])
            .expect("it has no times");
        let [a, b] = files.map(Picture::new);
        Self { programme, pictures: Pictures::from([(path("a"), a), (path("b"), b)]) }
    }

    /// The first picture, and the second as it comes on in thirty frames, in one of the rounds of 16 seconds.
    fn show(&self, renderer: &mut Renderer, round: u64) {
        let second = round * 16_000 + 8_000;
        for millis in std::iter::once(second - 1_000).chain((0..31).map(|step| second + step * 20)) {
            let now = SINCE + Duration::from_millis(millis);
            black_box(renderer.at(&self.programme, &self.pictures, now, Trust::Trusted).frame);
        }
    }

    /// The first time on a fresh renderer, and later times on the same.
    fn times(&self) -> (Duration, Duration) {
        let timed = |renderer: &mut Renderer, round| {
            let start = used();
            self.show(renderer, round);
            used() - start
        };
        let first = median(|| timed(&mut Renderer::new(), 0));
        let mut renderer = Renderer::new();
        self.show(&mut renderer, 0);
        let mut round = 0;
        let later = median(|| {
            let start = used();
            for _ in 0..20 {
                round += 1;
                self.show(&mut renderer, round);
            }
            (used() - start) / 20
        });
        (first, later)
    }
}

fn compare_slideshow(files: [Vec<u8>; 2], folder: &Path) {
    let paths = ["slide-a", "slide-b"].map(|name| folder.join(name));
    for (path, bytes) in paths.iter().zip(&files) {
        fs::write(path, bytes).expect("the temporary folder can be written");
    }
    println!("\nslideshow: the JPEG, then the PNG fading in in 30 frames, {WIDTH}×{HEIGHT}");
    let (first, later) = Slideshow::new(files).times();
    println!("  first show{:>40.1} ms", milliseconds(first));
    println!("  later shows{:>39.2} ms", milliseconds(later));
    let arguments = paths.iter().map(|path| path.as_os_str().to_owned()).collect::<Vec<_>>();
    match medians(PILLOW_SLIDESHOW, &arguments) {
        None => println!("  PILLOW IS NOT INSTALLED: NOT COMPARED"),
        Some((of_first, of_later)) => {
            let row = |name: &str, time: Duration, ours: Duration| {
                let ratio = ours.as_secs_f64() / time.as_secs_f64();
                println!("  {name:<30}{:>20.1} ms   ours {ratio:.2} × of it", milliseconds(time));
            };
            row("Pillow, first show", of_first, first);
            row("Pillow, pictures kept", of_later, later);
        }
    }
}

/// Two medians that a program for Python prints; nothing where Pillow is not installed.
fn medians(program: &str, files: &[OsString]) -> Option<(Duration, Duration)> {
    let run =
        Command::new("python3").arg("-c").arg(program).args(files).arg(TURNS.to_string()).output().ok()?;
    let told = String::from_utf8(run.stdout).ok()?;
    let mut times = told.lines().filter_map(|line| line.parse().ok()).map(Duration::from_secs_f64);
    Some((times.next()?, times.next()?))
}

/// The most memory that a process of its own takes to show `file`, in KiB, and what it has before.
fn peak(file: &Path) -> Option<(u64, u64)> {
    let this = std::env::current_exe().ok()?;
    let run = Command::new(this).arg("--peak").arg(file).output().ok()?;
    let told = String::from_utf8(run.stdout).ok()?;
    let mut sizes = told.split_whitespace().filter_map(|size| size.parse().ok());
    Some((sizes.next()?, sizes.next()?))
}

/// Prints the process's peak of memory before and after it has shown a file.
fn print_peak(file: &str) {
    let high = || {
        let status = fs::read_to_string("/proc/self/status").expect("Linux tells a process about itself");
        let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        line.and_then(|line| line.trim().strip_suffix(" kB")).map(str::to_owned).expect("a peak in kB")
    };
    let pictures = pictures("p", fs::read(file).expect("the bench has written it"));
    let mut renderer = Renderer::new();
    let before = high();
    show(&mut renderer, &pictures);
    println!("{before} {}", high());
}

fn milliseconds(time: Duration) -> f64 {
    time.as_secs_f64() * 1e3
}

fn compare(what: &str, bytes: Vec<u8>, folder: &Path) {
    let file = folder.join("picture");
    fs::write(&file, &bytes).expect("the temporary folder can be written");
    println!("\n{what}, {} kB, covering {WIDTH}×{HEIGHT}", bytes.len() / 1000);
    let (first, later) = ours(&pictures("p", bytes));
    println!("  first show{:>40.1} ms", milliseconds(first));
    println!("  later shows{:>39.3} ms", milliseconds(later));
    match medians(PILLOW, &[file.clone().into_os_string()]) {
        None => println!("  PILLOW IS NOT INSTALLED: NOT COMPARED"),
        Some((plain, draft)) => {
            let row = |name: &str, time: Duration| {
                let ratio = first.as_secs_f64() / time.as_secs_f64();
                println!("  {name:<30}{:>20.1} ms   first show {ratio:.2} × of it", milliseconds(time));
            };
            row("Pillow", plain);
            row("Pillow with draft", draft);
        }
    }
    match peak(&file) {
        None => println!("  the peak of memory is not known"),
        Some((before, peak)) => println!(
            "  peak of memory{:>36.1} MiB, {:.1} MiB before",
            peak as f64 / 1024.0,
            before as f64 / 1024.0
        ),
    }
}

fn main() {
    let arguments: Vec<_> = std::env::args().collect();
    if let [_, flag, file] = &arguments[..]
        && flag == "--peak"
    {
        return print_peak(file);
    }
    // Not to be measured when only asked whether it runs.
    if arguments.iter().any(|argument| argument == "--test") {
        return;
    }
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR"));
    compare("JPEG of 4000×3000", jpeg(), &folder);
    compare("PNG of 1920×1080", png(), &folder);
    compare_slideshow([jpeg(), png()], &folder);
}
