//! An operator as the file has it, while the engine is built.
//!
//! Reading goes on after an error, with a default in place of what can't be read: the first error is kept, and refuses
//! the model in the end.

use super::EngineError;
use crate::kernel::arch::rolled;
use crate::kernel::arena::Planner;
use crate::kernel::{KernelError, MAX_RANK, Quantization};
use crate::model::tflite::{Builtin, Cursor, Listed, OMITTED, Part, Place, Places, ReadError, TensorType};

/// A tensor of an operator.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Operand {
    /// By its place.
    Input(usize),
    /// The only one.
    Output,
}

/// A tensor as the file has it.
#[derive(Clone, Copy)]
pub(super) struct Tensor {
    table: Place,
    pub(super) index: u32,
}

/// The dimensions of a tensor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Dims {
    pub(super) all: [usize; MAX_RANK],
    pub(super) rank: usize,
}

/// The operator that is being checked, and the plan.
pub(super) struct Check<'a> {
    pub(super) tensors: Places,
    pub(super) buffers: Places,
    pub(super) planner: Planner<'a>,
    pub(super) cursor: Cursor<'a>,
    pub(super) operator: Place,
    pub(super) number: u16,
    pub(super) builtin: Builtin,
    error: Option<EngineError>,
}

impl<'a> Check<'a> {
    pub(super) const fn new(file: &'a [u8], planner: Planner<'a>) -> Self {
        Self {
            tensors: Places::EMPTY,
            buffers: Places::EMPTY,
            planner,
            cursor: Cursor::new(file),
            operator: Place::EMPTY,
            number: 0,
            builtin: Builtin(0),
            error: None,
        }
    }

    /// Why the model is refused, if it is.
    pub(super) fn error(&self) -> Option<EngineError> {
        // Once the cursor has failed no other error is kept.
        self.error.or(self.cursor.error().map(EngineError::Read))
    }

    /// Whether the model is refused.
    pub(super) fn failed(&self) -> bool {
        self.error.is_some() || self.cursor.error().is_some()
    }

    /// Refuses the model, unless it has been refused already.
    #[cold]
    #[inline(never)]
    pub(super) fn fail(&mut self, error: EngineError) {
        if !self.failed() {
            self.error = Some(error);
        }
    }

    /// Refuses the operator.
    #[cold]
    #[inline(never)]
    pub(super) fn refuse(&mut self, cause: KernelError) {
        self.fail(EngineError::Layer { operator: self.number.into(), builtin: self.builtin, cause });
    }

    #[cold]
    #[inline(never)]
    pub(super) fn mismatch(&mut self, field: &'static str) {
        self.refuse(KernelError::Mismatch { field });
    }

    #[inline(never)]
    pub(super) fn word(&mut self, table: &Place, field: u16, default: i32) -> i32 {
        let bytes = self.cursor.number(table, field, 4).first_chunk();
        bytes.map_or(default, |bytes| i32::from_le_bytes(*bytes))
    }

    #[inline(never)]
    pub(super) fn byte(&mut self, table: &Place, field: u16) -> i8 {
        self.cursor.number(table, field, 1).first().map_or(0, |byte| byte.cast_signed())
    }

    /// A position or a size in the file.
    #[inline(never)]
    fn long(&mut self, table: &Place, field: u16) -> u64 {
        self.cursor.number(table, field, 8).first_chunk().map_or(0, |bytes| u64::from_le_bytes(*bytes))
    }

