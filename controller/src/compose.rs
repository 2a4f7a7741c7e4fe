//! From a schedule and playlist files to bundles: reads them with their pictures, checks them against each screen, and
//! says all that is wrong at once.

mod almanac;
mod fault;
mod source;

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

use jiff::Timestamp;
use playlists::{
    CalendarDays, Gates, LocalMoment, Picture, PicturePath, Pictures, Playlist, PlaylistPath, Programme,
    Schedule, Screen, Validity,
};
use protocol::{Contents, FontFile, SignedBundle, TextFile};
use render::Renderer;

use self::source::{Source, read_text};

pub(crate) use self::{
    almanac::Almanac,
    fault::{Fault, Unpublishable},
};

/// A schedule with its playlists and their pictures, read and free of mistakes in themselves.
pub(crate) struct Composition {
    timing: Timing,
    sources: Vec<Source>,
    almanac: Almanac,
    /// Those of the almanac that are asked for.
    calendars: CalendarDays,
}

/// The schedule, and how it travels.
struct Timing {
    /// Its file; none if nobody has written it.
    path: Option<PathBuf>,
    text: Option<TextFile>,
    schedule: Schedule,
}

/// What a composition becomes for one screen.
pub(crate) struct Plan {
    pub(crate) version: u64,
    pub(crate) created: Timestamp,
    pub(crate) validity: Validity,
}

impl Composition {
    /// Reads a schedule and the playlists that it names, or playlists alone: these play always, or until `until`. With
    /// them come the pictures that they name.
    pub(crate) fn read(files: &[PathBuf], until: Option<LocalMoment>) -> Result<Self, Unpublishable> {
        let mut faults = Vec::new();
        let mut texts = Vec::new();
        for path in files {
            match read_text(path) {
                Ok(text) => texts.push((path, text)),
                Err(fault) => faults.push(fault),
            }
        }
        if !faults.is_empty() {
            return Err(Unpublishable(faults));
        }
        let (timing, playlists) = match &texts[..] {
            [(path, text)] if Schedule::is_one(text) => Timing::read(path, text, until)?,
            _ => Timing::of_playlists(texts, until)?,
        };
        let mut sources = Vec::new();
        for (path, name, text) in playlists {
            match text.map_or_else(|| read_text(&path), Ok).map_err(|fault| vec![fault]) {
                Ok(text) => match Source::read(&path, name, text) {
                    Ok(source) => sources.push(source),
                    Err(more) => faults.extend(more),
                },
                Err(more) => faults.extend(more),
            }
        }
        let almanac = timing.almanac().unwrap_or_else(|more| {
            faults.extend(more);
            Almanac::shipped()
        });
        if !faults.is_empty() {
            return Err(Unpublishable(faults));
        }
        let of_rules = timing.schedule.rules.iter().map(|rule| &rule.when);
        let of_playlists = sources.iter().flat_map(|source| source.playlist.whens());
        let calendars = almanac.asked(of_rules.chain(of_playlists));
        Ok(Self { timing, sources, almanac, calendars })
    }

    /// Its playlists, with the names of their files.
    pub(crate) fn playlists(&self) -> impl Iterator<Item = (&Path, &Playlist)> {
        self.sources.iter().map(|source| (source.path.as_path(), &source.playlist))
    }

    /// Whether somebody has written a schedule.
    pub(crate) fn has_schedule(&self) -> bool {
        self.timing.path.is_some()
    }

    /// The calendars that its schedule may name.
    pub(crate) fn almanac(&self) -> &Almanac {
        &self.almanac
    }

    /// All pictures, by path.
    pub(crate) fn pictures(&self) -> Pictures {
        self.sources.iter().flat_map(|source| source.pictures.clone()).collect()
    }

