//! From playlist files to bundles: reads them with their pictures, checks them against each screen, and says all
//! that is wrong at once.

use std::{
    collections::BTreeMap,
    fs, io,
    path::{Path, PathBuf},
};

use jiff::Timestamp;
use playlists::{Gates, Item, Picture, PicturePath, Pictures, Playlist, Screen, Validity};
use protocol::{Contents, FontFile, PlaylistFile, SignedBundle};
use render::Renderer;
use serde::Serialize;
use written::Mistake;

/// More than any playlist or picture may have; read no further.
const FILE_LIMIT: u64 = 16 * 1024 * 1024;

/// Playlist files with their pictures, read and free of mistakes in themselves.
pub(crate) struct Composition {
    sources: Vec<Source>,
}

/// One playlist file.
struct Source {
    /// As the caller named it.
    path: PathBuf,
    text: String,
    playlist: Playlist,
    pictures: Pictures,
}

/// Something that keeps content from being shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub(crate) enum Fault {
    /// In what is written.
    Mistake(Mistake),
    /// A file that cannot be read.
    File { file: String, rule: String },
    /// On one screen.
    Screen { screen: String, file: String, item: String, rule: String },
}

/// Everything that is wrong; never empty.
#[derive(Debug, thiserror::Error)]
pub(crate) struct Unpublishable(pub(crate) Vec<Fault>);

impl std::fmt::Display for Unpublishable {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let count = self.0.len();
        writeln!(f, "{count} {}:", if count == 1 { "mistake" } else { "mistakes" })?;
        let lines: Vec<String> = self.0.iter().map(ToString::to_string).collect();
        f.write_str(&lines.join("\n"))
    }
}

impl std::fmt::Display for Fault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Mistake(mistake) => mistake.fmt(f),
            Self::File { file, rule } => write!(f, "{file}: {rule}"),
            Self::Screen { screen, file, item, rule } => {
                write!(f, "{file}: item `{item}` on screen `{screen}`: {rule}")
            }
        }
    }
}

/// What a composition becomes for one screen.
pub(crate) struct Plan {
    pub(crate) version: u64,
    pub(crate) created: Timestamp,
    pub(crate) validity: Validity,
}

impl Composition {
    /// Reads playlist files and the pictures that they name.
    pub(crate) fn read(files: &[PathBuf]) -> Result<Self, Unpublishable> {
        let mut sources = Vec::new();
        let mut faults = Vec::new();
        for path in files {
            match Source::read(path) {
                Ok(source) => sources.push(source),
                Err(more) => faults.extend(more),
            }
        }
        if faults.is_empty() { Ok(Self { sources }) } else { Err(Unpublishable(faults)) }
    }

    /// Its playlists, with the names of their files.
    pub(crate) fn playlists(&self) -> impl Iterator<Item = (&Path, &Playlist)> {
        self.sources.iter().map(|source| (source.path.as_path(), &source.playlist))
    }

    /// All pictures, by path.
    pub(crate) fn pictures(&self) -> Pictures {
        self.sources.iter().flat_map(|source| source.pictures.clone()).collect()
    }

    /// Everything that keeps it from being shown on `screens`.
    pub(crate) fn check(&self, screens: &[&Screen], renderer: &mut Renderer) -> Result<(), Unpublishable> {
        let mut faults = self.clashing_pictures();
        for screen in screens {
            for source in &self.sources {
                faults.extend(source.check(screen, renderer));
            }
        }
        if faults.is_empty() { Ok(()) } else { Err(Unpublishable(faults)) }
    }

