//! Walks through a TOML tree that knows where everything was written.

use std::{fmt::Display, ops::RangeInclusive, path::PathBuf};

use toml::{
    Spanned,
    de::{DeTable, DeValue},
};

use crate::{Mistakes, Report, Told, report::shortened};

/// A table whose keys are asked for one by one. What nobody asked for is unknown.
pub struct Table<'t> {
    /// `item[2]`; empty for the file itself.
    path: String,
    at: usize,
    entries: &'t DeTable<'t>,
    asked: Vec<&'static str>,
}

/// A value with its place. The elements of a list are counted from 1, as people count: `item[2]`.
pub struct Entry<'t> {
    path: String,
    value: &'t Spanned<DeValue<'t>>,
}

impl<'t> Table<'t> {
    /// The whole file.
    pub(crate) fn root(entries: &'t DeTable<'t>) -> Self {
        Self { path: String::new(), at: 0, entries, asked: Vec::new() }
    }

    /// The value of `key`, if it is written.
    pub fn take(&mut self, key: &'static str) -> Option<Entry<'t>> {
        self.asked.push(key);
        let value = self.entries.get(key)?;
        Some(Entry { path: self.path_of(key), value })
    }

    /// Whether `key` is written. That alone does not make it known.
    pub fn has(&self, key: &str) -> bool {
        self.entries.contains_key(key)
    }

    /// The value of `key`, which must be written; `rule` says what it should hold.
    pub fn require(
        &mut self,
        report: &mut Report<'_>,
        key: &'static str,
        rule: &str,
    ) -> Result<Entry<'t>, Told> {
        self.take(key).ok_or_else(|| self.missing(report, key, format!("is missing: {rule}")))
    }

    /// Tells that `key` should be in this table.
    pub fn missing(&self, report: &mut Report<'_>, key: &str, rule: impl Into<String>) -> Told {
        report.structure(self.at, &self.path_of(key), "", rule)
    }

    /// Tells of every key that was never asked for.
    pub fn finish(self, report: &mut Report<'_>) -> Result<(), Told> {
        let mut outcome = Ok(());
        for (key, value) in self.entries {
            let name: &str = key.get_ref();
            if self.asked.contains(&name) {
                continue;
            }
            let rule = match nearest(name, &self.asked) {
                Some(known) => format!("is an unknown key; did you mean `{known}`?"),
                None => format!("is an unknown key; known are: {}", self.asked.join(", ")),
            };
            let entry = Entry { path: self.path_of(name), value };
            // Somebody may have written a password in the place of its file. Mistakes go to logs.
            let secret = name.to_ascii_lowercase().contains("password");
            let value = if secret { String::new() } else { entry.written(report) };
            outcome = Err(report.structure(key.span().start, &entry.path, &value, rule));
        }
        outcome
    }

    /// All keys with their values, for tables whose keys are not known beforehand.
    pub fn entries(&self) -> impl Iterator<Item = (&'t str, Entry<'t>)> {
        self.entries.iter().map(|(key, value)| {
            let key: &str = key.get_ref();
            (key, Entry { path: self.path_of(key), value })
        })
    }

    fn path_of(&self, key: &str) -> String {
        let (path, key) = (&self.path, shortened(key));
        if path.is_empty() { key } else { format!("{path}.{key}") }
    }
}

impl<'t> Entry<'t> {
    /// Tells that this value breaks `rule`.
    pub fn wrong(&self, report: &mut Report<'_>, rule: impl Into<String>) -> Told {
        let value = self.written(report);
        self.wrong_shown_as(report, &value, rule)
    }

    /// The same for a value that may hold a secret: `shown` is told in its place.
    pub fn wrong_shown_as(&self, report: &mut Report<'_>, shown: &str, rule: impl Into<String>) -> Told {
        report.value(self.value.span().start, &self.path, shown, rule)
    }

    /// Tells that this value should not be here, or not alone.
    pub fn misplaced(&self, report: &mut Report<'_>, rule: impl Into<String>) -> Told {
        let value = self.written(report);
        report.structure(self.value.span().start, &self.path, &value, rule)
    }

