//! A panel in memory: it keeps the pixels that it was given, as a wall keeps them lit.

use render::{Frame, Rectangle};

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

    fn present(&mut self, frame: &Frame, changed: &[Rectangle]) -> Result<(), OutputFailed> {
        match &mut self.lit {
            Some(lit) => lit.follow(frame, changed),
            None => self.lit = Some(frame.clone()),
        }
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
            let frame = Frame::filled(size, rgb);
            panel.present(&frame, &[frame.whole()]).unwrap();
            assert_eq!(panel.shown(), Some(&frame));
            panel.present(&frame, &[]).unwrap();
            assert_eq!(panel.shown(), Some(&frame));
        }
    }

    #[test]
    fn takes_nothing_but_what_changed() {
        let size = ScreenSize::new(8, 8).unwrap();
        let [dark, bright] = [[0; 3], [255; 3]].map(|rgb| Frame::filled(size, rgb));
        let mut panel = Simulator::default();
        panel.present(&dark, &[dark.whole()]).unwrap();
        panel.present(&bright, &[Rectangle { x: 2, y: 3, width: 4, height: 1 }]).unwrap();
        let lit = panel.shown().unwrap().pixels();
        let at = |n: usize| if (26..30).contains(&(n / 3)) { 255 } else { 0 };
        assert!(lit.iter().enumerate().all(|(n, byte)| *byte == at(n)));
    }
}
