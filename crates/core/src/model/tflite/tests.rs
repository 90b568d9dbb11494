//! Files made by hand: what honest converters write rarely, and what only an attacker writes.

use super::super::work::Kind;
use super::writer::{
    Net, Value, buffer, byte, bytes, empty, file, int, ints, long, operator, operator_code, tensor, text,
    typed,
};
use super::*;
use std::format;
use std::vec;
use std::vec::Vec;

fn first(file: &[u8]) -> Result<ModelLayer<'_>, ReadError> {
    Model::new(file)?.layers()?.next().unwrap()
}

fn refused(file: &[u8]) -> ReadError {
    first(file).unwrap_err()
}

fn field(table: &mut Value, number: u16, value: Value) {
    let Value::Table(fields) = table else { panic!("a table") };
    fields.retain(|(present, _)| *present != number);
    fields.push((number, value));
}

/// A convolution of 3x3 over 1x5x5x2 with four filters and biases: 1x3x3x4.
fn conv() -> Net {
    let tensors =
        vec![tensor(&[1, 5, 5, 2], 0), tensor(&[4, 3, 3, 2], 1), typed(&[4], 2, 2), tensor(&[1, 3, 3, 4], 0)];
    let mut net = Net::of(3, tensors, &[0, 1, 2]);
    net.buffers = vec![empty(), buffer(72), buffer(16)];
    net.inputs = vec![0];
    net.outputs = vec![3];
    net
}

#[test]
fn a_convolution_is_counted_by_its_tensors() {
    let file = conv().file();
    let layer = first(&file).unwrap();
    assert_eq!((layer.name, layer.work.kind), ("CONV_2D", Kind::Conv2d));
    assert_eq!(format!("{}", layer.output.unwrap()), "1x3x3x4");
    let counts = layer.work.counts;
    assert_eq!((counts.macs, counts.parameters, counts.weight_bytes), (36 * 18, 76, 88));
    assert_eq!((counts.activation_bytes, counts.outputs, counts.gathered_bytes), (86, 36, 9 * 18));
}

#[test]
fn every_shorter_file_is_an_error_or_a_model_without_that_part() {
    let file = conv().file();
    for length in 0..file.len() {
        let shorter = &file[..length];
        if let Ok(model) = Model::new(shorter) {
            let _ = (model.work(), model.memory());
        }
    }
    assert_eq!(Model::new(&[]).unwrap_err(), ReadError::NotTflite);
    assert_eq!(
        format!("{}", Model::new(&file[..7]).unwrap_err()),
        "not a TensorFlow Lite model: bytes 4 to 7 are not `TFL3`"
    );
    let rootless = Model::new(&file[..8]).unwrap_err();
    assert_eq!(format!("{rootless}"), "the offset at byte 0 leads to a table outside the file");
}

#[test]
fn every_byte_of_a_file_can_be_wrong() {
    let honest = conv().file();
    let step = if cfg!(miri) { 23 } else { 1 };
    for place in (0..honest.len()).step_by(step) {
        for value in [0, 1, 0x7f, 0x80, 0xff] {
            let mut file = honest.clone();
            file[place] = value;
            if let Ok(model) = Model::new(&file) {
                let _ = (model.work(), model.memory(), model.description());
            }
        }
    }
}

