//! What stands beside the text of an item: a picture, or a code for telephones.

use written::{Report, Table, Told};

use crate::{Focus, PicturePath};

/// The most that a code of the largest kind holds at the correction that is drawn; a wall is full long before.
const LONGEST_CODE: usize = 300;

/// What an item shows beside its text, or alone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Figure {
    /// A picture file.
    Picture {
        /// Where it lies.
        path: PicturePath,
        /// How it fills its box.
        fit: Fit,
        /// What of it stays in sight where it is cut.
        focus: Focus,
    },
    /// A QR code.
    Code(CodeText),
}

/// How a picture fills its box.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Fit {
    /// Whole picture, room left over stays background.
    Contain,
    /// Box filled, the picture's edges may be cut.
    Cover,
    /// Box filled, proportions lost.
    Stretch,
}

/// What a telephone reads from a code: an address, as a rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CodeText(String);

impl CodeText {
    /// Takes 1 to 300 bytes without control characters and without white space around.
    pub fn parse(written: &str) -> Result<Self, &'static str> {
        let fine = (1..=LONGEST_CODE).contains(&written.len())
            && written.trim() == written
            && !written.contains(char::is_control);
        let rule = "is what a telephone reads, such as \"https://example.vn\": 1 to 300 bytes on one line";
        fine.then(|| Self(written.to_owned())).ok_or(rule)
    }

    /// As written.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

const FITS: [(&str, Fit); 3] = [("contain", Fit::Contain), ("cover", Fit::Cover), ("stretch", Fit::Stretch)];

/// Reads `image` with its `fit`, or `qr`.
pub(crate) fn read(report: &mut Report<'_>, table: &mut Table<'_>) -> Result<Option<Figure>, Told> {
    let (image, code) = (table.take("image"), table.take("qr"));
    let has_image = image.is_some();
    let alone = match &code {
        Some(code) if has_image => Err(code.misplaced(report, "an item has an image or a code, not both")),
        Some(_) | None => Ok(()),
    };
    let path = image
        .map(|entry| entry.parse(report, |written| PicturePath::parse(written).map_err(|bad| bad.told())))
        .transpose();
    let fit = table.take("fit").map(|entry| match entry.choose(report, &FITS) {
        Ok(_) if !has_image => Err(entry.misplaced(report, "only an item with an image has a fit")),
        fit => fit,
    });
    let focus = table.take("focus").map(|entry| match entry.parse(report, Focus::parse) {
        Ok(_) if !matches!(fit, Some(Ok(Fit::Cover))) => {
            Err(entry.misplaced(report, "only an image with fit = \"cover\" is cut, and has a focus"))
        }
        focus => focus,
    });
    let code = code.map(|entry| entry.parse(report, CodeText::parse)).transpose();

    let (fit, code) = (fit.transpose()?.unwrap_or(Fit::Contain), code?);
    let focus = focus.transpose()?.unwrap_or_default();
    let picture = path?.map(|path| Figure::Picture { path, fit, focus });
    alone.map(|()| picture.or(code.map(Figure::Code)))
}

#[cfg(test)]
mod tests {
    use super::CodeText;

    #[test]
    fn a_code_is_one_line_that_a_telephone_can_read() {
        for fine in ["https://example.vn/a?b=c", "HTTPS://EXAMPLE.VN", "tel:115", "Hoa Lư", &"a".repeat(300)]
        {
            assert_eq!(CodeText::parse(fine).map(|code| code.as_str().to_owned()), Ok(fine.to_owned()));
        }
        for wrong in ["", " ", " a", "a\n", "a\tb", "a\u{7f}", &"a".repeat(301), &"ư".repeat(151)] {
            assert!(CodeText::parse(wrong).is_err(), "{wrong:?}");
        }
    }
}
