//! Tensors: shape, type, quantisation.

use super::super::LayerError;
use super::super::shape::{MAX_RANK, Shape};
use super::error::ReadError;
use super::flatbuffer::{Table, Vector};

/// Type of a tensor's elements, `TensorType` of the schema.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum TensorType {
    /// IEEE 754 binary32.
    Float32,
    /// IEEE 754 binary16.
    Float16,
    /// Signed, 32 bits.
    Int32,
    /// Unsigned, 8 bits.
    Uint8,
    /// Signed, 64 bits.
    Int64,
    /// Texts.
    String,
    /// Truth values, a byte each.
    Bool,
    /// Signed, 16 bits.
    Int16,
    /// Two of 32 bits.
    Complex64,
    /// Signed, 8 bits.
    Int8,
    /// IEEE 754 binary64.
    Float64,
    /// Two of 64 bits.
    Complex128,
    /// Unsigned, 64 bits.
    Uint64,
    /// A handle.
    Resource,
    /// Anything.
    Variant,
    /// Unsigned, 32 bits.
    Uint32,
    /// Unsigned, 16 bits.
    Uint16,
    /// Signed, 4 bits, two a byte.
    Int4,
    /// The upper half of binary32.
    Bfloat16,
    /// A code that is not known here.
    Other(i8),
}

impl TensorType {
    pub(crate) const fn from_code(code: i8) -> Self {
        match code {
            0 => Self::Float32,
            1 => Self::Float16,
            2 => Self::Int32,
            3 => Self::Uint8,
            4 => Self::Int64,
            5 => Self::String,
            6 => Self::Bool,
            7 => Self::Int16,
            8 => Self::Complex64,
            9 => Self::Int8,
            10 => Self::Float64,
            11 => Self::Complex128,
            12 => Self::Uint64,
            13 => Self::Resource,
            14 => Self::Variant,
            15 => Self::Uint32,
            16 => Self::Uint16,
            17 => Self::Int4,
            18 => Self::Bfloat16,
            code => Self::Other(code),
        }
    }

    /// Bits of an element; none where elements have no fixed size.
    #[must_use]
    pub const fn bits(self) -> Option<u8> {
        match self {
            Self::Int4 => Some(4),
            Self::Int8 | Self::Uint8 | Self::Bool => Some(8),
            Self::Int16 | Self::Uint16 | Self::Float16 | Self::Bfloat16 => Some(16),
            Self::Int32 | Self::Uint32 | Self::Float32 => Some(32),
            Self::Int64 | Self::Uint64 | Self::Float64 | Self::Complex64 => Some(64),
            Self::Complex128 => Some(128),
            Self::String | Self::Resource | Self::Variant | Self::Other(_) => None,
        }
    }
}

/// A tensor of a subgraph.
#[derive(Clone, Copy, Debug)]
pub struct Tensor<'a> {
    table: Table<'a>,
    index: u32,
    dims: Vector<'a, i32>,
    signature: Vector<'a, i32>,
    element: TensorType,
    buffer: u32,
    variable: bool,
}

impl<'a> Tensor<'a> {
    pub(super) fn new(index: u32, table: Table<'a>) -> Result<Self, ReadError> {
        let (dims, signature) = (table.vector::<i32>(0)?, table.vector::<i32>(7)?);
        let rank = dims.len().max(signature.len());
        if rank > MAX_RANK {
            let (count, limit) = (rank as u64, MAX_RANK as u64);
            return Err(ReadError::TooMany { what: "dimensions of a tensor", count, limit });
        }
        Ok(Self {
            table,
            index,
            dims,
            signature,
            element: TensorType::from_code(table.number(1, 0)?),
            buffer: table.number(2, 0)?,
            variable: table.flag(5)?,
        })
    }

    /// Its place in the subgraph.
    #[must_use]
    pub const fn index(&self) -> u32 {
        self.index
    }

