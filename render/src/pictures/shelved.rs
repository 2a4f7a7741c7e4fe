//! What lies on the shelf, and how to tell that it is still the same.

use playlists::Digest;

use super::{Key, Scaled};
use crate::{Shelf, areas::Area};

/// Bytes on the shelf at most.
const MOST_BYTES: usize = 64 << 20;

/// The pictures that are on a shelf. Those that move stay in memory or are decoded again.
pub(super) struct Shelved {
    shelf: Box<dyn Shelf>,
    known: Vec<Known>,
    /// How many were ever put there, so that no two have one name.
    count: usize,
}

struct Known {
    key: Key,
    area: Area,
    name: String,
    bytes: usize,
    /// In memory, where nobody reaches it: a file on a disk can be exchanged, and its digest beside it too.
    digest: Digest,
}

impl Shelved {
    pub(super) fn on(shelf: Box<dyn Shelf>) -> Self {
        Self { shelf, known: Vec::new(), count: 0 }
    }

    /// Puts a picture there for which there is no more room.
    pub(super) fn put(&mut self, key: Key, picture: &Scaled) {
        let pixels = picture.frame(0);
        let taken: usize = self.known.iter().map(|known| known.bytes).sum();
        let known = self.known.iter().any(|known| known.key == key);
        if known || picture.moves() || taken + pixels.len() > MOST_BYTES {
            return;
        }
        let Area { width, height, .. } = picture.area;
        let name = format!("{}-{width}x{height}-{}", key.digest, self.count);
        self.count += 1;
        self.shelf.put(&name, pixels);
        let (area, bytes, digest) = (picture.area, pixels.len(), Digest::of(pixels));
        self.known.push(Known { key, area, name, bytes, digest });
    }

    /// The picture of that key, if it is there and is still what it was.
    pub(super) fn get(&mut self, key: &Key) -> Option<Scaled> {
        let place = self.known.iter().position(|known| known.key == *key)?;
        let known = &self.known[place];
        let pixels = self.shelf.get(&known.name).filter(|pixels| Digest::of(pixels) == known.digest);
        if pixels.is_none() {
            self.known.remove(place);
            return None;
        }
        pixels.map(|pixels| Scaled::still(known.area, pixels))
    }
}

#[cfg(test)]
mod tests {
    use std::{
        collections::BTreeMap,
        sync::{Arc, Mutex},
    };

    use playlists::{Digest, Fit, Focus};

    use super::{Key, Scaled, Shelved};
    use crate::{Shelf, areas::Area, pictures::Framing};

    /// A shelf that a test can reach as well.
    #[derive(Clone, Default)]
    struct Open(Arc<Mutex<BTreeMap<String, Vec<u8>>>>);

    impl Shelf for Open {
        fn put(&mut self, name: &str, bytes: &[u8]) {
            self.0.lock().expect("no test has panicked").insert(name.to_owned(), bytes.to_owned());
        }

        fn get(&mut self, name: &str) -> Option<Vec<u8>> {
            self.0.lock().expect("no test has panicked").get(name).cloned()
        }
    }

    const AREA: Area = Area { x: 3, y: 4, width: 2, height: 1 };

    fn key(file: &[u8]) -> Key {
        let framing = Framing { area: AREA, fit: Fit::Cover, focus: Focus::MIDDLE, background: [0; 3] };
        Key { digest: Digest::of(file), framing }
    }

    #[test]
    fn a_picture_comes_back_as_it_was_or_not_at_all() {
        let open = Open::default();
        let mut shelved = Shelved::on(Box::new(open.clone()));
        for file in [b"a", b"b"] {
            shelved.put(key(file), &Scaled::still(AREA, vec![file[0]; 6]));
            shelved.put(key(file), &Scaled::still(AREA, vec![0; 6]));
        }
        let back = shelved.get(&key(b"a")).expect("it is there");
        assert_eq!((back.area, back.frame(0)), (AREA, &[b'a'; 6][..]));
        assert!(shelved.get(&key(b"c")).is_none(), "never put there");

        for bytes in open.0.lock().expect("no test has panicked").values_mut() {
            bytes[5] ^= 1;
        }
        assert!(shelved.get(&key(b"a")).is_none(), "somebody has changed it");
        shelved.put(key(b"a"), &Scaled::still(AREA, vec![7; 6]));
        assert_eq!(shelved.get(&key(b"a")).map(|back| back.frame(0).to_vec()), Some(vec![7; 6]));
        open.0.lock().expect("no test has panicked").clear();
        assert!(shelved.get(&key(b"a")).is_none(), "the disk was cleared");
    }

    #[test]
    fn the_shelf_is_bounded() {
        let open = Open::default();
        let mut shelved = Shelved::on(Box::new(open.clone()));
        for number in 0..5u8 {
            shelved.put(key(&[number]), &Scaled::still(AREA, vec![number; 15 << 20]));
        }
        assert_eq!(open.0.lock().expect("no test has panicked").len(), 4);
    }
}
