//! Numbers that look random and are the same everywhere: `SplitMix64`.

pub struct Random(u64);

impl Random {
    pub const fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0xD1B5_4A32_D192_ED03))
    }

    pub const fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// One of `least..=most`.
    pub const fn within(&mut self, least: usize, most: usize) -> usize {
        least + ((self.next() >> 33) as usize) % (most - least + 1)
    }

    /// True once in `times`.
    pub const fn once_in(&mut self, times: usize) -> bool {
        self.within(1, times) == 1
    }

    pub fn one_of<T: Copy>(&mut self, all: &[T]) -> T {
        all[self.within(0, all.len() - 1)]
    }

    /// int8 of the whole range; the two ends only if `extreme`.
    pub fn fill(&mut self, to: &mut [i8], extreme: bool) {
        let mut bytes = 0;
        for (index, to) in to.iter_mut().enumerate() {
            if index % 8 == 0 {
                bytes = self.next();
            }
            let byte = bytes as i8;
            bytes >>= 8;
            *to = if !extreme {
                byte
            } else if byte < 0 {
                -128
            } else {
                127
            };
        }
    }
}
