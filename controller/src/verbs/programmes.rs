//! What screens decide by: what was published last, or files that nobody has published yet.

use std::path::PathBuf;

use anyhow::Context;
use clap::Args;
use jiff::{
    SignedDuration, Timestamp,
    civil::{Date, DateTime, Time},
    tz::TimeZone,
};
use playlists::{LocalMoment, Programme, Screen, ScreenId, Trust, Validity};
use protocol::{Bundle, Expected, Keyring, OnAirBundle, SignedBundle};

use crate::{
    clock,
    command_line::Options,
    compose::{Composition, chosen, fonts},
    failure::Usage,
};

/// Whose programmes are looked at.
#[derive(Args)]
pub(crate) struct Source {
    /// A schedule that is not published yet, or playlists; without any, what was published last is looked at
    #[arg(long = "of", value_name = "FILE", num_args = 1..)]
    files: Vec<PathBuf>,
    /// The gates file with the screens [default: the controller's]
    #[arg(long, value_name = "FILE")]
    gates: Option<PathBuf>,
    /// Until when playlists of an emergency play that are named without a schedule
    #[arg(long, value_name = "MOMENT", requires = "files", value_parser = LocalMoment::parse)]
    until: Option<LocalMoment>,
}

/// A moment as people say it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Said {
    Now,
    /// The same everywhere: `2026-12-01T07:30:00+07:00`.
    Instant(Timestamp),
    /// By the gate's clock: `2026-12-01 07:30`, `2026-12-01`.
    Local(DateTime),
}

impl Source {
    /// The programmes of the screens, or of those that are named.
    pub(super) fn programmes(
        &self,
        options: &Options,
        screens: &[ScreenId],
    ) -> anyhow::Result<Vec<Programme>> {
        let gates = super::check::gates(options, self.gates.as_ref())?;
        let screens = chosen(&gates, screens)?;
        if self.files.is_empty() {
            let of = |screen: &&Screen| Ok(published(options, screen)?.programme().clone());
            return screens.iter().map(of).collect();
        }
        let composition = Composition::read(&self.files, self.until)?;
        let always = Validity { from: Timestamp::MIN, until: Timestamp::MAX };
        Ok(composition.programmes(&gates, &screens, always)?)
    }
}

/// What was published last for a screen, verified as a gate would.
pub(super) fn published(options: &Options, screen: &Screen) -> anyhow::Result<Bundle> {
    let access = options.access()?;
    let client = options.client(&access);
    let keyring = Keyring::parse("the controller's keyring", &client.keyring()?)?;
    let bundle = SignedBundle::parse(&client.bundle(&screen.id)?)?.verify(&Expected {
        keyring: &keyring,
        screen: &screen.id,
        size: screen.size,
        fonts: &fonts(),
        on_air: OnAirBundle::Nothing,
        now: clock::now(),
        // A moment may be asked for that lies outside the bundle's validity: the answer says so.
        trust: Trust::Untrusted,
    })?;
    Ok(bundle)
}

impl Said {
    /// Reads `now`, a moment with its zone, or one by the gate's clock.
    pub(crate) fn parse(written: &str) -> Result<Self, &'static str> {
        if written == "now" {
            return Ok(Self::Now);
        }
        if let Ok(instant) = written.parse() {
            return Ok(Self::Instant(instant));
        }
        let local = written
            .parse::<DateTime>()
            .or_else(|_| written.parse::<Date>().map(|date| date.to_datetime(Time::midnight())));
        local.map(Self::Local).map_err(|_| {
            "is now, a moment by the gate's clock such as \"2026-12-01 07:30\", or one with its zone such as \
             2026-12-01T07:30:00+07:00"
        })
    }

    /// When it is at a gate in `zone`.
    pub(super) fn timestamp(self, zone: &TimeZone) -> Timestamp {
        match self {
            Self::Now => clock::now(),
            Self::Instant(instant) => instant,
            Self::Local(local) => LocalMoment::from(local).timestamp(zone),
        }
    }
}

/// From when until when: a day from today's midnight on, if nothing is said.
pub(super) fn span(
    from: Option<Said>,
    until: Option<Said>,
    zone: &TimeZone,
) -> anyhow::Result<[Timestamp; 2]> {
    let from = match from {
        Some(said) => said.timestamp(zone),
        None => {
            let today = zone.to_datetime(clock::now()).date();
            LocalMoment::from(today.to_datetime(Time::midnight())).timestamp(zone)
        }
    };
    let day = || from.checked_add(SignedDuration::from_hours(24)).context("reckoning a day on");
    let until = until.map_or_else(day, |said| Ok(said.timestamp(zone)))?;
    if until <= from {
        return Err(Usage("--to is not after --from".to_owned()).into());
    }
    if until.duration_since(from) > SignedDuration::from_hours(24 * 400) {
        return Err(Usage("from --from to --to there are at most 400 days".to_owned()).into());
    }
    Ok([from, until])
}

#[cfg(test)]
mod tests {
    use jiff::tz::TimeZone;

    use super::Said;

    #[track_caller]
    fn check(written: &str, expected: Option<&str>) {
        let zone = TimeZone::fixed(jiff::tz::offset(7));
        let moment = Said::parse(written).ok().map(|said| said.timestamp(&zone).to_string());
        assert_eq!(moment.as_deref(), expected, "{written}");
    }

    #[test]
    fn moments_as_people_say_them() {
        check("2026-12-01 07:30", Some("2026-12-01T00:30:00Z"));
        check("2026-12-01T07:30:15", Some("2026-12-01T00:30:15Z"));
        check("2026-12-01", Some("2026-11-30T17:00:00Z"));
        check("2026-12-01T07:30:00+07:00", Some("2026-12-01T00:30:00Z"));
        check("2026-12-01T07:30:00Z", Some("2026-12-01T07:30:00Z"));
        for wrong in ["", "tomorrow", "2026-02-30", "2026-12-01 25:00", "7:30"] {
            check(wrong, None);
        }
    }
}