    /// The unsigned bundle for `screen`.
    pub(crate) fn draft(&self, screen: &Screen, plan: &Plan) -> Result<SignedBundle, Unpublishable> {
        let draft = SignedBundle::draft(&Contents {
            screen: screen.clone(),
            version: plan.version,
            created: plan.created,
            validity: plan.validity,
            playlists: self.sources.iter().map(Source::written).collect(),
            pictures: self.pictures(),
            fonts: fonts(),
        });
        let bytes = draft.to_bytes().len();
        if bytes > protocol::BUNDLE_LIMIT {
            let files: Vec<String> =
                self.sources.iter().map(|source| source.path.display().to_string()).collect();
            return Err(Unpublishable(vec![Fault::File {
                file: files.join(", "),
                rule: format!(
                    "texts and pictures make a bundle of {bytes} bytes, at most {} are allowed: use fewer or \
                     smaller pictures",
                    protocol::BUNDLE_LIMIT
                ),
            }]));
        }
        Ok(draft)
    }

    /// Two folders may each have their `images/map.png`; in one bundle a path can only mean one picture.
    fn clashing_pictures(&self) -> Vec<Fault> {
        let mut seen: BTreeMap<&PicturePath, (&Picture, &Path)> = BTreeMap::new();
        let mut faults = Vec::new();
        for source in &self.sources {
            for (path, picture) in &source.pictures {
                if let Some((other, first)) = seen.insert(path, (picture, &source.path))
                    && other.digest() != picture.digest()
                {
                    let rule = format!("picture `{path}` is another one than that of {}", first.display());
                    faults.push(Fault::File { file: source.path.display().to_string(), rule });
                }
            }
        }
        faults
    }
}

impl Source {
    fn read(path: &Path) -> Result<Self, Vec<Fault>> {
        let file = path.display().to_string();
        let fault = |rule: String| vec![Fault::File { file: file.clone(), rule }];
        let bytes = read_bounded(path).map_err(|cause| fault(format!("cannot be read: {cause}")))?;
        let text = String::from_utf8(bytes).map_err(|_| fault("is not UTF-8 text".to_owned()))?;
        let playlist = Playlist::parse(&file, &text)
            .map_err(|mistakes| mistakes.0.into_iter().map(Fault::Mistake).collect::<Vec<_>>())?;
        let folder = path.parent().unwrap_or(Path::new("."));
        let mut pictures = Pictures::new();
        let mut faults = Vec::new();
        for name in playlist.pictures() {
            match read_bounded(&folder.join(name.as_str())) {
                Ok(bytes) => drop(pictures.insert(name.clone(), Picture::new(bytes))),
                Err(cause) => faults.extend(fault(format!("picture `{name}` cannot be read: {cause}"))),
            }
        }
        if faults.is_empty() {
            Ok(Self { path: path.to_owned(), text, playlist, pictures })
        } else {
            Err(faults)
        }
    }

    fn check(&self, screen: &Screen, renderer: &mut Renderer) -> Vec<Fault> {
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

    fn written(&self) -> PlaylistFile {
        let name = self.path.file_name().unwrap_or_default().to_string_lossy();
        PlaylistFile { file: name.into_owned(), text: self.text.clone() }
    }
}

/// The screens that were asked for; all of them if none was.
pub(crate) fn chosen<'a>(
    gates: &'a Gates,
    wanted: &[playlists::ScreenId],
) -> anyhow::Result<Vec<&'a Screen>> {
    if wanted.is_empty() {
        return Ok(gates.screens.values().collect());
    }
    let known = || gates.screens.keys().map(ToString::to_string).collect::<Vec<_>>().join(", ");
    wanted
        .iter()
        .map(|id| {
            gates.screens.get(id).ok_or_else(|| {
                crate::failure::Usage(format!("there is no screen `{id}`; there are {}", known())).into()
            })
        })
        .collect()
}

/// The typefaces that this program draws with.
pub(crate) fn fonts() -> Vec<FontFile> {
    render::font_files().into_iter().map(FontFile::from).collect()
}

fn read_bounded(path: &Path) -> io::Result<Vec<u8>> {
    let length = fs::metadata(path)?.len();
    if length > FILE_LIMIT {
        let rule = format!("it has {length} bytes, at most {FILE_LIMIT} are allowed");
        return Err(io::Error::other(rule));
    }
    fs::read(path)
}
