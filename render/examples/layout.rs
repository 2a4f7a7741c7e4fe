//! Shapes lines as a wall does and says which glyphs of which font stand where.
//!
//! Reads lines of JSON such as `{"id":"1","lang":"km","text":"…","fonts":["NotoSansKhmer-Bold.ttf","NotoSans-Bold.ttf"]}`
//! and answers each with `{"id":"1","runs":[{"font":"NotoSansKhmer-Bold.ttf","glyphs":[[id,x,y],…]}]}`. A text is
//! set on one line; its runs are in visual order, `x` and `y` in units of the run's font, `y` upwards, from the
//! left end of the line's baseline. Fonts are asked first to last, from `fonts/files` or the folder of `--fonts`:
//!
//!     cargo run -p render --example layout -- [--fonts FOLDER] < lines.jsonl

mod support;

use std::{env, process::ExitCode};

use render::Run;
use serde_json::{Value, json};
use support::{Library, answer_lines};

fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let folder = match arguments.as_slice() {
        [] => None,
        [option, folder] if option == "--fonts" => Some(folder.into()),
        _ => {
            eprintln!("usage: layout [--fonts FOLDER] < LINES");
            return ExitCode::from(2);
        }
    };
    let mut library = Library::new(folder);
    answer_lines(|line| {
        let runs = library.typesetter(&line.fonts)?.runs(&line.lang, &line.text);
        let runs = runs.iter().map(|run| told(&mut library, run)).collect::<Result<Vec<_>, _>>()?;
        Ok(Some(json!({ "id": line.id, "runs": runs })))
    })
}

fn told(library: &mut Library, run: &Run) -> Result<Value, String> {
    let scale = f64::from(library.units_per_em(run.file)?) / 1000.0;
    let glyphs: Vec<_> = run
        .glyphs
        .iter()
        .map(|glyph| json!([glyph.id, unit(f64::from(glyph.x) * scale), unit(f64::from(glyph.y) * scale)]))
        .collect();
    Ok(json!({ "font": run.file, "glyphs": glyphs }))
}

/// Whole units as whole numbers, anything between to a hundredth.
fn unit(length: f64) -> Value {
    let hundredths = (length * 100.0).round();
    if hundredths % 100.0 == 0.0 { json!((hundredths / 100.0) as i64) } else { json!(hundredths / 100.0) }
}
