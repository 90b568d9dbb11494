//! What of a text counts when names are compared: letters and digits, without case, accents and punctuation.

/// The letters and digits of `text`, lower-case and without accents (Latin, Greek); a gap between words is one space.
///
/// Dots and apostrophes vanish (`U.S.A.` is `usa`), every other mark is a gap (`US-CA`, `us_ca` and `us ca` are one),
/// `&` is `and`. An accent may be part of its letter or a mark after it, as file names of some systems have it.
pub(super) fn letters(text: &str) -> impl Iterator<Item = char> {
    let (mut started, mut gap) = (false, None);
    text.chars().flat_map(char::to_lowercase).flat_map(base).flat_map(move |piece| {
        // A gap waits for the letter after it: one at either end separates nothing.
        let (before, letter) = if piece == GAP {
            gap = started.then_some(GAP);
            (None, None)
        } else {
            started = true;
            (gap.take(), Some(piece))
        };
        before.into_iter().chain(letter)
    })
}

/// Whether two texts are the same name.
pub(super) fn same(a: &str, b: &str) -> bool {
    letters(a).eq(letters(b))
}

const GAP: char = ' ';

/// What is left of a lower-case character.
fn base(character: char) -> impl Iterator<Item = char> {
    let (first, more) = match character {
        '.' | '\'' | '`' | '\u{2018}' | '\u{2019}' | '\u{2bc}' | '\u{300}'..='\u{36f}' => (None, ""),
        '&' => (Some(GAP), "and "),
        'à'..='å' | 'ā' | 'ă' | 'ą' | 'ǎ' | 'ạ'..='ặ' => (Some('a'), ""),
        'æ' => (Some('a'), "e"),
        'ç' | 'ć' | 'ĉ' | 'ċ' | 'č' => (Some('c'), ""),
        'ď' | 'đ' | 'ð' => (Some('d'), ""),
        'è'..='ë' | 'ē' | 'ĕ' | 'ė' | 'ę' | 'ě' | 'ẹ'..='ệ' => (Some('e'), ""),
        'ĝ' | 'ğ' | 'ġ' | 'ģ' => (Some('g'), ""),
        'ĥ' | 'ħ' => (Some('h'), ""),
        'ì'..='ï' | 'ĩ' | 'ī' | 'ĭ' | 'į' | 'ı' | 'ỉ' | 'ị' => (Some('i'), ""),
        'ĵ' => (Some('j'), ""),
        'ķ' => (Some('k'), ""),
        'ĺ' | 'ļ' | 'ľ' | 'ł' => (Some('l'), ""),
        'ñ' | 'ń' | 'ņ' | 'ň' => (Some('n'), ""),
        'ò'..='ö' | 'ø' | 'ō' | 'ŏ' | 'ő' | 'ơ' | 'ọ'..='ợ' => (Some('o'), ""),
        'œ' => (Some('o'), "e"),
        'ŕ' | 'ŗ' | 'ř' => (Some('r'), ""),
        'ś' | 'ŝ' | 'ş' | 'š' | 'ș' => (Some('s'), ""),
        'ß' => (Some('s'), "s"),
        'ţ' | 'ť' | 'ŧ' | 'ț' => (Some('t'), ""),
        'þ' => (Some('t'), "h"),
        'ù'..='ü' | 'ũ' | 'ū' | 'ŭ' | 'ů' | 'ű' | 'ų' | 'ư' | 'ụ'..='ự' => (Some('u'), ""),
        'ŵ' => (Some('w'), ""),
        'ý' | 'ÿ' | 'ŷ' | 'ỳ'..='ỹ' => (Some('y'), ""),
        'ź' | 'ż' | 'ž' => (Some('z'), ""),
        'ά' => (Some('α'), ""),
        'έ' => (Some('ε'), ""),
        'ή' => (Some('η'), ""),
        'ί' => (Some('ι'), ""),
        'ό' => (Some('ο'), ""),
        'ύ' => (Some('υ'), ""),
        'ώ' => (Some('ω'), ""),
        'ς' => (Some('σ'), ""),
        letter if letter.is_alphanumeric() => (Some(letter), ""),
        _ => (Some(GAP), ""),
    };
    first.into_iter().chain(more.chars())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::string::String;

    #[test]
    fn case_accents_and_punctuation_do_not_count() {
        for (written, plain) in [
            ("  Côte d’Ivoire ", "cote divoire"),
            ("Co\u{302}te d'Ivoire", "cote divoire"),
            ("U.S.A.", "usa"),
            ("US_ca", "us ca"),
            ("Guinea-Bissau", "guinea bissau"),
            ("Bosnia & Herzegovina", "bosnia and herzegovina"),
            ("Korea (South)", "korea south"),
            ("İSTANBUL", "istanbul"),
            ("STRAẞE", "strasse"),
            ("VIỆT NAM", "viet nam"),
            ("Ελλάδα", "ελλαδα"),
            ("ΕΛΛΆΣ", "ελλασ"),
            ("中国", "中国"),
            (" - ", ""),
        ] {
            assert_eq!(letters(written).collect::<String>(), plain, "{written}");
        }
    }
}
