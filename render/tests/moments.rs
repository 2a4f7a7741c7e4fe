//! What is on air at a moment, and when it changes next.

mod support;

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use playlists::{Fit, Item, ItemId, Layout, Pictures, Profile, Programme, Screen, Trust, Validity};
use render::{Frame, Renderer, Undrawable, font_files};
use support::{item, picture, pixel, playlist, screen};

fn start() -> Timestamp {
    "2026-01-01T00:00:00Z".parse().expect("a moment")
}

fn programme(screen: Screen, items: &[Item]) -> Programme {
    let mut playlist = playlist(&items[0]);
    playlist.items = items.to_vec();
    let validity = Validity { from: start(), until: start() + Duration::from_secs(86_400) };
    Programme::of_playlists(screen, validity, vec![playlist]).expect("it has no times")
}

/// Milliseconds after the start at which the pixels change, by the renderer's own word, until `until`.
fn changes(renderer: &mut Renderer, programme: &Programme, until: u64) -> Vec<u64> {
    let mut changes = Vec::new();
    let mut now = start();
    while now < start() + Duration::from_millis(until) {
        let moment = renderer.at(programme, &Pictures::new(), now, Trust::Trusted);
        assert!(moment.next_change > now, "time goes on");
        let (frame, next_change) = (moment.frame.clone(), moment.next_change);
        let before = next_change - SignedDuration::from_nanos(1);
        let last = renderer.at(programme, &Pictures::new(), before, Trust::Trusted);
        assert_eq!(*last.frame, frame, "the frame stays until it is said to change");
        now = next_change;
        let since = now.duration_since(start());
        changes.push(u64::try_from(since.as_millis()).expect("after the start"));
    }
    changes
}

#[test]
fn a_still_text_changes_with_the_decision_only() {
    let programme =
        programme(screen(320, 128), &[item(&[("vi", "Xin chào"), ("en", "Hello"), ("km", "សួស្តី")])]);
    assert_eq!(changes(&mut Renderer::new(), &programme, 24_000), [8000, 16_000, 24_000]);
}

#[test]
fn pages_share_the_duration_by_how_much_there_is_to_read() {
    let pages = item(&[("km", "សូមស្វាគមន៍មកកាន់ ច្រកទ្វារព្រំដែន អន្តរជាតិហ័រលូ")]);
    let programme = programme(screen(128, 32), &[pages]);
    let found = changes(&mut Renderer::new(), &programme, 8000);
    assert_eq!(found, [1947, 3789, 5736, 8000]);
}

#[test]
fn a_ticker_steps_every_twenty_milliseconds_and_comes_through() {
    let ticker = Item { layout: Some(Layout::Ticker), ..item(&[("vi", "Chào mừng quý khách")]) };
    let programme = programme(screen(192, 64), &[ticker]);
    let mut renderer = Renderer::new();
    let found = changes(&mut renderer, &programme, 200);
    assert_eq!(found, (1..=10).map(|step| step * 20).collect::<Vec<_>>());
    let mut at = |millis| {
        let now = start() + Duration::from_millis(millis);
        renderer.at(&programme, &Pictures::new(), now, Trust::Trusted).frame.clone()
    };
    let ink = |frame: &Frame, x: u16| (0..64).any(|y| pixel(frame, x, y) != support::BACKGROUND);
    assert!((0..192).all(|x| !ink(&at(0), x)), "it enters from outside");
    assert!((0..96).all(|x| !ink(&at(200), x)) && (96..192).any(|x| ink(&at(200), x)), "at the right");
    let empty: Vec<u64> =
        (0..400).map(|step| step * 20).filter(|millis| (0..192).all(|x| !ink(&at(*millis), x))).collect();
    assert!(empty.iter().any(|millis| *millis > 200), "it leaves before its time is over: {empty:?}");
}

