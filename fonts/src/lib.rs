//! The letters: every typeface that gatesign ships. Pure: bytes in, answers out; nothing of the system.

mod faces;

pub use faces::FACES;

/// A typeface file, compiled in.
#[derive(Debug, Clone, Copy)]
pub struct Face {
    /// The file's name in `fonts/files`.
    pub file: &'static str,
    /// The family's name as in the file: `Noto Sans Khmer`.
    pub family: &'static str,
    /// Whether it is the bold face of its family.
    pub bold: bool,
    /// The file.
    pub bytes: &'static [u8],
    /// SHA-256 of the file in hexadecimal, as in `SOURCES.toml`.
    pub sha256: &'static str,
}

const LATIN: &str = "Noto Sans";
const KHMER: &str = "Noto Sans Khmer";
const LAO: &str = "Noto Sans Lao";
const THAI: &str = "Noto Sans Thai";
const ARABIC: &str = "Noto Sans Arabic";
const HEBREW: &str = "Noto Sans Hebrew";
const CHINESE: &str = "Noto Sans CJK SC";
const KOREAN: &str = "Noto Sans CJK KR";

/// The families to draw `language` with, first to last: its own script's first, because the first family
/// that has them also draws spaces, digits and punctuation. The others follow, so that a name in another
/// script is found as well.
pub fn families(language: &str) -> &'static [&'static str] {
    match language {
        "km" => &[KHMER, LATIN, LAO, THAI, HEBREW, ARABIC, CHINESE, KOREAN],
        "lo" => &[LAO, LATIN, KHMER, THAI, HEBREW, ARABIC, CHINESE, KOREAN],
        "th" => &[THAI, LATIN, KHMER, LAO, HEBREW, ARABIC, CHINESE, KOREAN],
        "ar" => &[ARABIC, LATIN, KHMER, LAO, THAI, HEBREW, CHINESE, KOREAN],
        "he" => &[HEBREW, LATIN, KHMER, LAO, THAI, ARABIC, CHINESE, KOREAN],
        "zh" => &[CHINESE, LATIN, KHMER, LAO, THAI, HEBREW, ARABIC, KOREAN],
        "ko" => &[KOREAN, LATIN, KHMER, LAO, THAI, HEBREW, ARABIC, CHINESE],
        _ => &[LATIN, KHMER, LAO, THAI, HEBREW, ARABIC, CHINESE, KOREAN],
    }
}

/// Khmer stacks up to three signs in one em. Below this size a subscript is a smear.
const KHMER_MINIMUM: u16 = 16;
/// A Chinese character or a Korean syllable has up to eight strokes above each other, each with a gap.
const CHINESE_KOREAN_MINIMUM: u16 = 16;
/// Lao and Thai carry a vowel and a tone mark above each other.
const LAO_THAI_MINIMUM: u16 = 14;
/// Arabic letters are low for their em, and differ by one, two or three dots.
const ARABIC_MINIMUM: u16 = 14;
/// Hebrew letters are alike but for small strokes.
const HEBREW_MINIMUM: u16 = 12;
/// Latin letters with one or two Vietnamese marks.
const LATIN_MINIMUM: u16 = 10;

/// The smallest size in pixels per em at which `language` is still legible on an LED panel.
pub fn legible_minimum(language: &str) -> u16 {
    match language {
        "km" => KHMER_MINIMUM,
        "zh" | "ko" => CHINESE_KOREAN_MINIMUM,
        "lo" | "th" => LAO_THAI_MINIMUM,
        "ar" => ARABIC_MINIMUM,
        "he" => HEBREW_MINIMUM,
        _ => LATIN_MINIMUM,
    }
}

#[cfg(test)]
mod tests {
    use super::{FACES, families, legible_minimum};

    #[track_caller]
    fn check(language: &str, first: &str, minimum: u16) {
        let order = families(language);
        assert_eq!(order[0], first, "{language}");
        assert_eq!(legible_minimum(language), minimum, "{language}");
        for face in FACES.iter().filter(|face| face.bold) {
            let times = order.iter().filter(|family| **family == face.family).count();
            assert_eq!(times, 1, "{language}: {}", face.family);
        }
    }

    #[test]
    fn every_language_finds_every_family_and_its_own_first() {
        check("vi", "Noto Sans", 10);
        check("en", "Noto Sans", 10);
        check("km", "Noto Sans Khmer", 16);
        check("lo", "Noto Sans Lao", 14);
        check("th", "Noto Sans Thai", 14);
        check("ar", "Noto Sans Arabic", 14);
        check("he", "Noto Sans Hebrew", 12);
        check("zh", "Noto Sans CJK SC", 16);
        check("ko", "Noto Sans CJK KR", 16);
        check("xx", "Noto Sans", 10);
    }

    #[test]
    fn every_family_is_bold_and_all_but_the_largest_regular_too() {
        for family in families("vi") {
            let count = |bold| FACES.iter().filter(|f| f.family == *family && f.bold == bold).count();
            let regular = usize::from(!family.contains("CJK"));
            assert_eq!((count(true), count(false)), (1, regular), "{family}");
        }
    }
}
