//! One task per outside thing and per owner of state: the fleet's, and the studio that draws.

pub(crate) mod fleet;
pub(crate) mod studio;
