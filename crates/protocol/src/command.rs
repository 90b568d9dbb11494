//! Bytes become a command; a command becomes words.

/// Bytes of a command that count; of a longer one the rest is dropped, as in the reference.
pub const COMMAND_BYTES: usize = 80;

/// The command that is being received.
#[derive(Clone, Debug)]
pub struct CommandLine {
    bytes: [u8; COMMAND_BYTES],
    length: usize,
}

impl Default for CommandLine {
    fn default() -> Self {
        Self { bytes: [0; COMMAND_BYTES], length: 0 }
    }
}

impl CommandLine {
    /// Takes a byte. True if it ended the command, which [`Self::text`] then is until [`Self::clear`].
    pub fn take(&mut self, byte: u8) -> bool {
        if byte == b'%' {
            return true;
        }
        if let Some(place) = self.bytes.get_mut(self.length) {
            *place = byte;
            self.length += 1;
        }
        false
    }

    /// The command so far, up to a zero byte: the reference's strings end there.
    #[must_use]
    pub fn text(&self) -> &[u8] {
        let received = self.bytes.get(..self.length).unwrap_or_default();
        received.split(|byte| *byte == 0).next().unwrap_or_default()
    }

    /// Makes room for the next command.
    pub fn clear(&mut self) {
        self.length = 0;
    }
}

/// The words of a command; only spaces separate them.
pub(crate) fn words(text: &[u8]) -> impl Iterator<Item = &[u8]> {
    text.split(|byte| *byte == b' ').filter(|word| !word.is_empty())
}

/// C's `atoi`, which the reference reads numbers with: what follows the digits is ignored, no digits are 0. Numbers that
/// don't fit are the nearest that does.
pub(crate) fn number(word: &[u8]) -> i32 {
    let digits = word.trim_ascii_start();
    let (negative, digits) = match digits.split_first() {
        Some((b'-', rest)) => (true, rest),
        Some((b'+', rest)) => (false, rest),
        _ => (false, digits),
    };
    digits.iter().take_while(|byte| byte.is_ascii_digit()).fold(0_i32, |number, byte| {
        let digit = i32::from(byte - b'0');
        let number = number.saturating_mul(10);
        if negative { number.saturating_sub(digit) } else { number.saturating_add(digit) }
    })
}

/// Two hexadecimal digits.
pub(crate) fn byte(digits: [u8; 2]) -> Option<u8> {
    let digit = |text: u8| match text {
        b'0'..=b'9' => Some(text - b'0'),
        b'a'..=b'f' => Some(text - b'a' + 10),
        b'A'..=b'F' => Some(text - b'A' + 10),
        _ => None,
    };
    let [high, low] = digits;
    Some(digit(high)? << 4 | digit(low)?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::vec::Vec;

    #[test]
    fn a_long_command_keeps_its_first_80_bytes() {
        let mut line = CommandLine::default();
        assert!((0..100).all(|number| !line.take(b'a' + number % 10)));
        assert!(line.take(b'%'));
        assert_eq!(line.text().len(), COMMAND_BYTES);
        assert_eq!(line.text().last(), Some(&b'j'));
        line.clear();
        assert!(line.text().is_empty());
    }

    #[test]
    fn numbers_are_read_as_atoi_reads_them() {
        for (word, expected) in [
            ("12", 12),
            ("-3x", -3),
            ("+7", 7),
            ("\t\r8", 8),
            ("x", 0),
            ("", 0),
            ("99999999999", i32::MAX),
            ("-99999999999", i32::MIN),
        ] {
            assert_eq!(number(word.as_bytes()), expected, "{word:?}");
        }
    }

    #[test]
    fn only_spaces_separate_words_and_a_zero_ends_them() {
        let mut line = CommandLine::default();
        b"  db   load\t3\0 more".iter().for_each(|byte| assert!(!line.take(*byte)));
        assert_eq!(words(line.text()).collect::<Vec<_>>(), [&b"db"[..], b"load\t3"]);
    }

    #[test]
    fn hexadecimal_digits_may_be_of_either_case() {
        assert_eq!(byte(*b"aF"), Some(0xaf));
        assert_eq!(byte(*b"0g"), None);
        assert_eq!(byte(*b"-1"), None);
    }
}
