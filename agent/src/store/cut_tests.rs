//! The power fails before every operation of an update; whatever the disk may have left then starts an agent.

use std::{collections::BTreeSet, ops::ControlFlow};

use bytes::Bytes;

use super::{
    files::NewFile,
    simulated::{Content, Platter, SimulatedDisk},
    *,
};
use crate::state::{
    Action, Event,
    tests::{agent_with, bundle, noon},
};

/// An update that is cut off at every operation.
struct Update {
    before: Content,
    /// What was on air before it; what comes.
    on_air: Option<u64>,
    comes: Option<u64>,
    /// The highest that was ever on air before it.
    floor: Option<u64>,
}

/// What was tried.
#[derive(Debug, Default)]
struct Tried {
    operations: usize,
    survivors: usize,
}

/// In which order a wrong store does it.
#[derive(Debug, Clone, Copy)]
enum Wrong {
    /// A file gets its name before its content is safe.
    NoSync,
    NoSyncOfFolder,
    InPlace,
}

#[derive(Debug)]
struct WrongDisk(SimulatedDisk, Wrong);

impl Files for WrongDisk {
    fn names(&self) -> io::Result<Vec<String>> {
        self.0.names()
    }

    fn read(&self, name: &str) -> io::Result<Vec<u8>> {
        self.0.read(name)
    }

    fn create(&self, name: &str) -> io::Result<Box<dyn NewFile>> {
        match self.1 {
            Wrong::NoSync => Ok(Box::new(NeverSynced(self.0.create(name)?))),
            Wrong::NoSyncOfFolder => self.0.create(name),
            Wrong::InPlace => self.0.create(name.strip_suffix(UNFINISHED).unwrap()),
        }
    }

    fn rename(&self, from: &str, to: &str) -> io::Result<()> {
        match self.1 {
            Wrong::NoSync | Wrong::NoSyncOfFolder => self.0.rename(from, to),
            Wrong::InPlace => Ok(()),
        }
    }

    fn remove(&self, name: &str) -> io::Result<()> {
        self.0.remove(name)
    }

    fn sync_folder(&self) -> io::Result<()> {
        match self.1 {
            Wrong::NoSync | Wrong::InPlace => self.0.sync_folder(),
            Wrong::NoSyncOfFolder => Ok(()),
        }
    }
}

struct NeverSynced(Box<dyn NewFile>);

