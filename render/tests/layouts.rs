//! What every layout promises beyond its looks: who may move, what a telephone reads, what the eye can tell apart.

mod support;

use std::time::Duration;

use jiff::Timestamp;
use playlists::{
    CodeText, Colour, Countdown, Figure, Fit, Ground, Header, Item, Layout, Pictures, Play, Profile,
    Programme, Rules, Screen, Shows, Transition, Trust, Validity, View, plays,
};
use render::{Frame, Renderer, Undrawable};
use support::{SINCE, draw, item, path, picture, pictures, playlist, screen};

const GREETING: &[(&str, &str)] = &[("vi", "Xin chào"), ("en", "Hello"), ("km", "សួស្តី")];

fn programme(screen: Screen, items: &[Item]) -> Programme {
    let mut playlist = playlist(&items[0]);
    playlist.items = items.to_vec();
    let validity = Validity { from: SINCE, until: SINCE + Duration::from_secs(86_400) };
    Programme::of_playlists(screen, validity, vec![playlist]).expect("it has no times")
}

/// When the first item comes on with its first language.
fn begin(programme: &Programme) -> Timestamp {
    let first = &programme.playlists()[0].items[0];
    let comes_on = |play: &Play<'_>| match &play.shows {
        Shows::Item { item, languages, .. } => item.id == first.id && languages[0].as_str() == "vi",
        Shows::SafePage => false,
    };
    let mut plays = plays(programme, SINCE, programme.validity().until);
    plays.find(|play| SINCE <= play.from && comes_on(play)).expect("it has its turn").from
}

/// What is seen so long after that.
fn at(
    renderer: &mut Renderer,
    programme: &Programme,
    pictures: &Pictures,
    millis: u64,
    trust: Trust,
) -> (Frame, Timestamp) {
    let now = begin(programme) + Duration::from_millis(millis);
    let moment = renderer.at(programme, pictures, now, trust);
    (moment.frame.clone(), moment.next_change)
}

/// A GIF of two frames that differ little.
fn moving() -> Vec<u8> {
    let mut file = Vec::new();
    let mut encoder = image::codecs::gif::GifEncoder::new(&mut file);
    for grey in [100, 110] {
        let frame = image::RgbaImage::from_pixel(8, 8, image::Rgba([grey, grey, grey, 255]));
        let delay = image::Delay::from_numer_denom_ms(500, 1);
        encoder.encode_frame(image::Frame::from_parts(frame, 0, 0, delay)).expect("a vector takes it");
    }
    drop(encoder);
    file
}

#[track_caller]
fn check_road(item: &Item, expected: &[Undrawable]) {
    let road = Screen { profile: Profile::Road, ..screen(320, 128) };
    let pictures = pictures("a.gif", moving());
    assert_eq!(Renderer::new().check(&road, item, &pictures), expected);
    assert_eq!(Renderer::new().check(&screen(320, 128), item, &pictures), []);
}

#[test]
fn nothing_moves_beside_a_road() {
    let moves = |what| Undrawable::MovesOnRoad { what };
    let greeting = item(GREETING);
    check_road(&greeting, &[]);
    check_road(&Item { layout: Some(Layout::Ticker), ..greeting.clone() }, &[moves("layout `ticker`")]);
    check_road(&Item { transition: Transition::Fade, ..greeting.clone() }, &[moves("the transition")]);
    check_road(&Item { transition: Transition::Slide, ..greeting.clone() }, &[moves("the transition")]);
    check_road(&Item { figure: picture("a.gif", Fit::Cover), ..greeting }, &[moves("the picture")]);
}

#[test]
fn a_countdown_ticks_where_it_may() {
    let tet = Item { countdown: Countdown::parse("2026-11-05").ok(), ..item(GREETING) };
    let road = Screen { profile: Profile::Road, ..screen(320, 128) };
    let mut renderer = Renderer::new();
    let none = Pictures::new();
    let (plaza, road) = (
        programme(screen(320, 128), std::slice::from_ref(&tet)),
        programme(road, std::slice::from_ref(&tet)),
    );
    let mut next = |programme: &Programme| at(&mut renderer, programme, &none, 1_500, Trust::Trusted).1;
    assert_eq!(next(&plaza), begin(&plaza) + Duration::from_secs(2));
    assert_eq!(
        next(&road),
        begin(&road) + Duration::from_secs(8),
        "the next language comes before the next minute"
    );
    let drawn = |millis| at(&mut Renderer::new(), &plaza, &none, millis, Trust::Trusted).0;
    assert!(drawn(1_000) != drawn(2_000) && drawn(1_000) == drawn(1_999));
}