    /// The string that is written here.
    pub fn string(&self, report: &mut Report<'_>) -> Result<&'t str, Told> {
        match self.value.get_ref() {
            DeValue::String(text) => Ok(text),
            _ => Err(self.wrong(report, "is written in quotes")),
        }
    }

    /// Whether it is on or off.
    pub fn boolean(&self, report: &mut Report<'_>) -> Result<bool, Told> {
        match self.value.get_ref() {
            DeValue::Boolean(value) => Ok(*value),
            _ => Err(self.wrong(report, "is true or false, without quotes")),
        }
    }

    /// A whole number within `limits`.
    pub fn whole(&self, report: &mut Report<'_>, limits: RangeInclusive<i64>) -> Result<i64, Told> {
        let number = match self.value.get_ref() {
            DeValue::Integer(number) => i64::from_str_radix(number.as_str(), number.radix()).ok(),
            _ => None,
        };
        number.filter(|number| limits.contains(number)).ok_or_else(|| {
            let rule =
                format!("is a whole number from {} to {}, without quotes", limits.start(), limits.end());
            self.wrong(report, rule)
        })
    }

    /// The line of the file on which it stands, counted from 1.
    pub fn line(&self, report: &Report<'_>) -> usize {
        report.line(self.value.span().start)
    }

    /// What `parse` makes of the string that is written here; its error is the rule.
    pub fn parse<T, E: Display>(
        &self,
        report: &mut Report<'_>,
        parse: impl FnOnce(&str) -> Result<T, E>,
    ) -> Result<T, Told> {
        let written = self.string(report)?;
        parse(written).map_err(|rule| self.wrong(report, rule.to_string()))
    }

    /// The choice that is named here.
    pub fn choose<T: Copy>(&self, report: &mut Report<'_>, choices: &[(&'static str, T)]) -> Result<T, Told> {
        self.parse(report, |written| {
            choices.iter().find(|(name, _)| *name == written).map(|(_, choice)| *choice).ok_or_else(|| {
                let names: Vec<_> = choices.iter().map(|(name, _)| *name).collect();
                format!("is one of {}", names.join(", "))
            })
        })
    }

    /// The path that is written here, from the folder of the file.
    pub fn path(&self, report: &mut Report<'_>) -> Result<PathBuf, Told> {
        Ok(report.folder().join(self.string(report)?))
    }

    /// What `read` finds in the file that is named here; `read` is `fs::read` or the like, for this crate opens
    /// nothing.
    pub fn file<T, E: Display>(
        &self,
        report: &mut Report<'_>,
        read: impl FnOnce(PathBuf) -> Result<T, E>,
    ) -> Result<T, Told> {
        let path = self.path(report)?;
        read(path).map_err(|cause| self.wrong(report, format!("cannot be read: {cause}")))
    }

    /// What `parse` makes of the file that is named here; it is given the file's name and text. Its mistakes are
    /// told with their own file and lines.
    pub fn parse_file<T, E: Display>(
        &self,
        report: &mut Report<'_>,
        read_text: impl FnOnce(PathBuf) -> Result<String, E>,
        parse: impl FnOnce(&str, &str) -> Result<T, Mistakes>,
    ) -> Result<T, Told> {
        let text = self.file(report, read_text)?;
        let name = self.path(report)?.display().to_string();
        parse(&name, &text).map_err(|mistakes| report.elsewhere(mistakes))
    }

    /// The table that is written here; `rule` says what it should hold.
    pub fn table(self, report: &mut Report<'_>, rule: &str) -> Result<Table<'t>, Told> {
        match self.value.get_ref() {
            DeValue::Table(entries) => {
                Ok(Table { path: self.path, at: self.value.span().start, entries, asked: Vec::new() })
            }
            _ => Err(self.wrong(report, rule)),
        }
    }

    /// Whether a list is written here, where one thing would do as well.
    pub fn is_list(&self) -> bool {
        matches!(self.value.get_ref(), DeValue::Array(_))
    }

    /// The elements of the list that is written here, never none; `rule` says what it should hold.
    pub fn list(&self, report: &mut Report<'_>, rule: &str) -> Result<Vec<Entry<'t>>, Told> {
        match self.value.get_ref() {
            DeValue::Array(elements) if !elements.is_empty() => Ok((elements.iter().enumerate())
                .map(|(n, value)| Entry { path: format!("{}[{}]", self.path, n + 1), value })
                .collect()),
            _ => Err(self.wrong(report, rule)),
        }
    }

    fn written(&self, report: &Report<'_>) -> String {
        match self.value.get_ref() {
            DeValue::String(text) => shortened(text),
            _ => shortened(report.written(self.value.span())),
        }
    }
}

/// The key that a person most likely meant: at most two letters wrong, and not more than half.
fn nearest(written: &str, known: &[&'static str]) -> Option<&'static str> {
    let written = written.to_ascii_lowercase();
    let near = |key: &&'static str| {
        let wrong = distance(&written, key)?;
        (wrong <= 2 && wrong * 2 <= key.len()).then_some((wrong, *key))
    };
    known.iter().filter_map(near).min_by_key(|(wrong, _)| *wrong).map(|(_, key)| key)
}

/// Letters to insert, delete or replace; none if the lengths alone differ by more than two.
fn distance(one: &str, other: &str) -> Option<usize> {
    if one.len().abs_diff(other.len()) > 2 {
        return None;
    }
    let other: Vec<char> = other.chars().collect();
    let mut row: Vec<usize> = (0..=other.len()).collect();
    for (i, a) in one.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, b) in other.iter().enumerate() {
            let replaced = diagonal + usize::from(a != *b);
            diagonal = row[j + 1];
            row[j + 1] = replaced.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row.last().copied()
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[track_caller]
    fn check(written: &str, meant: Option<&str>) {
        let known = ["id", "duration", "text", "colour", "background", "hours", "fit"];
        assert_eq!(nearest(written, &known), meant, "{written}");
    }

    #[test]
    fn suggests_only_what_is_near() {
        check("color", Some("colour"));
        check("Duration", Some("duration"));
        check("duratoin", Some("duration"));
        check("txt", Some("text"));
        check("fits", Some("fit"));
        check("ID", Some("id"));
        check("txet", Some("text"));
        check("x", None);
        check("mausac", None);
        check("nền", None);
        check("", None);
    }
}
