//! Writes `FlatBuffers` for the tests: honest ones and others. Nothing is aligned, so the reader can't rely on it.

use std::vec;
use std::vec::Vec;

/// What a field holds.
#[derive(Clone, Debug)]
pub(super) enum Value {
    /// A number, as it lies in the file.
    Number(Vec<u8>),
    /// Elements as they lie in the file, and how many they are.
    Vector(Vec<u8>, u32),
    /// A table: fields by their numbers.
    Table(Vec<(u16, Self)>),
    /// A list of tables.
    Tables(Vec<Self>),
}

pub(super) fn byte(value: u8) -> Value {
    Value::Number(vec![value])
}

pub(super) fn int(value: i32) -> Value {
    Value::Number(value.to_le_bytes().to_vec())
}

pub(super) fn long(value: u64) -> Value {
    Value::Number(value.to_le_bytes().to_vec())
}

pub(super) fn ints(values: &[i32]) -> Value {
    let bytes = values.iter().flat_map(|value| value.to_le_bytes()).collect();
    Value::Vector(bytes, u32::try_from(values.len()).unwrap())
}

pub(super) fn bytes(values: &[u8]) -> Value {
    Value::Vector(values.to_vec(), u32::try_from(values.len()).unwrap())
}

pub(super) fn text(text: &str) -> Value {
    bytes(text.as_bytes())
}

/// A file whose root is a value.
pub(super) fn file(root: &Value) -> Vec<u8> {
    let mut out = b"\0\0\0\0TFL3".to_vec();
    let at = place(&mut out, root);
    patch(&mut out, 0, at);
    out
}

/// Writes the distance from an offset to what it leads to.
fn patch(out: &mut [u8], at: usize, target: usize) {
    out[at..at + 4].copy_from_slice(&u32::try_from(target - at).unwrap().to_le_bytes());
}

/// Appends a value and returns its position.
fn place(out: &mut Vec<u8>, value: &Value) -> usize {
    match value {
        Value::Number(_) => panic!("a number lies in its table"),
        Value::Vector(bytes, length) => {
            let at = out.len();
            out.extend(length.to_le_bytes());
            out.extend(bytes);
            at
        }
        Value::Tables(tables) => {
            let at = out.len();
            out.extend(u32::try_from(tables.len()).unwrap().to_le_bytes());
            out.resize(out.len() + 4 * tables.len(), 0);
            for (index, table) in tables.iter().enumerate() {
                let target = place(out, table);
                patch(out, at + 4 + 4 * index, target);
            }
            at
        }
        Value::Table(fields) => {
            let slots = fields.iter().map(|(number, _)| usize::from(*number) + 1).max().unwrap_or(0);
            let vtable = out.len();
            let mut entries = vec![0_u16; slots];
            let mut body = Vec::new();
            let mut references = Vec::new();
            for (number, value) in fields {
                entries[usize::from(*number)] = u16::try_from(4 + body.len()).unwrap();
                if let Value::Number(bytes) = value {
                    body.extend(bytes);
                } else {
                    references.push((4 + body.len(), value));
                    body.extend([0; 4]);
                }
            }
            out.extend(u16::try_from(4 + 2 * slots).unwrap().to_le_bytes());
            out.extend(u16::try_from(4 + body.len()).unwrap().to_le_bytes());
            out.extend(entries.iter().flat_map(|entry| entry.to_le_bytes()));
            let at = out.len();
            out.extend(i32::try_from(at - vtable).unwrap().to_le_bytes());
            out.extend(body);
            for (field, value) in references {
                let target = place(out, value);
                patch(out, at + field, target);
            }
            at
        }
    }
}

/// A model with one subgraph; what is left out is empty.
#[derive(Clone, Debug, Default)]
pub(super) struct Net {
    pub(super) codes: Vec<Value>,
    pub(super) tensors: Vec<Value>,
    pub(super) operators: Vec<Value>,
    pub(super) buffers: Vec<Value>,
    pub(super) inputs: Vec<i32>,
    pub(super) outputs: Vec<i32>,
}

impl Net {
    /// A net of one operator with its tensors, which have buffers of their own; the first output is the last tensor.
    pub(super) fn of(code: i32, tensors: Vec<Value>, inputs: &[i32]) -> Self {
        let last = i32::try_from(tensors.len()).unwrap() - 1;
        Self {
            codes: vec![operator_code(code)],
            tensors,
            operators: vec![operator(0, inputs, &[last])],
            ..Self::default()
        }
    }

    pub(super) fn file(self) -> Vec<u8> {
        let graph = Value::Table(vec![
            (0, Value::Tables(self.tensors)),
            (1, ints(&self.inputs)),
            (2, ints(&self.outputs)),
            (3, Value::Tables(self.operators)),
        ]);
        file(&Value::Table(vec![
            (0, int(3)),
            (1, Value::Tables(self.codes)),
            (2, Value::Tables(vec![graph])),
            (4, Value::Tables(self.buffers)),
        ]))
    }
}

/// A code that needs more than the field of 8 bits, as converters write it.
pub(super) fn operator_code(code: i32) -> Value {
    Value::Table(vec![(0, byte(u8::try_from(code.clamp(0, 127)).unwrap())), (3, int(code))])
}

/// A tensor of int8 unless another type is given; buffer 0 is empty.
pub(super) fn tensor(dims: &[i32], buffer: i32) -> Value {
    typed(dims, buffer, 9)
}

pub(super) fn typed(dims: &[i32], buffer: i32, element: u8) -> Value {
    Value::Table(vec![(0, ints(dims)), (1, byte(element)), (2, int(buffer))])
}

pub(super) fn operator(code: i32, inputs: &[i32], outputs: &[i32]) -> Value {
    Value::Table(vec![(0, int(code)), (1, ints(inputs)), (2, ints(outputs))])
}

/// A buffer that holds its data.
pub(super) fn buffer(length: usize) -> Value {
    Value::Table(vec![(0, bytes(&vec![1; length]))])
}

pub(super) fn empty() -> Value {
    Value::Table(vec![])
}
