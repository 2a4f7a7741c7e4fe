//! The shipped fonts, loaded once: for the layout engine and for drawing.

use std::sync::Arc;

use fontdue::{FontSettings, Metrics};
use fonts::{FACES, Face};
use parley::{
    FontContext, LayoutContext,
    fontique::{Blob, Collection, CollectionOptions, SourceCache},
};

/// Texts are drawn in bold. Looked at on walls of 64 to 320 rows: from 20 px on bold strokes are two whole
/// pixels wide and carry far, where the regular ones are one pixel and half lit. At 16 px the regular Khmer
/// keeps its loops more open, but only walls of 32 to 64 rows go so low, and they too are read from afar.
const BOLD: bool = true;

/// Outlines are flattened once, for this many pixels per em; larger ones would show facets. 400 is more than
/// half of the highest wall in use.
const FLATTENED_FOR: f32 = 400.0;

/// A loaded face, by its place in the list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct FaceId(usize);

/// The fonts.
pub(crate) struct Typefaces {
    /// What the layout engine knows.
    pub(crate) context: FontContext,
    /// Room for the layout engine to work in.
    pub(crate) layouts: LayoutContext<()>,
    loaded: Vec<Loaded>,
}

struct Loaded {
    file: &'static str,
    blob: u64,
    font: fontdue::Font,
}

/// The faces that drawing uses.
pub(crate) fn used() -> impl Iterator<Item = &'static Face> {
    FACES.iter().filter(|face| face.bold == BOLD)
}

impl Typefaces {
    pub(crate) fn load() -> Self {
        // Never the system's fonts: the same text must be the same frame everywhere.
        let mut collection = Collection::new(CollectionOptions { shared: false, system_fonts: false });
        let settings = FontSettings { scale: FLATTENED_FOR, ..FontSettings::default() };
        let loaded = used()
            .map(|face| {
                let blob = Blob::new(Arc::new(face.bytes));
                let id = blob.id();
                collection.register_fonts(blob, None);
                let font = fontdue::Font::from_bytes(face.bytes, settings)
                    .expect("the shipped fonts are loaded by a test");
                Loaded { file: face.file, blob: id, font }
            })
            .collect();
        Self {
            context: FontContext { collection, source_cache: SourceCache::default() },
            layouts: LayoutContext::new(),
            loaded,
        }
    }

    /// The face that the layout engine names by the id of its bytes.
    pub(crate) fn face(&self, blob: u64) -> Option<FaceId> {
        self.loaded.iter().position(|loaded| loaded.blob == blob).map(FaceId)
    }

    /// Its file's name.
    pub(crate) fn file(&self, face: FaceId) -> &'static str {
        self.loaded[face.0].file
    }

    /// Whether it has a glyph for `character`.
    pub(crate) fn has(&self, face: FaceId, character: char) -> bool {
        self.loaded[face.0].font.has_glyph(character)
    }

    /// The measures of a glyph's bitmap. Nothing for an id that the face does not have, so that no id can
    /// make the rasteriser panic.
    pub(crate) fn metrics(&self, face: FaceId, glyph: u16, px: f32) -> Metrics {
        let font = &self.loaded[face.0].font;
        if glyph < font.glyph_count() { font.metrics_indexed(glyph, px) } else { Metrics::default() }
    }

    /// A glyph's coverage, three columns to a pixel.
    pub(crate) fn thirds(&self, face: FaceId, glyph: u16, px: f32) -> (Metrics, Vec<u8>) {
        let font = &self.loaded[face.0].font;
        if glyph < font.glyph_count() {
            font.rasterize_indexed_subpixel(glyph, px)
        } else {
            (Metrics::default(), Vec::new())
        }
    }
}

#[cfg(test)]
mod tests {
    use fontdue::{Font, FontSettings};
    use fonts::FACES;

    use super::FLATTENED_FOR;

    fn number<const BYTES: usize>(bytes: &[u8], at: usize) -> usize {
        let bytes: [u8; BYTES] = bytes[at..at + BYTES].try_into().expect("a whole number");
        bytes.iter().fold(0, |number, byte| number << 8 | usize::from(*byte))
    }

    fn table<'a>(file: &'a [u8], tag: &[u8]) -> &'a [u8] {
        let entry = (0..number::<2>(file, 4)).map(|n| 12 + n * 16).find(|at| &file[*at..at + 4] == tag);
        let entry = entry.expect("every TrueType font has it");
        &file[number::<4>(file, entry + 8)..][..number::<4>(file, entry + 12)]
    }

    /// The glyphs that have an outline, read from the file by hand.
    fn outlined(file: &[u8]) -> impl Iterator<Item = u16> {
        let places = table(file, b"loca");
        let wide = number::<2>(table(file, b"head"), 50) == 1;
        let place =
            move |n: usize| if wide { number::<4>(places, n * 4) } else { number::<2>(places, n * 2) };
        let count = number::<2>(table(file, b"maxp"), 4);
        (0..count).filter(move |n| place(*n) < place(n + 1)).map(|n| n as u16)
    }

    /// The rasteriser loads only what it finds in `cmap` and `GSUB`, and once overlooked some of the latter.
    #[test]
    fn no_glyph_with_an_outline_is_blank() {
        for face in FACES {
            let settings = FontSettings { scale: FLATTENED_FOR, ..FontSettings::default() };
            let font = Font::from_bytes(face.bytes, settings).expect(face.file);
            let blank = outlined(face.bytes).filter(|glyph| font.metrics_indexed(*glyph, 40.0).width == 0);
            assert_eq!(blank.collect::<Vec<_>>(), [], "{}", face.file);
        }
    }
}
