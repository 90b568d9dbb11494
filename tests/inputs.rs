//! The inputs that the golden outputs are of.

/// Input `number` of that many bytes, as `given` of `fixtures/golden/make_golden.py`: the highest bytes of `SplitMix64`,
/// only the least and the greatest number in input 2.
#[must_use]
pub fn golden(number: u64, bytes: usize) -> Vec<u8> {
    let mut state = number;
    let next = || {
        state = state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let z = (state ^ (state >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        let [high, ..] = (z ^ (z >> 31)).to_be_bytes();
        match number {
            2 if high & 0x80 == 0 => 127,
            2 => 128,
            _ => high,
        }
    };
    std::iter::repeat_with(next).take(bytes).collect()
}