    /// The bytes of a list's elements, each of `size`.
    pub(super) fn elements(&mut self, table: &Place, field: u16, size: usize) -> &'a [u8] {
        self.cursor.elements(table, field, size)
    }

    #[inline(never)]
    pub(super) fn words(&mut self, table: &Place, field: u16) -> &'a [[u8; 4]] {
        self.elements(table, field, 4).as_chunks().0
    }

    pub(super) fn table(&mut self, table: &Place, field: u16) -> Option<Place> {
        self.cursor.table(table, field)
    }

    pub(super) fn tables(&mut self, table: &Place, field: u16) -> Places {
        self.cursor.tables(table, field)
    }

    #[inline(never)]
    pub(super) fn listed(&mut self, tables: Places, what: Listed, index: i32) -> Place {
        let found = u32::try_from(index).ok().and_then(|index| self.cursor.listed(tables, index));
        found.unwrap_or_else(|| {
            let missing = ReadError::Missing { what, index: index.into(), count: tables.len().into() };
            self.fail(EngineError::Read(missing));
            Place::EMPTY
        })
    }

    pub(super) fn tensor_at(&mut self, index: i32) -> Tensor {
        let table = self.listed(self.tensors, Listed::Tensor, index);
        Tensor { table, index: index.cast_unsigned() }
    }

    /// Indices of the operator's inputs.
    pub(super) fn inputs(&mut self) -> &'a [[u8; 4]] {
        let operator = self.operator;
        self.words(&operator, 1)
    }

    /// An operand; none for an input that is left out.
    #[inline(never)]
    pub(super) fn optional(&mut self, operand: Operand) -> Option<Tensor> {
        let index = match operand {
            Operand::Input(place) => i32::from_le_bytes(*self.inputs().get(place)?),
            Operand::Output => {
                let operator = self.operator;
                let &[index] = self.words(&operator, 2) else {
                    self.mismatch("number of outputs and operator");
                    return None;
                };
                i32::from_le_bytes(index)
            }
        };
        (index != OMITTED).then(|| self.tensor_at(index))
    }

    /// An operand that must be there.
    #[inline(never)]
    pub(super) fn tensor(&mut self, operand: Operand) -> Tensor {
        match self.optional(operand) {
            Some(tensor) => tensor,
            None => {
                self.mismatch("number of inputs and operator");
                Tensor { table: Place::EMPTY, index: u32::MAX }
            }
        }
    }

    pub(super) fn element(&mut self, tensor: &Tensor) -> TensorType {
        TensorType::from_code(self.byte(&tensor.table, 1))
    }

    /// The operand's elements are of this type, and none is left out.
    #[inline(never)]
    pub(super) fn is(&mut self, operand: Operand, expected: TensorType) -> Tensor {
        let tensor = self.tensor(operand);
        let found = self.element(&tensor);
        if found != expected || self.table(&tensor.table, 6).is_some() {
            let (operator, builtin) = (self.number.into(), self.builtin);
            self.fail(EngineError::Type { operator, builtin, tensor: tensor.index, found });
        }
        tensor
    }

    #[inline(never)]
    pub(super) fn dims(&mut self, tensor: &Tensor) -> Dims {
        let dims = self.words(&tensor.table, 0);
        let mut found = Dims { all: [1; MAX_RANK], rank: dims.len() };
        if dims.len() > MAX_RANK {
            let (count, limit) = (dims.len() as u64, MAX_RANK as u64);
            self.fail(EngineError::Read(ReadError::TooMany { what: "dimensions of a tensor", count, limit }));
            found.rank = 0;
        }
        for (to, from) in found.all.iter_mut().zip(dims) {
            rolled();
            match usize::try_from(i32::from_le_bytes(*from)) {
                Ok(dim) => *to = dim,
                Err(_) => self.fail(EngineError::OpenShape { tensor: tensor.index }),
            }
        }
        found
    }

    /// Bytes of a tensor. Dimensions that are open until the model is run have the size that the file gives.
    #[inline(never)]
    pub(super) fn bytes(&mut self, tensor: &Tensor) -> usize {
        let dims = self.dims(tensor);
        let bits = self.element(tensor).bits();
        let mut product = Some(bits.map_or(8, usize::from));
        for dim in dims.as_slice() {
            rolled();
            if *dim == 0 {
                return 0;
            }
            product = product.and_then(|product| product.checked_mul(*dim));
        }
        if bits.is_none() {
            self.fail(EngineError::OpenShape { tensor: tensor.index });
            return 0;
        }
        match product {
            Some(bits) => bits.div_ceil(8),
            None => {
                self.fail(EngineError::TooLarge);
                0
            }
        }
    }

    /// Scales, and zero points in bytes of eight.
    pub(super) fn scales(&mut self, tensor: &Tensor) -> (&'a [[u8; 4]], &'a [[u8; 8]]) {
        let table = self.table(&tensor.table, 4).unwrap_or(Place::EMPTY);
        (self.words(&table, 2), self.elements(&table, 3, 8).as_chunks().0)
    }

    #[cold]
    pub(super) fn not_quantized(&mut self, tensor: &Tensor) {
        self.fail(EngineError::Quantization { tensor: tensor.index });
    }

    /// Scale and zero point of an operand that has one of each.
    #[inline(never)]
    pub(super) fn quantization(&mut self, operand: Operand) -> Quantization {
        let tensor = self.tensor(operand);
        let (scales, zero_points) = self.scales(&tensor);
        let zero_point = zero_points.first().map_or(0, |bytes| i64::from_le_bytes(*bytes));
        if let ([scale], Ok(zero_point)) = (scales, i8::try_from(zero_point)) {
            return Quantization { scale: f32::from_le_bytes(*scale), zero_point };
        }
        self.not_quantized(&tensor);
        Quantization { scale: 1.0, zero_point: 0 }
    }

    /// The data of a tensor, cut to its shape; none if it is computed or given.
    #[inline(never)]
    pub(super) fn constant(&mut self, tensor: &Tensor) -> Option<&'a [u8]> {
        let buffer = self.word(&tensor.table, 2, 0);
        if buffer == 0 || self.byte(&tensor.table, 5) != 0 {
            return None;
        }
        let table = self.listed(self.buffers, Listed::Buffer, buffer);
        let (offset, size) = (self.long(&table, 1), self.long(&table, 2));
        // Offsets 0 and 1 mean that the data is in the table.
        let data = if offset > 1 {
            self.cursor.long_bytes(Part::Data, offset, size)
        } else {
            self.elements(&table, 0, 1)
        };
        if data.is_empty() {
            return None;
        }
        let needs = self.bytes(tensor);
        if data.len() < needs {
            let (needs, has) = (needs as u64, data.len() as u64);
            self.fail(EngineError::Read(ReadError::BufferSize { tensor: tensor.index, needs, has }));
        }
        Some(data.get(..needs).unwrap_or_default())
    }

    /// The data of an operand that must be constant.
    #[inline(never)]
    pub(super) fn data(&mut self, tensor: &Tensor) -> &'a [u8] {
        self.constant(tensor).unwrap_or_else(|| {
            self.mismatch("constant input and operator");
            &[]
        })
    }

    /// Where in the file some of it begins.
    pub(super) fn position(&mut self, bytes: &'a [u8]) -> u32 {
        let position = bytes.as_ptr().addr().wrapping_sub(self.cursor.file().as_ptr().addr());
        self.narrow(position.min(1 << 31))
    }

    /// A size below 2^31 as the plan keeps it.
    #[inline(never)]
    pub(super) fn narrow(&mut self, bytes: usize) -> u32 {
        match u32::try_from(bytes) {
            Ok(bytes) if bytes < 1 << 31 => bytes,
            _ => {
                self.fail(EngineError::TooLarge);
                0
            }
        }
    }

    /// The operator's options, without fields if it has none.
    #[inline(never)]
    pub(super) fn options(&mut self, expected: u8) -> Place {
        let operator = self.operator;
        let found = self.byte(&operator, 3).cast_unsigned();
        if found != 0 && found != expected {
            self.fail(EngineError::Read(ReadError::Options { found, expected }));
        }
        let table = if found == expected { self.table(&operator, 4) } else { None };
        table.unwrap_or(Place::EMPTY)
    }

    /// The operator's number in the order in which they run, for lives and deaths.
    pub(super) const fn step(&self) -> u16 {
        self.number
    }
}

