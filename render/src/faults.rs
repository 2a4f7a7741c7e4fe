//! What of a shaped text cannot be drawn: characters that no font has, and signs without a letter.

use std::collections::BTreeSet;

use parley::Layout;

use crate::{Position, typeface::Typefaces};

/// A character that cannot be drawn. Each is told once, where it stands first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Fault {
    pub(crate) why: Why,
    pub(crate) character: char,
    pub(crate) position: Position,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Why {
    /// No shipped font has it.
    NoGlyph,
    /// It is a sign that stands on a letter, and there is none.
    NoLetter,
}

const DOTTED_CIRCLE: char = '\u{25cc}';

/// Looks at a text that was laid out.
pub(crate) fn find(faces: &Typefaces, layout: &Layout<()>, text: &str) -> Vec<Fault> {
    let mut found = alone(text);
    for run in layout.lines().flat_map(|line| line.runs().collect::<Vec<_>>()) {
        let face = faces.face(run.font().data.id());
        let glyph_of = |character| face.and_then(|face| faces.glyph_of(face, character));
        let circle = glyph_of(DOTTED_CIRCLE);
        for cluster in run.clusters() {
            let range = || cluster.text_range();
            let (mut lacks, mut has_circle) = (false, false);
            for glyph in cluster.glyphs() {
                lacks |= glyph.id == 0;
                has_circle |= circle == Some(glyph.id);
            }
            if lacks {
                let characters = text[range()].char_indices().filter(|(_, c)| !needs_no_glyph(*c));
                let missing = characters.filter(|(_, c)| glyph_of(*c).is_none());
                found.extend(missing.map(|(at, c)| (range().start + at, Why::NoGlyph, c)));
            }
            if has_circle && !text[range()].contains(DOTTED_CIRCLE) {
                // A space before a sign may be of its cluster. With a letter before it, it is the last that is
                // one too many.
                let begins = text[range()].trim_start().starts_with(needs_a_letter);
                let mut signs = text[range()].char_indices().filter(|(_, c)| needs_a_letter(*c));
                let sign = if begins { signs.next() } else { signs.next_back() };
                let sign = sign.or_else(|| text[range()].char_indices().next());
                found.extend(sign.map(|(at, sign)| (range().start + at, Why::NoLetter, sign)));
            }
        }
    }
    told(found, text)
}

/// Signs at the beginning of a word. A font that has no dotted circle would draw them upon nothing, and most
/// scripts get one only at the beginning of a text.
fn alone(text: &str) -> Vec<(usize, Why, char)> {
    let mut before = None;
    let mut found = Vec::new();
    for (at, character) in text.char_indices() {
        let begins = before.is_none_or(|before| matches!(before, ' ' | '\n' | '\t' | '\u{200b}'));
        if begins && needs_a_letter(character) {
            found.push((at, Why::NoLetter, character));
        }
        before = Some(character);
    }
    found
}

/// Each once, in the order of the text, with its position instead of its byte.
fn told(mut found: Vec<(usize, Why, char)>, text: &str) -> Vec<Fault> {
    found.sort_unstable();
    let mut known = BTreeSet::new();
    found.retain(|(_, why, character)| known.insert((*why, *character)));
    let mut line = text.contains('\n').then_some(1);
    let (mut character, mut passed) = (1, 0);
    let tell = |(at, why, what): (usize, Why, char)| {
        for c in text[passed..at].chars() {
            match (&mut line, c) {
                (Some(line), '\n') => (*line, character) = (*line + 1, 1),
                _ => character += 1,
            }
        }
        passed = at;
        Fault { why, character: what, position: Position { line, character } }
    };
    found.into_iter().map(tell).collect()
}

/// Signs of the scripts that the shipped fonts have, and combining accents.
fn needs_a_letter(character: char) -> bool {
    matches!(character, '\u{300}'..='\u{36f}'
        | '\u{591}'..='\u{5bd}' | '\u{5bf}' | '\u{5c1}'..='\u{5c2}' | '\u{5c4}'..='\u{5c5}' | '\u{5c7}'
        | '\u{64b}'..='\u{65f}' | '\u{670}'
        | '\u{e31}' | '\u{e34}'..='\u{e3a}' | '\u{e47}'..='\u{e4e}'
        | '\u{eb1}' | '\u{eb4}'..='\u{ebc}' | '\u{ec8}'..='\u{ece}'
        | '\u{17b6}'..='\u{17d3}' | '\u{17dd}')
}

/// Control characters, and those that only tell how to join, break or order the text.
fn needs_no_glyph(character: char) -> bool {
    character.is_control()
        || matches!(character, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{2069}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use super::Why;
    use crate::{layout::Shaped, typeface::Typefaces};

    #[track_caller]
    fn check(language: &str, text: &str, expected: &[(Why, char, &str)]) {
        let faults = Shaped::new(&mut Typefaces::load(), language, text).faults;
        let told: Vec<_> =
            faults.iter().map(|fault| (fault.why, fault.character, fault.position.to_string())).collect();
        let expected: Vec<_> = expected.iter().map(|(why, c, at)| (*why, *c, (*at).to_owned())).collect();
        assert_eq!(told, expected, "{language}: {text:?}");
    }

    #[test]
    fn a_sign_without_a_letter_is_told_with_its_position() {
        use Why::NoLetter as Alone;
        check("km", "\u{17b6}ក", &[(Alone, '\u{17b6}', "character 1")]);
        check("km", "ខ្មែរ \u{17d2}ក", &[(Alone, '\u{17d2}', "character 7")]);
        check("km", "ក\u{17b6}\u{17b6}", &[(Alone, '\u{17b6}', "character 3")]);
        check("km", "ក\nខ \u{17b7}", &[(Alone, '\u{17b7}', "line 2, character 3")]);
        check("th", "\u{e31}ก", &[(Alone, '\u{e31}', "character 1")]);
        check("th", "ที่ \u{e48}", &[(Alone, '\u{e48}', "character 5")]);
        check("lo", "\u{eb4}ກ", &[(Alone, '\u{eb4}', "character 1")]);
        check("he", "\u{5b8}ש", &[(Alone, '\u{5b8}', "character 1")]);
        check("ar", "\u{64e}ب", &[(Alone, '\u{64e}', "character 1")]);
        check("vi", "\u{301}a", &[(Alone, '\u{301}', "character 1")]);
        check(
            "vi",
            "a \u{301} \u{301} \u{300}",
            &[(Alone, '\u{301}', "character 3"), (Alone, '\u{300}', "character 7")],
        );
    }

    #[test]
    fn what_is_drawn_as_it_was_written_is_no_fault() {
        check("km", "ខ្មែរ ស្ត្រី ញ៉ាំ\nហ៊ី", &[]);
        check("km", "\u{25cc}\u{17b6}", &[]);
        check("km", "◌ ក", &[]);
        check("th", "ที่ ปู่ \u{25cc}\u{e31}", &[]);
        check("lo", "ນໍ້າ ຄໍາ", &[]);
        check("he", "שָׁלוֹם", &[]);
        check("ar", "مُحَمَّد", &[]);
        check("vi", "Vie\u{323}\u{302}t", &[]);
        check("vi", "", &[]);
    }

    #[test]
    fn what_no_font_has_is_told_where_it_stands_first() {
        use Why::NoGlyph as Missing;
        check(
            "vi",
            "Ꮳ a Ꮳ\nᎳ",
            &[(Missing, 'Ꮳ', "line 1, character 1"), (Missing, 'Ꮃ', "line 2, character 1")],
        );
        check("en", "Hello ☃", &[(Missing, '☃', "character 7")]);
    }
}
