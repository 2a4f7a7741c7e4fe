//! A panel in memory: it keeps the pixels that it was given, as a wall keeps them lit.

use render::Frame;

use crate::{Output, OutputFailed};

/// The simulated panel.
#[derive(Debug, Default)]
pub struct Simulator {
    lit: Option<Frame>,
}

impl Output for Simulator {
    fn kind(&self) -> &'static str {
        "simulator"
    }

    fn present(&mut self, frame: &Frame) -> Result<(), OutputFailed> {
        self.lit = Some(frame.clone());
        Ok(())
    }

    fn shown(&self) -> Option<&Frame> {
        self.lit.as_ref()
    }
}

#[cfg(test)]
mod tests {
    use playlists::ScreenSize;

    use super::*;

    #[test]
    fn shows_the_last_frame_it_was_given() {
        let mut panel = Simulator::default();
        assert!(panel.shown().is_none());
        let size = ScreenSize::new(8, 8).unwrap();
        for rgb in [[1, 2, 3], [4, 5, 6]] {
            panel.present(&Frame::filled(size, rgb)).unwrap();
            assert_eq!(panel.shown(), Some(&Frame::filled(size, rgb)));
        }
    }
}
