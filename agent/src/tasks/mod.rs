//! One task per outside thing: the panel, the disk. The broker's is in `mqtt`.

pub(crate) mod disk;
pub(crate) mod panel;
