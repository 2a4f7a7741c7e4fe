//! Names that cannot be wrong: screens, items and languages.

use std::{collections::BTreeSet, fmt};

use serde::{Deserialize, Serialize};
use written::{Entry, Report, Told, all};

/// An id that breaks the rule for its kind.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{value}` is not {kind}, which {rule}")]
pub struct BadId {
    /// What was written.
    pub value: String,
    /// What it should have been, such as `an item id`.
    pub kind: &'static str,
    /// The rule that it breaks, such as `has 1 to 64 of a-z, 0-9 and -`.
    pub rule: &'static str,
}

impl BadId {
    /// The rule alone, for a mistake that names the value itself.
    pub(crate) fn told(&self) -> String {
        format!("{} {}", self.kind, self.rule)
    }
}

macro_rules! id {
    ($(#[$doc:meta])* $name:ident, $kind:literal, $rule:literal, $valid:expr) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(String);

        impl $name {
            /// Takes `value` if it obeys the rule.
            pub fn parse(value: &str) -> Result<Self, BadId> {
                let valid: fn(&str) -> bool = $valid;
                if valid(value) {
                    Ok(Self(value.to_owned()))
                } else {
                    Err(BadId { value: value.chars().take(64).collect(), kind: $kind, rule: $rule })
                }
            }

            /// Reads the one that is written there.
            pub fn read(report: &mut Report<'_>, entry: &Entry<'_>) -> Result<Self, Told> {
                entry.parse(report, |value| Self::parse(value).map_err(|bad| bad.told()))
            }

            /// The id as written.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl TryFrom<String> for $name {
            type Error = BadId;
            fn try_from(value: String) -> Result<Self, BadId> {
                Self::parse(&value)
            }
        }

        impl From<$name> for String {
            fn from(id: $name) -> Self {
                id.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}

id!(
    /// A screen, as it is named in topics, files and commands: `loc-ninh`.
    ScreenId,
    "a screen id",
    "has 1 to 32 of a-z, 0-9 and `-`",
    |v| (1..=32).contains(&v.len())
        && v.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
);
id!(
    /// A calendar, as schedules name it: `khmer-new-year`.
    CalendarId,
    "a calendar id",
    "has 1 to 32 of a-z, 0-9 and `-`",
    |v| (1..=32).contains(&v.len())
        && v.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
);
id!(
    /// An item within its playlist: `welcome`.
    ItemId,
    "an item id",
    "has 1 to 64 of a-z, 0-9 and `-`",
    |v| (1..=64).contains(&v.len())
        && v.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
);
id!(
    /// A language by its ISO 639 code: `vi`, `en`, `km`.
    Language,
    "a language",
    "is an ISO 639 code of 2 or 3 small letters, such as vi, en, km",
    |v| (2..=3).contains(&v.len()) && v.bytes().all(|b| b.is_ascii_lowercase())
);
id!(
    /// Where a playlist lies, seen from the schedule: `tet.toml`, `le/tet.toml`.
    PlaylistPath,
    "a playlist's path",
    "is a TOML file in the schedule's folder or below, such as \"chao-mung.toml\"",
    lies_beside
);
id!(
    /// Where a calendar of one's own lies, seen from the schedule: `nghi-le-2027.toml`.
    CalendarPath,
    "a calendar's path",
    "is a TOML file in the schedule's folder or below, such as \"nghi-le-2027.toml\"",
    lies_beside
);

/// Whether a path is that of a TOML file in the folder of who names it, or below.
fn lies_beside(path: &str) -> bool {
    let part = |part: &str| !part.is_empty() && !part.starts_with('.') && !part.contains(['\\', '\0']);
    path.len() <= 200 && path.ends_with(".toml") && path.split('/').all(part)
}

impl Language {
    /// Reads a list of at least one language, each once.
    pub fn read_list(report: &mut Report<'_>, entry: &Entry<'_>) -> Result<Vec<Self>, Told> {
        let rule = "is a list of at least one language, such as [\"vi\", \"en\", \"km\"]";
        let mut listed = BTreeSet::new();
        all(entry.list(report, rule)?, |entry| {
            let language = Self::read(report, &entry)?;
            if !listed.insert(language.clone()) {
                return Err(entry.wrong(report, "a language is listed once"));
            }
            Ok(language)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::{ItemId, Language, ScreenId};

    #[track_caller]
    fn check<T: ToString, E: ToString>(id: Result<T, E>, expected: Result<&str, &str>) {
        let written = id.map(|id| id.to_string()).map_err(|bad| bad.to_string());
        assert_eq!(written.as_deref().map_err(String::as_str), expected);
    }

    #[test]
    fn refuses_what_breaks_the_rule() {
        check(ScreenId::parse("loc-ninh"), Ok("loc-ninh"));
        check(
            ScreenId::parse("Lộc Ninh"),
            Err("`Lộc Ninh` is not a screen id, which has 1 to 32 of a-z, 0-9 and `-`"),
        );
        check(ItemId::parse("7"), Ok("7"));
        check(ItemId::parse(""), Err("`` is not an item id, which has 1 to 64 of a-z, 0-9 and `-`"));
        check(Language::parse("km"), Ok("km"));
        let rule = "is an ISO 639 code of 2 or 3 small letters, such as vi, en, km";
        check(Language::parse("kmer"), Err(&format!("`kmer` is not a language, which {rule}")));
    }
}
