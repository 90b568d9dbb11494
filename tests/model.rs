//! The reader of `.tflite` files against a count that another program, in another language, made of the same files;
//! and against damage.

#![expect(clippy::unwrap_used, reason = "a test stops where something is missing")]

use joulegram::model::tflite::{Builtin, Model, ModelLayer, ReadError};
use joulegram::model::work::Kind;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

fn models() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../fixtures/models")
}

/// Every fixture: its name and its bytes.
fn fixtures() -> Vec<(String, Vec<u8>)> {
    let mut fixtures: Vec<_> = fs::read_dir(models())
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "tflite"))
        .map(|path| (path.file_stem().unwrap().to_str().unwrap().to_owned(), fs::read(&path).unwrap()))
        .collect();
    fixtures.sort();
    assert!(!fixtures.is_empty(), "no fixtures in {}", models().display());
    fixtures
}

/// The rows of a table, each with the columns' names.
fn rows(table: &str) -> Vec<BTreeMap<String, String>> {
    let text = fs::read_to_string(models().join(table)).unwrap();
    let mut lines = text.lines().map(|line| line.split(',').map(str::to_owned).collect::<Vec<_>>());
    let columns = lines.next().unwrap();
    lines.map(|values| columns.iter().cloned().zip(values).collect()).collect()
}

/// The oracle writes no dimensions for a scalar, and -1 for one that is open.
fn output_shape(layer: &ModelLayer<'_>) -> String {
    match (layer.output, layer.output_tensor) {
        (Some(shape), _) if shape.rank() == 0 => String::new(),
        (Some(shape), _) => shape.to_string(),
        (None, Some(tensor)) => {
            tensor.signature().iter().map(|dim| dim.to_string()).collect::<Vec<_>>().join("x")
        }
        (None, None) => String::new(),
    }
}

#[test]
fn every_operator_of_every_fixture_has_the_oracles_counts() {
    let mut expected = BTreeMap::<String, Vec<_>>::new();
    for row in rows("expected.csv") {
        expected.entry(row["model"].clone()).or_default().push(row);
    }
    let fixtures = fixtures();
    assert_eq!(fixtures.len(), expected.len());
    for (name, bytes) in &fixtures {
        let layers: Vec<_> = Model::new(bytes).unwrap().layers().unwrap().collect::<Result<_, _>>().unwrap();
        let expected = &expected[name];
        assert_eq!(layers.len(), expected.len(), "operators of {name}");
        for (layer, row) in layers.iter().zip(expected) {
            let counts = layer.work.counts;
            let operator = if layer.builtin == Builtin::CUSTOM {
                format!("CUSTOM:{}", layer.name)
            } else {
                layer.name.to_owned()
            };
            for (column, value) in [
                ("index", layer.index.to_string()),
                ("operator", operator),
                ("output_shape", output_shape(layer)),
                ("macs", counts.macs.to_string()),
                ("parameters", counts.parameters.to_string()),
                ("weight_bytes", counts.weight_bytes.to_string()),
                ("activation_bytes", counts.activation_bytes.to_string()),
                ("outputs", counts.outputs.to_string()),
            ] {
                if row[column].is_empty() && column != "output_shape" {
                    assert_eq!(layer.work.kind, Kind::Unknown, "{name}: {column} of {row:?}");
                } else {
                    assert_eq!(value, row[column], "{name}: {column} of {row:?}");
                }
            }
            assert_eq!(counts.layers, 1);
            assert_eq!(layer.work.kind == Kind::Unknown, row["macs"].is_empty(), "{name}: {row:?}");
        }
    }
}

#[test]
fn every_fixture_has_the_oracles_totals() {
    let fixtures: BTreeMap<_, _> = fixtures().into_iter().collect();
    for row in rows("totals.csv") {
        let name = &row["model"];
        let model = Model::new(&fixtures[name]).unwrap();
        let work = model.work().unwrap();
        assert_eq!(work.total().layers.to_string(), row["operators"], "{name}");
        if row["macs"].is_empty() {
            assert!(work.unknown_layers() > 0, "{name}");
        } else {
            assert_eq!(work.total().macs.to_string(), row["macs"], "{name}");
            assert_eq!(work.unknown_layers(), 0, "{name}");
        }
        // The oracle counts shared weights once, and leaves them out where subgraphs may use more.
        if !row["parameters"].is_empty() {
            let memory = model.memory().unwrap();
            assert_eq!(memory.parameters.to_string(), row["parameters"], "{name}");
            assert_eq!(memory.weight_bytes.to_string(), row["weight_bytes"], "{name}");
        }
    }
}

#[test]
fn shared_weights_are_read_twice_and_stored_once() {
    let bytes = fs::read(models().join("dense_shared_weights.tflite")).unwrap();
    let model = Model::new(&bytes).unwrap();
    assert_eq!(model.work().unwrap().total().parameters, 2 * (144 + 12));
    assert_eq!(model.memory().unwrap().parameters, 144 + 2 * 12);
}