impl io::Write for NeverSynced {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

impl NewFile for NeverSynced {
    fn sync(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn floors(version: u64, time: &str) -> Floors {
    let signed = agent_with(Floors::default()).resume(&[bundle(version)], &noon()).unwrap();
    let reference = signed.bundle.reference();
    Floors { bundle: Some(reference), time: Some(time.parse().unwrap()), doubted: false }
}

fn json(floors: &Floors) -> Vec<u8> {
    serde_json::to_vec(floors).unwrap()
}

fn content(files: &[(&str, Vec<u8>)]) -> Content {
    files.iter().map(|(name, bytes)| ((*name).to_owned(), bytes.clone())).collect()
}

const EARLIER: &str = "2026-11-24T04:00:00Z";
const LATER: &str = "2026-11-24T10:00:00Z";

/// Version 2 is on air, 3 comes.
fn ordinary() -> Update {
    let before = content(&[
        (CURRENT, bundle(2).to_vec()),
        (PREVIOUS, bundle(1).to_vec()),
        (FLOORS, json(&floors(2, EARLIER))),
    ]);
    Update { before, on_air: Some(2), comes: Some(3), floor: Some(2) }
}

/// Version 2 is damaged, so 1 is on air.
fn after_damage() -> Update {
    let mut update = ordinary();
    update.before.get_mut(CURRENT).unwrap().truncate(99);
    Update { on_air: Some(1), ..update }
}

/// Nothing but bundles, as after somebody removed the floors by hand.
fn without_floors() -> Update {
    let mut update = ordinary();
    update.before.remove(FLOORS);
    update
}

fn first_ever() -> Update {
    Update { before: Content::new(), on_air: None, comes: Some(1), floor: None }
}

fn floors_alone() -> Update {
    Update { comes: None, ..ordinary() }
}

impl Update {
    fn run(&self, store: &Store) {
        let on_air = self.on_air.map(bundle);
        match self.comes {
            Some(version) => {
                store.keep(&bundle(version), on_air.as_deref(), &floors(version, LATER)).unwrap();
            }
            None => store.keep_floors(&floors(2, LATER)).unwrap(),
        }
    }

    /// Cuts the power after the last operation and before every one; says what went wrong first.
    fn is_cut(&self, on: impl Fn(SimulatedDisk) -> Box<dyn Files>) -> Result<Tried, String> {
        let disk = SimulatedDisk::holding(&self.before);
        self.run(&Store::of(on(disk.clone())));
        let history = disk.history();
        let mut tried = Tried { operations: history.len() - 1, survivors: 0 };
        for (number, platter) in history.iter().enumerate().rev() {
            let finished = number == tried.operations;
            tried.survivors += self
                .survives(platter, finished)
                .map_err(|fault| format!("cut before operation {number}: {fault}"))?;
        }
        Ok(tried)
    }

    fn survives(&self, platter: &Platter, finished: bool) -> Result<usize, String> {
        let mut seen = BTreeSet::new();
        let mut fault = None;
        let _ = platter.survivors(&mut |left| {
            if !seen.insert(left.clone()) {
                return ControlFlow::Continue(());
            }
            match self.starts(&left, finished) {
                Ok(()) => ControlFlow::Continue(()),
                Err(found) => {
                    fault = Some(found);
                    ControlFlow::Break(())
                }
            }
        });
        fault.map_or(Ok(seen.len()), Err)
    }

    /// An agent on what is left.
    fn starts(&self, left: &Content, finished: bool) -> Result<(), String> {
        let disk = SimulatedDisk::holding(left);
        let store = Store::of(Box::new(disk.clone()));
        if let Some(name) =
            disk.content().keys().find(|name| ![CURRENT, PREVIOUS, FLOORS].contains(&&***name))
        {
            return Err(format!("{name} is left"));
        }
        let floors = store.floors();
        let mut state = agent_with(floors);
        let stored: Vec<Bytes> = store.bundles().into_iter().map(|(_, read)| read.unwrap().into()).collect();
        let shown = state.resume(&stored, &noon());
        let version = shown.as_ref().map(|shown| shown.bundle.reference().version);
        let whole = shown.as_ref().is_none_or(|shown| Some(&shown.bytes) == version.map(bundle).as_ref());
        let new = self.comes.or(self.on_air);
        if !whole || version != new && (finished || version != self.on_air) {
            return Err(format!("{version:?} is on air, it was {:?}, and {new:?} comes", self.on_air));
        }
        let passed = if finished { Some(LATER) } else { self.before.get(FLOORS).map(|_| EARLIER) };
        if floors.time < passed.map(|passed| passed.parse().unwrap()) {
            return Err(format!("the time floor fell to {:?}", floors.time));
        }
        let floor = if finished { new.max(self.floor) } else { self.floor };
        let mut taken_up = |version| {
            let actions = state.handle(Event::Desired(bundle(version)), &noon());
            matches!(actions[..], [Action::Rehearse(_)])
        };
        if let Some(older) = (1..floor.unwrap_or(1)).find(|older| taken_up(*older)) {
            return Err(format!("{older} is taken up, {floor:?} was on air"));
        }
        match self.comes {
            Some(comes) if version != Some(comes) && !taken_up(comes) => {
                Err(format!("{comes} is not taken up"))
            }
            Some(_) | None => Ok(()),
        }
    }
}

#[test]
fn a_power_cut_leaves_the_old_or_the_new_bundle_whole() {
    for (name, update) in [
        ("ordinary", ordinary()),
        ("without floors", without_floors()),
        ("first ever", first_ever()),
        ("after damage", after_damage()),
        ("floors alone", floors_alone()),
    ] {
        let tried = update.is_cut(|disk| Box::new(disk)).unwrap_or_else(|fault| panic!("{name}: {fault}"));
        println!("{name}: {tried:?}");
        assert!(tried.operations >= 6 && tried.survivors > 2 * tried.operations, "{name}: {tried:?}");
    }
}

#[test]
fn a_wrong_store_is_found_out() {
    let mut damaged = after_damage();
    damaged.before.remove(FLOORS);
    let wrong = |update: Update, wrong| update.is_cut(|disk| Box::new(WrongDisk(disk, wrong))).unwrap_err();
    for (fault, expected) in [
        (wrong(ordinary(), Wrong::NoSync), "None is on air, it was Some(2)"),
        (wrong(first_ever(), Wrong::NoSync), "None is on air"),
        (wrong(ordinary(), Wrong::NoSyncOfFolder), "Some(2) is on air"),
        (wrong(damaged, Wrong::InPlace), "None is on air, it was Some(1)"),
        (wrong(floors_alone(), Wrong::InPlace), "the time floor fell to None"),
    ] {
        assert!(fault.contains(expected), "{fault}");
    }
}
