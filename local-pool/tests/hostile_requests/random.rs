//! The same on every run of a seed (SplitMix64).

pub struct Random(u64);

impl Random {
    /// The stream of one life of a run.
    pub fn of(seed: u64, life: u64) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ life.wrapping_mul(0xd134_2543_de82_ef95))
    }

    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    pub fn below(&mut self, end: usize) -> usize {
        usize::try_from(self.next() % end.max(1) as u64).unwrap()
    }

    /// True in so many of a hundred cases.
    pub fn percent(&mut self, cases: u64) -> bool {
        self.next() % 100 < cases
    }

    pub fn one_of<T: Clone>(&mut self, items: &[T]) -> T {
        items[self.below(items.len())].clone()
    }
}

/// The seed of the run.
pub fn seed() -> u64 {
    std::env::var("HOSTILE_SEED").ok().map_or(20_261_129, |text| text.parse().expect("HOSTILE_SEED is a number"))
}
