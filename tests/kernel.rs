//! The engine against golden outputs: every operator of every int8 fixture model, bit for bit, by both roundings.

#![expect(clippy::unwrap_used, reason = "a test without its fixtures fails")]

use joulegram::kernel::{Engine, EngineError, Operator, Rounding, Slot};
use joulegram::model::tflite::{Builtin, Model};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

fn fixtures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../fixtures")
}

fn model(name: &str) -> Vec<u8> {
    std::fs::read(fixtures().join("models").join(format!("{name}.tflite"))).unwrap()
}

/// Input `number` of `make_golden.py`: the highest bytes of `SplitMix64`; -128 or 127 for input 2.
fn given(number: u64, length: usize) -> Vec<i8> {
    let mut state = number;
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
    (0..length).map(next).collect()
}

fn fnv1a(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3)
    })
}

/// The raw bytes of an input: int8 as given, or a 32th of it as float32.
fn input_bytes(file: &[u8], number: u64, needed: usize) -> Vec<u8> {
    let graph = Model::new(file).unwrap().subgraph(0).unwrap();
    let first = graph.tensor(graph.inputs().get(0).unwrap()).unwrap();
    if first.element().bits() == Some(32) {
        given(number, needed / 4).into_iter().flat_map(|x| (f32::from(x) / 32.0).to_le_bytes()).collect()
    } else {
        given(number, needed).into_iter().map(i8::cast_unsigned).collect()
    }
}

type Row = (u32, u32, usize, u64);

/// What `golden.csv` says, by model, input and rounding.
fn golden() -> BTreeMap<(String, u64, String), Vec<Row>> {
    let text = std::fs::read_to_string(fixtures().join("golden/golden.csv")).unwrap();
    let mut golden = BTreeMap::<_, Vec<_>>::new();
    for line in text.lines().skip(1) {
        let [model, input, rounding, operator, tensor, bytes, hash, _] =
            line.split(',').collect::<Vec<_>>().try_into().unwrap();
        golden.entry((model.to_owned(), input.parse().unwrap(), rounding.to_owned())).or_default().push((
            operator.parse().unwrap(),
            tensor.parse().unwrap(),
            bytes.parse().unwrap(),
            u64::from_str_radix(hash, 16).unwrap(),
        ));
    }
    golden
}

#[test]
fn every_operator_of_every_int8_model_gives_the_golden_bytes() {
    let (mut operators, mut numbers) = (0, 0);
    for ((name, number, rounding), rows) in golden() {
        let file = model(&name);
        let rounding = match rounding.as_str() {
            "tflm" => Rounding::Tflm,
            "litert" => Rounding::Litert,
            other => panic!("{other}"),
        };
        let mut plan = [Slot::default(); 256];
        let engine =
            Engine::new(&file, rounding, &mut plan).unwrap_or_else(|error| panic!("{name}: {error}"));
        let input = input_bytes(&file, number, engine.input_bytes());
        let mut output = vec![0; engine.output_bytes()];
        // What lies in the arena before must not matter.
        let mut arena = vec![0xa5; engine.arena_bytes()];
        let mut expected = rows.iter();
        let mut watch = |step: joulegram::kernel::Step<'_>| {
            let (operator, tensor, bytes, hash) = *expected.next().unwrap();
            let context = format!("{name}, input {number}, {rounding:?}, operator {operator}");
            assert_eq!(
                (step.operator, step.tensor, step.output.len()),
                (operator, tensor, bytes),
                "{context}"
            );
            assert_eq!(fnv1a(step.output), hash, "{context} ({:?})", step.builtin.name());
            operators += 1;
            numbers += bytes;
        };
        engine.run_watched(&input, &mut output, &mut arena, &mut watch).unwrap();
        assert!(expected.next().is_none(), "{name}");
    }
    assert_eq!((operators, numbers > 2_600_000), (870, true), "{numbers} bytes");
}

/// The arena is the largest set of tensors alive at once, as counted apart from the planner, and scratch memory.
#[test]
fn the_arena_is_little_larger_than_the_least_possible() {
    let names: std::collections::BTreeSet<_> = golden().into_keys().map(|(name, ..)| name).collect();
    for name in names {
        let file = model(&name);
        let mut plan = [Slot::default(); 256];
        let engine = Engine::new(&file, Rounding::Tflm, &mut plan).unwrap();
        let Some(least) = Model::new(&file).unwrap().memory().unwrap().arena_bytes else { continue };
        let least = usize::try_from(least).unwrap();
        assert!(engine.arena_bytes() >= least, "{name}");
        // Scratch memory: a few columns of the widest window and a scale a channel. Where channels are computed side by
        // side, also 16 bits for each weight of the largest layer.
        let packed =
            if joulegram::kernel::loops() != "portable" { 2 * largest_constant(&file) + 16_384 } else { 0 };
        if ["kws", "vww", "ic", "ad"].contains(&name.as_str()) {
            let arena = engine.arena_bytes();
            assert!(arena * 20 <= (least + packed) * 21, "{name}: {arena} of {least} and {packed}");
        }
    }
}

