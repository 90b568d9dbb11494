//! Times and durations as tools print them.

use jiff::civil::DateTime;

/// A moment on a clock: `2024-10-30T18:42:33`, `2024/10/30 18:42:33.189`, with or without a zone, which is left out.
pub(super) fn moment(text: &str) -> Option<DateTime> {
    let text = text.trim().replace('/', "-");
    // Zone and offset come after the time's seconds.
    let end = text.find(['T', ' ']).and_then(|time| {
        text.get(time + 1..)?
            .find(|next: char| !(next.is_ascii_digit() || ":.,".contains(next)))
            .map(|at| time + 1 + at)
    });
    text.get(..end.unwrap_or(text.len()))?.parse().ok()
}

/// Seconds from one moment to another; negative where the second is earlier.
pub(super) fn seconds_between(earlier: DateTime, later: DateTime) -> f64 {
    earlier.duration_until(later).as_secs_f64()
}

/// The year of a moment.
pub(super) fn year(moment: DateTime) -> Option<u16> {
    u16::try_from(moment.year()).ok()
}

/// Seconds of a duration: `0:02:21.90`, `1-02:03:04` (SLURM), `1 day, 2:03:04` (Python), `12:30`.
pub(super) fn duration_seconds(text: &str) -> Option<f64> {
    let text = text.trim();
    let (days, clock) = match text.split_once(" day") {
        Some((days, rest)) => (days, rest.trim_start_matches('s').trim_start_matches(',').trim()),
        None => text.split_once('-').unwrap_or(("0", text)),
    };
    let days: u32 = days.trim().parse().ok()?;
    let mut seconds = 0.0;
    for part in clock.split(':') {
        let part: f64 = part.parse().ok().filter(|part: &f64| part.is_finite() && *part >= 0.0)?;
        seconds = seconds * 60.0 + part;
    }
    clock.contains(':').then_some(f64::from(days) * 86_400.0 + seconds)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_of_all_tools_are_read() {
        for (text, seconds) in [
            ("0:02:21.90", 141.9),
            ("1-02:03:04", 93_784.0),
            ("1 day, 2:03:04", 93_784.0),
            ("2 days, 0:00:00", 172_800.0),
            ("12:30", 750.0),
            ("00:02:30", 150.0),
        ] {
            let read = duration_seconds(text).unwrap();
            assert!((read - seconds).abs() < 1e-9, "{text}: {read}");
        }
        for text in ["", "5", "-1:00:00", "1:-2:00", "a:b", "NaN:1"] {
            assert_eq!(duration_seconds(text), None, "{text}");
        }
    }

    #[test]
    fn moments_of_all_tools_are_read() {
        let first = moment("2024/10/30 18:42:33.189").unwrap();
        for text in ["2024-10-30T18:42:34.189", "2024-10-30 18:42:34.189Z", "2024-10-30T18:42:34.189+01:00"] {
            assert!((seconds_between(first, moment(text).unwrap()) - 1.0).abs() < 1e-9, "{text}");
        }
        assert_eq!(year(first), Some(2024));
        assert_eq!(moment("30.10.2024"), None);
    }
}
