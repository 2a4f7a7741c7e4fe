//! A text shaped once, at a fixed size, and broken into lines for any width.

use std::{
    borrow::Cow,
    ops::{Range, RangeInclusive},
};

use parley::{
    FontFamily, FontFamilyName, FontWeight, Layout, Line, LineBreakContext, PositionedLayoutItem,
    StyleProperty, style::Language,
};

use crate::{
    faults::{self, Fault},
    typeface::{FaceId, Typefaces},
};

/// Texts are shaped at this many pixels per em and scaled from there: the outlines are not hinted, so every
/// length grows with the size, and looking for the size that fits need not shape again.
pub(crate) const EM: f32 = 1000.0;

/// A glyph on its line, in units of which [`EM`] make an em: `x` from the line's start, `y` down from the
/// baseline.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Glyph {
    pub(crate) face: FaceId,
    pub(crate) id: u16,
    pub(crate) x: f32,
    pub(crate) y: f32,
}

/// A shaped text.
pub(crate) struct Shaped {
    layout: Layout<()>,
    /// What cannot be drawn, in the order of the text.
    pub(crate) faults: Vec<Fault>,
    /// What was broken last: each line's place in the text, and its glyphs. Who looks for the size that fits asks
    /// for many widths, and most of them give the same lines.
    broken: (Vec<Range<usize>>, Vec<Vec<Glyph>>),
}

impl Shaped {
    pub(crate) fn new(faces: &mut Typefaces, language: &str, text: &str) -> Self {
        let families: Vec<_> =
            faces.families(language).iter().map(|name| FontFamilyName::Named(Cow::Borrowed(*name))).collect();
        let Typefaces { context, layouts, .. } = faces;
        let mut builder = layouts.ranged_builder(context, text, 1.0, false);
        builder.push_default(StyleProperty::FontFamily(FontFamily::List(Cow::Owned(families))));
        builder.push_default(StyleProperty::FontWeight(FontWeight::BOLD));
        builder.push_default(StyleProperty::FontSize(EM));
        builder.push_default(StyleProperty::Locale(Language::parse(language).ok()));
        let by_hand = is_marked_by_hand(text);
        let forbids = move |at: LineBreakContext| forbids_break(at, by_hand).then_some(false);
        builder.set_line_break_override(Some(&forbids));
        let mut layout = builder.build(text);
        layout.break_all_lines(None);
        let faults = faults::find(faces, &layout, text);
        Self { layout, faults, broken: Default::default() }
    }

    /// The lines, none longer than `width` unless a single word is. Words are never torn: a text that is too
    /// wide is drawn smaller.
    pub(crate) fn lines(&mut self, faces: &Typefaces, width: Option<f32>) -> &[Vec<Glyph>] {
        self.layout.break_all_lines(width);
        let ranges = || self.layout.lines().map(|line| line.text_range());
        if !self.broken.0.iter().cloned().eq(ranges()) {
            // 0 is what a font draws for what it has not: a line feed, or what `faults` tell.
            let drawn =
                |line: Line<'_, ()>| runs(faces, line).flatten().filter(|glyph| glyph.id > 0).collect();
            self.broken = (ranges().collect(), self.layout.lines().map(drawn).collect());
        }
        &self.broken.1
    }

    /// The same, with each line's runs from left to right: what was shaped together in one face.
    pub(crate) fn runs(&mut self, faces: &Typefaces, width: Option<f32>) -> Vec<Vec<Vec<Glyph>>> {
        self.layout.break_all_lines(width);
        self.layout.lines().map(|line| runs(faces, line).map(Iterator::collect).collect()).collect()
    }

    /// The places in the text before which a line may begin.
    pub(crate) fn breaks(&mut self) -> Vec<usize> {
        // On a line without room every break is taken.
        self.layout.break_all_lines(Some(0.0));
        self.layout.lines().map(|line| line.text_range().start).skip(1).collect()
    }

    /// The text of each line of the last [`Shaped::lines`], by its place in the text.
    #[cfg(test)]
    pub(crate) fn ranges(&self) -> Vec<Range<usize>> {
        self.layout.lines().map(|line| line.text_range()).collect()
    }
}