#[test]
fn offsets_and_vtables_outside_the_file_are_errors() {
    let model = |root: [u8; 4], table: &[u8]| {
        let mut file = [&root[..], b"TFL3"].concat();
        file.extend(table);
        Model::new(&file).unwrap_err()
    };
    assert!(matches!(model([0xff; 4], &[]), ReadError::Outside { part: Part::Table, at: 0 }));
    // A table that begins in the last byte.
    assert!(matches!(model([8, 0, 0, 0], &[0]), ReadError::Truncated { part: Part::Table, at: 8, end: 9 }));
    // Its vtable before the file, and after it.
    let before = model([8, 0, 0, 0], &[0xff, 0, 0, 0]);
    assert_eq!(before, ReadError::Outside { part: Part::Vtable, at: 8 });
    let after = model([8, 0, 0, 0], &0x8000_0000_u32.to_le_bytes());
    assert!(matches!(after, ReadError::Truncated { part: Part::Vtable, .. }));
    // A vtable that is the table itself, without room for its header, of odd length, and longer than the file.
    assert!(matches!(model([8, 0, 0, 0], &[0; 4]), ReadError::Vtable { at: 8, length: 0 }));
    assert!(matches!(model([8, 0, 0, 0], &[2, 0, 0, 0, 5, 0]), ReadError::Truncated { .. }));
    assert!(matches!(model([10, 0, 0, 0], &[5, 0, 2, 0, 0, 0]), ReadError::Vtable { at: 8, length: 5 }));
    let long = model([10, 0, 0, 0], &[0xfe, 0xff, 2, 0, 0, 0]);
    assert_eq!(format!("{long}"), "the file ends at byte 14 inside a vtable at byte 8");
}

#[test]
fn a_vector_longer_than_the_file_is_an_error() {
    for length in [8, u32::MAX / 4, u32::MAX] {
        let root = Value::Table(vec![(0, int(3)), (2, Value::Vector(vec![0; 8], length))]);
        let error = Model::new(&file(&root)).unwrap_err();
        assert!(matches!(error, ReadError::Truncated { part: Part::Vector, .. }), "{error}");
    }
}

#[test]
fn a_model_without_subgraphs_or_of_another_version_is_an_error() {
    let root = Value::Table(vec![(0, int(3))]);
    assert_eq!(format!("{}", refused(&file(&root))), "subgraph 0 does not exist: there are 0");
    let root = Value::Table(vec![(0, int(4))]);
    assert_eq!(refused(&file(&root)), ReadError::Version { found: 4 });
}

#[test]
fn a_table_that_leads_to_itself_is_read_once() {
    // The list of subgraphs is the root's own bytes.
    let mut file = file(&Value::Table(vec![(0, int(3)), (2, ints(&[0]))]));
    let place = file.len() - 4;
    file[place..].copy_from_slice(&0_u32.to_le_bytes());
    assert!(first(&file).is_err());
}

#[test]
fn indices_of_tensors_are_checked() {
    for (index, message) in [
        (4, "tensor 4 does not exist: there are 4"),
        (-2, "tensor -2 does not exist: there are 4"),
        (i32::MAX, "tensor 2147483647 does not exist: there are 4"),
        (i32::MIN, "tensor -2147483648 does not exist: there are 4"),
    ] {
        let mut net = conv();
        net.operators = vec![operator(0, &[0, index, 2], &[3])];
        assert_eq!(format!("{}", refused(&net.clone().file())), message);
        net.operators = vec![operator(0, &[0, 1, 2], &[index])];
        assert_eq!(format!("{}", refused(&net.file())), message);
    }
    let mut net = conv();
    net.operators = vec![operator(7, &[0, 1, 2], &[3])];
    assert_eq!(format!("{}", refused(&net.file())), "operator code 7 does not exist: there are 1");
    let mut net = conv();
    net.tensors[1] = tensor(&[4, 3, 3, 2], 9);
    assert_eq!(format!("{}", refused(&net.file())), "buffer 9 does not exist: there are 3");
}

#[test]
fn an_operator_without_what_it_needs_is_an_error() {
    let mut net = conv();
    net.operators = vec![operator(0, &[0], &[3])];
    assert_eq!(format!("{}", refused(&net.file())), "input 1 does not exist: there are 1");
    let mut net = conv();
    net.operators = vec![operator(0, &[0, OMITTED], &[3])];
    assert!(first(&net.file()).is_err());
    let mut net = conv();
    net.operators = vec![operator(0, &[0, 1, 2], &[])];
    assert_eq!(format!("{}", refused(&net.file())), "output 0 does not exist: there are 0");
    let mut net = conv();
    net.tensors[1] = tensor(&[8, 9], 1);
    assert_eq!(
        format!("{}", refused(&net.file())),
        "operator 0: the shape has 2 dimensions, the layer takes 4"
    );
}