    /// Its dimensions as the file gives them: those of one run with the least batch and the least open dimensions.
    #[must_use]
    pub const fn dims(&self) -> Vector<'a, i32> {
        self.dims
    }

    /// Its dimensions with -1 where they are open until the model is run; empty where none is.
    #[must_use]
    pub const fn signature(&self) -> Vector<'a, i32> {
        self.signature
    }

    /// Its shape; none if a dimension is negative, that is, not known before the model is run.
    ///
    /// # Errors
    /// None but a shape's own: `new` has checked the rank.
    pub fn shape(&self) -> Result<Option<Shape>, ReadError> {
        let mut shape = Shape::default();
        for dim in self.dims.iter() {
            let Ok(dim) = u32::try_from(dim) else { return Ok(None) };
            shape.push(dim).map_err(|cause| self.contradiction(cause))?;
        }
        Ok(Some(shape))
    }

    /// Whether its first dimension, mostly the batch, is open until the model is run.
    #[must_use]
    pub fn has_open_batch(&self) -> bool {
        self.signature.get(0).is_some_and(i32::is_negative)
    }

    /// Whether a dimension other than the first is open until the model is run.
    #[must_use]
    pub fn has_open_inside(&self) -> bool {
        self.signature.iter().skip(1).any(i32::is_negative) || self.dims.iter().any(i32::is_negative)
    }

    /// Type of its elements.
    #[must_use]
    pub const fn element(&self) -> TensorType {
        self.element
    }

    /// Number of its elements; none if its shape is open.
    ///
    /// # Errors
    /// [`ReadError::Tensor`] if it does not fit in 64 bits.
    pub fn elements(&self) -> Result<Option<u64>, ReadError> {
        let Some(shape) = self.shape()? else { return Ok(None) };
        shape.elements().map(Some).map_err(|cause| self.contradiction(cause))
    }

    /// Its size in bytes, elements of less than a byte packed; none if its shape is open or its elements have no fixed
    /// size.
    ///
    /// # Errors
    /// [`ReadError::Tensor`] if it does not fit in 64 bits.
    pub fn bytes(&self) -> Result<Option<u64>, ReadError> {
        let (Some(shape), Some(bits)) = (self.shape()?, self.element.bits()) else { return Ok(None) };
        shape.bytes(bits).map(Some).map_err(|cause| self.contradiction(cause))
    }

    /// Index of the buffer that holds its data if it is constant; buffer 0 is always empty.
    #[must_use]
    pub const fn buffer(&self) -> u32 {
        self.buffer
    }

    /// Whether it keeps its value from one run to the next: the state of a recurrent layer.
    #[must_use]
    pub const fn is_variable(&self) -> bool {
        self.variable
    }

    /// Whether its data leaves out zeros.
    ///
    /// # Errors
    /// [`ReadError`] if the table of the sparse format is damaged.
    pub fn is_sparse(&self) -> Result<bool, ReadError> {
        self.table.table(6).map(|sparsity| sparsity.is_some())
    }

    /// Its name.
    ///
    /// # Errors
    /// [`ReadError`] if the text is outside the file or not UTF-8.
    pub fn name(&self) -> Result<Option<&'a str>, ReadError> {
        self.table.text(3)
    }

    /// How its integers stand for real numbers; none if they do not.
    ///
    /// # Errors
    /// [`ReadError`] if a list is outside the file.
    pub fn quantization(&self) -> Result<Option<Quantization<'a>>, ReadError> {
        let Some(table) = self.table.table(4)? else { return Ok(None) };
        let scales = table.vector::<f32>(2)?;
        if scales.is_empty() {
            return Ok(None);
        }
        Ok(Some(Quantization { scales, zero_points: table.vector(3)?, dimension: table.number(6, 0)? }))
    }

    fn contradiction(&self, cause: impl Into<LayerError>) -> ReadError {
        ReadError::Tensor { index: self.index, cause: cause.into() }
    }
}

/// `real = scale * (integer - zero_point)`, with one scale and zero point, or one for each slice along a dimension.
#[derive(Clone, Copy, Debug)]
pub struct Quantization<'a> {
    /// The scales, at least one.
    pub scales: Vector<'a, f32>,
    /// The zero points; fewer than the scales where they are 0.
    pub zero_points: Vector<'a, i64>,
    /// The dimension along which scales differ, if there are several.
    pub dimension: i32,
}
