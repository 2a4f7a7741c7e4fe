//! What stands where on a screen, set once and painted for any moment.

use std::time::Duration;

use playlists::{Colour, Fit, Focus, Item, Language, Layout, Pictures, Profile, Screen, Shows};

use crate::{
    Undrawable,
    areas::Area,
    base::Base,
    fit::{Block, Bounds},
    light,
    paint::{Canvas, Painter},
    pictures::{Framing, Scaler},
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
    pub(crate) base: Base,
    pub(crate) parts: Vec<Part>,
    colour: [u8; 3],
    /// Of all pages together; then they begin again.
    duration: Duration,
}

/// A text. Each has its own area, so each can be painted anew without the others.
pub(crate) enum Part {
    /// In its area, page by page.
    Standing(Area, Block),
    /// It covers its area.
    Running(Ticker),
}

impl Part {
    /// Where it may have ink.
    pub(crate) fn area(&self) -> Area {
        match self {
            Self::Standing(area, _) => *area,
            Self::Running(ticker) => ticker.band(),
        }
    }
}

impl Scene {
    /// Sets what `shows` wants on `screen`, or tells everything that keeps it from being drawn.
    pub(crate) fn new(
        studio: &mut Studio,
        screen: &Screen,
        shows: &Shows<'_>,
        pictures: &Pictures,
    ) -> Result<Self, Vec<Undrawable>> {
        studio.faces.tidy();
        match shows {
            Shows::SafePage => Ok(Self::safe_page(studio, screen)),
            Shows::Item { item, layout, languages, .. } => {
                Self::item(studio, screen, item, *layout, languages, pictures)
            }
        }
    }

    /// The gate's name in the screen's languages. It cannot fail: what cannot be drawn is left out.
    pub(crate) fn safe_page(studio: &mut Studio, screen: &Screen) -> Self {
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
        let blocks = fit_together(&studio.faces, &mut texts);
        let stand = |(block, area): (Option<Block>, &Area)| Some(Part::Standing(*area, block?));
        let parts = blocks.into_iter().zip(&areas).filter_map(stand).collect();
        Self { base: Base::plain(background), parts, colour, duration: PAGE }
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
        let duration = item.duration.max(Duration::from_nanos(1));
        let mut scene = Self { base: Base::plain(background), parts: Vec::new(), colour, duration };
        let both = item.picture.is_some() && !texts.is_empty();
        let (picture, room) = if both { whole.shared() } else { (whole, whole) };
        let mut undrawable = Vec::new();
        if let Some(path) = &item.picture {
            let framed = both && item.fit == Fit::Contain;
            let area = if framed { picture.inset(margin) } else { picture };
            let framing = Framing { area, fit: item.fit, focus: Focus::MIDDLE, background };
            match studio.scaler.scaled(pictures, path, framing) {
                Ok(picture) => scene.base.picture = Some(picture),
                Err(cause) => undrawable.push(cause),
            }
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
        undrawable.extend(texts.iter().flat_map(Text::faults));
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
                Some(block) => self.parts.push(Part::Standing(texts[text].area, block)),
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
                Ok(ticker) => self.parts.push(Part::Running(ticker)),
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
        let line = Area { x: column.x - margin - width / 2, width, ..column };
        let mut colour = self.base.background;
        for (under, over) in colour.iter_mut().zip(self.colour) {
            *under = light::mix(*under, over, DIVIDER);
        }
        self.base.dividers.push((line, colour));
    }

    /// What of `part` is seen `elapsed` after the scene came on: a page, or how far a ticker has gone. The same
    /// answer is the same pixels.
    pub(crate) fn view(&self, part: &Part, elapsed: Duration) -> u64 {
        match part {
            Part::Standing(_, block) => {
                // Pages share the duration equally.
                let (pages, duration) = (block.pages.len() as u128, self.duration.as_nanos());
                u64::try_from((elapsed.as_nanos() % duration) * pages / duration).unwrap_or(0)
            }
            Part::Running(ticker) => ticker.gone(elapsed),
        }
    }

    /// Paints what a [`Scene::view`] has told, on the base.
    pub(crate) fn paint(&self, studio: &mut Studio, canvas: &mut Canvas<'_>, part: &Part, view: u64) {
        match part {
            Part::Standing(_, block) => {
                let page = usize::try_from(view).ok().and_then(|page| block.pages.get(page));
                for line in page.into_iter().flatten() {
                    studio.painter.paint(&studio.faces, canvas, line, block.size, self.colour);
                }
            }
            Part::Running(ticker) => ticker.paint(canvas, view),
        }
    }

    /// How long after it came on it changes next by itself.
    pub(crate) fn next_change(&self, elapsed: Duration) -> Option<Duration> {
        let (elapsed, duration) = (elapsed.as_nanos(), self.duration.as_nanos());
        let round = elapsed - elapsed % duration;
        let step = STEP.as_nanos();
        let changes = self.parts.iter().filter_map(|part| match part {
            Part::Standing(_, block) if block.pages.len() > 1 => {
                let pages = block.pages.len() as u128;
                let next = (elapsed % duration) * pages / duration + 1;
                Some(round + (next * duration).div_ceil(pages))
            }
            Part::Standing(..) => None,
            Part::Running(_) => Some((elapsed / step + 1) * step),
        });
        u64::try_from(changes.min()?).ok().map(Duration::from_nanos)
    }
}

fn rgb(colour: Colour) -> [u8; 3] {
    [colour.red, colour.green, colour.blue]
}
