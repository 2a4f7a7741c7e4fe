//! From a frame to a panel: one file per kind of panel, and the simulator.

mod png;
mod simulator;

pub use png::Png;
pub use simulator::Simulator;

use render::{Frame, Rectangle};

/// What a panel can do.
pub trait Output: Send {
    /// The word for it in health reports: `simulator`.
    fn kind(&self) -> &'static str;

    /// Gives the panel a frame. When this returns, the panel shows it.
    ///
    /// `changed` says where it differs at most from the frame that the panel took last. For its first frame, and
    /// after one that failed, that is [`Frame::whole`]. Nothing changed means that the panel is to show the same
    /// again: one that cannot keep a frame by itself gets it once more.
    fn present(&mut self, frame: &Frame, changed: &[Rectangle]) -> Result<(), OutputFailed>;

    /// What the panel shows now, read back from it where it can be.
    fn shown(&self) -> Option<&Frame>;
}

/// The panel did not take a frame. What it showed before is still on.
#[derive(Debug, thiserror::Error)]
#[error("output `{kind}` did not take a frame: {what}")]
pub struct OutputFailed {
    /// Which output.
    pub kind: &'static str,
    /// What was tried.
    pub what: String,
    /// Why it failed.
    #[source]
    pub cause: std::io::Error,
}
