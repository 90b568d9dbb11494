//! The same bytes as another type: what weights in a file and tensors in an arena need.

use crate::kernel::arena::{SLOT_WORDS, Slot};

/// Numbers of which any bits are a value, without padding.
///
/// # Safety
/// Every pattern of bits must be a value of the type, and the type must have no padding.
pub(crate) unsafe trait Bits: Copy {}

// SAFETY: any 16 bits are an `i16`.
unsafe impl Bits for i16 {}
// SAFETY: two `i32` in a row (`repr(C)`), of which any bits are a value; its private limits are for results, not safety.
unsafe impl Bits for crate::kernel::Requantizer {}

/// Bytes as signed numbers.
#[must_use]
pub(crate) const fn signed(bytes: &[u8]) -> &[i8] {
    // SAFETY: `u8` and `i8` have the same size and alignment, and any bits are a value of both.
    unsafe { core::slice::from_raw_parts(bytes.as_ptr().cast(), bytes.len()) }
}

/// Bytes as signed numbers, to be written.
#[must_use]
pub(crate) const fn signed_mut(bytes: &mut [u8]) -> &mut [i8] {
    // SAFETY: as in `signed`; the borrow is handed on, so that there is no other.
    unsafe { core::slice::from_raw_parts_mut(bytes.as_mut_ptr().cast(), bytes.len()) }
}

/// Little-endian numbers that lie at a word as words, where a load of a word from any address costs many instructions.
#[must_use]
pub(crate) fn words(numbers: &[[u8; 4]]) -> Option<&[i32]> {
    if !cfg!(all(any(armv6m, rv32m), target_endian = "little")) {
        return None;
    }
    let from: *const i32 = numbers.as_ptr().cast();
    // SAFETY: the same number of elements of the same size, of which any bits are a value, at an address that is checked.
    if from.is_aligned() { Some(unsafe { core::slice::from_raw_parts(from, numbers.len()) }) } else { None }
}

/// The aligned middle of some bytes as numbers, to be written; up to `align - 1` bytes at each end are left out.
#[must_use]
pub(crate) fn numbers_mut<T: Bits>(bytes: &mut [u8]) -> &mut [T] {
    // SAFETY: any bits are a `T` by the contract of `Bits`, and a `T` has no padding that would leave bytes unset.
    let (_, numbers, _) = unsafe { bytes.align_to_mut() };
    numbers
}

/// The bytes of some numbers, to be written.
#[cfg(armv7em)]
#[must_use]
pub(crate) const fn bytes_mut(numbers: &mut [i16]) -> &mut [i8] {
    // SAFETY: bytes have no alignment, any bits are a value of both; the borrow is handed on, so that there is no other.
    unsafe { core::slice::from_raw_parts_mut(numbers.as_mut_ptr().cast(), size_of_val(numbers)) }
}

/// The words of a plan's slots.
#[must_use]
pub(crate) const fn slot_words_mut(slots: &mut [Slot]) -> &mut [u32] {
    let words = slots.len() * SLOT_WORDS;
    // SAFETY: a slot is `repr(transparent)` over its words; the borrow is handed on, so that there is no other.
    unsafe { core::slice::from_raw_parts_mut(slots.as_mut_ptr().cast(), words) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_at_odd_addresses_give_aligned_numbers() {
        let mut bytes = [0_u8; 9];
        for from in 0..2 {
            let numbers = numbers_mut::<i16>(&mut bytes[from..from + 7]);
            assert_eq!(numbers.len(), 3);
            numbers.fill(-1);
        }
        assert_eq!(signed(&bytes)[2..7], [-1; 5]);
        signed_mut(&mut bytes)[8] = -128;
        assert_eq!(bytes[8], 0x80);
    }
}
