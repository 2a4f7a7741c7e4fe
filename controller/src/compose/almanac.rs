//! The calendars that a schedule may name: those that travel with the program, and those of files beside it.

use std::{collections::BTreeMap, path::Path};

use playlists::{Calendar, CalendarDays, CalendarId, CalendarPath, DaySet, Schedule, When};

use super::{Fault, Unpublishable, source::read_text};

/// All of them.
#[derive(Debug)]
pub(crate) struct Almanac(Vec<Calendar>);

impl Almanac {
    /// Those that travel with the program.
    pub(crate) fn shipped() -> Self {
        Self(Calendar::shipped().to_vec())
    }

    /// Those that the schedule in `file` may name.
    pub(crate) fn of(file: &Path) -> Result<Self, Unpublishable> {
        let text = read_text(file).map_err(|fault| Unpublishable(vec![fault]))?;
        let schedule = Schedule::parse(&file.display().to_string(), &text)
            .map_err(|mistakes| Unpublishable(mistakes.0.into_iter().map(Fault::Mistake).collect()))?;
        Self::read(file, &schedule.calendars).map_err(Unpublishable)
    }

    /// With those in `files`, each with an id of its own, as they lie beside the file `schedule`.
    pub(super) fn read(schedule: &Path, files: &[CalendarPath]) -> Result<Self, Vec<Fault>> {
        let folder = schedule.parent().unwrap_or(Path::new("."));
        let (mut own, mut faults) = (BTreeMap::<CalendarId, Calendar>::new(), Vec::new());
        for file in files {
            let path = folder.join(file.as_str());
            match read_calendar(&path) {
                Ok(calendar) if own.contains_key(&calendar.id) => {
                    let rule = format!("another file has the calendar `{}`, too", calendar.id);
                    faults.push(Fault::file(&path, rule));
                }
                Ok(calendar) => drop(own.insert(calendar.id.clone(), calendar)),
                Err(more) => faults.extend(more),
            }
        }
        if faults.is_empty() { Ok(Self(Calendar::shipped_and(own.into_values()))) } else { Err(faults) }
    }

    /// In order, the shipped ones first.
    pub(crate) fn calendars(&self) -> &[Calendar] {
        &self.0
    }

    /// The days of those that are asked for and are there.
    pub(super) fn asked<'a>(&self, whens: impl Iterator<Item = &'a When>) -> CalendarDays {
        let mut asked = CalendarDays::new();
        for days in whens.flat_map(When::day_sets) {
            if let DaySet::Calendar(id) = days
                && let Some(calendar) = self.0.iter().find(|calendar| calendar.id == *id)
            {
                asked.insert(id.clone(), calendar.all_days());
            }
        }
        asked
    }
}

fn read_calendar(path: &Path) -> Result<Calendar, Vec<Fault>> {
    let text = read_text(path).map_err(|fault| vec![fault])?;
    Calendar::parse(&path.display().to_string(), &text)
        .map_err(|mistakes| mistakes.0.into_iter().map(Fault::Mistake).collect())
}
