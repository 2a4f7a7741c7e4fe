//! A disk that loses power: what was not synced may be there, not there or partly there.

use std::{
    collections::{BTreeMap, BTreeSet},
    io::{self, Write},
    ops::ControlFlow,
    sync::{Arc, Mutex, MutexGuard},
};

use super::files::{Files, NewFile};

/// What lies on a disk, by name.
pub(super) type Content = BTreeMap<String, Vec<u8>>;

/// The same by number: under two names, a file is one file.
type Torn = BTreeMap<usize, Vec<u8>>;

/// Files are torn at multiples of this.
const BLOCK: usize = 128;

/// Up to so many blocks, every combination of written and unwritten ones is tried.
const ALL_COMBINATIONS: usize = 5;

/// The disk. Clones are the same one.
#[derive(Debug, Clone, Default)]
pub(super) struct SimulatedDisk(Arc<Mutex<Machine>>);

#[derive(Debug, Default)]
struct Machine {
    platter: Platter,
    /// As it was before every operation.
    history: Vec<Platter>,
}

/// What is safe, and what a power cut may take.
#[derive(Debug, Clone, Default)]
pub(super) struct Platter {
    files: Vec<File>,
    names: BTreeMap<String, usize>,
    safe_names: BTreeMap<String, usize>,
    /// Since the folder was synced.
    renamed: Vec<Change>,
}

#[derive(Debug, Clone, Default)]
struct File {
    now: Vec<u8>,
    safe: Vec<u8>,
}

#[derive(Debug, Clone)]
enum Change {
    Create { name: String, file: usize },
    Rename { from: String, to: String, file: usize },
    Remove { name: String, file: usize },
}

impl SimulatedDisk {
    pub(super) fn holding(content: &Content) -> Self {
        let disk = Self::default();
        {
            let platter = &mut disk.machine().platter;
            for (name, bytes) in content {
                platter.names.insert(name.clone(), platter.files.len());
                platter.files.push(File { now: bytes.clone(), safe: bytes.clone() });
            }
            platter.safe_names = platter.names.clone();
        }
        disk
    }

    /// As it was before every operation since the last call, and as it is.
    pub(super) fn history(&self) -> Vec<Platter> {
        let mut machine = self.machine();
        let mut history = std::mem::take(&mut machine.history);
        history.push(machine.platter.clone());
        history
    }

    /// Changes what lies there behind the system's back.
    pub(super) fn put(&self, content: &Content) {
        let fresh = Self::holding(content);
        self.machine().platter = fresh.machine().platter.clone();
    }

    /// As the running system sees it.
    pub(super) fn content(&self) -> Content {
        let Platter { files, names, .. } = &self.machine().platter;
        names.iter().map(|(name, file)| (name.clone(), files[*file].now.clone())).collect()
    }

    fn machine(&self) -> MutexGuard<'_, Machine> {
        self.0.lock().unwrap()
    }

    fn begin(&self) -> MutexGuard<'_, Machine> {
        let mut machine = self.machine();
        let before = machine.platter.clone();
        machine.history.push(before);
        machine
    }
}

impl Files for SimulatedDisk {
    fn names(&self) -> io::Result<Vec<String>> {
        Ok(self.begin().platter.names.keys().cloned().collect())
    }

    fn read(&self, name: &str) -> io::Result<Vec<u8>> {
        let Platter { files, names, .. } = &self.begin().platter;
        names.get(name).map(|file| files[*file].now.clone()).ok_or_else(|| io::ErrorKind::NotFound.into())
    }

    fn create(&self, name: &str) -> io::Result<Box<dyn NewFile>> {
        let platter = &mut self.begin().platter;
        let file = match platter.names.get(name) {
            // The same file is cut to nothing, as the system does it.
            Some(file) => *file,
            None => {
                let file = platter.files.len();
                platter.files.push(File::default());
                platter.names.insert(name.to_owned(), file);
                platter.renamed.push(Change::Create { name: name.to_owned(), file });
                file
            }
        };
        platter.files[file].now.clear();
        Ok(Box::new(Writing { disk: self.clone(), file }))
    }

    fn rename(&self, from: &str, to: &str) -> io::Result<()> {
        let platter = &mut self.begin().platter;
        let file = platter.names.remove(from).ok_or(io::ErrorKind::NotFound)?;
        platter.names.insert(to.to_owned(), file);
        platter.renamed.push(Change::Rename { from: from.to_owned(), to: to.to_owned(), file });
        Ok(())
    }

