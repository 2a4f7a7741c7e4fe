//! Frames that were looked at by eye and found right, exact to the bit.
//!
//! `BLESS=1 cargo test -p render --test golden` writes them anew; then look at every picture that changed.

mod support;

use std::{collections::BTreeSet, env, fs, path::PathBuf, time::Duration};

use image::RgbImage;
use playlists::{Fit, Item, Layout, Pictures, Rules, Screen, Shows};
use render::{Frame, Renderer};
use support::{SINCE, draw, item, picture, pictures, screen};

const WELCOME: [(&str, &str); 3] = [
    ("vi", "Chào mừng quý khách đến cửa khẩu quốc tế Hoa Lư"),
    ("en", "Welcome to Hoa Lư International Border Gate"),
    ("km", "សូមស្វាគមន៍មកកាន់ច្រកទ្វារព្រំដែនអន្តរជាតិហ័រលូ"),
];
const HOURS: [(&str, &str); 3] = [
    ("vi", "Giờ làm việc: 07:00 – 18:00\nMở cửa tất cả các ngày trong tuần"),
    ("en", "Opening hours: 07:00 – 18:00\nOpen every day of the week"),
    ("km", "ម៉ោងធ្វើការ៖ 07:00 – 18:00\nបើកជារៀងរាល់ថ្ងៃ"),
];
const ALL: &[&str] = &["vi", "en", "km"];

/// The frames of this folder, and those that a test has compared.
struct Golden {
    renderer: Renderer,
    pictures: Pictures,
    seen: BTreeSet<String>,
    wrong: Vec<String>,
}

impl Golden {
    fn folder() -> PathBuf {
        PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/golden")
    }

    /// Compares `frame` with the file of that name, or writes the file.
    fn compare(&mut self, name: &str, frame: &Frame) {
        let file = Self::folder().join(format!("{name}.png"));
        self.seen.insert(format!("{name}.png"));
        if env::var_os("BLESS").is_some() {
            fs::write(&file, frame.to_png()).expect("the folder can be written");
            return;
        }
        let right = fs::read(&file).ok().and_then(|bytes| image::load_from_memory(&bytes).ok());
        let same = right.is_some_and(|right| right.into_rgb8().into_raw() == frame.pixels());
        if !same {
            let found = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("{name}.png"));
            fs::write(&found, frame.to_png()).expect("the build's folder can be written");
            self.wrong.push(format!("{name}: what was drawn is in {}", found.display()));
        }
    }

    #[track_caller]
    fn item(&mut self, name: &str, size: (u16, u16), item: &Item, layout: Layout, on: &[&str], millis: u64) {
        // All languages at their largest: the gallery shows what the law makes of them.
        let rules = Rules { vietnamese_first: false, ..Rules::default() };
        let screen = Screen { rules, ..screen(size.0, size.1) };
        let elapsed = Duration::from_millis(millis);
        let frame = draw(&mut self.renderer, &screen, (item, layout, on), &self.pictures, elapsed);
        let (width, height) = size;
        self.compare(&format!("{name}-{width}x{height}"), &frame.expect(name));
    }

    fn finish(self) {
        let found: BTreeSet<String> = fs::read_dir(Self::folder())
            .expect("the folder is there")
            .map(|entry| entry.expect("it can be listed").file_name().into_string().expect("plain names"))
            .collect();
        let unused: Vec<_> = found.difference(&self.seen).collect();
        assert!(unused.is_empty(), "no test draws {unused:?}");
        assert!(self.wrong.is_empty(), "{}", self.wrong.join("\n"));
    }
}

/// A picture with round, slanting and soft edges.
fn emblem() -> Pictures {
    let image = RgbImage::from_fn(240, 200, |x, y| {
        let (dx, dy) = (f64::from(x) - 120.0, f64::from(y) - 100.0);
        image::Rgb(match dx.hypot(dy) {
            radius if radius < 50.0 => [250, 210, 60],
            radius if radius < 80.0 => [200, 30, 40],
            _ => [(x / 2) as u8, 90, y as u8],
        })
    });
    let mut file = std::io::Cursor::new(Vec::new());
    image.write_to(&mut file, image::ImageFormat::Png).expect("a vector takes it");
    pictures("emblem.png", file.into_inner())
}

#[test]
fn frames_are_as_they_were_looked_at() {
    let (renderer, pictures) = (Renderer::new(), emblem());
    let mut golden = Golden { renderer, pictures, seen: BTreeSet::new(), wrong: Vec::new() };
    let (welcome, hours) = (item(&WELCOME), item(&HOURS));
    let with = |item: &Item, fit| Item { figure: picture("emblem.png", fit), ..item.clone() };
    for size in [(192, 64), (320, 128)] {
        for language in ALL {
            golden.item(&format!("welcome-{language}"), size, &welcome, Layout::Rotate, &[language], 0);
            golden.item(&format!("hours-{language}"), size, &hours, Layout::Rotate, &[language], 0);
            golden.item(&format!("ticker-{language}"), size, &welcome, Layout::Ticker, &[language], 3000);
        }
        golden.item("split", size, &welcome, Layout::Split, &["vi", "km"], 0);
        golden.item("stack", size, &hours, Layout::Stack, ALL, 0);
        let picture = Item { texts: None, ..with(&welcome, Fit::Contain) };
        golden.item("picture", size, &picture, Layout::Rotate, &[], 0);
        golden.item("picture-km", size, &with(&welcome, Fit::Contain), Layout::Rotate, &["km"], 0);
        golden.item("picture-cover-vi", size, &with(&hours, Fit::Cover), Layout::Rotate, &["vi"], 0);
        let safe = golden.renderer.draw(
            &screen(size.0, size.1),
            &Shows::SafePage,
            &Pictures::new(),
            SINCE,
            Duration::ZERO,
        );
        golden.compare(&format!("safe-{}x{}", size.0, size.1), &safe.expect("it cannot fail"));
    }
    golden.item("split-three", (320, 128), &welcome, Layout::Split, ALL, 0);
    golden.item("high-km", (96, 192), &with(&welcome, Fit::Contain), Layout::Rotate, &["km"], 0);
    golden.item("high-stack", (128, 256), &welcome, Layout::Stack, ALL, 0);
    let pages = item(&[("km", "សូមស្វាគមន៍មកកាន់ ច្រកទ្វារព្រំដែន អន្តរជាតិហ័រលូ")]);
    golden.item("page-1", (128, 32), &pages, Layout::Rotate, &["km"], 0);
    golden.item("page-2", (128, 32), &pages, Layout::Rotate, &["km"], 7999);
    golden.finish();
}
