//! A digest of a result's bits, to compare results between machines at a glance.

use core::fmt;

/// 64-bit FNV-1a over bytes; numbers go in as their little-endian bytes.
///
/// [Fowler, Noll, Vo; RFC 9923]. It tells whether two results differ, not who made them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Digest(u64);

impl Default for Digest {
    fn default() -> Self {
        Self(0xCBF2_9CE4_8422_2325)
    }
}

impl Digest {
    /// The digest so far.
    #[must_use]
    pub const fn value(self) -> u64 {
        self.0
    }

    /// Takes bytes in.
    #[must_use]
    pub fn bytes(self, bytes: &[u8]) -> Self {
        Self(bytes.iter().fold(self.0, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01B3)))
    }

    /// Takes in a number's bits.
    #[must_use]
    pub fn number(self, number: f64) -> Self {
        self.bytes(&number.to_bits().to_le_bytes())
    }

    /// Takes in a count.
    #[must_use]
    pub fn count(self, count: u64) -> Self {
        self.bytes(&count.to_le_bytes())
    }

    /// Takes in whether something is known, as a byte.
    #[must_use]
    pub fn known(self, known: bool) -> Self {
        self.bytes(&[u8::from(known)])
    }
}

/// Sixteen hexadecimal digits.
impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:016x}", self.0)
    }
}

#[cfg(feature = "serde")]
impl serde::Serialize for Digest {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_fnv_1a_with_its_published_vectors() {
        for (bytes, hash) in
            [("", 0xCBF2_9CE4_8422_2325), ("a", 0xAF63_DC4C_8601_EC8C), ("foobar", 0x8594_4171_F739_67E8_u64)]
        {
            assert_eq!(Digest::default().bytes(bytes.as_bytes()).value(), hash, "{bytes}");
        }
    }
}
