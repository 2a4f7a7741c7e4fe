//! The texts of a scene, each in its box, and how large they are beside each other.

use crate::{
    Undrawable,
    areas::Area,
    faults::{Fault, Why},
    fit::{Block, Bounds, fit},
    layout::Shaped,
    typeface::Typefaces,
};

/// Pixels per em are at most this share of the room's height, in hundredths: a single word does not shout.
const TALLEST: i32 = 45;
/// On a small screen a word may fill it: there legibility counts.
const SMALL: i32 = 32;
/// Languages that are seen together differ in size at most by this much, in hundredths, unless one of them
/// would be no longer legible.
const UNEQUAL: u32 = 125;

/// A text that is to be set.
pub(crate) struct Text<'a> {
    pub(crate) language: &'a str,
    pub(crate) shaped: Shaped,
    pub(crate) area: Area,
    pub(crate) bounds: Bounds,
}

impl Text<'_> {
    /// A refusal for every character that cannot be drawn.
    pub(crate) fn faults(&self) -> impl Iterator<Item = Undrawable> {
        self.shaped.faults.iter().map(|fault| {
            let Fault { why, character, position } = *fault;
            let language = self.language.to_owned();
            match why {
                Why::NoGlyph => Undrawable::MissingGlyph { language, character, position },
                Why::NoLetter => Undrawable::DottedCircle { language, sign: character, position },
            }
        })
    }

    /// The refusal of a text that has too little room.
    pub(crate) fn does_not_fit(&self) -> Undrawable {
        let side = |length: i32| u16::try_from(length).unwrap_or(0);
        Undrawable::DoesNotFit {
            language: self.language.to_owned(),
            width: side(self.area.width),
            height: side(self.area.height),
            minimum: self.bounds.minimum,
        }
    }
}

/// Shapes each text for its box.
pub(crate) fn shape<'a>(
    faces: &mut Typefaces,
    texts: &[(&'a str, String)],
    areas: &[Area],
    bounds: impl Fn(&str) -> Bounds,
) -> Vec<Text<'a>> {
    let texts = texts.iter().zip(areas);
    texts
        .map(|((language, text), area)| {
            let shaped = Shaped::new(faces, language, text);
            Text { language, shaped, area: *area, bounds: bounds(language) }
        })
        .collect()
}

/// Fits every text into its box, and makes those smaller that are much larger than the smallest.
pub(crate) fn fit_together(faces: &Typefaces, texts: &mut [Text<'_>]) -> Vec<Option<Block>> {
    let mut blocks: Vec<_> =
        texts.iter_mut().map(|text| fit(faces, &mut text.shaped, text.area, text.bounds)).collect();
    let smallest = blocks.iter().flatten().map(|block| block.size).min().unwrap_or(0);
    let largest = u16::try_from(u32::from(smallest) * UNEQUAL / 100).unwrap_or(u16::MAX);
    for (text, block) in texts.iter_mut().zip(&mut blocks) {
        if block.as_ref().is_some_and(|block| block.size > largest) {
            text.bounds.maximum = largest;
            *block = fit(faces, &mut text.shaped, text.area, text.bounds);
        }
    }
    blocks
}

/// Rows for texts, higher where the script stands higher.
pub(crate) fn rows(area: Area, texts: &[(&str, String)], gap: i32) -> Vec<Area> {
    let weight = |(language, _): &(&str, String)| match *language {
        "km" => 13,
        "lo" | "th" => 11,
        _ => 10,
    };
    area.rows(&texts.iter().map(weight).collect::<Vec<_>>(), gap)
}

/// The largest size for texts in `room`.
pub(crate) fn tallest(room: Area) -> u16 {
    u16::try_from((room.height * TALLEST / 100).max(SMALL)).unwrap_or(u16::MAX)
}