#[test]
fn a_step_moves_all_pixels_alike() {
    let ticker = Item {
        layout: Some(Layout::Ticker), ..item(&[("km", "សូមស្វាគមន៍មកកាន់ច្រកទ្វារ")])
    };
    let programme = programme(screen(192, 64), &[ticker]);
    let mut renderer = Renderer::new();
    let mut at = |millis| {
        let now = start() + Duration::from_millis(millis);
        renderer.at(&programme, &Pictures::new(), now, Trust::Trusted).frame.clone()
    };
    // Three steps of any number of thirds of a pixel are whole pixels.
    let (one, next) = (at(3000), at(3060));
    let moved =
        |by: u16| (0..64).all(|y| (0..192 - by).all(|x| pixel(&next, x, y) == pixel(&one, x + by, y)));
    assert!((1..8).any(moved));
}

#[test]
fn what_cannot_be_drawn_is_the_safe_page() {
    let mut renderer = Renderer::new();
    let missing = Item { figure: picture("p.png", Fit::Contain), ..item(&[("vi", "Xin chào")]) };
    let unknown = Item { id: ItemId::parse("other").expect("an id"), ..item(&[("vi", "ᏣᎳᎩ")]) };
    for item in [missing, unknown] {
        let programme = programme(screen(320, 128), &[item]);
        let moment = renderer.at(&programme, &Pictures::new(), start(), Trust::Trusted);
        assert_eq!(pixel(moment.frame, 0, 0), [0x0b, 0x2a, 0x4a]);
        assert_eq!(moment.next_change, start() + Duration::from_secs(8));
    }
}

#[test]
fn outside_its_validity_a_programme_shows_the_safe_page() {
    let programme = programme(screen(320, 128), &[item(&[("vi", "Xin chào")])]);
    for now in [start() - SignedDuration::from_secs(1), start() + Duration::from_secs(86_400), Timestamp::MIN]
    {
        let mut renderer = Renderer::new();
        let moment = renderer.at(&programme, &Pictures::new(), now, Trust::Trusted);
        assert_eq!(pixel(moment.frame, 0, 0), [0x0b, 0x2a, 0x4a]);
        assert_eq!(moment.next_change, moment.decision.until);
    }
}

#[test]
fn nothing_moves_beside_a_road() {
    let ticker =
        Item { layout: Some(Layout::Ticker), ..item(&[("vi", "Xin chào"), ("km", "សួស្តី")]) };
    let road = Screen { profile: Profile::Road, ..screen(320, 128) };
    let mut renderer = Renderer::new();
    assert_eq!(
        renderer.check(&road, &ticker, &Pictures::new()),
        [Undrawable::MovesOnRoad { what: "layout `ticker`" }]
    );
    assert_eq!(renderer.check(&screen(320, 128), &ticker, &Pictures::new()), []);
}

#[test]
fn a_ticker_must_come_through_in_time() {
    let long = "Đề nghị quý khách khai báo hải quan đối với ngoại tệ và hàng hoá vượt định mức miễn thuế";
    let ticker = |seconds| Item {
        layout: Some(Layout::Ticker),
        duration: Duration::from_secs(seconds),
        ..item(&[("vi", long)])
    };
    let mut renderer = Renderer::new();
    let found = renderer.check(&screen(192, 64), &ticker(4), &Pictures::new());
    let [Undrawable::RunsTooLong { language, needed }] = &found[..] else { panic!("{found:?}") };
    assert_eq!(language, "vi");
    let enough = needed.as_secs() + 1;
    assert!((5..30).contains(&enough), "{enough} s");
    assert_eq!(renderer.check(&screen(192, 64), &ticker(enough), &Pictures::new()), []);
}

#[test]
fn the_fonts_that_are_used_are_told_with_their_digests() {
    let files = font_files();
    assert_eq!(files.len(), fonts::FACES.iter().filter(|face| face.bold).count());
    for (file, digest) in files {
        let face = fonts::FACES.iter().find(|face| face.file == file).expect("it is shipped");
        assert_eq!(digest.to_string(), face.sha256);
    }
}

/// A renderer moves to a thread of its own.
#[test]
fn a_renderer_can_be_sent() {
    fn sendable<T: Send>(_: &T) {}
    sendable(&Renderer::new());
}
