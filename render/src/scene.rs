//! What stands where on a screen, set once and painted for any moment.

use std::time::Duration;

use playlists::{Colour, Fit, Item, Language, Layout, Pictures, Profile, Screen, Shows};

use crate::{
    Frame, Undrawable,
    areas::Area,
    fit::{Block, Bounds},
    light,
    paint::Painter,
    pictures::Scaler,
    texts::{Text, fit_together, rows, shape, tallest},
    ticker::{CannotRun, STEP, Ticker},
    typeface::Typefaces,
};

/// A page stays at least this long, or nobody can read it.
const PAGE: Duration = Duration::from_secs(2);
/// The safe page: white on a dark blue. Never black, so that a dark wall always means a fault.
const SAFE: [[u8; 3]; 2] = [[255, 255, 255], [0x0b, 0x2a, 0x4a]];
/// The safe page shows a long name rather small than not at all.
const SAFE_MINIMUM: u16 = 6;
/// What stands for a line feed where there is one line only.
const ONE_LINE: &str = "   ";
/// How much light of the text a divider has, in 255ths.
const DIVIDER: u8 = 64;

/// What drawing needs, and keeps from one scene to the next.
pub(crate) struct Studio {
    pub(crate) faces: Typefaces,
    pub(crate) painter: Painter,
    pub(crate) scaler: Scaler,
}

/// Everything in its place.
pub(crate) struct Scene {
    /// Background, picture and dividers.
    base: Frame,
    blocks: Vec<Block>,
    tickers: Vec<Ticker>,
    colour: [u8; 3],
    /// Of all pages together; then they begin again.
    duration: Duration,
}

impl Scene {
    /// Sets what `shows` wants on `screen`, or tells everything that keeps it from being drawn.
    pub(crate) fn new(
        studio: &mut Studio,
        screen: &Screen,
        shows: &Shows<'_>,
        pictures: &Pictures,
    ) -> Result<Self, Vec<Undrawable>> {
        match shows {
            Shows::SafePage => Ok(Self::safe_page(studio, screen)),
            Shows::Item { item, layout, languages, .. } => {
                Self::item(studio, screen, item, *layout, languages, pictures)
            }
        }
    }

    /// The gate's name in the screen's languages. It cannot fail: what cannot be drawn is left out.
    fn safe_page(studio: &mut Studio, screen: &Screen) -> Self {
        let [colour, background] = SAFE;
        let texts: Vec<_> = screen
            .languages
            .iter()
            .filter_map(|language| Some((language.as_str(), screen.gate.name.get(language)?.clone())))
            .collect();
        let whole = Area::whole(screen.size);
        let margin = whole.margin();
        let areas = rows(whole.inset(margin), &texts, margin);
        let bounds = |_: &str| Bounds { minimum: SAFE_MINIMUM, maximum: tallest(whole), pages: 1 };
        let mut texts = shape(&mut studio.faces, &texts, &areas, bounds);
        let blocks = fit_together(&studio.faces, &mut texts).into_iter().flatten().collect();
        let base = Frame::filled(screen.size, background);
        Self { base, blocks, tickers: Vec::new(), colour, duration: PAGE }
    }

    /// Sets `item` as it is when `languages` are on.
    pub(crate) fn item(
        studio: &mut Studio,
        screen: &Screen,
        item: &Item,
        layout: Layout,
        languages: &[&Language],
        pictures: &Pictures,
    ) -> Result<Self, Vec<Undrawable>> {
        let texts: Vec<_> = languages
            .iter()
            .filter_map(|language| Some((language.as_str(), item.texts.as_ref()?.get(language)?)))
            .map(|(language, text)| match layout {
                Layout::Rotate | Layout::Split | Layout::Stack => (language, text.to_owned()),
                Layout::Ticker => (language, text.replace('\n', ONE_LINE)),
            })
            .collect();
        let whole = Area::whole(screen.size);
        let margin = whole.margin();
        let [colour, background] = [item.colour, item.background].map(rgb);
        let base = Frame::filled(screen.size, background);
        let duration = item.duration.max(Duration::from_nanos(1));
        let mut scene = Self { base, blocks: Vec::new(), tickers: Vec::new(), colour, duration };
        let both = item.picture.is_some() && !texts.is_empty();
        let (picture, room) = if both { whole.shared() } else { (whole, whole) };
        let mut undrawable = Vec::new();
        if let Some(path) = &item.picture {
            let framed = both && item.fit == Fit::Contain;
            let area = if framed { picture.inset(margin) } else { picture };
            let painted = studio.scaler.paint(&mut scene.base.canvas(), pictures, path, area, item.fit);
            undrawable.extend(painted.err());
        }
        let areas = match layout {
            Layout::Rotate | Layout::Stack => rows(room.inset(margin), &texts, margin),
            Layout::Split => room.inset(margin).columns(texts.len(), margin * 2),
            // It comes from the very edge, and its ink keeps from the others by itself.
            Layout::Ticker => rows(room, &texts, 0),
        };
        let pages = usize::try_from(duration.as_nanos() / PAGE.as_nanos()).unwrap_or(usize::MAX).max(1);
        let bounds = |language: &str| Bounds {
            minimum: fonts::legible_minimum(language),
            maximum: tallest(room),
            pages,
        };
        let mut texts = shape(&mut studio.faces, &texts, &areas, bounds);
        undrawable.extend(texts.iter().flat_map(Text::missing));
        match layout {
            Layout::Rotate | Layout::Stack => scene.stand(studio, &mut texts, &mut undrawable),
            Layout::Split => {
                scene.stand(studio, &mut texts, &mut undrawable);
                areas.iter().skip(1).for_each(|column| scene.divide(*column, margin));
            }
            Layout::Ticker if texts.is_empty() => {}
            Layout::Ticker if screen.profile == Profile::Road => undrawable.push(Undrawable::MovesOnRoad),
            Layout::Ticker => scene.run(studio, &mut texts, background, &mut undrawable),
        }
        if undrawable.is_empty() { Ok(scene) } else { Err(undrawable) }
    }

