//! Asking the controller what time it is: when, and which answer counts. Pure.
//!
//! Every question has a nonce of its own, and only the answer to the last one counts, once, and soon: what a broker
//! kept for later is good for nothing.

use std::time::Duration;

use playlists::{ScreenId, Trust};
use protocol::{BadMessage, FORMAT, Keyring, Nonce, TimeAsked, TimeTold, UnsignedTime};

use crate::{
    clock::Reading,
    trust::{Source, Told},
};

/// Between these two an answer is on its way, so half of it is how wrong it may be.
const ROUND_TRIP: Duration = Duration::from_secs(10);

/// The crystal is off by 1.4 s after so long.
const CONFIRMED_EVERY: Duration = Duration::from_secs(4 * 3600);

/// While only the battery says what time it is.
const UNCONFIRMED_EVERY: Duration = Duration::from_secs(15 * 60);

/// While content waits for it.
const UNTRUSTED_EVERY: Duration = Duration::from_secs(30);

/// Why an answer does not count.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum RefusedTime {
    #[error(transparent)]
    Unreadable(#[from] BadMessage),
    #[error("it answers no question, or one that was answered already")]
    NotAsked,
    #[error("it came after {waited:?}, at most {ROUND_TRIP:?} are allowed")]
    Late { waited: Duration },
    #[error(transparent)]
    Unsigned(#[from] UnsignedTime),
}

/// The last question.
#[derive(Debug, Default)]
pub(crate) struct Asking {
    asked: Option<Duration>,
    open: Option<Nonce>,
}

impl Asking {
    /// Whether it is time to ask, `now`.
    pub(crate) fn due(&self, now: &Reading) -> bool {
        // Nobody knows better what a made clock says.
        if now.source == Source::Made {
            return false;
        }
        let every = match now.trust {
            Trust::Untrusted => UNTRUSTED_EVERY,
            Trust::Trusted if now.source.vouched() => CONFIRMED_EVERY,
            Trust::Trusted => UNCONFIRMED_EVERY,
        };
        self.asked.is_none_or(|asked| asked + every <= now.elapsed)
    }

    /// There is another connection: what was asked over the last one is lost.
    pub(crate) fn anew(&mut self) {
        *self = Self::default();
    }

    /// The question.
    pub(crate) fn ask(&mut self, nonce: Nonce, now: &Reading) -> TimeAsked {
        *self = Self { asked: Some(now.elapsed), open: Some(nonce) };
        TimeAsked { format: FORMAT, nonce }
    }

    /// Takes an answer. One that is not good leaves the question open: anybody can say something wrong in between.
    pub(crate) fn answered(
        &mut self,
        bytes: &[u8],
        screen: &ScreenId,
        keyring: &Keyring,
        now: &Reading,
    ) -> Result<Told, RefusedTime> {
        let told = TimeTold::parse(bytes)?;
        let asked = self.asked.filter(|_| self.open == Some(told.nonce)).ok_or(RefusedTime::NotAsked)?;
        told.verify(screen, keyring)?;
        self.open = None;
        let waited = now.elapsed.saturating_sub(asked);
        if waited > ROUND_TRIP {
            return Err(RefusedTime::Late { waited });
        }
        Ok(Told { at: told.at, asked, heard: now.elapsed })
    }
}