#[test]
fn a_header_tells_the_time_only_if_it_is_known() {
    let header = Item { header: Some(Header::Clock), duration: Duration::from_secs(120), ..item(GREETING) };
    let programme = programme(screen(320, 128), &[header]);
    let mut renderer = Renderer::new();
    let mut drawn =
        |seconds: u64, trust| at(&mut renderer, &programme, &Pictures::new(), seconds * 1000, trust);
    let (first, next) = drawn(0, Trust::Trusted);
    assert_eq!(next, begin(&programme) + Duration::from_secs(60), "07:06 becomes 07:07");
    assert!(first == drawn(59, Trust::Trusted).0 && first != drawn(60, Trust::Trusted).0);
    let (first, next) = drawn(0, Trust::Untrusted);
    assert_eq!(next, begin(&programme) + Duration::from_secs(120));
    assert_eq!(first, drawn(60, Trust::Untrusted).0);
}

fn code(text: &str) -> Option<Figure> {
    Some(Figure::Code(CodeText::parse(text).expect("a telephone can read it")))
}

/// What a reader of codes finds on a frame.
fn read(frame: &Frame) -> Vec<String> {
    let (width, height) = (usize::from(frame.size().width()), usize::from(frame.size().height()));
    let grey = |x: usize, y: usize| frame.pixels()[(y * width + x) * 3 + 1];
    let mut prepared = rqrr::PreparedImage::prepare_from_greyscale(width, height, grey);
    let found = prepared.detect_grids().into_iter();
    found.filter_map(|grid| grid.decode().ok()).map(|(_, text)| text).collect()
}

#[track_caller]
fn check_code(size: (u16, u16), text: &str, alone: bool) {
    let with_text = item(GREETING);
    let item = Item { figure: code(text), texts: with_text.texts.clone().filter(|_| !alone), ..with_text };
    let on: &[&str] = if alone { &[] } else { &["vi"] };
    let thing = (&item, Layout::Rotate, on);
    let frame = draw(&mut Renderer::new(), &screen(size.0, size.1), thing, &Pictures::new(), Duration::ZERO);
    assert_eq!(read(&frame.expect("it has room")), [text], "{size:?}");
}

#[test]
fn a_telephone_reads_the_code() {
    for alone in [true, false] {
        check_code((192, 64), "HTTPS://DICHVUCONG.GOV.VN", alone);
        check_code((512, 256), "https://example.vn/khai-bao?cua-khau=hoa-lu", alone);
        check_code((960, 320), "https://example.vn/khai-bao?cua-khau=hoa-lu&ngon-ngu=km", alone);
        check_code((128, 256), "tel:115", alone);
    }
    let long = Item { figure: code(&"a".repeat(100)), ..item(GREETING) };
    let refused = Undrawable::CodeTooLarge { needed: 90, width: 62, height: 62 };
    let found = Renderer::new().check(&screen(192, 64), &long, &Pictures::new());
    assert_eq!(found, [refused]);
}

/// Black and white and all between, in stripes.
fn stripes() -> Pictures {
    let image = image::RgbImage::from_fn(256, 64, |x, y| image::Rgb([x as u8, (x * 7) as u8, (y * 4) as u8]));
    let mut file = std::io::Cursor::new(Vec::new());
    image.write_to(&mut file, image::ImageFormat::Png).expect("a vector takes it");
    pictures("a.png", file.into_inner())
}

#[track_caller]
fn check_backdrop(colour: &str, background: &str) {
    let colour = Colour::parse(colour).expect("a colour");
    let ground = Ground {
        colour,
        background: Colour::parse(background).expect("a colour"),
        backdrop: Some(path("a.png")),
    };
    let item = Item { ground, ..item(&[("vi", ".")]) };
    let thing = (&item, Layout::Rotate, &["vi"][..]);
    let frame =
        draw(&mut Renderer::new(), &screen(320, 128), thing, &stripes(), Duration::ZERO).expect("it fits");
    // Away from the dot in the middle all is the backdrop.
    let far = |(n, _): &(usize, &[u8])| !(140..180).contains(&(n % 320)) || !(40..90).contains(&(n / 320));
    let backdrop = frame.pixels().chunks_exact(3).enumerate().filter(far);
    let contrasts =
        backdrop.map(|(_, pixel)| Colour { red: pixel[0], green: pixel[1], blue: pixel[2] }.contrast(colour));
    let least = contrasts.min().expect("pixels");
    assert!((450..470).contains(&least), "{colour}: {least}: enough, and no more than that");
}

#[test]
fn a_backdrop_is_dimmed_as_far_as_the_text_needs() {
    check_backdrop("#ffffff", "#000000");
    check_backdrop("#ffdc3c", "#00183c");
    check_backdrop("#000000", "#ffffff");
    check_backdrop("#101010", "#ffe08a");
    let behind = Item { ground: Ground { backdrop: Some(path("a.gif")), ..Ground::PLAIN }, ..item(GREETING) };
    let found = Renderer::new().check(&screen(320, 128), &behind, &pictures("a.gif", moving()));
    assert_eq!(found, [Undrawable::MovingBackdrop { path: path("a.gif") }]);
}

