//! Shapes of tensors and the arithmetic of windows that slide over them.
//!
//! For a window of `k` taps, `d` apart, that moves by `s` over `n` elements, as TensorFlow Lite has it
//! (`kernels/padding.h`), with `e = (k - 1) * d + 1`:
//! ```text
//! SAME:   out = ceil(n / s)
//! VALID:  out = ceil((n - e + 1) / s)
//! total = max(0, (out - 1) * s + e - n);  before = floor(total / 2);  after = total - before
//! ```
//! The odd element of padding is at the end.

use core::fmt;

/// Most dimensions a [`Shape`] holds.
pub const MAX_RANK: usize = 8;

/// Dimensions of a tensor, outermost first (`NHWC` for images); a scalar has none.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Shape {
    // Dimensions past the rank stay 0, so that equality and hashing can be derived.
    dims: [u32; MAX_RANK],
    rank: u8,
}

impl Shape {
    /// A shape of the given dimensions.
    ///
    /// # Errors
    /// [`ShapeError::Rank`] for more than [`MAX_RANK`] dimensions.
    pub fn new(dims: &[u32]) -> Result<Self, ShapeError> {
        let mut shape = Self::default();
        for &dim in dims {
            shape.push(dim).map_err(|_| ShapeError::Rank { rank: dims.len() as u64 })?;
        }
        Ok(shape)
    }

    /// Adds an innermost dimension.
    ///
    /// # Errors
    /// [`ShapeError::Rank`] if there are [`MAX_RANK`] already.
    pub fn push(&mut self, dim: u32) -> Result<(), ShapeError> {
        let rank = u64::from(self.rank) + 1;
        *self.dims.get_mut(usize::from(self.rank)).ok_or(ShapeError::Rank { rank })? = dim;
        self.rank += 1;
        Ok(())
    }

    /// The dimensions, outermost first.
    #[must_use]
    pub fn dims(&self) -> &[u32] {
        self.dims.get(..self.rank()).unwrap_or_default()
    }

    /// How many dimensions there are.
    #[must_use]
    pub const fn rank(&self) -> usize {
        self.rank as usize
    }

    /// The innermost dimension, for images and sequences the channels; 1 for a scalar.
    #[must_use]
    pub fn channels(&self) -> u32 {
        self.dims().last().copied().unwrap_or(1)
    }

    /// The product of the dimensions; 1 for a scalar.
    ///
    /// # Errors
    /// [`ShapeError::Elements`] if it does not fit in 64 bits.
    pub fn elements(&self) -> Result<u64, ShapeError> {
        // A dimension of 0 must win over an overflow before it.
        if self.dims().contains(&0) {
            return Ok(0);
        }
        self.dims()
            .iter()
            .try_fold(1_u64, |product, dim| product.checked_mul(u64::from(*dim)))
            .ok_or(ShapeError::Elements)
    }

    /// Bytes of a tensor of this shape whose elements have `bits` bits, packed.
    ///
    /// # Errors
    /// [`ShapeError::Elements`] if the number of bits does not fit in 64 bits.
    pub fn bytes(&self, bits: u8) -> Result<u64, ShapeError> {
        let total = self.elements()?.checked_mul(u64::from(bits)).ok_or(ShapeError::Elements)?;
        Ok(total.div_ceil(8))
    }

    /// The dimensions as an array.
    ///
    /// # Errors
    /// [`ShapeError::WrongRank`] if there are not `N`.
    pub fn array<const N: usize>(&self) -> Result<[u32; N], ShapeError> {
        <[u32; N]>::try_from(self.dims())
            .map_err(|_| ShapeError::WrongRank { rank: self.rank() as u64, expected: N as u64 })
    }

    /// The same shape with another size of one dimension; a negative axis counts from the end.
    ///
    /// # Errors
    /// [`ShapeError::Axis`] if there is no such axis.
    pub fn with_dim(mut self, axis: i32, size: u32) -> Result<Self, ShapeError> {
        let index = self.axis(axis)?;
        if let Some(dim) = self.dims.get_mut(index) {
            *dim = size;
        }
        Ok(self)
    }

    /// The index of an axis, which counts from the end if negative.
    ///
    /// # Errors
    /// [`ShapeError::Axis`] if there is no such axis.
    pub fn axis(&self, axis: i32) -> Result<usize, ShapeError> {
        let rank = i64::from(self.rank);
        let index = if axis < 0 { rank + i64::from(axis) } else { i64::from(axis) };
        usize::try_from(index)
            .ok()
            .filter(|index| *index < self.rank())
            .ok_or(ShapeError::Axis { axis, rank: self.rank() as u64 })
    }
}

/// `1x49x10x1`; `scalar` for a shape without dimensions.
impl fmt::Display for Shape {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some((first, rest)) = self.dims().split_first() else {
            return f.write_str("scalar");
        };
        write!(f, "{first}")?;
        rest.iter().try_for_each(|dim| write!(f, "x{dim}"))
    }
}

/// Why a shape does not work.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ShapeError {
    /// More dimensions than [`MAX_RANK`].
    Rank {
        /// How many there are.
        rank: u64,
    },
    /// Another number of dimensions than the layer takes.
    WrongRank {
        /// How many there are.
        rank: u64,
        /// How many the layer takes.
        expected: u64,
    },
    /// An axis that the shape does not have.
    Axis {
        /// The axis.
        axis: i32,
        /// Number of dimensions.
        rank: u64,
    },
    /// A number of elements that does not fit in 64 bits.
    Elements,
    /// A kernel, stride, dilation or number of groups of 0.
    Zero {
        /// Which of them.
        what: &'static str,
    },
    /// A window that is larger than the input it slides over without padding.
    Window {
        /// What the window spans.
        span: u64,
        /// Size of the input along it.
        input: u64,
    },
    /// A size that does not fit in 32 bits.
    TooLarge {
        /// The size.
        size: u64,
    },
    /// A size that is not a multiple of what it is divided by.
    Indivisible {
        /// The size.
        size: u64,
        /// Its divisor.
        by: u64,
    },
    /// A new shape with another number of elements.
    Reshape {
        /// Elements of the input.
        from: u64,
        /// Elements of the new shape.
        to: u64,
    },
}

