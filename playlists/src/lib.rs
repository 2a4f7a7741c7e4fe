//! What to show and when. Pure: no clock, file, socket or environment is read here; time is an argument.
//!
//! People write four kinds of file, all TOML: a *playlist* (messages in several languages, in order), a *schedule*
//! (which playlist is on which screen when), the *gates* file (which screens there are and what they look like), and
//! *calendars* (named days, year by year). [`decide`] answers what a screen shows at a moment, since when, until when
//! and why; [`timeline`] and [`plays`] answer it for a day or a month.

mod air_time;
mod calendar;
mod colour;
mod countdown;
mod day;
mod day_set;
mod days;
mod decide;
mod digest;
mod duration;
mod figure;
mod focus;
mod gates;
mod ground;
mod hours;
mod ids;
mod item;
mod lunar;
mod made_clock;
mod moment;
mod pictures;
mod place;
mod playlist;
mod programme;
mod review;
mod rotation;
mod rules;
mod schedule;
mod screen_size;
mod segments;
mod slots;
mod sun;
mod texts;
mod timeline;
mod timetable;
mod when;

pub use air_time::AirTime;
pub use calendar::{Calendar, CalendarYear, MissingYear};
pub use colour::Colour;
pub use countdown::Countdown;
pub use day_set::{DaySet, MonthDays};
pub use days::{BadDays, Days};
pub use decide::{Decision, PassedOver, Reason, Shows, Trust, Why, decide};
pub use digest::Digest;
pub use figure::{CodeText, Figure, Fit};
pub use focus::Focus;
pub use gates::{Arrangement, Gate, Gates, Profile, Screen};
pub use ground::{Ground, LEAST_CONTRAST};
pub use hours::{BadHours, Edge, Hours, Opening};
pub use ids::{BadId, CalendarId, CalendarPath, ItemId, Language, PlaylistPath, ScreenId};
pub use item::{Header, Item, Layout, Level, Transition};
pub use lunar::LunarDate;
pub use made_clock::{BadMadeClock, BadSpeed, MadeClock, Speed};
pub use moment::LocalMoment;
pub use pictures::{Picture, PicturePath, Pictures};
pub use place::{BadPlace, Place};
pub use playlist::Playlist;
pub use programme::{Programme, Validity, Withdrawn};
pub use review::{Never, Review, review};
pub use rules::{Rules, View};
pub use schedule::{Rule, Schedule};
pub use screen_size::{BadScreenSize, ScreenSize};
pub use sun::SunTable;
pub use texts::Texts;
pub use timeline::{Play, Stretch, plays, timeline};
pub use timetable::{CalendarDays, Misfit, Unschedulable};
pub use when::{Weekdays, When};