#[test]
fn an_input_that_is_left_out_is_no_parameter() {
    let mut net = conv();
    net.operators = vec![operator(0, &[0, 1, OMITTED], &[3])];
    assert_eq!(first(&net.file()).unwrap().work.counts.parameters, 72);
}

#[test]
fn sizes_that_leave_64_bits_are_errors() {
    let mut net = conv();
    net.tensors[0] = tensor(&[i32::MAX; 8], 0);
    assert_eq!(format!("{}", refused(&net.file())), "tensor 0: the tensor's size does not fit in 64 bits");
    let mut net = conv();
    net.tensors[0] = tensor(&[1; 9], 0);
    assert_eq!(
        format!("{}", refused(&net.file())),
        "9 dimensions of a tensor are too many: at most 8 are supported"
    );
    let mut net = conv();
    net.tensors[3] = tensor(&[1, 1 << 30, 1 << 30, 1], 0);
    assert_eq!(format!("{}", refused(&net.file())), "operator 0: the work does not fit in 64 bits");
}

#[test]
fn a_constant_smaller_than_its_shape_is_an_error() {
    let mut net = conv();
    net.buffers[1] = buffer(71);
    assert_eq!(format!("{}", refused(&net.clone().file())), "tensor 1 needs 72 bytes, its buffer has 71");
    // Sparse data is smaller than its shape.
    field(&mut net.tensors[1], 6, empty());
    let counts = first(&net.clone().file()).unwrap().work.counts;
    assert_eq!((counts.parameters, counts.weight_bytes), (76, 71 + 16));
    assert_eq!(Model::new(&net.file()).unwrap().memory().unwrap().weight_bytes, 71 + 16);
}

#[test]
fn four_bit_weights_are_packed() {
    let mut net = conv();
    net.tensors[1] = typed(&[4, 3, 3, 2], 1, 17);
    net.buffers[1] = buffer(36);
    let counts = first(&net.file()).unwrap().work.counts;
    assert_eq!((counts.parameters, counts.weight_bytes), (76, 36 + 16));
}

#[test]
fn data_outside_its_table_is_found_by_offset_and_size() {
    let mut net = conv();
    net.buffers[1] = Value::Table(vec![(1, long(8)), (2, long(72))]);
    let file = net.clone().file();
    let model = Model::new(&file).unwrap();
    assert_eq!(model.buffer(1).unwrap(), &file[8..80]);
    assert_eq!(first(&file).unwrap().work.counts.parameters, 76);
    for (offset, size) in [(file.len() as u64 - 71, 72), (u64::MAX, 1), (8, u64::MAX), (u64::MAX, u64::MAX)] {
        net.buffers[1] = Value::Table(vec![(1, long(offset)), (2, long(size))]);
        assert!(matches!(refused(&net.clone().file()), ReadError::Truncated { part: Part::Data, .. }));
    }
    // 1 is a placeholder: the data is in the table.
    net.buffers[1] = Value::Table(vec![(0, bytes(&[1; 72])), (1, long(1)), (2, long(1))]);
    assert_eq!(first(&net.file()).unwrap().work.counts.parameters, 76);
}

#[test]
fn the_larger_of_both_codes_is_the_operators() {
    for (narrow, wide, name) in [(3, 0, "CONV_2D"), (127, 150, "GELU"), (9, 9, "FULLY_CONNECTED")] {
        let mut net = conv();
        net.codes = vec![Value::Table(vec![(0, byte(narrow)), (3, int(wide))])];
        let file = net.file();
        let code = Model::new(&file).unwrap().operator_code(0).unwrap();
        assert_eq!((code.name(), code.version()), (name, 1));
    }
}

#[test]
fn operators_that_nobody_knows_are_listed_by_name_as_unknown_work() {
    let mut net = conv();
    net.codes = vec![Value::Table(vec![(0, byte(32)), (1, text("Mystery"))])];
    let file = net.file();
    let layer = first(&file).unwrap();
    assert_eq!((layer.name, layer.work.kind), ("Mystery", Kind::Unknown));
    assert_eq!((layer.work.counts.macs, layer.work.counts.activation_bytes), (0, 86));
    assert_eq!(Model::new(&file).unwrap().work().unwrap().unknown_layers(), 1);

    let mut net = conv();
    net.codes = vec![operator_code(999)];
    let file = net.file();
    let layer = first(&file).unwrap();
    assert_eq!((layer.name, format!("{}", layer.builtin)), ("UNKNOWN", "operator 999".into()));
    assert_eq!(layer.work.kind, Kind::Unknown);
}