#[test]
fn a_moving_picture_plays() {
    let programme =
        programme(screen(320, 128), &[Item { figure: picture("a.gif", Fit::Cover), ..item(GREETING) }]);
    let pictures = pictures("a.gif", moving());
    let mut renderer = Renderer::new();
    let mut drawn = |millis| at(&mut renderer, &programme, &pictures, millis, Trust::Trusted);
    let (first, next) = drawn(0);
    assert_eq!(next, begin(&programme) + Duration::from_millis(500));
    assert!(first == drawn(499).0 && first != drawn(500).0 && first == drawn(1000).0);
}

#[track_caller]
fn check_transition(how: Transition) {
    let first = Item { id: playlists::ItemId::parse("first").expect("an id"), ..item(GREETING) };
    let second = item(&[("vi", "Tạm biệt"), ("en", "Goodbye"), ("km", "លាហើយ")]);
    let with =
        |transition| programme(screen(320, 128), &[first.clone(), Item { transition, ..second.clone() }]);
    let (cut, other) = (with(Transition::Cut), with(how));
    let none = Pictures::new();
    let drawn = |programme, millis| at(&mut Renderer::new(), programme, &none, millis, Trust::Trusted);
    // The second item comes after the three languages of the first, eight seconds each.
    let start = 24_000;
    let (before, after) = (drawn(&cut, start - 1).0, drawn(&cut, start).0);
    let mut renderer = Renderer::new();
    let mut seen = vec![at(&mut renderer, &other, &none, start - 1, Trust::Trusted).0];
    assert_eq!(seen[0], before);
    for step in 0..30 {
        let millis = start + step * 20;
        let (frame, next) = at(&mut renderer, &other, &none, millis, Trust::Trusted);
        assert_eq!(next, begin(&other) + Duration::from_millis(millis + 20));
        assert_eq!(frame, drawn(&other, millis).0, "a restarted gate shows the same");
        assert!((step == 0 || frame != *seen.last().expect("the first")) && frame != after, "{how:?} {step}");
        seen.push(frame);
    }
    assert_eq!(at(&mut renderer, &other, &none, start + 600, Trust::Trusted).0, after);
    assert_eq!(drawn(&other, start + 600).0, after);
}

#[test]
fn what_comes_on_comes_step_by_step() {
    check_transition(Transition::Fade);
    check_transition(Transition::Slide);
}

#[test]
fn an_item_that_follows_itself_does_not_come_on() {
    let alone = Item { transition: Transition::Fade, ..item(&[("vi", "Xin chào")]) };
    let programme = programme(screen(320, 128), &[alone]);
    let drawn = |millis| at(&mut Renderer::new(), &programme, &Pictures::new(), millis, Trust::Trusted).0;
    assert_eq!(drawn(8_100), drawn(7_900));
}

#[track_caller]
fn check_refused(rules: Rules, item: &Item, layout: Layout, expected: &str) {
    let screen = Screen { rules, ..screen(320, 128) };
    let item = Item { layout: Some(layout), ..item.clone() };
    let found = Renderer::new().check(&screen, &item, &Pictures::new());
    let told: Vec<_> = found.iter().map(ToString::to_string).collect();
    assert_eq!(told.join("\n"), expected);
}

#[test]
fn the_rules_of_a_screen_refuse_what_cannot_be_read() {
    let usual = Rules::default();
    let long =
        "Kính mời quý khách xếp hàng theo thứ tự, chuẩn bị sẵn giấy tờ và làm theo hướng dẫn của cán bộ";
    let quick = Item { duration: Duration::from_secs(5), ..item(&[("vi", long)]) };
    check_refused(
        usual,
        &quick,
        Layout::Rotate,
        "the text in `vi` takes 7 s to read at 3 s for ten words, and `duration` gives it less",
    );
    let slower = Rules { ten_words: Duration::from_secs(2), ..usual };
    check_refused(slower, &quick, Layout::Rotate, "");

    let far = Rules { view: Some(View { pitch_um: 4_000, distance_mm: 40_000 }), ..usual };
    let greeting = item(&[("km", "សូមស្វាគមន៍")]);
    check_refused(usual, &greeting, Layout::Rotate, "");
    let found =
        Renderer::new().check(&Screen { rules: far, ..screen(320, 128) }, &greeting, &Pictures::new());
    assert!(matches!(found[..], [Undrawable::DoesNotFit { minimum: 75, .. }]), "{found:?}");

    let three = item(&[("vi", "Biên giới hòa bình, hữu nghị"), ("en", "Peace"), ("km", "ព្រំដែនសន្តិភាព")]);
    check_refused(
        usual,
        &three,
        Layout::Split,
        "the text in `km` beside the Vietnamese one may have 14 px, three quarters of its size, and is legible from \
         16 px on; `layout = \"rotate\"` gives each the whole screen",
    );
    check_refused(Rules { vietnamese_first: false, ..usual }, &three, Layout::Split, "");
}
