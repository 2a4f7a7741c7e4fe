//! Sunrise and sunset at a place, as its clocks show them. The same to the bit on every machine.

use jiff::{
    Timestamp,
    civil::{Date, Time, date},
    tz::TimeZone,
};
use solar_positioning::{Horizon, Location, SolarEvents};

use crate::Place;

/// When the sun rises and sets at a place, for every day of every year, to the minute.
///
/// Made once for a place and then only looked up: the sun is computed for the days of one year, and a day of another
/// year lies between two of these, where the sun stands alike.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SunTable {
    zone: TimeZone,
    days: Vec<Day>,
}

/// Seconds of universal time since the midnight with which the date began; before it, or after the next one, where
/// noon is far from Greenwich's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Day {
    sunrise: i32,
    sunset: i32,
}

/// The day from which those of the year are counted, in the middle of the years to come.
const FIRST: Date = date(2035, 3, 20);
/// Its midnight, as the days of astronomers are counted.
const FIRST_MIDNIGHT: f64 = 2_464_406.5;
/// The sun stands alike after 365.2422 days, here in ten-thousandths of a day.
const YEAR: i64 = 3_652_422;
const PARTS_OF_DAY: i64 = 10_000;
/// So that there is a day on either side of each moment of the year.
const COMPUTED_DAYS: i64 = 367;
const SECONDS_OF_DAY: i64 = 86_400;
/// By how many seconds the earth has fallen behind even time, about. Twice as many would change nothing here.
const DELTA_T: f64 = 75.0;

impl SunTable {
    /// Computes the days of a year at `place`, where clocks go by `zone`.
    pub fn of(place: Place, zone: &TimeZone) -> Self {
        let days = (0..COMPUTED_DAYS).map(|passed| Day::computed(place, passed)).collect();
        Self { zone: zone.clone(), days }
    }

    /// When the sun rises on `date`.
    pub fn sunrise(&self, date: Date) -> Time {
        self.shown(date, |day| day.sunrise)
    }

    /// When the sun sets on `date`.
    pub fn sunset(&self, date: Date) -> Time {
        self.shown(date, |day| day.sunset)
    }

    /// What clocks show at that moment of `date`, to the nearest minute.
    fn shown(&self, date: Date, of: impl Fn(&Day) -> i32) -> Time {
        let universal = self.universal(date, of);
        let mut local = universal + self.offset(date, universal);
        // Where clocks are far from the sun, noon of the date may be on another date of theirs.
        let dates_off = local.div_euclid(SECONDS_OF_DAY);
        if dates_off != 0 {
            let universal = universal - dates_off * SECONDS_OF_DAY;
            local = universal + self.offset(date, universal);
        }
        let minutes = (local + 30).div_euclid(60).rem_euclid(24 * 60);
        let [hour, minute] =
            [minutes / 60, minutes % 60].map(|part| i8::try_from(part).expect("less than 60"));
        Time::constant(hour, minute, 0, 0)
    }

    /// That moment in seconds of universal time since `date` began: between those of the two computed days where
    /// the sun stands as it does then.
    fn universal(&self, date: Date, of: impl Fn(&Day) -> i32) -> i64 {
        let passed = (days_between(FIRST, date) * PARTS_OF_DAY).rem_euclid(YEAR);
        let (day, part) = (passed / PARTS_OF_DAY, passed % PARTS_OF_DAY);
        let day = usize::try_from(day).expect("a remainder is positive");
        let [before, after] = [&self.days[day], &self.days[day + 1]].map(|day| i64::from(of(day)));
        before + (after - before) * part / PARTS_OF_DAY
    }

    /// What the clocks are ahead of universal time, that many seconds after `date` began by it.
    fn offset(&self, date: Date, universal: i64) -> i64 {
        let moment = days_between(Date::constant(1970, 1, 1), date) * SECONDS_OF_DAY + universal;
        let moment = moment.clamp(Timestamp::MIN.as_second(), Timestamp::MAX.as_second());
        let moment = Timestamp::constant(moment, 0);
        i64::from(self.zone.to_offset(moment).seconds())
    }
}

impl Day {
    /// The day that many days after the first, by the sun's noon at `place`.
    fn computed(place: Place, passed: i64) -> Self {
        let midnight = FIRST_MIDNIGHT + passed as f64;
        let noon = midnight + 0.5 - place.longitude() / 360.0;
        let location = Location { latitude: place.latitude(), longitude: place.longitude() };
        let (sun, horizon) = (SolarEvents::grena3(), Horizon::SunriseSunset);
        let risen = sun.next_rise_from_julian(noon - 0.5, noon, location, DELTA_T, horizon);
        let set = sun.next_set_from_julian(noon, noon + 0.5, location, DELTA_T, horizon);
        let [sunrise, sunset] = [risen, set].map(|moment| {
            let moment =
                moment.ok().flatten().expect("no place is so near to a pole that it has no such day");
            ((moment - midnight) * 86_400.0).round() as i32
        });
        Self { sunrise, sunset }
    }
}

fn days_between(first: Date, date: Date) -> i64 {
    date.duration_since(first).as_hours() / 24
}

#[cfg(test)]
mod tests;
