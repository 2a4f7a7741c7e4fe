//! Chance that is the same in every run.

/// SplitMix64: small, and good enough to throw stones at a gate.
pub(super) struct Dice(u64);

impl Dice {
    pub(super) fn new(seed: u64) -> Self {
        Self(seed)
    }

    fn roll(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// `from <= it < until`.
    pub(super) fn between(&mut self, from: i64, until: i64) -> i64 {
        from + i64::try_from(self.roll() % u64::try_from(until - from).unwrap()).unwrap()
    }

    pub(super) fn happens(&mut self, per_cent: i64) -> bool {
        self.between(0, 100) < per_cent
    }

    /// How long until something that happens every `mean` on average, and remembers nothing.
    pub(super) fn wait(&mut self, mean: i64) -> i64 {
        let share = (self.roll() >> 11) as f64 / (1_u64 << 53) as f64;
        (-(1.0 - share).ln() * mean as f64) as i64 + 1
    }

    pub(super) fn one_of<T: Copy>(&mut self, things: &[T]) -> T {
        things[usize::try_from(self.between(0, i64::try_from(things.len()).unwrap())).unwrap()]
    }

    pub(super) fn bytes(&mut self) -> [u8; 16] {
        u128::from(self.roll()).wrapping_mul(u128::from(self.roll())).to_le_bytes()
    }
}
