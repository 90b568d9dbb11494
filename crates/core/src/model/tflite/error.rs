//! What can be wrong with a file.

use super::super::LayerError;
use core::fmt;

/// A part of a file, for messages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// A number of a table.
    Field,
    /// A table.
    Table,
    /// A table's list of fields.
    Vtable,
    /// A list.
    Vector,
    /// A text.
    Text,
    /// A tensor's data.
    Data,
    /// The model's root.
    Model,
}

impl Part {
    const fn name(self) -> &'static str {
        match self {
            Self::Field => "field",
            Self::Table => "table",
            Self::Vtable => "vtable",
            Self::Vector => "vector",
            Self::Text => "text",
            Self::Data => "buffer",
            Self::Model => "model",
        }
    }
}

/// Something that is referred to by its place in a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Listed {
    /// A tensor of a subgraph.
    Tensor,
    /// A buffer of the model.
    Buffer,
    /// An operator code of the model.
    OperatorCode,
    /// A subgraph of the model.
    Subgraph,
    /// An operator of a subgraph.
    Operator,
    /// An input of an operator.
    Input,
    /// An output of an operator.
    Output,
}

impl Listed {
    const fn name(self) -> &'static str {
        match self {
            Self::Tensor => "tensor",
            Self::Buffer => "buffer",
            Self::OperatorCode => "operator code",
            Self::Subgraph => "subgraph",
            Self::Operator => "operator",
            Self::Input => "input",
            Self::Output => "output",
        }
    }
}

/// Why a file is not a model that can be read. Offsets and sizes are in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReadError {
    /// The file's identifier is not `TFL3`.
    NotTflite,
    /// The schema's version is not 3.
    Version {
        /// What the file says.
        found: u32,
    },
    /// A part reaches past the end of the file.
    Truncated {
        /// What.
        part: Part,
        /// Where it begins.
        at: u64,
        /// Size of the file.
        end: u64,
    },
    /// An offset leads out of the file.
    Outside {
        /// What it should lead to.
        part: Part,
        /// Where the offset is.
        at: u64,
    },
    /// A vtable that can't hold its own header, or has an odd length.
    Vtable {
        /// Where it begins.
        at: u64,
        /// Its length.
        length: u16,
    },
    /// A text that is not UTF-8.
    NotUtf8 {
        /// Where it begins.
        at: u64,
    },
    /// A reference to something that does not exist.
    Missing {
        /// What.
        what: Listed,
        /// Which one.
        index: i64,
        /// How many there are.
        count: u64,
    },
    /// More than is supported of something.
    TooMany {
        /// What, in the plural.
        what: &'static str,
        /// How many there are.
        count: u64,
        /// How many are supported.
        limit: u64,
    },
    /// A field's value has no meaning.
    Value {
        /// The field.
        field: &'static str,
        /// Its value.
        value: i64,
    },
    /// An operator has the options of another one.
    Options {
        /// The options' number in the schema.
        found: u8,
        /// The number of the operator's own options.
        expected: u8,
    },
    /// A constant tensor's buffer is smaller than its shape.
    BufferSize {
        /// The tensor.
        tensor: u32,
        /// Bytes of its shape.
        needs: u64,
        /// Bytes of its buffer.
        has: u64,
    },
    /// Parts of the file are used so many times that reading them all would take longer than any honest file.
    Overlapping {
        /// What is used too often, in the plural.
        what: &'static str,
    },
    /// A search would take too many steps.
    TooLong {
        /// Steps needed.
        steps: u64,
        /// Steps allowed.
        limit: u64,
    },
    /// A tensor's size does not fit in 64 bits.
    Tensor {
        /// Its place in the subgraph.
        index: u32,
        /// What is wrong.
        cause: LayerError,
    },
    /// An operator's work can't be counted because the file contradicts itself.
    Operator {
        /// Its place in the subgraph.
        index: u32,
        /// What is wrong.
        cause: LayerError,
    },
}

impl fmt::Display for ReadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotTflite => f.write_str("not a TensorFlow Lite model: bytes 4 to 7 are not `TFL3`"),
            Self::Version { found } => write!(f, "the schema's version is {found}: only 3 is supported"),
            Self::Truncated { part, at, end } => {
                write!(f, "the file ends at byte {end} inside a {} at byte {at}", part.name())
            }
            Self::Outside { part, at } => {
                write!(f, "the offset at byte {at} leads to a {} outside the file", part.name())
            }
            Self::Vtable { at, length } => write!(f, "the vtable at byte {at} can't be {length} bytes long"),
            Self::NotUtf8 { at } => write!(f, "the text at byte {at} is not UTF-8"),
            Self::Missing { what, index, count } => {
                write!(f, "{} {index} does not exist: there are {count}", what.name())
            }
            Self::TooMany { what, count, limit } => {
                write!(f, "{count} {what} are too many: at most {limit} are supported")
            }
            Self::Value { field, value } => write!(f, "{value} is not a value of `{field}`"),
            Self::Options { found, expected } => {
                write!(f, "an operator has options of kind {found}: it takes kind {expected}")
            }
            Self::BufferSize { tensor, needs, has } => {
                write!(f, "tensor {tensor} needs {needs} bytes, its buffer has {has}")
            }
            Self::Overlapping { what } => {
                write!(f, "the file names more {what} than it has room for: parts of it overlap")
            }
            Self::TooLong { steps, limit } => {
                write!(f, "the search needs {steps} steps: at most {limit} are made")
            }
            Self::Tensor { index, cause } => write!(f, "tensor {index}: {cause}"),
            Self::Operator { index, cause } => write!(f, "operator {index}: {cause}"),
        }
    }
}

impl core::error::Error for ReadError {}