    /// Everything that keeps it from being drawn on `screens`.
    pub(crate) fn check(&self, screens: &[&Screen], renderer: &mut Renderer) -> Result<(), Unpublishable> {
        let mut faults = self.clashing_pictures();
        for screen in screens {
            for source in self.sources_on(screen) {
                faults.extend(source.check(screen, renderer));
            }
        }
        if faults.is_empty() { Ok(()) } else { Err(Unpublishable(faults)) }
    }

    /// What `screen`, one of `gates`, will decide by.
    fn programme(
        &self,
        gates: &Gates,
        screen: &Screen,
        validity: Validity,
    ) -> Result<Programme, Unpublishable> {
        let playlists = self.sources_on(screen).map(|source| (source.name.clone(), source.playlist.clone()));
        let schedule = &self.timing.schedule;
        let programme =
            Programme::new(screen.clone(), validity, schedule, playlists.collect(), &self.calendars, &[]);
        let (mut faults, path) = (self.strangers(gates), self.path());
        if self.sources_on(screen).next().is_none() {
            faults.push(Fault::Schedule {
                screen: screen.id.to_string(),
                file: path.display().to_string(),
                line: None,
                rule: "no rule names it, and there is no default: nothing would play".to_owned(),
            });
        }
        match programme {
            Ok(programme) if faults.is_empty() => return Ok(programme),
            Ok(_) => {}
            Err(wrong) => faults.extend(wrong.iter().map(|wrong| Fault::schedule(screen, path, wrong))),
        }
        Err(Unpublishable(faults))
    }

    /// What all of `screens` will decide by, or all that keeps any of them from it.
    pub(crate) fn programmes(
        &self,
        gates: &Gates,
        screens: &[&Screen],
        validity: Validity,
    ) -> Result<Vec<Programme>, Unpublishable> {
        let (mut programmes, mut faults) = (Vec::new(), Vec::new());
        for screen in screens {
            match self.programme(gates, screen, validity) {
                Ok(programme) => programmes.push(programme),
                // A rule that names a stranger is wrong once, and not for every screen.
                Err(Unpublishable(more)) => {
                    more.into_iter().for_each(|fault| {
                        if !faults.contains(&fault) {
                            faults.push(fault);
                        }
                    });
                }
            }
        }
        if faults.is_empty() { Ok(programmes) } else { Err(Unpublishable(faults)) }
    }

    /// The unsigned bundle for `screen`, whose programme is fine.
    pub(crate) fn draft(&self, screen: &Screen, plan: &Plan) -> Result<SignedBundle, Unpublishable> {
        let draft = SignedBundle::draft(&Contents {
            screen: screen.clone(),
            version: plan.version,
            created: plan.created,
            validity: plan.validity,
            schedule: self.timing.text.clone(),
            playlists: self.sources_on(screen).map(Source::written).collect(),
            calendars: self.calendars.clone(),
            withdrawn: Vec::new(),
            pictures: self.sources_on(screen).flat_map(|source| source.pictures.clone()).collect(),
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

    /// The playlists that `screen` may show.
    fn sources_on(&self, screen: &Screen) -> impl Iterator<Item = &Source> {
        self.sources.iter().filter(|source| self.timing.schedule.names(&source.name, &screen.id))
    }

    /// What to name in a fault of the schedule.
    fn path(&self) -> &Path {
        let first = || self.sources.first().map_or(Path::new(""), |source| &source.path);
        self.timing.path.as_deref().unwrap_or_else(first)
    }

    /// Screens that rules name and that are not there, and groups of which they name a part.
    fn strangers(&self, gates: &Gates) -> Vec<Fault> {
        let mut faults = Vec::new();
        for rule in &self.timing.schedule.rules {
            let mut fault = |screen: &playlists::ScreenId, rule_text: String| {
                faults.push(Fault::Schedule {
                    screen: screen.to_string(),
                    file: self.path().display().to_string(),
                    line: rule.line,
                    rule: rule_text,
                });
            };
            for id in &rule.screens {
                let Some(screen) = gates.screens.get(id) else {
                    fault(id, "there is no such screen in the gates file".to_owned());
                    continue;
                };
                let missing = gates.screens.values().find(|other| {
                    screen.sync.is_some() && other.sync == screen.sync && !rule.screens.contains(&other.id)
                });
                if let Some(other) = missing {
                    let rule =
                        format!("screens of a group show the same: `{}` is missing in the rule", other.id);
                    fault(id, rule);
                }
            }
        }
        faults
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
                    faults.push(Fault::file(&source.path, rule));
                }
            }
        }
        faults
    }
}

