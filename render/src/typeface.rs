//! The shipped fonts: for the layout engine, and glyph by glyph for drawing.

use std::{
    cell::{Cell, OnceCell, RefCell},
    sync::Arc,
};

use fonts::{FACES, Face};
use parley::{
    FontContext, FontWeight, LayoutContext,
    fontique::{Blob, CharmapIndex, Collection, CollectionOptions, FontInfoOverride, SourceCache},
};

use crate::{
    cut::Outlines,
    letter::{self, Bitmap, Letter},
    measures::{Extent, Measures},
};

/// Texts are drawn in bold. Looked at on walls of 64 to 320 rows: from 20 px on bold strokes are two whole
/// pixels wide and carry far, where the regular ones are one pixel and half lit. At 16 px the regular Khmer
/// keeps its loops more open, but only walls of 32 to 64 rows go so low, and they too are read from afar.
const BOLD: bool = true;

/// How many flattened glyphs are kept, at some two kilobytes each if they are drawn small.
/// Three languages need about 300.
const KEPT: usize = 350;

/// A loaded face, by its place in the list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct FaceId(usize);

/// The fonts.
pub(crate) struct Typefaces {
    /// What the layout engine knows.
    pub(crate) context: FontContext,
    /// Room for the layout engine to work in.
    pub(crate) layouts: LayoutContext<()>,
    faces: Vec<Loaded>,
    /// The families for every language, if not each language has its own.
    families: Option<Vec<&'static str>>,
    /// How many glyphs are flattened.
    flattened: Cell<usize>,
    /// Room to draw letters in.
    room: RefCell<Vec<i32>>,
}

struct Loaded {
    file: &'static str,
    bytes: &'static [u8],
    blob: u64,
    characters: CharmapIndex,
    drawn: Drawn,
}

/// Where the rasteriser takes the glyphs from.
enum Drawn {
    /// By number, each cut out and flattened when it is first drawn.
    Cut(Box<Outlines<'static>>, Vec<OnceCell<Option<Box<Letter>>>>),
    /// All at once, for outlines that are not TrueType's. No shipped font is like that.
    Whole(OnceCell<Option<Box<fontdue::Font>>>),
}

/// The faces that drawing uses.
pub(crate) fn used() -> impl Iterator<Item = &'static Face> {
    FACES.iter().filter(|face| face.bold == BOLD)
}

impl Typefaces {
    pub(crate) fn load() -> Self {
        // Never the system's fonts: the same text must be the same frame everywhere.
        let mut collection = Collection::new(CollectionOptions { shared: false, system_fonts: false });
        let face =
            |face| Loaded::new(face, &mut collection, None).expect("the shipped fonts are read by a test");
        let faces = used().map(face).collect();
        Self::with(collection, faces, None)
    }

