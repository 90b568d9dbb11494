#![expect(clippy::float_cmp, reason = "numbers whose sums are exact")]

use super::*;

fn measurement(windows: Vec<Window>, meter: MeterKind) -> Measurement {
    let machine = Machine { processor: None, architecture: "x86_64".to_owned(), is_debug_build: false };
    Measurement::of(Parts {
        name: "kws".to_owned(),
        machine,
        rounding: Rounding::Tflm,
        meter,
        domains: Vec::new(),
        windows,
        note: None,
    })
    .unwrap()
}

#[test]
fn quartiles_are_between_the_numbers_they_part() {
    let spread = Spread::of([5.0, 1.0, 2.0, 4.0, 3.0]).unwrap();
    let all = [spread.minimum, spread.first_quartile, spread.median, spread.third_quartile, spread.maximum];
    assert_eq!(all, [1.0, 2.0, 3.0, 4.0, 5.0]);
    assert_eq!(Spread::of([1.0, 2.0]).unwrap().first_quartile, 1.25);
    assert_eq!(Spread::of([]), None);
}

#[test]
fn without_a_meter_joules_are_null_and_not_known() {
    let measured = measurement(vec![Window::new(10, 2.0, None); 5], MeterKind::None);
    let json = serde_json::to_value(&measured).unwrap();
    assert!(json["joules_per_inference"].is_null());
    assert_eq!(json["seconds_per_inference"]["mode"], 0.2);
    assert_eq!(json["windows"].as_array().map(Vec::len), Some(5));
    let sections = tell(&measured);
    assert!(sections[0].paragraphs[1].contains("not known"), "{sections:?}");
}

#[test]
fn a_window_without_joules_is_left_out_of_them() {
    let mut windows = vec![Window::new(10, 2.0, Some(30.0)); 5];
    windows[2] = Window::new(10, 2.0, None);
    let measured = measurement(windows, MeterKind::Rapl);
    let joules = measured.joules_per_inference.unwrap();
    assert_eq!((joules.low().value(), joules.high().value()), (3.0, 3.0));
    assert_eq!(measured.watts.unwrap().mode().value(), 15.0);
    assert!(measured.notes.iter().any(|note| note.starts_with("In 1 of 5 windows")), "{:?}", measured.notes);
}

#[test]
fn given_watts_are_called_modelled() {
    assert_eq!(
        measurement(vec![Window::new(1, 1.0, Some(1.0))], MeterKind::Given).evidence,
        Evidence::Modelled
    );
    assert_eq!(
        measurement(vec![Window::new(1, 1.0, Some(1.0))], MeterKind::Rapl).evidence,
        Evidence::Measured
    );
}
