//! Pictures in their boxes: each is read and scaled once, and the last ones are kept.

mod average;
mod decode;
mod flashing;
mod moving;
mod scale;
mod scaled;
mod shelved;
mod webp;

use std::sync::Arc;

use playlists::{Digest, Fit, Focus, PicturePath, Pictures};

pub(crate) use scaled::Scaled;

use self::{decode::Opened, scaled::Shown, shelved::Shelved};
use crate::{Shelf, Undrawable, areas::Area};

/// Bytes of scaled pictures that are kept: four of 960×320. One of 1920×1080 is kept by the scene that shows it, and
/// comes back from the shelf the next time.
const KEPT: usize = 4 << 20;

/// Scales pictures and keeps the last ones.
#[derive(Default)]
pub(crate) struct Scaler {
    kept: Vec<(Key, Arc<Scaled>)>,
    shelved: Option<Shelved>,
}

/// How a picture is to be seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Framing {
    /// The box.
    pub(crate) area: Area,
    /// How the picture fills it.
    pub(crate) fit: Fit,
    /// What stays in sight where it is cut.
    pub(crate) focus: Focus,
    /// What shows through and beside it.
    pub(crate) background: [u8; 3],
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Key {
    digest: Digest,
    framing: Framing,
}

impl Scaler {
    /// One that puts on `shelf` what it has no room for.
    pub(crate) fn with(shelf: Box<dyn Shelf>) -> Self {
        Self { kept: Vec::new(), shelved: Some(Shelved::on(shelf)) }
    }

    /// The picture that `path` names as `framing` wants it.
    pub(crate) fn scaled(
        &mut self,
        pictures: &Pictures,
        path: &PicturePath,
        framing: Framing,
    ) -> Result<Arc<Scaled>, Undrawable> {
        let picture = pictures.get(path).ok_or_else(|| Undrawable::MissingPicture { path: path.clone() })?;
        let key = Key { digest: picture.digest(), framing };
        if let Some((_, scaled)) = self.kept.iter().find(|(kept, _)| *kept == key) {
            return Ok(Arc::clone(scaled));
        }
        let scaled = match self.shelved.as_mut().and_then(|shelved| shelved.get(&key)) {
            Some(scaled) => scaled,
            None => match decode::open(picture.bytes(), path)? {
                Opened::Still(image) => {
                    let (area, pixels) = scale::scale(&image, framing);
                    Scaled { area, shown: Shown::Still(pixels) }
                }
                Opened::Moving(frames, orientation) => moving::scale_all(frames, orientation, path, framing)?,
            },
        };
        let scaled = Arc::new(scaled);
        self.kept.push((key, Arc::clone(&scaled)));
        let bytes = |kept: &[(Key, Arc<Scaled>)]| kept.iter().map(|(_, one)| one.bytes()).sum::<usize>();
        while bytes(&self.kept) > KEPT {
            let (key, scaled) = self.kept.remove(0);
            if let Some(shelved) = &mut self.shelved {
                shelved.put(key, &scaled);
            }
        }
        Ok(scaled)
    }
}

#[cfg(test)]
mod tests {
    use image::{DynamicImage, ImageFormat, Rgb, RgbImage};
    use playlists::{Fit, Focus, Picture, PicturePath, Pictures};

    use super::{Framing, Scaler};
    use crate::areas::Area;

    /// A JPEG file, four times as wide as high, red at its left and blue at its right; `orientation` says how it
    /// is to be turned.
    fn red_to_blue(orientation: u8) -> Vec<u8> {
        let image = RgbImage::from_fn(64, 16, |x, _| Rgb(if x < 32 { [255, 0, 0] } else { [0, 0, 255] }));
        let mut file = std::io::Cursor::new(Vec::new());
        DynamicImage::from(image).write_to(&mut file, ImageFormat::Jpeg).expect("a vector takes it");
        let mut exif = b"\xff\xe1\x00\x22Exif\0\0MM\0\x2a\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0".to_vec();
        exif.extend([orientation, 0, 0, 0, 0, 0, 0]);
        let file = file.into_inner();
        [&file[..2], &exif, &file[2..]].concat()
    }

    #[track_caller]
    fn check(orientation: u8, focus: Focus, red: bool) {
        let path = PicturePath::parse("p").expect("a path");
        let pictures = Pictures::from([(path.clone(), Picture::new(red_to_blue(orientation)))]);
        let area = Area { x: 0, y: 0, width: 8, height: 8 };
        let framing = Framing { area, fit: Fit::Cover, focus, background: [0; 3] };
        let scaled = Scaler::default().scaled(&pictures, &path, framing).expect("a picture");
        let pixels = scaled.frame(0);
        assert!((pixels[0] > 200) == red && (pixels[2] > 200) != red, "{orientation} {focus:?}");
    }

    #[test]
    fn the_focus_is_a_point_of_the_upright_picture() {
        let [first, last] = [0, 100].map(|side| Focus { across: side, down: 50 });
        let [upper, lower] = [0, 100].map(|side| Focus { across: 50, down: side });
        check(1, first, true);
        check(1, last, false);
        // Upside down.
        check(3, first, false);
        check(3, last, true);
        // On its side: it is high, and its left is above.
        check(6, upper, true);
        check(6, lower, false);
        check(8, upper, false);
        check(8, lower, true);
    }

    #[test]
    fn another_focus_is_another_picture() {
        let path = PicturePath::parse("p").expect("a path");
        let pictures = Pictures::from([(path.clone(), Picture::new(red_to_blue(1)))]);
        let area = Area { x: 0, y: 0, width: 8, height: 8 };
        let mut scaler = Scaler::default();
        let mut pixel = |across| {
            let focus = Focus { across, down: 50 };
            let framing = Framing { area, fit: Fit::Cover, focus, background: [0; 3] };
            scaler.scaled(&pictures, &path, framing).expect("a picture").frame(0)[0]
        };
        assert!([pixel(0), pixel(100), pixel(0)].map(|red| red > 200) == [true, false, true]);
    }
}
