//! What is drawn again before it goes on a wall, and what need not be.

mod support;

use std::time::Duration;

use playlists::{Fit, Item, Pictures, Programme, Screen, Validity};
use render::Renderer;
use support::{SINCE, item, picture, pictures, playlist, screen};

fn programme(screen: Screen, items: &[Item]) -> Programme {
    let validity = Validity { from: SINCE, until: SINCE + Duration::from_secs(86_400) };
    Programme::of_playlists(screen, validity, items.iter().map(playlist).collect()).expect("it has no times")
}

/// Whether an item is drawn is seen by its picture, which is none.
#[test]
fn only_what_is_as_it_was_is_not_drawn_again() {
    let shown = |text| Item { figure: picture("a.png", Fit::Contain), ..item(&[("vi", text)]) };
    let of = |screen, text| programme(screen, &[item(&[("vi", "Xin chào")]), shown(text)]);
    let (now, some) = (of(screen(320, 128), "Hoa Lư"), pictures("a.png", b"no picture".to_vec()));
    let is_drawn = |shown: &Pictures, before| match Renderer::new().rehearse(&now, shown, before) {
        Ok(()) => false,
        Err((item, undrawable)) => {
            assert_eq!(item, &now.playlists()[1].items[0]);
            assert!(undrawable.to_string().contains("picture `a.png`"), "{undrawable}");
            true
        }
    };
    assert!(is_drawn(&some, None));
    assert!(!is_drawn(&some, Some((&now, &some))), "as it was");
    let others = pictures("a.png", b"another that is none".to_vec());
    assert!(is_drawn(&others, Some((&now, &some))), "another picture");
    assert!(is_drawn(&Pictures::new(), Some((&now, &some))), "no picture any more");
    let (larger, other) = (of(screen(321, 128), "Hoa Lư"), of(screen(320, 128), "Bù Đốp"));
    assert!(is_drawn(&some, Some((&larger, &some))), "another screen");
    assert!(is_drawn(&some, Some((&other, &some))), "another text");
}
