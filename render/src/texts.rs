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

    /// Its block, if there is one within its bounds.
    fn fit(&mut self, faces: &Typefaces) -> Option<Block> {
        fit(faces, &mut self.shaped, self.area, self.bounds)
    }

    /// The refusal of a text that has too little room.
    pub(crate) fn does_not_fit(&self) -> Undrawable {
        does_not_fit(self.language, self.area, self.bounds.minimum)
    }
}

/// The refusal of a text in `language` that has too little room in `area`.
pub(crate) fn does_not_fit(language: &str, area: Area, minimum: u16) -> Undrawable {
    let side = |length: i32| u16::try_from(length).unwrap_or(0);
    let (width, height) = (side(area.width), side(area.height));
    Undrawable::DoesNotFit { language: language.to_owned(), width, height, minimum }
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
pub(crate) fn fit_alike(faces: &Typefaces, texts: &mut [Text<'_>]) -> Vec<Option<Block>> {
    let mut blocks: Vec<_> = texts.iter_mut().map(|text| text.fit(faces)).collect();
    let smallest = blocks.iter().flatten().map(|block| block.size).min().unwrap_or(0);
    let largest = u16::try_from(u32::from(smallest) * UNEQUAL / 100).unwrap_or(u16::MAX);
    for (text, block) in texts.iter_mut().zip(&mut blocks) {
        if block.as_ref().is_some_and(|block| block.size > largest) {
            text.bounds.maximum = largest;
            *block = text.fit(faces);
        }
    }
    blocks
}

/// The same for texts of which the first is Vietnamese: the others are at most three quarters of its size, and alike.
pub(crate) fn fit_beside_vietnamese(
    faces: &Typefaces,
    texts: &mut [Text<'_>],
) -> Vec<Result<Block, Undrawable>> {
    let Some((vietnamese, others)) = texts.split_first_mut() else { return Vec::new() };
    let first = vietnamese.fit(faces).ok_or_else(|| vietnamese.does_not_fit());
    let largest = first.as_ref().map_or(u16::MAX, |block| block.size * 3 / 4);
    let too_small = |text: &Text<'_>| Undrawable::TooSmallBesideVietnamese {
        language: text.language.to_owned(),
        largest,
        minimum: text.bounds.minimum,
    };
    for text in &mut *others {
        text.bounds.maximum = text.bounds.maximum.min(largest);
    }
    let small = |text: &Text<'_>| text.bounds.maximum < text.bounds.minimum;
    let blocks = fit_alike(faces, others);
    let judge = |(block, text): (Option<Block>, &Text<'_>)| match block {
        _ if small(text) => Err(too_small(text)),
        block => block.ok_or_else(|| text.does_not_fit()),
    };
    std::iter::once(first).chain(blocks.into_iter().zip(&*others).map(judge)).collect()
}

/// Rows for texts, higher where the script stands higher, and where the first is to be larger than the others.
pub(crate) fn rows(area: Area, texts: &[(&str, String)], gap: i32, first_is_larger: bool) -> Vec<Area> {
    let weight = |(n, (language, _)): (usize, &(&str, String))| {
        let weight = match *language {
            "km" => 13,
            "lo" | "th" => 11,
            _ => 10,
        };
        if first_is_larger && n > 0 { weight * 3 } else { weight * 4 }
    };
    area.rows(&texts.iter().enumerate().map(weight).collect::<Vec<_>>(), gap)
}

/// The largest size for texts in `room`.
pub(crate) fn tallest(room: Area) -> u16 {
    u16::try_from((room.height * TALLEST / 100).max(SMALL)).unwrap_or(u16::MAX)
}
