//! A day at a gate: when it begins and ends, and what it is by weekday, moon, sun and calendars.

use jiff::{
    Timestamp, ToSpan as _,
    civil::{Date, Time, Weekday},
    tz::TimeZone,
};

use crate::{DaySet, Edge, Hours, LocalMoment, LunarDate, Opening, When, hours, timetable::Timetable};

/// What is known of one day. Moments are milliseconds since 1970.
pub(crate) struct Day<'a> {
    pub(crate) date: Date,
    /// The first moment.
    pub(crate) start: i64,
    /// The first moment after.
    pub(crate) end: i64,
    weekday: Weekday,
    zone: &'a TimeZone,
    opening: &'a [Opening],
    /// Minutes from midnight of sunrise and sunset.
    sun: Option<[u16; 2]>,
    lunar: Option<LunarDate>,
    timetable: &'a Timetable,
    /// Which of the timetable's calendars have it.
    calendars: u64,
}

/// A day and the one before it, from which hours may run on.
pub(crate) struct Today<'a> {
    pub(crate) today: Day<'a>,
    yesterday: Day<'a>,
}

/// Why something may not play at a moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Not {
    Early,
    Late,
    OtherDay,
    Excluded,
    OtherHours,
}

const MINUTE: i64 = 60_000;

impl<'a> Day<'a> {
    fn of(date: Date, zone: &'a TimeZone, opening: &'a [Opening], timetable: &'a Timetable) -> Self {
        let next = date.checked_add(1.day()).unwrap_or(Date::MAX);
        let midnight = |date: Date| moment(zone, date, 0);
        let calendars = timetable.calendars.iter().enumerate().fold(0, |bits, (n, (_, days))| {
            let within = days.binary_search_by(|days| match () {
                () if days.last() < date => std::cmp::Ordering::Less,
                () if date < days.first() => std::cmp::Ordering::Greater,
                () => std::cmp::Ordering::Equal,
            });
            bits | u64::from(within.is_ok()) << n
        });
        Self {
            date,
            start: midnight(date),
            end: midnight(next),
            weekday: date.weekday(),
            zone,
            opening,
            sun: timetable.sun.as_ref().map(|sun| [minutes(sun.sunrise(date)), minutes(sun.sunset(date))]),
            lunar: timetable.asks_moon.then(|| LunarDate::of(date)).flatten(),
            timetable,
            calendars,
        }
    }

    /// The moment at which the clock shows so many minutes from midnight.
    fn at(&self, minute: u16) -> i64 {
        // Nothing jumped today.
        if self.end - self.start == i64::from(hours::DAY) * MINUTE {
            return self.start + i64::from(minute) * MINUTE;
        }
        moment(self.zone, self.date, minute)
    }

    fn is_in(&self, days: &DaySet) -> bool {
        let calendar = |id: &_| {
            let place = self.timetable.calendars.iter().position(|(known, _)| known == id);
            place.is_some_and(|place| self.calendars >> place & 1 > 0)
        };
        days.contains(self.date, || self.lunar, calendar)
    }

    /// Whether hours of `when` may begin today.
    fn begins(&self, when: &When) -> Result<(), Not> {
        if when.weekdays.is_some_and(|weekdays| !weekdays.contains(self.weekday)) {
            return Err(Not::OtherDay);
        }
        if !when.days.is_empty() && !when.days.iter().any(|days| self.is_in(days)) {
            return Err(Not::OtherDay);
        }
        if when.except.iter().any(|days| self.is_in(days)) { Err(Not::Excluded) } else { Ok(()) }
    }

    /// Minutes from midnight. Where a gate's place is not known there is no sun; its schedule was refused.
    fn minute(&self, edge: Edge) -> u16 {
        let [rise, set] = self.sun.unwrap_or([6 * 60, 18 * 60]);
        let moved = |minute: u16, by: i16| minute.saturating_add_signed(by).min(hours::DAY - 1);
        match edge {
            Edge::Clock(minute) => minute,
            Edge::Sunrise(by) => moved(rise, by),
            Edge::Sunset(by) => moved(set, by),
        }
    }
}

