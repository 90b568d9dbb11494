//! Files that converters write, some of them rarely.

use super::{conv, field, first, refused};
use crate::model::tflite::writer::{
    Net, Value, buffer, byte, bytes, empty, int, ints, long, operator, operator_code, tensor, text, typed,
};
use crate::model::tflite::*;
use crate::model::work::Kind;
use std::format;
use std::vec;

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
fn an_input_that_is_left_out_is_no_parameter() {
    let mut net = conv();
    net.operators = vec![operator(0, &[0, 1, OMITTED], &[3])];
    assert_eq!(first(&net.file()).unwrap().work.counts.parameters, 72);
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
    assert_eq!((read.padding, read.activation), (crate::model::shape::Padding::Same, FusedActivation::None));
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
    let count = if cfg!(miri) { 20 } else { 700 };
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
