//! Numbers from text and to text, every one back to the very same bits.

/// The nearest number to a JSON number's text.
#[cfg(not(target_arch = "wasm32"))]
pub(super) fn parse(text: &str) -> f64 {
    text.parse().unwrap_or(f64::NAN)
}

/// The same, by the JavaScript around: its rule is the same, and its tables are there already.
#[cfg(target_arch = "wasm32")]
pub(super) fn parse(text: &str) -> f64 {
    js_sys::Number::parse_float(text)
}

/// Writes a finite number with the fewest digits that give it back: plain where it has few places, else with an exponent.
pub(super) fn write(number: f64, out: &mut String) {
    let text = format!("{:e}", number.abs());
    let (mantissa, exponent) = text.split_once('e').unwrap_or((&text, "0"));
    let mut digits: String = mantissa.chars().filter(char::is_ascii_digit).collect();
    end_even(number, &mut digits);
    let exponent: i32 = exponent.parse().unwrap_or_default();
    if number.is_sign_negative() {
        out.push('-');
    }
    if number != 0.0 && !(-5..16).contains(&exponent) {
        point_after(&digits, 1, out);
        out.push_str(if exponent < 0 { "e" } else { "e+" });
        out.push_str(&exponent.to_string());
    } else if exponent < 0 {
        out.push_str("0.");
        (exponent + 1..0).for_each(|_| out.push('0'));
        out.push_str(&digits);
    } else {
        let before = usize::try_from(exponent).unwrap_or(0) + 1;
        (digits.len()..before).for_each(|_| digits.push('0'));
        point_after(&digits, before, out);
        if digits.len() == before {
            out.push_str(".0");
        }
    }
}

fn point_after(digits: &str, before: usize, out: &mut String) {
    let (whole, part) = digits.split_at_checked(before).unwrap_or((digits, ""));
    out.push_str(whole);
    if !part.is_empty() {
        out.push('.');
        out.push_str(part);
    }
}

/// Of two shortest texts that are equally near the one with an even digit at its end.
fn end_even(number: f64, digits: &mut String) {
    // Fewer digits are the number itself.
    if digits.len() < 15 || digits.ends_with(['0', '2', '4', '6', '8']) {
        return;
    }
    let exact = format!("{:.*e}", digits.len() + 20, number.abs());
    let exact: String =
        exact.split('e').next().unwrap_or_default().chars().filter(char::is_ascii_digit).collect();
    let Some((head, tail)) = exact.split_at_checked(digits.len()) else { return };
    if tail.trim_end_matches('0') == "5" && head != digits {
        head.clone_into(digits);
    }
}
