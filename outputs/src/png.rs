//! A picture file that always holds the last frame: for previews and for tests of what was presented.

use std::{
    fs,
    path::{Path, PathBuf},
};

use render::{Frame, Rectangle};

use crate::{Output, OutputFailed};

/// Writes each changed frame to a file, whole or not at all.
#[derive(Debug)]
pub struct Png {
    file: PathBuf,
    written: Option<Frame>,
}

impl Png {
    /// Frames go to `file`; its folder must exist.
    pub fn new(file: &Path) -> Self {
        Self { file: file.to_owned(), written: None }
    }
}

impl Output for Png {
    fn kind(&self) -> &'static str {
        "png"
    }

    fn present(&mut self, frame: &Frame, changed: &[Rectangle]) -> Result<(), OutputFailed> {
        if self.written.is_some() && changed.is_empty() {
            return Ok(());
        }
        // Written beside and renamed, so that whoever looks never sees half a picture. Not synced: after a
        // power cut the next frame replaces it.
        let half = self.file.with_extension("png.part");
        fs::write(&half, frame.to_png()).and_then(|()| fs::rename(&half, &self.file)).map_err(|cause| {
            OutputFailed { kind: self.kind(), what: format!("writing {}", self.file.display()), cause }
        })?;
        match &mut self.written {
            Some(written) => written.follow(frame, changed),
            None => self.written = Some(frame.clone()),
        }
        Ok(())
    }

    fn shown(&self) -> Option<&Frame> {
        self.written.as_ref()
    }
}

#[cfg(test)]
mod tests {
    use playlists::ScreenSize;

    use super::*;

    #[test]
    fn writes_whole_pictures_and_says_when_it_cannot() {
        let folder = std::env::temp_dir().join(format!("gatesign-png-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        let file = folder.join("panel.png");
        let mut panel = Png::new(&file);
        let size = ScreenSize::new(8, 8).unwrap();
        let red = Frame::filled(size, [255, 0, 0]);

        panel.present(&red, &[red.whole()]).unwrap();
        assert_eq!(fs::read(&file).unwrap(), red.to_png());

        fs::remove_file(&file).unwrap();
        panel.present(&red, &[]).unwrap();
        assert!(!file.exists(), "what has not changed is not written again");

        fs::remove_dir_all(&folder).unwrap();
        let blue = Frame::filled(size, [0, 0, 255]);
        let failed = panel.present(&blue, &[blue.whole()]).unwrap_err();
        assert!(failed.to_string().contains("panel.png"), "{failed}");
        assert_eq!(panel.shown(), Some(&red), "the old picture is still what is shown");
    }
}
