//! The same text in several languages.

use std::collections::BTreeMap;

use written::{Entry, Report, Told};

use crate::Language;

/// The most that a wall can show so that anybody reads it.
const LONGEST: usize = 1000;

/// The same text in several languages, in the playlist's order of languages; never empty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Texts(Vec<(Language, String)>);

/// Why a text is refused. Each variant says its rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum BadText {
    #[error("a text has something to read")]
    Blank,
    #[error("a text has at most {LONGEST} characters, this one has {0}")]
    Long(usize),
    #[error("a text has no control characters but line breaks, this one has U+{:04X}", u32::from(*.0))]
    Control(char),
}

impl Texts {
    /// Takes `texts` if there is one, each in a language of its own, none blank, none longer than 1000
    /// characters, and none with control characters other than line breaks. Nothing is normalised: what people
    /// see in their editor is what is drawn.
    pub fn new(texts: Vec<(Language, String)>) -> Option<Self> {
        let repeated = |n: usize| texts[..n].iter().any(|(language, _)| *language == texts[n].0);
        let fine = !texts.is_empty()
            && texts.iter().all(|(_, text)| check(text).is_ok())
            && !(0..texts.len()).any(repeated);
        fine.then_some(Self(texts))
    }

    /// The text in `language`.
    pub fn get(&self, language: &Language) -> Option<&str> {
        self.iter().find_map(|(its, text)| (its == language).then_some(text))
    }

    /// All languages with their texts.
    pub fn iter(&self) -> impl Iterator<Item = (&Language, &str)> {
        self.0.iter().map(|(language, text)| (language, text.as_str()))
    }
}

/// Reads `text.vi`, `text.en` and so on: one in each of `languages`, none in another. If the languages are wrong
/// themselves, the texts are still judged one by one.
pub(crate) fn read_all(
    report: &mut Report<'_>,
    entry: Entry<'_>,
    languages: Result<&[Language], Told>,
) -> Result<Texts, Told> {
    let table = entry.table(report, "has one text per language, such as text.vi = \"…\"")?;
    let mut written = BTreeMap::new();
    let mut known = Ok(());
    for (code, entry) in table.entries() {
        match languages {
            Ok(languages) if !languages.iter().any(|language| language.as_str() == code) => {
                let promised: Vec<_> = languages.iter().map(Language::as_str).collect();
                let rule = format!("is no language of this playlist: {}", promised.join(", "));
                known = Err(entry.misplaced(report, rule));
            }
            Ok(_) | Err(_) => {
                written.insert(code, entry.parse(report, read));
            }
        }
    }
    let languages = languages?;
    let mut texts = Vec::with_capacity(languages.len());
    for language in languages {
        let text = written.remove(language.as_str()).unwrap_or_else(|| {
            let rule = "is missing: every text is in all languages of its playlist";
            Err(table.missing(report, language.as_str(), rule))
        });
        texts.push(text.map(|text| (language.clone(), text)));
    }
    let texts = texts.into_iter().collect::<Result<_, _>>()?;
    known.map(|()| Texts(texts))
}

/// Reads a text as people write it: white space around it is not part of it, and a line break is one character.
pub(crate) fn read(written: &str) -> Result<String, BadText> {
    let text = written.trim().replace("\r\n", "\n");
    check(&text)?;
    Ok(text)
}

fn check(text: &str) -> Result<(), BadText> {
    if text.chars().all(is_invisible) {
        return Err(BadText::Blank);
    }
    let length = text.chars().count();
    if length > LONGEST {
        return Err(BadText::Long(length));
    }
    match text.chars().find(|character| character.is_control() && *character != '\n') {
        Some(control) => Err(BadText::Control(control)),
        None => Ok(()),
    }
}

/// White space, and the joiners and word separators that Khmer is written with.
fn is_invisible(character: char) -> bool {
    character.is_whitespace() || matches!(character, '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use super::{BadText, Texts, read};
    use crate::Language;

    #[track_caller]
    fn check(written: &str, expected: Result<&str, BadText>) {
        assert_eq!(read(written).as_deref(), expected.as_deref(), "{written:?}");
    }

    #[test]
    fn keeps_what_is_seen_and_drops_what_is_around() {
        check("\nMột\r\nHai\n", Ok("Một\nHai"));
        check("Một\u{200b}hai\u{200c}ba\u{200d}bốn", Ok("Một\u{200b}hai\u{200c}ba\u{200d}bốn"));
        check("Ti\u{1ebf}ng Vie\u{0323}\u{0302}t", Ok("Ti\u{1ebf}ng Vie\u{0323}\u{0302}t"));
        check("", Err(BadText::Blank));
        check(" \u{a0}\u{200b}\n", Err(BadText::Blank));
        check("a\tb", Err(BadText::Control('\t')));
        check("a\rb", Err(BadText::Control('\r')));
        check("a\u{85}b", Err(BadText::Control('\u{85}')));
        check(&"ក".repeat(1000), Ok(&"ក".repeat(1000)));
        check(&"ក".repeat(1001), Err(BadText::Long(1001)));
    }

    #[test]
    fn takes_each_language_once() {
        let text = |code: &str, text: &str| (Language::parse(code).unwrap(), text.to_owned());
        assert_eq!(Texts::new(Vec::new()), None);
        assert_eq!(Texts::new(vec![text("vi", "a"), text("vi", "b")]), None);
        assert_eq!(Texts::new(vec![text("vi", "a"), text("en", " ")]), None);
        let texts = Texts::new(vec![text("vi", "a"), text("en", "b")]).unwrap();
        assert_eq!(texts.get(&Language::parse("en").unwrap()), Some("b"));
        assert_eq!(texts.get(&Language::parse("km").unwrap()), None);
        assert_eq!(texts.iter().map(|(_, text)| text).collect::<String>(), "ab");
    }
}