impl Dims {
    pub(super) fn as_slice(&self) -> &[usize] {
        self.all.get(..self.rank).unwrap_or_default()
    }

    /// Whether these are they.
    pub(super) fn is(&self, dims: &[usize]) -> bool {
        let mut same = self.rank == dims.len();
        for (a, b) in self.as_slice().iter().zip(dims) {
            rolled();
            same &= a == b;
        }
        same
    }

    /// The same with another size of one dimension.
    pub(super) fn set(&mut self, axis: usize, size: usize) {
        if let Some(dim) = self.all.get_mut(..self.rank).and_then(|dims| dims.get_mut(axis)) {
            *dim = size;
        }
    }

    /// Elements from one index to the next, for each dimension.
    pub(super) fn strides(&self) -> [isize; MAX_RANK] {
        let mut strides = [0; MAX_RANK];
        let mut stride = 1_usize;
        let places = strides.iter_mut().take(self.rank).rev();
        for (to, dim) in places.zip(self.as_slice().iter().rev()) {
            *to = stride.cast_signed();
            stride = stride.wrapping_mul(*dim);
        }
        strides
    }

    /// The innermost dimension; 1 for a scalar.
    pub(super) fn last(&self) -> usize {
        self.as_slice().last().copied().unwrap_or(1)
    }

    /// All dimensions but the innermost, as one.
    #[inline(never)]
    pub(super) fn rows(&self) -> usize {
        let outer = self.as_slice().split_last().map(|(_, outer)| outer);
        let mut product = 1_usize;
        for dim in outer.unwrap_or_default() {
            rolled();
            product = product.wrapping_mul(*dim);
        }
        product
    }
}
