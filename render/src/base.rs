//! What stands behind the texts: a colour, a picture, dividers.

use std::sync::Arc;

use crate::{areas::Area, paint::Canvas, pictures::Scaled};

/// The ground of a scene. It is painted anew where a text has gone, so no frame of it need be kept.
pub(crate) struct Base {
    pub(crate) background: [u8; 3],
    /// From the lowest to the uppermost.
    pub(crate) pictures: Vec<Arc<Scaled>>,
    /// Thin boxes, each with its colour.
    pub(crate) dividers: Vec<(Area, [u8; 3])>,
}

impl Base {
    /// Only a colour.
    pub(crate) fn plain(background: [u8; 3]) -> Self {
        Self { background, pictures: Vec::new(), dividers: Vec::new() }
    }

    /// Paints what lies within `area`, over everything that was there.
    pub(crate) fn paint(&self, canvas: &mut Canvas<'_>, area: Area) {
        canvas.fill(area, self.background);
        for picture in &self.pictures {
            canvas.copy(picture.area, picture.frame(0), area);
        }
        for (divider, colour) in &self.dividers {
            canvas.fill(divider.common(area), *colour);
        }
    }
}
