//! Views of the format's tables; field numbers are those of the public schema (`schema.fbs`, version 3).
//!
//! A view holds positions, not copies. What a view's methods return without `Result` was read when the view was made.

use super::error::{Listed, Part, ReadError};
use super::flatbuffer::{Cursor, File, Place, Table, Tables, Vector};
use super::operator::Builtin;
use super::tensor::Tensor;

/// The identifier at bytes 4 to 7.
const IDENTIFIER: [u8; 4] = *b"TFL3";
/// The schema's version.
const VERSION: u32 = 3;
/// Longest name of a custom operator, in bytes.
pub const MAX_NAME: usize = 1024;

/// The outermost table.
pub(crate) fn root(cursor: &mut Cursor<'_>) -> Place {
    if cursor.file().get(4..8).and_then(|bytes| bytes.first_chunk()) != Some(&IDENTIFIER) {
        cursor.fail(ReadError::NotTflite);
        return Place::EMPTY;
    }
    let root = cursor.table_at(0);
    let version = cursor.number(&root, 0, 4);
    let found = version.first_chunk().map_or(0, |bytes| u32::from_le_bytes(*bytes));
    if found != VERSION {
        cursor.fail(ReadError::Version { found });
    }
    root
}

/// A model in a `.tflite` file, read where it lies.
///
/// `new` checks the outermost table; everything else is checked when it is read.
#[derive(Clone, Copy, Debug)]
pub struct Model<'a> {
    file: File<'a>,
    root: Table<'a>,
    codes: Tables<'a>,
    subgraphs: Tables<'a>,
    buffers: Tables<'a>,
}

impl<'a> Model<'a> {
    /// Opens a file.
    ///
    /// # Errors
    /// [`ReadError`] if the file is no TensorFlow Lite model of schema version 3, or is damaged in its outermost table.
    pub fn new(file: &'a [u8]) -> Result<Self, ReadError> {
        let root = Self::root(file)?;
        let (codes, subgraphs, buffers) = (root.tables(1)?, root.tables(2)?, root.tables(4)?);
        Ok(Self { file: File(file), root, codes, subgraphs, buffers })
    }

    /// The outermost table.
    fn root(file: &'a [u8]) -> Result<Table<'a>, ReadError> {
        let file = File(file);
        Ok(Table { file, place: file.read(root)? })
    }

    /// Size of the file, in bytes.
    #[must_use]
    pub const fn file_bytes(&self) -> u64 {
        self.file.0.len() as u64
    }

    /// What the converter wrote about the model.
    ///
    /// # Errors
    /// [`ReadError`] if the text is outside the file or not UTF-8.
    pub fn description(&self) -> Result<Option<&'a str>, ReadError> {
        self.root.text(3)
    }

    /// Number of subgraphs: the main one and those that control flow operators call.
    #[must_use]
    pub const fn subgraphs(&self) -> u32 {
        self.subgraphs.len()
    }

