//! Of what colour a text is, and what is behind it.

use written::{Entry, Report, Table, Told};

use crate::{Colour, PicturePath};

/// In hundredths: 4.5 to 1, as WCAG 2.1 asks of texts (level AA).
pub const LEAST_CONTRAST: u32 = 450;

/// The colours of an item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ground {
    /// Of the text.
    pub colour: Colour,
    /// Behind text and picture.
    pub background: Colour,
    /// A picture over the whole background. It is dimmed towards it as far as the text needs.
    pub backdrop: Option<PicturePath>,
}

impl Ground {
    /// White on black.
    pub const PLAIN: Self = Self { colour: Colour::WHITE, background: Colour::BLACK, backdrop: None };
}

/// Reads `colour`, `background` and `background-image`. Where there is something to read, its colour differs enough
/// from what is behind it.
pub(crate) fn read(report: &mut Report<'_>, table: &mut Table<'_>, has_text: bool) -> Result<Ground, Told> {
    let [colour, background] = ["colour", "background"].map(|key| table.take(key));
    let backdrop = table
        .take("background-image")
        .map(|entry| entry.parse(report, |written| PicturePath::parse(written).map_err(|bad| bad.told())))
        .transpose();
    let [of_text, behind] =
        [(&colour, Colour::WHITE), (&background, Colour::BLACK)].map(|(entry, default)| {
            let rule = "a colour is # and six hexadecimal digits, such as \"#ffcc00\"";
            let read = |entry: &Entry<'_>| entry.parse(report, |written| Colour::parse(written).ok_or(rule));
            entry.as_ref().map_or(Ok(default), read)
        });
    let (of_text, behind) = (of_text?, behind?);
    match background.or(colour) {
        Some(entry) if has_text && of_text.contrast(behind) < LEAST_CONTRAST => {
            let contrast = f64::from(of_text.contrast(behind)) / 100.0;
            let rule = format!(
                "a text of {of_text} on {behind} has a contrast of {contrast:.2} to 1, it needs at least 4.5 to 1"
            );
            Err(entry.wrong(report, rule))
        }
        _ => Ok(Ground { colour: of_text, background: behind, backdrop: backdrop? }),
    }
}
