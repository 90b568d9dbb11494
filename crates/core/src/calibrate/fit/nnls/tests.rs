use super::*;
use std::string::String;
use std::vec::Vec;

/// `scipy.optimize.nnls` and numpy's condition number are the oracles.
#[test]
#[cfg_attr(miri, ignore = "safe arithmetic that takes hours there")]
fn solutions_and_condition_numbers_are_scipys() {
    let text = include_str!("../../../../../../fixtures/calibration/nnls.csv");
    let (mut name, mut normal, mut solution, mut problems) = (String::new(), Normal::new(0), [0.0; MOST], 0);
    for line in text.lines() {
        let (what, rest) = line.split_once(',').unwrap();
        if what == "problem" {
            let mut parts = rest.split(',');
            name = parts.next().unwrap().into();
            normal = Normal::new(parts.nth(1).unwrap().parse().unwrap());
            problems += 1;
            continue;
        }
        let numbers: Vec<f64> = rest.split(',').map(|number| number.parse().unwrap()).collect();
        match what {
            "row" => normal.add(&numbers[1..], numbers[0], 1.0),
            "solution" => {
                solution = normal.solve();
                let most = numbers.iter().fold(0.0_f64, |most, x| most.max(x.abs()));
                for (index, expected) in numbers.iter().enumerate() {
                    // An unknown is exact relative to itself or, near 0, to its column's share of the answer.
                    let scale = expected.abs().max(1e-7 * most);
                    let error = (solution[index] - expected).abs();
                    assert!(
                        error <= 1e-6 * scale.max(1e-12),
                        "{name}: {index}: {} {expected}",
                        solution[index]
                    );
                }
            }
            "condition" => {
                let error = normal.condition() / numbers[0] - 1.0;
                assert!(error.abs() < 1e-6, "{name}: {} {}", normal.condition(), numbers[0]);
            }
            other => panic!("{other}"),
        }
    }
    assert!(problems > 10 && solution.iter().all(|x| *x >= 0.0));
}

#[test]
fn an_unknown_in_no_equation_is_0_and_twins_share_without_a_panic() {
    let mut normal = Normal::new(3);
    normal.add(&[1.0, 1.0, 0.0], 2.0, 1.0);
    normal.add(&[2.0, 2.0, 0.0], 4.0, 1.0);
    let [a, b, c, ..] = normal.solve();
    assert!((a + b - 2.0).abs() < 1e-12 && c == 0.0);
    assert!(normal.condition().is_infinite());
}
