//! Times as meters write them: dates with and without separators, clocks, seconds since 1970.

/// Seconds of a date and time, counted from 1970 and without its zone: all stamps of a file have the same.
///
/// `2024-10-30T18:42:33.189Z`, `2024/10/30 18:42:33.189`, `10-01-2025 20:05:55` (month first), `30.10.2024 18:42:33`
/// (day first), `20241030T184233.18Z`, `18:42:33.5`.
pub(crate) fn stamp(text: &str) -> Option<f64> {
    let text = text.trim().trim_end_matches('Z');
    if !text.is_ascii() || text.len() > 40 {
        return None;
    }
    // Without a date, six digits are a number: `100000` may be milliseconds, and `10.060` seconds.
    let Some((date, clock)) = text.split_once(['T', ' ']) else {
        return if text.contains(':') { clock_seconds(text) } else { None };
    };
    Some(days(date)? * 86_400.0 + clock_seconds(clock.trim())?)
}

/// Whether a number of seconds is one since 1970 by its size, and in which unit: the factor to seconds.
pub(crate) fn epoch_factor(number: f64) -> Option<f64> {
    [(1e9, 1.0), (1e12, 1e-3), (1e15, 1e-6), (1e18, 1e-9)]
        .into_iter()
        .find_map(|(least, factor)| (least..5.0 * least).contains(&number).then_some(factor))
}

/// `18:42:33.189`, `184233.18`, either with an offset behind it, which is left out.
fn clock_seconds(text: &str) -> Option<f64> {
    let text = text.split_once(['+', '-', ' ']).map_or(text, |(clock, _)| clock);
    let mut parts = [0.0; 3];
    if text.contains(':') {
        let mut pieces = text.split(':');
        for (part, piece) in parts.iter_mut().zip(&mut pieces) {
            *part = number(piece)?;
        }
        if pieces.next().is_some() {
            return None;
        }
    } else {
        let (clock, fraction) = text.split_at_checked(6)?;
        // `10.060` are seconds.
        if !clock.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        for (part, at) in parts.iter_mut().zip([0, 2, 4]) {
            *part = number(clock.get(at..at + 2)?)?;
        }
        if !fraction.is_empty() {
            let fraction = fraction.strip_prefix('.')?;
            let [_, _, seconds] = &mut parts;
            *seconds += number(&format!("0.{fraction}"))?;
        }
    }
    let [hours, minutes, seconds] = parts;
    (hours < 25.0 && minutes < 60.0 && seconds < 61.0).then_some(hours * 3600.0 + minutes * 60.0 + seconds)
}

/// A number of digits and at most one point.
fn number(text: &str) -> Option<f64> {
    let is_plain = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    text.parse().ok().filter(|_| is_plain)
}

/// Days since 1970 of a date in one of the forms above.
fn days(date: &str) -> Option<f64> {
    let whole =
        |text: &str| text.parse::<i64>().ok().filter(|_| text.bytes().all(|byte| byte.is_ascii_digit()));
    if date.len() == 8 && date.bytes().all(|byte| byte.is_ascii_digit()) {
        return civil(whole(date.get(..4)?)?, whole(date.get(4..6)?)?, whole(date.get(6..)?)?);
    }
    let separator = date.chars().find(|c| !c.is_ascii_digit())?;
    let mut parts = date.split(separator);
    let [first, second, third] = [parts.next()?, parts.next()?, parts.next()?];
    if parts.next().is_some() {
        return None;
    }
    let [a, b, c] = [whole(first)?, whole(second)?, whole(third)?];
    match separator {
        _ if first.len() == 4 => civil(a, b, c),
        '.' => civil(c, b, a),
        '-' | '/' => civil(c, a, b),
        _ => None,
    }
}

/// Days since 1970 of a day of the Gregorian calendar.
fn civil(year: i64, month: i64, day: i64) -> Option<f64> {
    if !((1970..3000).contains(&year) && (1..=12).contains(&month) && (1..=31).contains(&day)) {
        return None;
    }
    // Years begin in March here, so that the leap day is the last.
    let shifted = if month <= 2 { year - 1 } else { year };
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    let days = shifted * 365 + shifted / 4 - shifted / 100 + shifted / 400 + day_of_year - 719_468;
    i32::try_from(days).ok().map(f64::from)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_of_a_date_is_the_same_second() {
        let expected = Some(1_730_313_753.5);
        for text in [
            "2024-10-30T18:42:33.5",
            "2024-10-30T18:42:33.5Z",
            "2024-10-30 18:42:33.5+02:00",
            "2024/10/30 18:42:33.5",
            "10-30-2024 18:42:33.5",
            "30.10.2024 18:42:33.5",
            "20241030T184233.5Z",
        ] {
            assert_eq!(stamp(text), expected, "{text}");
        }
        assert_eq!(stamp("18:42:33"), Some(67_353.0));
        assert_eq!(stamp("2024-02-29 00:00:00").unwrap() + 86_400.0, stamp("2024-03-01 00:00:00").unwrap());
    }

    #[test]
    fn what_is_no_time_is_none() {
        for text in [
            "",
            "12",
            "abc",
            "2024-13-01 00:00:00",
            "2024-01-01 00:61:00",
            "1:2:3:4",
            "2024-01-01",
            "é",
            "- -",
            "10.060",
            "100000",
            "100000.5",
        ] {
            assert_eq!(stamp(text), None, "{text}");
        }
    }

    #[test]
    fn seconds_since_1970_are_known_by_their_size() {
        assert_eq!(epoch_factor(1_730_313_753.5), Some(1.0));
        assert_eq!(epoch_factor(1_730_313_753_500.0), Some(1e-3));
        assert_eq!(epoch_factor(12.5), None);
    }
}
