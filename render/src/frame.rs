//! The pixels of a screen at one moment.

use image::{
    ExtendedColorType, ImageEncoder,
    codecs::png::{CompressionType, FilterType, PngEncoder},
};
use playlists::{Digest, ScreenSize};

use crate::paint::Canvas;

/// A part of a frame, in pixels from its top left.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rectangle {
    /// The first column.
    pub x: u16,
    /// The first row.
    pub y: u16,
    /// Columns.
    pub width: u16,
    /// Rows.
    pub height: u16,
}

/// Three bytes a pixel (red, green, blue), row by row from the top left.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Frame {
    size: ScreenSize,
    pixels: Vec<u8>,
}

impl Frame {
    /// Takes `pixels`, if there are as many bytes as `size` asks for.
    pub fn new(size: ScreenSize, pixels: Vec<u8>) -> Option<Self> {
        (pixels.len() == bytes(size)).then_some(Self { size, pixels })
    }

    /// A frame of one colour.
    pub fn filled(size: ScreenSize, rgb: [u8; 3]) -> Self {
        Self { size, pixels: rgb.repeat(bytes(size) / 3) }
    }

    /// A frame to paint on.
    pub(crate) fn dark(size: ScreenSize) -> Self {
        Self { size, pixels: vec![0; bytes(size)] }
    }

    /// Its size.
    pub fn size(&self) -> ScreenSize {
        self.size
    }

    /// All of it, for those who have nothing of it yet.
    pub fn whole(&self) -> Rectangle {
        Rectangle { x: 0, y: 0, width: self.size.width(), height: self.size.height() }
    }

    /// Becomes the same as `other`, from which it differs in `changed` at most. What reaches beyond the frame is
    /// left out. Nothing is copied but `changed`, unless the sizes differ.
    pub fn follow(&mut self, other: &Self, changed: &[Rectangle]) {
        if self.size != other.size {
            self.clone_from(other);
            return;
        }
        let (columns, rows) = (usize::from(self.size.width()), usize::from(self.size.height()));
        for Rectangle { x, y, width, height } in changed {
            let (left, top) = (usize::from(*x).min(columns), usize::from(*y).min(rows));
            let right = (left + usize::from(*width)).min(columns);
            let bottom = (top + usize::from(*height)).min(rows);
            if right - left == columns {
                let rows = top * columns * 3..bottom * columns * 3;
                self.pixels[rows.clone()].copy_from_slice(&other.pixels[rows]);
                continue;
            }
            for row in top..bottom {
                let row = (row * columns + left) * 3..(row * columns + right) * 3;
                self.pixels[row.clone()].copy_from_slice(&other.pixels[row]);
            }
        }
    }

    /// Its bytes.
    pub fn pixels(&self) -> &[u8] {
        &self.pixels
    }

    /// The digest of its pixels: SHA-256 of the RGB bytes, so that any program can compute it from a PNG.
    pub fn digest(&self) -> Digest {
        Digest::of(&self.pixels)
    }

    /// The frame as a PNG file; the same frame is the same file.
    pub fn to_png(&self) -> Vec<u8> {
        let mut file = Vec::new();
        // Pictures travel over mobile links. Letters on a plain ground are smallest without a filter.
        PngEncoder::new_with_quality(&mut file, CompressionType::Default, FilterType::NoFilter)
            .write_image(
                &self.pixels,
                u32::from(self.size.width()),
                u32::from(self.size.height()),
                ExtendedColorType::Rgb8,
            )
            .expect("the bytes match the size and a vector takes them all");
        file
    }

    /// Its pixels, to paint on.
    pub(crate) fn canvas(&mut self) -> Canvas<'_> {
        let (width, height) = (self.size.width().into(), self.size.height().into());
        Canvas { width, height, pixels: &mut self.pixels }
    }
}

fn bytes(size: ScreenSize) -> usize {
    usize::from(size.width()) * usize::from(size.height()) * 3
}

#[cfg(test)]
mod tests {
    use super::{Frame, Rectangle, ScreenSize};

    #[track_caller]
    fn check(x: u16, y: u16, width: u16, height: u16, copied: usize) {
        let size = ScreenSize::new(20, 10).expect("a size");
        let mut frame = Frame::filled(size, [0; 3]);
        frame.follow(&Frame::filled(size, [9; 3]), &[Rectangle { x, y, width, height }]);
        let new = |row: usize, column: usize| {
            (usize::from(x)..usize::from(x) + usize::from(width)).contains(&column)
                && (usize::from(y)..usize::from(y) + usize::from(height)).contains(&row)
        };
        let pixels = frame.pixels().chunks_exact(3).enumerate();
        let wrong = pixels.filter(|(n, pixel)| (pixel == &[9; 3]) != new(n / 20, n % 20)).count();
        assert_eq!(wrong, 0);
        assert_eq!(frame.pixels().iter().filter(|byte| **byte == 9).count(), copied * 3);
    }

    #[test]
    fn only_what_has_changed_is_copied() {
        check(0, 0, 20, 10, 200);
        check(0, 3, 20, 2, 40);
        check(5, 3, 7, 4, 28);
        check(19, 9, 1, 1, 1);
        // Beyond the frame there is nothing.
        check(18, 8, 100, 100, 4);
        check(20, 10, 5, 5, 0);
        check(65_535, 65_535, 65_535, 65_535, 0);
    }

    #[test]
    fn a_frame_of_another_size_is_copied_whole() {
        let [small, large] = [10, 20].map(|side| ScreenSize::new(side, side).expect("a size"));
        let mut frame = Frame::filled(small, [1; 3]);
        frame.follow(&Frame::filled(large, [2; 3]), &[]);
        assert_eq!(frame, Frame::filled(large, [2; 3]));
    }
}