impl fmt::Display for ShapeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Rank { rank } => {
                write!(f, "{rank} dimensions are too many: at most {MAX_RANK} are supported")
            }
            Self::WrongRank { rank, expected } => {
                write!(f, "the shape has {rank} dimensions, the layer takes {expected}")
            }
            Self::Axis { axis, rank } => write!(f, "axis {axis} does not exist in {rank} dimensions"),
            Self::Elements => f.write_str("the tensor's size does not fit in 64 bits"),
            Self::Zero { what } => write!(f, "{what} is 0: it must be at least 1"),
            Self::Window { span, input } => {
                write!(f, "a window that spans {span} does not fit in {input} elements without padding")
            }
            Self::TooLarge { size } => write!(f, "a dimension of {size} does not fit in 32 bits"),
            Self::Indivisible { size, by } => write!(f, "{size} is not a multiple of {by}"),
            Self::Reshape { from, to } => write!(f, "{from} elements can't be reshaped into {to}"),
        }
    }
}

impl core::error::Error for ShapeError {}

/// What happens at the border of the input.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
pub enum Padding {
    /// As much padding as makes the output `ceil(input / stride)` long.
    Same,
    /// None.
    #[default]
    Valid,
}

/// A window along one axis.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Window {
    /// Taps.
    pub kernel: u32,
    /// How far it moves from one output to the next.
    pub stride: u32,
    /// Distance between taps; 1 for neighbours.
    pub dilation: u32,
}

/// Where a window's outputs lie.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Extent {
    /// Number of outputs.
    pub output: u32,
    /// Elements of padding before the input.
    pub before: u32,
    /// Elements of padding after the input.
    pub after: u32,
}

impl Window {
    /// Elements from the first tap to the last.
    fn span(self) -> Result<u64, ShapeError> {
        for (what, value) in
            [("the kernel", self.kernel), ("the stride", self.stride), ("the dilation", self.dilation)]
        {
            if value == 0 {
                return Err(ShapeError::Zero { what });
            }
        }
        // At most (2^32 - 2) * (2^32 - 1) + 1: no overflow.
        Ok(u64::from(self.kernel - 1) * u64::from(self.dilation) + 1)
    }

    /// The outputs of a window that slides over `input` elements.
    ///
    /// # Errors
    /// [`ShapeError`] if a part of the window is 0, or it does not fit in the input without padding.
    pub fn slide(self, input: u32, padding: Padding) -> Result<Extent, ShapeError> {
        let (span, stride, input) = (self.span()?, u64::from(self.stride), u64::from(input));
        let output = match padding {
            Padding::Same => input.div_ceil(stride),
            Padding::Valid if span > input => return Err(ShapeError::Window { span, input }),
            Padding::Valid => (input - span) / stride + 1,
        };
        // (output - 1) * stride < input, so nothing here leaves 64 bits.
        let total = (output.saturating_sub(1) * stride).saturating_add(span).saturating_sub(input);
        Ok(Extent { output: narrow(output)?, before: narrow(total / 2)?, after: narrow(total - total / 2)? })
    }

    /// The outputs of a transposed window: each of `input` elements spreads over it.
    ///
    /// `SAME` gives `input * stride`, `VALID` gives `(input - 1) * stride + span`, as Keras has it; `before` and
    /// `after` are what is cut from the full result.
    ///
    /// # Errors
    /// [`ShapeError`] if a part of the window is 0, or the output does not fit in 32 bits.
    pub fn spread(self, input: u32, padding: Padding) -> Result<Extent, ShapeError> {
        let (span, stride, input) = (self.span()?, u64::from(self.stride), u64::from(input));
        let full = (input.saturating_sub(1) * stride).saturating_add(span);
        let output = match padding {
            Padding::Same => input * stride,
            Padding::Valid => full.max(input * stride),
        };
        let total = full.saturating_sub(output);
        Ok(Extent { output: narrow(output)?, before: narrow(total / 2)?, after: narrow(total - total / 2)? })
    }
}

/// A size as a dimension.
pub(super) fn narrow(size: u64) -> Result<u32, ShapeError> {
    u32::try_from(size).map_err(|_| ShapeError::TooLarge { size })
}

/// A shape is a list of dimensions: `[1, 49, 10, 1]`.
#[cfg(feature = "serde")]
mod json {
    use super::{MAX_RANK, Shape};
    use core::fmt;
    use serde::de::{Deserialize, Deserializer, Error, SeqAccess, Visitor};
    use serde::ser::{Serialize, Serializer};

    impl Serialize for Shape {
        fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
            serializer.collect_seq(self.dims())
        }
    }

    impl<'de> Deserialize<'de> for Shape {
        fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
            deserializer.deserialize_seq(ShapeVisitor)
        }
    }

    struct ShapeVisitor;

    impl<'de> Visitor<'de> for ShapeVisitor {
        type Value = Shape;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            write!(f, "a list of at most {MAX_RANK} dimensions")
        }

        fn visit_seq<A: SeqAccess<'de>>(self, mut dims: A) -> Result<Shape, A::Error> {
            let mut shape = Shape::default();
            while let Some(dim) = dims.next_element()? {
                shape.push(dim).map_err(A::Error::custom)?;
            }
            Ok(shape)
        }
    }
}

#[cfg(test)]
mod tests;
