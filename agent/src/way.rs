//! How long each step of a bundle's way to the wall took, for whoever wants to know where the time goes.

use std::time::{Duration, Instant};

use protocol::BundleRef;
use tracing::info;

use crate::state::{Candidate, Event};

/// What is done with a bundle, in this order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Step {
    Verified,
    Drawn,
    Kept,
    Shown,
}

/// How long each step took.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Took {
    verify: Duration,
    draw: Duration,
    keep: Duration,
    show: Duration,
}

/// The newest bundle that came.
#[derive(Debug, Default)]
pub(crate) struct Way(Option<UnderWay>);

#[derive(Debug)]
struct UnderWay {
    /// Unknown until it is verified.
    bundle: Option<BundleRef>,
    since: Instant,
    took: Vec<Duration>,
}

impl Way {
    /// What has happened to a bundle; the last step tells how long each took.
    pub(crate) fn heard(&mut self, event: &Event, now: Instant) {
        let (step, bundle) = match event {
            Event::Desired(_) => return self.begins(now),
            Event::Rehearsed { candidate, result: Ok(()) } => (Step::Drawn, candidate.bundle.reference()),
            Event::Kept { candidate, result: Ok(()) } => (Step::Kept, candidate.bundle.reference()),
            Event::OnAir(on_air) => match on_air.bundle {
                Some(bundle) => (Step::Shown, bundle),
                None => return,
            },
            _ => return,
        };
        let Some(Took { verify, draw, keep, show }) = self.done(step, bundle, now) else { return };
        let [verify_ms, draw_ms, keep_ms, show_ms] =
            [verify, draw, keep, show].map(|time| time.as_micros() as f64 / 1000.0);
        let version = bundle.version;
        info!(version, verify_ms, draw_ms, keep_ms, show_ms, "the bundle is on the wall");
    }

    /// What came counts.
    pub(crate) fn verified(&mut self, candidate: &Candidate, now: Instant) {
        self.done(Step::Verified, candidate.bundle.reference(), now);
    }

    fn begins(&mut self, now: Instant) {
        self.0 = Some(UnderWay { bundle: None, since: now, took: Vec::new() });
    }

    /// A step is done with `bundle`. After the last one, how long each took; nothing for another bundle than the newest.
    fn done(&mut self, step: Step, bundle: BundleRef, now: Instant) -> Option<Took> {
        let under_way = self.0.as_mut()?;
        let is_next = step as usize == under_way.took.len();
        if !is_next || *under_way.bundle.get_or_insert(bundle) != bundle {
            return None;
        }
        under_way.took.push(now.saturating_duration_since(under_way.since));
        under_way.since = now;
        let [verify, draw, keep, show] = *under_way.took.first_chunk()?;
        self.0 = None;
        Some(Took { verify, draw, keep, show })
    }
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

    use playlists::Digest;
    use protocol::BundleRef;

    use super::{Step, Took, Way};

    #[test]
    fn each_step_is_told_once_and_of_the_newest_bundle_only() {
        let begun = Instant::now();
        let at = |ms: u64| begun + Duration::from_millis(ms);
        let [old, new] = [1, 2].map(|version| BundleRef { version, digest: Digest::of(b"a bundle") });
        let mut way = Way::default();
        assert_eq!(way.done(Step::Shown, old, at(0)), None, "what was shown from the beginning");

        way.begins(at(0));
        assert_eq!(way.done(Step::Verified, old, at(1)), None);
        // Before it is drawn another one comes.
        way.begins(at(2));
        assert_eq!(way.done(Step::Verified, new, at(3)), None);
        assert_eq!(way.done(Step::Drawn, old, at(4)), None);
        assert_eq!(way.done(Step::Drawn, new, at(6)), None);
        assert_eq!(way.done(Step::Shown, new, at(7)), None, "not before it is kept");
        assert_eq!(way.done(Step::Kept, new, at(16)), None);
        let [verify, draw, keep, show] = [1, 3, 10, 4].map(Duration::from_millis);
        assert_eq!(way.done(Step::Shown, new, at(20)), Some(Took { verify, draw, keep, show }));
        assert_eq!(way.done(Step::Shown, new, at(30)), None, "its next slot is no news");
    }
}
