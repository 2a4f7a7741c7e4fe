//! The glyphs are HarfBuzz's: the same ids in the same places. `data/make.py` writes what is compared.

use render::Renderer;
use serde::Deserialize;

#[derive(Deserialize)]
struct Line {
    language: String,
    text: String,
    /// Font, id, and the place in thousandths of an em.
    glyphs: Vec<(String, u16, f32, f32)>,
}

fn lines() -> Vec<Line> {
    serde_json::from_str(include_str!("data/hb-shape.json")).expect("written by data/make.py")
}

#[track_caller]
fn check(renderer: &mut Renderer, line: &Line) {
    let shaped = renderer.shape(&line.language, &line.text);
    let ids: Vec<_> = shaped.iter().map(|glyph| (glyph.file, glyph.id)).collect();
    let files: Vec<_> = line.glyphs.iter().map(|(font, ..)| format!("{font}-Bold.ttf")).collect();
    let expected: Vec<_> =
        files.iter().zip(&line.glyphs).map(|(file, (_, id, ..))| (file.as_str(), *id)).collect();
    assert_eq!(ids, expected, "{}", line.text);
    for (glyph, (_, id, x, y)) in shaped.iter().zip(&line.glyphs) {
        let off = (glyph.x - x).abs().max((glyph.y - y).abs());
        assert!(off < 0.1, "{}: glyph {id} at {} {} is not at {x} {y}", line.text, glyph.x, glyph.y);
    }
}

#[test]
fn glyphs_and_places_are_those_of_harfbuzz() {
    let mut renderer = Renderer::new();
    let lines = lines();
    for (language, least) in [("km", 20), ("vi", 10), ("lo", 3), ("th", 3)] {
        assert!(lines.iter().filter(|line| line.language == language).count() >= least, "{language}");
    }
    for line in &lines {
        check(&mut renderer, line);
    }
}

#[test]
fn vietnamese_is_the_same_however_it_is_spelt() {
    let mut renderer = Renderer::new();
    let composed = renderer.shape("vi", "Việt Nữ ẵ Ỗ");
    let decomposed =
        renderer.shape("vi", "Vie\u{323}\u{302}t Nu\u{31b}\u{303} a\u{306}\u{303} O\u{302}\u{303}");
    assert_eq!(composed, decomposed);
    assert_eq!(composed.len(), 11);
}
