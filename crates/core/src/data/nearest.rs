//! How many slips of the hand lie between two names.
//!
//! `D(i, j)` is the least number of letters put in, left out, replaced, or swapped with their neighbour (each letter at
//! most once) that turn the first `i` letters of the text into the first `j` of the name: the optimal string alignment
//! distance. One column of cells, one a letter of the text, walks along the name.

use super::spelling;

/// Letters of the longest text that is compared; the longest name of the tables has half of them.
const LONGEST: usize = 64;

/// A text to compare names with.
pub(super) struct Typed {
    cells: heapless::Vec<Cell, LONGEST>,
}

/// `D` at one letter of the text, for the name's last two letters.
struct Cell {
    letter: char,
    last: usize,
    before_last: usize,
}

impl Typed {
    /// The text's letters, or `None` where there are more than 64.
    pub(super) fn new(text: &str) -> Option<Self> {
        let mut cells = heapless::Vec::new();
        for letter in spelling::letters(text) {
            cells.push(Cell { letter, last: 0, before_last: 0 }).ok()?;
        }
        Some(Self { cells })
    }

    /// Most slips that still count as the same name mistyped: half the letters.
    pub(super) fn most_slips(&self) -> usize {
        self.cells.len() / 2
    }

    /// Slips between this text and `name`: `D` at both ends.
    pub(super) fn slips(&mut self, name: &str) -> usize {
        for (cell, i) in self.cells.iter_mut().zip(1..) {
            (cell.last, cell.before_last) = (i, i);
        }
        let mut last_of_name = None;
        let mut length: usize = 0;
        for (of_name, j) in spelling::letters(name).zip(1_usize..) {
            let mut up = j; // D(i - 1, j)
            let mut diagonal = j.saturating_sub(1); // D(i - 1, j - 1)
            let mut above_before_last = j.saturating_sub(2); // D(i - 1, j - 2)
            let mut swapped = None; // D(i - 2, j - 2)
            let mut last_of_text = None;
            for cell in &mut self.cells {
                let replaced = diagonal.saturating_add(usize::from(cell.letter != of_name));
                let mut least = replaced.min(up.min(cell.last).saturating_add(1));
                if last_of_text == Some(of_name) && last_of_name == Some(cell.letter) {
                    least = least.min(swapped.unwrap_or(least).saturating_add(1));
                }
                swapped = Some(above_before_last);
                above_before_last = cell.before_last;
                diagonal = cell.last;
                cell.before_last = cell.last;
                cell.last = least;
                up = least;
                last_of_text = Some(cell.letter);
            }
            last_of_name = Some(of_name);
            length = j;
        }
        self.cells.last().map_or(length, |cell| cell.last)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::vec;
    use std::vec::Vec;

    fn slips(text: &str, name: &str) -> usize {
        Typed::new(text).unwrap().slips(name)
    }

    /// The whole matrix, as the recurrence has it.
    fn slow(text: &str, name: &str) -> usize {
        let (a, b): (Vec<char>, Vec<char>) =
            (spelling::letters(text).collect(), spelling::letters(name).collect());
        let mut d = vec![vec![0; b.len() + 1]; a.len() + 1];
        for i in 0..=a.len() {
            for j in 0..=b.len() {
                d[i][j] = if i == 0 || j == 0 {
                    i + j
                } else {
                    let replaced = d[i - 1][j - 1] + usize::from(a[i - 1] != b[j - 1]);
                    let least = replaced.min(d[i - 1][j] + 1).min(d[i][j - 1] + 1);
                    if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                        least.min(d[i - 2][j - 2] + 1)
                    } else {
                        least
                    }
                };
            }
        }
        d[a.len()][b.len()]
    }

    #[test]
    fn a_letter_more_less_other_or_swapped_is_one_slip() {
        for (text, count) in
            [("Germany", 0), ("Germny", 1), ("Gerrmany", 1), ("Bermany", 1), ("Gremany", 1), ("", 7)]
        {
            assert_eq!(slips(text, "germany"), count, "{text}");
        }
        assert_eq!(slips("ca", "abc"), 3, "a swapped letter is not touched again");
        assert_eq!(slips("abc", ""), 3);
    }

    #[test]
    fn a_text_of_more_than_64_letters_is_not_compared() {
        let long: std::string::String = core::iter::repeat_n('a', 65).collect();
        assert!(Typed::new(&long).is_none());
        assert!(Typed::new(&long[1..]).is_some());
    }

    proptest::proptest! {
        #[test]
        fn the_walking_column_agrees_with_the_whole_matrix(text in "[abc ]{0,9}", name in "[abc ]{0,9}") {
            proptest::prop_assert_eq!(slips(&text, &name), slow(&text, &name));
        }
    }
}
