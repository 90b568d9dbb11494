//! Files made by hand. Those of a converter are compared with another program's count in the crate of tests.

mod counts;
mod damage;

use super::writer::{Net, Value, buffer, empty, tensor, typed};
use super::{Model, ModelLayer, ReadError};
use std::vec;

pub(super) fn first(file: &[u8]) -> Result<ModelLayer<'_>, ReadError> {
    Model::new(file)?.layers()?.next().unwrap()
}

pub(super) fn refused(file: &[u8]) -> ReadError {
    first(file).unwrap_err()
}

pub(super) fn field(table: &mut Value, number: u16, value: Value) {
    let Value::Table(fields) = table else { panic!("a table") };
    fields.retain(|(present, _)| *present != number);
    fields.push((number, value));
}

/// A convolution of 3x3 over 1x5x5x2 with four filters and biases: 1x3x3x4.
pub(super) fn conv() -> Net {
    let tensors =
        vec![tensor(&[1, 5, 5, 2], 0), tensor(&[4, 3, 3, 2], 1), typed(&[4], 2, 2), tensor(&[1, 3, 3, 4], 0)];
    let mut net = Net::of(3, tensors, &[0, 1, 2]);
    net.buffers = vec![empty(), buffer(72), buffer(16)];
    net.inputs = vec![0];
    net.outputs = vec![3];
    net
}