    /// A subgraph; 0 is the main one.
    ///
    /// # Errors
    /// [`ReadError`] if there is none of that index, or it is damaged.
    pub fn subgraph(&self, index: u32) -> Result<SubGraph<'a>, ReadError> {
        SubGraph::new(listed(self.subgraphs, Listed::Subgraph, index)?)
    }

    /// Number of operator codes.
    #[must_use]
    pub const fn operator_codes(&self) -> u32 {
        self.codes.len()
    }

    /// What an operator is.
    ///
    /// # Errors
    /// [`ReadError`] if the file does not hold the operator's code, or it is damaged.
    pub fn operator_code(&self, index: u32) -> Result<OperatorCode<'a>, ReadError> {
        OperatorCode::new(listed(self.codes, Listed::OperatorCode, index)?)
    }

    /// Number of buffers.
    #[must_use]
    pub const fn buffers(&self) -> u32 {
        self.buffers.len()
    }

    /// A buffer's data, empty if it has none: inside its table, or elsewhere in the file as newer converters put it.
    ///
    /// # Errors
    /// [`ReadError`] if there is none of that index, or its data reaches past the end of the file.
    pub fn buffer(&self, index: u32) -> Result<&'a [u8], ReadError> {
        let table = listed(self.buffers, Listed::Buffer, index)?;
        let (offset, size) = (table.number(1, 0_u64)?, table.number(2, 0_u64)?);
        // Offsets 0 and 1 mean that the data is in the table; 1 is a placeholder that keeps the field in the file.
        if offset > 1 {
            return self.file.bytes(Part::Data, offset, size);
        }
        Ok(table.vector::<u8>(0)?.bytes())
    }

    /// A constant tensor's data; none if the tensor is computed or given.
    ///
    /// # Errors
    /// [`ReadError`] if the tensor's buffer does not exist or is smaller than its shape. Sparse tensors and texts,
    /// whose size does not follow from their shape, are not checked.
    pub fn constant(&self, tensor: &Tensor<'a>) -> Result<Option<&'a [u8]>, ReadError> {
        if tensor.buffer() == 0 || tensor.is_variable() {
            return Ok(None);
        }
        let data = self.buffer(tensor.buffer())?;
        if data.is_empty() {
            return Ok(None);
        }
        if !tensor.is_sparse()?
            && let Some(needs) = tensor.bytes()?
        {
            let has = data.len() as u64;
            if has < needs {
                return Err(ReadError::BufferSize { tensor: tensor.index(), needs, has });
            }
        }
        Ok(Some(data))
    }

    /// The bytes of a custom operator's options, whose meaning only the operator knows.
    ///
    /// # Errors
    /// [`ReadError`] if they reach past the end of the file.
    pub fn custom_options(&self, operator: &Operator<'a>) -> Result<&'a [u8], ReadError> {
        let (offset, size) = (operator.table.number(9, 0_u64)?, operator.table.number(10, 0_u64)?);
        if offset > 1 {
            return self.file.bytes(Part::Data, offset, size);
        }
        Ok(operator.table.vector::<u8>(5)?.bytes())
    }
}

/// A table of a list.
fn listed(tables: Tables<'_>, what: Listed, index: u32) -> Result<Table<'_>, ReadError> {
    let missing = ReadError::Missing { what, index: index.into(), count: tables.len().into() };
    tables.get(index).ok_or(missing)?
}

/// What operators of one code are.
#[derive(Clone, Copy, Debug)]
pub struct OperatorCode<'a> {
    builtin: Builtin,
    custom: Option<&'a str>,
    version: i32,
}

impl<'a> OperatorCode<'a> {
    fn new(table: Table<'a>) -> Result<Self, ReadError> {
        // The first field has 8 bits and is 127 for codes that need more; older files have only that one.
        let builtin = i32::from(table.number(0, 0_i8)?).max(table.number(3, 0_i32)?);
        let custom = table.text(1)?;
        if let Some(name) = custom
            && name.len() > MAX_NAME
        {
            let (count, limit) = (name.len() as u64, MAX_NAME as u64);
            return Err(ReadError::TooMany { what: "bytes of an operator's name", count, limit });
        }
        Ok(Self { builtin: Builtin(builtin), custom, version: table.number(2, 1_i32)? })
    }

    /// The built-in operator; [`Builtin::CUSTOM`] for one that only its maker knows.
    #[must_use]
    pub const fn builtin(&self) -> Builtin {
        self.builtin
    }

    /// The operator's name: of a custom operator its own, `UNKNOWN` for a code that is not known here.
    #[must_use]
    pub fn name(&self) -> &'a str {
        match self.custom {
            Some(custom) if self.builtin == Builtin::CUSTOM => custom,
            _ => self.builtin.name().unwrap_or("UNKNOWN"),
        }
    }

    /// The operator's version.
    #[must_use]
    pub const fn version(&self) -> i32 {
        self.version
    }
}

/// Tensors, and operators in the order in which they run.
#[derive(Clone, Copy, Debug)]
pub struct SubGraph<'a> {
    table: Table<'a>,
    tensors: Tables<'a>,
    inputs: Vector<'a, i32>,
    outputs: Vector<'a, i32>,
    operators: Tables<'a>,
}

