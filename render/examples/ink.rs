//! Draws lines as a wall does, white on black, each into a picture of its own.
//!
//! Reads the lines that `layout` reads and draws each at 32 pixels per em to `FOLDER/<id>.png`. A pixel's value is
//! its light, in proportion to the part of it that is covered, and not sRGB: so the pictures can be compared with
//! those of other rasterisers. A line begins 16 pixels from the left edge, more if its ink stands out to the left;
//! its baseline is the top edge of row 64, or lower where the ink needs it.
//!
//!     cargo run -p render --example ink -- FOLDER [--fonts FOLDER] < lines.jsonl

#[expect(dead_code, reason = "each tool uses a part of it")]
mod support;

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::ExitCode,
};

use image::GrayImage;
use serde_json::Value;
use support::{Library, answer_lines};

/// Pixels per em.
const SIZE: u16 = 32;

fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let (target, folder): (PathBuf, Option<PathBuf>) = match arguments.as_slice() {
        [target] if !target.starts_with("--") => (target.into(), None),
        [target, option, folder] | [option, folder, target] if option == "--fonts" => {
            (target.into(), Some(folder.into()))
        }
        _ => {
            eprintln!("usage: ink FOLDER [--fonts FOLDER] < LINES");
            return ExitCode::from(2);
        }
    };
    if let Err(error) = fs::create_dir_all(&target) {
        eprintln!("folder `{}`: {error}", target.display());
        return ExitCode::FAILURE;
    }
    let mut library = Library::new(folder);
    answer_lines(|line| {
        let path = target.join(file_name(&line.id)?);
        let drawn = library.typesetter(&line.fonts)?.line(&line.lang, &line.text, SIZE);
        let drawn = drawn.ok_or_else(|| "the line is too long for a picture".to_owned())?;
        save(&path, drawn).map(|()| None)
    })
}

fn save(path: &Path, line: render::Line) -> Result<(), String> {
    let picture = GrayImage::from_raw(line.width, line.height, line.light);
    let picture = picture.ok_or_else(|| "there are not as many bytes as pixels".to_owned())?;
    picture.save(path).map_err(|error| format!("picture `{}`: {error}", path.display()))
}

/// An id may be a word or a number, but not lead out of the folder.
fn file_name(id: &Value) -> Result<String, String> {
    let name = match id {
        Value::String(name) => name.clone(),
        Value::Number(number) => number.to_string(),
        Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => String::new(),
    };
    if name.is_empty() || name.starts_with('.') || name.contains(['/', '\\', '\0']) {
        return Err(format!("the id {id} makes no file name"));
    }
    Ok(name + ".png")
}