/// The glyphs of a line, run by run.
fn runs<'a>(
    faces: &'a Typefaces,
    line: Line<'a, ()>,
) -> impl Iterator<Item = impl Iterator<Item = Glyph> + 'a> + 'a {
    line.items().filter_map(|item| {
        let PositionedLayoutItem::GlyphRun(run) = item else { return None };
        let face = faces.face(run.run().font().data.id())?;
        let baseline = run.baseline();
        let glyph = move |glyph: parley::Glyph| {
            let id = u16::try_from(glyph.id).ok()?;
            Some(Glyph { face, id, x: glyph.x, y: glyph.y - baseline })
        };
        Some(run.positioned_glyphs().filter_map(glyph).collect::<Vec<_>>().into_iter())
    })
}

const ZERO_WIDTH_SPACE: char = '\u{200b}';
/// In characters. Learned compounds of Khmer and Thai come near it.
const LONGEST_WORD: usize = 20;
const KHMER_COENG: char = '\u{17d2}';
const KHMER_LETTERS: RangeInclusive<char> = '\u{1780}'..='\u{17b3}';
const THAI_CONSONANTS: RangeInclusive<char> = '\u{e01}'..='\u{e2e}';
const LAO_CONSONANTS: RangeInclusive<char> = '\u{e81}'..='\u{eae}';

/// Where the breaks of the dictionary and of Unicode are wrong: before signs that belong to the letter before,
/// before signs that end a word or a sentence, after vowels that are written before their consonant, and
/// within a range such as `07:00 – 18:00` or `07:00–18:00`. Who marks the words of a text by hand with zero width spaces knows
/// better than the dictionary, so that such a text is broken in no other place between letters.
fn forbids_break(at: LineBreakContext, by_hand: bool) -> bool {
    let LineBreakContext { before_before, before, after, .. } = at;
    is_mark(after)
        || (before == KHMER_COENG && KHMER_LETTERS.contains(&after))
        || matches!(after, '\u{200c}' | '\u{200d}' | '\u{17d4}'..='\u{17db}')
        || matches!(after, 'ๆ' | 'ฯ' | 'ะ' | 'า' | 'ำ' | 'ๅ' | 'ະ' | 'າ' | 'ຳ' | 'ຽ')
        || (matches!(before, 'เ'..='ไ') && THAI_CONSONANTS.contains(&after))
        || (matches!(before, 'ເ'..='ໄ') && LAO_CONSONANTS.contains(&after))
        || (by_hand && is_unspaced(before) && is_unspaced(after))
        || after == '–'
        || (before == '–' && after.is_numeric())
        || (before == ' ' && before_before == Some('–') && after.is_numeric())
}

/// Whether somebody marked the words with zero width spaces, and all of them: no stretch of letters is longer
/// than a word. A single mark in a long text is one more place to break it, and takes none away.
fn is_marked_by_hand(text: &str) -> bool {
    text.contains(ZERO_WIDTH_SPACE)
        && text.split(|c| !is_unspaced(c)).all(|letters| letters.chars().count() <= LONGEST_WORD)
}

/// Of a script that is written without spaces between words.
fn is_unspaced(character: char) -> bool {
    matches!(character, '\u{e00}'..='\u{eff}' | '\u{1780}'..='\u{17d3}')
}

/// Vowel signs, tone marks and other marks of Khmer, Thai and Lao.
fn is_mark(character: char) -> bool {
    matches!(character, '\u{17b4}'..='\u{17d3}' | '\u{17dd}'
        | '\u{e31}' | '\u{e34}'..='\u{e3a}' | '\u{e47}'..='\u{e4e}'
        | '\u{eb1}' | '\u{eb4}'..='\u{ebc}' | '\u{ec8}'..='\u{ece}')
}

#[cfg(test)]
mod tests {
    use std::ops::Range;

    use super::{Shaped, ZERO_WIDTH_SPACE};
    use crate::typeface::Typefaces;

    /// Signs that no line may begin with.
    const NEVER_FIRST: &str = "\u{17d4}\u{17d5}\u{17d6}\u{17d7}\u{17d2}\u{17b6}\u{17c6}ๆฯะาำັະາຳ–";

    /// Breaks `text` at every width and looks at the beginnings of lines.
    #[track_caller]
    fn check(language: &str, text: &str) {
        let mut faces = Typefaces::load();
        let mut shaped = Shaped::new(&mut faces, language, text);
        let mut breaks = 0;
        for width in (1..=60).map(|n| n as f32 * 300.0) {
            let lines = shaped.lines(&faces, Some(width));
            assert_eq!(lines.len(), shaped.ranges().len());
            for range in &shaped.ranges()[1..] {
                breaks += 1;
                let before = &text[..range.start];
                let first = text[range.clone()].chars().next().expect("no line is empty");
                assert!(!NEVER_FIRST.contains(first), "{language} {width}: `{before}` | `{first}`");
                let hanging = ["\u{17d2}", "เ", "แ", "โ", "ใ", "ไ", "ເ", "ແ", "ໂ", "ໃ", "ໄ"];
                assert!(
                    !hanging.iter().any(|sign| before.ends_with(sign)),
                    "{language} {width}: `{before}` |"
                );
            }
        }
        assert!(breaks > 0, "{text}: nothing was broken");
    }