/// Where a playlist lies, how it is named, and its text if it was read already.
type Named = (PathBuf, PlaylistPath, Option<String>);

impl Timing {
    fn read(
        path: &Path,
        text: &str,
        until: Option<LocalMoment>,
    ) -> Result<(Self, Vec<Named>), Unpublishable> {
        if until.is_some() {
            let rule = "is a schedule: it says itself when what ends; --until is for playlists alone";
            return Err(Unpublishable(vec![Fault::file(path, rule)]));
        }
        let schedule = Schedule::parse(&path.display().to_string(), text)
            .map_err(|mistakes| Unpublishable(mistakes.0.into_iter().map(Fault::Mistake).collect()))?;
        let folder = path.parent().unwrap_or(Path::new("."));
        let named = |name: &PlaylistPath| (folder.join(name.as_str()), name.clone(), None);
        let playlists = schedule.playlists().into_iter().map(named).collect();
        let file = name_of(path).map_err(|fault| Unpublishable(vec![fault]))?;
        let text = Some(TextFile { file, text: text.to_owned() });
        Ok((Self { path: Some(path.to_owned()), text, schedule }, playlists))
    }

    /// The calendars that it may name.
    fn almanac(&self) -> Result<Almanac, Vec<Fault>> {
        Almanac::read(self.path.as_deref().unwrap_or(Path::new("")), &self.schedule.calendars)
    }

    fn of_playlists(
        texts: Vec<(&PathBuf, String)>,
        until: Option<LocalMoment>,
    ) -> Result<(Self, Vec<Named>), Unpublishable> {
        let mut faults = Vec::new();
        let mut playlists: Vec<Named> = Vec::new();
        for (path, text) in texts {
            let is_schedule = Schedule::is_one(&text);
            match name_of(path) {
                _ if is_schedule => {
                    let rule = "is a schedule, which names its playlists itself: give it alone";
                    faults.push(Fault::file(path, rule));
                }
                Err(fault) => faults.push(fault),
                Ok(name) if playlists.iter().any(|(_, other, _)| *other == name) => {
                    let rule =
                        format!("another playlist is called `{name}`, too: give one of them another name");
                    faults.push(Fault::file(path, rule));
                }
                Ok(name) => playlists.push((path.clone(), name, Some(text))),
            }
        }
        if !faults.is_empty() {
            return Err(Unpublishable(faults));
        }
        let mut schedule = Schedule::of_playlists(playlists.iter().map(|(_, name, _)| name.clone()));
        let text = until.map(|until| {
            schedule.rules.iter_mut().for_each(|rule| rule.when.until = Some(until));
            let rule =
                |name: &PlaylistPath| format!("\n[[rule]]\nplaylist = \"{name}\"\nuntil = \"{until}\"\n");
            let rules: String = playlists.iter().map(|(_, name, _)| rule(name)).collect();
            let file = PlaylistPath::parse("until.toml").expect("it is a file's name");
            TextFile { file, text: format!("[schedule]\nname = \"until {until}\"\n{rules}") }
        });
        Ok((Self { path: None, text, schedule }, playlists))
    }
}

/// A file's own name, as it is known in a bundle.
fn name_of(path: &Path) -> Result<PlaylistPath, Fault> {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    PlaylistPath::parse(&name).map_err(|bad| Fault::file(path, format!("its name {}", bad.rule)))
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
