//! The only file of the controller that reads time.

use jiff::Timestamp;

/// Now, in whole milliseconds as on the wire.
pub(crate) fn now() -> Timestamp {
    Timestamp::from_millisecond(Timestamp::now().as_millisecond()).unwrap_or(Timestamp::MAX)
}
