//! Small networks made on the spot: a `.tflite` file written into borrowed memory, with weights from a seeded generator,
//! so that firmware carries no models and every processor runs the same bytes.
//!
//! Layers are a chain. Activations have zero point -128 and weights the scale that keeps their spread, so that after a
//! `ReLU` about half of the elements equal the zero point, as in trained networks: some kernels skip those.

mod writer;

use crate::model::tflite::Builtin;
use writer::{Field, Writer};

/// Number of the seeded generator that weights come from.
const WEIGHTS: u64 = 0x6a6f_756c_6573;
/// Root mean square of the generator's numbers.
const SPREAD: f32 = 73.9;

/// What a layer does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Op {
    /// Convolution of a window, padded to keep the size, with `ReLU`.
    Conv {
        /// Output channels.
        filters: u16,
        /// Height and width of the window.
        window: [u8; 2],
        /// Vertical and horizontal.
        stride: u8,
    },
    /// Convolution of each channel by itself, padded to keep the size, with `ReLU`.
    Depthwise {
        /// Height and width of the window.
        window: u8,
        /// Vertical and horizontal.
        stride: u8,
    },
    /// Fully connected, with `ReLU`.
    Dense {
        /// Elements of the output.
        outputs: u16,
    },
    /// Average of the whole image.
    AveragePool,
    /// The sum of the input and itself.
    Add,
    /// Softmax over channels.
    Softmax,
    /// The same elements as one row.
    Flatten,
}

/// Layers one after the other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Network {
    /// Height, width and channels of the input.
    pub input: [u16; 3],
    /// Layers, each with how often it follows itself.
    pub layers: &'static [(Op, u8)],
}

/// Numbers of the schema.
const INT8: u32 = 9;
const INT32: u32 = 2;
const RELU: u32 = 1;

/// Most different operators of a network.
const MOST_CODES: usize = 4;

impl Op {
    const fn builtin(self) -> Builtin {
        match self {
            Self::Conv { .. } => Builtin::CONV_2D,
            Self::Depthwise { .. } => Builtin::DEPTHWISE_CONV_2D,
            Self::Dense { .. } => Builtin::FULLY_CONNECTED,
            Self::AveragePool => Builtin::AVERAGE_POOL_2D,
            Self::Add => Builtin::ADD,
            Self::Softmax => Builtin::SOFTMAX,
            Self::Flatten => Builtin::RESHAPE,
        }
    }

    /// The shape behind a layer.
    fn output(self, [height, width, channels]: [u32; 3]) -> [u32; 3] {
        match self {
            Self::Conv { filters, stride, .. } => [
                height.div_ceil(u32::from(stride).max(1)),
                width.div_ceil(u32::from(stride).max(1)),
                filters.into(),
            ],
            Self::Depthwise { stride, .. } => [
                height.div_ceil(u32::from(stride).max(1)),
                width.div_ceil(u32::from(stride).max(1)),
                channels,
            ],
            Self::Dense { outputs } => [1, 1, outputs.into()],
            Self::AveragePool => [1, 1, channels],
            Self::Add | Self::Softmax => [height, width, channels],
            Self::Flatten => [1, 1, height * width * channels],
        }
    }

    /// The shape of its weights and how many scales they have; none without weights.
    fn weights(self, [height, width, channels]: [u32; 3]) -> Option<([u32; 4], u32)> {
        match self {
            Self::Conv { filters, window: [rows, columns], .. } => {
                Some(([filters.into(), rows.into(), columns.into(), channels], filters.into()))
            }
            Self::Depthwise { window, .. } => Some(([1, window.into(), window.into(), channels], channels)),
            Self::Dense { outputs } => Some(([outputs.into(), height * width * channels, 1, 1], 1)),
            _ => None,
        }
    }
}

