//! Says where a wall may break lines of text.
//!
//! Reads lines of JSON such as `{"id":"1","lang":"km","text":"…"}` and answers each with
//! `{"id":"1","breaks":[12,24]}`: the places in the UTF-8 text, in bytes, before which a new line may begin.
//!
//!     cargo run -p render --example breaks < lines.jsonl

#[expect(dead_code, reason = "each tool uses a part of it")]
mod support;

use std::{env, process::ExitCode};

use render::Typesetter;
use serde_json::json;
use support::answer_lines;

fn main() -> ExitCode {
    if env::args().len() > 1 {
        eprintln!("usage: breaks < LINES");
        return ExitCode::from(2);
    }
    let mut typesetter = Typesetter::default();
    answer_lines(|line| {
        let breaks = typesetter.breaks(&line.lang, &line.text);
        Ok(Some(json!({ "id": line.id, "breaks": breaks })))
    })
}