#[test]
fn a_name_that_is_no_text_or_too_long_is_an_error() {
    let named = |name: Value| {
        let mut net = conv();
        net.codes = vec![Value::Table(vec![(0, byte(32)), (1, name)])];
        refused(&net.file())
    };
    assert!(matches!(named(bytes(&[0xff, 0xfe])), ReadError::NotUtf8 { .. }));
    assert!(matches!(named(bytes(&vec![b'a'; MAX_NAME + 1])), ReadError::TooMany { limit: 1024, .. }));
}

#[test]
fn open_dimensions_make_unknown_work_but_an_open_batch_counts_as_one() {
    let mut net = conv();
    field(&mut net.tensors[0], 7, ints(&[-1, 5, 5, 2]));
    field(&mut net.tensors[3], 7, ints(&[-1, 3, 3, 4]));
    assert_eq!(first(&net.clone().file()).unwrap().work.counts.macs, 648);
    field(&mut net.tensors[0], 7, ints(&[1, -1, 5, 2]));
    let file = net.clone().file();
    let layer = first(&file).unwrap();
    assert_eq!((layer.work.kind, layer.output), (Kind::Unknown, None));
    assert_eq!((layer.work.counts.macs, layer.work.counts.parameters), (0, 76));
    assert_eq!(Model::new(&file).unwrap().memory().unwrap().arena_bytes, None);
    net.tensors[0] = tensor(&[1, -1, 5, 2], 0);
    assert_eq!(first(&net.file()).unwrap().work.kind, Kind::Unknown);
}

#[test]
fn options_have_the_schemas_defaults_and_belong_to_their_operator() {
    let options = |kind: u8, table: Value| {
        let mut net = conv();
        field(&mut net.operators[0], 3, byte(kind));
        field(&mut net.operators[0], 4, table);
        let file = net.file();
        Model::new(&file).unwrap().subgraph(0).unwrap().operator(0).unwrap().conv2d_options()
    };
    let strides = vec![(1, int(2)), (2, int(3))];
    let read = options(1, Value::Table(strides)).unwrap();
    assert_eq!((read.stride, read.dilation), ([3, 2], [1, 1]));
    assert_eq!((read.padding, read.activation), (super::super::shape::Padding::Same, FusedActivation::None));
    assert_eq!(
        format!("{}", options(2, empty()).unwrap_err()),
        "an operator has options of kind 2: it takes kind 1"
    );
    assert_eq!(format!("{}", options(1, empty()).unwrap_err()), "0 is not a value of `stride`");
    let bad = vec![(0, byte(2)), (1, int(1)), (2, int(1))];
    assert_eq!(format!("{}", options(1, Value::Table(bad)).unwrap_err()), "2 is not a value of `padding`");
}

#[test]
fn a_recurrent_operator_counts_its_matrices_at_each_step() {
    // Basic long short-term memory: data, output, one matrix of four gates, bias, state.
    let tensors = vec![
        tensor(&[2, 3], 0),
        tensor(&[2, 4], 0),
        tensor(&[16, 7], 1),
        typed(&[16], 2, 2),
        tensor(&[2, 4], 0),
        tensor(&[2, 4], 0),
    ];
    let mut net = Net::of(16, tensors, &[0, 1, 2, 3, 4]);
    net.buffers = vec![empty(), buffer(112), buffer(64)];
    let counts = first(&net.file()).unwrap().work.counts;
    assert_eq!((counts.macs, counts.parameters), (2 * 16 * 7, 16 * 7 + 16));

    // SVDF: data, feature weights, time weights, bias left out, state.
    let tensors = vec![
        tensor(&[1, 3], 0),
        tensor(&[8, 3], 1),
        tensor(&[8, 10], 2),
        typed(&[1, 80], 0, 7),
        tensor(&[1, 8], 0),
    ];
    let mut net = Net::of(27, tensors, &[0, 1, 2, OMITTED, 3]);
    net.buffers = vec![empty(), buffer(24), buffer(80)];
    field(&mut net.tensors[3], 5, byte(1));
    let file = net.file();
    assert_eq!(first(&file).unwrap().work.counts.macs, 8 * 3 + 8 * 10);
    assert_eq!(Model::new(&file).unwrap().memory().unwrap().state_bytes, Some(160));
}