impl Network {
    /// Layers, one after the other.
    pub fn layers(&self) -> impl Iterator<Item = Op> + '_ {
        self.layers.iter().flat_map(|(op, times)| core::iter::repeat_n(*op, (*times).into()))
    }

    /// Writes the file into `memory`: how many bytes it has, or none if they do not fit.
    #[must_use]
    pub fn write(&self, memory: &mut [u8]) -> Option<usize> {
        let mut out = Writer::new(memory);
        let mut codes = heapless::Vec::<Builtin, MOST_CODES>::new();
        for op in self.layers() {
            if !codes.contains(&op.builtin()) {
                codes.push(op.builtin()).ok()?;
            }
        }
        let root = out.table(&[Field::Number(3), Field::Later, Field::Later, Field::Absent, Field::Later]);
        out.root(root);
        out.lead(root, 1);
        let list = out.list(codes.len());
        for (index, code) in codes.iter().enumerate() {
            let number = code.0.cast_unsigned();
            let at = out.table(&[
                Field::Number(number.min(127)),
                Field::Absent,
                Field::Absent,
                Field::Number(number),
            ]);
            out.element(list, index, at);
        }
        let layers = self.layers().count();
        let weighted = self.weighted();
        self.graph(&mut out, root, &codes, layers);
        out.lead(root, 4);
        let list = out.list(1 + 2 * weighted);
        let empty = out.table(&[]);
        out.element(list, 0, empty);
        let mut shape = self.input.map(u32::from);
        let mut random = Random(WEIGHTS);
        let mut buffer = 1;
        for op in self.layers() {
            if let Some((dims, _)) = op.weights(shape) {
                let at = out.table(&[Field::Later]);
                out.element(list, buffer, at);
                out.bytes(at, 0, dims.into_iter().product(), || random.weight());
                let at = out.table(&[Field::Later]);
                out.element(list, buffer + 1, at);
                out.bytes(at, 0, 4 * filters(dims), || 0);
                buffer += 2;
            }
            shape = op.output(shape);
        }
        out.finish()
    }

    fn weighted(&self) -> usize {
        let mut shape = self.input.map(u32::from);
        self.layers()
            .filter(|op| {
                let has = op.weights(shape).is_some();
                shape = op.output(shape);
                has
            })
            .count()
    }

    /// The one subgraph: tensor 0 is the input, tensor `1 + n` what layer `n` gives, then weights and biases.
    fn graph(&self, out: &mut Writer<'_>, root: usize, codes: &[Builtin], layers: usize) {
        out.lead(root, 2);
        let list = out.list(1);
        let graph = out.table(&[Field::Later, Field::Later, Field::Later, Field::Later]);
        out.element(list, 0, graph);
        out.lead(graph, 1);
        out.words(&[0]);
        out.lead(graph, 2);
        out.words(&[narrow(layers)]);
        out.lead(graph, 0);
        let list = out.list(1 + layers + 2 * self.weighted());
        let mut shape = self.input.map(u32::from);
        // What a softmax meets is a few times e apart, else it passes most elements over.
        let scale = if self.layers().next() == Some(Op::Softmax) { 1.0 / 16.0 } else { 1.0 };
        let at = tensor(out, &four(shape), INT8, 0, &[(scale, -128)]);
        out.element(list, 0, at);
        let mut constant = 1;
        for (index, op) in self.layers().enumerate() {
            let weights = op.weights(shape);
            shape = op.output(shape);
            let scale = if op == Op::Softmax { 1.0 / 256.0 } else { 1.0 };
            let at = tensor(out, &four(shape), INT8, 0, &[(scale, -128)]);
            out.element(list, 1 + index, at);
            if let Some((dims, scales)) = weights {
                let at = weight_tensor(out, op, dims, scales, narrow(constant));
                out.element(list, layers + constant, at);
                let at = tensor(out, &[filters(dims)], INT32, narrow(constant + 1), &[]);
                out.element(list, layers + constant + 1, at);
                constant += 2;
            }
        }
        out.lead(graph, 3);
        let list = out.list(layers);
        let mut shape = self.input.map(u32::from);
        let mut constant = 1;
        for (index, op) in self.layers().enumerate() {
            let code = codes.iter().position(|code| *code == op.builtin()).unwrap_or(0);
            let (kind, options) = options(op, shape);
            let at = out.table(&[
                Field::Number(narrow(code)),
                Field::Later,
                Field::Later,
                Field::Number(kind),
                Field::Later,
            ]);
            out.element(list, index, at);
            out.lead(at, 1);
            let (input, weights) = (narrow(index), narrow(layers + constant));
            if op.weights(shape).is_some() {
                out.words(&[input, weights, weights + 1]);
                constant += 2;
            } else if op == Op::Add {
                out.words(&[input, input]);
            } else {
                out.words(&[input]);
            }
            out.lead(at, 2);
            out.words(&[narrow(index + 1)]);
            let options = out.table(&options);
            out.point(at, 4, options);
            shape = op.output(shape);
        }
    }
}

