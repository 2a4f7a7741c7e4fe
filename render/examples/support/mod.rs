//! What the tools share: lines of JSON in and out, and fonts by their files' names.

use std::{
    collections::HashMap,
    fs,
    io::{self, BufRead, BufWriter, Write},
    path::{Path, PathBuf},
    process::ExitCode,
};

use fonts::Face;
use render::Typesetter;
use serde::Deserialize;
use serde_json::Value;

/// More would be no line, and its picture would fill the memory.
const LONGEST: usize = 20_000;

/// A line of the input.
#[derive(Deserialize)]
pub(crate) struct Line {
    /// Goes into the answer as it is.
    pub(crate) id: Value,
    /// The language: `km`.
    pub(crate) lang: String,
    /// The text.
    pub(crate) text: String,
    /// Font files, asked first to last; without them, the shipped ones in the language's own order.
    #[serde(default)]
    pub(crate) fonts: Vec<String>,
}

/// Hands each line of the standard input to `answer` and writes what it says. The first line that is wrong
/// is told with its number, and ends the tool.
pub(crate) fn answer_lines(mut answer: impl FnMut(&Line) -> Result<Option<Value>, String>) -> ExitCode {
    let mut out = BufWriter::new(io::stdout().lock());
    let mut answered = || -> Result<(), String> {
        for (number, line) in (1..).zip(io::stdin().lock().lines()) {
            let wrong = |what: String| format!("line {number}: {what}");
            let line = line.map_err(|error| wrong(error.to_string()))?;
            if line.trim().is_empty() {
                continue;
            }
            let line: Line = serde_json::from_str(&line).map_err(|error| wrong(error.to_string()))?;
            let length = line.text.chars().count();
            if length > LONGEST {
                return Err(wrong(format!(
                    "the text has {length} characters, at most {LONGEST} make a line"
                )));
            }
            if let Some(value) = answer(&line).map_err(wrong)? {
                writeln!(out, "{value}").map_err(|error| error.to_string())?;
            }
        }
        Ok(())
    };
    let result = answered().and_then(|()| out.flush().map_err(|error| error.to_string()));
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

/// Font files from a folder, each read once, and a typesetter for every order of them that was asked for.
pub(crate) struct Library {
    folder: PathBuf,
    faces: HashMap<String, Face>,
    typesetters: HashMap<Vec<String>, Typesetter>,
}

impl Library {
    /// The fonts of `folder`, or the shipped ones.
    pub(crate) fn new(folder: Option<PathBuf>) -> Self {
        let shipped = || Path::new(env!("CARGO_MANIFEST_DIR")).join("../fonts/files");
        Self { folder: folder.unwrap_or_else(shipped), faces: HashMap::new(), typesetters: HashMap::new() }
    }

    /// The typesetter with these files, asked first to last.
    pub(crate) fn typesetter(&mut self, files: &[String]) -> Result<&mut Typesetter, String> {
        if !self.typesetters.contains_key(files) {
            let typesetter = if files.is_empty() {
                Typesetter::default()
            } else {
                let faces = files.iter().map(|file| self.face(file)).collect::<Result<Vec<_>, _>>()?;
                Typesetter::with(&faces).map_err(|error| error.to_string())?
            };
            self.typesetters.insert(files.to_vec(), typesetter);
        }
        Ok(self.typesetters.get_mut(files).expect("it is there or was just put there"))
    }

    /// How many units of `file` make an em.
    pub(crate) fn units_per_em(&mut self, file: &str) -> Result<f32, String> {
        let bytes = self.face(file)?.bytes;
        units_per_em(bytes).map(f32::from).ok_or_else(|| format!("`{file}` does not tell its units per em"))
    }

    /// Files stay in memory until the tool ends, as the shipped ones do.
    fn face(&mut self, file: &str) -> Result<Face, String> {
        if let Some(face) = self.faces.get(file) {
            return Ok(*face);
        }
        let path = self.folder.join(file);
        let bytes = fs::read(&path).map_err(|error| format!("font `{}`: {error}", path.display()))?;
        let name: &'static str = file.to_owned().leak();
        let face = Face { file: name, family: name, bold: false, bytes: bytes.leak(), sha256: "" };
        self.faces.insert(file.to_owned(), face);
        Ok(face)
    }
}

/// From the table `head`; of the first font, if the file is a collection.
fn units_per_em(file: &[u8]) -> Option<u16> {
    let long = |at: usize| Some(u32::from_be_bytes(*file.get(at..)?.first_chunk()?) as usize);
    let short = |at: usize| Some(u16::from_be_bytes(*file.get(at..)?.first_chunk()?));
    let font = if file.starts_with(b"ttcf") { long(12)? } else { 0 };
    let mut tables = (0..usize::from(short(font + 4)?)).map(|n| font + 12 + n * 16);
    let head = tables.find(|at| file.get(*at..at + 4) == Some(b"head"))?;
    short(long(head + 8)? + 18).filter(|units| *units > 0)
}
