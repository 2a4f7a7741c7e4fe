//! What is wrong in a file that a person wrote: where, what and by which rule.

use std::fmt;

use serde::Serialize;

/// One mistake in a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Mistake {
    /// The file, as the caller named it.
    pub file: String,
    /// Counted from 1.
    pub line: usize,
    /// Counted from 1, in characters.
    pub column: usize,
    /// The key with its place: `item[2].text.km` is in the second item of the file. Empty where the line is not
    /// TOML or the file is too long.
    pub key: String,
    /// What is written there, shortened to 60 characters. Empty where something is missing.
    pub value: String,
    /// The rule that it breaks, without a full stop.
    pub rule: String,
}

impl fmt::Display for Mistake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { file, line, column, key, value, rule } = self;
        write!(f, "{file}:{line}:{column}: ")?;
        if !key.is_empty() {
            write!(f, "{key}: ")?;
        }
        if !value.is_empty() {
            write!(f, "`{value}`: ")?;
        }
        f.write_str(rule)
    }
}

/// All mistakes of a file, in its order, and then those of the files that it names; never empty.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub struct Mistakes(pub Vec<Mistake>);

impl fmt::Display for Mistakes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (n, mistake) in self.0.iter().enumerate() {
            if n > 0 {
                writeln!(f)?;
            }
            mistake.fmt(f)?;
        }
        Ok(())
    }
}