#[test]
fn a_product_with_a_constant_is_a_dense_layer() {
    let tensors = vec![tensor(&[2, 3, 5], 0), tensor(&[5, 4], 1), tensor(&[2, 3, 4], 0)];
    let mut net = Net::of(126, tensors, &[0, 1]);
    net.buffers = vec![empty(), buffer(20)];
    let work = first(&net.clone().file()).unwrap().work;
    assert_eq!((work.kind, work.counts.macs, work.counts.parameters), (Kind::Dense, 120, 20));
    net.tensors[1] = tensor(&[5, 4], 0);
    let work = first(&net.file()).unwrap().work;
    assert_eq!((work.kind, work.counts.macs, work.counts.parameters), (Kind::MatMul, 120, 0));
}

#[test]
fn three_dimensional_and_transposed_convolutions_are_counted() {
    let tensors = vec![tensor(&[1, 4, 4, 4, 2], 0), tensor(&[3, 2, 2, 2, 5], 1), tensor(&[1, 2, 3, 3, 5], 0)];
    let mut net = Net::of(132, tensors, &[0, 1]);
    net.buffers = vec![empty(), buffer(120)];
    let counts = first(&net.file()).unwrap().work.counts;
    assert_eq!((counts.macs, counts.gathered_bytes), (90 * 12 * 2, 18 * 12 * 2));
    let tensors = vec![
        typed(&[4], 1, 2),
        tensor(&[3, 2, 2, 4], 2),
        tensor(&[1, 5, 6, 4], 0),
        tensor(&[1, 10, 12, 3], 0),
    ];
    let mut net = Net::of(67, tensors, &[0, 1, 2]);
    net.buffers = vec![empty(), buffer(16), buffer(48)];
    let counts = first(&net.file()).unwrap().work.counts;
    assert_eq!((counts.macs, counts.parameters, counts.activation_bytes), (120 * 12, 48, 120 + 360));
}

/// A file with so many operators that are one and the same table.
fn repeated(count: usize, operands: usize) -> Vec<u8> {
    let mut net = conv();
    net.operators = vec![operator(0, &vec![0; operands], &[3])];
    net.codes = vec![operator_code(0)];
    let mut file = net.file();
    // Another list of operators at the end, all of them the first.
    let offset = |file: &[u8], at: usize| {
        at + usize::try_from(u32::from_le_bytes(file[at..at + 4].try_into().unwrap())).unwrap()
    };
    let field = |file: &[u8], table: usize, number: usize| {
        let back = i32::from_le_bytes(file[table..table + 4].try_into().unwrap());
        let vtable = table - usize::try_from(back).unwrap();
        let entry = vtable + 4 + 2 * number;
        table + usize::from(u16::from_le_bytes([file[entry], file[entry + 1]]))
    };
    let root = offset(&file, 0);
    let graphs = offset(&file, field(&file, root, 2));
    let graph = offset(&file, graphs + 4);
    let at = field(&file, graph, 3);
    let one = offset(&file, offset(&file, at) + 4);
    let list = file.len();
    // Offsets lead forward only, so each operator is a copy of the table's head with a vtable further back.
    let back = i32::from_le_bytes(file[one..one + 4].try_into().unwrap());
    let vtable = one - usize::try_from(back).unwrap();
    let inputs = offset(&file, field(&file, one, 1));
    let outputs = offset(&file, field(&file, one, 2));
    let (inputs, outputs) = (file[inputs..outputs].to_vec(), file[outputs..outputs + 8].to_vec());
    file[at..at + 4].copy_from_slice(&u32::try_from(list - at).unwrap().to_le_bytes());
    file.extend(u32::try_from(count).unwrap().to_le_bytes());
    let table = list + 4 + 4 * count;
    for index in 0..count {
        file.extend(u32::try_from(table - (list + 4 + 4 * index)).unwrap().to_le_bytes());
    }
    file.extend(i32::try_from(table - vtable).unwrap().to_le_bytes());
    file.extend(0_i32.to_le_bytes());
    file.extend(8_u32.to_le_bytes());
    file.extend(u32::try_from(4 + inputs.len()).unwrap().to_le_bytes());
    file.extend(inputs);
    file.extend(outputs);
    file
}

