//! One glyph cut out of a TrueType file: a font that has nothing else.
//!
//! The rasteriser prepares every glyph of a font when it loads it: sixteen megabytes for the Latin face, of which
//! a gate draws a hundred glyphs. A cut font costs what its one glyph costs, and it has no tables that could hide
//! a glyph from the rasteriser.

use skrifa::{FontRef, MetadataProvider, OutlineGlyphCollection};

use crate::outline::{self, Line};

/// The parts of a TrueType file that outlines are made of.
#[derive(Clone)]
pub(crate) struct Outlines<'a> {
    glyphs: OutlineGlyphCollection<'a>,
    head: &'a [u8],
    hhea: &'a [u8],
    maxp: &'a [u8],
    loca: &'a [u8],
    glyf: &'a [u8],
}

/// Bits in the flags of a part of a composite glyph.
const WORDS: u16 = 0x1;
const DISTANCES: u16 = 0x2;
const SCALE: u16 = 0x8;
const MORE: u16 = 0x20;
const TWO_SCALES: u16 = 0x40;
const MATRIX: u16 = 0x80;

/// How far a glyph is moved in a step, in units of its font: no distance can be larger.
pub(crate) const ASIDE: i16 = i16::MAX;

/// Where `head` says how many units make an em.
const UNITS: usize = 18;
/// Where it says how wide the entries of `loca` are.
const WIDE: usize = 50;
/// Where `maxp` says how many glyphs there are.
const COUNT: usize = 4;

impl<'a> Outlines<'a> {
    /// `None` if `file` is no TrueType font.
    pub(crate) fn read(file: &'a [u8]) -> Option<Self> {
        let table = |tag: &[u8; 4]| {
            let mut records = (0..usize::from(short(file, 4)?)).map(|n| 12 + n * 16);
            let record = records.find(|at| file.get(*at..at + 4) == Some(tag))?;
            let (start, length) = (long(file, record + 8)?, long(file, record + 12)?);
            file.get(start..start.checked_add(length)?)
        };
        Some(Self {
            glyphs: FontRef::new(file).ok()?.outline_glyphs(),
            head: table(b"head")?,
            hhea: table(b"hhea")?,
            maxp: table(b"maxp")?,
            loca: table(b"loca")?,
            glyf: table(b"glyf")?,
        })
    }

    /// How many glyphs there are.
    pub(crate) fn count(&self) -> u16 {
        short(self.maxp, COUNT).unwrap_or(0)
    }

    /// Units of the font to an em.
    pub(crate) fn units_per_em(&self) -> f32 {
        short(self.head, UNITS).map_or(1000.0, f32::from)
    }

    /// A glyph's outline as lines.
    pub(crate) fn lines(&self, glyph: u16) -> Option<Vec<Line>> {
        outline::lines(&self.glyphs, glyph, self.units_per_em())
    }

    /// The outline of a glyph as the file has it; empty for a blank one.
    pub(crate) fn outline(&self, glyph: u16) -> Option<&'a [u8]> {
        let glyph = usize::from(glyph);
        let place = |n: usize| match short(self.head, WIDE)? {
            0 => short(self.loca, n * 2).map(|half| usize::from(half) * 2),
            _ => long(self.loca, n * 4),
        };
        self.glyf.get(place(glyph)?..place(glyph + 1)?)
    }

    /// A font whose first glyph is `glyph`, moved to the right by so many `steps` of [`ASIDE`]. What follows is what
    /// that is composed of: a glyph for each step, the glyph itself, and its parts.
    pub(crate) fn cut(&self, glyph: u16, steps: u16) -> Option<Vec<u8>> {
        let (mut parts, mut glyf, mut loca) = (vec![glyph], Vec::new(), vec![0; 4]);
        for step in 0..steps {
            glyf.extend(aside(step + 1));
            loca.extend_from_slice(&u32::try_from(glyf.len()).ok()?.to_be_bytes());
        }
        let mut done = 0;
        while let Some(part) = parts.get(done) {
            let start = glyf.len();
            glyf.extend_from_slice(self.outline(*part)?);
            renumber(&mut glyf[start..], &mut parts, steps)?;
            glyf.resize(glyf.len().next_multiple_of(4), 0);
            loca.extend_from_slice(&u32::try_from(glyf.len()).ok()?.to_be_bytes());
            done += 1;
        }
        let (mut head, mut maxp) = (self.head.to_vec(), self.maxp.to_vec());
        head.get_mut(WIDE..WIDE + 2)?.copy_from_slice(&[0, 1]);
        let count = u16::try_from(done).ok()?.checked_add(steps)?;
        maxp.get_mut(COUNT..COUNT + 2)?.copy_from_slice(&count.to_be_bytes());
        Some(assemble(&[
            (b"glyf", &glyf),
            (b"head", &head),
            (b"hhea", self.hhea),
            (b"loca", &loca),
            (b"maxp", &maxp),
        ]))
    }
}