/// The arena of a model, the slow way: each tensor's life is looked up for each operator.
fn arena_slowly(model: &Model<'_>) -> Option<u64> {
    let graph = model.subgraph(0).unwrap();
    let operators: Vec<_> = (0..graph.operators()).map(|index| graph.operator(index).unwrap()).collect();
    let mut most = 0;
    for now in 0..operators.len() {
        let mut alive = 0;
        for index in 0..graph.tensors().cast_signed() {
            let tensor = graph.tensor(index).unwrap();
            let given = graph.inputs().iter().any(|input| input == index);
            let written = operators.iter().position(|operator| operator.outputs().iter().any(|o| o == index));
            let read = operators.iter().rposition(|operator| operator.inputs().iter().any(|i| i == index));
            let kept = graph.outputs().iter().any(|output| output == index);
            let Some(birth) = given.then_some(0).or(written) else { continue };
            let death = if kept { operators.len() - 1 } else { read.unwrap_or(birth) };
            if (birth..=death).contains(&now)
                && !tensor.is_variable()
                && model.constant(&tensor).unwrap().is_none()
            {
                if tensor.has_open_inside() {
                    return None;
                }
                alive += tensor.bytes().unwrap().unwrap();
            }
        }
        most = most.max(alive);
    }
    Some(most)
}

#[test]
fn the_arena_holds_what_is_alive_at_once() {
    for (name, bytes) in fixtures() {
        let model = Model::new(&bytes).unwrap();
        let memory = model.memory().unwrap();
        assert_eq!(memory.arena_bytes, arena_slowly(&model), "{name}");
    }
    let kws = fs::read(models().join("kws.tflite")).unwrap();
    // Two activations of 25 x 5 x 64 bytes.
    assert_eq!(Model::new(&kws).unwrap().memory().unwrap().arena_bytes, Some(16_000));
    let lstm = fs::read(models().join("lstm.tflite")).unwrap();
    let memory = Model::new(&lstm).unwrap().memory().unwrap();
    // Six bytes of output and six 16-bit elements of the cell.
    assert_eq!((memory.arena_bytes, memory.state_bytes), (Some(40 + 48), Some(6 + 12)));
}

/// Reads everything that the views offer; what it returns does not matter.
fn read_all(bytes: &[u8]) -> Result<u64, ReadError> {
    let model = Model::new(bytes)?;
    let mut seen = 0;
    if let Ok(layers) = model.layers() {
        seen += layers.filter(Result::is_ok).count() as u64;
    }
    seen += u64::from(model.work().is_ok()) + u64::from(model.memory().is_ok());
    seen += model.description().is_ok_and(|text| text.is_some()) as u64;
    for index in 0..model.subgraphs() {
        let graph = model.subgraph(index)?;
        for index in 0..graph.tensors().cast_signed() {
            let tensor = graph.tensor(index)?;
            seen += u64::from(tensor.name()?.is_some()) + u64::from(tensor.quantization()?.is_some());
            seen += model.constant(&tensor)?.map_or(0, |data| data.len() as u64);
        }
        for index in 0..graph.operators() {
            let operator = graph.operator(index)?;
            seen += u64::from(model.operator_code(operator.code())?.name().is_empty());
            seen += u64::from(operator.conv2d_options().is_ok());
        }
    }
    Ok(seen)
}

/// A small generator (xorshift64*), so that a failure can be made again from its seed.
struct Seeded(u64);

impl Seeded {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 33) as usize % limit
    }
}

#[test]
fn a_truncated_file_is_an_error_or_a_shorter_model_never_a_panic() {
    for (name, bytes) in fixtures() {
        let step = (bytes.len() / 2_000).max(1);
        for length in (0..bytes.len()).step_by(step) {
            let read = read_all(&bytes[..length]);
            if length < 8 {
                assert_eq!(read, Err(ReadError::NotTflite), "{name} cut to {length}");
            }
        }
    }
}

/// How often a file is damaged: unoptimised, reading the largest takes milliseconds.
fn mutations(length: usize) -> u32 {
    match (cfg!(debug_assertions), length > 20_000) {
        (false, _) => 4_000,
        (true, false) => 1_000,
        (true, true) => 200,
    }
}

#[test]
fn a_damaged_file_never_panics() {
    for (name, bytes) in fixtures() {
        let seed = bytes.len() as u64 | 1;
        let mut random = Seeded(seed);
        // Tables lie at the end and the beginning of large files, data between: most damage goes to tables.
        let (whole, edge) = (bytes.len(), bytes.len().min(6_000));
        let mut damaged = bytes.clone();
        for _ in 0..mutations(bytes.len()) {
            let mut places = Vec::new();
            for _ in 0..1 + random.below(4) {
                let place = match random.below(3) {
                    0 => random.below(whole),
                    1 => random.below(edge),
                    _ => whole - 1 - random.below(edge),
                };
                places.push(place);
                damaged[place] = match random.below(4) {
                    0 => 0,
                    1 => 0xff,
                    2 => damaged[place] ^ (1 << random.below(8)),
                    _ => random.below(256).to_le_bytes()[0],
                };
            }
            let _ = read_all(&damaged);
            for place in places {
                damaged[place] = bytes[place];
            }
        }
        assert!(damaged == bytes, "{name}, seed {seed}");
    }
}