    /// Sets texts that stand still.
    fn stand(&mut self, studio: &Studio, texts: &mut [Text<'_>], undrawable: &mut Vec<Undrawable>) {
        for (text, block) in fit_together(&studio.faces, texts).into_iter().enumerate() {
            match block {
                Some(block) => self.blocks.push(block),
                None => undrawable.push(texts[text].does_not_fit()),
            }
        }
    }

    /// Sets texts that run.
    fn run(
        &mut self,
        studio: &mut Studio,
        texts: &mut [Text<'_>],
        background: [u8; 3],
        undrawable: &mut Vec<Undrawable>,
    ) {
        let colours = [self.colour, background];
        for text in texts {
            let Studio { faces, painter, .. } = studio;
            let minimum = text.bounds.minimum;
            match Ticker::new((faces, painter), &mut text.shaped, text.area, minimum, self.duration, colours)
            {
                Ok(ticker) => self.tickers.push(ticker),
                Err(CannotRun::TooHigh) => undrawable.push(text.does_not_fit()),
                Err(CannotRun::TooLong(needed)) => {
                    undrawable.push(Undrawable::RunsTooLong { language: text.language.to_owned(), needed });
                }
            }
        }
    }

    /// Draws a thin line in the middle of the gap at the left of `column`.
    fn divide(&mut self, column: Area, margin: i32) {
        let width = 2.min(margin * 2);
        let left = column.x - margin - width / 2;
        let mut canvas = self.base.canvas();
        for y in column.y..column.y + column.height {
            for pixel in canvas.row(left, y).chunks_exact_mut(3).take(width as usize) {
                for (under, over) in pixel.iter_mut().zip(self.colour) {
                    *under = light::mix(*under, over, DIVIDER);
                }
            }
        }
    }

    /// Paints it as it is `elapsed` after it came on.
    pub(crate) fn paint(&self, studio: &mut Studio, elapsed: Duration) -> Frame {
        let mut frame = self.base.clone();
        let mut canvas = frame.canvas();
        for block in &self.blocks {
            let page = &block.pages[self.page(block, elapsed)];
            for line in page {
                studio.painter.paint(&studio.faces, &mut canvas, line, block.size, self.colour);
            }
        }
        for ticker in &self.tickers {
            ticker.paint(&mut canvas, elapsed);
        }
        frame
    }

    /// Which of its pages each text shows. Two moments with the same answer and no ticker are the same frame.
    pub(crate) fn pages(&self, elapsed: Duration) -> Option<Vec<usize>> {
        let page = |block| self.page(block, elapsed);
        self.tickers.is_empty().then(|| self.blocks.iter().map(page).collect())
    }

    /// How long after it came on it changes next by itself.
    pub(crate) fn next_change(&self, elapsed: Duration) -> Option<Duration> {
        let (elapsed, duration) = (elapsed.as_nanos(), self.duration.as_nanos());
        let round = elapsed - elapsed % duration;
        let flips = self.blocks.iter().filter(|block| block.pages.len() > 1).map(|block| {
            let pages = block.pages.len() as u128;
            let next = (elapsed % duration) * pages / duration + 1;
            round + (next * duration).div_ceil(pages)
        });
        let step = STEP.as_nanos();
        let steps = self.tickers.iter().map(|_| (elapsed / step + 1) * step);
        let next = flips.chain(steps).min()?;
        u64::try_from(next).ok().map(Duration::from_nanos)
    }

    /// Pages share the duration equally.
    fn page(&self, block: &Block, elapsed: Duration) -> usize {
        let (pages, duration) = (block.pages.len(), self.duration.as_nanos());
        let page = (elapsed.as_nanos() % duration) * pages as u128 / duration;
        usize::try_from(page).unwrap_or(0).min(pages - 1)
    }
}

fn rgb(colour: Colour) -> [u8; 3] {
    [colour.red, colour.green, colour.blue]
}
