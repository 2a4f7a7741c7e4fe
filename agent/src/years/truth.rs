//! What is due at the true moment, read off `plays`, which finds it another way than the agent's `decide`.

use std::{ptr::from_ref, sync::Arc};

use jiff::Timestamp;
use playlists::{Item, Language, Shows, plays};
use protocol::Bundle;

const DAY_MS: i64 = 24 * 3_600_000;

/// What is on the wall, so that two can be compared quickly: where item and language lie within their bundle.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Content {
    item: usize,
    language: usize,
}

struct Due {
    from_ms: i64,
    until_ms: i64,
    content: Content,
}

/// The truth about one bundle, day by day, in order.
pub(super) struct Truth {
    bundle: Option<Arc<Bundle>>,
    due: Vec<Due>,
    known_until_ms: i64,
}

impl Content {
    /// The gate's name.
    pub(super) const NAME: Self = Self { item: 0, language: 0 };

    pub(super) fn of(shows: &Shows<'_>) -> Self {
        match shows {
            Shows::SafePage => Self::NAME,
            Shows::Item { item, languages, .. } => Self {
                item: from_ref::<Item>(item).addr(),
                language: languages.first().map_or(0, |language| from_ref::<Language>(language).addr()),
            },
        }
    }
}

impl Truth {
    /// Of `bundle`, from `from_ms` on.
    pub(super) fn of(bundle: Option<Arc<Bundle>>, from_ms: i64) -> Self {
        Self { bundle, due: Vec::new(), known_until_ms: from_ms - DAY_MS }
    }

    /// For how many milliseconds of `from_ms..until_ms` this content was not due at any moment that is at most
    /// `tolerance_ms` away.
    pub(super) fn wrong_ms(
        &mut self,
        content: Content,
        [from_ms, until_ms]: [i64; 2],
        tolerance_ms: i64,
    ) -> i64 {
        self.know([from_ms - tolerance_ms, until_ms + tolerance_ms]);
        let first = self.due.partition_point(|due| due.until_ms + tolerance_ms <= from_ms);
        let (mut wrong_ms, mut judged_ms) = (0, from_ms);
        for due in self.due[first..].iter().filter(|due| due.content == content) {
            let begins_ms = (due.from_ms - tolerance_ms).min(until_ms);
            wrong_ms += (begins_ms - judged_ms).max(0);
            judged_ms = judged_ms.max(begins_ms).max(due.until_ms + tolerance_ms);
            if until_ms <= judged_ms {
                return wrong_ms;
            }
        }
        wrong_ms + until_ms - judged_ms
    }

    fn know(&mut self, [from_ms, until_ms]: [i64; 2]) {
        if self.due.first().is_some_and(|first| from_ms < first.from_ms) {
            *self = Self::of(self.bundle.take(), from_ms);
        }
        while self.known_until_ms <= until_ms {
            let past = self.due.partition_point(|due| due.until_ms < from_ms - DAY_MS);
            self.due.drain(..past);
            let day = [self.known_until_ms, self.known_until_ms + DAY_MS];
            self.learn(day);
            self.known_until_ms = day[1];
        }
    }

    /// A time in which nothing plays shows the gate's name.
    fn learn(&mut self, [from_ms, until_ms]: [i64; 2]) {
        let mut told_ms = self.due.last().map_or(from_ms, |due| due.until_ms);
        if let Some(bundle) = &self.bundle {
            for play in plays(bundle.programme(), moment(told_ms), moment(until_ms)) {
                let [from, until] = [play.from, play.until].map(Timestamp::as_millisecond);
                if told_ms < from {
                    let content = Content::NAME;
                    self.due.push(Due { from_ms: told_ms, until_ms: from, content });
                }
                if told_ms < until {
                    self.due.push(Due { from_ms: from, until_ms: until, content: Content::of(&play.shows) });
                    told_ms = until;
                }
                if until_ms <= told_ms {
                    break;
                }
            }
        }
        if told_ms < until_ms {
            self.due.push(Due { from_ms: told_ms, until_ms, content: Content::NAME });
        }
    }
}

pub(super) fn moment(ms: i64) -> Timestamp {
    Timestamp::from_millisecond(ms).unwrap()
}
