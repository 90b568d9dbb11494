//! The golden bytes by each of the inner loops that this processor has.
//!
//! A program of its own: the choice holds for all of it, and the other tests run at the same time.

#![expect(clippy::unwrap_used, reason = "a test without its fixtures fails")]

use joulegram::kernel::{Engine, Rounding, Slot, choose_loops, loops};
use std::path::Path;

/// Model, input, rounding, operator, tensor, bytes, hash.
type Row<'t> = [&'t str; 8];

/// Input `number` of `make_golden.py`.
fn given(number: u64, length: usize, float: bool) -> Vec<u8> {
    let mut state = number;
    let count = if float { length / 4 } else { length };
    let next = |_| {
        state = state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let z = (state ^ (state >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        let [.., byte] = (z ^ (z >> 31)).to_le_bytes();
        match number {
            2 if byte & 0x80 == 0 => 127,
            2 => -128,
            _ => byte.cast_signed(),
        }
    };
    let numbers = (0..count).map(next);
    if float {
        numbers.flat_map(|x| (f32::from(x) / 32.0).to_le_bytes()).collect()
    } else {
        numbers.map(i8::cast_unsigned).collect()
    }
}

fn fnv1a(bytes: &[u8]) -> u64 {
    let step = |hash: u64, byte: &u8| (hash ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3);
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, step)
}

/// Runs a model once and compares each operator's output; how many there were.
fn compare(file: &[u8], rows: &[Row<'_>]) -> usize {
    let [name, number, rounding, ..] = rows[0];
    let rounding = if rounding == "tflm" { Rounding::Tflm } else { Rounding::Litert };
    let mut plan = [Slot::default(); 256];
    let engine = Engine::new(file, rounding, &mut plan).unwrap();
    let model = joulegram::model::tflite::Model::new(file).unwrap();
    let graph = model.subgraph(0).unwrap();
    let first = graph.tensor(graph.inputs().get(0).unwrap()).unwrap();
    let float = first.element().bits() == Some(32);
    let input = given(number.parse().unwrap(), engine.input_bytes(), float);
    let mut output = vec![0; engine.output_bytes()];
    let mut arena = vec![0xa5; engine.arena_bytes()];
    let mut rows = rows.iter();
    let mut compared = 0;
    let watch = |step: joulegram::kernel::Step<'_>| {
        let [.., operator, tensor, _, hash, _] = rows.next().unwrap();
        let found = (step.operator.to_string(), step.tensor.to_string(), fnv1a(step.output));
        let expected = ((*operator).to_owned(), (*tensor).to_owned(), u64::from_str_radix(hash, 16).unwrap());
        assert_eq!(found, expected, "{name}, input {number}, {rounding:?}, by {}", loops());
        compared += 1;
    };
    engine.run_watched(&input, &mut output, &mut arena, watch).unwrap();
    assert!(rows.next().is_none(), "{name}");
    compared
}

#[test]
fn all_loops_of_this_processor_give_the_golden_bytes() {
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fixtures");
    let golden = std::fs::read_to_string(fixtures.join("golden/golden.csv")).unwrap();
    let rows = golden.lines().skip(1).map(|line| line.split(',').collect::<Vec<_>>().try_into().unwrap());
    let rows: Vec<Row<'_>> = rows.collect();
    let mut names = vec!["portable", "armv7em", "neon", "neon-dotprod", "avx2", "avx-vnni", "avx512-vnni"];
    names.retain(|name| choose_loops(name));
    assert!(!names.is_empty());
    for name in &names {
        assert!(choose_loops(name));
        assert_eq!(loops(), *name);
        let run = |rows: &[Row<'_>]| {
            let file = std::fs::read(fixtures.join("models").join(format!("{}.tflite", rows[0][0])));
            compare(&file.unwrap(), rows)
        };
        let operators: usize = rows.chunk_by(|a, b| a[..3] == b[..3]).map(run).sum();
        assert_eq!(operators, 870);
        println!("golden bytes by {name}");
    }
}
