//! How long each page of a text stays.

use std::time::Duration;

use crate::fit::Block;

/// Before a page is read, the eye must find it.
pub(crate) const FIND: Duration = Duration::from_secs(1);

/// When each page of a text ends; after the last one the first comes again.
pub(crate) struct Pages(Vec<Duration>);

impl Pages {
    /// Shares `duration` among the pages of `block`: a second to find each, the rest by how much there is to read.
    pub(crate) fn new(block: &Block, duration: Duration) -> Self {
        let count = u32::try_from(block.pages.len()).unwrap_or(u32::MAX).max(1);
        let find = FIND.min(duration / count);
        let rest = (duration - find * count).as_nanos();
        let glyphs = |pages: &[crate::fit::Page]| pages.iter().flatten().map(Vec::len).sum::<usize>() as u128;
        let all = glyphs(&block.pages).max(1);
        let end = |page: usize| {
            let read = rest * glyphs(&block.pages[..page]) / all;
            find * u32::try_from(page).unwrap_or(u32::MAX) + nanos(read)
        };
        Self((1..=block.pages.len()).map(end).collect())
    }

    /// The page that is seen.
    pub(crate) fn at(&self, elapsed: Duration) -> u64 {
        let (_, within) = self.round(elapsed);
        self.0.partition_point(|end| *end <= within).min(self.0.len().saturating_sub(1)) as u64
    }

    /// When the next one comes.
    pub(crate) fn next_change(&self, elapsed: Duration) -> Option<Duration> {
        if self.0.len() < 2 {
            return None;
        }
        let (begun, within) = self.round(elapsed);
        self.0.iter().find(|end| within < **end).map(|end| begun + *end)
    }

    /// When this round began, and how long ago that is.
    fn round(&self, elapsed: Duration) -> (Duration, Duration) {
        match self.0.last().map(Duration::as_nanos).filter(|all| *all > 0) {
            Some(all) => {
                let within = nanos(elapsed.as_nanos() % all);
                (elapsed - within, within)
            }
            None => (elapsed, Duration::ZERO),
        }
    }
}

fn nanos(count: u128) -> Duration {
    Duration::from_nanos(u64::try_from(count).unwrap_or(u64::MAX))
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::Pages;
    use crate::{
        areas::Area,
        fit::{Bounds, fit},
        layout::Shaped,
        typeface::Typefaces,
    };

    fn pages(text: &str, seconds: u64) -> Pages {
        let mut faces = Typefaces::load();
        let mut shaped = Shaped::new(&mut faces, "vi", text);
        let area = Area { x: 0, y: 0, width: 100, height: 20 };
        let bounds = Bounds { minimum: 16, maximum: 16, pages: 9 };
        let block = fit(&faces, &mut shaped, area, bounds).expect("it fits");
        Pages::new(&block, Duration::from_secs(seconds))
    }

    #[track_caller]
    fn check(pages: &Pages, millis: u64, page: u64, next: Option<u64>) {
        let elapsed = Duration::from_millis(millis);
        assert_eq!(pages.at(elapsed), page, "{millis}");
        assert_eq!(pages.next_change(elapsed), next.map(Duration::from_millis), "{millis}");
    }

    #[test]
    fn a_longer_page_stays_longer() {
        let one = pages("một", 8);
        check(&one, 0, 0, None);
        check(&one, 8000, 0, None);
        let three = pages("ma\nmamama\nma", 8);
        check(&three, 0, 0, Some(2000));
        check(&three, 1999, 0, Some(2000));
        check(&three, 2000, 1, Some(6000));
        check(&three, 6000, 2, Some(8000));
        check(&three, 7999, 2, Some(8000));
        check(&three, 8000, 0, Some(10_000));
        check(&three, 12_000, 1, Some(14_000));
        // Less time than it takes to find them: they share what there is.
        let short = pages("ma\nma\nma", 0);
        check(&short, 0, 2, None);
    }
}