/// Output channels of weights; of a depthwise convolution, whose first dimension is 1, the last.
const fn filters([first, _, _, last]: [u32; 4]) -> u32 {
    if first == 1 && last > 1 { last } else { first }
}

/// Sizes here are small: what does not fit in 32 bits does not fit in the memory either.
fn narrow(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

const fn four([height, width, channels]: [u32; 3]) -> [u32; 4] {
    [1, height, width, channels]
}

/// A tensor with one scale and zero point, or with neither.
fn tensor(out: &mut Writer<'_>, dims: &[u32], element: u32, buffer: u32, scale: &[(f32, i64)]) -> usize {
    let at = out.table(&[
        Field::Later,
        Field::Number(element),
        Field::Number(buffer),
        Field::Absent,
        if scale.is_empty() { Field::Absent } else { Field::Later },
    ]);
    out.lead(at, 0);
    out.words(dims);
    if let [(scale, zero_point)] = scale {
        let scale = quantization(out, 1, |_| *scale, *zero_point);
        out.point(at, 4, scale);
    }
    at
}

/// Weights: `OHWI`, `1HWO`, or a row an output.
fn weight_tensor(out: &mut Writer<'_>, op: Op, dims: [u32; 4], scales: u32, buffer: u32) -> usize {
    let at =
        out.table(&[Field::Later, Field::Number(INT8), Field::Number(buffer), Field::Absent, Field::Later]);
    out.lead(at, 0);
    let [first, second, third, last] = dims;
    match op {
        Op::Dense { .. } => out.words(&[first, second]),
        _ => out.words(&dims),
    }
    let met = if matches!(op, Op::Depthwise { .. }) { second * third } else { second * third * last };
    // A ReLU halves the mean square.
    let keeps_spread = core::f32::consts::SQRT_2 / (SPREAD * libm::sqrtf(met as f32));
    // A tenth apart, so that no two channels share a multiplier.
    let scales =
        quantization(out, scales, |index| keeps_spread * (0.95 + 0.1 * index as f32 / scales as f32), 0);
    out.point(at, 4, scales);
    at
}

fn quantization(out: &mut Writer<'_>, count: u32, scale: impl Fn(u32) -> f32, zero_point: i64) -> usize {
    let at = out.table(&[Field::Absent, Field::Absent, Field::Later, Field::Later]);
    out.lead(at, 2);
    out.numbers(count, |index| scale(index).to_le_bytes());
    out.lead(at, 3);
    out.numbers(count, |_| zero_point.to_le_bytes());
    at
}

/// The number of an operator's options in the schema, and their fields.
fn options(op: Op, [height, width, _]: [u32; 3]) -> (u32, [Field; 7]) {
    use Field::{Absent, Number};
    match op {
        Op::Conv { stride, .. } => {
            let stride = Number(stride.into());
            (1, [Number(0), stride, stride, Number(RELU), Number(1), Number(1), Absent])
        }
        Op::Depthwise { stride, .. } => {
            let stride = Number(stride.into());
            (2, [Number(0), stride, stride, Number(1), Number(RELU), Number(1), Number(1)])
        }
        Op::Dense { .. } => (8, [Number(RELU), Absent, Absent, Absent, Absent, Absent, Absent]),
        Op::AveragePool => {
            // Valid padding, a stride of the window.
            let (height, width) = (Number(height), Number(width));
            (5, [Number(1), width, height, width, height, Number(0), Absent])
        }
        Op::Add => (11, [Number(0), Absent, Absent, Absent, Absent, Absent, Absent]),
        Op::Softmax => (9, [Number(1.0_f32.to_bits()), Absent, Absent, Absent, Absent, Absent, Absent]),
        Op::Flatten => (17, [Absent; 7]),
    }
}

/// `SplitMix64`, a byte at a time.
#[derive(Clone, Copy, Debug)]
pub(super) struct Random(pub(super) u64);

impl Random {
    pub(super) fn byte(&mut self) -> u8 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        let [.., high] = (z ^ (z >> 31)).to_le_bytes();
        high
    }

    /// Weights are symmetric: never -128.
    fn weight(&mut self) -> u8 {
        let byte = self.byte();
        if byte == 128 { 127 } else { byte }
    }
}