#[test]
fn many_operators_in_one_place_take_linear_time() {
    // A million took 4 s without optimisation, so fewer do here; with it, they take their place in 0.1 s.
    let count = match (cfg!(miri), cfg!(debug_assertions)) {
        (true, _) => 200,
        (false, true) => 100_000,
        (false, false) => 1_000_000,
    };
    let file = repeated(count, 1);
    let model = Model::new(&file).unwrap();
    assert_eq!(model.work().unwrap().total().layers, count as u64);
    if !cfg!(miri) {
        assert!(matches!(model.memory(), Err(ReadError::TooLong { limit: MAX_STEPS, .. })));
    }
}

#[test]
fn operators_that_share_a_long_list_are_refused() {
    let file = repeated(if cfg!(miri) { 200 } else { 100_000 }, 1_000);
    let model = Model::new(&file).unwrap();
    assert_eq!(model.work(), Err(ReadError::Overlapping { what: "tensors in operators" }));
    assert_eq!(model.memory(), Err(ReadError::Overlapping { what: "tensors in operators" }));
    let error = Model::new(&repeated(1, MAX_OPERANDS)).unwrap().work().unwrap_err();
    assert_eq!(format!("{error}"), "1025 operands of an operator are too many: at most 1024 are supported");
}

#[test]
fn after_an_error_no_layer_comes() {
    let mut net = conv();
    net.operators = vec![operator(0, &[9], &[3]), operator(0, &[0, 1, 2], &[3])];
    let file = net.file();
    let mut layers = Model::new(&file).unwrap().layers().unwrap();
    assert!(layers.next().unwrap().is_err());
    assert!(layers.next().is_none());
}

#[test]
fn a_tensor_written_twice_or_in_place_counts_once_in_the_arena() {
    let tensors = vec![tensor(&[10], 0), tensor(&[20], 0), tensor(&[5], 0)];
    let mut net = Net::of(19, tensors, &[0]);
    net.operators = vec![operator(0, &[0], &[1]), operator(0, &[1], &[1]), operator(0, &[1], &[2])];
    net.inputs = vec![0];
    net.outputs = vec![2];
    let file = net.file();
    let memory = Model::new(&file).unwrap().memory().unwrap();
    assert_eq!(memory.arena_bytes, Some(30));
    // In place: one tensor's bytes, but outputs are written.
    let second = Model::new(&file).unwrap().layers().unwrap().nth(1).unwrap().unwrap();
    assert_eq!((second.work.counts.activation_bytes, second.work.counts.outputs), (20, 20));
}

#[test]
fn a_long_chain_needs_the_two_largest_neighbours() {
    // More operators and tensors than are looked at together.
    let count = if cfg!(miri) { 260 } else { 700 };
    let tensors = (0..=count).map(|index| tensor(&[100 + index % 7], 0)).collect();
    let mut net = Net::of(19, tensors, &[0]);
    net.operators = (0..count).map(|index| operator(0, &[index], &[index + 1])).collect();
    net.inputs = vec![0];
    net.outputs = vec![count];
    let mut file = net.clone().file();
    assert_eq!(Model::new(&file).unwrap().memory().unwrap().arena_bytes, Some(106 + 105));
    // The first activation is needed again at the end.
    net.operators[usize::try_from(count).unwrap() - 1] = operator(0, &[count - 1, 1], &[count]);
    file = net.file();
    assert_eq!(Model::new(&file).unwrap().memory().unwrap().arena_bytes, Some(106 + 105 + 101));
}
