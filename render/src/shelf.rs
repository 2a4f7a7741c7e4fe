//! Where scaled pictures wait for which there is no room in memory.

/// A place that is larger and slower than memory, such as a disk. Whatever comes back from it is compared with what was
/// put there before it is used: nobody else can put a picture on the wall through it.
pub trait Shelf: Send {
    /// Keeps `bytes`, or does not: then the picture is decoded again when it is needed.
    fn put(&mut self, name: &str, bytes: &[u8]);

    /// What was kept under that name.
    fn get(&mut self, name: &str) -> Option<Vec<u8>>;
}
