//! Files that only an attacker or a faulty disk writes.

use super::{conv, field, first, refused};
use crate::model::tflite::writer::{
    Value, buffer, byte, bytes, empty, file, int, ints, operator, operator_code, tensor,
};
use crate::model::tflite::*;
use std::format;
use std::vec;
use std::vec::Vec;

#[test]
fn every_shorter_file_is_an_error_or_a_model_without_that_part() {
    let file = conv().file();
    let step = if cfg!(miri) { 31 } else { 1 };
    for length in (0..file.len()).step_by(step) {
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
    let step = if cfg!(miri) { 97 } else { 1 };
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
fn a_name_that_is_no_text_or_too_long_is_an_error() {
    let named = |name: Value| {
        let mut net = conv();
        net.codes = vec![Value::Table(vec![(0, byte(32)), (1, name)])];
        refused(&net.file())
    };
    assert!(matches!(named(bytes(&[0xff, 0xfe])), ReadError::NotUtf8 { .. }));
    assert!(matches!(named(bytes(&vec![b'a'; MAX_NAME + 1])), ReadError::TooMany { limit: 1024, .. }));
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
    // Unoptimised, a million take too long for a test.
    let count = match (cfg!(miri), cfg!(debug_assertions)) {
        (true, _) => 30,
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
    let file = if cfg!(miri) { repeated(30, 100) } else { repeated(100_000, 1_000) };
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
