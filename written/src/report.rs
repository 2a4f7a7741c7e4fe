//! Collects the mistakes of one file and puts them in its order, each with line and column.

use std::path::Path;

use toml::de::{DeTable, Error};

use crate::{Mistake, Mistakes, Table};

/// Far more than any file that people write needs, and little enough to read at once.
const FILE_LIMIT: usize = 256 * 1024;

/// Proof that a mistake was told: whoever holds it need not tell another.
#[derive(Debug, Clone, Copy)]
pub struct Told(());

/// The mistakes found so far.
pub struct Report<'a> {
    file: &'a str,
    folder: &'a Path,
    text: &'a str,
    found: Vec<Found>,
    /// Of the files that this one names.
    elsewhere: Vec<Mistake>,
}

struct Found {
    at: usize,
    kind: Kind,
    key: String,
    value: String,
    rule: String,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// The line is not TOML.
    Syntax,
    /// A key is missing, unknown or repeated.
    Structure,
    /// A value breaks its rule.
    Value,
}

/// Parses `text` and lets `read` walk through it. Whatever is wrong in either step is told at once. `file` names the
/// text in mistakes; paths that are written in it begin in that file's folder.
pub fn read_toml<T>(
    file: &str,
    text: &str,
    read: impl FnOnce(&mut Report<'_>, Table<'_>) -> Result<T, Told>,
) -> Result<T, Mistakes> {
    walk(file, Path::new(file), text, read)
}

/// The same for a file whose path may not be UTF-8: `file` is its path as it can be shown.
pub(crate) fn walk<T>(
    file: &str,
    path: &Path,
    text: &str,
    read: impl FnOnce(&mut Report<'_>, Table<'_>) -> Result<T, Told>,
) -> Result<T, Mistakes> {
    let folder = path.parent().unwrap_or(Path::new(""));
    let mut report = Report { file, folder, text, found: Vec::new(), elsewhere: Vec::new() };
    if text.len() > FILE_LIMIT {
        let value = format!("{} bytes", text.len());
        report.value(0, "", &value, format!("a file has at most {FILE_LIMIT} bytes (256 KiB)"));
        return Err(report.into_mistakes());
    }
    let (root, errors) = DeTable::parse_recoverable(text);
    for error in &errors {
        report.syntax(error);
    }
    match read(&mut report, Table::root(root.get_ref())) {
        Ok(value) if report.found.is_empty() && report.elsewhere.is_empty() => Ok(value),
        Ok(_) | Err(Told(())) => Err(report.into_mistakes()),
    }
}

/// Reads all of `written`, so that the mistakes of all are told, and only then gives up if one was wrong.
pub fn all<W, T>(
    written: impl IntoIterator<Item = W>,
    read: impl FnMut(W) -> Result<T, Told>,
) -> Result<Vec<T>, Told> {
    let read: Vec<Result<T, Told>> = written.into_iter().map(read).collect();
    read.into_iter().collect()
}

impl<'a> Report<'a> {
    /// The text of the file from `span`, as written.
    pub(crate) fn written(&self, span: std::ops::Range<usize>) -> &'a str {
        self.text.get(span).unwrap_or_default()
    }

    /// Where the paths begin that are written in the file.
    pub(crate) fn folder(&self) -> &'a Path {
        self.folder
    }

    /// The line in which the byte at `at` stands, counted from 1.
    pub(crate) fn line(&self, at: usize) -> usize {
        self.text.bytes().take(at).filter(|byte| *byte == b'\n').count() + 1
    }

    /// A file that this one names has mistakes of its own. They are told after those of this file.
    pub(crate) fn elsewhere(&mut self, mistakes: Mistakes) -> Told {
        self.elsewhere.extend(mistakes.0);
        Told(())
    }

    /// A value breaks its rule.
    pub(crate) fn value(&mut self, at: usize, key: &str, value: &str, rule: impl Into<String>) -> Told {
        self.add(Kind::Value, at, key, value, rule.into())
    }

    /// A key is missing, unknown or repeated. Not told of a file that is not TOML: there the key may be in a
    /// line that could not be read, or under a heading that could not.
    pub(crate) fn structure(&mut self, at: usize, key: &str, value: &str, rule: impl Into<String>) -> Told {
        self.add(Kind::Structure, at, key, value, rule.into())
    }

    fn syntax(&mut self, error: &Error) {
        let at = error.span().map_or(0, |span| span.start);
        self.add(Kind::Syntax, at, "", "", format!("is not TOML: {}", error.message()));
    }

    fn add(&mut self, kind: Kind, at: usize, key: &str, value: &str, rule: String) -> Told {
        self.found.push(Found { at, kind, key: key.to_owned(), value: shortened(value), rule });
        Told(())
    }

    /// Of a line that is not TOML only the first error is kept: the rest follows from it.
    fn into_mistakes(mut self) -> Mistakes {
        let is_toml = self.found.iter().all(|found| found.kind != Kind::Syntax);
        self.found.retain(|found| is_toml || found.kind != Kind::Structure);
        self.found.sort_by_key(|found| found.at);

        let mut chars = self.text.char_indices().peekable();
        let (mut line, mut column, mut line_start) = (1, 1, 0);
        let mut placed: Vec<(Kind, Mistake)> = Vec::new();
        for Found { at, kind, key, mut value, rule } in self.found {
            while let Some((index, character)) = chars.next_if(|(index, _)| *index < at) {
                match character {
                    '\n' => (line, column, line_start) = (line + 1, 1, index + 1),
                    // The byte order mark that some editors put first is in no column.
                    '\u{feff}' if index == 0 => {}
                    _ => column += 1,
                }
            }
            if kind == Kind::Syntax {
                let line = self.text[line_start..].lines().next().unwrap_or_default();
                value = shortened(line.trim_start_matches('\u{feff}').trim());
            }
            placed.push((kind, Mistake { file: self.file.to_owned(), line, column, key, value, rule }));
        }
        let mut mistakes = Vec::with_capacity(placed.len());
        for of_line in placed.chunk_by(|(_, one), (_, other)| one.line == other.line) {
            match of_line.iter().find(|(kind, _)| *kind == Kind::Syntax) {
                Some((_, syntax)) => mistakes.push(syntax.clone()),
                None => mistakes.extend(of_line.iter().map(|(_, mistake)| mistake.clone())),
            }
        }
        mistakes.append(&mut self.elsewhere);
        Mistakes(mistakes)
    }
}

/// At most 60 characters, with control characters made visible.
pub(crate) fn shortened(value: &str) -> String {
    const LENGTH: usize = 60;
    let mut short = String::new();
    for (n, character) in value.chars().enumerate() {
        if n == LENGTH {
            short.push('…');
            break;
        }
        if character.is_control() {
            short.extend(character.escape_default());
        } else {
            short.push(character);
        }
    }
    short
}

#[cfg(test)]
mod tests {
    use super::shortened;

    #[test]
    fn shortens_by_characters_and_shows_control_characters() {
        assert_eq!(shortened("ច្រក"), "ច្រក");
        assert_eq!(shortened("a\nb\u{1b}[0m"), "a\\nb\\u{1b}[0m");
        assert_eq!(shortened(&"ư".repeat(60)), "ư".repeat(60));
        assert_eq!(shortened(&"ư".repeat(61)), "ư".repeat(60) + "…");
    }
}