fn largest_constant(file: &[u8]) -> usize {
    let model = Model::new(file).unwrap();
    let graph = model.subgraph(0).unwrap();
    let tensors = (0..).map_while(|index| graph.tensor(index).ok());
    tensors.filter_map(|tensor| model.constant(&tensor).unwrap()).map(<[u8]>::len).max().unwrap_or(0)
}

#[test]
fn what_can_not_be_run_is_named() {
    let error = |name: &str| {
        Engine::new(&model(name), Rounding::Tflm, &mut [Slot::default(); 256]).unwrap_err().to_string()
    };
    assert_eq!(
        error("float32"),
        "operator 0 (CONV_2D): tensor 0 is Float32, which the int8 kernel does not take"
    );
    assert_eq!(error("batch_matmul"), "operator 0 is BATCH_MATMUL, which has no int8 kernel here");
    assert!(error("unknown_while").contains("WHILE"), "{}", error("unknown_while"));
    assert!(error("int16_activations").contains("Int16"), "{}", error("int16_activations"));
    let file = model("kws");
    let mut plan = [Slot::default(); 4];
    let too_few = Engine::new(&file, Rounding::Tflm, &mut plan).unwrap_err();
    assert!(matches!(too_few, EngineError::Plan { found: 4, needed } if needed > 4), "{too_few}");
}

#[test]
fn an_engine_with_named_operators_runs_what_they_are_enough_for() {
    let file = model("kws");
    let named = [
        Operator::CONV_2D,
        Operator::DEPTHWISE_CONV_2D,
        Operator::AVERAGE_POOL_2D,
        Operator::RESHAPE,
        Operator::FULLY_CONNECTED,
        Operator::SOFTMAX,
    ];
    let output = |operators: &[Operator]| -> Result<Vec<u8>, EngineError> {
        let mut plan = [Slot::default(); 256];
        let engine = Engine::with_operators(&file, Rounding::Tflm, operators, &mut plan)?;
        let mut output = vec![0; engine.output_bytes()];
        let input = input_bytes(&file, 0, engine.input_bytes());
        engine.run(&input, &mut output, &mut vec![0; engine.arena_bytes()])?;
        Ok(output)
    };
    assert_eq!(output(&named), output(Operator::ALL));
    assert!(output(&named).is_ok());
    let error = output(&named[..5]).unwrap_err();
    assert_eq!(error, EngineError::NotNamed { operator: 12, builtin: Builtin::SOFTMAX });
    assert_eq!(error.to_string(), "operator 12 is SOFTMAX, which is not among the named operators");
}

/// What the plan asks for is enough, and one slot less is an error that says how many are needed.
#[test]
fn the_number_of_slots_is_known_before_there_are_any() {
    for name in ["kws", "vww", "ic", "ad", "concat", "transpose", "float_in_out"] {
        let file = model(name);
        let Err(EngineError::Plan { found: 0, needed }) = Engine::new(&file, Rounding::Tflm, &mut []) else {
            panic!("{name} has a plan without slots");
        };
        let mut plan = vec![Slot::default(); needed];
        assert!(Engine::new(&file, Rounding::Tflm, &mut plan).is_ok(), "{name}");
        let error = Engine::new(&file, Rounding::Tflm, &mut plan[1..]).unwrap_err();
        assert_eq!(error, EngineError::Plan { found: needed - 1, needed }, "{name}");
    }
}

#[test]
fn slices_of_the_wrong_size_are_refused_before_anything_runs() {
    let file = model("ad");
    let mut plan = [Slot::default(); 64];
    let engine = Engine::new(&file, Rounding::Tflm, &mut plan).unwrap();
    let (input, mut output) = (vec![0; 640], vec![0; 640]);
    let needed = engine.arena_bytes();
    let mut arena = vec![0; needed];
    let short = engine.run(&input, &mut output, &mut arena[1..]).unwrap_err();
    assert_eq!(short, EngineError::Arena { found: needed - 1, needed });
    assert!(matches!(engine.run(&input[1..], &mut output, &mut arena), Err(EngineError::Input { .. })));
    assert!(matches!(engine.run(&input, &mut output[1..], &mut arena), Err(EngineError::Output { .. })));
    assert_eq!(engine.run(&input, &mut output, &mut arena), Ok(()));
}

/// Weights and biases at odd addresses, the arena too.
#[test]
fn alignment_does_not_matter() {
    let file = model("conv_odd_channels");
    let run = |shift: usize| {
        let moved: Vec<u8> = std::iter::repeat_n(0, shift).chain(file.iter().copied()).collect();
        let mut plan = [Slot::default(); 64];
        let engine = Engine::new(&moved[shift..], Rounding::Tflm, &mut plan).unwrap();
        let input = input_bytes(&file, 1, engine.input_bytes());
        let mut arena = vec![0; engine.arena_bytes() + shift];
        let mut output = vec![0; engine.output_bytes()];
        engine.run(&input, &mut output, &mut arena[shift..]).unwrap();
        output
    };
    assert_eq!(run(0), run(1));
    assert_eq!(run(0), run(3));
}