    /// These fonts instead of the shipped ones, for every language in this order. The name of one that is no
    /// font is the error.
    pub(crate) fn of(fonts: &[Face]) -> Result<Self, &'static str> {
        let mut collection = Collection::new(CollectionOptions { shared: false, system_fonts: false });
        let face = |face: &Face| {
            // Each file is a family: a list of files says exactly which one is asked first. All are of the weight
            // that is asked for, so that none is made bolder.
            let as_family = FontInfoOverride {
                family_name: Some(face.file),
                weight: Some(FontWeight::BOLD),
                ..FontInfoOverride::default()
            };
            Loaded::new(face, &mut collection, Some(as_family)).ok_or(face.file)
        };
        let faces = fonts.iter().map(face).collect::<Result<_, _>>()?;
        Ok(Self::with(collection, faces, Some(fonts.iter().map(|face| face.file).collect())))
    }

    fn with(collection: Collection, faces: Vec<Loaded>, families: Option<Vec<&'static str>>) -> Self {
        Self {
            context: FontContext { collection, source_cache: SourceCache::default() },
            layouts: LayoutContext::new(),
            faces,
            families,
            flattened: Cell::new(0),
            room: RefCell::default(),
        }
    }

    /// The families to draw `language` with, first to last.
    pub(crate) fn families(&self, language: &str) -> &[&'static str] {
        self.families.as_deref().unwrap_or_else(|| fonts::families(language))
    }

    /// Forgets the flattened glyphs if there are too many of them.
    pub(crate) fn tidy(&mut self) {
        if self.flattened.get() > KEPT {
            for face in &mut self.faces {
                if let Drawn::Cut(_, glyphs) = &mut face.drawn {
                    glyphs.fill_with(OnceCell::new);
                }
            }
            self.flattened.set(0);
        }
    }

    /// The face that the layout engine names by the id of its bytes.
    pub(crate) fn face(&self, blob: u64) -> Option<FaceId> {
        self.faces.iter().position(|face| face.blob == blob).map(FaceId)
    }

    /// Its file's name.
    pub(crate) fn file(&self, face: FaceId) -> &'static str {
        self.faces[face.0].file
    }

    /// Its glyph for `character`.
    pub(crate) fn glyph_of(&self, face: FaceId, character: char) -> Option<u32> {
        let face = &self.faces[face.0];
        let characters = face.characters.charmap(face.bytes)?;
        characters.map(character).filter(|glyph| *glyph > 0)
    }

    /// The measures of a glyph's bitmap. Nothing for an id that the face does not have, so that no id can
    /// make the rasteriser panic.
    pub(crate) fn measures(&self, face: FaceId, glyph: u16, px: f32) -> Measures {
        let face = &self.faces[face.0];
        let measures = match &face.drawn {
            Drawn::Cut(outlines, letters) => {
                self.letter(outlines, letters, glyph, px).map(|letter| letter.measures(px))
            }
            Drawn::Whole(font) => face.whole(font, glyph).map(|font| Extent::of(font, glyph).at(px)),
        };
        measures.unwrap_or_default()
    }

    /// A glyph's coverage where its pen stands at a third of a pixel.
    pub(crate) fn bitmap(&self, face: FaceId, glyph: u16, size: u16, third: u8) -> Bitmap {
        let face = &self.faces[face.0];
        let bitmap = match &face.drawn {
            Drawn::Cut(outlines, letters) => self
                .letter(outlines, letters, glyph, f32::from(size))
                .map(|letter| letter.bitmap((outlines, glyph), size, third, &mut self.room.borrow_mut())),
            Drawn::Whole(font) => {
                face.whole(font, glyph).map(|font| letter::summed(font, glyph, size, third))
            }
        };
        bitmap.unwrap_or_default()
    }

    fn letter<'a>(
        &self,
        outlines: &Outlines<'_>,
        letters: &'a [OnceCell<Option<Box<Letter>>>],
        glyph: u16,
        px: f32,
    ) -> Option<&'a Letter> {
        let cut = || {
            self.flattened.set(self.flattened.get() + 1);
            Letter::cut(outlines, glyph, px).map(Box::new)
        };
        letters.get(usize::from(glyph))?.get_or_init(cut).as_deref()
    }
}

impl Loaded {
    fn new(face: &Face, collection: &mut Collection, named: Option<FontInfoOverride<'_>>) -> Option<Self> {
        // The layout engine reads the programme's own bytes; nothing is copied.
        let blob = Blob::new(Arc::new(face.bytes));
        let id = blob.id();
        let families = collection.register_fonts(blob, named);
        let characters = families.iter().flat_map(|(_, fonts)| fonts).next()?.charmap_index();
        let drawn = match Outlines::read(face.bytes) {
            Some(outlines) => {
                let letters = (0..outlines.count()).map(|_| OnceCell::new()).collect();
                Drawn::Cut(Box::new(outlines), letters)
            }
            None => Drawn::Whole(OnceCell::new()),
        };
        Some(Self { file: face.file, bytes: face.bytes, blob: id, characters, drawn })
    }

    /// All of it, if it has this glyph.
    fn whole<'a>(
        &self,
        font: &'a OnceCell<Option<Box<fontdue::Font>>>,
        glyph: u16,
    ) -> Option<&'a fontdue::Font> {
        let font = font.get_or_init(|| letter::whole(self.bytes).map(Box::new)).as_deref()?;
        (glyph < font.glyph_count()).then_some(font)
    }
}
