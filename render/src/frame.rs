//! The pixels of a screen at one moment.

use image::{
    ExtendedColorType, ImageEncoder,
    codecs::png::{CompressionType, FilterType, PngEncoder},
};
use playlists::{Digest, ScreenSize};

use crate::paint::Canvas;

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

    /// Its size.
    pub fn size(&self) -> ScreenSize {
        self.size
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
