//! Names compared as people type them: without case, accents and outer space.

/// The letters of a name, lower case, accents gone, runs of anything else as one space.
pub(super) fn letters(name: &str) -> impl Iterator<Item = char> + '_ {
    let mut gap = false;
    let mut begun = false;
    name.trim().chars().flat_map(move |character| {
        let plain = plain(character);
        if plain.is_alphanumeric() {
            let space = gap && begun;
            (gap, begun) = (false, true);
            [space.then_some(' '), Some(plain)].into_iter().flatten()
        } else {
            gap = true;
            [None, None].into_iter().flatten()
        }
    })
}

/// A letter in lower case without its accent.
fn plain(character: char) -> char {
    let lower = character.to_lowercase().next().unwrap_or(character);
    match lower {
        'à' | 'á' | 'â' | 'ã' | 'ä' | 'å' | 'ā' | 'ă' | 'ą' => 'a',
        'ç' | 'ć' | 'č' => 'c',
        'è' | 'é' | 'ê' | 'ë' | 'ē' | 'ę' | 'ě' => 'e',
        'ì' | 'í' | 'î' | 'ï' | 'ī' | 'ı' => 'i',
        'ñ' | 'ń' | 'ň' => 'n',
        'ò' | 'ó' | 'ô' | 'õ' | 'ö' | 'ø' | 'ō' | 'ő' => 'o',
        'ù' | 'ú' | 'û' | 'ü' | 'ū' | 'ů' | 'ű' => 'u',
        'ý' | 'ÿ' => 'y',
        'š' | 'ś' | 'ș' | 'ş' => 's',
        'ž' | 'ź' | 'ż' => 'z',
        'ł' => 'l',
        'đ' | 'ð' => 'd',
        'ț' | 'ţ' => 't',
        'ğ' => 'g',
        _ => lower,
    }
}

/// Whether two names have the same letters.
pub(super) fn same(a: &str, b: &str) -> bool {
    letters(a).eq(letters(b))
}

/// Longest name that is compared by distance; longer ones are cut.
const LONGEST: usize = 48;

/// How many letters must be changed, added or left out to get from one name to the other. [Levenshtein 1966]
pub(super) fn distance(a: &str, b: &str) -> usize {
    let mut row = [0; LONGEST + 1];
    for (index, slot) in row.iter_mut().enumerate() {
        *slot = index;
    }
    let mut last = letters(b).take(LONGEST).count();
    for (line, from) in letters(a).take(LONGEST).enumerate() {
        let mut diagonal = line;
        let mut left = line + 1;
        let (first, rest) = match row.split_first_mut() {
            Some(parts) => parts,
            None => return last,
        };
        *first = left;
        for (slot, to) in rest.iter_mut().zip(letters(b).take(LONGEST)) {
            let substituted = diagonal + usize::from(from != to);
            diagonal = *slot;
            left = substituted.min(diagonal + 1).min(left + 1);
            *slot = left;
        }
        last = left;
    }
    last
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn case_accents_and_punctuation_do_not_matter() {
        assert!(same("  CÔTE d'Ivoire", "cote d ivoire"));
        assert!(same("Türkiye", "turkiye"));
        assert!(same("US-CA", "us ca"));
        assert!(!same("Niger", "Nigeria"));
    }

    #[test]
    fn distance_is_levenshteins() {
        for (a, b, steps) in
            [("kitten", "sitting", 3), ("", "abc", 3), ("abc", "", 3), ("germny", "Germany", 1)]
        {
            assert_eq!(distance(a, b), steps, "{a} {b}");
        }
    }
}
