//! What keeps content from being shown.

use std::path::Path;

use playlists::Unschedulable;
use serde::Serialize;
use written::Mistake;

/// Something that keeps content from being shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub(crate) enum Fault {
    /// In what is written.
    Mistake(Mistake),
    /// A file that cannot be read.
    File { file: String, rule: String },
    /// Of a schedule on one screen.
    Schedule {
        screen: String,
        file: String,
        #[serde(skip_serializing_if = "Option::is_none")]
        line: Option<usize>,
        rule: String,
    },
    /// On one screen.
    Screen { screen: String, file: String, item: String, rule: String },
}

/// Everything that is wrong; never empty.
#[derive(Debug, thiserror::Error)]
pub(crate) struct Unpublishable(pub(crate) Vec<Fault>);

impl Fault {
    /// A file that cannot be used.
    pub(super) fn file(path: &Path, rule: impl Into<String>) -> Self {
        Self::File { file: path.display().to_string(), rule: rule.into() }
    }

    /// A schedule that `screen` cannot keep.
    pub(super) fn schedule(screen: &playlists::Screen, path: &Path, wrong: &Unschedulable) -> Self {
        Self::Schedule {
            screen: screen.id.to_string(),
            file: path.display().to_string(),
            line: wrong.line,
            rule: wrong.misfit.to_string(),
        }
    }
}

impl std::fmt::Display for Unpublishable {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let count = self.0.len();
        writeln!(f, "{count} {}:", if count == 1 { "mistake" } else { "mistakes" })?;
        let lines: Vec<String> = self.0.iter().map(ToString::to_string).collect();
        f.write_str(&lines.join("\n"))
    }
}

impl std::fmt::Display for Fault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Mistake(mistake) => mistake.fmt(f),
            Self::File { file, rule } => write!(f, "{file}: {rule}"),
            Self::Schedule { screen, file, line: Some(line), rule } => {
                write!(f, "{file}:{line}: on screen `{screen}`: {rule}")
            }
            Self::Schedule { screen, file, line: None, rule } => {
                write!(f, "{file}: on screen `{screen}`: {rule}")
            }
            Self::Screen { screen, file, item, rule } => {
                write!(f, "{file}: item `{item}` on screen `{screen}`: {rule}")
            }
        }
    }
}
