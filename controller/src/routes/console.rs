//! The console's page, its files and its letters, all compiled in: it needs no network.

use axum::{
    extract::Path,
    http::{StatusCode, header},
    response::{Html, IntoResponse, Response},
};

const INDEX: &str = include_str!("../../web/index.html");

const SCRIPT: &str = "text/javascript; charset=utf-8";
const WORDS: &str = "application/json";

/// Name, kind, content.
const FILES: &[(&str, &str, &str)] = &[
    ("console.css", "text/css; charset=utf-8", include_str!("../../web/console.css")),
    ("favicon.svg", "image/svg+xml", include_str!("../../web/favicon.svg")),
    ("console.js", SCRIPT, include_str!("../../web/console.js")),
    ("card.js", SCRIPT, include_str!("../../web/card.js")),
    ("link.js", SCRIPT, include_str!("../../web/link.js")),
    ("times.js", SCRIPT, include_str!("../../web/times.js")),
    ("wall.js", SCRIPT, include_str!("../../web/wall.js")),
    ("words.js", SCRIPT, include_str!("../../web/words.js")),
    ("languages/vi.json", WORDS, include_str!("../../web/languages/vi.json")),
    ("languages/en.json", WORDS, include_str!("../../web/languages/en.json")),
    ("languages/km.json", WORDS, include_str!("../../web/languages/km.json")),
];

pub(super) async fn index() -> Html<&'static str> {
    Html(INDEX)
}

pub(super) async fn file(Path(name): Path<String>) -> Response {
    match FILES.iter().find(|(file, ..)| *file == name) {
        Some((_, kind, text)) => {
            ([(header::CONTENT_TYPE, *kind), (header::CACHE_CONTROL, "no-cache")], *text).into_response()
        }
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

/// The letters of the wall serve the console too: many machines have none for Khmer.
pub(super) async fn font(Path(name): Path<String>) -> Response {
    match fonts::FACES.iter().find(|face| face.file == name) {
        Some(face) => {
            ([(header::CONTENT_TYPE, "font/ttf"), (header::CACHE_CONTROL, "max-age=86400")], face.bytes)
                .into_response()
        }
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::verbs::status::SOURCES;

    fn words(language: &str) -> BTreeMap<String, serde_json::Value> {
        let name = format!("languages/{language}.json");
        let (.., text) = FILES.iter().find(|(file, ..)| *file == name).unwrap();
        flatten("", &serde_json::from_str(text).unwrap())
    }

    fn flatten(prefix: &str, value: &serde_json::Value) -> BTreeMap<String, serde_json::Value> {
        match value {
            serde_json::Value::Object(map) => {
                map.iter().flat_map(|(key, value)| flatten(&format!("{prefix}.{key}"), value)).collect()
            }
            other => BTreeMap::from([(prefix.to_owned(), other.clone())]),
        }
    }

    #[test]
    fn every_language_has_every_word() {
        let vietnamese = words("vi");
        assert!(vietnamese.len() > 20);
        for language in ["en", "km"] {
            let others = words(language);
            assert_eq!(
                vietnamese.keys().collect::<Vec<_>>(),
                others.keys().collect::<Vec<_>>(),
                "vi and {language}"
            );
            for (key, word) in &others {
                assert!(
                    word.as_str().is_some_and(|word| !word.trim().is_empty()),
                    "{language}{key} = {word}"
                );
            }
        }
    }

    #[test]
    fn a_technician_reads_whom_a_clock_believes() {
        let vietnamese = words("vi");
        for (source, _) in SOURCES {
            assert!(vietnamese.contains_key(&format!(".source.{source}")), "{source}");
        }
    }

    /// What stands in quotes after each `mark` of `text`.
    fn quoted<'a>(text: &'a str, mark: &str) -> Vec<&'a str> {
        let after = text.match_indices(mark).map(|(at, mark)| &text[at + mark.len()..]);
        after.map(|rest| rest.split(['"', '\'', '`', '?', ')', '$']).next().unwrap_or_default()).collect()
    }

    #[test]
    fn the_page_asks_for_nothing_that_is_not_served() {
        let mut asked = 0;
        let pages = FILES.iter().map(|(.., text)| *text).chain([INDEX]);
        for text in pages {
            for name in quoted(text, "/static/").into_iter().chain(quoted(text, "from \"./")) {
                // A name that is put together at run time ends in a folder.
                assert!(FILES.iter().any(|(file, ..)| file.starts_with(name)), "{name} is not served");
                asked += 1;
            }
            for name in quoted(text, "/fonts/") {
                assert!(fonts::FACES.iter().any(|face| face.file == name), "{name} is not served");
                asked += 1;
            }
            // The name of SVG is no address.
            let outside = text.replace("http://www.w3.org/", "");
            assert!(
                !outside.contains("http://") && !outside.contains("https://"),
                "the console asks the Internet"
            );
        }
        assert!(asked > 10, "only {asked} references were found");
    }
}