impl<'a> Today<'a> {
    /// The day on which `now` is at the gate.
    pub(crate) fn at(
        now: Timestamp,
        zone: &'a TimeZone,
        opening: &'a [Opening],
        timetable: &'a Timetable,
    ) -> Self {
        Self::of(zone.to_datetime(now).date(), zone, opening, timetable)
    }

    /// That day.
    pub(crate) fn of(
        date: Date,
        zone: &'a TimeZone,
        opening: &'a [Opening],
        timetable: &'a Timetable,
    ) -> Self {
        let before = date.checked_sub(1.day()).unwrap_or(Date::MIN);
        Self {
            today: Day::of(date, zone, opening, timetable),
            yesterday: Day::of(before, zone, opening, timetable),
        }
    }

    /// Tells `span` of every span of today that `when` allows, from its first moment until the first after it. They
    /// may touch, and are never empty.
    pub(crate) fn spans(&self, when: &When, mut span: impl FnMut(i64, i64)) {
        let Self { today, yesterday } = self;
        let first = when.from.map_or(today.start, |from| self.moment(from)).max(today.start);
        let last = when.until.map_or(today.end, |until| self.moment(until)).min(today.end);
        let mut span = |from: i64, until: i64| {
            let (from, until) = (from.max(first), until.min(last));
            if from < until {
                span(from, until);
            }
        };
        match when.hours {
            None => {
                if today.begins(when).is_ok() {
                    span(today.start, today.end);
                }
            }
            Some(Hours::Open) => {
                if today.begins(when).is_ok() {
                    today.opening.iter().for_each(|open| span(today.at(open.from()), today.at(open.until())));
                }
            }
            Some(Hours::Closed) => {
                if today.begins(when).is_ok() {
                    let mut closed = 0;
                    for open in today.opening {
                        span(today.at(closed), today.at(open.from()));
                        closed = open.until();
                    }
                    span(today.at(closed), today.end);
                }
            }
            Some(Hours::Between(from, until)) => {
                let past_midnight = |day: &Day<'_>| day.minute(until) <= day.minute(from);
                if past_midnight(yesterday) && yesterday.begins(when).is_ok() {
                    span(today.start, today.at(today.minute(until)));
                }
                if today.begins(when).is_ok() {
                    let end = if past_midnight(today) { today.end } else { today.at(today.minute(until)) };
                    span(today.at(today.minute(from)), end);
                }
            }
        }
    }

    /// Why `when` does not allow `now`, which is today.
    pub(crate) fn not(&self, when: &When, now: i64) -> Option<Not> {
        let mut allowed = false;
        self.spans(when, |from, until| allowed |= from <= now && now < until);
        if allowed {
            return None;
        }
        Some(match () {
            () if when.from.is_some_and(|from| now < self.moment(from)) => Not::Early,
            () if when.until.is_some_and(|until| self.moment(until) <= now) => Not::Late,
            () => self.today.begins(when).err().unwrap_or(Not::OtherHours),
        })
    }

    fn moment(&self, local: LocalMoment) -> i64 {
        // Most are far away, and need not be exact.
        match local.date() {
            date if date < self.today.date => i64::MIN,
            date if self.today.date < date => i64::MAX,
            _ => local.timestamp(self.today.zone).as_millisecond(),
        }
    }
}

fn moment(zone: &TimeZone, date: Date, minute: u16) -> i64 {
    let time = |minute: u16| Time::new((minute / 60) as i8, (minute % 60) as i8, 0, 0);
    let (date, minute) = if minute < hours::DAY {
        (date, minute)
    } else {
        (date.checked_add(1.day()).unwrap_or(Date::MAX), 0)
    };
    let local = date.to_datetime(time(minute).unwrap_or(Time::midnight()));
    LocalMoment::from(local).timestamp(zone).as_millisecond()
}

fn minutes(time: Time) -> u16 {
    u16::from(time.hour().unsigned_abs()) * 60 + u16::from(time.minute().unsigned_abs())
}
