//! Checks whole models and runs them. Whatever the file is: no panic, nothing outside the arena is written, and what was
//! accepted runs, twice to the same bytes.
#![no_main]

use joulegram::kernel::{Engine, EngineError, Rounding, Slot, Step};
use libfuzzer_sys::fuzz_target;

/// Most memory and work of a model that is run: the rest is only checked.
const MOST_ARENA: usize = 1 << 20;
const MOST_PRODUCTS: u64 = 1 << 24;
/// What lies around the arena.
const GUARD: [u8; 16] = [0xa5; 16];

fuzz_target!(|file: &[u8]| {
    for rounding in [Rounding::Tflm, Rounding::Litert] {
        check(file, rounding);
    }
});

fn check(file: &[u8], rounding: Rounding) {
    let needed = match Engine::new(file, rounding, &mut []) {
        Err(EngineError::Plan { found: 0, needed }) => needed,
        Err(error) => {
            let _ = error.to_string();
            return;
        }
        Ok(_) => 0,
    };
    // Placing takes time that grows with the square of the slots.
    if needed > 1024 {
        return;
    }
    let mut plan = vec![Slot::default(); needed];
    let engine = match Engine::new(file, rounding, &mut plan) {
        Ok(engine) => engine,
        Err(error) => {
            assert!(!matches!(error, EngineError::Plan { .. }), "{error}");
            return;
        }
    };
    let bytes = engine.arena_bytes();
    let most = MOST_ARENA.min(engine.input_bytes()).max(engine.output_bytes());
    if bytes.max(most) > MOST_ARENA || work(file).is_none_or(|products| products > MOST_PRODUCTS) {
        return;
    }
    let input: Vec<u8> = (0..engine.input_bytes()).map(|place| (place * 37) as u8).collect();
    let run = |before: u8| {
        let mut arena = vec![before; bytes + 2 * GUARD.len()];
        let (front, rest) = arena.split_at_mut(GUARD.len());
        let (middle, back) = rest.split_at_mut(bytes);
        front.copy_from_slice(&GUARD);
        back.copy_from_slice(&GUARD);
        let mut output = vec![0; engine.output_bytes()];
        let mut steps = 0;
        let watch = |step: Step<'_>| {
            assert_eq!(step.operator, steps);
            steps += 1;
        };
        engine.run_watched(&input, &mut output, middle, watch).expect("what was accepted runs");
        assert_eq!((&*front, &*back), (&GUARD[..], &GUARD[..]));
        output
    };
    assert_eq!(run(0), run(0xff), "the output depends on what lay in the arena");
}

/// Products and elements of all operators; none if they can't be counted.
fn work(file: &[u8]) -> Option<u64> {
    let model = joulegram::model::tflite::Model::new(file).ok()?;
    let graph = model.subgraph(0).ok()?;
    let mut total = 0_u64;
    for number in 0..graph.operators() {
        let operator = graph.operator(number).ok()?;
        let mut product = 1_u64;
        // More than any operator takes: each output element with each element of the weights or inputs.
        for index in operator.outputs().iter().chain(operator.inputs().iter().take(2)) {
            if index >= 0 {
                product = product.checked_mul(graph.tensor(index).ok()?.elements().ok()??.max(1))?;
            }
        }
        total = total.checked_add(product)?;
    }
    Some(total)
}