    fn remove(&self, name: &str) -> io::Result<()> {
        let platter = &mut self.begin().platter;
        let file = platter.names.remove(name).ok_or(io::ErrorKind::NotFound)?;
        platter.renamed.push(Change::Remove { name: name.to_owned(), file });
        Ok(())
    }

    fn sync_folder(&self) -> io::Result<()> {
        let platter = &mut self.begin().platter;
        platter.safe_names = platter.names.clone();
        platter.renamed.clear();
        Ok(())
    }
}

struct Writing {
    disk: SimulatedDisk,
    file: usize,
}

impl Write for Writing {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.disk.begin().platter.files[self.file].now.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl NewFile for Writing {
    fn sync(&mut self) -> io::Result<()> {
        let file = &mut self.disk.begin().platter.files[self.file];
        file.safe = file.now.clone();
        Ok(())
    }
}

impl Platter {
    /// All that can be left after a power cut now: names and contents each in any combination.
    pub(super) fn survivors(&self, visit: &mut dyn FnMut(Content) -> ControlFlow<()>) -> ControlFlow<()> {
        let mut seen = BTreeSet::new();
        self.names_left(&self.safe_names, &self.renamed, &mut |names| {
            if !seen.insert(names.clone()) {
                return ControlFlow::Continue(());
            }
            let torn: BTreeSet<usize> = names.values().copied().collect();
            let torn: Vec<usize> = torn.into_iter().collect();
            self.contents_left(&torn, &mut Torn::new(), &mut |contents| {
                visit(names.iter().map(|(name, file)| (name.clone(), contents[file].clone())).collect())
            })
        })
    }

    fn names_left(
        &self,
        names: &BTreeMap<String, usize>,
        changes: &[Change],
        visit: &mut dyn FnMut(BTreeMap<String, usize>) -> ControlFlow<()>,
    ) -> ControlFlow<()> {
        let Some((change, rest)) = changes.split_first() else { return visit(names.clone()) };
        self.names_left(names, rest, visit)?;
        let mut done = names.clone();
        match change {
            Change::Create { name, file } => {
                done.insert(name.clone(), *file);
            }
            Change::Rename { from, to, file } => {
                done.insert(to.clone(), *file);
                // Under both names.
                self.names_left(&done, rest, visit)?;
                done.retain(|name, there| name != from || there != file);
            }
            Change::Remove { name, file } => done.retain(|there, of| there != name || of != file),
        }
        self.names_left(&done, rest, visit)
    }

    fn contents_left(
        &self,
        files: &[usize],
        contents: &mut Torn,
        visit: &mut dyn FnMut(&Torn) -> ControlFlow<()>,
    ) -> ControlFlow<()> {
        let Some((file, rest)) = files.split_first() else { return visit(contents) };
        for left in self.files[*file].left() {
            contents.insert(*file, left);
            self.contents_left(rest, contents, visit)?;
        }
        ControlFlow::Continue(())
    }
}

impl File {
    /// What a cut may leave of it: every block new, old, or never written (zeros, or what lay there before).
    fn left(&self) -> BTreeSet<Vec<u8>> {
        if self.now == self.safe {
            return BTreeSet::from([self.now.clone()]);
        }
        let blocks = self.now.len().div_ceil(BLOCK);
        let mut left = BTreeSet::from([self.now.clone(), self.safe.clone(), Vec::new()]);
        for written in combinations(blocks) {
            for unwritten in [0, 0xa5] {
                let mut torn = self.now.clone();
                for (at, byte) in torn.iter_mut().enumerate().filter(|(at, _)| !written[at / BLOCK]) {
                    *byte = self.safe.get(at).copied().unwrap_or(unwritten);
                }
                let end = written.iter().rposition(|written| *written).map_or(0, |last| (last + 1) * BLOCK);
                left.insert(torn[..end.min(torn.len())].to_vec());
                left.insert(torn);
            }
        }
        left
    }
}

/// Which blocks were written: all combinations of a few; of many, beginnings, ends, holes and single ones.
fn combinations(blocks: usize) -> Vec<Vec<bool>> {
    let of = |written: &dyn Fn(usize) -> bool| (0..blocks).map(written).collect::<Vec<_>>();
    if blocks <= ALL_COMBINATIONS {
        return (0..1 << blocks).map(|mask| of(&|block| mask >> block & 1 == 1)).collect();
    }
    let of_cut = |cut| [of(&|at| at < cut), of(&|at| at >= cut), of(&|at| at != cut), of(&|at| at == cut)];
    (0..blocks).flat_map(of_cut).collect()
}
