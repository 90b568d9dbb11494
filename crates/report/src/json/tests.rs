//! `serde_json` is the oracle.

use serde_json::Value;

use super::{pretty, read};

#[test]
fn numbers_are_written_as_serde_json_writes_them_and_read_back_to_the_same_bits() {
    let mut state = 1_u64;
    let everyday = [
        0.0,
        -0.0,
        1.0,
        -1.5,
        0.1,
        1e15,
        1e16,
        1e17,
        123_456_789_012_345_680.0,
        1e-4,
        1e-5,
        1.5e-5,
        1e-6,
        1e-7,
        1e21,
    ];
    let extreme =
        [f64::MAX, f64::MIN_POSITIVE, 5e-324, 9_007_199_254_740_993.0, f64::EPSILON, f64::NAN, f64::INFINITY];
    let drawn = std::iter::repeat_with(|| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let bits = state ^ state >> 29;
        // Every other one with few digits.
        if bits & 1 == 0 { f64::from_bits(bits) } else { (bits >> 40) as f64 / 1000.0 }
    });
    for number in everyday.into_iter().chain(extreme).chain(drawn.take(20_000)) {
        let text = pretty(&number).unwrap();
        assert_eq!(text, serde_json::to_string(&number).unwrap());
        if number.is_finite() {
            assert_eq!(read::<f64>(&text).unwrap().to_bits(), number.to_bits(), "{text}");
        }
    }
}

#[test]
fn documents_are_read_and_written_as_serde_json_reads_and_writes_them() {
    for text in [
        r#"{"a": [], "b": {}, "c": [1, -2, 3.5, null, true, false, [[]], {"d": {"e": "f"}}], "g": 18446744073709551615}"#,
        r#""quotes \" and \\ \/ \b\f\n\r\t \u00e9 \ud83d\ude00 é \u0001""#,
        " [ 1e3 , 1E-3, -0, 0.0, 123456789012345678901234567890 ] ",
        "null",
    ] {
        let expected: Value = serde_json::from_str(text).unwrap();
        assert_eq!(read::<Value>(text).unwrap(), expected, "{text}");
        assert_eq!(pretty(&expected).unwrap(), serde_json::to_string_pretty(&expected).unwrap());
    }
}

#[test]
fn what_serde_json_refuses_is_refused() {
    let deep = format!("{}{}", "[".repeat(200), "]".repeat(200));
    for text in [
        "",
        " ",
        "{",
        "[",
        "[1",
        "[1,",
        "[1,]",
        "[1 2]",
        "{\"a\"",
        "{\"a\":",
        "{\"a\":1",
        "{\"a\":1,",
        "{\"a\":1,}",
        "{a:1}",
        "{1:1}",
        "{\"a\" 1}",
        "01",
        "-",
        "-a",
        "1.",
        "1.e3",
        ".5",
        "1e",
        "1e+",
        "+1",
        "1e400",
        "-1e999",
        "nul",
        "nulll",
        "tru",
        "True",
        "NaN",
        "\"a",
        "\"\\x\"",
        "\"\\u12\"",
        "\"\\u12g4\"",
        "\"\\ud800\"",
        "\"\\ud800\\u0041\"",
        "\"\\udc00\"",
        "\"\n\"",
        "1 2",
        "[] x",
        "{]",
        "[}",
        "\u{feff}1",
        "'a'",
        "[1.5.5]",
        "--1",
        "1-",
        &deep,
    ] {
        assert!(serde_json::from_str::<Value>(text).is_err(), "{text}");
        assert!(read::<Value>(text).is_err(), "{text}");
    }
}