impl<'a> SubGraph<'a> {
    fn new(table: Table<'a>) -> Result<Self, ReadError> {
        Ok(Self {
            table,
            tensors: table.tables(0)?,
            inputs: table.vector(1)?,
            outputs: table.vector(2)?,
            operators: table.tables(3)?,
        })
    }

    /// The subgraph's name.
    ///
    /// # Errors
    /// [`ReadError`] if the text is outside the file or not UTF-8.
    pub fn name(&self) -> Result<Option<&'a str>, ReadError> {
        self.table.text(4)
    }

    /// Number of tensors.
    #[must_use]
    pub const fn tensors(&self) -> u32 {
        self.tensors.len()
    }

    /// A tensor, by the index that operators use.
    ///
    /// # Errors
    /// [`ReadError`] if there is none of that index, or it is damaged.
    pub fn tensor(&self, index: i32) -> Result<Tensor<'a>, ReadError> {
        let count = u64::from(self.tensors.len());
        let missing = ReadError::Missing { what: Listed::Tensor, index: index.into(), count };
        let index = u32::try_from(index).map_err(|_| missing)?;
        Tensor::new(index, self.tensors.get(index).ok_or(missing)??)
    }

    /// Indices of the tensors that are given to the graph.
    #[must_use]
    pub const fn inputs(&self) -> Vector<'a, i32> {
        self.inputs
    }

    /// Indices of the tensors that the graph gives.
    #[must_use]
    pub const fn outputs(&self) -> Vector<'a, i32> {
        self.outputs
    }

    /// Number of operators.
    #[must_use]
    pub const fn operators(&self) -> u32 {
        self.operators.len()
    }

    /// An operator, by its place in the order in which they run.
    ///
    /// # Errors
    /// [`ReadError`] if there is none of that index, or it is damaged.
    pub fn operator(&self, index: u32) -> Result<Operator<'a>, ReadError> {
        Operator::new(listed(self.operators, Listed::Operator, index)?)
    }

    /// An operator's input by its place; none if it is left out.
    ///
    /// # Errors
    /// [`ReadError`] if the operator names a tensor that does not exist or is damaged.
    pub fn input(&self, operator: &Operator<'a>, place: usize) -> Result<Option<Tensor<'a>>, ReadError> {
        match operator.inputs.get(place) {
            None | Some(OMITTED) => Ok(None),
            Some(index) => self.tensor(index).map(Some),
        }
    }

    /// An operator's output by its place.
    ///
    /// # Errors
    /// [`ReadError`] if the operator has no such output, or names a tensor that does not exist or is damaged.
    pub fn output(&self, operator: &Operator<'a>, place: usize) -> Result<Tensor<'a>, ReadError> {
        let count = operator.outputs.len() as u64;
        let missing = ReadError::Missing { what: Listed::Output, index: place as i64, count };
        self.tensor(operator.outputs.get(place).ok_or(missing)?)
    }
}

/// The index of an input that is left out.
pub const OMITTED: i32 = -1;

/// One step of a graph.
#[derive(Clone, Copy, Debug)]
pub struct Operator<'a> {
    pub(super) table: Table<'a>,
    code: u32,
    inputs: Vector<'a, i32>,
    outputs: Vector<'a, i32>,
}

impl<'a> Operator<'a> {
    fn new(table: Table<'a>) -> Result<Self, ReadError> {
        Ok(Self { table, code: table.number(0, 0)?, inputs: table.vector(1)?, outputs: table.vector(2)? })
    }

    /// Index of the operator's code in the model.
    #[must_use]
    pub const fn code(&self) -> u32 {
        self.code
    }

    /// Indices of the tensors it reads, [`OMITTED`] for one that is left out.
    #[must_use]
    pub const fn inputs(&self) -> Vector<'a, i32> {
        self.inputs
    }

    /// Indices of the tensors it writes.
    #[must_use]
    pub const fn outputs(&self) -> Vector<'a, i32> {
        self.outputs
    }

    /// Indices of tensors that it keeps for itself; of integer LSTMs they carry the gates' scales.
    ///
    /// # Errors
    /// [`ReadError`] if the list is outside the file.
    pub fn intermediates(&self) -> Result<Vector<'a, i32>, ReadError> {
        self.table.vector(8)
    }
}