    #[test]
    fn no_line_begins_with_what_belongs_to_the_one_before() {
        check("km", "ខ្មែរ\nខ្មែរ");
        check("km", "សូមស្វាគមន៍មកកាន់ច្រកទ្វារព្រំដែនអន្តរជាតិហ័រលូ។ អរគុណ ។ ជាញឹកញាប់ៗ ផ្សេងៗ។");
        check("km", "បើមានរោគសញ្ញាក្ដៅខ្លួន ឬក្អក សូមប្រាប់មន្ត្រីចត្តាឡីស័ក៖ ម៉ោង ០៧:០០ – ១៨:០០");
        check("th", "ยินดีต้อนรับสู่ด่านชายแดนระหว่างประเทศ ต่างๆ ฯลฯ กรุณาเตรียมหนังสือเดินทางและเอกสาร");
        check("lo", "ຍິນດີຕ້ອນຮັບສູ່ດ່ານຊາຍແດນສາກົນ ກະລຸນາກຽມເອກະສານເດີນທາງ ໃນ ນໍ້າ ຄໍາ");
        check("vi", "Giờ làm việc: 07:00 – 18:00, mở cửa tất cả các ngày");
    }

    #[track_caller]
    fn check_lines(language: &str, text: &str, width: f32, expected: &[&str]) {
        let mut faces = Typefaces::load();
        let mut shaped = Shaped::new(&mut faces, language, text);
        shaped.lines(&faces, Some(width));
        let lines: Vec<_> = shaped.ranges().into_iter().map(|range| text[range].trim_end()).collect();
        assert_eq!(lines, expected);
    }

    #[test]
    fn words_and_line_feeds_make_lines() {
        check_lines("km", "ខ្មែរ\nខ្មែរ", 9000.0, &["ខ្មែរ", "ខ្មែរ"]);
        check_lines("vi", "Xin chào\nHoa Lư", 90000.0, &["Xin chào", "Hoa Lư"]);
        check_lines("vi", "Mở cửa: 07:00 – 18:00", 7000.0, &["Mở cửa:", "07:00 – 18:00"]);
        check_lines("vi", "Mở cửa: 07:00–18:00", 6000.0, &["Mở cửa:", "07:00–18:00"]);
        check_lines("km", "ម៉ោងធ្វើការ៖ ០៧:០០–១៧:០០", 6000.0, &["ម៉ោងធ្វើការ៖", "០៧:០០–១៧:០០"]);
        check_lines("km", "ព្រំដែនអន្តរជាតិ", 6000.0, &["ព្រំដែន", "អន្តរជាតិ"]);
        // A word that is too wide stands out; it is not torn.
        check_lines("vi", "nghiêng", 100.0, &["nghiêng"]);
    }

    #[test]
    fn words_marked_by_hand_are_broken_nowhere_else() {
        let dictionary = "លើសពីកម្រិត";
        let by_hand = ["លើស", "ពី", "កម្រិត"].join(&ZERO_WIDTH_SPACE.to_string());
        let lines = |text: &str, width| {
            let mut faces = Typefaces::load();
            let mut shaped = Shaped::new(&mut faces, "km", text);
            shaped.lines(&faces, Some(width));
            let line = |range: Range<usize>| text[range].replace(ZERO_WIDTH_SPACE, "");
            shaped.ranges().into_iter().map(line).collect::<Vec<_>>()
        };
        for width in (1..40).map(|n| n as f32 * 200.0) {
            for line in lines(&by_hand, width) {
                assert!(["លើសពីកម្រិត", "លើសពី", "ពីកម្រិត", "លើស", "ពី", "កម្រិត"].contains(&line.as_str()), "{line}");
            }
        }
        assert_eq!(lines(&by_hand, 100.0).len(), 3);
        // One mark among many words: the dictionary still breaks the rest.
        let one_mark = "សូមស្វាគមន៍មកកាន់ច្រកទ្វារ\u{200b}ព្រំដែនអន្តរជាតិ";
        assert!(lines(one_mark, 100.0).len() > 4);
        assert!(lines(dictionary, 100.0).len() > 1);
    }
}
