//! What stands where on a screen, set once and painted for any moment.

use std::{sync::Arc, time::Duration};

use jiff::Timestamp;
use playlists::{Language, Pictures, Screen, Shows, Trust};

use crate::{
    Undrawable,
    areas::Area,
    base::Base,
    fit::{Block, Bounds},
    pages::Pages,
    paint::{Canvas, Painter},
    pictures::{Scaled, Scaler},
    setting::Setting,
    telling::Telling,
    texts::{fit_alike, rows, shape, tallest},
    ticker::{STEP, Ticker},
    typeface::Typefaces,
};

/// The safe page: white on a dark blue. Never black, so that a dark wall always means a fault.
const SAFE: [[u8; 3]; 2] = [[255, 255, 255], [0x0b, 0x2a, 0x4a]];
/// The safe page shows a long name rather small than not at all.
const SAFE_MINIMUM: u16 = 6;

/// What drawing needs, and keeps from one scene to the next.
pub(crate) struct Studio {
    pub(crate) faces: Typefaces,
    pub(crate) painter: Painter,
    pub(crate) scaler: Scaler,
}

/// A moment in the life of a scene.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Instant {
    /// When it came on.
    pub(crate) since: Timestamp,
    /// How long ago that is.
    pub(crate) elapsed: Duration,
}

impl Instant {
    /// By the clock.
    pub(crate) fn now(self) -> Timestamp {
        let elapsed = jiff::SignedDuration::try_from(self.elapsed).unwrap_or(jiff::SignedDuration::MAX);
        self.since.checked_add(elapsed).unwrap_or(Timestamp::MAX)
    }

    /// How long after it came on `moment` is.
    fn until(self, moment: Timestamp) -> Duration {
        Duration::try_from(moment.duration_since(self.since)).unwrap_or_default()
    }
}

/// Everything in its place.
pub(crate) struct Scene {
    /// Background, pictures that stand still and dividers.
    pub(crate) base: Base,
    pub(crate) parts: Vec<Part>,
    pub(crate) colour: [u8; 3],
}

/// What may change by itself. Each has its own area, so each can be painted anew without the others.
pub(crate) enum Part {
    /// A text in its area, page by page.
    Standing(Area, Block, Pages),
    /// A text that runs. It covers its area.
    Running(Ticker),
    /// A text that follows the clock.
    Telling(Telling),
    /// A picture that moves. It covers its area.
    Moving(Arc<Scaled>),
}

impl Part {
    /// Where it may have ink.
    pub(crate) fn area(&self) -> Area {
        match self {
            Self::Standing(area, ..) => *area,
            Self::Running(ticker) => ticker.band(),
            Self::Telling(telling) => telling.area(),
            Self::Moving(picture) => picture.area,
        }
    }

    /// Whether it leaves nothing of what was there before.
    pub(crate) fn covers(&self) -> bool {
        match self {
            Self::Running(_) | Self::Moving(_) => true,
            Self::Standing(..) | Self::Telling(_) => false,
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
        trust: Trust,
    ) -> Result<Self, Vec<Undrawable>> {
        studio.faces.tidy();
        match shows {
            Shows::SafePage => Ok(Self::safe_page(studio, screen)),
            Shows::Item { item, layout, languages, .. } => {
                Setting::new(studio, screen, item, *layout, pictures, trust).scene(languages)
            }
        }
    }

    /// The gate's name in the screen's languages. It cannot fail: what cannot be drawn is left out.
    pub(crate) fn safe_page(studio: &mut Studio, screen: &Screen) -> Self {
        let [colour, background] = SAFE;
        let name = |language: &Language| {
            let name = screen.gate.name.get(language)?.clone();
            Some((language.clone(), name))
        };
        let names: Vec<_> = screen.languages.iter().filter_map(name).collect();
        let texts: Vec<_> = names.iter().map(|(language, name)| (language.as_str(), name.clone())).collect();
        let whole = Area::whole(screen.size);
        let margin = whole.margin();
        let areas = rows(whole.inset(margin), &texts, margin, false);
        let bounds = |_: &str| Bounds { minimum: SAFE_MINIMUM, maximum: tallest(whole), pages: 1 };
        let mut texts = shape(&mut studio.faces, &texts, &areas, bounds);
        let blocks = fit_alike(&studio.faces, &mut texts);
        let stand = |(block, area): (Option<Block>, &Area)| {
            let block = block?;
            let pages = Pages::new(&block, Duration::ZERO);
            Some(Part::Standing(*area, block, pages))
        };
        let parts = blocks.into_iter().zip(&areas).filter_map(stand).collect();
        Self { base: Base::plain(background), parts, colour }
    }

    /// What of `part` is seen at a moment: a page, how far a ticker has gone, a minute. The same answer is the
    /// same pixels.
    pub(crate) fn view(&self, part: &Part, at: Instant) -> u64 {
        match part {
            Part::Standing(_, _, pages) => pages.at(at.elapsed),
            Part::Running(ticker) => ticker.gone(at.elapsed),
            Part::Telling(telling) => telling.view(at.now()),
            Part::Moving(picture) => picture.at(at.elapsed),
        }
    }

    /// Paints what a [`Scene::view`] has told, on the base. Where `part` covers, `before` is the view of it that
    /// `canvas` shows, if any.
    pub(crate) fn paint(
        &self,
        studio: &mut Studio,
        canvas: &mut Canvas<'_>,
        part: &Part,
        before: Option<u64>,
        view: u64,
    ) {
        match part {
            Part::Standing(_, block, _) => {
                let page = usize::try_from(view).ok().and_then(|page| block.pages.get(page));
                for line in page.into_iter().flatten() {
                    studio.painter.paint(&studio.faces, canvas, line, block.size, self.colour);
                }
            }
            Part::Running(ticker) => ticker.paint(canvas, before, view),
            Part::Telling(telling) => telling.paint(studio, canvas, view, self.colour),
            Part::Moving(picture) => canvas.copy(picture.area, picture.frame(view), picture.area),
        }
    }

    /// How long after it came on it changes next by itself.
    pub(crate) fn next_change(&self, at: Instant) -> Option<Duration> {
        let step = STEP.as_nanos();
        let next_step = || {
            let next = (at.elapsed.as_nanos() / step + 1) * step;
            Duration::from_nanos(u64::try_from(next).unwrap_or(u64::MAX))
        };
        let change = |part: &Part| match part {
            Part::Standing(_, _, pages) => pages.next_change(at.elapsed),
            Part::Running(_) => Some(next_step()),
            Part::Telling(telling) => Some(at.until(telling.next_change(at.now()))),
            Part::Moving(picture) => picture.next_change(at.elapsed),
        };
        self.parts.iter().filter_map(change).min()
    }
}