/// A glyph that is the glyph `number`, moved to the right by [`ASIDE`].
fn aside(number: u16) -> impl Iterator<Item = u8> {
    // A composed glyph of one part, whose box nobody looks at, and two bytes that make a multiple of four.
    let (composed, unseen) = (u16::MAX, [0; 4]);
    let part = [WORDS | DISTANCES, number, ASIDE.unsigned_abs(), 0, 0];
    [composed].into_iter().chain(unseen).chain(part).flat_map(u16::to_be_bytes)
}

/// Gives the parts of a composed glyph their numbers in the cut font, where `first` glyphs come before them, and puts
/// those that are new to the end of `parts`. A plain glyph stays as it is.
fn renumber(outline: &mut [u8], parts: &mut Vec<u16>, first: u16) -> Option<()> {
    let composed = short(outline, 0).is_some_and(|contours| contours >= 0x8000);
    if !composed {
        return Some(());
    }
    let mut at = 10;
    loop {
        let (flags, part) = (short(outline, at)?, short(outline, at + 2)?);
        let number = parts.iter().position(|known| *known == part).unwrap_or_else(|| {
            parts.push(part);
            parts.len() - 1
        });
        let number = u16::try_from(number).ok()?.checked_add(first)?;
        outline.get_mut(at + 2..at + 4)?.copy_from_slice(&number.to_be_bytes());
        at += if flags & WORDS > 0 { 8 } else { 6 };
        at += match flags & (SCALE | TWO_SCALES | MATRIX) {
            0 => 0,
            SCALE => 2,
            TWO_SCALES => 4,
            _ => 8,
        };
        if flags & MORE == 0 {
            return Some(());
        }
    }
}

/// A font file of these tables, in the order of their tags.
fn assemble(tables: &[(&[u8; 4], &[u8])]) -> Vec<u8> {
    let number = |n: usize| u32::try_from(n).unwrap_or(u32::MAX).to_be_bytes();
    let mut file = vec![0, 1, 0, 0, 0, tables.len() as u8, 0, 0, 0, 0, 0, 0];
    let mut start = 12 + tables.len() * 16;
    for (tag, table) in tables {
        // Nobody looks at the checksum.
        file.extend([**tag, [0; 4], number(start), number(table.len())].as_flattened());
        start += table.len().next_multiple_of(4);
    }
    for (_, table) in tables {
        file.extend_from_slice(table);
        file.resize(file.len().next_multiple_of(4), 0);
    }
    file
}

fn short(bytes: &[u8], at: usize) -> Option<u16> {
    bytes.get(at..)?.first_chunk().copied().map(u16::from_be_bytes)
}

fn long(bytes: &[u8], at: usize) -> Option<usize> {
    bytes.get(at..)?.first_chunk().copied().map(|bytes| u32::from_be_bytes(bytes) as usize)
}

#[cfg(test)]
mod tests {
    use fontdue::{Font, FontSettings};
    use fonts::FACES;

    use super::Outlines;

    /// The whole font is the witness, for all glyphs that the rasteriser finds in it.
    #[test]
    fn every_glyph_is_the_same_as_in_its_font_and_none_is_blank() {
        for face in FACES {
            let whole = Font::from_bytes(face.bytes, FontSettings::default()).expect(face.file);
            let outlines = Outlines::read(face.bytes).expect(face.file);
            assert_eq!(outlines.count(), whole.glyph_count());
            let mut drawn = 0;
            for glyph in 0..outlines.count() {
                if outlines.outline(glyph).expect("it is there").is_empty() {
                    continue;
                }
                let settings = FontSettings { load_substitutions: false, ..FontSettings::default() };
                let cut = outlines.cut(glyph, 0).expect("it is sound");
                let cut = Font::from_bytes(cut, settings).expect("it is a font");
                let (metrics, coverage) = cut.rasterize_indexed(0, 20.0);
                let (right, witness) = whole.rasterize_indexed(glyph, 20.0);
                assert!(metrics.width > 0, "{} {glyph} is blank", face.file);
                if right.width > 0 {
                    assert_eq!((metrics.bounds, coverage), (right.bounds, witness), "{} {glyph}", face.file);
                    drawn += 1;
                }
            }
            assert!(drawn > 90, "{}: only {drawn}", face.file);
        }
    }

    #[test]
    fn a_broken_file_is_no_font() {
        let file = FACES[0].bytes;
        assert!(Outlines::read(&file[..1000]).is_none());
        assert!(Outlines::read(b"").is_none());
        let outlines = Outlines::read(file).expect("it is sound");
        let torn = Outlines { glyf: &outlines.glyf[..100], ..outlines.clone() };
        assert!((0..torn.count()).filter(|glyph| torn.cut(*glyph, 0).is_none()).count() > 1000);
    }
}
