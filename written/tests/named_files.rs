//! Files that name files: where their paths begin, and whose mistakes are told where.

#![allow(clippy::unwrap_used, reason = "what fails here fails the test")]

use std::path::Path;

use written::{InvalidFile, Mistakes, Report, Table, Told, read_file, read_toml};

/// A disk with three files.
fn read_text(path: impl AsRef<Path>) -> Result<String, std::io::Error> {
    match path.as_ref().to_str() {
        Some("etc/good.toml") => Ok("size = 'small'".to_owned()),
        Some("etc/bad.toml") => Ok("size = 1\ncolour = 'red'".to_owned()),
        Some("etc/both.toml") => Ok("one = 'bad.toml'\ntwo = 'good.toml'\nthree = 3".to_owned()),
        _ => Err(std::io::ErrorKind::NotFound.into()),
    }
}

fn read_part(file: &str, text: &str) -> Result<String, Mistakes> {
    read_toml(file, text, |report, mut root| {
        let size = root.require(report, "size", "how large it is").and_then(|entry| entry.string(report));
        root.finish(report)?;
        Ok(size?.to_owned())
    })
}

/// The reader of `one` goes on as if nothing had happened.
fn read(report: &mut Report<'_>, mut root: Table<'_>) -> Result<Vec<String>, Told> {
    let one = root.take("one").and_then(|entry| entry.parse_file(report, read_text, read_part).ok());
    let two = root.require(report, "two", "a file").and_then(|entry| {
        assert_eq!(entry.path(report).ok(), Some(Path::new("etc").join(entry.string(report)?)));
        entry.parse_file(report, read_text, read_part)
    });
    root.finish(report)?;
    Ok(one.into_iter().chain([two?]).collect())
}

#[track_caller]
fn check(text: &str, expected: Result<&[&str], &[&str]>) {
    let read = read_toml("etc/a.toml", text, read).map_err(|mistakes| mistakes.to_string());
    let lines = |lines: &[&str]| lines.join("\n");
    assert_eq!(read.map(|sizes| sizes.join("\n")), expected.map(lines).map_err(lines));
}

#[test]
fn mistakes_of_named_files_come_after_those_of_the_file() {
    check("two = 'good.toml'", Ok(&["small"]));
    check("two = 'none.toml'", Err(&["etc/a.toml:1:7: two: `none.toml`: cannot be read: entity not found"]));
    check(
        "two = 'bad.toml'\npasswords = 'hunter2'",
        Err(&[
            "etc/a.toml:2:1: passwords: is an unknown key; known are: one, two",
            "etc/bad.toml:1:8: size: `1`: is written in quotes",
            "etc/bad.toml:2:1: colour: `red`: is an unknown key; known are: size",
        ]),
    );
    // Whoever forgets that something was told gets nothing all the same.
    check(
        "one = 'bad.toml'\ntwo = 'good.toml'",
        Err(&[
            "etc/bad.toml:1:8: size: `1`: is written in quotes",
            "etc/bad.toml:2:1: colour: `red`: is an unknown key; known are: size",
        ]),
    );
}

#[test]
fn a_whole_file_is_read_or_says_why_not() {
    let Err(InvalidFile::Mistakes(mistakes)) = read_file(Path::new("etc/both.toml"), read_text, read) else {
        panic!("mistakes are told")
    };
    assert_eq!(mistakes.0.len(), 3, "{mistakes}");
    assert_eq!(
        mistakes.0[0].to_string(),
        "etc/both.toml:3:1: three: `3`: is an unknown key; known are: one, two"
    );

    let absent = read_file(Path::new("etc/absent.toml"), read_text, read).unwrap_err();
    assert_eq!(absent.to_string(), "`etc/absent.toml` cannot be read");
    assert_eq!(std::error::Error::source(&absent).unwrap().to_string(), "entity not found");
}
