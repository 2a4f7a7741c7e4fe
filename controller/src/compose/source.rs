//! One playlist file with its pictures.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use playlists::{Item, Picture, Pictures, Playlist, PlaylistPath, Screen};
use protocol::TextFile;
use render::Renderer;

use super::Fault;

/// More than any playlist or picture may have; read no further.
const FILE_LIMIT: u64 = 16 * 1024 * 1024;

/// One playlist file.
pub(super) struct Source {
    /// As the caller named it.
    pub(super) path: PathBuf,
    /// As the schedule names it.
    pub(super) name: PlaylistPath,
    text: String,
    pub(super) playlist: Playlist,
    pub(super) pictures: Pictures,
}

impl Source {
    pub(super) fn read(path: &Path, name: PlaylistPath, text: String) -> Result<Self, Vec<Fault>> {
        let playlist = Playlist::parse(&path.display().to_string(), &text)
            .map_err(|mistakes| mistakes.0.into_iter().map(Fault::Mistake).collect::<Vec<_>>())?;
        let folder = path.parent().unwrap_or(Path::new("."));
        let mut pictures = Pictures::new();
        let mut faults = Vec::new();
        for name in playlist.pictures() {
            match read_bounded(&folder.join(name.as_str())) {
                Ok(bytes) => drop(pictures.insert(name.clone(), Picture::new(bytes))),
                Err(cause) => {
                    faults.push(Fault::file(path, format!("picture `{name}` cannot be read: {cause}")));
                }
            }
        }
        let path = path.to_owned();
        if faults.is_empty() { Ok(Self { path, name, text, playlist, pictures }) } else { Err(faults) }
    }

    /// Everything that keeps it from being drawn on `screen`.
    pub(super) fn check(&self, screen: &Screen, renderer: &mut Renderer) -> Vec<Fault> {
        let fault = |item: &str, rule: String| Fault::Screen {
            screen: screen.id.to_string(),
            file: self.path.display().to_string(),
            item: item.to_owned(),
            rule,
        };
        let mut faults = Vec::new();
        for language in &screen.languages {
            if !self.playlist.languages.contains(language) {
                faults.push(fault(
                    "*",
                    format!("the screen shows `{language}`, the playlist has no `{language}`"),
                ));
            }
        }
        let items: &[Item] = if faults.is_empty() { &self.playlist.items } else { &[] };
        for item in items {
            for cause in renderer.check(screen, item, &self.pictures) {
                faults.push(fault(item.id.as_str(), cause.to_string()));
            }
        }
        faults
    }

    pub(super) fn written(&self) -> TextFile {
        TextFile { file: self.name.clone(), text: self.text.clone() }
    }
}

/// The text of a file.
pub(super) fn read_text(path: &Path) -> Result<String, Fault> {
    let bytes = read_bounded(path).map_err(|cause| Fault::file(path, format!("cannot be read: {cause}")))?;
    String::from_utf8(bytes).map_err(|_| Fault::file(path, "is not UTF-8 text"))
}

fn read_bounded(path: &Path) -> io::Result<Vec<u8>> {
    let length = fs::metadata(path)?.len();
    if length > FILE_LIMIT {
        let rule = format!("it has {length} bytes, at most {FILE_LIMIT} are allowed");
        return Err(io::Error::other(rule));
    }
    fs::read(path)
}
