//! How large and how long a text must be shown so that people can read it on this screen.

use std::time::Duration;

use playlists::{Rules, View};

use crate::layout::Shaped;

/// A capital letter is seen under eleven and a half minutes of arc at least: a three-hundredth of the distance.
const DISTANCE: u64 = 300;
/// Its height in the Latin face, in thousandths of an em.
const CAPITAL: u64 = 714;

/// The smallest size in pixels per em. Scripts that need more pixels than Latin for the same letter need as much more
/// from afar.
pub(crate) fn minimum(language: &str, rules: &Rules) -> u16 {
    let on_panel = fonts::legible_minimum(language);
    let from_afar = rules.view.map_or(0, |View { pitch_um, distance_mm }| {
        let em_um = u64::from(distance_mm) * 1000 * 1000 / DISTANCE / CAPITAL;
        let latin = u64::from(fonts::legible_minimum("en"));
        (em_um * u64::from(on_panel)).div_ceil(u64::from(pitch_um).max(1) * latin)
    });
    on_panel.max(u16::try_from(from_afar).unwrap_or(u16::MAX))
}

/// How long it takes to read a text.
pub(crate) fn reading_time(language: &str, shaped: &mut Shaped, rules: &Rules) -> Duration {
    rules.ten_words * words(language, shaped) / 10
}

/// What stands between two places where a line may end is a word; in Chinese, which may be broken after every
/// character, two of them.
fn words(language: &str, shaped: &mut Shaped) -> u32 {
    let pieces = u32::try_from(shaped.breaks().len() + 1).unwrap_or(u32::MAX);
    match language {
        "zh" => pieces.div_ceil(2),
        _ => pieces,
    }
}

#[cfg(test)]
mod tests {
    use playlists::{Rules, View};

    use super::{minimum, words};
    use crate::{layout::Shaped, typeface::Typefaces};

    #[track_caller]
    fn check(language: &str, pitch_um: u32, distance_mm: u32, expected: u16) {
        let rules = Rules { view: Some(View { pitch_um, distance_mm }), ..Rules::default() };
        assert_eq!(minimum(language, &rules), expected, "{language}");
    }

    #[test]
    fn letters_grow_with_the_distance() {
        assert_eq!(minimum("km", &Rules::default()), 16);
        // A capital of 133 mm is 13.3 pixels high: 18.7 to the em.
        check("vi", 10_000, 40_000, 19);
        check("km", 10_000, 40_000, 30);
        check("vi", 10_000, 10_000, 10);
        check("vi", 500, 1_000_000, 9338);
        check("vi", 0, u32::MAX, u16::MAX);
    }

    #[track_caller]
    fn check_words(language: &str, text: &str, expected: u32) {
        let mut faces = Typefaces::load();
        assert_eq!(words(language, &mut Shaped::new(&mut faces, language, text)), expected);
    }

    #[test]
    fn words_are_counted_in_every_script() {
        check_words("en", "Welcome to the border gate", 5);
        check_words("vi", "Kính chào quý khách", 4);
        check_words("km", "សូមស្វាគមន៍មកកាន់ច្រកទ្វារព្រំដែន", 5);
        check_words("zh", "欢迎来到口岸", 3);
    }
}
